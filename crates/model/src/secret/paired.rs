//! A name and its value in two members of one record: `{"name":"password","value":"…"}`, `ParameterKey` with
//! `ParameterValue`, in either order.
//!
//! Clouds and forms write settings so. Invariant: the name is the value of a member itself, and the member beside it is
//! called a value; `["password", "x"]` is no pair.

use super::value::{QUOTES, closed, unquoted};
use std::ops::Range;

/// What the members are called that hold the value, without signs and in lower case.
const VALUES: &[&str] =
    &["value", "val", "parametervalue", "newvalue", "stringvalue", "plaintextvalue", "content"];
/// What the members are called that hold the name.
const NAMES: &[&str] =
    &["name", "key", "parametername", "parameterkey", "field", "property", "setting", "id"];

/// How many members may be between name and value: its type, whether it is hidden.
const BETWEEN_MAX: usize = 4;
/// How far before the name its value may begin.
const BEFORE_BYTES_MAX: usize = 1_000;

/// Whether a member of this name holds a value whose name another member holds.
pub(super) fn is_value(name: &str) -> bool {
    is_one_of(name, VALUES)
}

/// Whether a member of this name holds the name of another's value.
pub(super) fn is_name_of_other(name: &str) -> bool {
    is_one_of(name, NAMES)
}

fn is_one_of(name: &str, words: &[&str]) -> bool {
    let own = name.rsplit('.').next().unwrap_or(name);
    let letters = || own.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_lowercase());
    words.iter().any(|word| letters().eq(word.bytes()))
}

/// The value that belongs to the name at `start..end`.
pub(super) fn value(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let head = text.get(..start)?;
    let before = member_before(head)?;
    after(text, end).or_else(|| value_before(head, before))
}

/// Where the member begins whose string begins at the end of this text, if it holds a name: `… "name": "`.
fn member_before(head: &str) -> Option<usize> {
    let rest = QUOTES.iter().find_map(|(open, _)| head.strip_suffix(open))?.trim_end();
    let rest = rest.strip_suffix([':', '='])?.trim_end();
    key_before(rest, NAMES)
}

/// Where the key begins that ends this text, with its quote, if it is one of these.
fn key_before(text: &str, keys: &[&str]) -> Option<usize> {
    let bare = text.trim_end_matches(['"', '\'', '\\']);
    let name = bare.len() - bare.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    let from = bare.len() - name;
    if !is_one_of(bare.get(from..)?, keys) {
        return None;
    }
    Some(bare.get(..from)?.trim_end_matches(['"', '\'', '\\']).len())
}

/// The value in the members behind the one that ends here with its quote.
fn after(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    let mut rest = QUOTES.iter().find_map(|(_, close)| rest.strip_prefix(close))?;
    for _ in 0..BETWEEN_MAX {
        rest = rest.trim_start().strip_prefix([',', ';'])?.trim_start();
        let bare = rest.trim_start_matches(['"', '\'', '\\']);
        let length = bare.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        let key = bare.get(..length)?;
        let behind = bare.get(length..)?.trim_start_matches(['"', '\'', '\\']).trim_start();
        let written = behind.strip_prefix([':', '='])?.trim_start();
        let from = text.len() - written.len();
        let opened =
            QUOTES.iter().find_map(|(open, close)| Some((open.len(), *close, written.strip_prefix(open)?)));
        let (range, past) = match opened {
            Some((open, close, body)) => {
                let length = closed(body, close);
                (from + open..from + open + length, from + open + length + close.len())
            }
            None => (from..from + unquoted(written), from + unquoted(written)),
        };
        if is_one_of(key, VALUES) {
            return (!range.is_empty() && !written.starts_with(['{', '['])).then_some(range);
        }
        rest = text.get(past..)?;
    }
    None
}

/// The value in the member that ends before this place.
fn value_before(head: &str, end: usize) -> Option<Range<usize>> {
    let rest = head.get(..end)?.trim_end().strip_suffix([',', ';'])?.trim_end();
    let (close, body) = QUOTES.iter().find_map(|(_, close)| Some((*close, rest.strip_suffix(close)?)))?;
    let window = body.ceil_char_boundary(body.len().saturating_sub(BEFORE_BYTES_MAX));
    let open = window + body.get(window..)?.rfind(close)?;
    let key = body.get(..open)?.trim_end().strip_suffix([':', '='])?.trim_end();
    key_before(key, VALUES)?;
    let from = open + close.len();
    (from < body.len()).then_some(from..body.len())
}
