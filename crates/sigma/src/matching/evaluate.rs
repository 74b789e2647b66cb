//! Evaluates the rules of a route on an event: one pass over the fields, then the programs of the rules that woke.
//!
//! The pass folds each value that some rule reads, finds the literals in it, marks the predicates whose gates opened,
//! and wakes the rules that have these predicates as witnesses. Then the program of each woken rule runs; tests that
//! a gate cannot decide run there, at most once for an event. Nothing is allocated for an event: all memory is in
//! [`Scratch`]. Hits are reported in the order of the rules.

use std::ops::Range;

use foldhash::HashSet;

use crate::compile::literals::{LiteralSink, LiteralStore};
use crate::compile::predicate::{FieldTest, Predicate, Test};
use crate::compile::program::{FAILS, MATCHES, Operand, Program};
use crate::event::{Event, Value};
use crate::matching::cache::{CacheAnswer, ValueCache};
use crate::matching::route::{Route, RouteField, RouteTables};
use crate::matching::rule_set::RuleSet;
use crate::values::number::Decimal;
use crate::values::pattern::fold_into;

/// Memory that is kept for the next event. If a very large value needed more, the memory is freed.
const KEPT_BYTES_MAX: usize = 4 << 20;

/// Working memory of the matcher, reused for each event. Each thread needs its own.
#[derive(Debug, Default)]
pub struct Scratch {
    marks: EventMarks,
    /// Folded text of the kept values, followed by that of the current value.
    folded: String,
    raw: String,
    kept: Vec<KeptValue>,
    known: Bits,
    truth: Bits,
    cache: ValueCache,
}

#[derive(Debug)]
struct KeptValue {
    field: Option<u32>,
    folded: Range<usize>,
    raw: Range<usize>,
    is_null: bool,
}

/// The predicates that fired and the rules that woke, for the current event.
#[derive(Debug, Default)]
struct EventMarks {
    fired: Bits,
    woken: Bits,
    /// The same as `woken`, in the order of waking.
    rules: Vec<u32>,
}

/// A set of small numbers. Clearing it takes time in proportion to its content, not to its capacity.
#[derive(Debug, Default)]
struct Bits {
    words: Vec<u64>,
    touched: Vec<u32>,
}

impl Bits {
    fn fit(&mut self, count: usize) {
        let words = count.div_ceil(64);
        if self.words.len() < words {
            self.words.resize(words, 0);
        }
    }

    #[inline]
    fn has(&self, number: u32) -> bool {
        self.words.get((number / 64) as usize).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// Adds a number; returns true if it is new.
    #[inline]
    fn add(&mut self, number: u32) -> bool {
        let Some(word) = self.words.get_mut((number / 64) as usize) else { return false };
        let bit = 1 << (number % 64);
        if *word == 0 {
            self.touched.push(number / 64);
        }
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    fn clear(&mut self) {
        for index in self.touched.drain(..) {
            if let Some(word) = self.words.get_mut(index as usize) {
                *word = 0;
            }
        }
    }
}

impl EventMarks {
    #[inline]
    fn wake(&mut self, tables: &RouteTables, wakes: (u32, u32)) {
        for rule in tables.wakes.get(wakes.0 as usize..wakes.1 as usize).unwrap_or_default() {
            if self.woken.add(*rule) {
                self.rules.push(*rule);
            }
        }
    }
}

struct Firing<'s> {
    marks: &'s mut EventMarks,
    tables: &'s RouteTables,
}

impl LiteralSink for Firing<'_> {
    #[inline]
    fn has(&self, predicate: u32) -> bool {
        self.marks.fired.has(predicate)
    }

    #[inline]
    fn hit(&mut self, predicate: u32, wakes: (u32, u32)) {
        if self.marks.fired.add(predicate) {
            self.marks.wake(self.tables, wakes);
        }
    }
}

