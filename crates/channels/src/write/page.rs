//! A notice for people: every text clean and bounded, once for all channels.
//!
//! Invariant: what a page holds has no line break, nothing that acts and no live link ([`crate::clean`]), and no more
//! than its limits; what was left out is counted beside what was kept.

use super::{event, moment};
use crate::clean::{counted, short};
use model::{Notice, NoticePart, Says, Severity};

/// A title, and a name of an organisation or audience, are no longer.
const TITLE_CHARS_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 80;
/// A label is no longer.
const LABEL_CHARS_MAX: usize = 16;

/// How much of a notice is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How many parts.
    pub(crate) parts: usize,
    /// How many characters a part has.
    pub(crate) chars: usize,
    /// How many lines or steps.
    pub(crate) lines: usize,
    /// How many characters one of them has.
    pub(crate) line: usize,
}

/// A mail may be long.
pub(crate) const MAIL: Limits = Limits { parts: 32, chars: 16_000, lines: 200, line: 1_000 };
/// Less and less, for channels with limits of their own; of the last only the title is left, which always fits.
pub(crate) const CHAT: [Limits; 6] = [
    Limits { parts: 20, chars: 2_700, lines: 40, line: 600 },
    Limits { parts: 20, chars: 1_200, lines: 20, line: 300 },
    Limits { parts: 16, chars: 600, lines: 10, line: 200 },
    Limits { parts: 12, chars: 300, lines: 6, line: 150 },
    Limits { parts: 8, chars: 120, lines: 2, line: 80 },
    Limits { parts: 0, chars: 0, lines: 0, line: 0 },
];

/// A notice for people.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) marking: Option<&'static str>,
    pub(crate) severity: Severity,
    pub(crate) happened: &'static str,
    pub(crate) title: String,
    pub(crate) organisation: String,
    pub(crate) audience: String,
    pub(crate) short_id: Option<String>,
    pub(crate) ordinal: Option<String>,
    /// The moment of the turn, for people.
    pub(crate) at: String,
    pub(crate) parts: Vec<Part>,
    /// Which parts were left out, if any.
    pub(crate) left_out: Option<String>,
}

/// One part of it.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) label: String,
    pub(crate) says: Says,
    /// What was left out of its lines, if anything.
    pub(crate) left_out: Option<String>,
}

impl Page {
    pub(crate) fn of(notice: &Notice, limits: Limits) -> Self {
        let over = notice.parts.len().saturating_sub(limits.parts);
        Self {
            marking: notice.tlp.marked().map(model::Tlp::name),
            severity: notice.severity,
            happened: event::happened(notice),
            title: short(&notice.title, TITLE_CHARS_MAX),
            organisation: short(&notice.organisation, NAME_CHARS_MAX),
            audience: short(&notice.audience, NAME_CHARS_MAX),
            short_id: event::short_id(notice),
            ordinal: event::ordinal(notice),
            at: moment::for_people(notice.at),
            parts: notice.parts.iter().take(limits.parts).map(|part| Part::of(part, limits)).collect(),
            left_out: (over > 0)
                .then(|| format!("[{} left out of this message]", counted(over, "more part"))),
        }
    }

    /// `CRITICAL opened`.
    pub(crate) fn verdict(&self) -> String {
        format!("{} {}", self.severity.name().to_uppercase(), self.happened)
    }

    /// The line by which a message is known where there is only one: marking, verdict, title, and what it belongs to.
    pub(crate) fn subject(&self) -> String {
        let marking = self.marking.map(|marking| format!("[{marking}] ")).unwrap_or_default();
        let title = by_words(&self.title, 110);
        let organisation = by_words(&self.organisation, 40);
        let about: Vec<String> =
            [Some(organisation), self.short_id.clone(), self.ordinal.clone()].into_iter().flatten().collect();
        format!("{marking}{}: {title} ({})", self.verdict(), about.join(", "))
    }

    /// Whose it is, for whom, of when.
    pub(crate) fn origin(&self) -> String {
        let ordinal = self.ordinal.as_ref().map(|ordinal| format!(", {ordinal}")).unwrap_or_default();
        format!("{}, {}{ordinal}. For: {}.", self.organisation, self.at, self.audience)
    }
}

impl Part {
    fn of(part: &NoticePart, limits: Limits) -> Self {
        let (says, left_out) = match &part.says {
            Says::Text(text) => (Says::Text(short(text, limits.chars)), None),
            Says::Steps(steps) => {
                let (kept, left_out) = few(steps, limits, "step");
                (Says::Steps(kept), left_out)
            }
            Says::Lines(lines) => {
                let (kept, left_out) = few(lines, limits, "line");
                (Says::Lines(kept), left_out)
            }
        };
        Self { label: short(&part.label, LABEL_CHARS_MAX), says, left_out }
    }
}

/// As many entries as fit.
fn few(entries: &[String], limits: Limits, word: &str) -> (Vec<String>, Option<String>) {
    let mut room = limits.chars;
    let mut kept = Vec::new();
    for entry in entries.iter().take(limits.lines) {
        let entry = short(entry, limits.line);
        let length = entry.chars().count();
        if length > room {
            break;
        }
        room -= length;
        kept.push(entry);
    }
    let over = entries.len() - kept.len();
    (kept, (over > 0).then(|| format!("[{} left out]", counted(over, &format!("more {word}")))))
}

/// As many whole words as so many characters hold.
pub(crate) fn by_words(text: &str, chars_max: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(chars_max) else { return text.to_owned() };
    let front = text.get(..end).unwrap_or_default();
    // A word that is far too long is cut inside.
    let at = front.rfind(' ').filter(|at| *at > end / 2).unwrap_or(front.len());
    format!("{}…", front.get(..at).unwrap_or_default().trim_end_matches([' ', ',', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_between_words() {
        assert_eq!(by_words("one two three", 13), "one two three");
        assert_eq!(by_words("one, two, three", 10), "one, two…");
        assert_eq!(by_words("abcdefghij", 4), "abcd…");
    }

    #[test]
    fn entries_that_do_not_fit_are_counted() {
        let entries: Vec<String> = (0..5).map(|n| format!("line {n}")).collect();
        let limits = Limits { parts: 1, chars: 13, lines: 3, line: 9 };
        let (kept, left_out) = few(&entries, limits, "line");
        assert_eq!((kept.len(), left_out.as_deref()), (2, Some("[3 more lines left out]")));
        let all = Limits { chars: 30, lines: 5, ..limits };
        assert_eq!(few(&entries, all, "line"), (entries, None));
    }
}
