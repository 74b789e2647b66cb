//! A document without the secrets in it, in the form that it has: so that a leak can be kept and read again.
//!
//! What is cut is what the readers of collections cut: fields by their names, and in other values what is a secret by name or
//! shape. Here it is cut out of the text, and everything else stays as it is: JSON stays JSON, a row keeps its cells, a line
//! stays a line. Fields that the readers drop because they repeat what was sent (`raw`, samples, evidence) are cut whole.
//!
//! Whether a document still says the same without its secrets is for the caller to see, by reading both.
//! Invariant: a text that was cut is not changed again.

use super::secrets::{MASK, is_secret_name, masked};
use super::stolen_text;
use input::{Head, table};
use std::borrow::Cow;
use std::fmt::Write as _;

/// How deep JSON is followed; what is deeper is cut whole.
const DEPTH_MAX: usize = 64;

/// The text of a document of this name without secrets.
#[must_use]
pub fn without_secrets<'t>(name: &str, text: &'t str) -> Cow<'t, str> {
    let head =
        Head::of_text(name, text.get(..text.floor_char_boundary(input::Document::HEAD_MAX)).unwrap_or(text));
    let cut = if head.is_json() {
        json(text)
    } else if stolen_text::claims(&head) {
        lines(text, stolen_text::without_secret)
    } else if table::headers(head.text).is_some_and(|headers| headers.len() > 1) {
        rows(text)
    } else {
        lines(text, |line| masked_line(line))
    };
    if cut == text { Cow::Borrowed(text) } else { Cow::Owned(cut) }
}

/// Whether the value of a field is cut whole.
fn is_cut_whole(name: &str) -> bool {
    let plain = table::normal(name);
    let repeats = ["payload", "sample", "evidence", "content"].iter().any(|word| plain.starts_with(word));
    is_secret_name(name) || repeats || plain == "raw" || plain == "output"
}

/// How the cells of a column are cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    /// Of each what is a secret in it.
    Masked,
    /// Whole.
    Secret,
    /// Whole, unless it is a security identifier (MS-DTYP, 2.4.2): `sid` is that in an export of a directory, and a session in
    /// a leak.
    Session,
}

impl Column {
    fn of(name: &str) -> Self {
        match is_cut_whole(name) {
            true if table::normal(name) == "sid" => Self::Session,
            true => Self::Secret,
            false => Self::Masked,
        }
    }

    fn is_cut_whole(self, value: &str) -> bool {
        match self {
            Self::Masked => false,
            Self::Secret => !is_state(value.trim()),
            Self::Session => !is_security_identifier(value.trim()),
        }
    }
}

/// What exports write where a column says whether there is a secret: `access_key_1_active`.
fn is_state(value: &str) -> bool {
    ["true", "false", "yes", "no", "n/a", "none", "null", "not_supported", "no_information"]
        .iter()
        .any(|state| value.eq_ignore_ascii_case(state))
}

/// `S-1-`, then numbers.
fn is_security_identifier(value: &str) -> bool {
    let numbers = value.strip_prefix("S-1-").map(|rest| rest.split('-'));
    numbers.is_some_and(|mut numbers| numbers.all(|one| one.parse::<u64>().is_ok()))
}

/// A value without its secrets; `None`: there are none.
fn masked_value(value: &str) -> Option<String> {
    let (shown, found) = masked(value.trim());
    if found.is_empty() || shown == value.trim() {
        return None;
    }
    let start = value.len() - value.trim_start().len();
    let end = value.trim_end().len();
    Some(format!("{}{shown}{}", value.get(..start)?, value.get(end..)?))
}

fn masked_line(line: &str) -> Cow<'_, str> {
    masked_value(line).map_or(Cow::Borrowed(line), Cow::Owned)
}

/// Each line through a cut; line ends stay as they are.
fn lines<'t>(text: &'t str, cut: impl Fn(&'t str) -> Cow<'t, str>) -> String {
    let mut all = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        all.push_str(&cut(body));
        all.push_str(line.get(body.len()..).unwrap_or_default());
    }
    all
}

