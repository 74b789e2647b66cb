//! What only a memory knows, in each form: work that sets aside, the race over time, the change of shift.

use crate::sample::answer;
use model::answer::{RaceRow, RaceSummary, RaceWindow};
use model::{Answer, Date, FindingId, FindingWork, Severity, Timestamp, Tlp, WorkByFinding};
use report::{Form, Handover, HandoverRow, Lapse, Style, TurnLine};

/// Text that acts on a terminal, a page and a spreadsheet.
const HOSTILE: &str = "\u{1b}[31m<script>x</script>|a|\u{202e}[x](javascript:y) http://evil.example/";

fn work(title: &str, is_set_aside: bool) -> FindingWork {
    FindingWork {
        title: title.to_owned(),
        severity: Severity::High,
        state: if is_set_aside { "accepted" } else { "in work" },
        is_set_aside,
        owner: Some(title.to_owned()),
        by: title.to_owned(),
        until: Timestamp::parse("2026-12-24T00:00:00Z"),
        note: Some(title.to_owned()),
        again: Some(title.to_owned()),
    }
}

/// The sample with this work on its first findings and on every exposure of the first spread.
fn with_work(is_set_aside: bool) -> Answer {
    let mut answer = answer();
    let spread = answer.exposures.first().expect("exposures");
    let ids: Vec<FindingId> = spread.members().map(|one| spread.id(one)).collect();
    let others = answer.findings.iter().take(2).map(|finding| finding.id.clone());
    let of = others.chain(ids).map(|id| (id, work("anna", is_set_aside))).collect();
    answer.work = WorkByFinding { of, ..WorkByFinding::default() };
    answer
}

