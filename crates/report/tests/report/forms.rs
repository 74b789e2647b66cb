//! Each form of the sample answer, held against a file that was read by a person; and what forms promise.

use crate::{each, estate, large, rendered, sample};
use expect_test::expect_file;
use model::answer::{NotSeen, Topic};
use model::asked::{Question, Verdict};
use model::{Answer, FindingKind, Tlp};
use report::{Form, LogonsForm, Style};
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// The screen of the sample: fifty lines, eight for what the advisory asks, four where what to do first is long.
const SCREEN_LINES: usize = 62;

fn plain() -> Style {
    Style::default()
}

#[test]
fn the_terminal_screen() {
    let text = rendered(&sample::answer(), Form::Table, &plain());
    expect_file!["golden/table.txt"].assert_eq(&text);
    assert!(text.lines().count() <= SCREEN_LINES, "one screen: {}", text.lines().count());
}

#[test]
fn the_terminal_screen_in_ascii() {
    let text = rendered(&sample::answer(), Form::Table, &Style { unicode: false, ..plain() });
    expect_file!["golden/table-ascii.txt"].assert_eq(&text);
    assert!(text.is_ascii());
}

#[test]
fn an_empty_answer_says_what_was_looked_at() {
    let nothing = Answer { looked_at: sample::answer().looked_at, ..Answer::default() };
    let mut text = rendered(&nothing, Form::Table, &plain());
    text.push_str("----\n");
    text.push_str(&rendered(&Answer::default(), Form::Table, &plain()));
    expect_file!["golden/table-empty.txt"].assert_eq(&text);
}

#[test]
fn what_to_do_first_comes_before_the_details_and_is_never_cut() {
    let mut answer = large::answer();
    let named = |n: usize| format!("account-of-service-{n:03}");
    let accounts: Vec<String> = (0..12).map(named).collect();
    for action in &mut answer.first {
        action.what = format!("change the passwords of {}", accounts.join(", "));
    }
    let screen = rendered(&answer, Form::Table, &plain());
    let place = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text}\n{screen}"));
    assert!(place("FIRST") < place("\n\nHIT") && place("FIRST") < place("EXPOSED"), "{screen}");
    let shown = answer.first.len().min(10);
    assert!(shown > 2, "an answer with several things to do");
    assert_eq!(screen.matches("account-of-service-011").count(), shown, "{screen}");
}

#[test]
fn no_digits_of_a_finding_begin_a_line_by_themselves() {
    for width in [48, 61, 72, 80, 98, 110, 120] {
        let style = Style { width, ..plain() };
        for answer in [sample::answer(), large::answer()] {
            let mut out = rendered(&answer, Form::Table, &style).into_bytes();
            report::hunt(&answer, &style, &mut out).expect("memory");
            let text = String::from_utf8(out).expect("text");
            for finding in each(&answer).iter().filter(|finding| finding.kind != FindingKind::Exposure) {
                let digits = &finding.id.as_str()["finding--".len()..][..8];
                assert!(!text.lines().any(|line| line.trim() == digits), "{digits} at {width}\n{text}");
            }
        }
    }
}

#[test]
fn no_line_is_wider_than_asked() {
    for width in [48, 60, 80, 100, 132, 160, 200, 300] {
        for unicode in [true, false] {
            let style = Style { width, unicode, ..plain() };
            for answer in [sample::answer(), estate::estate(), large::answer()] {
                let mut out = rendered(&answer, Form::Table, &style).into_bytes();
                report::hunt(&answer, &style, &mut out).expect("memory");
                report::logons(&answer, LogonsForm::Table, &style, &mut out).expect("memory");
                report::explain(answer.exposures[0].first(), &style, &mut out).expect("memory");
                for line in String::from_utf8(out).expect("text").lines() {
                    assert!(line.width() <= width.min(200), "{} > {width}: {line}", line.width());
                }
            }
        }
    }
}

