//! Predicates: a predicate compares one field with one value of a rule. Rules that make the same comparison share one
//! predicate.
//!
//! A predicate has a *gate*, which is a set of literals of which the value must contain one, and a *test*. If the
//! gate alone decides, the test is [`Test::Gate`] and costs nothing more. Other tests run only when a woken rule
//! needs their result.

use foldhash::HashMap;
use std::collections::BTreeMap;

use crate::compile::literals::{Anchor, LiteralStore, likelihood};
use crate::parse::detection::Matcher;
use crate::values::expression::Expression;
use crate::values::network::Network;
use crate::values::number::{Comparison, DatePart, Decimal};
use crate::values::pattern::{Pattern, PatternPart, folded, permutations};

/// The largest number of a predicate: programs use the two bits above it.
pub(crate) const NUMBER_MAX: u32 = (1 << 30) - 1;
/// Variants of dashes that are written out as literals: one dash has five. With more variants, the longest literal
/// between dashes is the gate, and the test compares the pattern.
const VARIANTS_MAX: usize = 5;
/// Bytes that they may have together.
const VARIANTS_BYTES_MAX: usize = 4096;

/// What is tested when the gate is open.
#[derive(Debug)]
pub(crate) enum Test {
    /// Nothing more: the gate decides.
    Gate,
    /// A pattern on the folded value, or on the value itself when case counts.
    Pattern(Box<Pattern>),
    /// Any text, including the empty text.
    AnyText,
    Null,
    Exists(bool),
    Expression(Box<Expression>),
    Network(Network),
    Number(Option<DatePart>, Comparison, Decimal),
    Field(Box<FieldTest>),
}

/// Another field of the event, by its number in the rule set.
#[derive(Debug)]
pub(crate) struct FieldTest {
    pub(crate) field: u32,
    pub(crate) before: bool,
    pub(crate) after: bool,
    pub(crate) cased: bool,
}

/// One comparison of one field.
#[derive(Debug)]
pub(crate) struct Predicate {
    /// `None`: any field (keywords).
    pub(crate) field: Option<u32>,
    /// Literals of the gate: a range of the store. If it is empty, the gate is always open.
    pub(crate) gate: (u32, u32),
    pub(crate) test: Test,
    /// Estimated share of events where it is true.
    pub(crate) likelihood: f32,
}

impl Predicate {
    pub(crate) fn has_gate(&self) -> bool {
        self.gate.0 < self.gate.1
    }

    /// Whether the test needs the values of the event, so that they must be kept.
    pub(crate) fn is_lazy(&self) -> bool {
        !matches!(self.test, Test::Gate)
    }
}

/// Numbers the fields and the predicates of a rule set.
#[derive(Default)]
pub(crate) struct Interner {
    pub(crate) fields: Vec<String>,
    field_numbers: HashMap<String, u32>,
    predicate_numbers: HashMap<(Option<u32>, Matcher), u32>,
    pub(crate) predicates: Vec<Predicate>,
    pub(crate) store: LiteralStore,
}

impl Interner {
    fn field(&mut self, name: &str) -> Option<u32> {
        if let Some(number) = self.field_numbers.get(name) {
            return Some(*number);
        }
        let number = u32::try_from(self.fields.len()).ok()?;
        self.fields.push(name.to_owned());
        self.field_numbers.insert(name.to_owned(), number);
        Some(number)
    }

    /// The number of the predicate; equal predicates have the same number. `None` when numbers or literals run out.
    pub(crate) fn predicate(&mut self, field: Option<&str>, matcher: &Matcher) -> Option<u32> {
        let field = match field {
            Some(name) => Some(self.field(name)?),
            None => None,
        };
        let matcher = match matcher {
            Matcher::Text(pattern) => Matcher::Text(pattern.folded()),
            other => other.clone(),
        };
        let key = (field, matcher);
        if let Some(number) = self.predicate_numbers.get(&key) {
            return Some(*number);
        }
        let predicate = self.build(field, &key.1)?;
        let number = u32::try_from(self.predicates.len()).ok().filter(|one| *one <= NUMBER_MAX)?;
        self.predicates.push(predicate);
        self.predicate_numbers.insert(key, number);
        Some(number)
    }

