//! Asks the rules of a log source about an event: one pass over the fields, then only the rules that woke.
//!
//! The pass folds each value that some rule reads, finds the literals in it, marks the predicates whose gates
//! opened and wakes the rules that these are witnesses of. Then each woken rule runs its program; tests that
//! a gate cannot decide are made there, once an event. Nothing is allocated for an event: all memory is in
//! [`Scratch`]. Hits come in the order of the rules.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::HashSet;

use crate::cache::{Answer, ValueCache};
use crate::compile::{FAILS, MATCHES, Operand, RuleSet, Witness};
use crate::event::{Event, Value};
use crate::literals::{LiteralIndex, LiteralStore, Request, Sink, fingerprint};
use crate::number::Number;
use crate::pattern::fold_into;
use crate::predicate::{FieldTest, Predicate, Test};

/// The rules that are asked about the events of one source, with their literals filed by field.
#[derive(Clone, Debug)]
pub struct Route(Arc<Asked>);

#[derive(Debug)]
struct Asked {
    /// Tells routes apart in the cache of values, whatever set they are of.
    identity: u64,
    rules: Vec<u32>,
    /// Rules that can match with nothing fired.
    always: Vec<u32>,
    fields: Vec<AskedField>,
    /// Numbers of `fields` by the fingerprint of the name.
    names: FieldNames,
    keywords: Option<LiteralIndex>,
    /// Some keyword needs the values kept.
    keep_all: bool,
    /// Lists of rules that predicates and fields wake.
    wakes: Vec<u32>,
}

#[derive(Debug)]
struct AskedField {
    name: String,
    /// Number in the rule set.
    number: u32,
    literals: Option<LiteralIndex>,
    /// Rules that the presence of the field wakes.
    wakes: (u32, u32),
    /// Some test needs the values kept.
    keep: bool,
}

impl Route {
    /// Indices of the rules that are asked, ascending.
    pub fn rules(&self) -> impl Iterator<Item = usize> {
        self.0.rules.iter().filter_map(|rule| usize::try_from(*rule).ok())
    }

    /// Whether no rule is asked, so that events of this source need not be read for rules at all.
    pub fn is_empty(&self) -> bool {
        self.0.rules.is_empty()
    }

    /// Names of the fields that the rules read; `None` when keywords read all of them.
    pub fn fields(&self) -> Option<impl Iterator<Item = &str>> {
        self.0.keywords.is_none().then(|| self.0.fields.iter().map(|field| field.name.as_str()))
    }

    pub(crate) fn build(set: &RuleSet, rules: Vec<u32>) -> Self {
        Self(Arc::new(Builder::new(set).build(rules)))
    }
}

/// Routes built so far. Only an identity: no result depends on it.
static ROUTES: AtomicU64 = AtomicU64::new(0);

/// Collects what the rules of a route ask for. Lists that are sorted once, not maps: while logs are read a route
/// is built for each log source that they hold.
struct Builder<'s> {
    set: &'s RuleSet,
    /// Each predicate and a rule that it wakes; [`NOBODY`] where it is only asked.
    predicates: Vec<(u32, u32)>,
    /// By the number of the field.
    fields: Vec<FieldDraft>,
    keywords: Vec<Request>,
    has_keywords: bool,
    keep_all: bool,
    wakes: Vec<u32>,
}

/// No rule has this number.
const NOBODY: u32 = u32::MAX;

#[derive(Clone, Default)]
struct FieldDraft {
    asked: bool,
    requests: Vec<Request>,
    wakes: Vec<u32>,
    keep: bool,
}

impl<'s> Builder<'s> {
    fn new(set: &'s RuleSet) -> Self {
        let fields = vec![FieldDraft::default(); set.fields.len()];
        let (predicates, keywords, wakes) = (Vec::new(), Vec::new(), Vec::new());
        Self { set, predicates, fields, keywords, has_keywords: false, keep_all: false, wakes }
    }

