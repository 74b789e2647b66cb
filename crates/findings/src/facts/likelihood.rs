//! How likely exploitation of each vulnerability is (EPSS): a few bytes a score, because a day's file scores every CVE.
//!
//! The key is the CVE as one number, so that three hundred thousand scores take some ten megabytes. Of several scores
//! of one CVE that of the newest day counts; two of one day: the higher one.
//! Source: first.org/epss (CVE, probability, percentile; model and day in the first line).

use model::world::{ExploitLikelihood, Origin};
use model::{Date, Evidence, Place};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One score, and where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Score {
    cve: u64,
    scored: Option<Date>,
    probability: u32,
    percentile: Option<u32>,
    line: u32,
    edition: u16,
}

/// The model of scores, and their document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Edition {
    source: Arc<str>,
    model: Option<Arc<str>>,
}

/// The scores of one document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Likelihoods {
    scores: Vec<Score>,
    editions: Vec<Edition>,
}

/// The score of one CVE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Likelihood {
    /// In hundred-thousandths.
    pub(crate) probability: u32,
    pub(crate) percentile: Option<u32>,
    pub(crate) scored: Option<Date>,
    pub(crate) model: Option<Arc<str>>,
    pub(crate) origin: Origin,
}

impl Likelihoods {
    /// Adds a score. An identifier that is no CVE has none.
    pub(crate) fn add(&mut self, fact: &ExploitLikelihood) {
        let Some(cve) = number_of(&fact.cve) else { return };
        let model = fact.model.as_deref();
        let same =
            |edition: &Edition| edition.model.as_deref() == model && edition.source == fact.origin.source;
        // A document has one model; the last is looked at first.
        let edition = self.editions.iter().rposition(same).unwrap_or_else(|| {
            let model = model.map(Arc::from);
            self.editions.push(Edition { source: Arc::clone(&fact.origin.source), model });
            self.editions.len() - 1
        });
        let Ok(edition) = u16::try_from(edition) else { return };
        self.scores.push(Score {
            cve,
            scored: fact.scored,
            probability: fact.probability,
            percentile: fact.percentile,
            line: u32::try_from(fact.origin.place.number()).unwrap_or(u32::MAX),
            edition,
        });
    }

    /// Adds what another document says.
    pub(crate) fn add_all(&mut self, other: &Self) {
        for score in &other.scores {
            let Some(edition) = other.editions.get(usize::from(score.edition)) else { continue };
            let known = self.editions.iter().position(|known| known == edition);
            let known = known.unwrap_or_else(|| {
                self.editions.push(edition.clone());
                self.editions.len() - 1
            });
            if let Ok(edition) = u16::try_from(known) {
                self.scores.push(Score { edition, ..*score });
            }
        }
    }

    /// Puts scores in order and lets go of what only reading needs.
    pub(crate) fn settle(&mut self) {
        self.scores.sort_unstable();
        self.scores.dedup();
        self.scores.shrink_to_fit();
    }

    pub(crate) fn len(&self) -> usize {
        self.scores.len()
    }

    /// The score of a CVE.
    pub(crate) fn of(&self, cve: &str) -> Option<Likelihood> {
        let cve = number_of(cve)?;
        let end = self.scores.partition_point(|score| score.cve <= cve);
        let score = self.scores.get(end.checked_sub(1)?).filter(|score| score.cve == cve)?;
        let edition = self.editions.get(usize::from(score.edition))?;
        Some(Likelihood {
            probability: score.probability,
            percentile: score.percentile,
            scored: score.scored,
            model: edition.model.clone(),
            origin: Origin::new(&edition.source, Place::Line(u64::from(score.line))),
        })
    }
}

impl Likelihood {
    /// What ranks the score among others of its CVE: the newest day, the higher probability, the place.
    pub(crate) fn rank(&self) -> (Option<Date>, u32, std::cmp::Reverse<&Origin>) {
        (self.scored, self.probability, std::cmp::Reverse(&self.origin))
    }

