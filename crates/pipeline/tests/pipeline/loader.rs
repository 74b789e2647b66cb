//! The loader of rules: its order, its limit, and that nothing it leaves out is left out in silence.

use crate::Files;
use pipeline::{InputKind, RuleBook, RuleChoice, Source};
use proptest::prelude::*;
use sigma::Level;
use std::collections::BTreeSet;
use std::fmt::Write as _;

fn rule(title: &str, level: &str) -> String {
    format!(
        "title: {title}\nname: {title}\nlogsource: {{category: webserver}}\ndetection:\n  s:\n    cs-uri-stem: /{title}\n  \
         condition: s\nlevel: {level}\n---\n"
    )
}

fn correlation(title: &str, references: &[String]) -> String {
    format!(
        "title: {title}\nname: {title}\ncorrelation: {{type: event_count, rules: [{}], group-by: [host], timespan: 1m, \
         condition: {{gte: 1}}}}\n\
         level: high\n---\n",
        references.join(", ")
    )
}

fn load(files: &Source, tuning: &Source, choice: &RuleChoice) -> RuleBook {
    RuleBook::read(files, tuning, choice, &(), &mut |_, _| {})
}

fn titles(book: &RuleBook) -> Vec<&str> {
    book.rules.iter().map(|rule| rule.title.as_str()).collect()
}

/// The problems of the documents, as a user reads them.
fn problems(files: &Files, book: &RuleBook) -> Vec<String> {
    let shown = |problem: &model::Problem| {
        files.relative(&format!("{problem} [{}]", problem.help.as_deref().unwrap_or("")))
    };
    book.intake.problems.iter().map(shown).collect()
}

#[test]
fn tuning_comes_before_the_choice_and_filters_before_it_is_compiled() {
    let files = Files::new();
    let own: Vec<(&str, &[u8])> = vec![("rules/own.yml", b"title: own\nlevel: low\nlogsource: {category: webserver}\ndetection: {s: {cs-uri-stem: /own}, condition: s}\n")];
    let filter = "title: f\nlogsource: {category: webserver}\nfilter: {rules: [raised], s: {c-ip: 192.0.2.1}, \
                  condition: not s}\n";
    let rules = [rule("raised", "low"), rule("low", "low"), rule("off", "high"), filter.to_owned()].concat();
    let rules = files.source("rules.yml", rules);
    let tuning = files.source("tuning.yml", "disable: [off]\nlevels: {raised: high, own: critical}\n");
    let choice =
        RuleChoice { built_in: Source::BuiltIn(own), min_level: Some(Level::High), ..RuleChoice::default() };
    let book = load(&rules, &tuning, &choice);
    assert_eq!(titles(&book), ["own", "raised"]);
    assert_eq!((book.disabled, book.files, book.intake.documents), (1, 1, 2));
    let raised = book.rules.iter().find(|rule| rule.title == "raised").expect("chosen");
    assert_eq!(raised.conditions().count(), 1);
    assert!(raised.searches().count() > 1, "the filter's search is part of the rule");
    let compiled = book.compile();
    assert_eq!(
        (compiled.set.rules().len(), compiled.diagnostics.len()),
        (2, 0),
        "{:?}",
        compiled.diagnostics
    );
}

/// A file of rules: one, a comment that fills it to this length, and one that its last line narrows.
fn file_of(length: usize) -> Vec<u8> {
    let last = "---\ntitle: Narrow\nlogsource: {category: webserver}\ndetection:\n  s:\n    cs-uri-stem: /a\n  \
                t:\n    c-ip: 192.0.2.1\n  condition: s and t\n";
    let mut text = rule("First", "low").into_bytes();
    let filling = length - text.len() - last.len();
    text.extend((0..filling).map(|at| match at % (1 << 20) {
        _ if at + 1 == filling => b'\n',
        0 => b'\n',
        1 => b'#',
        _ => b'x',
    }));
    text.extend(last.bytes());
    text
}

#[test]
fn a_file_one_byte_over_the_limit_is_used_up_to_its_last_whole_rule() {
    let files = Files::new();
    let over = files.source("over.yml", file_of(sigma::FILE_BYTES_MAX + 1));
    let book = load(&over, &Source::None, &RuleChoice::default());
    assert_eq!(titles(&book), ["First"]);
    assert_eq!(
        problems(&files, &book),
        ["over.yml, line 75: longer than 64 MiB; from this line on it was not read [split the file]"]
    );
    assert_eq!(book.diagnostics, []);

    let at = files.source("at.yml", file_of(sigma::FILE_BYTES_MAX));
    let book = load(&at, &Source::None, &RuleChoice::default());
    assert_eq!((titles(&book), problems(&files, &book)), (vec!["First", "Narrow"], vec![]));
}

#[test]
fn a_tuning_over_the_limit_is_not_used_at_all() {
    let files = Files::new();
    let rules = files.source("rules.yml", rule("a", "low"));
    let mut text = b"disable: [a, b]\n".to_vec();
    text.resize(sigma::FILE_BYTES_MAX + 1, b' ');
    let tuning = files.source("tuning.yml", text);
    let book = load(&rules, &tuning, &RuleChoice::default());
    assert_eq!((titles(&book), book.disabled), (vec!["a"], 0));
    assert_eq!(problems(&files, &book), ["tuning.yml: longer than 64 MiB; it was not used [shorten it]"]);
    assert_eq!(book.intake.nothing_in, [InputKind::Tuning]);
}

