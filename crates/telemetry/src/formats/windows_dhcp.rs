//! The audit log of Windows' DHCP server (`DhcpSrvLog-Fri.log`): a page of explanations, a header, then rows.
//!
//! Microsoft, "DHCP server audit log file format": event, date as month, day and year, time of the server's clock,
//! description, address, name and hardware address of the machine. The rows are known by themselves, so that the
//! page before them does not matter.

use crate::names::log_source::log_source;
use crate::record::address;
use crate::record::clock;
use crate::record::draft::{Draft, Facts, Piece};
use model::{Date, LogSource};
use std::sync::LazyLock;

/// The columns of the header, as far as all versions have them.
const COLUMNS: [&str; 8] =
    ["ID", "Date", "Time", "Description", "IP Address", "Host Name", "MAC Address", "User Name"];

static DHCP: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("windows"), Some("dhcp"), &[]));

/// A row of the log.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let mut cells = text.split(',');
    let (id, date, time) = (cells.next()?, cells.next()?, cells.next()?);
    let digits = |text: &str, count: std::ops::RangeInclusive<usize>| {
        count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    (digits(id, 1..=5) && date.len() == 8 && date.as_bytes().get(2) == Some(&b'/')).then_some(())?;
    let mut parts = date.split('/').map(|part| part.parse::<u32>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    let time = clock::at(Date::new(2000 + i32::try_from(year).ok()?, month, day)?, time)?;
    for (name, value) in COLUMNS.iter().zip(text.split(',')).filter(|(_, value)| !value.is_empty()) {
        draft.push_text(name, value);
    }
    let mut facts = Facts::of(&DHCP);
    (facts.time, facts.local) = (Some(time), true);
    facts.from = draft.get("IP Address").and_then(address::parse);
    for (name, from) in [("src_ip", "IP Address"), ("HostName", "Host Name"), ("MACAddress", "MAC Address")] {
        if let Some(value) = draft.piece(from) {
            draft.push(Piece::Chunk(name), Some(value));
        }
    }
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_time_address_and_names() {
        let mut draft = Draft::default();
        let row = "10,06/12/24,03:14:15,Assign,192.0.2.7,quay-3.example,001122334455,,1,0,,,,,,,,,0";
        let facts = line(row, &mut draft).unwrap();
        assert_eq!(facts.time.unwrap().to_string(), "2024-06-12T03:14:15Z");
        assert_eq!(facts.from.unwrap().to_string(), "192.0.2.7");
        assert_eq!(draft.get("HostName"), Some("quay-3.example"));
        for other in ["10,06-12-24,03:14:15,x", "a,06/12/24,03:14:15,x", "10,06/12/24,soon,x", "10,20"] {
            assert!(line(other, &mut Draft::default()).is_none(), "{other}");
        }
    }
}
