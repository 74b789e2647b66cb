//! What never reaches a reader alive: terminal sequences, marks that turn the reading direction, HTML,
//! Markdown, formulas, links. Every text of an answer is hostile here, in every form.

use crate::{each, rendered, sample};
use model::answer::{
    Action, Advisory, CannotTell, Check, CheckAnswer, Link, LookedAt, NotSeen, Part, RaceRow, Step, Story,
    Topic,
};
use model::asked::{Asked, Question, QuestionKind, Verdict};
use model::baseline::{Baseline, Difference};
use model::world::{Mention, Mentioned, Origin, Report};
use model::{
    Answer, Cast, Date, EventId, Evidence, Fault, Finding, FindingKind, Hit, Hole, Hour, Intel, IntelType,
    LogonRow, Machine, Member, Missing, Place, Problem, Severity, Spread, Subject, Suppressed, Timestamp,
    Tlp,
};
use observable::{Kind, Observable};
use report::{Form, Listing, LogonsForm, Style, TimelineForm};
use std::sync::Arc;

/// Each of these, if it comes through, does something.
pub const PAYLOADS: [&str; 7] = [
    "\x1b]0;owned\x07\x1b[31mred\x1b[0m\u{9b}2J",
    "gpj.\u{202e}exe\u{2066}\u{200b}\u{e0041}\r\n| a | b |",
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=x>",
    "=HYPERLINK(\"http://198.51.100.9/x\",\"click\");+1;-1;@SUM(A1)",
    "http://drop.evil.example/a 203.0.113.77 javascript:alert(1)",
    "a\u{3164}b\u{115f}c\u{34f}d\u{fe0f}e\u{180b}f\u{e0100}g\u{2800}h\u{ffa0}",
    "[x](http://drop.evil.example) ![y](http://203.0.113.77/z) ```\n# h",
];

fn finding(kind: FindingKind, text: &str) -> Finding {
    let t = || text.to_owned();
    let intel = Intel { kind: IntelType::Indicator, id: t(), name: t(), source: t(), tlp: Tlp::Amber };
    let subject = Subject {
        host: Some(t()),
        account: Some(t()),
        component: Some(format!("pkg:npm/{text}@{text}")),
        name: Some(t()),
        party: Some(t()),
        scope: Some(t()),
    };
    let exact = without_links(text);
    let evidence = Evidence::at(&exact, 1, None).with(&exact, &exact);
    let mut finding = Finding::new(kind, intel, subject, &[kind.name()], evidence);
    finding.title = t();
    for list in [
        &mut finding.authors,
        &mut finding.techniques,
        &mut finding.actors,
        &mut finding.references,
        &mut finding.reasons,
        &mut finding.remediation,
    ] {
        list.push(t());
    }
    finding.owner = Some(t());
    finding
}

fn poisoned_story(text: &str, findings: &[Finding]) -> Story {
    let t = || text.to_owned();
    let step = Step {
        time: Some(sample::time("06-12T03:14")),
        until: None,
        host: t(),
        what: t(),
        technique: Some(t()),
        severity: Severity::High,
        count: 2,
        finding: findings[1].id.clone(),
    };
    let other = Step { host: "other".to_owned(), ..step.clone() };
    let link = Link { from: t(), to: "other".to_owned(), time: None, reason: t() };
    Story {
        finding: findings[0].id.clone(),
        title: t(),
        severity: Severity::High,
        hosts: vec![t()],
        steps: vec![step, other],
        links: vec![link],
        accounts: vec![t()],
        addresses: vec![t()],
        notes: vec![t()],
    }
}

/// Places and identifiers stay exact by design; so they hold no link here, only what must not act.
fn without_links(text: &str) -> String {
    text.replace("drop.evil.example", "x").replace("203.0.113.77", "x")
}

fn poisoned_check(text: &str) -> Check {
    Check {
        id: without_links(text),
        question: text.to_owned(),
        answer: CheckAnswer::Unknown,
        summary: text.to_owned(),
        tested: 1,
        failed: 1,
        unknown: 1,
        excepted: 1,
        supply: Some(text.to_owned()),
        finding: None,
    }
}

fn poisoned_race(text: &str) -> RaceRow {
    RaceRow {
        vulnerability: text.to_owned(),
        product: text.to_owned(),
        hosts: vec![text.to_owned()],
        host_count: 1,
        disclosed: Date::new(2024, 1, 1),
        exploit_public: None,
        on_kev: None,
        known_here: None,
        seen_here: None,
        closed_here: None,
        days_behind: None,
        decision: None,
        ..RaceRow::default()
    }
}

fn poisoned_advisory(text: &str) -> Advisory {
    let all = || vec![text.to_owned()];
    Advisory {
        title: text.to_owned(),
        source: text.to_owned(),
        publisher: Some(text.to_owned()),
        actors: all(),
        vulnerabilities: all(),
        indicators: vec![(text.to_owned(), 1)],
        techniques: all(),
        controls: all(),
        ..Advisory::default()
    }
}

