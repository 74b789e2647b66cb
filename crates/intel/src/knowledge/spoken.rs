//! Versions as people write them into one field: `>= 1.0, < 1.2`, `2.4 and earlier`, `before 3.1`, `n/a`.
//!
//! Records of many issuers put a whole range into the field of a single version. What reads as a range
//! becomes one; what names no version is [`Spoken::Nothing`]; anything else is taken for one exact version.

use version::Bound;

/// What a version field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spoken {
    /// No version: `n/a`, `unspecified`, prose.
    Nothing,
    /// Every version.
    All,
    /// These intervals.
    Intervals(Vec<(Bound, Bound)>),
}

/// How many comma-separated parts of one field are read.
const PARTS_MAX: usize = 256;

/// Whether a field only says that nothing is said.
pub(crate) fn is_nothing(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "",
        "-",
        "n/a",
        "na",
        "none",
        "null",
        "unknown",
        "unspecified",
        "various",
        "multiple",
        "see references",
        "not specified",
        "tbd",
        "?",
    ];
    WORDS.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// Reads a version field.
pub(crate) fn versions(text: &str) -> Spoken {
    let text = text.trim();
    if is_nothing(text) || text == "0" {
        return Spoken::Nothing;
    }
    if text == "*" || ["all", "all versions", "any"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Spoken::All;
    }
    let lower = text.to_ascii_lowercase();
    if let Some(interval) = in_words(&lower) {
        return Spoken::Intervals(vec![interval]);
    }
    if lower.contains(['<', '>', '=']) {
        return compared(&lower).map_or(Spoken::Nothing, |interval| Spoken::Intervals(vec![interval]));
    }
    let parts: Vec<&str> = text.split(',').map(str::trim).take(PARTS_MAX).collect();
    if parts.len() > 1 && parts.iter().all(|part| is_version(part)) {
        return Spoken::Intervals(parts.into_iter().map(exact).collect());
    }
    // Several words that do not start with a number name products or are sentences, not versions.
    let version = strip_label(text);
    if version.contains(' ') && !version.starts_with(|c: char| c.is_ascii_digit()) {
        return Spoken::Nothing;
    }
    Spoken::Intervals(vec![exact(version)])
}

fn exact(version: &str) -> (Bound, Bound) {
    (Bound::Included(version.to_owned()), Bound::Included(version.to_owned()))
}

/// One word that starts with a digit, perhaps after `v`.
fn is_version(text: &str) -> bool {
    let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
    !text.contains(' ') && digits.starts_with(|c: char| c.is_ascii_digit())
}

fn version_of(text: &str) -> Option<String> {
    let text = strip_label(text.trim());
    is_version(text).then(|| text.to_owned())
}

/// `version 1.0`, `ver.1.0` without the label.
fn strip_label(text: &str) -> &str {
    let labels = ["versions ", "version ", "ver. ", "ver.", "ver ", "release "];
    let label = labels.iter().find(|label| {
        let start = text.get(..label.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(label))
    });
    label.and_then(|label| text.get(label.len()..)).unwrap_or(text).trim()
}

/// `before 2.0`, `prior to 2.0`, `2.0 and earlier`, `up to 2.0`, `1.0 through 2.0`, `1.0 to 2.0`.
fn in_words(lower: &str) -> Option<(Bound, Bound)> {
    const BEFORE: [&str; 5] =
        ["before ", "prior to ", "versions before ", "versions prior to ", "earlier than "];
    const UP_TO: [&str; 4] = ["up to and including ", "up to ", "through ", "versions up to "];
    const AND_BEFORE: [&str; 8] = [
        " and earlier versions",
        " and prior versions",
        " and earlier",
        " and prior",
        " and below",
        " and before",
        " or earlier",
        " and lower",
    ];
    for word in BEFORE {
        if let Some(version) = lower.strip_prefix(word).and_then(version_of) {
            return Some((Bound::Open, Bound::Excluded(version)));
        }
    }
    for word in UP_TO {
        if let Some(version) = lower.strip_prefix(word).and_then(version_of) {
            return Some((Bound::Open, Bound::Included(version)));
        }
    }
    for word in AND_BEFORE {
        if let Some(version) = lower.strip_suffix(word).and_then(version_of) {
            return Some((Bound::Open, Bound::Included(version)));
        }
    }
    for word in [" through ", " to ", " - "] {
        if let Some((low, high)) = lower.split_once(word)
            && let (Some(low), Some(high)) = (version_of(low), version_of(high))
        {
            return Some((Bound::Included(low), Bound::Included(high)));
        }
    }
    None
}

/// `>= 1.0, < 1.2`, `< 3`, `= 2.1`, `all versions < v17`.
fn compared(lower: &str) -> Option<(Bound, Bound)> {
    let text = lower.strip_prefix("all versions").unwrap_or(lower).trim();
    let (mut low, mut high) = (Bound::Open, Bound::Open);
    for part in text.split([',', '&']).map(str::trim).filter(|part| !part.is_empty()).take(PARTS_MAX) {
        let operator_end = part.find(|c: char| !matches!(c, '<' | '>' | '='))?;
        let (operator, rest) = part.split_at_checked(operator_end)?;
        let version = version_of(rest)?;
        match operator {
            "<" => high = Bound::Excluded(version),
            "<=" | "=<" => high = Bound::Included(version),
            ">" => low = Bound::Excluded(version),
            ">=" | "=>" => low = Bound::Included(version),
            "=" | "==" => (low, high) = exact(&version),
            _ => return None,
        }
    }
    (low != Bound::Open || high != Bound::Open).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match versions(text) {
            Spoken::Nothing => "nothing".to_owned(),
            Spoken::All => "all".to_owned(),
            Spoken::Intervals(intervals) => {
                let side = |bound: &Bound| match bound {
                    Bound::Open => "·".to_owned(),
                    Bound::Included(version) => format!("{version}!"),
                    Bound::Excluded(version) => version.clone(),
                };
                let all: Vec<String> =
                    intervals.iter().map(|(low, high)| format!("{}..{}", side(low), side(high))).collect();
                all.join(" ")
            }
        }
    }

    #[test]
    fn ranges_in_one_field_are_read() {
        assert_eq!(shown(">= 1.0, < 1.2"), "1.0!..1.2");
        assert_eq!(shown("< 3.1"), "·..3.1");
        assert_eq!(shown("= 2.1"), "2.1!..2.1!");
        assert_eq!(shown("All versions < V17"), "·..v17");
        assert_eq!(shown("7.0 and prior"), "·..7.0!");
        assert_eq!(shown("before version 5"), "·..5");
        assert_eq!(shown("ver.1.2.0.424 and earlier"), "·..1.2.0.424!");
        assert_eq!(shown("Version 1.0.0"), "1.0.0!..1.0.0!");
        assert_eq!(shown("8 SP3"), "8 SP3!..8 SP3!");
        assert_eq!(shown("1.0 to 2.5"), "1.0!..2.5!");
        assert_eq!(shown("1.0, 2.0"), "1.0!..1.0! 2.0!..2.0!");
        assert_eq!(shown("12.2.1.4.0"), "12.2.1.4.0!..12.2.1.4.0!");
    }

    #[test]
    fn what_names_no_version_is_nothing() {
        for text in [
            "n/a",
            "unspecified",
            " ",
            "See references",
            "Android kernel",
            "0",
            "< everything",
            "Windows XP SP3",
            "commits prior to 5c91dfc",
        ] {
            assert_eq!(shown(text), "nothing", "{text}");
        }
        assert_eq!(shown("all versions"), "all");
    }
}
