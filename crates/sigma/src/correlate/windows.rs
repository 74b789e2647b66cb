//! Sliding windows over the matches of a group. Whether a correlation matches depends only on the set of matches.
//!
//! A window ends at the time of a match and reaches back by the time span, both ends included. The condition is
//! evaluated for each end. Overlapping windows that satisfy the condition are one alert, so that one attack is
//! reported once and two alerts of a group share no match. A correlation that another one refers to hands over its
//! matches: at each end that satisfies the condition, those of the window that it has not handed over yet, with the
//! time of that end.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::correlate::outcome::{Alert, Bound, CorrelationLimits};
use crate::correlate::plan::{CorrelationPlan, MatchPath, MatchValues, ResolvedCorrelation};
use crate::parse::condition::Condition;
use crate::parse::correlation::{Correlation, CorrelationKind, Trigger};
use crate::values::number::{Comparison, Decimal, UNIT, units};
use crate::values::pattern::folded;

/// A match on its way to a correlation.
#[derive(Clone, Copy, Debug)]
struct Occurrence<'m> {
    /// The time at which it counts; for a match of a chained correlation, the end of the window that it comes from.
    time: i64,
    /// Index among the references of the correlation.
    reference: usize,
    /// What is counted once: an event, or an alert of another correlation (its index plus one, and its number).
    counted: (usize, u64),
    event_time: i64,
    event: u64,
    path: usize,
    values: &'m MatchValues,
    /// The value to be summed, or a number that identifies the value to be counted.
    measure: i128,
}

type Handed<'m> = Vec<Occurrence<'m>>;

/// Evaluates all correlations over the matches of the rules.
pub(crate) fn evaluate<'m, I: Iterator<Item = (i64, u64, &'m MatchValues)>>(
    plan: &CorrelationPlan,
    limits: &CorrelationLimits,
    matches_of: &impl Fn(usize) -> I,
) -> (Vec<Alert>, Vec<Bound>) {
    let mut users = vec![0_usize; plan.resolved.len()];
    for inner in plan.resolved.iter().flat_map(|resolved| &resolved.inner) {
        users.get_mut(*inner).into_iter().for_each(|count| *count += 1);
    }
    let mut handed: Vec<Handed<'m>> = Vec::new();
    let (mut alerts, mut bounds) = (Vec::new(), Vec::new());
    for (place, resolved) in plan.resolved.iter().enumerate() {
        let Some(correlation) = plan.correlations.get(resolved.correlation) else { continue };
        let mut run = CorrelationRun {
            correlation,
            resolved,
            limits,
            keep: users.get(place).is_some_and(|count| *count > 0),
            handed: Vec::new(),
            alerts: Vec::new(),
            runs: 0,
            bounds: &mut bounds,
        };
        let occurrences = occurrences(resolved, &handed, matches_of);
        run.groups(occurrences);
        let CorrelationRun { alerts: own, handed: own_handed, .. } = run;
        alerts.extend(own);
        handed.push(own_handed);
        for inner in &resolved.inner {
            let Some(count) = users.get_mut(*inner) else { continue };
            *count -= 1;
            if *count == 0 {
                handed.get_mut(*inner).into_iter().for_each(|list| *list = Vec::new());
            }
        }
    }
    alerts.sort_by(|a: &Alert, b| {
        (a.correlation, a.first, a.last, &a.group).cmp(&(b.correlation, b.first, b.last, &b.group))
    });
    (alerts, bounds)
}