    /// The score for people: `EPSS 97.3 % (percentile 99.9 %, 2026-11-01, model v4)`.
    pub(crate) fn shown(&self) -> String {
        let percentile = self.percentile.map(|share| format!("percentile {}", percent(share)));
        let day = self.scored.map(|day| day.to_string());
        let model = self.model.as_deref().map(|model| format!("model {model}"));
        let about: Vec<String> = [percentile, day, model].into_iter().flatten().collect();
        let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
        format!("EPSS {}{about}", percent(self.probability))
    }

    /// The row of the score.
    pub(crate) fn evidence(&self, cve: &str) -> Evidence {
        let text = |share: u32| format!("{}.{:05}", share / 100_000, share % 100_000);
        let evidence = self.origin.evidence().with("cve", cve).with("epss", &text(self.probability));
        match self.percentile {
            Some(percentile) => evidence.with("percentile", &text(percentile)),
            None => evidence,
        }
    }
}

/// Hundred-thousandths in per cent: `97.3 %`, below one per cent with a digit more.
fn percent(share: u32) -> String {
    if share < 1_000 {
        format!("{}.{:02} %", share / 1_000, share % 1_000 / 10)
    } else {
        format!("{}.{} %", share / 1_000, share % 1_000 / 100)
    }
}

/// A CVE as one number: its year before its sequence.
fn number_of(cve: &str) -> Option<u64> {
    let (year, sequence) = cve.strip_prefix("CVE-")?.split_once('-')?;
    let (year, sequence): (u16, u32) = (year.parse().ok()?, sequence.parse().ok()?);
    Some(u64::from(year) << 32 | u64::from(sequence))
}

/// The score that counts among those of several documents.
pub(crate) fn newest<'l>(all: impl IntoIterator<Item = &'l Likelihoods>, cve: &str) -> Option<Likelihood> {
    let of = all.into_iter().filter_map(|scores| scores.of(cve));
    of.max_by(|a, b| a.rank().cmp(&b.rank()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(cve: &str, probability: u32, day: &str, source: &str) -> ExploitLikelihood {
        ExploitLikelihood {
            cve: cve.into(),
            probability,
            percentile: Some(99_900),
            scored: Date::parse(day),
            model: Some("v4".into()),
            origin: Origin::new(&Arc::from(source), Place::Line(7)),
        }
    }

    #[test]
    fn the_newest_day_counts_in_whatever_order_scores_arrive() {
        let of = |facts: &[ExploitLikelihood]| {
            let mut all = Likelihoods::default();
            facts.iter().for_each(|fact| all.add(fact));
            all.settle();
            newest([&all], "CVE-2031-50000").map(|one| (one.probability, one.shown()))
        };
        let old = score("CVE-2031-50000", 90_000, "2031-01-01", "a.csv");
        let new = score("CVE-2031-50000", 1_230, "2031-02-01", "b.csv");
        let other = score("CVE-2031-50001", 500, "2031-03-01", "b.csv");
        let text = "EPSS 1.2 % (percentile 99.9 %, 2031-02-01, model v4)".to_owned();
        let expected = Some((1_230, text));
        assert_eq!(of(&[old.clone(), new.clone(), other.clone()]), expected);
        assert_eq!(of(&[other, new, old]), expected);
    }

    #[test]
    fn small_scores_keep_a_digit_more() {
        assert_eq!(
            (percent(97_342), percent(430), percent(100_000)),
            ("97.3 %".into(), "0.43 %".into(), "100.0 %".into())
        );
    }

    #[test]
    fn an_identifier_that_is_no_cve_has_no_score() {
        let mut all = Likelihoods::default();
        all.add(&score("GHSA-aaaa-bbbb-cccc", 1, "2031-01-01", "a.csv"));
        assert_eq!((all.len(), all.of("GHSA-aaaa-bbbb-cccc")), (0, None));
    }
}
