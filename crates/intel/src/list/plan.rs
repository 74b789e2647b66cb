//! How a row of a table, or an object of JSON, gives indicators: the plan made of its headers, and one row read
//! after it.
//!
//! A type beside the value decides what the value is, for a file's name could be a domain too. Of a URL and the
//! host it names in the same row only the URL is the sign; a name that reverse lookup gave to an address is
//! none; several hashes of one file all are.

use super::columns::{ColumnRole, ColumnSort, misp_type, role};
use super::value::{ListValue, ValueReader};
use super::{Beside, Listing, cut_context, put_context};
use crate::misp;
use crate::prose::sentences::SENTENCE_CHARS_MAX;
use model::{Place, Timestamp, Tlp};
use observable::{Kind, Observable};

/// How many values one cell may hold.
const IN_A_CELL_MAX: usize = 64;

/// What each column is for.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Columns of values, the surest first.
    values: Vec<(usize, ColumnRole)>,
    kind: Option<(usize, String)>,
    to_ids: Option<usize>,
    from: Option<usize>,
    until: Option<usize>,
    /// Columns that mark the row: one of its own, or tags.
    markings: Vec<usize>,
    /// Columns of the context with their labels, in the order in which they are said.
    about: Vec<(usize, String)>,
    /// Whether types are MISP's own words.
    misp: bool,
}

/// What one row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gave {
    Values,
    /// It says itself that its value is context.
    Context,
    Nothing,
}

impl Plan {
    /// A plan of headers, as written and in normal form.
    pub(super) fn of(names: &[String], normal: &[String]) -> Self {
        let roles: Vec<ColumnRole> = normal.iter().map(|name| role(name)).collect();
        let at = |wanted: ColumnRole| roles.iter().position(|role| *role == wanted);
        let mut plan = Self {
            kind: at(ColumnRole::Type).map(|column| (column, label(names, column))),
            to_ids: at(ColumnRole::ToIds),
            from: at(ColumnRole::From),
            until: at(ColumnRole::Until),
            markings: (0..normal.len()).filter(|column| is_of_marking(normal, &roles, *column)).collect(),
            misp: at(ColumnRole::ToIds).is_some() && at(ColumnRole::Type).is_some(),
            ..Self::default()
        };
        let indicator = roles.contains(&ColumnRole::Indicator);
        let hash = |role: ColumnRole| role == ColumnRole::Value(ColumnSort::Hash);
        let mut about = Vec::new();
        for (column, role) in roles.iter().copied().enumerate() {
            match role {
                // Times in seconds and identifiers of objects, in MISP's export.
                ColumnRole::About(3) if plan.misp => {}
                ColumnRole::About(rank) => about.push((rank, column)),
                // Where a column says indicator, the others say something of it.
                ColumnRole::Value(_) if indicator && !hash(role) => about.push((1, column)),
                ColumnRole::Value(_) | ColumnRole::Indicator => plan.values.push((column, role)),
                _ => {}
            }
        }
        if plan.values.is_empty() && plan.kind.is_some() {
            let id = normal.iter().position(|name| name == "id");
            plan.values.extend(id.map(|column| (column, ColumnRole::Value(ColumnSort::Any))));
        }
        plan.values.sort_by_key(|(column, role)| (order(*role), *column));
        about.sort_unstable();
        plan.about = about.into_iter().map(|(_, column)| (column, label(names, column))).collect();
        plan
    }

    /// A plan of rows without a header: one column of values, and the others beside it.
    pub(super) fn without_header(column: usize, columns: usize) -> Self {
        let others = (0..columns).filter(|other| *other != column);
        Self {
            values: vec![(column, ColumnRole::Indicator)],
            about: others.map(|other| (other, String::new())).collect(),
            ..Self::default()
        }
    }

