//! Public rules and recordings, if the shared data folder exists: `OUTPACE_DATA`, or `shared/data` beside the
//! workspace. Without it these tests print a line and end.

use std::collections::BTreeMap;
use std::path::Path;

use crate::shared::{Pairs, data, files, read};
use sigma::{Event, LogSource, RuleSet, Scratch, Severity, Value, parse};

fn public_rules(data: &Path) -> (usize, RuleSet, Vec<sigma::Diagnostic>) {
    let mut paths = Vec::new();
    for folder in ["rules", "rules-emerging-threats", "rules-threat-hunting"] {
        files(&data.join("sigma").join(folder), "yml", &mut paths);
    }
    let (mut rules, mut diagnostics) = (Vec::new(), Vec::new());
    for path in &paths {
        let mut parsed = parse(&read(path), &path.display().to_string());
        rules.append(&mut parsed.rules);
        diagnostics.append(&mut parsed.diagnostics);
    }
    let (set, mut reported) = RuleSet::compile(rules);
    diagnostics.append(&mut reported);
    (paths.len(), set, diagnostics)
}

#[test]
fn the_public_rules_load_and_refused_ones_are_reported() {
    let Some(data) = data() else { return };
    let (count, set, diagnostics) = public_rules(&data);
    let errors: Vec<String> =
        diagnostics.iter().filter(|d| d.severity == Severity::Error).map(ToString::to_string).collect();
    assert!(errors.len() < 5, "{errors:#?}");
    assert_eq!(count, set.rules().len() + errors.len());
    // Both need a list of the organisation's own certificate authorities.
    assert!(errors.iter().all(|error| error.contains("placeholder-without-value")), "{errors:#?}");
}

#[test]
fn the_examples_of_the_specification_are_read() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("spec-suites/sigma"), "yml", &mut paths);
    assert!(paths.len() >= 30);
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let parsed = parse(&read(path), &name);
        let errors: Vec<&str> =
            parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| d.rule).collect();
        // Fragments in the text: a list or a map without its condition, references without type and time.
        let expected = match name.as_str() {
            "sigma-rules-specification-05.yml" | "sigma-rules-specification-06.yml" => {
                vec!["missing-condition"]
            }
            "sigma-correlation-rules-specification-01.yml" => vec!["missing-correlation-key"; 2],
            _ => vec![],
        };
        let fragment = !expected.is_empty();
        assert_eq!(errors, expected, "{name}");
        assert!(
            fragment || parsed.rules.len() + parsed.correlations.len() + parsed.filters.len() > 0,
            "{name}"
        );
    }
}

/// The fields of a recorded Windows event: `EventData` by name, `System` by name, attributes by
/// `Parent_Attribute` (rules specification, "Field Usage").
fn windows_fields(event: &serde_json::Value) -> Pairs {
    let mut pairs = Vec::new();
    let event = &event["Event"];
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    for (name, value) in event["System"].as_object().into_iter().flatten() {
        match value.get("#attributes").and_then(serde_json::Value::as_object) {
            Some(attributes) => {
                for (attribute, value) in attributes {
                    pairs.push((format!("{name}_{attribute}"), text(value)));
                }
                if let Some(value) = value.get("#text") {
                    pairs.push((name.clone(), text(value)));
                }
            }
            None => pairs.push((name.clone(), text(value))),
        }
    }
    for part in ["EventData", "UserData"] {
        let mut open: Vec<&serde_json::Value> = vec![&event[part]];
        while let Some(node) = open.pop() {
            for (name, value) in node.as_object().into_iter().flatten() {
                match value {
                    serde_json::Value::Object(_) => open.push(value),
                    serde_json::Value::Array(items) => {
                        pairs.extend(items.iter().map(|item| (name.clone(), text(item))));
                    }
                    value => pairs.push((name.clone(), text(value))),
                }
            }
        }
    }
    Pairs(pairs)
}

/// Name of the rule file and the events of each recording.
fn recordings(data: &Path) -> BTreeMap<String, Vec<Pairs>> {
    let mut paths = Vec::new();
    files(&data.join("sigma-regression"), "json", &mut paths);
    let mut recordings = BTreeMap::new();
    for path in paths {
        let text = read(&path);
        let events = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        let events: Vec<Pairs> = events.map(|event| windows_fields(&event.unwrap())).collect();
        let id = path.file_stem().unwrap().to_string_lossy().into_owned();
        recordings.insert(id, events);
    }
    recordings
}