/// A table: cells of secret columns are cut, others masked.
fn rows(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    let mut columns: Option<Vec<Column>> = None;
    let header = table::headers(text).unwrap_or_default();
    let delimiter = table::delimiter(text).unwrap_or(',');
    let mut rest = text;
    while !rest.is_empty() {
        let mut cells: Vec<&str> = Vec::new();
        let mut ended = false;
        while !ended {
            let (cell, after, end) = cell(rest, delimiter);
            cells.push(cell);
            rest = after;
            ended = end;
        }
        let Some(known) = &columns else {
            let names: Vec<String> = cells.iter().map(|cell| table::normal(&unquoted(cell))).collect();
            if names == header || names.iter().map(|name| name.trim_start_matches('#')).eq(header.iter()) {
                columns = Some(cells.iter().map(|cell| Column::of(&unquoted(cell))).collect());
                cells.iter().for_each(|cell| all.push_str(cell));
            } else {
                // What comes before the header is prose.
                all.push_str(&lines(&cells.concat(), |line| Cow::Owned(masked_line(line).into_owned())));
            }
            continue;
        };
        for (n, raw) in cells.iter().enumerate() {
            cut_cell(raw, known.get(n).copied().unwrap_or(Column::Secret), delimiter, &mut all);
        }
    }
    all
}

/// Writes a cell without its secrets, with the delimiter or line end behind it.
fn cut_cell(raw: &str, column: Column, delimiter: char, to: &mut String) {
    let body = raw.strip_suffix(delimiter).unwrap_or_else(|| raw.trim_end_matches(['\n', '\r']));
    let behind = raw.get(body.len()..).unwrap_or_default();
    let value = unquoted(body);
    let shown = match column.is_cut_whole(&value) {
        true if value.trim().is_empty() => None,
        true => Some(MASK.to_owned()),
        false => masked_value(&value),
    };
    match shown {
        None => to.push_str(body),
        Some(shown) if shown.contains([delimiter, '"', '\n', '\r']) => {
            _ = write!(to, "\"{}\"", shown.replace('"', "\"\""));
        }
        Some(shown) => to.push_str(&shown),
    }
    to.push_str(behind);
}

/// The first cell of a text with what ends it, what is behind, and whether the row ends there.
fn cell(text: &str, delimiter: char) -> (&str, &str, bool) {
    let mut quoted = false;
    let blank = text.len() - text.trim_start_matches(' ').len();
    for (at, c) in text.char_indices() {
        let behind = at + c.len_utf8();
        match c {
            '"' if at == blank => quoted = true,
            '"' if quoted => quoted = false,
            // Doubled: the text inside goes on.
            '"' if text.get(..at).is_some_and(|before| before.ends_with('"')) && at > blank + 1 => {
                quoted = true
            }
            _ if quoted => {}
            '\n' => {
                return (text.get(..behind).unwrap_or(text), text.get(behind..).unwrap_or_default(), true);
            }
            c if c == delimiter => {
                return (text.get(..behind).unwrap_or(text), text.get(behind..).unwrap_or_default(), false);
            }
            _ => {}
        }
    }
    (text, "", true)
}

/// The value of a cell.
fn unquoted(cell: &str) -> String {
    let cell = cell.trim().trim_start_matches('\u{feff}').trim_end_matches([',', ';', '|']).trim();
    match cell.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => cell.to_owned(),
    }
}

/// What JSON is in, while it is walked.
struct Around {
    is_object: bool,
    /// Whether the member that is read now, or all that is in it, is a secret.
    is_secret: bool,
    is_inherited: bool,
}