    /// Whether the row names the type of a value that may be of any.
    pub(super) fn is_typed<'r>(&self, cell: &dyn Fn(usize) -> &'r str) -> bool {
        let any = self.values.iter().any(|(_, role)| *role == ColumnRole::Value(ColumnSort::Any));
        any && self.kind.as_ref().is_some_and(|(column, _)| misp_type(cell(*column)).is_some())
    }

    /// Reads one row: calls `each` with what it gives and the port beside it.
    pub(super) fn values<'r>(
        &self,
        cell: &dyn Fn(usize) -> &'r str,
        values: &mut ValueReader,
        each: &mut dyn FnMut(Observable, Option<&str>),
    ) -> Gave {
        if self.to_ids.is_some_and(|column| is_no(cell(column))) {
            return Gave::Context;
        }
        let written = self.kind.as_ref().map_or("", |(column, _)| cell(*column));
        let kind = if self.misp { Some(written).filter(|kind| !kind.is_empty()) } else { misp_type(written) };
        let (mut gave, mut context) = (false, false);
        // The sort of value that a row has already given: hosts beside a URL or an address say nothing new.
        let mut last: Option<ColumnSort> = None;
        for (column, role) in &self.values {
            let text = cell(*column);
            let sort = if let ColumnRole::Value(sort) = role { *sort } else { ColumnSort::Any };
            if text.is_empty() || last.is_some_and(|last| says_the_same(last, sort)) {
                continue;
            }
            let mut given = false;
            if let Some(kind) = kind.filter(|kind| *kind != "hash")
                && sort != ColumnSort::Hash
            {
                for observable in misp::observables(kind, text, true) {
                    let sign = crate::prose::passages::is_sign(observable.kind);
                    context |= !sign;
                    if sign {
                        given = true;
                        each(observable, None);
                    }
                }
            }
            if !given && !context && !self.misp {
                given = in_cell(text, sort, values, each);
            }
            if given {
                gave = true;
                last = if matches!(sort, ColumnSort::Url | ColumnSort::Address) { Some(sort) } else { last };
            }
        }
        match (gave, context) {
            (true, _) => Gave::Values,
            (false, true) => Gave::Context,
            (false, false) => Gave::Nothing,
        }
    }

    /// Reads one row and hands over its indicators.
    pub(super) fn give<'r>(
        &self,
        cell: &dyn Fn(usize) -> &'r str,
        place: Place,
        reading: &mut RowScratch,
        listing: &mut Listing<'_, '_>,
    ) {
        let RowScratch { values, context, found } = reading;
        found.clear();
        let gave = self.values(cell, values, &mut |observable, port| {
            found.push((observable, port.map(str::to_owned)));
        });
        match gave {
            Gave::Context => return listing.context_only.add(place),
            Gave::Nothing => return listing.without.add(place),
            Gave::Values => {}
        }
        let (from, until) = (self.time(self.from, cell), self.time(self.until, cell));
        let tlp = self.markings.iter().filter_map(|column| marking(cell(*column))).max();
        context.clear();
        self.compose(cell, context);
        let length = context.len();
        for (observable, port) in found.drain(..) {
            if let Some(port) = port.filter(|port| !context.contains(port.as_str())) {
                say("port", &port, context);
            }
            let beside = Beside { context, from, until, tlp };
            listing.give(observable, beside, place);
            context.truncate(length);
        }
    }

    fn time<'r>(&self, column: Option<usize>, cell: &dyn Fn(usize) -> &'r str) -> Option<Timestamp> {
        column.and_then(|column| time(cell(column)))
    }

    /// The columns beside the values as one line.
    fn compose<'r>(&self, cell: &dyn Fn(usize) -> &'r str, context: &mut String) {
        if let Some((column, label)) = &self.kind
            && !self.misp
            && !cell(*column).is_empty()
            && misp_type(cell(*column)).is_none()
        {
            say(label, cell(*column), context);
        }
        for (column, label) in &self.about {
            if context.len() > SENTENCE_CHARS_MAX {
                break;
            }
            let text = cell(*column);
            if !says_nothing(text) {
                say(label, text, context);
            }
        }
        cut_context(context);
    }
}

/// What is kept from row to row.
#[derive(Default)]
pub(super) struct RowScratch {
    values: ValueReader,
    context: String,
    found: Vec<(Observable, Option<String>)>,
}

