//! Histories of shells that keep times: bash with `HISTTIMEFORMAT` set, zsh with `EXTENDED_HISTORY`.
//!
//! `bash(1)`, HISTORY: a line `#` and seconds since 1970 before each command, which may go over several lines.
//! `zshoptions(1)`, EXTENDED_HISTORY: `: 1718162055:0;command`, goes on behind a backslash at the end of the line. The
//! account is the one whose home the file is in.

use crate::cut::chunk::{Chunk, Line, Scanned};
use crate::cut::scanner::{Between, Syntax};
use crate::formats::linux;
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::clock;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::trouble::Trouble;
use input::Head;
use model::{Text, Timestamp};
use std::sync::Arc;

/// How many bytes of a line show that a command starts there.
const MARK_BYTES_MAX: usize = 24;
/// How many of the first lines are looked at.
const LINES_LOOKED_AT: usize = 20;

/// The time of a line before a command of bash.
fn bash(line: &str) -> Option<Timestamp> {
    let digits = line.strip_prefix('#')?.trim_end();
    (matches!(digits.len(), 9..=11) && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    clock::epoch(digits)
}

/// The time of a command of zsh, and the command.
fn zsh(text: &str) -> Option<(Timestamp, &str)> {
    let (time, rest) = text.strip_prefix(": ")?.split_once(':')?;
    let (lasted, command) = rest.split_once(';')?;
    let digits =
        |text: &str| !text.is_empty() && text.len() <= 11 && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(time) && digits(lasted)).then_some(())?;
    Some((clock::epoch(time)?, command))
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let lines: Vec<&str> = head.lines(LINES_LOOKED_AT).collect();
    // Commands of before the times were kept may come first.
    let mut pairs = lines.iter().zip(lines.iter().skip(1));
    pairs.any(|(line, next)| bash(line).is_some() && bash(next).is_none())
        || lines.iter().any(|line| zsh(line).is_some())
}

/// Where commands start and end.
pub(crate) struct Commands;

impl Syntax for Commands {
    fn between(&mut self, buffer: &[u8], at: usize, _: bool) -> Between {
        let rest = buffer.get(at..).unwrap_or_default();
        match rest.iter().position(|byte| !matches!(byte, b'\n' | b'\r' | 0)) {
            Some(start) => Between::Starts(at + start),
            None => Between::Looked(buffer.len()),
        }
    }

    fn end(&mut self, buffer: &[u8], at: &mut usize, _: Option<usize>, ended: bool) -> Option<usize> {
        loop {
            let rest = buffer.get(*at..).unwrap_or_default();
            let Some(newline) = memchr::memchr(b'\n', rest) else {
                *at = buffer.len();
                return None;
            };
            let end = *at + newline;
            let next = buffer.get(end + 1..).unwrap_or_default();
            if next.len() < MARK_BYTES_MAX && memchr::memchr(b'\n', next).is_none() && !ended {
                *at = end;
                return None;
            }
            *at = end + 1;
            let line = next.get(..MARK_BYTES_MAX).unwrap_or(next);
            let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            if bash(&line).is_some() || zsh(&line).is_some() {
                return Some(end);
            }
        }
    }
}

pub(crate) fn reader(head: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(ShellHistory { account: account(head.name) })
}

/// The account in whose home a file is.
fn account(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split(['/', '\\', '!']).collect();
    let homes = parts.iter().zip(parts.iter().skip(1)).rev();
    let found = homes.filter(|(_, after)| !after.is_empty()).find_map(|(home, name)| match *home {
        "home" | "Users" | "homes" => Some(*name),
        "root" => Some("root"),
        _ => None,
    });
    found.filter(|name| !name.starts_with('.')).map(str::to_owned)
}

struct ShellHistory {
    account: Option<String>,
}

impl Reader for ShellHistory {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let values = Scanned::of(chunk, &mut out.tally.troubles);
        for line in values.lines() {
            self.command(&line, out);
        }
    }
}

impl ShellHistory {
    fn command(&self, line: &Line<'_>, out: &mut Out<'_>) {
        let mut draft = Draft::default();
        let mut facts = Facts::of(&linux::LINUX);
        let text = line.text.trim_end();
        let stamped = text.split_once('\n').and_then(|(first, rest)| Some((bash(first)?, rest)));
        let (time, command) = match stamped.or_else(|| zsh(text)) {
            Some((time, command)) => (Some(time), command),
            None => (bash(text), text),
        };
        if time.is_none() {
            out.tally.troubles.add(Trouble::OtherRecord, line.number);
        }
        draft.push_text("CommandLine", command);
        facts.time = time;
        facts.account = self.account.as_ref().map(|account| draft.keep(account));
        if let Some(account) = facts.account {
            draft.push(Piece::Chunk("User"), Some(account));
        }
        out.draft(&draft, line.number, line.raw, Text::Raw, &facts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cut::scanner::scanned;

    #[test]
    fn commands_go_over_lines_wherever_the_pieces_end() {
        let text = "ls\n#1718162055\nfor a in b; do\n  c\ndone\n#1718162056\nid\n: 1718162057:0;ps\\\n -ef\n: 1718162058:3;w\n";
        let expected = [
            "ls",
            "#1718162055\nfor a in b; do\n  c\ndone",
            "#1718162056\nid",
            ": 1718162057:0;ps\\\n -ef",
            ": 1718162058:3;w\n",
        ];
        for size in [1, 2, 7, 1000] {
            let (all, _) = scanned(Commands, text, &[size], 1000);
            assert_eq!(all.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), expected, "{size}");
        }
    }

    #[test]
    fn the_account_is_the_one_whose_home_it_is() {
        assert_eq!(account("evidence/gate-1/home/mo/.bash_history").as_deref(), Some("mo"));
        assert_eq!(account("a.zip!root/.bash_history").as_deref(), Some("root"));
        for name in [".bash_history", "home/.bash_history", ""] {
            assert_eq!(account(name), None, "{name}");
        }
    }
}
