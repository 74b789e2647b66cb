//! LDIF (RFC 2849), as `ldapsearch` and `ldifde` write it: the accounts and machines of a directory.
//!
//! An entry is what its object classes say: `computer` is a machine, `user`, `person`, `posixAccount` and their like are
//! accounts. Groups and containers are counted. A line that starts with a blank goes on with the one before it, `::`
//! marks base64, `:<` an address that is never opened. Of the records of changes only `add` says what there is.

use super::{base64, sid};
use crate::cells::Orders;
use crate::tables::kind::{RowReader, TableKind};
use crate::text;
use input::{Document, Head};
use model::ours::Fact;
use model::{Fault, Place, Problems};

/// Bounds on one entry: a group with its members stays below.
const ATTRIBUTES_MAX: usize = 100_000;
const VALUE_BYTES_MAX: usize = 1 << 20;

/// Object classes of accounts (RFC 2798, RFC 2307, [MS-ADSC]).
const ACCOUNTS: &[&str] = &[
    "user",
    "person",
    "organizationalperson",
    "inetorgperson",
    "posixaccount",
    "account",
    "shadowaccount",
    "msds-managedserviceaccount",
    "msds-groupmanagedserviceaccount",
];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let mut lines = head.lines(20).filter(|line| !line.starts_with('#') && !line.starts_with("version:"));
    lines.next().is_some_and(|line| {
        let line = line.to_ascii_lowercase();
        line.starts_with("dn:") && (line.contains('=') || line.starts_with("dn::"))
    })
}

/// One entry: attributes with their values.
#[derive(Default)]
struct Entry {
    line: u64,
    attributes: Vec<(String, String)>,
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (mut entry, mut other) = (Entry::default(), 0_u64);
    let mut give = |entry: Entry, problems: &mut Problems| {
        if entry.line == 0 {
            return;
        }
        let Some(kind) = kind(&entry) else {
            other += 1;
            return;
        };
        let place = Place::Line(entry.line);
        let pairs = cells(&entry, kind);
        let row = kind.row(entry.line, pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        RowReader::new(&source).row(kind, row, place, &Orders::default(), problems, each);
    };
    // A line is whole only when the next one is seen not to go on with it.
    let mut line = (0, String::new());
    text::lines(document, problems, &mut |number, next, problems| {
        if let Some(rest) = next.strip_prefix(' ') {
            if line.1.len() + rest.len() <= VALUE_BYTES_MAX {
                line.1.push_str(rest);
            }
            return;
        }
        let (at, whole) = std::mem::replace(&mut line, (number, next.to_owned()));
        if whole.is_empty() {
            give(std::mem::take(&mut entry), problems);
        } else {
            attribute(&mut entry, at, &whole, problems);
        }
    });
    if !line.1.is_empty() {
        attribute(&mut entry, line.0, &line.1, problems);
    }
    give(entry, problems);
    if other > 0 {
        let what =
            format!("groups, containers and changes, which are no account or machine, not used: {other}");
        problems.add(Place::Whole, Fault::Note, what, None);
    }
}

/// Takes a whole line into its entry.
fn attribute(entry: &mut Entry, number: u64, line: &str, problems: &mut Problems) {
    if line.starts_with('#')
        || line == "-"
        || line.starts_with("version:")
        || entry.attributes.len() >= ATTRIBUTES_MAX
    {
        return;
    }
    let Some((name, value)) = line.split_once(':') else {
        return text::not_used(problems, number, "not an attribute with its value", None);
    };
    // Options (`;binary`, `;lang-de`, `;range=0-1499`) follow the name.
    let name = name.split(';').next().unwrap_or(name).trim();
    if entry.line == 0 {
        entry.line = number;
    }
    let value = match value.strip_prefix(':') {
        Some(encoded) => decoded(name, encoded),
        None if value.starts_with('<') => return,
        None => Some(value.trim().to_owned()),
    };
    match value {
        Some(value) => entry.attributes.push((name.to_owned(), value)),
        None if name.eq_ignore_ascii_case("objectSid") => {
            text::not_used(problems, number, "not a security identifier", None)
        }
        // Pictures and certificates are no text.
        None => {}
    }
}

fn decoded(name: &str, encoded: &str) -> Option<String> {
    let bytes = base64::decode(encoded)?;
    if name.eq_ignore_ascii_case("objectSid") {
        return sid::text(&bytes);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

fn kind(entry: &Entry) -> Option<TableKind> {
    let values =
        |name: &'static str| entry.attributes.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name));
    if values("changetype").any(|(_, change)| !change.eq_ignore_ascii_case("add")) {
        return None;
    }
    let is = |classes: &[&str]| {
        values("objectClass").any(|(_, class)| classes.contains(&class.to_ascii_lowercase().as_str()))
    };
    if is(&["computer"]) && !is(&["msds-groupmanagedserviceaccount", "msds-managedserviceaccount"]) {
        return Some(TableKind::Devices);
    }
    is(ACCOUNTS).then_some(TableKind::Accounts)
}

/// The attributes as cells: several values of one are joined, as exports in CSV do.
fn cells(entry: &Entry, kind: TableKind) -> Vec<(String, String)> {
    let mut cells: Vec<(String, String)> = Vec::new();
    for (name, value) in &entry.attributes {
        match cells.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, cell)) if cell.len() < VALUE_BYTES_MAX => {
                cell.push(';');
                cell.push_str(value);
            }
            Some(_) => {}
            None => cells.push((name.clone(), value.clone())),
        }
    }
    // The classes of a person are no kind of account; `uid` is the logon name outside Active Directory.
    let service = ["msds-managedserviceaccount", "msds-groupmanagedserviceaccount"];
    let is_service = cells.iter().any(|(name, classes)| {
        name.eq_ignore_ascii_case("objectClass")
            && service.iter().any(|class| classes.to_ascii_lowercase().contains(class))
    });
    cells.retain(|(name, _)| !name.eq_ignore_ascii_case("objectClass"));
    if is_service {
        cells.push(("kind".to_owned(), "service".to_owned()));
    }
    if kind == TableKind::Accounts {
        let has_logon = cells.iter().any(|(name, _)| name.eq_ignore_ascii_case("sAMAccountName"));
        for (name, _) in cells.iter_mut().filter(|(name, _)| !has_logon && name.eq_ignore_ascii_case("uid")) {
            "logon".clone_into(name);
        }
    }
    cells
}