/// JSON without the values of secret members; other texts masked. Broken JSON goes through as it is, text by text.
fn json(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    let mut around: Vec<Around> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_secret = around.last().is_some_and(|one| one.is_secret);
        let (token, after) = token(rest);
        rest = after;
        match c {
            '{' | '[' => {
                let deep = around.len() >= DEPTH_MAX;
                around.push(Around {
                    is_object: c == '{',
                    is_secret: is_secret || deep,
                    is_inherited: is_secret || deep,
                });
                all.push(c);
            }
            '}' | ']' => {
                around.pop();
                all.push(c);
            }
            ',' => {
                if let Some(one) = around.last_mut().filter(|one| one.is_object) {
                    one.is_secret = one.is_inherited;
                }
                all.push(c);
            }
            '"' if rest.trim_start().starts_with(':') => {
                let name = serde_json::from_str::<String>(token).unwrap_or_default();
                if let Some(one) = around.last_mut().filter(|one| one.is_object) {
                    // A list of log-ons has members with names of their own.
                    let opens = rest.trim_start().trim_start_matches(':').trim_start();
                    let is_list =
                        opens.strip_prefix('[').is_some_and(|inner| inner.trim_start().starts_with('{'));
                    let is_of_logons = is_list && table::normal(&name).starts_with("credential");
                    one.is_secret = one.is_inherited || (is_cut_whole(&name) && !is_of_logons);
                }
                all.push_str(token);
            }
            '"' => {
                let value = serde_json::from_str::<String>(token).unwrap_or_default();
                let shown = match is_secret {
                    true if value.trim().is_empty() => None,
                    true => Some(MASK.to_owned()),
                    false => masked_value(&value),
                };
                match shown.and_then(|shown| serde_json::to_string(&shown).ok()) {
                    Some(shown) => all.push_str(&shown),
                    None => all.push_str(token),
                }
            }
            '-' | '0'..='9' if is_secret => {
                _ = write!(all, "\"{MASK}\"");
            }
            _ => all.push_str(token),
        }
    }
    all
}

