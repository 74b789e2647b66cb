//! `outpace brief` as typed.

use crate::moment::Moment;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `outpace brief`
#[derive(Args)]
pub struct Brief {
    /// The week, as ISO 8601 counts it: `2026-W27` [default: the week that ended last; in the first week of a memory the
    /// seven days up to now]
    #[arg(long, value_name = "WEEK", value_parser = week, conflicts_with_all = ["since", "until"])]
    pub week: Option<(i32, u32)>,
    /// In place of a week: from this moment, written as in `hunt`
    #[arg(long, value_parser = Moment::parse, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<Moment>,
    /// With --since: before this moment [default: now]
    #[arg(long, value_parser = Moment::parse, value_name = "TIME", allow_hyphen_values = true, requires = "since")]
    pub until: Option<Moment>,
    /// For whom: `management` (one page, plain words), `team` (three pages at most), `party NAME` (only what is about it)
    #[arg(long = "for", value_name = "AUDIENCE", num_args = 1..=2, value_parser = word, default_value = "team")]
    pub audience: Vec<String>,
    /// Also where the words of a list (column `list` of a table of names) were seen in mails, records and reports: in the
    /// period that is given, else in 30 days
    #[arg(long, value_name = "LIST")]
    pub watch: Option<String>,
    /// The paper of --format pdf
    #[arg(long, value_enum, value_name = "PAPER", default_value_t = Paper::A4)]
    pub sheet: Paper,
    /// Write to this file; a name that ends in .pdf makes `--format slides` slides to print
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Leave out the rules that outpace brings along
    #[arg(long)]
    pub no_built_in_rules: bool,
}

/// Sizes of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Paper {
    /// 210 × 297 mm
    A4,
    /// 8.5 × 11 inches
    Letter,
}

/// For whom a briefing is, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Those who decide.
    Management,
    /// Those who work on it.
    Team,
    /// A party.
    Party(String),
}

impl Audience {
    /// Reads `management`, `team`, `party NAME`, in one word or two.
    pub fn read(words: &[String]) -> Option<Self> {
        let text = words.join(" ");
        match text.trim() {
            "management" => Some(Self::Management),
            "team" => Some(Self::Team),
            other => {
                let name = other.strip_prefix("party ")?.trim();
                (!name.is_empty()).then(|| Self::Party(name.to_owned()))
            }
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a value parser gives a result")]
fn word(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.to_owned())
}

/// `2026-W27` as year and week.
fn week(text: &str) -> Result<(i32, u32), String> {
    let help = || "not a week; write it as 2026-W27".to_owned();
    let (year, week) =
        text.trim().split_once("-W").or_else(|| text.trim().split_once("-w")).ok_or_else(help)?;
    let is_digits =
        |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(year, 4) || !is_digits(week, 2) {
        return Err(help());
    }
    let (year, week) = (year.parse().map_err(|_| help())?, week.parse().map_err(|_| help())?);
    match crate::week::first_day(year, week) {
        Some(_) => Ok((year, week)),
        None => Err(format!("{year} has no week {week}; write it as 2026-W27")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_those_of_the_calendar() {
        assert_eq!(week("2026-W27"), Ok((2026, 27)));
        assert_eq!(week("2026-w53"), Ok((2026, 53)));
        for text in [
            "", "2026", "2026-27", "2026-W7", "2026-W00", "2025-W53", "2026-W54", "26-W27", "2026-W2x",
            "2026-W+7",
        ] {
            assert!(week(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_audience_is_one_word_or_two() {
        let read =
            |words: &[&str]| Audience::read(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert_eq!(read(&["team"]), Some(Audience::Team));
        assert_eq!(read(&["party", "Tidewise Cranes"]), Some(Audience::Party("Tidewise Cranes".to_owned())));
        assert_eq!(read(&["party Tidewise Cranes"]), read(&["party", "Tidewise Cranes"]));
        for words in [&["party"][..], &["party", " "], &["board"], &["team", "x"], &[""]] {
            assert_eq!(read(words), None, "{words:?}");
        }
    }
}
