//! The header of a table of values: its line, its separator, the names of its columns.
//!
//! It may be a comment: the feeds of abuse.ch write the names of their columns into the last comment line. The
//! separator is the one that gives the header names which this room knows, not the one that is there most often:
//! comments in cells are full of commas.

use super::columns::{ColumnRole, is_of_values, role};
use super::rows::RowCells;
use super::value::ValueReader;
use input::table::normal;

/// Separators, in the order in which they are tried.
pub(super) const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How long the name of a column may be, in characters, and in words.
const NAME_CHARS_MAX: usize = 40;
const NAME_WORDS_MAX: usize = 4;

/// The header of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The line after which rows begin: the header's own, or the last one before the first row.
    pub(super) line: u64,
    pub(super) separator: u8,
    /// As written.
    pub(super) names: Vec<String>,
    /// In normal form.
    pub(super) normal: Vec<String>,
}

/// Finds the header in a head.
pub(super) fn find(head: &str) -> Option<Header> {
    let mut comments: Vec<&str> = Vec::new();
    let mut said = None;
    let mut line = 0;
    let mut first = None;
    for (number, text) in (1..).zip(head.lines()) {
        let text = text.trim();
        let comment = ["#", ";", "//"].iter().find_map(|mark| text.strip_prefix(mark));
        if let Some(comment) = comment {
            comments.push(comment.trim_start_matches(['#', ';', '/', ' ']).trim_end_matches(['#', ' ']));
        } else if let Some([separator]) = text.strip_prefix("sep=").map(str::as_bytes) {
            said = Some(*separator);
        } else if !text.is_empty() {
            first = Some((number, text));
            break;
        }
        line = number;
    }
    let separators = said.map_or(SEPARATORS.to_vec(), |separator| vec![separator]);
    if let Some((number, text)) = first
        && let Some(header) = separators.iter().find_map(|separator| of_line(text, *separator, number))
    {
        return Some(header);
    }
    // Most columns of the first row fit a comment that names as many.
    let fits = |header: &Header| {
        let mut cells = RowCells::default();
        first.is_none_or(|(_, text)| {
            cells.split(text, header.separator);
            cells.len() == header.names.len()
        })
    };
    let named = |comment: &&str| {
        let mut headers = separators.iter().filter_map(|separator| of_line(comment, *separator, line));
        headers.find(|header| fits(header))
    };
    comments.iter().rev().find_map(named)
}

/// A line as a header, when its cells are names of columns and one of them has values.
fn of_line(text: &str, separator: u8, line: u64) -> Option<Header> {
    let mut cells = RowCells::default();
    cells.split(text, separator);
    if cells.len() < 2 {
        return None;
    }
    let names: Vec<String> = cells.iter().map(str::to_owned).collect();
    let normal: Vec<String> = names.iter().map(|name| normal(name)).collect();
    let roles: Vec<ColumnRole> = normal.iter().map(|name| role(name)).collect();
    let typed = roles.contains(&ColumnRole::Type) && normal.iter().any(|name| name == "id");
    let named = typed || roles.iter().any(|role| is_of_values(*role));
    if !named {
        return None;
    }
    let mut values = ValueReader::default();
    let is_name = |name: &String| {
        let short =
            name.chars().count() <= NAME_CHARS_MAX && name.split_whitespace().count() <= NAME_WORDS_MAX;
        name.is_empty() || short && name.chars().any(char::is_alphabetic)
    };
    let plain = names.iter().all(is_name) && !names.iter().any(|name| values.read(name).is_some());
    plain.then_some(Header { line, separator, names, normal })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(head: &str) -> String {
        let Some(header) = find(head) else { return "none".to_owned() };
        format!("{} {:?} {}", header.line, char::from(header.separator), header.normal.join(" "))
    }

    #[test]
    fn headers_in_their_own_line_and_in_comments() {
        assert_eq!(shown("sep=;\nIndicator;Type\n203.0.113.7;IP\n"), "2 ';' indicator type");
        assert_eq!(shown("# about, this\nIP;Comment, longer\n1.2.3.4;a, b, c\n"), "2 ';' ip commentlonger");
        assert_eq!(
            shown("####\n# Quay list, of all\n#\n# id,url,status #\n\"1\",\"http://a.example/\",\"on\"\n"),
            "4 ',' id url status"
        );
        assert_eq!(shown("; ip, asn, country\n192.0.2.7,AS64500,AT\n"), "1 ',' ip asn country");
        assert_eq!(shown("# \"first_seen\",\"sha256_hash\"\n"), "1 ',' firstseen sha256hash");
    }

    #[test]
    fn what_is_no_header() {
        assert_eq!(shown("203.0.113.7,evil-login.net\n"), "none");
        assert_eq!(shown("ip\n203.0.113.7\n"), "none", "one column is a plain list");
        assert_eq!(shown("# see the ip, and the url\n203.0.113.7,a\n"), "none");
        assert_eq!(shown("some prose, with the host in it, and a good deal more than a name has\n"), "none");
        assert_eq!(shown("cve,epss\nCVE-2021-1,0.5\n"), "none");
    }
}
