//! A route: the rules that are evaluated on the events of one log source, with an index of their literals for each
//! field.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::compile::literals::{LiteralIndex, LiteralRequest, fingerprint};
use crate::compile::predicate::Test;
use crate::compile::program::{Program, Witness};

/// The rules that are evaluated on the events of one log source, with an index of their literals for each field.
#[derive(Clone, Debug)]
pub struct Route(pub(crate) Arc<RouteTables>);

/// The tables of a route, which its clones share.
#[derive(Debug)]
pub(crate) struct RouteTables {
    /// Distinguishes routes in the cache of values, also routes of different rule sets.
    pub(crate) identity: u64,
    pub(crate) rules: Vec<u32>,
    /// Rules that can match when nothing fired.
    pub(crate) always: Vec<u32>,
    pub(crate) fields: Vec<RouteField>,
    /// Indices of `fields` by the fingerprint of the name.
    pub(crate) names: FieldNames,
    pub(crate) keywords: Option<LiteralIndex>,
    /// Whether some keyword needs the values, so that all are kept.
    pub(crate) keep_all: bool,
    /// The rules that predicates and fields wake; each has a range of this list.
    pub(crate) wakes: Vec<u32>,
}

#[derive(Debug)]
pub(crate) struct RouteField {
    pub(crate) name: String,
    /// Number in the rule set.
    pub(crate) number: u32,
    pub(crate) literals: Option<LiteralIndex>,
    /// Rules that the presence of the field wakes.
    pub(crate) wakes: (u32, u32),
    /// Whether some test needs the values of the field, so that they are kept.
    pub(crate) keep: bool,
}

impl Route {
    /// Indices of the rules of the route, ascending.
    pub fn rules(&self) -> impl Iterator<Item = usize> {
        self.0.rules.iter().filter_map(|rule| usize::try_from(*rule).ok())
    }

    /// Whether the route has no rules, so that events of this source need not be evaluated at all.
    pub fn is_empty(&self) -> bool {
        self.0.rules.is_empty()
    }

    /// Names of the fields that the rules read; `None` when keywords read all of them.
    pub fn fields(&self) -> Option<impl Iterator<Item = &str>> {
        self.0.keywords.is_none().then(|| self.0.fields.iter().map(|field| field.name.as_str()))
    }

    pub(crate) fn build(program: &Program, rules: Vec<u32>) -> Self {
        Self(Arc::new(RouteBuilder::new(program).build(rules)))
    }
}

/// The number of routes built so far. It only gives routes an identity: no result depends on it.
static ROUTES: AtomicU64 = AtomicU64::new(0);

/// Collects what the rules of a route need. It uses lists that are sorted once, not maps, because a route is built
/// for each log source while logs are read.
struct RouteBuilder<'s> {
    program: &'s Program,
    /// Each predicate with a rule that it wakes, or with [`NO_RULE`] where a program only evaluates it.
    predicates: Vec<(u32, u32)>,
    /// Indexed by the number of the field.
    fields: Vec<FieldDraft>,
    keywords: Vec<LiteralRequest>,
    has_keywords: bool,
    keep_all: bool,
    wakes: Vec<u32>,
}

/// No rule has this number.
const NO_RULE: u32 = u32::MAX;

#[derive(Clone, Default)]
struct FieldDraft {
    needed: bool,
    requests: Vec<LiteralRequest>,
    wakes: Vec<u32>,
    keep: bool,
}

impl<'s> RouteBuilder<'s> {
    fn new(program: &'s Program) -> Self {
        let fields = vec![FieldDraft::default(); program.fields.len()];
        let (predicates, keywords, wakes) = (Vec::new(), Vec::new(), Vec::new());
        Self { program, predicates, fields, keywords, has_keywords: false, keep_all: false, wakes }
    }

