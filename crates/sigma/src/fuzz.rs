//! Entry points for fuzzing: no input may make them panic, hang or use memory without bound.

use crate::event::{Event, Value};
use crate::{Correlations, Matches, RuleSet, Scratch, Tuning, apply_filters, parse};

struct TextAsEvent<'t>(&'t str);

impl Event for TextAsEvent<'_> {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, Value<'e>)) {
        for line in self.0.lines() {
            match line.split_once(':') {
                Some((name, value)) => each(name.trim(), Value::Text(value.trim())),
                None => each(line, Value::Null),
            }
        }
    }
}

/// Reads bytes as a file of rules, compiles them, and evaluates them on an event that is made of the same text, one
/// field per line. Matcher, naive twin and explanation must agree. Correlation rules and filters are applied too.
pub fn fuzz_rules(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parsed = parse(&text, "fuzz.yml");
    apply_filters(&mut parsed.rules, &parsed.filters);
    let (set, _) = RuleSet::compile(parsed.rules);
    let (route, mut scratch) = (set.route_all(), Scratch::default());
    let event = TextAsEvent(&text);
    let mut hits = Vec::new();
    set.evaluate(&route, &event, &mut scratch, &mut |rule| hits.push(rule));
    let (correlations, _) = Correlations::compile(&set, parsed.correlations);
    let mut matches = Matches::new(&correlations);
    for (time, rule) in (0..).zip(0..set.rules().len()) {
        matches.add_event(rule, time, 1, &event);
        matches.add_event(rule, i64::MIN + time, 2, &event);
        matches.add_event(rule, i64::MAX - time, 3, &event);
    }
    matches.outcome();
    for (index, rule) in set.rules().iter().enumerate() {
        assert_eq!(
            hits.contains(&index),
            crate::matching::naive::matches(rule, &event),
            "the matcher and its twin differ"
        );
        assert_eq!(hits.contains(&index), set.explain(index, &event).matched, "the explanation differs");
    }
}

/// Reads bytes as a tuning file, and applies it to the rules that the same bytes contain.
pub fn fuzz_tuning(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (tuning, _) = Tuning::parse(&text, "fuzz.yml");
    let mut parsed = parse(&text, "fuzz.yml");
    tuning.apply(&mut parsed.rules, &mut parsed.correlations);
    let (set, numbers, _) = tuning.searches();
    assert_eq!(set.rules().len(), numbers.len(), "each search belongs to one exception");
    tuning.is_critical(&text);
}
