//! What happened to findings since somebody last looked: a line each, grave ones first, for people and for machines.

use crate::Style;
use crate::safe::printable;
use model::{Severity, Timestamp};
use std::io::{self, Write};

/// One turn of a finding, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnLine {
    /// What happened: `opened`, `raised`, `lowered`, `active again`, `renamed`, `reopened`, `closed`.
    pub what: &'static str,
    /// Why, of what is closed; what it was before, of what is raised or lowered.
    pub why: Option<String>,
    /// How bad it is; of what is closed, how bad it was.
    pub severity: Severity,
    /// The identifier of the finding.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it was learnt.
    pub at: Timestamp,
}

/// The words in the order in which people read them, with a verb for sums.
const WORDS: &[&str] = &["opened", "reopened", "raised", "active again", "lowered", "renamed", "closed"];

/// How many digits of an identifier people get.
const DIGITS: usize = 8;

/// Counts turns in a sentence: `3 opened, 1 closed`.
#[must_use]
pub fn turns_counted(lines: &[TurnLine]) -> String {
    let counts = WORDS.iter().filter_map(|word| {
        let count = lines.iter().filter(|line| line.what == *word).count();
        (count > 0).then(|| format!("{count} {word}"))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() { "nothing changed".to_owned() } else { counts.join(", ") }
}

/// Turns in the order in which they are read: the gravest first.
pub(crate) fn in_order(lines: &[TurnLine]) -> Vec<&TurnLine> {
    let mut lines: Vec<&TurnLine> = lines.iter().collect();
    let rank = |line: &TurnLine| WORDS.iter().position(|word| *word == line.what);
    lines.sort_by(|a, b| (a.severity, rank(a), &a.title, &a.id).cmp(&(b.severity, rank(b), &b.title, &b.id)));
    lines
}

/// Writes turns for people.
///
/// # Errors
/// When they cannot be written.
pub fn write_turns(lines: &[TurnLine], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let lines = in_order(lines);
    let wide = lines.iter().map(|line| line.what.len()).max().unwrap_or(0);
    let severity_wide = lines.iter().map(|line| line.severity.name().len()).max().unwrap_or(0);
    let indent = wide + severity_wide + 6;
    let room = style.width.saturating_sub(indent).max(20);
    for line in lines {
        let digits: String = line.id.trim_start_matches("finding--").chars().take(DIGITS).collect();
        let why = line.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        let text = format!("{}{why}  {digits}", line.title);
        let text = printable(&text);
        let mut first = true;
        for part in wrapped(&text, room) {
            if first {
                writeln!(out, "  {:wide$}  {:severity_wide$}  {part}", line.what, line.severity.name())?;
            } else {
                writeln!(out, "{:indent$}{part}", "")?;
            }
            first = false;
        }
    }
    Ok(())
}

impl TurnLine {
    /// The turn as data.
    #[must_use]
    pub fn row(&self) -> serde_json::Value {
        serde_json::json!({
            "what": self.what,
            "why": self.why,
            "severity": self.severity.name(),
            "finding": self.id,
            "title": self.title,
            "at": self.at.to_string(),
        })
    }
}

/// Text in lines of at most so many characters; a word that is longer has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        let fits = line.is_empty() || line.chars().count() + 1 + word.chars().count() <= width;
        match fits {
            true if line.is_empty() => line.push_str(word),
            true => {
                line.push(' ');
                line.push_str(word);
            }
            false => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_sorted_counted_and_wrapped_and_nothing_is_cut() {
        let line = |what, severity, title: &str| TurnLine {
            what,
            why: (what == "closed").then(|| "fixed".to_owned()),
            severity,
            id: "finding--0123456789".to_owned(),
            title: title.to_owned(),
            at: Timestamp::EPOCH,
        };
        let long = "a title that is much longer than forty columns and goes on".repeat(2);
        let lines = [
            line("closed", Severity::High, "b\u{1b}[2J"),
            line("opened", Severity::Critical, &long),
            line("opened", Severity::Low, "c"),
        ];
        assert_eq!(turns_counted(&lines), "2 opened, 1 closed");
        let mut out = Vec::new();
        let style = Style { width: 60, ..Style::default() };
        write_turns(&lines, &style, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().next().unwrap().starts_with("  opened  critical"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
        assert!(!text.contains('\u{1b}') && text.contains("(fixed)"), "{text}");
    }
}
