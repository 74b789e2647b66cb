//! Correlation rules: they are parsed with places, resolved, and evaluated as a function of the set of matches.

use std::collections::BTreeSet;

use crate::shared::{Pairs, data, files, read};
use proptest::prelude::*;
use sigma::{Alert, Bound, CorrelationLimits, Correlations, Matches, RuleSet, parse};

const RULES: &str = "title: a\nname: a\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n---\n\
    title: b\nname: b\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n---\n\
    title: c\nname: c\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n---\n";
const SECOND: i64 = 1_000_000;

fn compile(text: &str) -> (Correlations, Vec<String>) {
    let parsed = parse(&format!("{RULES}{text}"), "c.yml");
    let (set, _) = RuleSet::compile(parsed.rules);
    let (correlations, reported) = Correlations::compile(&set, parsed.correlations);
    let all = parsed.diagnostics.iter().chain(&reported);
    (correlations, all.map(|d| format!("{}@{}:{}", d.rule, d.line, d.column)).collect())
}

fn rule(body: &str) -> String {
    format!("title: t\ncorrelation: {{{body}}}\n---\n")
}

/// Fields and values.
type Fields<'t> = &'t [(&'t str, &'t str)];
/// A match as a table writes it: rule, second, event, and pairs of field and value.
type Row<'t> = (usize, i64, u64, Fields<'t>);

fn add(matches: &mut Matches, (rule, second, event, pairs): &Row<'_>) {
    let pairs: Vec<(&str, Option<&str>)> = pairs.iter().map(|(name, value)| (*name, Some(*value))).collect();
    matches.add_event(*rule, *second * SECOND, *event, &Pairs::of(&pairs));
}

