//! The keys of a configuration, and what their values may be.

use super::notices;
use super::value::{Plain, TEXT_CHARS_MAX, Value, Wrong};
use std::fmt;

/// The shortest and the longest time that means anything: a minute, ten years.
const SECONDS_MIN: i64 = 60;
const SECONDS_MAX: i64 = 3_650 * 86_400;
/// How many versions of a document are kept at the most.
const VERSIONS_MAX: u32 = 100;
/// How many letters may be wrong in a key that is offered.
const LETTERS_WRONG_MAX: usize = 2;

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// Whose memory it is.
    Organisation,
    /// After how long a source is stale.
    Rhythm(String),
    /// How long an acknowledgement of something critical holds.
    Critical,
    /// How long an acknowledgement of something high holds.
    High,
    /// How long events are kept, word for word.
    Events,
    /// How long the words are kept that findings quote of logs.
    Logs,
    /// How long what happened to findings is kept, from when they closed.
    Turns,
    /// How many versions of a document are kept, word for word.
    Documents,
    /// Something of notices, by the parts of its key: see `notices.rs`.
    Notice(Vec<String>),
}

/// Keys that are one value each: the key in the file, its variable, what is built in.
const SINGLE: &[(Name, &str, &str, Option<&str>)] = &[
    (Name::Organisation, "organisation", "OUTPACE_ORGANISATION", None),
    (Name::Critical, "triage.critical", "OUTPACE_TRIAGE_CRITICAL", Some("4h")),
    (Name::High, "triage.high", "OUTPACE_TRIAGE_HIGH", Some("24h")),
    (Name::Events, "retention.events", "OUTPACE_RETENTION_EVENTS", Some("400d")),
    (Name::Logs, "retention.logs", "OUTPACE_RETENTION_LOGS", None),
    (Name::Turns, "retention.turns", "OUTPACE_RETENTION_TURNS", None),
    (Name::Documents, "documents.keep", "OUTPACE_DOCUMENTS_KEEP", Some("3")),
];

/// What is built in.
pub fn built_in() -> impl Iterator<Item = (Name, Value)> {
    SINGLE.iter().filter_map(|(name, _, _, value)| {
        let text = (*value)?;
        let value = match name {
            Name::Documents => Value::Count(text.parse().ok()?, text.to_owned()),
            _ => Value::Span(seconds(text)?, text.to_owned()),
        };
        Some((name.clone(), value))
    })
}

/// The variables of the environment.
pub fn variables() -> impl Iterator<Item = (Name, &'static str)> {
    SINGLE.iter().map(|(name, _, variable, _)| (name.clone(), *variable))
}

/// Whether a key is a table of further keys.
pub fn is_table(parts: &[String]) -> bool {
    match parts {
        parts if notices::is_table(parts) => true,
        [one] => ["sources", "triage", "retention", "documents"].contains(&one.as_str()),
        [one, _] => one == "sources",
        _ => false,
    }
}

/// The keys beside the last part of a key.
fn beside(parts: &[String]) -> &'static [&'static str] {
    match parts {
        [table, _] if table == "triage" => &["critical", "high"],
        [table, _] if table == "retention" => &["events", "logs", "turns"],
        [table, _] if table == "documents" => &["keep"],
        [table, _, _] if table == "sources" => &["rhythm"],
        [_, _, ..] => notices::beside(parts),
        _ => &[
            "organisation",
            "sources",
            "triage",
            "retention",
            "documents",
            "notify",
            "channels",
            "subscriptions",
            "owners",
            "parties",
            "people",
        ],
    }
}