/// The first token of JSON, and what is behind it.
fn token(text: &str) -> (&str, &str) {
    let first = text.chars().next().map_or(0, char::len_utf8);
    let length = match text.chars().next() {
        Some('"') => {
            let (mut is_escaped, mut end) = (false, text.len());
            for (at, c) in text.char_indices().skip(1) {
                match c {
                    _ if is_escaped => is_escaped = false,
                    '\\' => is_escaped = true,
                    '"' => {
                        end = at + 1;
                        break;
                    }
                    _ => {}
                }
            }
            end
        }
        Some('-' | '0'..='9') => {
            let number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
            text.find(|c| !number(c)).unwrap_or(text.len())
        }
        _ => first,
    };
    text.split_at_checked(length).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(name: &str, text: &str) -> String {
        let once = without_secrets(name, text).into_owned();
        assert_eq!(without_secrets(name, &once), once, "cut again");
        once
    }

    #[test]
    fn a_security_identifier_is_no_session() {
        assert_eq!(
            cut("ad.csv", "name,sid\nann,S-1-5-21-2026061120-714425510-500\nbo,s4f9ab31c0\ncy,S-1-x\ndi,\n"),
            "name,sid\nann,S-1-5-21-2026061120-714425510-500\nbo,[secret]\ncy,[secret]\ndi,\n"
        );
    }

    #[test]
    fn whether_there_is_a_secret_is_none() {
        let report = "user,access_key_1_active,access_key_1\nann,true,AKIAIOSFODNN7EXAMPLE\nbo,FALSE,N/A\n";
        let cut = cut("report.csv", report);
        assert_eq!(cut, "user,access_key_1_active,access_key_1\nann,true,[secret]\nbo,FALSE,N/A\n");
    }

    #[test]
    fn cells_of_secret_columns_are_cut_and_the_table_stays() {
        assert_eq!(
            cut(
                "leak.csv",
                "email,password,note\na@port.example,\"hun,ter2\",x\n\"b@port.example\",,\"y \"\"z\"\"\"\r\n"
            ),
            "email,password,note\na@port.example,[secret],x\n\"b@port.example\",,\"y \"\"z\"\"\"\r\n"
        );
        assert_eq!(
            cut("leak.csv", "# of 2026\nurl;login;pass\nhttps://a:hunter2@b.example/;anna;hun\"ter2\n"),
            "# of 2026\nurl;login;pass\nhttps://a:[secret]@b.example/;anna;[secret]\n"
        );
        let comments = "# a word\n".repeat(201);
        for (text, right) in [
            (
                "sep=^\nuser^password\nanna^Wx9kHidden77\n".to_owned(),
                "sep=^\nuser^password\nanna^[secret]\n".to_owned(),
            ),
            (
                "user;\"name; full\";password\nanna;A;Wx9kHidden77\n".to_owned(),
                "user;\"name; full\";password\nanna;A;[secret]\n".to_owned(),
            ),
            (
                format!("{comments}user;password;b\nanna;Wx9kHidden77;c\n"),
                format!("{comments}user;password;b\nanna;[secret];c\n"),
            ),
        ] {
            assert_eq!(cut("leak.csv", &text), right);
        }
        // A cell that no header names may be anything.
        assert_eq!(
            cut("leak.csv", "email,password\na@b.example,x,hunter2\n"),
            "email,password\na@b.example,[secret],[secret]\n"
        );
        assert_eq!(
            cut("leak.csv", "email,password,b\na@b.example,\"two\nlines\",c\n"),
            "email,password,b\na@b.example,[secret],c\n"
        );
    }

    #[test]
    fn values_of_secret_members_are_cut_and_json_stays() {
        assert_eq!(
            cut(
                "a.json",
                r#"{"email": "a@b.example", "password": "hun\"ter2", "pins": {"password": [1234, "x"]}, "n": 7}"#
            ),
            r#"{"email": "a@b.example", "password": "[secret]", "pins": {"password": ["[secret]", "[secret]"]}, "n": 7}"#
        );
        assert_eq!(
            cut(
                "a.json",
                "[{\"url\": \"https://a:hunter2@b.example/\", \"raw\": \"aHVudGVyMg==\"},\n{\"password\": null, \"e\": \"\"}]"
            ),
            "[{\"url\": \"https://a:[secret]@b.example/\", \"raw\": \"[secret]\"},\n{\"password\": null, \"e\": \"\"}]"
        );
        assert_eq!(
            cut(
                "a.json",
                r#"{"credentials": [{"user": "a", "password": "hunter2"}], "passwords": [{"x": "hunter2"}]}"#
            ),
            r#"{"credentials": [{"user": "a", "password": "[secret]"}], "passwords": [{"x": "[secret]"}]}"#
        );
        assert_eq!(cut("a.json", r#"{"credentials": ["hunter2"]}"#), r#"{"credentials": ["[secret]"]}"#);
        let deep = format!("{}\"hunter2\"{}", "[".repeat(DEPTH_MAX + 1), "]".repeat(DEPTH_MAX + 1));
        assert!(!cut("a.json", &deep).contains("hunter2"));
        let less = format!("{}\"hunter2\"{}", "[".repeat(DEPTH_MAX), "]".repeat(DEPTH_MAX));
        assert_eq!(cut("a.json", &less), less);
    }

    #[test]
    fn blocks_and_combinations_keep_their_lines() {
        assert_eq!(
            cut(
                "p.txt",
                "URL: https://a.example/\nUsername: anna\nPassword: hunter2\n====\nURL: https://b.example/\r\nUser: b\r\nPass: x y\r\nleft over\n"
            ),
            "URL: https://a.example/\nUsername: anna\nPassword: [secret]\n====\nURL: https://b.example/\r\nUser: b\r\nPass: [secret]\r\n[secret]\n"
        );
        assert_eq!(
            cut("combo.txt", "a@b.example:hunter2\nhttps://c.example/x:anna:hun:ter2\n"),
            "a@b.example:[secret]\nhttps://c.example/x:anna:[secret]\n"
        );
    }

    #[test]
    fn what_holds_none_is_as_it_was() {
        for text in ["host,name\na,b\n", "{\"a\": 1}", "some words\n", ""] {
            assert!(matches!(without_secrets("a", text), Cow::Borrowed(_)), "{text}");
        }
    }
}
