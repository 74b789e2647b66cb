//! What of a record may be kept: the values of its fields, and its line, without secrets.
//!
//! A line of a web log holds cookies without their name, which only the header of the log says; so what the fields
//! of a record hold by name is cut out of its line too. Invariant: the record itself, which rules and indicators are
//! matched against, is never changed.

use super::cut::{cut_field_to, cut_to, is_announced, is_field};
use super::names::is_name;
use super::paired;
use super::value::MASK;
use crate::{Field, Record, Value};
use std::borrow::Cow;

/// How much of a line is looked at for the values of fields: more is not kept of any record.
const LINE_BYTES_MAX: usize = 64 * 1024;
/// A shorter value is cut only where it is a word of its own.
const SHORT_BYTES: usize = 4;

/// The value of a field of a record, without secrets; at most so many characters, and one more where it is longer.
/// `None`: the source said null.
#[must_use]
pub fn value_at<'r>(record: &Record<'r>, at: usize, chars_max: usize) -> Option<Cow<'r, str>> {
    let field = record.fields.get(at)?;
    let Value::Text(text) = field.value else { return None };
    // Arguments of a command are fields of one name, each after the one that announces it.
    let before = at.checked_sub(1).and_then(|at| record.fields.get(at));
    let announced = before.is_some_and(|before| {
        before.name == field.name && matches!(before.value, Value::Text(text) if is_announced(text))
    });
    let is_secret = announced || is_named_beside(record, at);
    Some(if is_secret { Cow::Borrowed(MASK) } else { cut_field_to(field.name, text, chars_max) })
}

/// Whether a field holds the value of which a field beside it holds the name: `parameters.name` and `parameters.value`.
fn is_named_beside(record: &Record<'_>, at: usize) -> bool {
    /// How many fields may be between the two: a type, whether it is hidden.
    const BETWEEN_MAX: usize = 3;
    let Some(field) = record.fields.get(at).filter(|field| paired::is_value(field.name)) else {
        return false;
    };
    let outer = |name: &str| name.len() - name.rsplit('.').next().unwrap_or(name).len();
    let path = field.name.get(..outer(field.name));
    let is_name_of = |other: &Field<'_>| {
        other.name.get(..outer(other.name)) == path && paired::is_name_of_other(other.name)
    };
    let (before, behind) = (record.fields.get(..at), record.fields.get(at + 1..));
    let (before, behind) = (before.unwrap_or_default(), behind.unwrap_or_default());
    let is_other = |other: &&Field<'_>| other.name != field.name;
    // In a list of pairs the order of name and value is that of the first pair.
    let first = before.iter().find(|other| is_name_of(other) || other.name == field.name);
    let name = if first.is_some_and(is_name_of) {
        before.iter().rev().take_while(is_other).take(BETWEEN_MAX + 1).find(|other| is_name_of(other))
    } else {
        behind.iter().take_while(is_other).take(BETWEEN_MAX + 1).find(|other| is_name_of(other))
    };
    name.is_some_and(|name| matches!(name.value, Value::Text(text) if is_name(text)))
}

/// The line of a record without secrets; at most so many characters, and one more where it is longer.
#[must_use]
pub fn line<'r>(record: &Record<'r>, chars_max: usize) -> Cow<'r, str> {
    let text = String::from_utf8_lossy(record.raw);
    let line = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end()),
        Cow::Owned(text) => Cow::Owned(text.trim_end().to_owned()),
    };
    let mut line = match line {
        Cow::Borrowed(text) => {
            Cow::Borrowed(text.get(..text.floor_char_boundary(LINE_BYTES_MAX)).unwrap_or(text))
        }
        Cow::Owned(mut text) => {
            text.truncate(text.floor_char_boundary(LINE_BYTES_MAX));
            Cow::Owned(text)
        }
    };
    for (at, Field { name, value }) in record.fields.iter().enumerate() {
        if let Value::Text(value) = value
            && (is_field(name, value) || is_named_beside(record, at))
        {
            line = Cow::Owned(without(&line, value));
        }
    }
    match line {
        Cow::Borrowed(text) => cut_to(text, chars_max),
        Cow::Owned(text) => Cow::Owned(cut_to(&text, chars_max).into_owned()),
    }
}