    fn build(mut self, rules: Vec<u32>) -> Asked {
        let set = self.set;
        let mut always = Vec::new();
        for rule in &rules {
            self.rule(*rule, &mut always);
        }
        self.predicates.sort_unstable();
        let predicates = std::mem::take(&mut self.predicates);
        for group in predicates.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((number, _)) = group.first() else { continue };
            let woken = group.iter().map(|(_, rule)| *rule).filter(|rule| *rule != NOBODY);
            let wakes = self.wake_list(woken);
            let Some(predicate) = set.predicate(*number) else { continue };
            let gate = predicate.gate.0..predicate.gate.1;
            let requests = gate.map(|literal| Request { predicate: *number, literal, wakes });
            match predicate.field {
                Some(field) => self.field(field, |draft| draft.requests.extend(requests)),
                None => self.keywords.extend(requests),
            }
        }
        let mut fields = Vec::new();
        for (number, draft) in (0..).zip(std::mem::take(&mut self.fields)).filter(|(_, draft)| draft.asked) {
            let wakes = self.wake_list(draft.wakes);
            let literals =
                (!draft.requests.is_empty()).then(|| LiteralIndex::build(&draft.requests, &set.store));
            let name = set.fields.get(number as usize).cloned().unwrap_or_default();
            fields.push(AskedField { name, number, literals, wakes, keep: draft.keep });
        }
        let names = FieldNames::build(&fields);
        let keywords = self.has_keywords.then(|| LiteralIndex::build(&self.keywords, &set.store));
        let identity = ROUTES.fetch_add(1, Ordering::Relaxed);
        Asked { identity, rules, always, fields, names, keywords, keep_all: self.keep_all, wakes: self.wakes }
    }

    fn rule(&mut self, rule: u32, always: &mut Vec<u32>) {
        let set = self.set;
        let index = rule as usize;
        let witnesses = set.witnesses.get(index).map(Vec::as_slice).unwrap_or_default();
        if witnesses.is_empty() {
            always.push(rule);
        }
        for witness in witnesses {
            match witness {
                Witness::Predicate(number) => self.predicates.push((*number, rule)),
                Witness::Field(field) => self.field(*field, |draft| draft.wakes.push(rule)),
            }
        }
        for operand in set.operands_of(index) {
            self.predicates.push((operand.number(), NOBODY));
            let Some(predicate) = set.predicate(operand.number()) else { continue };
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

    /// Asks for a field.
    fn field(&mut self, number: u32, change: impl FnOnce(&mut FieldDraft)) {
        if let Some(draft) = self.fields.get_mut(number as usize) {
            draft.asked = true;
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

/// Field names by fingerprint: most fields of an event are read by no rule, and are told so by one probe.
#[derive(Debug, Default)]
struct FieldNames {
    /// Power of two; `u32::MAX` is empty.
    slots: Vec<(u64, u32)>,
}

impl FieldNames {
    fn build(fields: &[AskedField]) -> Self {
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
    fn find<'f>(&self, fields: &'f [AskedField], name: &str) -> Option<&'f AskedField> {
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

/// Memory that is kept for the next event; one giant value does not hold its size for ever.
const KEPT_BYTES_MAX: usize = 4 << 20;

/// Memory of the matcher, used again for each event. One for each thread.
#[derive(Debug, Default)]
pub struct Scratch {
    marks: Marks,
    /// Folded text of the values that are kept, and behind it of the value at hand.
    folded: String,
    raw: String,
    kept: Vec<Kept>,
    known: Bits,
    truth: Bits,
    cache: ValueCache,
}

#[derive(Debug)]
struct Kept {
    field: Option<u32>,
    folded: Range<usize>,
    raw: Range<usize>,
    is_null: bool,
}

/// What fired and who woke.
#[derive(Debug, Default)]
struct Marks {
    fired: Bits,
    woken: Bits,
    /// The same as `woken`, in the order of waking.
    rules: Vec<u32>,
}

/// A set of small numbers that is emptied in the time of its content.
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

    /// Adds a number; true when it is new.
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

impl Marks {
    #[inline]
    fn wake(&mut self, asked: &Asked, wakes: (u32, u32)) {
        for rule in asked.wakes.get(wakes.0 as usize..wakes.1 as usize).unwrap_or_default() {
            if self.woken.add(*rule) {
                self.rules.push(*rule);
            }
        }
    }
}

struct Firing<'s> {
    marks: &'s mut Marks,
    asked: &'s Asked,
}

impl Sink for Firing<'_> {
    #[inline]
    fn has(&self, predicate: u32) -> bool {
        self.marks.fired.has(predicate)
    }

    #[inline]
    fn hit(&mut self, predicate: u32, wakes: (u32, u32)) {
        if self.marks.fired.add(predicate) {
            self.marks.wake(self.asked, wakes);
        }
    }
}

impl Scratch {
    fn begin(&mut self, set: &RuleSet) {
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
        self.marks.fired.fit(set.predicates.len());
        self.known.fit(set.predicates.len());
        self.truth.fit(set.predicates.len());
        self.marks.woken.fit(set.rules.len());
    }

    #[inline]
    fn field(&mut self, asked: &Asked, store: &LiteralStore, name: &str, value: Value<'_>) {
        let field = asked.names.find(&asked.fields, name);
        if field.is_none() && asked.keywords.is_none() {
            return;
        }
        let keep = asked.keep_all || field.is_some_and(|field| field.keep);
        let folded_start = self.folded.len();
        let raw_start = self.raw.len();
        if let Value::Text(text) = value {
            self.search(asked, field, store, text, keep);
            if keep {
                self.raw.push_str(text);
            }
        }
        if let Some(field) = field {
            self.marks.wake(asked, field.wakes);
        }
        if keep {
            self.kept.push(Kept {
                field: field.map(|field| field.number),
                folded: folded_start..self.folded.len(),
                raw: raw_start..self.raw.len(),
                is_null: value == Value::Null,
            });
        } else {
            self.folded.truncate(folded_start);
        }
    }

    /// Finds the literals in a value, by the cache or by a search; leaves it folded when it must be or is.
    #[inline]
    fn search(
        &mut self,
        asked: &Asked,
        field: Option<&AskedField>,
        store: &LiteralStore,
        text: &str,
        keep: bool,
    ) {
        let literals = field.and_then(|field| field.literals.as_ref());
        let keywords = asked.keywords.as_ref();
        let folded_start = self.folded.len();
        if literals.is_none() && keywords.is_none() {
            if keep {
                fold_into(text, &mut self.folded);
            }
            return;
        }
        let number = field.map_or(u32::MAX, |field| field.number);
        let mut answer = self.cache.ask((asked.identity, number), text);
        if let Answer::Known(found) = answer {
            for found in found {
                if self.marks.fired.add(found.predicate) {
                    self.marks.wake(asked, found.wakes);
                }
            }
            if keep {
                fold_into(text, &mut self.folded);
            }
            return;
        }
        fold_into(text, &mut self.folded);
        let folded = self.folded.as_bytes().get(folded_start..).unwrap_or_default();
        if let Answer::Record(recorder) = &mut answer {
            literals.into_iter().chain(keywords).for_each(|index| index.scan(folded, store, recorder));
            if recorder.is_complete() {
                for found in recorder.found() {
                    if self.marks.fired.add(found.predicate) {
                        self.marks.wake(asked, found.wakes);
                    }
                }
                return;
            }
        }
        let mut firing = Firing { marks: &mut self.marks, asked };
        literals.into_iter().chain(keywords).for_each(|index| index.scan(folded, store, &mut firing));
    }

    /// Whether a predicate is true of the event at hand.
    #[inline]
    fn is_true(&mut self, set: &RuleSet, operand: Operand) -> bool {
        let open = !operand.is_gated() || self.marks.fired.has(operand.number());
        if open && operand.is_lazy() { self.tested(set, operand.number()) } else { open }
    }

    /// The answer of a test, which is made once an event.
    fn tested(&mut self, set: &RuleSet, number: u32) -> bool {
        if self.known.add(number) && set.predicate(number).is_some_and(|predicate| self.test(predicate)) {
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
                    Some(part) => part.of(raw).map(|number| Number::Exact(number, 0.0)),
                    None => Number::parse(raw),
                };
                number.is_some_and(|number| comparison.holds(number, *bound))
            }),
            Test::Field(test) => {
                if !test.before && !test.after {
                    // Arrays: each value is looked up among the others, not compared with all of them.
                    let side = |(folded, raw)| if test.cased { raw } else { folded };
                    let others: HashSet<&str> = self.texts(Some(test.field)).map(side).collect();
                    return !others.is_empty() && texts.map(side).any(|text| others.contains(text));
                }
                texts.any(|text| self.texts(Some(test.field)).any(|other| test.holds(text, other)))
            }
        }
    }

    fn run(&mut self, set: &RuleSet, rule: u32) -> bool {
        let mut at = set.starts.get(rule as usize).copied().unwrap_or(FAILS);
        // Branches lead only to branches written before them, or to an end.
        while let Some(branch) = set.branches.get(at as usize) {
            let first = branch.first as usize;
            let operands = set.operands.get(first..first + branch.count as usize).unwrap_or_default();
            let mut operands = operands.iter();
            let holds = if branch.all {
                operands.all(|operand| self.is_true(set, *operand))
            } else {
                operands.any(|operand| self.is_true(set, *operand))
            };
            at = if holds { branch.yes } else { branch.no };
        }
        at == MATCHES
    }
}

