//! Everything that rules need: the compiled rules, the correlations over them, and the user's tuning.

use super::behaviour;
use super::excepted::Excepted;
use super::strength::Strength;
use foldhash::HashMap;
use model::Timestamp;
use sigma::{Correlations, RuleSet, Tuning};

/// Rules, ready to be asked.
#[derive(Debug, Default)]
pub struct Rules {
    pub(crate) set: RuleSet,
    pub(crate) correlations: Correlations,
    /// By rule: whether its hits are sightings by themselves.
    pub(crate) alone: Vec<bool>,
    pub(crate) tuning: Tuning,
    pub(crate) excepted: Excepted,
    /// Identifier and digest → index.
    by_cause: HashMap<(String, u64), usize>,
    /// Identifier → index of the first rule that has it.
    by_id: HashMap<String, usize>,
    /// How far their events went.
    strengths: Strengths,
}

/// How far events went: by rule and by correlation.
#[derive(Debug, Default)]
struct Strengths {
    rules: Vec<Strength>,
    correlations: Vec<Strength>,
}

impl Rules {
    /// Puts rules together. `asked` says whether hits of the rule with this index were asked for: the others
    /// are there for correlations only. `now` decides on exceptions for events that have no time.
    #[must_use]
    pub fn new(
        set: RuleSet,
        correlations: Correlations,
        tuning: Tuning,
        now: Timestamp,
        asked: &dyn Fn(&sigma::Rule) -> bool,
    ) -> (Self, Vec<sigma::Diagnostic>) {
        let alone = set
            .rules()
            .iter()
            .enumerate()
            .map(|(index, rule)| correlations.alerts_alone(index) && asked(rule))
            .collect();
        let (excepted, diagnostics) = Excepted::new(&tuning, &set, now);
        let (mut by_cause, mut by_id) = (HashMap::default(), HashMap::default());
        for (index, rule) in set.rules().iter().enumerate() {
            let id = rule.id.clone().unwrap_or_else(|| rule.title.clone());
            by_id.entry(id.clone()).or_insert(index);
            by_cause.entry((id, rule.digest)).or_insert(index);
        }
        let strengths = Strengths::default();
        let mut rules = Self { set, correlations, alone, tuning, excepted, by_cause, by_id, strengths };
        let of_correlations = rules.correlations.correlations().iter().map(|one| &one.about);
        let of = |rule: &sigma::Rule| behaviour::of_rule(rule, (&rules.set, &rules.correlations));
        rules.strengths = Strengths {
            correlations: of_correlations.map(of).collect(),
            rules: rules.set.rules().iter().map(of).collect(),
        };
        (rules, diagnostics)
    }
}

impl Rules {
    /// What is asked, as a whole: another text when a rule, a correlation or the tuning is another.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut asked: Vec<(&str, u64, bool)> = Vec::new();
        for (rule, alone) in self.set.rules().iter().zip(&self.alone) {
            asked.push((rule.id.as_deref().unwrap_or(&rule.title), rule.digest, *alone));
        }
        asked.sort_unstable();
        let text = format!("{asked:?} {:?} {:?}", self.correlations, self.tuning);
        format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
    }

    /// The rule with this identifier, if it is still asked: what an earlier version of it saw counts until the records
    /// are asked again, and for good where they are no longer kept.
    pub(crate) fn of(&self, id: &str, digest: u64) -> Option<&sigma::Rule> {
        self.set.rules().get(self.index_of(id, digest)?)
    }

    /// The index of the rule with this identifier; of several, of the one with this digest.
    pub(crate) fn index_of(&self, id: &str, digest: u64) -> Option<usize> {
        self.by_cause.get(&(id.to_owned(), digest)).or_else(|| self.by_id.get(id)).copied()
    }

    /// Whether hits of a rule are sightings by themselves.
    pub(crate) fn is_alone(&self, id: &str, digest: u64) -> bool {
        self.index_of(id, digest).is_some_and(|index| self.alone.get(index).copied().unwrap_or(true))
    }

    /// Whether this version of a rule is the one that is asked now.
    pub(crate) fn is_asked(&self, id: &str, digest: u64) -> bool {
        self.by_cause.contains_key(&(id.to_owned(), digest))
    }

    /// How far the events of a rule went, by its index.
    pub(super) fn strength_of(&self, rule: usize) -> Strength {
        self.strengths.rules.get(rule).copied().unwrap_or(Strength::Tried)
    }

    /// How far the events of a correlation went, by its index.
    pub(super) fn strength_of_correlation(&self, correlation: usize) -> Strength {
        self.strengths.correlations.get(correlation).copied().unwrap_or(Strength::Tried)
    }
}

impl From<RuleSet> for Rules {
    /// Rules alone, each for itself.
    fn from(set: RuleSet) -> Self {
        let tuned = (Correlations::default(), Tuning::default());
        Self::new(set, tuned.0, tuned.1, Timestamp::EPOCH, &|_| true).0
    }
}