impl Scratch {
    fn begin(&mut self, program: &Program) {
        if self.folded.capacity() > KEPT_BYTES_MAX || self.raw.capacity() > KEPT_BYTES_MAX {
            (self.folded, self.raw) = (String::new(), String::new());
        }
        self.marks.fired.clear();
        self.marks.woken.clear();
        self.marks.rules.clear();
        self.known.clear();
        self.truth.clear();
        self.folded.clear();
        self.raw.clear();
        self.kept.clear();
        self.marks.fired.fit(program.predicates.len());
        self.known.fit(program.predicates.len());
        self.truth.fit(program.predicates.len());
        self.marks.woken.fit(program.starts.len());
    }

    #[inline]
    fn field(&mut self, tables: &RouteTables, store: &LiteralStore, name: &str, value: Value<'_>) {
        let field = tables.names.find(&tables.fields, name);
        if field.is_none() && tables.keywords.is_none() {
            return;
        }
        let keep = tables.keep_all || field.is_some_and(|field| field.keep);
        let folded_start = self.folded.len();
        let raw_start = self.raw.len();
        if let Value::Text(text) = value {
            self.search(tables, field, store, text, keep);
            if keep {
                self.raw.push_str(text);
            }
        }
        if let Some(field) = field {
            self.marks.wake(tables, field.wakes);
        }
        if keep {
            self.kept.push(KeptValue {
                field: field.map(|field| field.number),
                folded: folded_start..self.folded.len(),
                raw: raw_start..self.raw.len(),
                is_null: value == Value::Null,
            });
        } else {
            self.folded.truncate(folded_start);
        }
    }

    /// Finds the literals in a value, in the cache or by a search. When `keep` is set, or when it searches, it leaves
    /// the folded value at the end of `folded`.
    #[inline]
    fn search(
        &mut self,
        tables: &RouteTables,
        field: Option<&RouteField>,
        store: &LiteralStore,
        text: &str,
        keep: bool,
    ) {
        let literals = field.and_then(|field| field.literals.as_ref());
        let keywords = tables.keywords.as_ref();
        let folded_start = self.folded.len();
        if literals.is_none() && keywords.is_none() {
            if keep {
                fold_into(text, &mut self.folded);
            }
            return;
        }
        let number = field.map_or(u32::MAX, |field| field.number);
        let mut answer = self.cache.look_up((tables.identity, number), text);
        if let CacheAnswer::Known(found) = answer {
            for found in found {
                if self.marks.fired.add(found.predicate) {
                    self.marks.wake(tables, found.wakes);
                }
            }
            if keep {
                fold_into(text, &mut self.folded);
            }
            return;
        }
        fold_into(text, &mut self.folded);
        let folded = self.folded.as_bytes().get(folded_start..).unwrap_or_default();
        if let CacheAnswer::Record(recorder) = &mut answer {
            literals.into_iter().chain(keywords).for_each(|index| index.scan(folded, store, recorder));
            if recorder.is_complete() {
                for found in recorder.found() {
                    if self.marks.fired.add(found.predicate) {
                        self.marks.wake(tables, found.wakes);
                    }
                }
                return;
            }
        }
        let mut firing = Firing { marks: &mut self.marks, tables };
        literals.into_iter().chain(keywords).for_each(|index| index.scan(folded, store, &mut firing));
    }

    /// Whether a predicate is true for the current event.
    #[inline]
    fn is_true(&mut self, program: &Program, operand: Operand) -> bool {
        let open = !operand.is_gated() || self.marks.fired.has(operand.number());
        if open && operand.is_lazy() { self.tested(program, operand.number()) } else { open }
    }

    /// The result of a test; each test runs at most once for an event.
    fn tested(&mut self, program: &Program, number: u32) -> bool {
        if self.known.add(number) && program.predicate(number).is_some_and(|predicate| self.test(predicate)) {
            self.truth.add(number);
        }
        self.truth.has(number)
    }