impl Name {
    /// The key of these parts.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(parts: &[String]) -> Result<Self, Wrong> {
        let key = parts.join(".");
        let single = SINGLE.iter().find(|(_, known, ..)| *known == key && parts.len() <= 2);
        if let Some((name, ..)) = single {
            return Ok(name.clone());
        }
        if let [table, source, last] = parts
            && table == "sources"
            && last == "rhythm"
        {
            return Ok(Self::Rhythm(source.clone()));
        }
        if notices::is_key(parts) {
            return Ok(Self::Notice(parts.to_vec()));
        }
        if is_table(parts) {
            let example = if parts.first().is_some_and(|table| table == "sources") {
                "write [sources.NAME] and below it rhythm = \"24h\"".to_owned()
            } else if let Some(example) = notices::example(parts) {
                example.to_owned()
            } else {
                format!("write [{key}] and the keys below it")
            };
            return Err((format!("{key} is a table, not a value"), example));
        }
        let (word, known) = (parts.last().map_or("", String::as_str), beside(parts));
        let help = match closest(word, known) {
            Some(close) => format!("did you mean {close}?"),
            None if known.len() == 1 => format!("the only key here is {}", known.join(", ")),
            None => format!("the keys here are {}", known.join(", ")),
        };
        Err((format!("there is no key {key}"), help))
    }

    /// The key as it is written for `--set`. The name of a source may have dots.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(key: &str) -> Result<Self, Wrong> {
        let of_source = key.strip_prefix("sources.").and_then(|rest| rest.strip_suffix(".rhythm"));
        match of_source.filter(|source| !source.is_empty()) {
            Some(source) => Ok(Self::Rhythm(source.to_owned())),
            None => Self::of(&key.split('.').map(str::to_owned).collect::<Vec<_>>()),
        }
    }

    /// The value of a key.
    ///
    /// # Errors
    /// When it is of the wrong sort, or out of bounds.
    pub fn value(&self, plain: &Plain) -> Result<Value, Wrong> {
        if let Self::Notice(parts) = self {
            return notices::value(parts, plain);
        }
        if *self == Self::Documents {
            return versions(plain);
        }
        let example = if *self == Self::Organisation { "Harbour Ltd" } else { "24h" };
        let text = match plain {
            Plain::Text(text) => text.trim(),
            other => {
                let sort = other.sort();
                let help = format!("write \"{example}\", in quotation marks");
                return Err((format!("{self} is a text, and this is of type {sort}"), help));
            }
        };
        if *self == Self::Organisation {
            let is_short = text.chars().count() <= TEXT_CHARS_MAX && !text.chars().any(char::is_control);
            return match is_short && !text.is_empty() {
                true => Ok(Value::Text(text.to_owned())),
                false => Err((
                    format!("{self} is empty, more than one line, or longer than {TEXT_CHARS_MAX} letters"),
                    "write a name".to_owned(),
                )),
            };
        }
        let Some(seconds) = seconds(text) else {
            let help = "write a number and a unit: 30m, 24h, 7d or 4w".to_owned();
            return Err((format!("{self} is {text}, which is not a time"), help));
        };
        match (SECONDS_MIN..=SECONDS_MAX).contains(&seconds) {
            true => Ok(Value::Span(seconds, text.to_owned())),
            false => {
                let help = "write a time between 1m and 3650d".to_owned();
                Err((format!("{self} is {text}, which is out of bounds"), help))
            }
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rhythm(source) => write!(f, "sources.{source}.rhythm"),
            Self::Notice(parts) => f.write_str(&parts.join(".")),
            other => {
                let key = SINGLE.iter().find(|(name, ..)| name == other).map_or("", |(_, key, ..)| key);
                f.write_str(key)
            }
        }
    }
}

/// How many versions are kept.
fn versions(plain: &Plain) -> Result<Value, Wrong> {
    let help = format!("write a whole number from 0 to {VERSIONS_MAX}; 0 keeps only what is read again");
    let (Plain::Text(text) | Plain::Number(text)) = plain else {
        return Err((format!("documents.keep is a number, and this is of type {}", plain.sort()), help));
    };
    match text.trim().parse::<u32>().ok().filter(|count| *count <= VERSIONS_MAX) {
        Some(count) => Ok(Value::Count(count, count.to_string())),
        None => Err((format!("documents.keep is {text}, which is no number of versions"), help)),
    }
}

/// `24h` in seconds: at most six digits, a unit.
pub fn seconds(text: &str) -> Option<i64> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "w" => 7 * 86_400,
        "d" => 86_400,
        "h" => 3_600,
        "m" => 60,
        _ => return None,
    };
    let is_number =
        !digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = Some(digits).filter(|_| is_number)?;
    number.parse::<i64>().ok()?.checked_mul(unit)
}