fn outcome(text: &str, rows: &[Row<'_>]) -> (Vec<Alert>, Vec<Bound>) {
    let (correlations, reported) = compile(text);
    assert_eq!(reported, [""; 0], "{text}");
    let mut matches = Matches::new(&correlations);
    rows.iter().for_each(|row| add(&mut matches, row));
    matches.outcome()
}

/// Alerts as `group first-last events value`.
fn check(text: &str, rows: &[Row<'_>], expected: &str) {
    let shown: Vec<String> = outcome(text, rows)
        .0
        .iter()
        .map(|alert| {
            let group: Vec<&str> = alert.group.iter().map(|(_, value)| value.as_str()).collect();
            let (first, last) = (alert.first / SECOND, alert.last / SECOND);
            format!(
                "{} {first}-{last} {} {}",
                group.join("/"),
                alert.events,
                (alert.value * 1e3).round() / 1e3
            )
        })
        .collect();
    assert_eq!(shown.join("; "), expected, "{text}");
}

const H: &[(&str, &str)] = &[("H", "h")];

#[test]
fn events_are_counted_at_below_and_above_the_threshold_and_at_the_edge_of_a_window() {
    let count = |condition: &str| {
        rule(&format!(
            "type: event_count, rules: [a], group-by: [H], timespan: 10s, condition: {{{condition}}}"
        ))
    };
    let three = [(0, 0, 1, H), (0, 5, 2, H), (0, 10, 3, H)];
    check(&count("gte: 3"), &three, "h 0-10 3 3");
    check(&count("gt: 3"), &three, "");
    check(&count("gte: 4"), &three, "");
    check(&count("eq: 2"), &three, "h 0-5 2 2");
    check(&count("gt: 1, lte: 2"), &three, "h 0-5 2 2");
    check(&count("neq: 1"), &three, "h 0-10 3 3");
    check(&count("lt: 2"), &three, "h 0-0 1 1");
    check(&count("gte: 3"), &[(0, 0, 1, H), (0, 5, 2, H), (0, 11, 3, H)], "");
    // The same event, and an event that two rules match, count once.
    check(&count("gte: 3"), &[(0, 0, 1, H), (0, 0, 1, H), (0, 5, 2, H)], "");
    // Windows that overlap are one alert, others are two.
    let twice = [(0, 0, 1, H), (0, 1, 2, H), (0, 2, 3, H), (0, 50, 4, H), (0, 51, 5, H), (0, 52, 6, H)];
    check(&count("gte: 3"), &twice, "h 0-2 3 3; h 50-52 3 3");
}

#[test]
fn groups_are_apart_and_a_missing_field_has_none() {
    let text = rule("type: event_count, rules: [a, b], group-by: [H, U], timespan: 1m, condition: {gte: 2}");
    let (one, two): (Fields<'_>, Fields<'_>) = (&[("H", "h"), ("U", "Bob")], &[("H", "h"), ("U", "eve")]);
    let folded: &[(&str, &str)] = &[("H", "H"), ("U", "BOB")];
    let rows = [(0, 1, 1, one), (1, 2, 2, folded), (0, 3, 3, two), (0, 4, 4, H), (0, 5, 5, H)];
    check(&text, &rows, "h/Bob 1-2 2 2");
    assert_eq!(outcome(&text, &rows).1, [Bound::Ungrouped { correlation: 0, matches: 2 }]);
    check(&text, &[(0, 1, 1, one), (1, 1, 1, one)], "");
}

#[test]
fn values_are_counted_summed_averaged_and_ranked() {
    let of = |kind: &str, condition: &str| {
        rule(&format!("type: {kind}, rules: [a], group-by: [H], timespan: 10s, condition: {{{condition}}}"))
    };
    let v: [&[(&str, &str)]; 4] = [
        &[("H", "h"), ("V", "1.5"), ("W", "x")],
        &[("H", "h"), ("V", "2.5"), ("W", "x")],
        &[("H", "h"), ("V", "1.50"), ("W", "y")],
        &[("H", "h"), ("V", "none")],
    ];
    let rows = [(0, 0, 1, v[0]), (0, 1, 2, v[1]), (0, 2, 3, v[2]), (0, 3, 4, v[3])];
    check(&of("value_count", "field: W, gte: 2"), &rows, "h 0-2 3 2");
    check(&of("value_count", "field: W, gte: 3"), &rows, "");
    check(&of("value_count", "field: [V, W], gte: 3"), &rows, "h 0-2 3 3");
    check(&of("value_sum", "field: V, gte: 5.5"), &rows, "h 0-2 3 5.5");
    check(&of("value_sum", "field: V, gt: 5.5"), &rows, "");
    check(&of("value_avg", "field: V, gte: 2"), &rows, "h 0-1 2 2");
    check(&of("value_avg", "field: V, gt: 2"), &rows, "");
    let (_, bounds) = outcome(&of("value_sum", "field: V, gte: 5"), &rows);
    assert_eq!(bounds, [Bound::Valueless { correlation: 0, matches: 1 }]);
    // The third of three values is a third of them.
    check(&of("value_percentile", "field: W, lt: 33.4"), &rows, "h 0-2 3 33.333");
    check(&of("value_percentile", "field: W, lt: 33.3"), &rows, "");
}

#[test]
fn temporal_takes_any_order_and_temporal_ordered_only_its_own() {
    let of = |kind: &str, more: &str| {
        rule(&format!("type: {kind}, rules: [a, b, c], group-by: [H], timespan: 10s{more}"))
    };
    let ordered = [(0, 0, 1, H), (1, 5, 2, H), (2, 10, 3, H)];
    let shuffled = [(1, 0, 1, H), (0, 5, 2, H), (2, 10, 3, H)];
    let late = [(0, 0, 1, H), (1, 5, 2, H), (2, 11, 3, H)];
    for (kind, rows, expected) in [
        ("temporal", ordered, "h 0-10 3 3"),
        ("temporal", shuffled, "h 0-10 3 3"),
        ("temporal", late, ""),
        ("temporal_ordered", ordered, "h 0-10 3 3"),
        ("temporal_ordered", shuffled, ""),
        ("temporal_ordered", late, ""),
    ] {
        check(&of(kind, ""), &rows, expected);
    }
    check(&of("temporal", ", condition: {gte: 2}"), &late, "h 0-11 3 2");
    check(&of("temporal_ordered", ", condition: {gte: 2}"), &shuffled, "h 0-10 3 2");
    check(&of("temporal", ", condition: a and (b or c)"), &late[..2], "h 0-5 2 2");
    check(&of("temporal", ", condition: b and not a"), &shuffled, "h 0-0 1 1");
    check(&of("temporal_ordered", ", condition: a and c"), &shuffled, "h 0-10 3 2");
    // All have one time, so their order is not known.
    check(&of("temporal_ordered", ""), &[(2, 1, 1, H), (1, 1, 2, H), (0, 1, 3, H)], "h 1-1 3 3");
}

#[test]
fn aliases_join_fields_of_different_names() {
    let text =
        rule("type: temporal, rules: [a, b], group-by: [ip], timespan: 10s, aliases: {ip: {a: dst, b: src}}");
    let rows: [Row<'_>; 3] =
        [(0, 0, 1, &[("dst", "1"), ("src", "9")]), (1, 1, 2, &[("src", "1")]), (1, 2, 3, &[("src", "2")])];
    check(&text, &rows, "1 0-1 2 2");
    let (correlations, _) = compile(&text);
    assert_eq!(correlations.fields_needed(0).unwrap(), ["dst"]);
    assert_eq!(correlations.fields_needed(1).unwrap(), ["src"]);
    assert_eq!(correlations.fields_needed(2), None);
    assert!(!correlations.alerts_alone(0) && correlations.alerts_alone(2));
    assert!(compile(&format!("generate: true\n{text}")).0.alerts_alone(0));
}

#[test]
fn chains_hand_over_the_matches_and_only_the_outermost_alerts() {
    let text = "title: out\ncorrelation: {type: temporal_ordered, rules: [many, b], group-by: [U], timespan: 10s}\n---\n\
        title: in\nname: many\ncorrelation: {type: event_count, rules: [a], group-by: [H], timespan: 10s, condition: {gte: 3}}\n";
    let (bob, eve): (Fields<'_>, Fields<'_>) = (&[("H", "h"), ("U", "bob")], &[("H", "h"), ("U", "eve")]);
    let failed = [(0, 0, 1, bob), (0, 1, 2, eve), (0, 2, 3, bob)];
    let with = |row: Row<'static>| [&failed[..], &[row]].concat();
    check(text, &with((1, 12, 9, &[("U", "eve")])), "eve 1-12 2 2");
    check(text, &with((1, 13, 9, &[("U", "eve")])), "");
    check(text, &with((1, 1, 9, &[("U", "eve")])), "");
    check(text, &failed, "");
}

#[test]
fn faults_are_named_and_placed() {
    let ok = "type: event_count, rules: [a], group-by: [H], timespan: 1m, condition: {gte: 1}";
    for (from, to, expected) in [
        ("rules: [a]", "rules: [aa]", "unknown-rule@17:42"),
        ("rules: [a]", "rules: [a, a]", "repeated-name@17:45"),
        ("timespan: 1m", "timespan: 1q", "bad-timespan@17:71"),
        ("timespan: 1m", "timespan: 999999999999y", "bad-timespan@17:71"),
        ("gte: 1", "atleast: 1", "unknown-comparison@17:87"),
        ("gte: 1", "gte: many", "not-a-number@17:92"),
        ("event_count", "value_count", "missing-field@17:86"),
        ("event_count", "event_sum", "unknown-correlation-type@17:21"),
        ("timespan", "timespam", "unknown-correlation-key@17:61 missing-correlation-key@17:14"),
        ("group-by: [H], ", "", "missing-group-by@17:14"),
        ("type:", "aliases: {x: {z: y}}, type:", "alias-of-unknown-rule@17:29"),
    ] {
        let (_, reported) = compile(&rule(&ok.replace(from, to)));
        assert_eq!(reported.join(" "), expected, "{to}");
    }
}

#[test]
fn cycles_and_what_refers_to_refused_rules_are_refused() {
    let named = |name: &str, rules: &str| {
        format!(
            "title: t\nname: {name}\ncorrelation: {{type: temporal, rules: [{rules}], group-by: [H], timespan: 1m}}\n---\n"
        )
    };
    let text =
        [named("x", "y, a"), named("y", "x"), named("z", "x"), named("w", "none"), named("v", "w")].concat();
    let (correlations, reported) = compile(&text);
    let names: Vec<&str> = reported.iter().map(|reported| reported.split('@').next().unwrap()).collect();
    let cycle = "correlation-cycle";
    assert_eq!(names, ["unknown-rule", cycle, cycle, cycle, "refused-rule"]);
    assert!(correlations.correlations().is_empty());
    let long: String = (0..17)
        .map(|n| named(&format!("n{n}"), &if n == 0 { "a".into() } else { format!("n{}", n - 1) }))
        .collect();
    let (correlations, reported) = compile(&long);
    assert_eq!((correlations.correlations().len(), reported.len()), (16, 1), "{reported:?}");
}

#[test]
fn examples_of_the_specification_are_read() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("spec-suites/sigma/examples"), "yml", &mut paths);
    let mut names = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let parsed = parse(&read(&path), &name);
        names.extend(parsed.correlations.iter().map(|_| name[name.len() - 6..name.len() - 4].to_owned()));
        if name.contains("-15") && name.contains("correlation") {
            let (set, _) = RuleSet::compile(parsed.rules);
            let (correlations, reported) = Correlations::compile(&set, parsed.correlations);
            assert_eq!((correlations.correlations().len(), reported.len()), (2, 0));
        }
    }
    names.sort();
    // 01 shows only references; 12 and 13 are rules.
    assert_eq!(names.join(" "), "05 06 07 08 09 10 11 14 15 15");
}