    fn build(mut self, rules: Vec<u32>) -> RouteTables {
        let program = self.program;
        let mut always = Vec::new();
        for rule in &rules {
            self.rule(*rule, &mut always);
        }
        self.predicates.sort_unstable();
        let predicates = std::mem::take(&mut self.predicates);
        for group in predicates.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((number, _)) = group.first() else { continue };
            let woken = group.iter().map(|(_, rule)| *rule).filter(|rule| *rule != NO_RULE);
            let wakes = self.wake_list(woken);
            let Some(predicate) = program.predicate(*number) else { continue };
            let gate = predicate.gate.0..predicate.gate.1;
            let requests = gate.map(|literal| LiteralRequest { predicate: *number, literal, wakes });
            match predicate.field {
                Some(field) => self.field(field, |draft| draft.requests.extend(requests)),
                None => self.keywords.extend(requests),
            }
        }
        let mut fields = Vec::new();
        for (number, draft) in (0..).zip(std::mem::take(&mut self.fields)).filter(|(_, draft)| draft.needed) {
            let wakes = self.wake_list(draft.wakes);
            let literals =
                (!draft.requests.is_empty()).then(|| LiteralIndex::build(&draft.requests, &program.store));
            let name = program.fields.get(number as usize).cloned().unwrap_or_default();
            fields.push(RouteField { name, number, literals, wakes, keep: draft.keep });
        }
        let names = FieldNames::build(&fields);
        let keywords = self.has_keywords.then(|| LiteralIndex::build(&self.keywords, &program.store));
        let identity = ROUTES.fetch_add(1, Ordering::Relaxed);
        RouteTables {
            identity,
            rules,
            always,
            fields,
            names,
            keywords,
            keep_all: self.keep_all,
            wakes: self.wakes,
        }
    }

    fn rule(&mut self, rule: u32, always: &mut Vec<u32>) {
        let program = self.program;
        let index = rule as usize;
        let witnesses = program.witnesses.get(index).map(Vec::as_slice).unwrap_or_default();
        if witnesses.is_empty() {
            always.push(rule);
        }
        for witness in witnesses {
            match witness {
                Witness::Predicate(number) => self.predicates.push((*number, rule)),
                Witness::Field(field) => self.field(*field, |draft| draft.wakes.push(rule)),
            }
        }
        for operand in program.operands_of(index) {
            self.predicates.push((operand.number(), NO_RULE));
            let Some(predicate) = program.predicate(operand.number()) else { continue };
            let lazy = operand.is_lazy();
            match predicate.field {
                Some(field) => self.field(field, |draft| draft.keep |= lazy),
                None => {
                    self.has_keywords = true;
                    self.keep_all |= lazy;
                }
            }
            if let Test::Field(test) = &predicate.test {
                self.field(test.field, |draft| draft.keep = true);
            }
        }
    }

    /// Changes the draft of a field, and marks the field as needed.
    fn field(&mut self, number: u32, change: impl FnOnce(&mut FieldDraft)) {
        if let Some(draft) = self.fields.get_mut(number as usize) {
            draft.needed = true;
            change(draft);
        }
    }

    fn wake_list(&mut self, rules: impl IntoIterator<Item = u32>) -> (u32, u32) {
        let at = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let start = at(self.wakes.len());
        self.wakes.extend(rules);
        (start, at(self.wakes.len()))
    }
}

/// Field names by fingerprint. No rule reads most fields of an event, and a single lookup shows that.
#[derive(Debug, Default)]
pub(crate) struct FieldNames {
    /// The length is a power of two; the index `u32::MAX` marks an empty slot.
    slots: Vec<(u64, u32)>,
}

impl FieldNames {
    fn build(fields: &[RouteField]) -> Self {
        if fields.is_empty() {
            return Self::default();
        }
        let mut slots = vec![(0, u32::MAX); (fields.len() * 4).next_power_of_two()];
        let mask = slots.len() - 1;
        for (number, field) in (0u32..).zip(fields) {
            let key = fingerprint(field.name.as_bytes());
            let mut at = slot_of(key, mask);
            while let Some(slot) = slots.get_mut(at) {
                if slot.1 == u32::MAX {
                    *slot = (key, number);
                    break;
                }
                at = (at + 1) & mask;
            }
        }
        Self { slots }
    }

    #[inline]
    pub(crate) fn find<'f>(&self, fields: &'f [RouteField], name: &str) -> Option<&'f RouteField> {
        let mask = self.slots.len().checked_sub(1)?;
        let key = fingerprint(name.as_bytes());
        let mut at = slot_of(key, mask);
        while let Some((own, number)) = self.slots.get(at) {
            if *number == u32::MAX {
                return None;
            }
            if *own == key
                && let Some(field) = fields.get(*number as usize)
                && field.name == name
            {
                return Some(field);
            }
            at = (at + 1) & mask;
        }
        None
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is wanted")]
fn slot_of(key: u64, mask: usize) -> usize {
    key as usize & mask
}