/// All matches that reach a correlation, unsorted.
fn occurrences<'m, I: Iterator<Item = (i64, u64, &'m MatchValues)>>(
    resolved: &ResolvedCorrelation,
    handed: &[Handed<'m>],
    matches_of: &impl Fn(usize) -> I,
) -> Vec<Occurrence<'m>> {
    let mut all = Vec::new();
    let mut chained: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
    for (path, way) in resolved.paths.iter().enumerate() {
        let Some(inner) = way.inner else {
            all.extend(matches_of(way.rule).map(|(time, event, values)| Occurrence {
                time,
                reference: way.reference,
                counted: (0, event),
                event_time: time,
                event,
                path,
                values,
                measure: 0,
            }));
            continue;
        };
        chained.entry(inner).or_default().push(path);
    }
    for place in &resolved.inner {
        for occurrence in handed.get(*place).into_iter().flatten() {
            for path in chained.get(&(*place, occurrence.path)).into_iter().flatten() {
                let reference = resolved.paths.get(*path).map_or(0, |way| way.reference);
                all.push(Occurrence { path: *path, reference, ..*occurrence });
            }
        }
    }
    all
}

/// The evaluation of one correlation.
struct CorrelationRun<'p, 'm> {
    correlation: &'p Correlation,
    resolved: &'p ResolvedCorrelation,
    limits: &'p CorrelationLimits,
    /// Whether another correlation refers to this one, so that matches are handed over.
    keep: bool,
    handed: Handed<'m>,
    alerts: Vec<Alert>,
    /// The number of alerts so far.
    runs: u64,
    bounds: &'p mut Vec<Bound>,
}