    fn texts(&self, field: Option<u32>) -> impl Iterator<Item = (&str, &str)> {
        self.kept
            .iter()
            .filter(move |kept| !kept.is_null && (field.is_none() || kept.field == field))
            .filter_map(|kept| Some((self.folded.get(kept.folded.clone())?, self.raw.get(kept.raw.clone())?)))
    }

    fn test(&self, predicate: &Predicate) -> bool {
        let field = predicate.field;
        let mut texts = self.texts(field);
        match &predicate.test {
            Test::Gate => true,
            Test::AnyText => texts.next().is_some(),
            Test::Pattern(pattern) => {
                texts.any(|(folded, raw)| pattern.matches_folded(if pattern.cased { raw } else { folded }))
            }
            Test::Null => {
                let mut values = self.kept.iter().filter(|kept| kept.field == field).peekable();
                values.peek().is_none() || values.any(|kept| kept.is_null)
            }
            Test::Exists(wanted) => self.kept.iter().any(|kept| kept.field == field) == *wanted,
            Test::Expression(expression) => texts.any(|(_, raw)| expression.matches(raw)),
            Test::Network(network) => texts.any(|(_, raw)| network.contains(raw)),
            Test::Number(part, comparison, bound) => texts.any(|(_, raw)| {
                let number = match part {
                    Some(part) => part.of(raw).map(|number| Decimal::Exact(number, 0.0)),
                    None => Decimal::parse(raw),
                };
                number.is_some_and(|number| comparison.holds(number, *bound))
            }),
            Test::Field(test) => {
                if !test.before && !test.after {
                    // For arrays, each value is looked up in a set of the others instead of being compared with all
                    // of them.
                    let side = |(folded, raw)| if test.cased { raw } else { folded };
                    let others: HashSet<&str> = self.texts(Some(test.field)).map(side).collect();
                    return !others.is_empty() && texts.map(side).any(|text| others.contains(text));
                }
                texts.any(|text| self.texts(Some(test.field)).any(|other| test.holds(text, other)))
            }
        }
    }

    fn run(&mut self, program: &Program, rule: u32) -> bool {
        let mut at = program.starts.get(rule as usize).copied().unwrap_or(FAILS);
        // A branch leads only to branches that were written before it, or to an end, so the loop ends.
        while let Some(branch) = program.branches.get(at as usize) {
            let first = branch.first as usize;
            let operands = program.operands.get(first..first + branch.count as usize).unwrap_or_default();
            let mut operands = operands.iter();
            let holds = if branch.all {
                operands.all(|operand| self.is_true(program, *operand))
            } else {
                operands.any(|operand| self.is_true(program, *operand))
            };
            at = if holds { branch.yes } else { branch.no };
        }
        at == MATCHES
    }
}

impl FieldTest {
    /// Whether the comparison holds between a value and a value of the other field; each is given folded and raw.
    fn holds(&self, own: (&str, &str), other: (&str, &str)) -> bool {
        let (own, other) = if self.cased { (own.1, other.1) } else { (own.0, other.0) };
        match (self.before, self.after) {
            (false, false) => own == other,
            (false, true) => own.starts_with(other),
            (true, false) => own.ends_with(other),
            (true, true) => own.contains(other),
        }
    }
}

impl RuleSet {
    /// Calls `hit` with the index of each rule of the route that matches the event, in ascending order.
    pub fn evaluate<E: Event>(
        &self,
        route: &Route,
        event: &E,
        scratch: &mut Scratch,
        hit: &mut dyn FnMut(usize),
    ) {
        let tables = &*route.0;
        if tables.rules.is_empty() {
            return;
        }
        scratch.begin(&self.program);
        event.fields(&mut |name, value| scratch.field(tables, &self.program.store, name, value));
        let mut woken = std::mem::take(&mut scratch.marks.rules);
        woken.extend(&tables.always);
        woken.sort_unstable();
        for rule in &woken {
            if scratch.run(&self.program, *rule) {
                hit(*rule as usize);
            }
        }
        scratch.marks.rules = woken;
    }
}