/// Whether a column may hold the marking of its row.
fn is_of_marking(normal: &[String], roles: &[ColumnRole], column: usize) -> bool {
    let tags = normal.get(column).is_some_and(|name| name == "tags" || name == "attributetag");
    tags || roles.get(column) == Some(&ColumnRole::Tlp)
}

/// The strictest marking of a cell: `amber`, `tlp:amber,osint`.
fn marking(text: &str) -> Option<Tlp> {
    let tags = text.split([',', ';', '|']).map(str::trim);
    let marked =
        tags.filter(|tag| text == *tag || tag.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("tlp")));
    marked.filter_map(Tlp::parse).max()
}

fn label(names: &[String], column: usize) -> String {
    let mut label = String::new();
    put_context(names.get(column).map_or("", String::as_str), &mut label);
    label
}

fn say(label: &str, text: &str, context: &mut String) {
    if !context.is_empty() {
        context.push_str("; ");
    }
    if !label.is_empty() {
        context.push_str(label);
        context.push_str(": ");
    }
    put_context(text, context);
}

/// The order in which columns of values are read: what makes others say nothing new comes first.
fn order(role: ColumnRole) -> u8 {
    match role {
        ColumnRole::Indicator => 0,
        ColumnRole::Value(ColumnSort::Any) => 1,
        ColumnRole::Value(ColumnSort::Url) => 2,
        ColumnRole::Value(ColumnSort::Address) => 3,
        ColumnRole::Value(ColumnSort::Host) => 4,
        ColumnRole::Value(ColumnSort::HostName) => 5,
        _ => 6,
    }
}

fn says_the_same(last: ColumnSort, sort: ColumnSort) -> bool {
    match last {
        ColumnSort::Url => matches!(sort, ColumnSort::Address | ColumnSort::Host | ColumnSort::HostName),
        ColumnSort::Address => sort == ColumnSort::HostName,
        _ => false,
    }
}

/// The values of a cell: one, or several with blanks, commas or line ends between them.
fn in_cell(
    text: &str,
    sort: ColumnSort,
    values: &mut ValueReader,
    each: &mut dyn FnMut(Observable, Option<&str>),
) -> bool {
    let fits = |value: &ListValue<'_>| is_of(value.observable.kind, sort);
    if let Some(value) = values.read(text).filter(fits) {
        give(value, each);
        return true;
    }
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).take(IN_A_CELL_MAX + 1).collect();
    if parts.len() < 2 || parts.len() > IN_A_CELL_MAX {
        return false;
    }
    let all: Option<Vec<ListValue<'_>>> = parts.iter().map(|part| values.read(part).filter(fits)).collect();
    let Some(all) = all else { return false };
    all.into_iter().for_each(|value| give(value, each));
    true
}

fn give(value: ListValue<'_>, each: &mut dyn FnMut(Observable, Option<&str>)) {
    each(value.observable, value.port);
    for observable in value.more {
        each(observable, None);
    }
}

/// Whether a column of this sort has values of this kind.
fn is_of(kind: Kind, sort: ColumnSort) -> bool {
    let hash = matches!(kind, Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512);
    match sort {
        ColumnSort::Any => true,
        ColumnSort::Hash => hash,
        ColumnSort::Mail => matches!(kind, Kind::Email | Kind::Domain),
        ColumnSort::Address | ColumnSort::Host | ColumnSort::HostName | ColumnSort::Url => {
            matches!(kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network | Kind::Domain | Kind::Url)
        }
    }
}

fn is_no(text: &str) -> bool {
    ["0", "false", "no"].iter().any(|no| text.eq_ignore_ascii_case(no))
}