#[test]
fn each_rule_fires_on_its_recording() {
    let Some(data) = data() else { return };
    let (_, set, _) = public_rules(&data);
    let recordings = recordings(&data);
    assert!(recordings.len() > 90);
    let mut missed = Vec::new();
    for (id, events) in &recordings {
        let Some(index) = set.rules().iter().position(|rule| rule.id.as_deref() == Some(id)) else {
            missed.push(format!("{id}: there is no rule with this id"));
            continue;
        };
        let (route, mut scratch) = (set.route(&source_of(&set.rules()[index])), Scratch::default());
        let mut fired = 0;
        for event in events {
            set.evaluate(&route, event, &mut scratch, &mut |rule| fired += usize::from(rule == index));
        }
        if fired == 0 {
            missed.push(format!(
                "{id}: {} did not fire on {} events",
                set.rules()[index].title,
                events.len()
            ));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_public_rule_agrees_with_its_twin_on_the_recordings() {
    let Some(data) = data() else { return };
    let (_, set, _) = public_rules(&data);
    // Unoptimised, the twin takes seconds for an event, so only a few recordings are used.
    for (id, events) in recordings(&data).iter().step_by(40) {
        let Some(rule) = set.rules().iter().find(|rule| rule.id.as_ref() == Some(id)) else { continue };
        let (route, mut scratch) = (set.route(&source_of(rule)), Scratch::default());
        for event in events.iter().take(1) {
            let mut hits = Vec::new();
            set.evaluate(&route, event, &mut scratch, &mut |rule| hits.push(rule));
            let twin: Vec<usize> =
                route.rules().filter(|rule| sigma::naive::matches(&set.rules()[*rule], event)).collect();
            assert_eq!(hits, twin, "{id}");
        }
    }
}

#[test]
fn every_public_rule_agrees_with_its_twin_on_all_recordings() {
    let Some(data) = data() else { return };
    if cfg!(debug_assertions) {
        eprintln!("skipped: minutes unoptimised; cargo test --release -p sigma runs it");
        return;
    }
    let (_, set, _) = public_rules(&data);
    let mut events: Vec<Pairs> = recordings(&data).into_values().flatten().collect();
    // A sample of the JSON lines that are unpacked beside the zips.
    let mut paths = Vec::new();
    files(&data.join("telemetry/otrf"), "json", &mut paths);
    for path in paths {
        let text = read(&path);
        let lines = text.lines().step_by(250).filter_map(|line| serde_json::from_str(line).ok());
        events.extend(lines.map(|value: serde_json::Value| Pairs::from_json(&value)));
    }
    let (route, mut scratch) = (set.route_all(), Scratch::default());
    let mut total = 0;
    for event in &events {
        let mut hits = Vec::new();
        set.evaluate(&route, event, &mut scratch, &mut |rule| hits.push(rule));
        let twin: Vec<usize> =
            route.rules().filter(|rule| sigma::naive::matches(&set.rules()[*rule], event)).collect();
        assert_eq!(hits, twin, "{event:?}");
        total += hits.len();
    }
    println!("{} events, {total} hits", events.len());
    assert!(total > events.len() / 2);
}

/// A log source that has exactly the parts that the rule names.
fn source_of(rule: &sigma::Rule) -> LogSource {
    let wanted = &rule.logsource;
    LogSource {
        product: wanted.product.clone(),
        service: wanted.service.clone(),
        categories: wanted.category.clone().into_iter().collect(),
    }
}

struct Once<'t>(&'t str);

impl Event for Once<'_> {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, Value<'e>)) {
        each("CommandLine", Value::Text(self.0));
    }
}

#[test]
fn routes_have_only_the_rules_of_their_log_source() {
    let text = |source: &str| {
        format!("title: t\nlogsource: {source}\ndetection: {{s: {{CommandLine: x}}, condition: s}}\n")
    };
    let rules = [
        "{product: windows, category: process_creation}",
        "{product: windows, service: security}",
        "{product: windows}",
        "{category: process_creation}",
        "{product: linux}",
    ];
    let (set, _) = RuleSet::compile(parse(&rules.map(text).join("---\n"), "a").rules);
    let source = |product: &str, service: Option<&str>, categories: &[&str]| LogSource {
        product: Some(product.into()),
        service: service.map(str::to_owned),
        categories: categories.iter().map(|c| (*c).to_owned()).collect(),
    };
    let evaluated = |source: &LogSource| {
        let (route, mut hits) = (set.route(source), Vec::new());
        set.evaluate(&route, &Once("X"), &mut Scratch::default(), &mut |rule| hits.push(rule));
        assert_eq!(hits, route.rules().collect::<Vec<_>>());
        hits
    };
    assert_eq!(evaluated(&source("Windows", Some("sysmon"), &["process_creation"])), [0, 2, 3]);
    assert_eq!(evaluated(&source("windows", Some("security"), &[])), [1, 2]);
    assert_eq!(evaluated(&source("linux", None, &["process_creation", "file_event"])), [3, 4]);
    assert_eq!(evaluated(&LogSource::default()), [0usize; 0]);
}