fn poisoned_asked(text: &str, findings: &[Finding]) -> Asked {
    let kinds = [
        (QuestionKind::Vulnerability, Verdict::Exposed),
        (QuestionKind::Indicators, Verdict::NotSeen),
        (QuestionKind::Technique, Verdict::NoSource),
        (QuestionKind::Control, Verdict::Fail),
    ];
    let question = |(kind, verdict)| Question {
        kind,
        about: text.to_owned(),
        number: 2,
        verdict,
        detail: text.to_owned(),
        supply: Some(text.to_owned()),
        findings: vec![findings[0].id.clone()],
        finding_count: 1,
    };
    Asked {
        title: text.to_owned(),
        source: without_links(text),
        questions: kinds.into_iter().map(question).collect(),
    }
}

/// An exposure on so many machines, with hostile names, owners and documents.
fn poisoned_spread(text: &str, machines: u32) -> Spread {
    let name = || Some(Arc::from(text));
    let machine = |n: u32| Machine {
        key: model::identity::EntityKey::host(&format!("{n}:{text}")),
        display: name(),
        owner: if n.is_multiple_of(3) { Some(Arc::from(format!("{text}{n}"))) } else { name() },
        reason: "the same name",
    };
    let documents = vec![Arc::from(without_links(text))];
    let cast = Arc::new(Cast { machines: (0..machines).map(machine).collect(), documents });
    let member = |n: u32| Member { claim: 0, machine: n, document: 0, place: n };
    let mut finding = finding(FindingKind::Exposure, text);
    finding.evidence.push(finding.evidence[0].clone());
    Spread::new(finding, &Arc::from(machines.to_string()), (0..machines).map(member).collect(), &cast)
        .expect("machines")
}

fn poisoned(text: &str) -> Answer {
    let t = || text.to_owned();
    let all = || vec![text.to_owned()];
    let kinds = [FindingKind::Chain, FindingKind::Sighting, FindingKind::Compromise, FindingKind::Gap];
    let findings: Vec<Finding> = kinds.into_iter().map(|kind| finding(kind, text)).collect();
    let action = Action {
        what: t(),
        entity: "e".to_owned(),
        why: t(),
        severity: Severity::High,
        findings: vec![findings[0].id.clone()],
        finding_count: 1,
        owner: Some(t()),
    };
    let source = without_links(text);
    Answer {
        now: None,
        organisation: Some(t()),
        advisories: vec![poisoned_advisory(text)],
        asked: vec![poisoned_asked(text, &findings)],
        looked_at: LookedAt { sources: vec![(t(), 1)], events: 1, ..LookedAt::default() },
        baseline: Some(poisoned_baseline(text, &findings)),
        stories: vec![poisoned_story(text, &findings)],
        first: vec![action],
        findings,
        exposures: vec![poisoned_spread(text, 1), poisoned_spread(text, 2), poisoned_spread(text, 40)],
        checks: vec![poisoned_check(text)],
        race: vec![poisoned_race(text)],
        cannot_tell: [Part::Hit, Part::Reported, Part::Exposed, Part::Gaps]
            .map(|part| CannotTell { part, what: t(), why: t() })
            .to_vec(),
        not_seen: all().into_iter().map(|text| NotSeen::new(Topic::Logs, text)).collect(),
        slips: all(),
        bounds: all(),
        problems: vec![Problem {
            source,
            place: Place::Line(1),
            fault: Fault::Partial,
            what: t(),
            help: Some(t()),
        }],
        ..poisoned_hunt(text)
    }
}

/// What changed since an earlier run: its file, its titles and machines came from outside too.
fn poisoned_baseline(text: &str, findings: &[Finding]) -> Baseline {
    let t = || text.to_owned();
    let mut baseline = Baseline { source: without_links(text), notes: vec![t()], ..Baseline::default() };
    for list in [&mut baseline.new, &mut baseline.changed, &mut baseline.gone] {
        list.add(Severity::High, || Difference {
            id: findings[1].id.clone(),
            kind: FindingKind::Sighting,
            title: t(),
            host: Some(t()),
            before: Some(Severity::Low),
            now: Some(Severity::High),
            tlp: Tlp::Clear,
            why: vec![t()],
        });
    }
    baseline
}

