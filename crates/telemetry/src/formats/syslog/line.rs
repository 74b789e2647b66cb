//! A line of syslog: its head, and what its message says.
//!
//! RFC 3164, section 4.1, and RFC 5424, section 6. Whose clock goes first: a time that says its zone goes before one
//! that is read as UTC because it says none.

use super::head::{HeadParts, Stamp, is_headed, parse};
use super::years::Years;
use crate::formats::message::{self, Meaning, Message, Whose};
use crate::record::draft::{Draft, Facts, Piece};
use model::Timestamp;

/// What a line says.
pub(crate) struct SyslogLine<'c> {
    pub(crate) meaning: Meaning<'c>,
    /// Whether its time is unknown because nothing says the year.
    pub(crate) no_year: bool,
}

/// Adds what a line says; `None` when it has no head of syslog.
pub(crate) fn read<'c>(text: &'c str, years: &mut Years, draft: &mut Draft<'c>) -> Option<SyslogLine<'c>> {
    let parts = parse(text)?;
    Some(of_parts(&parts, years, draft))
}

/// The same, only for a line that no log of an application begins alike: with a priority, or with the month first.
pub(crate) fn read_sure<'c>(
    text: &'c str,
    years: &mut Years,
    draft: &mut Draft<'c>,
) -> Option<SyslogLine<'c>> {
    let parts = parse(text).filter(is_sure)?;
    Some(of_parts(&parts, years, draft))
}

/// Whether a head is syslog's for sure. Many logs start with a time: a line of syslog also has a priority, the month
/// first and a host, or a program with its process.
pub(super) fn is_sure(parts: &HeadParts<'_>) -> bool {
    let month_first = matches!(parts.stamp, Some(Stamp::Month(_)));
    parts.priority || parts.program.is_some() || month_first && parts.host.is_some()
}

fn of_parts<'c>(parts: &HeadParts<'c>, years: &mut Years, draft: &mut Draft<'c>) -> SyslogLine<'c> {
    let inner = relayed(parts);
    let HeadParts { program, pid, structured, body, message: text, .. } = *inner.as_ref().unwrap_or(parts);
    let mut meaning = message::read(&Message { program, process: pid, structured, body, text }, draft);
    let (facts, whose) = (&mut meaning.facts, meaning.whose);
    let host = inner.as_ref().and_then(|inner| inner.host).or(parts.host);
    facts.host = facts.host.or(host.map(Piece::Chunk));
    let no_year = time(parts, whose, facts, years);
    SyslogLine { meaning, no_year }
}

/// The line in a message without a program that a relay has put its own head before: its machine and program are meant,
/// the clock is the relay's.
fn relayed<'c>(parts: &HeadParts<'c>) -> Option<HeadParts<'c>> {
    (parts.program.is_none() && parts.pid.is_none() && is_headed(parts.body)).then_some(())?;
    parse(parts.body).filter(|inner| inner.host.is_some() && is_sure(inner))
}

/// Sets when the line was written: by syslog's clock, or by the sender's own, if that says more. Whether nothing says
/// when.
fn time(parts: &HeadParts<'_>, whose: Whose, facts: &mut Facts<'_, '_>, years: &mut Years) -> bool {
    let (time, zoned) = match parts.stamp {
        Some(Stamp::Whole(time)) => (Some(time), parts.zoned),
        // Every line counts for the year, also when its own clock is not used.
        Some(Stamp::Month(time)) => (years.time(time), false),
        None => return false,
    };
    let time = time.map(|time| time.plus_seconds(-parts.ahead_seconds));
    let no_year = time.is_none() && facts.time.is_none();
    let (own, own_local) = (facts.time, facts.local);
    let own_first = match whose {
        Whose::Record => !own_local || !zoned,
        Whose::Sentence => !zoned,
        Whose::Carrier => !zoned && !own_local,
    };
    let head: (Option<Timestamp>, bool) = (time, !zoned);
    let ((first, first_local), (second, second_local)) =
        if own_first { ((own, own_local), head) } else { (head, (own, own_local)) };
    (facts.time, facts.local) =
        if first.is_some() { (first, first_local) } else { (second, second_local && second.is_some()) };
    no_year
}
