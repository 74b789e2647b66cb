//! The program of a rule set: the conditions of all rules as short-circuit steps over numbered predicates.

use crate::compile::literals::LiteralStore;
use crate::compile::predicate::{NUMBER_MAX, Predicate};

/// A step of the program of a rule: it evaluates predicates, then continues at another step or ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch {
    /// Range of the operands.
    pub(crate) first: u32,
    pub(crate) count: u32,
    /// Whether all operands must be true, not only one.
    pub(crate) all: bool,
    pub(crate) yes: u32,
    pub(crate) no: u32,
}

/// The number of a predicate in a program, with two bits that decide most evaluations without reading the predicate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operand(u32);

impl Operand {
    const GATED: u32 = 1 << 31;
    const LAZY: u32 = 1 << 30;

    pub(crate) fn new(number: u32, predicate: Option<&Predicate>) -> Self {
        let gated = predicate.is_none_or(Predicate::has_gate);
        let lazy = predicate.is_none_or(Predicate::is_lazy);
        Self(number | if gated { Self::GATED } else { 0 } | if lazy { Self::LAZY } else { 0 })
    }

    #[inline]
    pub(crate) fn number(self) -> u32 {
        self.0 & NUMBER_MAX
    }

    /// Whether it is false as long as its gate is closed.
    #[inline]
    pub(crate) fn is_gated(self) -> bool {
        self.0 & Self::GATED != 0
    }

    /// Whether it must be tested when its gate is open.
    #[inline]
    pub(crate) fn is_lazy(self) -> bool {
        self.0 & Self::LAZY != 0
    }
}

/// End of a program: the rule matches.
pub(crate) const MATCHES: u32 = u32::MAX;

/// End of a program: the rule does not match.
pub(crate) const FAILS: u32 = u32::MAX - 1;

/// What must have happened before a rule can match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Witness {
    /// The gate of this predicate opened.
    Predicate(u32),
    /// The event has this field.
    Field(u32),
}

/// What the rules of a set are compiled into.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) fields: Vec<String>,
    pub(crate) predicates: Vec<Predicate>,
    pub(crate) store: LiteralStore,
    pub(crate) branches: Vec<Branch>,
    pub(crate) operands: Vec<Operand>,
    /// First branch of each rule.
    pub(crate) starts: Vec<u32>,
    /// End of each rule's operands.
    pub(crate) ends: Vec<u32>,
    /// Witnesses of each rule; a rule without witnesses is always evaluated.
    pub(crate) witnesses: Vec<Vec<Witness>>,
}

impl Program {
    #[inline]
    pub(crate) fn predicate(&self, number: u32) -> Option<&Predicate> {
        self.predicates.get(number as usize)
    }

    /// All predicates in the program of a rule.
    pub(crate) fn operands_of(&self, rule: usize) -> impl Iterator<Item = Operand> {
        let at = |index: usize| self.ends.get(index).copied().unwrap_or(0) as usize;
        let range = rule.checked_sub(1).map_or(0, at)..at(rule);
        self.operands.get(range).unwrap_or_default().iter().copied()
    }
}