impl FieldTest {
    /// Whether the value (folded, raw) stands so to the other field's.
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
    pub(crate) fn predicate(&self, number: u32) -> Option<&Predicate> {
        self.predicates.get(number as usize)
    }

    /// All predicates that a rule's program asks.
    fn operands_of(&self, rule: usize) -> impl Iterator<Item = Operand> {
        let at = |index: usize| self.ends.get(index).copied().unwrap_or(0) as usize;
        let range = rule.checked_sub(1).map_or(0, at)..at(rule);
        self.operands.get(range).unwrap_or_default().iter().copied()
    }

    /// Calls `hit` with the index of each rule of the route that the event satisfies, ascending.
    pub fn evaluate<E: Event>(
        &self,
        route: &Route,
        event: &E,
        scratch: &mut Scratch,
        hit: &mut dyn FnMut(usize),
    ) {
        let asked = &*route.0;
        if asked.rules.is_empty() {
            return;
        }
        scratch.begin(self);
        event.fields(&mut |name, value| scratch.field(asked, &self.store, name, value));
        let mut woken = std::mem::take(&mut scratch.marks.rules);
        woken.extend(&asked.always);
        woken.sort_unstable();
        for rule in &woken {
            if scratch.run(self, *rule) {
                hit(*rule as usize);
            }
        }
        scratch.marks.rules = woken;
    }
}