fn says_nothing(text: &str) -> bool {
    let words = ["", "-", "none", "null", "n/a", "nil", "nan", "0", "false", "no", "[]"];
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A time as tables write it: RFC 3339 and its relatives, with `UTC` behind it or slashes in the day, or seconds
/// or milliseconds since 1970.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_end_matches(" UTC").trim_end_matches(" GMT").trim_end();
    if let Some(time) = Timestamp::parse(text) {
        return Some(time);
    }
    if text.as_bytes().get(4) == Some(&b'/') {
        return Timestamp::parse(&text.replacen('/', "-", 2));
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    match text.len() {
        9 | 10 => Timestamp::from_seconds(number),
        12 | 13 => Timestamp::from_millis(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use input::table::normal;

    fn given(header: &str, row: &str) -> String {
        let names: Vec<String> = header.split(',').map(str::to_owned).collect();
        let normals: Vec<String> = names.iter().map(|name| normal(name)).collect();
        let plan = Plan::of(&names, &normals);
        let cells: Vec<&str> = row.split(',').collect();
        let cell = |column: usize| cells.get(column).copied().unwrap_or_default();
        let mut all = Vec::new();
        let gave = plan.values(&cell, &mut ValueReader::default(), &mut |observable, port| {
            all.push(format!(
                "{}{}",
                observable.value,
                port.map(|port| format!(":{port}")).unwrap_or_default()
            ));
        });
        let mut context = String::new();
        plan.compose(&cell, &mut context);
        format!("{gave:?} {} [{context}]", all.join(" "))
    }

    #[test]
    fn rows_as_feeds_have_them() {
        for (header, row, what) in [
            (
                "ioc_value,ioc_type,malware,confidence,reference",
                "203.0.113.66:443,ip:port,QuayCat,75,https://a.example/x",
                "Values 203.0.113.66 [malware: QuayCat; confidence: 75; reference: https://a.example/x]",
            ),
            ("url,host,ip", "http://a.example/x,a.example,203.0.113.7", "Values http://a.example/x []"),
            (
                "ip,hostname,domain",
                "203.0.113.7,ptr.example,evil.example",
                "Values 203.0.113.7 evil.example []",
            ),
            ("type,id", "file,payload.exe", "Values payload.exe []"),
            ("type,value", "filename,main.py", "Values main.py []"),
            (
                "indicator,ip,note",
                "evil.example,203.0.113.7,x",
                "Values evil.example [note: x; ip: 203.0.113.7]",
            ),
            ("indicator,note", "203.0.113.7 203.0.113.8,none", "Values 203.0.113.7 203.0.113.8 []"),
            ("sha1,threat", "not known,Trojan", "Nothing  [threat: Trojan]"),
            ("type,value,to_ids,comment", "ip-src,192.0.2.20,0,x", "Context  [comment: x]"),
            ("type,value,to_ids", "filename|md5,a.exe|1a6ccc76f33291a411c08b47a9693847,1", {
                "Values 1a6ccc76f33291a411c08b47a9693847 []"
            }),
            ("type,value,to_ids", "vulnerability,CVE-2021-44228,1", "Context  []"),
            ("type,value,to_ids", "text,203.0.113.7,1", "Nothing  []"),
        ] {
            assert_eq!(given(header, row), what, "{header}");
        }
    }

    #[test]
    fn markings_in_their_own_column_and_among_tags() {
        assert_eq!(marking("amber"), Some(Tlp::Amber));
        assert_eq!(marking("osint, tlp:green,tlp:amber+strict"), Some(Tlp::AmberStrict));
        assert_eq!(marking("red,green"), None, "colours");
        assert_eq!(marking(""), None);
    }

    #[test]
    fn times_as_tables_write_them() {
        let shown = |text: &str| time(text).map(|time| time.to_string()).unwrap_or_default();
        for text in [
            "2026-11-27 02:35:00",
            "2026-11-27T02:35:00Z",
            "2026/11/27 02:35:00",
            "2026-11-27 02:35:00 UTC",
            "1795746900",
            "1795746900000",
        ] {
            assert_eq!(shown(text), "2026-11-27T02:35:00Z", "{text}");
        }
        assert_eq!(shown("27/11/2026"), "", "which of the numbers is the month is not said");
        assert_eq!(shown("never"), "");
    }
}
