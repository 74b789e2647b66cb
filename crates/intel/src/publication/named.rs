//! What a report names, read as others will read it: by the reader of advisories.
//!
//! Passages that an audience may not see are empty lines for that reader, so that lines keep their numbers and no
//! sentence of them is left.

use super::marking::{self, Marked};
use crate::prose::article;
use crate::sink::Sink;
use crate::{Lexicon, prose};
use model::publication::{Named, Publication};
use model::world::{Fact, Mention, Mentioned};
use model::{Place, Problems, Tlp};
use observable::Observable;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The report without the passages that an audience may not see, and how many they are. A section's head goes with the
/// section, so nothing of it is left.
#[must_use]
pub fn for_audience(publication: &Publication, audience: Tlp) -> (Publication, u64) {
    let mut kept = publication.clone();
    kept.passages.retain(|passage| passage.tlp <= audience);
    let left_out = publication.passages.len() - kept.passages.len();
    (kept, u64::try_from(left_out).unwrap_or(u64::MAX))
}

/// Every observable that the passages of a report name, each value once: with its first sentence that calls it malicious,
/// else its first. In order of value.
#[must_use]
pub fn named_in(publication: &Publication, lexicon: &Lexicon) -> Vec<Named> {
    let source: Arc<str> = Arc::from(publication.source.as_str());
    let mut mentions: Vec<Mention> = Vec::new();
    let mut each = |fact| {
        if let Fact::Report(report) = fact {
            mentions = report.mentions;
        }
    };
    let mut sink = Sink::new(&source, lexicon, true, &mut each);
    let text = visible(publication);
    // What the reader of advisories finds odd in the text was its author's choice.
    prose::read(&article::markdown(&text), &mut sink, &mut Problems::new(&publication.source));
    let mut named: BTreeMap<Observable, Named> = BTreeMap::new();
    let passed: BTreeSet<Observable> =
        publication.not_indicators.iter().flat_map(|value| observable::given(value)).collect();
    for mut mention in mentions {
        let Mentioned::Observable(observable) = mention.what.clone() else { continue };
        mention.malicious &= !passed.contains(&observable);
        // The sign of a point is no word of its sentence.
        if let Some(words) = mention.sentence.strip_prefix("- ") {
            mention.sentence = words.to_owned();
        }
        let tlp = marking_at(publication, mention.origin.place);
        match named.get_mut(&observable) {
            Some(known) => {
                known.tlp = known.tlp.max(tlp);
                if mention.malicious && !known.mention.malicious {
                    known.mention = mention;
                }
            }
            None => _ = named.insert(observable, Named { mention, tlp, returns: 0 }),
        }
    }
    named.into_values().collect()
}

/// The text with only the lines of the passages, without their markings.
fn visible(publication: &Publication) -> String {
    let mut passages = publication.passages.iter().peekable();
    let mut out = String::with_capacity(publication.text.len());
    for (number, line) in (1..).zip(publication.text.lines()) {
        while passages.next_if(|passage| passage.last < number).is_some() {}
        if let Some(passage) = passages.peek().filter(|passage| passage.first <= number) {
            let is_first = number == passage.first;
            out.push_str(&if is_first { unmarked(line) } else { line.to_owned() });
        }
        out.push('\n');
    }
    out
}

/// A line without the marking that its passage begins with.
fn unmarked(line: &str) -> String {
    let words = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[');
    let words = match words.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(['.', ')']) {
        Some(behind) if matches!(marking::at(behind), Marked::As(..)) => behind,
        _ => words,
    };
    let Marked::As(_, rest) = marking::at(words) else { return line.to_owned() };
    let before = line.get(..line.len() - words.len()).unwrap_or_default();
    format!("{before}{rest}")
}

/// The marking of the passage at a place.
fn marking_at(publication: &Publication, place: Place) -> Tlp {
    let Place::Line(line) = place else { return publication.marking() };
    let passages = &publication.passages;
    let after = passages.partition_point(|passage| passage.first <= line);
    let of = after.checked_sub(1).and_then(|number| passages.get(number));
    of.map_or(publication.tlp, |passage| passage.tlp.max(publication.tlp))
}