/// What a hunt reports beside findings.
fn poisoned_hunt(text: &str) -> Answer {
    let t = || text.to_owned();
    let source = without_links(text);
    Answer {
        hours: vec![Hour { start: Timestamp::EPOCH, hits: 3 }],
        suppressed: vec![Suppressed {
            exception: source,
            owner: t(),
            reason: Some(t()),
            expires: Timestamp::EPOCH.date(),
            expired: false,
            events: 2,
        }],
        holes: vec![Hole {
            host: t(),
            log: t(),
            after: None,
            before: None,
            missing: Missing::Records { from: 7, to: 9 },
        }],
        logons: vec![LogonRow {
            account: t(),
            host: t(),
            sort: t(),
            from: t(),
            succeeded: true,
            events: 1,
            first: None,
            last: None,
        }],
        ..Answer::default()
    }
}

fn reports(text: &str) -> Vec<Report> {
    let t = || text.to_owned();
    let source: Arc<str> = Arc::from(text.replace("drop.evil.example", "x").replace("203.0.113.77", "x"));
    let mention =
        |what| Mention { what, malicious: true, sentence: t(), origin: Origin::new(&source, Place::Line(1)) };
    vec![Report {
        id: t(),
        name: t(),
        publisher: Some(t()),
        published: None,
        tlp: None,
        listed: Vec::new(),
        mentions: vec![
            mention(Mentioned::Observable(Observable { kind: Kind::UserAgent, value: t() })),
            mention(Mentioned::Actor { written: t(), groups: vec![t(), t()] }),
            mention(Mentioned::Software(t())),
            mention(Mentioned::Control(t())),
        ],
        origin: Origin::new(&source, Place::Whole),
    }]
}

/// The forms of answers and of what reports mention, each once.
fn all_forms() -> Vec<Form> {
    let mut all = Form::OF_ANSWERS.to_vec();
    all.extend(Form::OF_REPORTS.into_iter().filter(|form| !Form::OF_ANSWERS.contains(form)));
    all
}

/// Everything that is written for this payload in this form: the answer, the mentions, the explanation.
fn written(text: &str, form: Form) -> String {
    let style = Style::default();
    let answer = poisoned(text);
    let mut out = Vec::new();
    if Form::OF_ANSWERS.contains(&form) {
        out = rendered(&answer, form, &style).into_bytes();
        if form == Form::Html {
            let short = Style { short: true, ..Style::default() };
            out.extend_from_slice(rendered(&answer, form, &short).as_bytes());
        }
    }
    if Form::OF_REPORTS.contains(&form) {
        report::extract(&reports(text), &sample::wish(form), &mut out).expect("memory");
    }
    if Form::OF_FINDINGS.contains(&form) && form != Form::Table {
        report::explain_as(&answer.findings[0], form, &style, &mut out).expect("memory");
    }
    if Form::OF_LISTINGS.contains(&form) {
        let listing = Listing {
            title: "Rules",
            lead: text.to_owned(),
            columns: &["title", "file", "line"],
            rows: vec![vec![text.to_owned(); 3]],
        };
        report::listing(&listing, form, &mut out).expect("memory");
    }
    if form == Form::Table {
        report::explain(&answer.findings[0], &style, &mut out).expect("memory");
        out.extend_from_slice(report::name_line(&answer.findings[0]).as_bytes());
        report::hunt(&answer, &style, &mut out).expect("memory");
    }
    hunted(text, form, &answer, &mut out);
    String::from_utf8(out).expect("text")
}

/// What a hunt has beside the answer: its timeline and its log-ons.
fn hunted(text: &str, form: Form, answer: &Answer, out: &mut Vec<u8>) {
    let t = || text.to_owned();
    let hit = Hit {
        timeless: true,
        time: None,
        event: EventId(1),
        title: t(),
        rule: t(),
        level: Severity::Low,
        host: t(),
        channel: t(),
        event_code: t(),
        record_id: t(),
        details: vec![(t(), t())],
        others: vec![(t(), t())],
        author: t(),
        document: t(),
        record: 1,
    };
    let style = Style::default();
    let forms = match form {
        Form::Csv => (Some(TimelineForm::Csv), LogonsForm::Csv),
        Form::Ndjson => (Some(TimelineForm::JsonLines), LogonsForm::JsonLines),
        Form::Table => (None, LogonsForm::Table),
        _ => return,
    };
    if let Some(form) = forms.0 {
        report::timeline_line(form, &hit, Tlp::Amber, out).expect("memory");
    }
    report::logons(answer, forms.1, &style, out).expect("memory");
}

/// Written anew, not taken from the code under test: what acts on a terminal or hides or reorders text.
pub fn acts(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\r')
        || ('\u{200b}'..='\u{200f}').contains(&c)
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{206f}').contains(&c)
        || ('\u{e0000}'..='\u{e0fff}').contains(&c)
        || ('\u{fe00}'..='\u{fe0f}').contains(&c)
        || "\u{3164}\u{115f}\u{1160}\u{34f}\u{180b}\u{2800}\u{ffa0}\u{ad}".contains(c)
        || c == '\u{feff}'
}