#[test]
fn ten_thousand_groups_and_one_past_each_limit() {
    let text = rule("type: event_count, rules: [a], group-by: [H], timespan: 1m, condition: {gte: 1}");
    let (correlations, _) = compile(&text);
    let limits = CorrelationLimits {
        matches_max: 10_001,
        groups_max: 10_000,
        alerts_max: 9_999,
        ..CorrelationLimits::default()
    };
    let mut matches = Matches::with_limits(&correlations, limits);
    for number in (0..10_002_u32).rev() {
        matches.add(0, i64::from(number), u64::from(number), &[Some(&number.to_string())]);
    }
    let (alerts, bounds) = matches.outcome();
    assert_eq!(alerts.len(), 9_999);
    assert_eq!(
        bounds,
        [
            Bound::Matches { rule: 0, from: 10_001 },
            Bound::Groups { correlation: 0, left_out: 1 },
            Bound::Alerts { correlation: 0, left_out: 1 },
        ]
    );
    let long = "x".repeat(1_025);
    matches.add(0, i64::MIN, 1, &[Some(&long)]);
    matches.add(0, i64::MAX, 2, &[]);
    assert!(matches.bounds().contains(&Bound::Values { rule: 0 }));
}

/// The meaning of a correlation, computed naively for each end of a window: times of ends that satisfy the condition.
fn twin(kind: &str, threshold: usize, span: i64, rows: &[(usize, i64, u64, u8)]) -> Vec<i64> {
    let ends: BTreeSet<i64> = rows.iter().map(|row| row.1).collect();
    let holds = |end: &i64| {
        let window: Vec<_> = rows.iter().filter(|row| row.1 <= *end && row.1 >= end - span).collect();
        let count = match kind {
            "event_count" => window.iter().map(|row| row.2).collect::<BTreeSet<_>>().len(),
            "value_count" => window.iter().map(|row| row.3).collect::<BTreeSet<_>>().len(),
            "value_sum" => {
                let once: BTreeSet<_> = window.iter().map(|row| (row.2, row.3)).collect();
                once.iter().map(|row| usize::from(row.1)).sum()
            }
            "temporal" => window.iter().map(|row| row.0).collect::<BTreeSet<_>>().len(),
            _ => {
                let mut best = 0;
                for chain in [&[0, 1, 2][..], &[0, 1], &[0, 2], &[1, 2], &[0], &[1], &[2]] {
                    let mut time = end - span;
                    let found = chain.iter().all(|rule| {
                        let next = window
                            .iter()
                            .filter(|row| row.0 == *rule && row.1 >= time)
                            .map(|row| row.1)
                            .min();
                        time = next.unwrap_or(time);
                        next.is_some()
                    });
                    best = if found { best.max(chain.len()) } else { best };
                }
                best
            }
        };
        count >= threshold
    };
    ends.into_iter().filter(holds).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn alerts_are_those_of_the_twin_whatever_the_order(
        rows in prop::collection::vec((0..3_usize, 0..60_i64, 1..4_u8), 0..40),
        kind in 0..5_usize, threshold in 1..5_usize, span in 1..12_i64, seed in 0..1_000_u64, limit in 1..40_usize,
    ) {
        let kind = ["event_count", "value_count", "value_sum", "temporal", "temporal_ordered"][kind];
        // The identity is computed from time and value, so that several rules may match one event.
        let rows: Vec<_> = rows.iter().map(|(rule, time, value)| (*rule, *time, time.unsigned_abs() * 4 + u64::from(*value), *value)).collect();
        let field = if kind.starts_with("value") { "field: V, " } else { "" };
        let text = rule(&format!(
            "type: {kind}, rules: [a, b, c], group-by: [H], timespan: {span}s, condition: {{{field}gte: {threshold}}}"
        ));
        let (correlations, reported) = compile(&text);
        prop_assert_eq!(reported, [""; 0]);
        let feed = |matches: &mut Matches, row: &(usize, i64, u64, u8)| {
            let value = row.3.to_string();
            add(matches, &(row.0, row.1, row.2, &[("H", "h"), ("V", &value)]));
        };
        let mut matches = Matches::new(&correlations);
        rows.iter().for_each(|row| feed(&mut matches, row));
        let alerts = matches.alerts();
        let ends = twin(kind, threshold, span, &rows);
        let mut runs: Vec<(i64, i64)> = Vec::new();
        for end in ends {
            match runs.last_mut() {
                Some(run) if end - span <= run.1 => run.1 = end,
                _ => runs.push((end, end)),
            }
        }
        let expected: Vec<(i64, i64)> = runs
            .iter()
            .map(|(start, end)| (rows.iter().map(|row| row.1).filter(|time| *time >= start - span).min().unwrap(), *end))
            .collect();
        let actual: Vec<(i64, i64)> = alerts.iter().map(|a| (a.first / SECOND, a.last / SECOND)).collect();
        prop_assert_eq!(actual, expected);

        // Shuffled, repeated, in two parts that are merged; and the same under limits that are hit.
        let mut shuffled: Vec<_> = rows.iter().chain(&rows).collect();
        shuffled.sort_by_key(|row| (row.2 * 7_919 + row.0 as u64 * 31 + seed * 104_729) % 1_009);
        let limits = CorrelationLimits { matches_max: limit, ..CorrelationLimits::default() };
        for limits in [CorrelationLimits::default(), limits] {
            let mut straight = Matches::with_limits(&correlations, limits);
            rows.iter().for_each(|row| feed(&mut straight, row));
            let mut parts = [Matches::with_limits(&correlations, limits), Matches::with_limits(&correlations, limits)];
            for (number, row) in shuffled.iter().enumerate() {
                feed(&mut parts[(number * 7 + usize::try_from(seed).unwrap()) % 3 % 2], row);
            }
            let [mut one, two] = parts;
            one.merge(two);
            prop_assert_eq!(one.outcome(), straight.outcome());
        }
    }
}