/// A line without a value, as it is written there: in a table, quotes inside are doubled.
fn without(line: &str, value: &str) -> String {
    let value = value.trim();
    if value.len() >= SHORT_BYTES {
        return line.replace(value, MASK).replace(&value.replace('"', "\"\""), MASK);
    }
    let is_part = |c: char| c.is_alphanumeric();
    let mut shown = String::with_capacity(line.len());
    let mut from = 0;
    for (at, found) in line.match_indices(value) {
        let end = at + found.len();
        let (before, behind) = (line.get(..at).unwrap_or_default(), line.get(end..).unwrap_or_default());
        if !before.ends_with(is_part) && !behind.starts_with(is_part) {
            shown.push_str(line.get(from..at).unwrap_or_default());
            shown.push_str(MASK);
            from = end;
        }
    }
    shown.push_str(line.get(from..).unwrap_or_default());
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LogSource, Text};

    fn record<'r>(raw: &'r str, fields: &'r [Field<'r>], log: &'r LogSource) -> Record<'r> {
        Record {
            number: 1,
            time: None,
            log,
            host: None,
            account: None,
            from: None,
            to: None,
            fields,
            raw: raw.as_bytes(),
            text: Text::Raw,
        }
    }

    fn field<'f>(name: &'f str, value: &'f str) -> Field<'f> {
        Field { name, value: Value::Text(value) }
    }

    #[test]
    fn a_line_is_cut_by_what_its_fields_are_called() {
        let log = LogSource::default();
        let fields =
            [field("cs-uri-stem", "/a"), field("cs(Cookie)", "hunter2=7"), field("sc-status", "200")];
        let shown = line(&record("GET /a hunter2=7 200\r\n", &fields, &log), 100).into_owned();
        assert_eq!(shown, "GET /a [secret] 200");
        // A value of one letter is no part of a word.
        let fields = [field("password", "a")];
        assert_eq!(line(&record("cat a 1", &fields, &log), 100), "cat [secret] 1");
    }

    #[test]
    fn arguments_are_cut_behind_the_flag_that_announces_them() {
        let log = LogSource::default();
        let fields =
            [field("args", "tool"), field("args", "--password"), field("args", "hunter2"), field("n", "1")];
        let record = record("", &fields, &log);
        let shown: Vec<_> = (0..5).map(|at| value_at(&record, at, 100)).collect();
        let shown: Vec<Option<&str>> = shown.iter().map(Option::as_deref).collect();
        assert_eq!(shown, [Some("tool"), Some("--password"), Some(MASK), Some("1"), None]);
    }

    #[test]
    fn a_value_is_cut_by_the_field_beside_it_that_names_it() {
        let log = LogSource::default();
        let shown = |given: &[(&'static str, &'static str)]| {
            let fields: Vec<Field<'_>> = given.iter().map(|(name, value)| field(name, value)).collect();
            let record = record("", &fields, &log);
            let values = (0..fields.len()).filter_map(|at| value_at(&record, at, 100));
            values.map(Cow::into_owned).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(&[("p.name", "password"), ("p.value", "hunter2")]), "password [secret]");
        assert_eq!(shown(&[("p.Value", "hunter2"), ("p.Name", "AdminPassword")]), "[secret] AdminPassword");
        assert_eq!(shown(&[("ParameterKey", "pw"), ("type", "x"), ("ParameterValue", "a")]), "pw x [secret]");
        assert_eq!(shown(&[("p.name", "user"), ("p.value", "bob")]), "user bob");
        assert_eq!(shown(&[("p.name", "password"), ("q.value", "bob")]), "password bob");
        let list = [("n.name", "user"), ("n.value", "bob"), ("n.name", "password"), ("n.value", "hunter2")];
        assert_eq!(shown(&list), "user bob password [secret]");
        let list = [("n.value", "bob"), ("n.name", "user"), ("n.value", "hunter2"), ("n.name", "password")];
        assert_eq!(shown(&list), "bob user [secret] password");
    }

    #[test]
    fn a_line_past_the_bound_is_cut() {
        let log = LogSource::default();
        let long = "x".repeat(LINE_BYTES_MAX + 10);
        assert_eq!(line(&record(&long, &[], &log), usize::MAX).len(), LINE_BYTES_MAX);
    }
}