#[test]
fn every_rule_of_a_file_of_22_000_is_used() {
    let files = Files::new();
    let mut text = String::new();
    for n in 0..22_000 {
        write!(
            text,
            "--- {{title: r{n}, logsource: {{product: a}}, detection: {{s: {{b: c{n}}}, condition: s}}}}"
        )
        .expect("memory");
        text.push_str(
            " # a rule as long as those that people write, with its title, its status and its author\n",
        );
        text.push_str(&format!("# {}\n", "x".repeat(120)));
    }
    assert!(text.len() > 4_900_000);
    let book = load(&files.source("many.yml", text), &Source::None, &RuleChoice::default());
    assert_eq!((book.rules.len(), book.diagnostics.len(), book.intake.problems.len()), (22_000, 0, 0));
}

#[test]
fn what_is_no_file_of_rules_and_what_is_no_utf_8_is_noted() {
    let files = Files::new();
    files.write("rules/a.YAML", rule("a", "low"));
    let latin = rule("b", "low").replace("level", "author: Jörg\nlevel");
    let latin: Vec<u8> = latin.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    files.write("rules/latin.yml", latin);
    files.write("rules/LICENSE", "text");
    files.write("rules/README.md", "text");
    let source = Source::Paths(vec![files.path("rules")]);
    let book = load(&source, &Source::None, &RuleChoice::default());
    assert_eq!(titles(&book), ["a", "b"]);
    assert_eq!(
        problems(&files, &book),
        [
            "rules/latin.yml, line 8: not UTF-8 from this line on; unreadable bytes were replaced [save the file as UTF-8]",
            "rules/LICENSE: passed over, as one more document is: they are no files of rules [files of rules end in .yml or .yaml]",
        ]
    );
    assert!(book.intake.problems.iter().all(|problem| problem.fault == model::Fault::Note));
}

#[test]
fn a_chain_of_20_000_correlations_is_followed_to_its_end() {
    // Each refers to the one before it, and only the last is asked for: the order that costs most.
    let files = Files::new();
    let mut text = rule("c0", "low");
    for n in 1..=20_000 {
        text.push_str(&format!("--- {{title: c{n}, name: c{n}, level: low, correlation: {{type: event_count, rules: [c{}], group-by: [a], timespan: 1m, condition: {{gte: 1}}}}}}\n", n - 1));
    }
    let choice = RuleChoice { only: vec!["c20000".to_owned()], ..RuleChoice::default() };
    let book = load(&files.source("chain.yml", text), &Source::None, &choice);
    assert_eq!((book.rules.len(), book.correlations.len()), (1, 20_000));
}

#[test]
fn many_diagnostics_of_one_file_are_counted() {
    let files = Files::new();
    let mut text = String::new();
    for n in 0..1_002 {
        text.push_str(&format!("--- {{title: r{n}, logsource: {{product: a}}, detection: {{s: {{b|expand: '%c%'}}, condition: s}}}}\n"));
    }
    let book = load(&files.source("many.yml", text), &Source::None, &RuleChoice::default());
    let compiled = book.compile();
    assert_eq!((compiled.set.rules().len(), compiled.diagnostics.len()), (0, 1_001));
    let last = compiled.diagnostics.last().map(|last| (last.severity, last.message.as_str()));
    let message = "2 more diagnostics of this file were counted, not kept; 2 of them errors";
    assert_eq!(last, Some((sigma::Severity::Error, message)));
}

/// What is kept, found by going over everything until nothing changes.
fn kept_slowly(references: &[BTreeSet<usize>], asked: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut kept = asked.clone();
    loop {
        let more: BTreeSet<usize> = kept.iter().flat_map(|at| &references[*at]).copied().collect();
        if more.is_subset(&kept) {
            return kept;
        }
        kept.extend(more);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The first half are rules, the others correlations over any of them, circles included.
    #[test]
    fn what_a_choice_is_made_of_stays(
        references in prop::collection::vec(prop::collection::btree_set(0..12usize, 1..4), 6),
        asked in prop::collection::btree_set(0..12usize, 1..4),
    ) {
        let files = Files::new();
        // A word of a choice may also be in the path of the file.
        let name = |at: usize| format!("unlikely{at:02}");
        let all: Vec<BTreeSet<usize>> = (0..6).map(|_| BTreeSet::new()).chain(references).collect();
        let mut text = String::new();
        for (at, references) in all.iter().enumerate() {
            let names: Vec<String> = references.iter().map(|at| name(*at)).collect();
            text.push_str(&if at < 6 { rule(&name(at), "low") } else { correlation(&name(at), &names) });
        }
        let choice = RuleChoice { only: asked.iter().map(|at| name(*at)).collect(), ..RuleChoice::default() };
        let book = load(&files.source("any.yml", text), &Source::None, &choice);
        let kept: BTreeSet<String> = book.rules.iter().map(|rule| rule.title.clone())
            .chain(book.correlations.iter().map(|correlation| correlation.about.title.clone())).collect();
        let slowly: BTreeSet<String> = kept_slowly(&all, &asked).into_iter().map(name).collect();
        prop_assert_eq!(kept, slowly);
    }
}