#[test]
fn colour_adds_ink_and_nothing_else() {
    let plain_text = rendered(&sample::answer(), Form::Table, &plain());
    let coloured = rendered(&sample::answer(), Form::Table, &Style { colour: true, ..plain() });
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\x1b[") {
        bare.push_str(before);
        rest = after.split_once('m').expect("SGR only").1;
    }
    bare.push_str(rest);
    assert_eq!(bare, plain_text);
    assert!(coloured.contains("\x1b[1;31mcritical\x1b[0m"));
}

#[test]
fn the_markdown_document() {
    expect_file!["golden/answer.md"].assert_eq(&rendered(&sample::answer(), Form::Markdown, &plain()));
}

#[test]
fn the_spreadsheet() {
    let text = rendered(&sample::answer(), Form::Csv, &plain());
    expect_file!["golden/findings.csv"].assert_eq(&text.replace("\r\n", "\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> =
        reader.records().map(|row| row.expect("as wide as its head")).collect();
    assert_eq!(rows.len(), sample::answer().finding_count());
}

#[test]
fn the_document_has_every_part() {
    let text = rendered(&sample::answer(), Form::Json, &plain());
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut expected = vec![
        "now",
        "organisation",
        "tlp",
        "advisories",
        "asked",
        "looked_at",
        "documents",
        "first",
        "stories",
        "findings",
        "checks",
        "race",
        "cannot_tell",
        "not_seen",
        "slips",
        "bounds",
        "hits_by_hour",
        "set_aside",
        "suppressed",
        "holes",
        "problems",
    ];
    // Whether a map keeps its order is a feature that another crate of the build may switch on.
    keys.sort_unstable();
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(value["findings"].as_array().map(Vec::len), Some(sample::answer().finding_count()));
    assert_eq!(value["documents"][0]["taken"][0]["name"], "components");
    assert_eq!(value["set_aside"][0]["status"], "not_affected");
    assert_eq!(value["stories"][0]["steps"][12]["host"], "files-2");
    assert_eq!(value["stories"][0]["notes"][0], "4.1 GB left to 203.0.113.77 in three hours");
    let asked = &value["asked"][0];
    assert_eq!(
        (&asked["title"], &asked["source"]),
        (&"APT40 tradecraft in action".into(), &"advisory.md".into())
    );
    let flaw = &asked["questions"][3];
    assert_eq!(flaw["kind"], "vulnerability");
    assert_eq!(flaw["about"], "CVE-2021-44228");
    assert_eq!(flaw["verdict"], "exposed");
    assert_eq!(flaw["detail"], "portal-1 and app-2");
    assert_eq!(
        (&flaw["finding_count"], &flaw["findings"][1]),
        (&2.into(), &value_of_finding(&value, "app-2").into())
    );
    assert_eq!(flaw.get("supply"), None);
    let kind = &asked["questions"][8];
    assert_eq!((&kind["number"], &kind["supply"]), (&10.into(), &"Sysmon event 1 or an EDR export".into()));
    assert_eq!(value["race"][0]["on_kev"], "2021-12-10");
    assert_eq!(value["checks"][3]["answer"], "unknown");
    assert_eq!(value["advisories"][0]["indicators"][0]["count"], 10);
}

/// The identifier of the finding about Log4Shell on a machine.
fn value_of_finding(document: &serde_json::Value, host: &str) -> String {
    let findings = document["findings"].as_array().expect("findings");
    let is_it =
        |one: &&serde_json::Value| one["intel"]["id"] == "CVE-2021-44228" && one["subject"]["host"] == host;
    findings.iter().find(is_it).expect("there")["id"].as_str().expect("text").to_owned()
}

#[test]
fn findings_survive_the_way_out_and_back() {
    let answer = sample::answer();
    let text = rendered(&answer, Form::Ndjson, &plain());
    let (findings, problems) = report::read_findings(&mut text.as_bytes());
    assert!(problems.is_empty());
    assert_eq!(findings, each(&answer));
}

/// A report by others that is marked RED makes every form RED, and each finding keeps its own marking.
#[test]
fn a_red_finding_raises_the_whole_in_every_form() {
    let mut answer = sample::answer();
    let mut red =
        answer.findings.iter().find(|finding| finding.kind == FindingKind::Compromise).expect("one").clone();
    red.intel.tlp = Tlp::Red;
    red.subject = model::Subject { name: Some("harbour.example".to_owned()), ..model::Subject::default() };
    answer.findings.retain(|finding| finding.id != red.id);
    answer.findings.push(red.clone());
    for form in Form::OF_ANSWERS {
        let (before, after) =
            (rendered(&sample::answer(), form, &plain()), rendered(&answer, form, &plain()));
        let mark = if form == Form::Stix {
            "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
        } else {
            "TLP:RED"
        };
        assert!(!before.contains(mark) && after.contains(mark), "{form:?}");
    }
    let document: serde_json::Value =
        serde_json::from_str(&rendered(&answer, Form::Json, &plain())).expect("JSON");
    assert_eq!(document["tlp"], "TLP:RED");
    let findings = document["findings"].as_array().expect("findings");
    let of = |tlp: &str| findings.iter().filter(|finding| finding["tlp"] == tlp).count();
    assert_eq!((of("TLP:RED"), of("TLP:AMBER+STRICT")), (1, findings.len() - 1));
    let text = rendered(&answer, Form::Ndjson, &plain());
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("an object"));
    assert_eq!(
        lines.map(|line| line["tlp"].clone()).collect::<Vec<_>>(),
        findings.iter().map(|one| one["tlp"].clone()).collect::<Vec<_>>()
    );
    let csv = rendered(&answer, Form::Csv, &plain());
    assert!(csv.lines().skip(1).all(|line| line.ends_with(",TLP:RED")), "{csv}");
    let table = rendered(&answer, Form::Table, &plain());
    assert!(table.contains("\n\nTLP:RED\n"), "{table}");
    let page = rendered(&answer, Form::Html, &plain());
    assert_eq!(page.matches("<span>TLP:RED</span>").count(), 0, "the whole says it");
    assert!(page.contains("content: \"TLP:RED\"") && page.contains("<span>TLP:AMBER+STRICT</span>"));
    let quiet = rendered(&sample::answer(), Form::Html, &plain());
    assert!(!quiet.contains("<span>TLP:AMBER+STRICT</span>"), "it is that of the whole");
    assert_eq!(report::marking(&answer, &plain()), Tlp::Red);
    let mut out = Vec::new();
    report::hunt(&answer, &plain(), &mut out).expect("memory");
    for form in [LogonsForm::Table, LogonsForm::Csv] {
        let length = out.len();
        report::logons(&answer, form, &plain(), &mut out).expect("memory");
        assert!(out.len() > length);
    }
    assert!(String::from_utf8(out).expect("text").matches("TLP:RED").count() >= 2);
}

#[test]
fn the_same_answer_gives_the_same_bytes() {
    for form in Form::OF_ANSWERS {
        assert_eq!(rendered(&sample::answer(), form, &plain()), rendered(&sample::answer(), form, &plain()));
    }
}

#[test]
fn a_finding_is_explained() {
    let answer = sample::answer();
    let mut out = Vec::new();
    for finding in [&answer.findings[0], &answer.findings[1], answer.exposures[0].first()] {
        report::explain(finding, &plain(), &mut out).expect("memory");
        out.extend_from_slice(b"----\n");
    }
    expect_file!["golden/explain.txt"].assert_eq(&String::from_utf8(out).expect("text"));
}

#[test]
fn a_finding_is_asked_for_by_the_beginning_of_its_digits_or_its_flaw() {
    let answer = sample::answer();
    let finding = answer.exposures[0].first();
    let digits = finding.id.as_str().strip_prefix("finding--").expect("ours");
    assert!(report::is_meant(finding, &digits[..8]) && report::is_meant(finding, finding.id.as_str()));
    assert!(report::is_meant(finding, &finding.intel.id.to_lowercase()));
    assert!(report::is_meant(finding, &digits[..1]), "whoever asks finds out whether it is the only one");
    assert!(!report::is_meant(finding, "") && !report::is_meant(finding, "finding--"));
    assert!(report::name_line(finding).starts_with(&digits[..8]));
}

fn extracted(form: Form) -> String {
    let mut out = Vec::new();
    report::extract(&sample::reports(), &sample::wish(form), &mut out).expect("memory");
    String::from_utf8(out).expect("text")
}

#[test]
fn a_report_is_extracted_for_people() {
    expect_file!["golden/extract.txt"].assert_eq(&extracted(Form::Table));
    expect_file!["golden/extract.md"].assert_eq(&extracted(Form::Markdown));
    assert!(
        extracted(Form::Html).contains("drop[<wbr>.<wbr>]evil") || extracted(Form::Html).contains("drop[.")
    );
}

#[test]
fn a_report_is_extracted_for_machines() {
    expect_file!["golden/extract.ndjson"].assert_eq(&extracted(Form::Ndjson));
    let value: serde_json::Value = serde_json::from_str(&extracted(Form::Json)).expect("JSON");
    assert_eq!(value["reports"][0]["mentions"][2]["value"], "203.0.113.77");
    assert_eq!(extracted(Form::Csv).lines().count(), 1 + sample::reports()[0].mentions.len());
    assert!(extracted(Form::Csv).starts_with("value,"));
}

/// The page as a file beside the build, so that a browser can be held to it.
#[test]
fn the_page_needs_no_other_file() {
    let page = rendered(&sample::answer(), Form::Html, &plain());
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/report.html");
    std::fs::File::create(file)
        .and_then(|mut f| f.write_all(page.as_bytes()))
        .expect("the build's own folder");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    for forbidden in [
        "<script",
        "src=",
        "url(",
        "@import",
        "javascript:",
        "onload",
        "<link",
        "<img",
        "<iframe",
        "href=\"http",
    ] {
        assert!(!page.contains(forbidden), "{forbidden} in the page");
    }
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"));
}

#[test]
fn headings_of_the_page_do_not_skip_a_level() {
    for answer in [sample::answer(), estate::estate()] {
        let page = rendered(&answer, Form::Html, &plain());
        let levels: Vec<u32> = page
            .match_indices("<h")
            .filter_map(|(at, _)| page[at + 2..].chars().next().and_then(|c| c.to_digit(10)))
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        for pair in levels.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "h{} after h{}", pair[1], pair[0]);
        }
    }
}