impl<'m> CorrelationRun<'_, 'm> {
    fn groups(&mut self, occurrences: Vec<Occurrence<'m>>) {
        let mut groups: BTreeMap<Vec<String>, Vec<Occurrence<'m>>> = BTreeMap::new();
        let mut numbers: HashMap<Vec<String>, i128> = HashMap::new();
        let (mut ungrouped, mut valueless) = (0, 0);
        for mut occurrence in occurrences {
            let Some(path) = self.resolved.paths.get(occurrence.path) else { continue };
            let Some(group) = texts(&path.group, occurrence.values) else {
                ungrouped += 1;
                continue;
            };
            let Some(measure) = measure(self.correlation.kind, path, occurrence.values, &mut numbers) else {
                valueless += 1;
                continue;
            };
            occurrence.measure = measure;
            groups.entry(group).or_default().push(occurrence);
        }
        let correlation = self.resolved.correlation;
        if ungrouped > 0 {
            self.bounds.push(Bound::Ungrouped { correlation, matches: ungrouped });
        }
        if valueless > 0 {
            self.bounds.push(Bound::Valueless { correlation, matches: valueless });
        }
        let mut groups: Vec<Vec<Occurrence<'m>>> = groups.into_values().collect();
        for group in &mut groups {
            group.sort_by_key(|o| (o.time, o.reference, o.counted, o.event_time, o.event, o.path));
            if matches!(
                self.correlation.kind,
                CorrelationKind::ValueSum | CorrelationKind::ValueAverage | CorrelationKind::ValuePercentile
            ) {
                // The value of an event that matches two of the rules counts once.
                let mut seen = HashSet::new();
                group.retain(|o| seen.insert((o.time, o.counted, o.event)));
            }
        }
        // The sort is stable: groups that begin at the same time stay in the order of their values.
        groups.sort_by_key(|group| group.first().map(|first| first.time));
        if groups.len() > self.limits.groups_max {
            let left_out = groups.len() - self.limits.groups_max;
            self.bounds.push(Bound::Groups { correlation, left_out });
            groups.truncate(self.limits.groups_max);
        }
        for group in &groups {
            self.group(group);
        }
        self.alerts.sort_by(|a, b| (a.first, a.last, &a.group).cmp(&(b.first, b.last, &b.group)));
        if self.alerts.len() > self.limits.alerts_max {
            let left_out = self.alerts.len() - self.limits.alerts_max;
            self.bounds.push(Bound::Alerts { correlation, left_out });
            self.alerts.truncate(self.limits.alerts_max);
        }
    }

    fn group(&mut self, group: &[Occurrence<'m>]) {
        let timespan = self.correlation.timespan_microseconds;
        let mut window = Window::new(self.correlation);
        let (mut start, mut next, mut handed) = (0, 0, 0);
        let mut open: Option<OpenAlert> = None;
        while let Some(time) = group.get(next).map(|occurrence| occurrence.time) {
            let newest: Vec<&Occurrence<'m>> =
                group.iter().skip(next).take_while(|occurrence| occurrence.time == time).collect();
            newest.iter().for_each(|occurrence| window.enter(occurrence));
            next += newest.len();
            let begin = time.saturating_sub(timespan);
            while let Some(gone) = group.get(start).filter(|occurrence| occurrence.time < begin) {
                window.leave(gone);
                start += 1;
            }
            let value = window.value(&newest, begin);
            if !window.holds(value) {
                continue;
            }
            if open.as_ref().is_none_or(|open| open.end < begin) {
                self.close(group, open.take());
                self.runs += 1;
                open = Some(OpenAlert { from: start, to: next, end: time, value: value.real() });
            }
            if let Some(open) = &mut open {
                (open.to, open.end) = (next, time);
                open.value = window.extreme(open.value, value.real());
            }
            if self.keep {
                let counted = (self.resolved.correlation + 1, self.runs);
                let new = group.get(start.max(handed)..next).unwrap_or_default();
                self.handed.extend(new.iter().map(|occurrence| Occurrence { time, counted, ..*occurrence }));
                handed = next;
            }
        }
        self.close(group, open);
    }

    fn close(&mut self, group: &[Occurrence<'m>], open: Option<OpenAlert>) {
        let Some(open) = open.filter(|_| self.resolved.alone) else { return };
        let run = group.get(open.from..open.to).unwrap_or_default();
        let mut events: Vec<(i64, u64)> = run.iter().map(|o| (o.event_time, o.event)).collect();
        events.sort_unstable();
        events.dedup();
        let earliest = run.iter().min_by_key(|o| (o.event_time, o.event, o.path));
        let columns =
            earliest.and_then(|o| self.resolved.paths.get(o.path).map(|path| (&path.group, o.values)));
        let written = columns.into_iter().flat_map(|(columns, values)| {
            columns.iter().map(|column| values.get(*column).and_then(Option::as_deref).unwrap_or_default())
        });
        let group_by = self.correlation.group_by.iter().cloned();
        self.alerts.push(Alert {
            correlation: self.resolved.correlation,
            group: group_by.zip(written.map(str::to_owned)).collect(),
            first: events.first().map_or(0, |(time, _)| *time),
            last: events.last().map_or(0, |(time, _)| *time),
            events: events.len(),
            value: open.value,
            identities: events.iter().take(self.limits.identities_max).map(|(_, event)| *event).collect(),
        });
    }
}

/// An alert that may still grow: its range in the group, and the end of its last window.
struct OpenAlert {
    from: usize,
    to: usize,
    end: i64,
    value: f64,
}

/// The values of these columns, folded; `None` if one is missing.
fn texts(columns: &[usize], values: &MatchValues) -> Option<Vec<String>> {
    columns.iter().map(|column| values.get(*column)?.as_deref().map(folded)).collect()
}

fn measure(
    kind: CorrelationKind,
    path: &MatchPath,
    values: &MatchValues,
    numbers: &mut HashMap<Vec<String>, i128>,
) -> Option<i128> {
    match kind {
        CorrelationKind::EventCount | CorrelationKind::Temporal | CorrelationKind::TemporalOrdered => Some(0),
        CorrelationKind::ValueCount | CorrelationKind::ValuePercentile => {
            let next = i128::try_from(numbers.len()).ok()?;
            Some(*numbers.entry(texts(&path.values, values)?).or_insert(next))
        }
        CorrelationKind::ValueSum | CorrelationKind::ValueAverage => {
            let text = values.get(*path.values.first()?)?.as_deref()?;
            units(Decimal::parse(text)?)
        }
    }
}

/// An exact fraction, in billionths.
#[derive(Clone, Copy, Debug)]
struct Fraction {
    numerator: i128,
    /// At least one.
    denominator: i128,
}

impl Fraction {
    fn count(count: usize) -> Self {
        Self { numerator: wide(count) * UNIT, denominator: 1 }
    }

    #[expect(clippy::cast_precision_loss, reason = "the result is for people; comparisons are exact")]
    fn real(self) -> f64 {
        self.numerator as f64 / self.denominator as f64 / 1e9
    }
}

fn wide(count: usize) -> i128 {
    i128::try_from(count).unwrap_or(i128::MAX / UNIT)
}

/// The counts of the current window.
struct Window<'c> {
    correlation: &'c Correlation,
    events: HashMap<(usize, u64), usize>,
    values: HashMap<i128, usize>,
    total: usize,
    sum: i128,
    /// The number of matches for each reference.
    present: Vec<usize>,
    distinct: usize,
    /// The latest start of a chain, by the rank of its last reference, then by its length minus one.
    chains: Vec<Vec<Option<i64>>>,
    /// For each reference, its rank in the order; an expression may leave references out.
    ranks: Vec<Option<usize>>,
}

