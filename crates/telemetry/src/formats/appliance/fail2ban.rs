//! The log of fail2ban, and its messages in syslog.
//!
//! fail2ban, `server/server.py` (formatter of file targets: `%(asctime)s %(name)-24s[%(process)d]: %(levelname)-7s
//! %(message)s`) and `server/actions.py`: a jail in brackets, what was done, the address. Times are local.

use crate::names::log_source::log_source;
use crate::record::draft::{Draft, Facts};
use crate::record::{address, words};
use model::{LogSource, Timestamp};
use std::sync::LazyLock;

/// What is done to an address, as the messages say it; the longer ones first.
const DONE: [&str; 9] = [
    "Restore Ban ",
    "Increase Ban ",
    "Ban ",
    "Unban ",
    "Found ",
    "Ignore ",
    "Flush ticket(s) with ",
    "already banned ",
    "Reban ",
];

/// A line of the file.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (head, message) = words::split(text, "]: ")?;
    let (stamp, program) = head.split_at_checked("2024-06-12 03:14:15,123".len())?;
    let time = Timestamp::parse(stamp)?;
    let (name, process) = program.trim_start().split_once('[')?;
    name.starts_with("fail2ban").then_some(())?;
    draft.push_text("program", name.trim_end());
    draft.push_text("pid", process);
    draft.push_text("message", message);
    let mut facts = said(message, draft);
    (facts.time, facts.local) = (Some(time), true);
    Some(facts)
}

/// A message in syslog.
pub(crate) fn of_program<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    Some(said(text, draft))
}

/// `NOTICE  [sshd] Ban 192.0.2.1`, `INFO    [sshd] Found 192.0.2.1 - 2024-06-12 03:14:15`, `[sshd] 192.0.2.1 already banned`.
fn said<'c>(text: &'c str, draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let mut facts = Facts::of(&FAIL2BAN);
    let Some((level, rest)) = text.split_once('[') else { return facts };
    let Some((jail, rest)) = rest.split_once("] ") else { return facts };
    let level = level.trim();
    if !level.is_empty() {
        draft.push_text("level", level);
    }
    draft.push_text("jail", jail);
    if let Some((action, rest)) = DONE.iter().find_map(|done| Some((*done, rest.strip_prefix(done)?))) {
        draft.push_text("action", action.trim_end());
        let word = words::word(rest);
        draft.push_text("address", word);
        facts.from = address::parse(word.split('/').next().unwrap_or(word));
    } else if rest.contains("already banned") {
        draft.push_text("action", "already banned");
        facts.from = address::parse(words::word(rest));
    }
    facts
}

static FAIL2BAN: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("linux"), Some("fail2ban"), &[]));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_to_an_address() {
        for (text, expected) in [
            (
                "2024-06-12 03:14:15,123 fail2ban.actions        [812]: NOTICE  [sshd] Ban 192.0.2.1",
                Some("Ban 192.0.2.1"),
            ),
            (
                "2024-06-12 03:14:15,123 fail2ban.filter         [812]: INFO    [sshd] Found 2001:db8::1 - 2024-06-12 03:14:15",
                Some("Found 2001:db8::1"),
            ),
            (
                "2024-06-12 03:14:15,123 fail2ban.actions        [812]: WARNING [sshd] 192.0.2.1 already banned",
                Some("already banned 192.0.2.1"),
            ),
            (
                "2024-06-12 03:14:15,123 fail2ban.server         [812]: INFO    Starting Fail2ban v1.0.2",
                Some("- -"),
            ),
            ("2024-06-12 03:14:15,123 gate                    [812]: INFO    [sshd] Ban 192.0.2.1", None),
        ] {
            let mut draft = Draft::default();
            let facts = line(text, &mut draft);
            let shown = facts.map(|facts| {
                let from = facts.from.map_or("-".to_owned(), |from| from.to_string());
                format!("{} {from}", draft.get("action").unwrap_or("-"))
            });
            assert_eq!(shown.as_deref(), expected, "{text}");
        }
    }
}
