//! Logs of Exchange Server: message tracking, the protocols, connectivity, HttpProxy.
//!
//! "Message tracking" and "Protocol logging" in Exchange Server (Microsoft): comment lines `#Software`, `#Version`,
//! `#Log-type`, `#Date`, `#Fields`, then rows of cells set off by commas, in quotes where a cell has a comma or a quote;
//! times in UTC. A new header may come anywhere. `RECEIVE` and `DELIVER` are written by the server they name, `SEND` by
//! the client that it is there.

use crate::cut::chunk::{self, Chunk, Line};
use crate::names::log_source::log_source;
use crate::reader::options::Options;
use crate::reader::state::State;
use crate::reader::{Out, Reader};
use crate::record::address;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::trouble::Trouble;
use input::Head;
use model::{LogSource, Text, Timestamp};
use std::sync::{Arc, LazyLock};

/// How many columns a header may have.
const COLUMNS_MAX: usize = 256;
/// How many of the first lines are looked at.
const LINES_LOOKED_AT: usize = 40;

const FIELDS: &str = "#Fields:";

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(LINES_LOOKED_AT).any(|line| {
        let names = line.strip_prefix(FIELDS).unwrap_or_default();
        names.split(',').any(|name| matches!(name.trim(), "date-time" | "DateTime"))
    })
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(Exchange::default())
}

/// A log, read with the header that holds where the chunk starts.
#[derive(Clone, Default, PartialEq, Eq)]
struct Exchange {
    columns: Vec<String>,
}

impl Exchange {
    fn line(&mut self, line: &str) {
        if let Some(names) = line.strip_prefix(FIELDS) {
            self.columns =
                names.trim().split(',').take(COLUMNS_MAX).map(|name| name.trim().to_owned()).collect();
        }
    }
}

impl Reader for Exchange {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        let mut header = self.clone();
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            if line.text.starts_with('#') {
                header.line(line.text);
            } else {
                header.row(&line, out);
            }
        }
    }

    fn after(&self, chunk: &Chunk) -> Option<Arc<dyn Reader>> {
        let mut next = self.clone();
        for line in chunk::starting_with(chunk, b'#') {
            next.line(String::from_utf8_lossy(line).trim_end_matches('\r'));
        }
        (next != *self).then(|| Arc::new(next) as Arc<dyn Reader>)
    }

    fn state(&self) -> State {
        State::Exchange { columns: self.columns.clone() }
    }

    fn restored(&self, state: &State, _: &Options) -> Option<Arc<dyn Reader>> {
        let State::Exchange { columns } = state.clone() else { return None };
        Some(Arc::new(Self { columns }))
    }
}

impl Exchange {
    fn row(&self, line: &Line<'_>, out: &mut Out<'_>) {
        let mut draft = Draft::default();
        if self.columns.is_empty() {
            out.foreign(line, &EXCHANGE);
            return;
        }
        if line.cut {
            out.tally.troubles.add(Trouble::TooLong, line.number);
        }
        let mut facts = Facts::of(&EXCHANGE);
        let mut count = 0;
        for (cell, doubled) in cells(line.text) {
            let name = self.columns.get(count);
            count += 1;
            let Some(name) = name.filter(|_| !cell.is_empty()) else { continue };
            let value = if doubled { draft.keep(&cell.replace("\"\"", "\"")) } else { Piece::Chunk(cell) };
            let name = draft.keep(name);
            draft.push(name, Some(value));
        }
        if count != self.columns.len() && !line.cut {
            out.tally.troubles.add(Trouble::OddRow, line.number);
        }
        facts.time = ["date-time", "DateTime"].iter().find_map(|name| Timestamp::parse(draft.get(name)?));
        let first = |names: &[&str]| names.iter().find_map(|name| draft.piece(name));
        let address = |names: &[&str]| names.iter().find_map(|name| address::parse(draft.get(name)?));
        let sent = draft.get("event-id").is_some_and(|event| event.starts_with("SEND"));
        facts.host = if sent {
            first(&["client-hostname", "server-hostname"])
        } else {
            first(&["server-hostname", "ServerHostName", "client-hostname"])
        };
        facts.from =
            address(&["original-client-ip", "client-ip", "remote-endpoint", "ClientIpAddress", "cIp"]);
        facts.to = address(&["server-ip", "local-endpoint", "sIp"]);
        let ours = draft.get("directionality") == Some("Originating");
        facts.account =
            first(&["AuthenticatedUser", "user"]).or_else(|| first(&["sender-address"]).filter(|_| ours));
        if draft.overfull {
            out.tally.troubles.add(Trouble::TooManyFields, line.number);
        }
        out.draft(&draft, line.number, line.raw, Text::Raw, &facts);
    }
}

/// The cells of a row, and whether quotes in them are doubled.
fn cells(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let Some(inside) = text.strip_prefix('"') else {
            let end = memchr::memchr(b',', text.as_bytes());
            rest = end.and_then(|end| text.get(end + 1..));
            return Some((text.get(..end.unwrap_or(text.len()))?, false));
        };
        let bytes = inside.as_bytes();
        let (mut at, mut doubled) = (0, false);
        let end = loop {
            let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) else {
                break bytes.len();
            };
            at += found;
            if bytes.get(at + 1) != Some(&b'"') {
                break at;
            }
            doubled = true;
            at += 2;
        };
        let after = inside.get(end + 1..).unwrap_or_default();
        rest = after.split_once(',').map(|(_, rest)| rest);
        Some((inside.get(..end)?, doubled))
    })
}

static EXCHANGE: LazyLock<LogSource> =
    LazyLock::new(|| log_source(Some("exchange"), Some("messagetracking"), &[]));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_commas_and_quotes() {
        let shown = |text| cells(text).map(|(cell, _)| cell).collect::<Vec<_>>();
        assert_eq!(shown("a,\"b,\"\"c\"\"\",,d"), ["a", "b,\"\"c\"\"", "", "d"]);
        assert_eq!(shown("\"open,x"), ["open,x"]);
        assert_eq!(shown("a,"), ["a", ""]);
    }
}