impl<'c> Window<'c> {
    fn new(correlation: &'c Correlation) -> Self {
        let references = correlation.references.len();
        let mut ranks: Vec<Option<usize>> = (0..references).map(Some).collect();
        if let Trigger::Expression(condition) = &correlation.trigger {
            let mut named = vec![false; references];
            mark(condition, &mut named);
            let mut rank = 0;
            for (slot, named) in ranks.iter_mut().zip(named) {
                *slot = named.then_some(rank);
                rank += usize::from(named);
            }
        }
        Self {
            correlation,
            events: HashMap::new(),
            values: HashMap::new(),
            total: 0,
            sum: 0,
            present: vec![0; references],
            distinct: 0,
            chains: if correlation.kind == CorrelationKind::TemporalOrdered {
                vec![vec![None; references]; references]
            } else {
                Vec::new()
            },
            ranks,
        }
    }

    fn enter(&mut self, occurrence: &Occurrence<'_>) {
        self.total += 1;
        match self.correlation.kind {
            CorrelationKind::EventCount => *self.events.entry(occurrence.counted).or_default() += 1,
            CorrelationKind::ValueCount | CorrelationKind::ValuePercentile => {
                *self.values.entry(occurrence.measure).or_default() += 1;
            }
            CorrelationKind::ValueSum | CorrelationKind::ValueAverage => self.sum += occurrence.measure,
            CorrelationKind::Temporal => {
                if let Some(count) = self.present.get_mut(occurrence.reference) {
                    self.distinct += usize::from(*count == 0);
                    *count += 1;
                }
            }
            CorrelationKind::TemporalOrdered => self.lengthen(occurrence),
        }
    }

    /// Extends each chain that ends before this reference in the order.
    fn lengthen(&mut self, occurrence: &Occurrence<'_>) {
        let Some(rank) = self.ranks.get(occurrence.reference).copied().flatten() else { return };
        let (before, from) = self.chains.split_at_mut_checked(rank).unwrap_or_default();
        let Some(own) = from.first_mut() else { return };
        if let Some(single) = own.first_mut() {
            *single = (*single).max(Some(occurrence.time));
        }
        for (length, start) in own.iter_mut().enumerate().skip(1).take(rank) {
            let shorter = before.iter().filter_map(|chain| chain.get(length - 1).copied().flatten());
            *start = (*start).max(shorter.max());
        }
    }