    /// Files the literals again, when all literals of each field are known.
    pub(crate) fn settle(&mut self) {
        let mut of_field: BTreeMap<Option<u32>, Vec<u32>> = BTreeMap::new();
        for predicate in &self.predicates {
            of_field.entry(predicate.field).or_default().extend(predicate.gate.0..predicate.gate.1);
        }
        of_field.values().for_each(|literals| self.store.settle(literals));
    }

    fn build(&mut self, field: Option<u32>, matcher: &Matcher) -> Option<Predicate> {
        let first = self.store.next_number();
        let test = match matcher {
            Matcher::Text(pattern) => self.text_test(pattern)?,
            Matcher::Null => Test::Null,
            Matcher::Exists(wanted) => Test::Exists(*wanted),
            Matcher::Expression(expression) => {
                for text in &expression.required.texts {
                    self.store.add(text, Anchor::Inside)?;
                }
                Test::Expression(expression.clone())
            }
            Matcher::Network(network) => Test::Network(*network),
            Matcher::Number(part, comparison, bound) => {
                Test::Number(*part, *comparison, Decimal::parse(bound)?)
            }
            Matcher::Field { name, before, after, cased } => Test::Field(Box::new(FieldTest {
                field: self.field(name)?,
                before: *before,
                after: *after,
                cased: *cased,
            })),
        };
        let gate = (first, self.store.next_number());
        let likelihoods = (gate.0..gate.1).map(|number| {
            let (text, anchor) = self.store.literal(number);
            likelihood(text, anchor)
        });
        // Keywords are searched for in every value of the event.
        let spread = if field.is_none() { 4.0 } else { 1.0 };
        let likelihood = if gate.0 == gate.1 { 0.9 } else { likelihoods.sum::<f32>() * spread };
        Some(Predicate { field, gate, test, likelihood })
    }

    /// Adds the literals of a pattern to the store, and returns the test that remains.
    fn text_test(&mut self, pattern: &Pattern) -> Option<Test> {
        let parts = pattern.parts();
        if matches!(parts, [PatternPart::AnyText]) {
            return Some(Test::AnyText);
        }
        let (open_start, inner) = match parts {
            [PatternPart::AnyText, inner @ ..] => (true, inner),
            inner => (false, inner),
        };
        let (open_end, inner) = match inner {
            [inner @ .., PatternPart::AnyText] => (true, inner),
            inner => (false, inner),
        };
        let exact = if pattern.cased { Test::Pattern(Box::new(pattern.clone())) } else { Test::Gate };
        if let Some(variants) = variants(inner, pattern) {
            for variant in variants {
                self.store.add(&folded(&variant), anchor(open_start, open_end))?;
            }
            return Some(exact);
        }
        let literal = |(index, part): (usize, &PatternPart)| match part {
            PatternPart::Literal(text) => Some((text.len(), index, text.clone())),
            _ => None,
        };
        let longest = inner.iter().enumerate().filter_map(literal).max_by_key(|(length, ..)| *length);
        if let Some((_, index, text)) = longest {
            let at_start = !open_start && index == 0;
            let at_end = !open_end && index + 1 == inner.len();
            self.store.add(&folded(&text), anchor(!at_start, !at_end))?;
        }
        Some(Test::Pattern(Box::new(pattern.clone())))
    }
}

fn anchor(open_start: bool, open_end: bool) -> Anchor {
    match (open_start, open_end) {
        (false, false) => Anchor::Whole,
        (false, true) => Anchor::Start,
        (true, false) => Anchor::End,
        (true, true) => Anchor::Inside,
    }
}

/// The literals that the parts of a pattern expand to, if they are few. A single literal may have any length.
fn variants(parts: &[PatternPart], pattern: &Pattern) -> Option<Vec<String>> {
    let plain = pattern.parts().iter().all(|part| !matches!(part, PatternPart::Dash));
    permutations(parts, VARIANTS_MAX, if plain { usize::MAX } else { VARIANTS_BYTES_MAX })
}