#[test]
fn no_character_that_acts_is_in_any_form() {
    for payload in PAYLOADS {
        for form in all_forms() {
            let text = written(payload, form);
            let found: Vec<char> = text.chars().filter(|c| acts(*c)).collect();
            assert!(found.is_empty(), "{found:?} of {payload:?} in {form:?}");
            if form != Form::Csv {
                assert!(!text.contains('\r'), "a carriage return of {payload:?} in {form:?}");
            }
        }
    }
}

#[test]
fn no_payload_adds_a_line_to_the_forms_that_are_read_by_line() {
    for form in [Form::Ndjson, Form::Csv] {
        let lines = |payload| written(payload, form).lines().count();
        let expected = lines("harmless");
        for payload in PAYLOADS {
            assert_eq!(lines(payload), expected, "{payload:?} in {form:?}");
        }
    }
}

#[test]
fn no_markup_is_on_the_page() {
    let tags = |payload| -> Vec<String> {
        let page = written(payload, Form::Html);
        let mut tags: Vec<String> = page
            .match_indices('<')
            .map(|(at, _)| page[at + 1..].chars().take_while(char::is_ascii_alphanumeric).collect())
            .collect();
        tags.sort();
        tags.dedup();
        tags
    };
    let expected = tags("harmless");
    for payload in PAYLOADS {
        assert_eq!(tags(payload), expected, "{payload:?}");
        let page = written(payload, Form::Html);
        for alive in ["<script", "<img", "onerror=alert(1)>", "href=\"javascript", "href=\"http", "\"'>"] {
            assert!(!page.contains(alive), "{alive} of {payload:?}");
        }
    }
}

#[test]
fn no_markup_is_in_the_markdown() {
    for payload in PAYLOADS {
        let text = written(payload, Form::Markdown);
        let outside = outside_fences(&text);
        assert!(!outside.contains('<'), "{payload:?}");
        let outside = outside.replace("\\\\", "").replace("\\]", "");
        assert!(!outside.contains("](") && !outside.contains("]["), "{payload:?}");
        for line in outside.lines().filter(|line| line.starts_with('|')) {
            let cells = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
            let head = [3, 4, 5, 6, 7, 11];
            assert!(head.contains(&cells), "{cells} bars in {line}");
        }
    }
}

/// The Markdown without what is in fences; fails when a fence is closed from within.
fn outside_fences(text: &str) -> String {
    let mut out = String::new();
    let mut fence: Option<usize> = None;
    for line in text.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks >= open && line.trim_start_matches('`').is_empty() => fence = None,
            Some(_) => {}
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "a fence stays open");
    out
}

#[test]
fn no_formula_is_in_a_spreadsheet() {
    for payload in PAYLOADS {
        let text = written(payload, Form::Csv);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        for row in reader.records() {
            for cell in &row.expect("well formed") {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
                assert!(!cell.contains(";+") && !cell.contains(";-") && !cell.contains(";@"), "{cell}");
            }
        }
    }
}

#[test]
fn no_address_or_link_can_be_followed_by_people() {
    for payload in PAYLOADS {
        for form in [Form::Table, Form::Markdown, Form::Html] {
            let text = without_proof_of_host(&written(payload, form));
            let text = text.replace("<wbr>", "").replace('\\', "");
            for alive in ["http://drop", "drop.evil.example", "203.0.113.77"] {
                let line = text.lines().find(|line| line.contains(alive));
                assert_eq!(line, None, "{alive} in {form:?}");
            }
        }
    }
}

/// The name of a machine as the inventory has it is exact in the proof, where nothing makes a link of it.
fn without_proof_of_host(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.starts_with("  host: ")) {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("<dt>host</dt>") {
            out.push_str(before);
            rest = after.split_once("</dd>").expect("its value").1;
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

#[test]
fn what_machines_read_is_exact() {
    for payload in PAYLOADS {
        let answer = poisoned(payload);
        let text = rendered(&answer, Form::Ndjson, &Style::default());
        let (findings, problems) = report::read_findings(&mut text.as_bytes());
        assert!(problems.is_empty());
        assert_eq!(findings, each(&answer));
        let value: serde_json::Value =
            serde_json::from_str(&rendered(&answer, Form::Json, &Style::default())).expect("JSON");
        assert_eq!(value["stories"][0]["steps"][0]["what"], payload);
    }
}

#[test]
fn hostile_text_is_no_wider_than_the_terminal() {
    use unicode_width::UnicodeWidthStr;
    let wide = "漢字かな".repeat(60);
    for payload in PAYLOADS.into_iter().chain([wide.as_str()]) {
        for line in written(payload, Form::Table)
            .lines()
            .filter(|line| !line.starts_with(|c: char| c.is_ascii_hexdigit()))
        {
            assert!(line.width() <= 80, "{}: {line}", line.width());
        }
    }
}