#[test]
fn every_link_of_the_page_leads_to_something_on_it() {
    assert!(assert_links_lead_somewhere(&rendered(&sample::answer(), Form::Html, &plain())) > 20);
}

pub fn assert_links_lead_somewhere(page: &str) -> usize {
    let mut links = 0;
    for (at, _) in page.match_indices("href=\"#") {
        let target = page[at + 7..].split('"').next().expect("closed");
        assert!(page.contains(&format!("id=\"{target}\"")), "{target} is nowhere");
        links += 1;
    }
    links
}

#[test]
fn every_finding_of_the_answer_is_on_the_page_once() {
    let answer = sample::answer();
    let page = rendered(&answer, Form::Html, &plain());
    for finding in &each(&answer) {
        assert_eq!(page.matches(&format!("id=\"{}\"", finding.id)).count(), 1, "{}", finding.title);
    }
}

/// One question past each bound: what has no row is counted by its answer, in every form for people.
#[test]
fn questions_past_the_bounds_are_counted() {
    let mut answer = sample::answer();
    let flaw = answer.asked[0].questions[0].clone();
    let flaws = |n: usize| -> Vec<Question> {
        (0..n).map(|n| Question { about: format!("CVE-2020-{n:05}"), ..flaw.clone() }).collect()
    };
    answer.asked[0].questions = flaws(501);
    let screen = rendered(&answer, Form::Table, &plain());
    assert!(screen.lines().count() <= SCREEN_LINES, "{screen}");
    // Nobody is needed, so the sort has one row.
    assert!(
        screen.contains("ASKED      CVEs  501 not with us: CVE-2020-00000, CVE-2020-00001 and 499 more\n")
    );
    answer.asked[0].questions.iter_mut().for_each(|one| one.verdict = Verdict::Exposed);
    let screen = rendered(&answer, Form::Table, &plain());
    assert!(screen.lines().count() <= SCREEN_LINES, "{screen}");
    assert!(screen.contains("CVE-2020-00000  exposed") && screen.contains("more CVEs: 49"), "{screen}");
    answer.asked[0].questions = flaws(501);
    assert!(rendered(&answer, Form::Markdown, &plain()).contains("… and 1 more; JSON holds all."));
    let page = rendered(&answer, Form::Html, &plain());
    assert!(page.contains("477 further questions: 477 not with us"));
    assert!(!page.contains("… and 1 more; <code class=\"short\">--format json"));
    answer.asked[0].questions = flaws(24 + 501);
    assert!(rendered(&answer, Form::Html, &plain()).contains("… and 1 more; "));
    answer.asked[0].questions.clear();
    for form in [Form::Table, Form::Markdown, Form::Html] {
        let text = rendered(&answer, form, &plain());
        assert!(text.to_lowercase().contains("it names no cve, indicator, technique or control"), "{text}");
    }
    answer.asked = vec![answer.asked[0].clone(); 60];
    assert!(rendered(&answer, Form::Table, &plain()).contains("\n           … and 5"));
    assert!(rendered(&answer, Form::Html, &plain()).contains("… and 10 more; "));
}