    fn leave(&mut self, occurrence: &Occurrence<'_>) {
        fn less<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: K) {
            if let Some(count) = counts.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(&key);
                }
            }
        }
        self.total -= 1;
        match self.correlation.kind {
            CorrelationKind::EventCount => less(&mut self.events, occurrence.counted),
            CorrelationKind::ValueCount | CorrelationKind::ValuePercentile => {
                less(&mut self.values, occurrence.measure);
            }
            CorrelationKind::ValueSum | CorrelationKind::ValueAverage => self.sum -= occurrence.measure,
            CorrelationKind::Temporal => {
                if let Some(count) = self.present.get_mut(occurrence.reference) {
                    *count -= 1;
                    self.distinct -= usize::from(*count == 0);
                }
            }
            // Chains store their start, so nothing needs to be removed.
            CorrelationKind::TemporalOrdered => {}
        }
    }

    /// The value that the condition compares, for the window that starts at `begin` and ends with the newest matches.
    fn value(&self, newest: &[&Occurrence<'_>], begin: i64) -> Fraction {
        let total = wide(self.total.max(1));
        match self.correlation.kind {
            CorrelationKind::EventCount => Fraction::count(self.events.len()),
            CorrelationKind::ValueCount => Fraction::count(self.values.len()),
            CorrelationKind::ValueSum => Fraction { numerator: self.sum, denominator: 1 },
            CorrelationKind::ValueAverage => Fraction { numerator: self.sum, denominator: total },
            CorrelationKind::ValuePercentile => {
                let counts = newest.iter().filter_map(|o| self.values.get(&o.measure));
                let rarest = counts.min().copied().unwrap_or_default();
                Fraction { numerator: wide(rarest) * 100 * UNIT, denominator: total }
            }
            CorrelationKind::Temporal => Fraction::count(self.distinct),
            CorrelationKind::TemporalOrdered => {
                let lengths = self.chains.iter().filter_map(|chain| {
                    chain.iter().rposition(|start| start.is_some_and(|start| start >= begin))
                });
                Fraction::count(lengths.max().map_or(0, |length| length + 1))
            }
        }
    }

    fn holds(&self, value: Fraction) -> bool {
        match &self.correlation.trigger {
            Trigger::Thresholds(thresholds) => thresholds.iter().all(|threshold| {
                let order = value.numerator.cmp(&threshold.bound.saturating_mul(value.denominator));
                let holds = match threshold.comparison {
                    Comparison::Equal => order == Ordering::Equal,
                    Comparison::Less => order == Ordering::Less,
                    Comparison::LessOrEqual => order != Ordering::Greater,
                    Comparison::Greater => order == Ordering::Greater,
                    Comparison::GreaterOrEqual => order != Ordering::Less,
                };
                holds != threshold.negated
            }),
            Trigger::Expression(_) if self.correlation.kind == CorrelationKind::TemporalOrdered => {
                value.numerator == Fraction::count(self.ranks.iter().flatten().count()).numerator
            }
            Trigger::Expression(condition) => present(condition, &self.present),
        }
    }

    /// The more extreme of two values: the lower one if the condition only has upper bounds, else the higher one.
    fn extreme(&self, a: f64, b: f64) -> f64 {
        let low = matches!(&self.correlation.trigger, Trigger::Thresholds(thresholds) if thresholds
            .iter()
            .all(|t| matches!(t.comparison, Comparison::Less | Comparison::LessOrEqual)));
        if low { a.min(b) } else { a.max(b) }
    }
}

/// Marks the references that a condition names. The depth of conditions bounds the recursion, also of [`present`].
fn mark(condition: &Condition, named: &mut [bool]) {
    match condition {
        Condition::Search(index) => named.get_mut(*index).into_iter().for_each(|named| *named = true),
        Condition::Not(inner) => mark(inner, named),
        Condition::All(items) | Condition::Any(items) => items.iter().for_each(|item| mark(item, named)),
    }
}

fn present(condition: &Condition, counts: &[usize]) -> bool {
    match condition {
        Condition::Search(index) => counts.get(*index).is_some_and(|count| *count > 0),
        Condition::Not(inner) => !present(inner, counts),
        Condition::All(items) => items.iter().all(|item| present(item, counts)),
        Condition::Any(items) => items.iter().any(|item| present(item, counts)),
    }
}