fn written(answer: &Answer, form: Form) -> String {
    let mut bytes = Vec::new();
    report::write(answer, form, &Style::default(), &mut bytes).expect("written");
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn the_headline_counts_what_is_not_set_aside_and_each_list_stays_whole() {
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let (bare, worked, aside) = (answer(), with_work(false), with_work(true));
    let lines = [&bare, &worked, &aside].map(|answer| first(&written(answer, Form::Markdown)));
    assert_eq!(lines[0], lines[1], "work alone sets nothing aside");
    assert_ne!(lines[0], lines[2]);
    let rows = |answer: &Answer| written(answer, Form::Ndjson).lines().count();
    assert_eq!(rows(&bare), rows(&aside));
    for form in [Form::Table, Form::Markdown, Form::Html] {
        let text = written(&aside, form).split_whitespace().collect::<Vec<_>>().join(" ");
        let count = aside.work.of.len();
        assert!(text.contains(&format!("{count} accepted (by anna until 2026-12-24)")), "{}", form.name());
        assert!(!written(&worked, form).contains("until 2026-12-24)"), "{}", form.name());
    }
}

#[test]
fn programs_get_the_work_of_each_finding_and_read_the_findings_back_without_it() {
    let aside = with_work(true);
    let json: serde_json::Value = serde_json::from_str(&written(&aside, Form::Json)).expect("JSON");
    let with = |list: &[serde_json::Value]| list.iter().filter(|one| !one["work"].is_null()).count();
    assert_eq!(with(json["findings"].as_array().expect("a list")), aside.work.of.len());
    let lines = written(&aside, Form::Ndjson);
    let each: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(with(&each), aside.work.of.len());
    let one = each.iter().find(|one| !one["work"].is_null()).expect("one");
    assert_eq!(one["work"]["state"], "accepted");
    assert_eq!(one["work"]["set_aside"], true);
    assert_eq!(one["work"]["until"], "2026-12-24T00:00:00Z");
    let (read, problems) = report::read_findings(&mut lines.as_bytes());
    assert_eq!((read.len(), problems.into_vec().len()), (each.len(), 0));
}

fn race(text: &str) -> Answer {
    let day = Date::parse;
    let row = |flaw: &str, closed: &str, gone| RaceRow {
        vulnerability: flaw.to_owned(),
        product: text.to_owned(),
        hosts: vec![text.to_owned()],
        host_count: 1,
        disclosed: day("2026-05-01"),
        on_kev: day("2026-06-20"),
        known_here: day("2026-06-22"),
        closed_here: day(closed),
        gone,
        days_behind: (gone.is_none()).then_some(9),
        open_on_day_7: (gone.is_none()).then_some(closed.is_empty()),
        ..RaceRow::default()
    };
    let rows = vec![
        row("CVE-2026-0001", "", None),
        row("CVE-2026-0002", "2026-06-29", None),
        row("CVE-2026-0003", "", Some("judged anew")),
    ];
    let all = RaceWindow::of(&rows);
    let summary = RaceSummary {
        since: day("2026-06-22"),
        zone: None,
        by_zone: vec![(None, all.clone()), (Some(text.to_owned()), all.clone())],
        all,
        notes: vec![text.to_owned()],
    };
    Answer {
        race: rows,
        race_summary: Some(summary),
        now: Timestamp::parse("2026-07-01T06:00:00Z"),
        ..Answer::default()
    }
}

fn race_written(answer: &Answer, form: Form, width: usize) -> String {
    let mut bytes = Vec::new();
    report::race(answer, form, &Style { width, ..Style::default() }, &mut bytes).expect("written");
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_race_alone_says_every_date_or_that_there_is_none() {
    let text = race_written(&race("log4j"), Form::Table, 200);
    for said in [
        "3 flaws, 1 open, 1 closed, 1 without days; exposed for 9 days on average, 9 days in the median; open on day 7: \
         1 yes, 1 no, 1 unknown",
        "CVE-2026-0001  9 days lost  log4j on log4j",
        "no exploit known",
        "not seen here",
        "closed here 2026-06-29",
        "gone: judged anew",
        "no zone known: ",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&race_written(&race("x"), Form::Json, 80)).expect("JSON");
    assert_eq!(json["race"][2]["gone"], "judged anew");
    assert!(json["race"][2]["days_behind"].is_null(), "what is not known is left out");
    assert_eq!(json["race_summary"]["all"]["average_days"], 9.0);
    assert_eq!(json["race_summary"]["all"]["without_days"], 1);
    let page = race_written(&race("x"), Form::Html, 80);
    assert!(page.contains("id=\"race-title\"") && page.contains("unknown: judged anew"), "{page}");
    let empty = Answer { race: Vec::new(), ..race("x") };
    for form in [Form::Table, Form::Markdown, Form::Html] {
        assert!(
            race_written(&empty, form, 200).contains("No exploited flaw touches or touched"),
            "{}",
            form.name()
        );
    }
}

fn handover(text: &str) -> Handover {
    let id = FindingId::derive(&["x"]);
    let at = |text: &str| Timestamp::parse(text).expect("a time");
    let row = |owner: Option<&str>, deadline: Option<&str>| HandoverRow {
        id: id.clone(),
        title: text.to_owned(),
        more: 2,
        owner: owner.map(str::to_owned),
        state: "new",
        again: Some(text.to_owned()),
        next: Some(text.to_owned()),
        deadline: deadline.map(|day| (at(day), "due on KEV")),
    };
    let turn = |n: usize| TurnLine {
        what: "opened",
        why: Some(text.to_owned()),
        severity: Severity::High,
        id: format!("finding--{n}"),
        title: text.to_owned(),
        at: at("2026-07-01T05:00:00Z"),
    };
    Handover {
        organisation: Some(text.to_owned()),
        now: at("2026-07-01T06:00:00Z"),
        tlp: Tlp::AmberStrict,
        open: vec![row(None, Some("2026-06-30T00:00:00Z")), row(Some(text), None)],
        others: vec![(Severity::High, 4), (Severity::Medium, 0)],
        lapses_until: at("2026-07-01T14:00:00Z"),
        lapses: vec![Lapse {
            at: at("2026-07-01T09:30:00Z"),
            id: id.clone(),
            title: text.to_owned(),
            more: 0,
            what: text.to_owned(),
        }],
        changed_since: at("2026-06-30T18:00:00Z"),
        changes: (0..20).map(turn).collect(),
        silent: vec![text.to_owned()],
        work: WorkByFinding { of: [(id, work(text, true))].into(), ..WorkByFinding::default() },
    }
}

fn handed(of: &Handover, form: Form, width: usize) -> String {
    let mut bytes = Vec::new();
    report::handover(of, form, &Style { width, ..Style::default() }, &mut bytes).expect("written");
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_handover_fits_its_width_and_counts_what_it_leaves_out() {
    let of = handover("log4j-core on portal-1.harbour.example");
    for width in [80, 120, 200] {
        let text = handed(&of, Form::Table, width);
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(longest <= width, "{width}: {longest}\n{text}");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in [
            "6 critical open, 3 without owner; 1 overdue or lapsing; 1 silence.",
            "and 2 more machines",
            "nobody has it, new again: was",
            "overdue since 2026-06-30 00:00 (due on KEV)",
            "no deadline",
            "2026-07-01 09:30",
            "since 2026-06-30 18:00: 20 opened",
            "and 12 more",
            "also open: 4 high",
        ] {
            assert!(text.contains(said), "{width}: {said}\n{text}");
        }
    }
    let quiet = Handover {
        open: Vec::new(),
        lapses: Vec::new(),
        changes: Vec::new(),
        silent: Vec::new(),
        others: Vec::new(),
        work: WorkByFinding::default(),
        ..of
    };
    let text = handed(&quiet, Form::Table, 120);
    for said in ["nothing critical is open", "nothing is overdue", "nothing changed", "no source is overdue"]
    {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(handed(&quiet, Form::Markdown, 80).contains("Nothing critical is open"));
}

#[test]
fn what_only_a_memory_knows_is_inert_in_each_form() {
    let mut answer = race(HOSTILE);
    let id = FindingId::derive(&["x"]);
    answer.work.of.insert(id, work(HOSTILE, true));
    let mut texts: Vec<(Form, String)> =
        [Form::Table, Form::Markdown, Form::Html].map(|form| (form, written(&answer, form))).into();
    for form in [Form::Table, Form::Markdown, Form::Html] {
        texts.push((form, race_written(&answer, form, 120)));
    }
    for form in [Form::Table, Form::Markdown] {
        texts.push((form, handed(&handover(HOSTILE), form, 120)));
    }
    for (form, text) in texts {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{}", form.name());
        assert!(!text.contains("http://evil.example"), "{}: {text}", form.name());
        if form != Form::Table {
            assert!(!text.contains("<script>x"), "{}: {text}", form.name());
        }
        if form == Form::Markdown {
            assert!(!text.replace("\\]", "").contains("]("), "{text}");
        }
    }
}