#[test]
fn a_listing_past_its_bound_is_counted_and_other_forms_are_refused() {
    let of = |rows: usize| report::Listing {
        title: "Rules",
        lead: String::new(),
        columns: &["title"],
        rows: vec![vec!["x".to_owned()]; rows],
    };
    for form in Form::OF_LISTINGS {
        let written = |rows| {
            let mut out = Vec::new();
            report::listing(&of(rows), form, &mut out).expect("memory");
            String::from_utf8(out).expect("text")
        };
        assert!(!written(5000).contains("… and"));
        assert!(written(5001).contains("… and 1 more; "));
    }
    assert!(report::listing(&of(1), Form::Csv, &mut Vec::new()).is_err());
    let answer = sample::answer();
    assert!(report::explain_as(&answer.findings[0], Form::Stix, &plain(), &mut Vec::new()).is_err());
}

/// An answer many times the usual size: every list is cut with a count, and the screen stays a screen.
#[test]
fn a_flood_still_ends_with_what_to_do_first() {
    let mut answer = sample::answer();
    answer.stories = vec![answer.stories[0].clone(); 30];
    answer.advisories = vec![answer.advisories[0].clone(); 9];
    answer.first[0].findings.clear();
    answer.not_seen = (0..900).map(|n| NotSeen::new(Topic::Logs, format!("no logs from zone {n}"))).collect();
    for n in 0..700u32 {
        let evidence = model::Evidence::at("a", u64::from(n), None);
        let intel = answer.exposures[0].first().intel.clone();
        let subject = model::Subject::default();
        let finding = model::Finding::new(model::FindingKind::Exposure, intel, subject, &[], evidence);
        let member = model::Member { claim: 0, machine: 0, document: 0, place: n };
        let product = std::sync::Arc::from(n.to_string());
        let spread = model::Spread::new(finding, &product, vec![member], &std::sync::Arc::default());
        answer.exposures.extend(spread);
    }
    answer.first[0].findings = vec![answer.exposures[711].first().id.clone()];
    let screen = rendered(&answer, Form::Table, &plain());
    assert!(screen.lines().count() <= SCREEN_LINES, "{screen}");
    assert!(
        screen.contains("… and 29 more") && screen.contains("FIRST       1  isolate portal-1"),
        "{screen}"
    );
    let page = rendered(&answer, Form::Html, &plain());
    assert!(
        page.contains("… and 10 more") && page.contains("… and 500 more") && page.contains("… and 700 more")
    );
    assert_links_lead_somewhere(&page);
    let document = rendered(&answer, Form::Markdown, &plain());
    assert!(document.contains("… and 512 more; JSON holds all"));
}