/// The known key that a word was meant for.
pub(super) fn closest(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let near = known.iter().map(|key| (distance(word, key), *key)).min()?;
    Some(near)
        .filter(|(wrong, key)| *wrong <= LETTERS_WRONG_MAX && *wrong < key.len() / 2)
        .map(|(_, key)| key)
}

/// How many letters are to be changed, put in or left out.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (i, a) in one.chars().take(TEXT_CHARS_MAX).enumerate() {
        let (mut above_left, mut left) = (i, i + 1);
        let mut next = vec![left];
        for (b, above) in other.chars().zip(row.iter().skip(1)) {
            left = (above_left + usize::from(a != b)).min(left + 1).min(above + 1);
            above_left = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str) -> Result<Name, Wrong> {
        Name::of(&key.split('.').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_wrong_key_is_answered_with_the_nearest() {
        for (key, help) in [
            ("orgnisation", "did you mean organisation?"),
            ("traige", "did you mean triage?"),
            ("triage.critcal", "did you mean critical?"),
            ("sources.cmdb.rythm", "did you mean rhythm?"),
            ("sources.cmdb.every", "the only key here is rhythm"),
            (
                "colour",
                "the keys here are organisation, sources, triage, retention, documents, notify, channels, subscriptions, owners, parties, people",
            ),
            ("triage.low", "the keys here are critical, high"),
            ("triage", "write [triage] and the keys below it"),
            ("sources", "write [sources.NAME] and below it rhythm = \"24h\""),
        ] {
            assert_eq!(of(key).map_err(|(_, help)| help), Err(help.to_owned()), "{key}");
        }
        assert_eq!(Name::parse("sources./srv/a.csv.rhythm"), Ok(Name::Rhythm("/srv/a.csv".to_owned())));
    }

    #[test]
    fn every_single_key_is_read_and_written_alike() {
        for (name, key, variable, _) in SINGLE {
            assert_eq!((of(key), name.to_string()), (Ok(name.clone()), (*key).to_owned()));
            assert_eq!(*variable, format!("OUTPACE_{}", key.replace('.', "_").to_uppercase()));
        }
    }

    #[test]
    fn times_have_a_unit_and_bounds() {
        let of = |text: &str| Name::High.value(&Plain::Text(text.to_owned())).map(|value| value.seconds());
        for (text, seconds) in
            [("1m", 60), ("90m", 5_400), ("24h", 86_400), ("2w", 1_209_600), ("3650d", 315_360_000)]
        {
            assert_eq!(of(text), Ok(Some(seconds)), "{text}");
        }
        for text in ["", "h", "24", "-1h", "1.5h", "24 h", "0m", "3651d", "9999999h", "1y", "4é"] {
            assert!(of(text).is_err(), "{text}");
        }
        let other = Name::High.value(&Plain::Other("integer")).map_err(|(what, _)| what);
        assert_eq!(other, Err("triage.high is a text, and this is of type integer".to_owned()));
    }

    #[test]
    fn versions_are_a_number_within_bounds() {
        let of = |plain: Plain| Name::Documents.value(&plain).map(|value| value.count());
        for (text, count) in [("0", 0), (" 7 ", 7), ("100", 100)] {
            assert_eq!(of(Plain::Text(text.to_owned())), Ok(Some(count)), "{text}");
            assert_eq!(of(Plain::Number(text.to_owned())), Ok(Some(count)), "{text}");
        }
        for text in ["", "101", "-1", "1.5", "all"] {
            assert!(of(Plain::Text(text.to_owned())).is_err(), "{text}");
        }
        assert!(of(Plain::Flag(true)).is_err());
    }

    #[test]
    fn the_name_of_an_organisation_has_a_limit() {
        let of = |count| Name::Organisation.value(&Plain::Text("ü".repeat(count)));
        assert!(of(TEXT_CHARS_MAX).is_ok() && of(TEXT_CHARS_MAX + 1).is_err() && of(0).is_err());
    }
}
