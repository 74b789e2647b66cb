//! One JSON value (RFC 8259) → flat fields, without a tree.
//!
//! Own and not `serde_json`, because a record must keep numbers as the text their source wrote, see
//! duplicated names, and borrow everything that has no escape in it; a visitor gives none of the three, and
//! raw values read nested objects once a level. A twin test holds it to `serde_json`'s reading.
//!
//! Nested names are joined by dots, elements of arrays repeat their name; empty objects and arrays give no
//! field. Depth, number of fields and length of names are bounded. It is more tolerant than the standard in one
//! point: strings may hold control characters, as careless exporters leave them.

use crate::record::draft::{Draft, FIELDS_MAX, NAME_BYTES_MAX, Piece};

/// How deep objects and arrays may nest. Kubernetes audit records reach 12.
pub(crate) const DEPTH_MAX: usize = 64;

/// How much unescaped text and joined names a record may need: eight times the bound on its bytes. Names of
/// empty objects give no field, so the bound on fields does not hold them.
const ARENA_BYTES_MAX: usize = 8 << 20;

/// Why a value could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonFault {
    /// It ends too early: the rest may be somewhere else.
    Ends,
    /// JSON does not allow what is at this byte.
    Syntax(usize),
    /// It nests deeper than [`DEPTH_MAX`].
    Depth,
}

impl JsonFault {
    pub(crate) fn reason(self) -> String {
        match self {
            JsonFault::Ends => "it ends too early".into(),
            JsonFault::Syntax(at) => format!("unexpected character {} of it", at + 1),
            JsonFault::Depth => format!("it nests deeper than {DEPTH_MAX} levels"),
        }
    }
}

/// Adds the fields of the value that `text` starts with to the draft, under `prefix` (a path without its last
/// dot, or nothing); gives how many bytes the value took.
pub(crate) fn flatten<'c>(
    text: &'c str,
    prefix: Piece<'c>,
    draft: &mut Draft<'c>,
) -> Result<usize, JsonFault> {
    let mut reader = JsonReader { text, bytes: text.as_bytes(), at: 0 };
    reader.blanks();
    reader.value(prefix, draft, 0)?;
    Ok(reader.at)
}

struct JsonReader<'c> {
    text: &'c str,
    bytes: &'c [u8],
    at: usize,
}

impl<'c> JsonReader<'c> {
    fn peek(&self) -> Result<u8, JsonFault> {
        self.bytes.get(self.at).copied().ok_or(JsonFault::Ends)
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Takes this byte; a fault when another byte is there.
    fn expect(&mut self, byte: u8) -> Result<(), JsonFault> {
        if self.peek()? != byte {
            return Err(JsonFault::Syntax(self.at));
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, name: Piece<'c>, draft: &mut Draft<'c>, depth: usize) -> Result<(), JsonFault> {
        match self.peek()? {
            b'"' => {
                let value = self.string(draft)?;
                draft.push(name, Some(value));
            }
            b'{' => self.object(name, draft, depth)?,
            b'[' => self.array(name, draft, depth)?,
            b'n' => {
                self.word("null")?;
                draft.push(name, None);
            }
            b't' => {
                let value = self.word("true")?;
                draft.push(name, Some(value));
            }
            b'f' => {
                let value = self.word("false")?;
                draft.push(name, Some(value));
            }
            _ => {
                let value = self.number()?;
                draft.push(name, Some(value));
            }
        }
        Ok(())
    }

    fn object(&mut self, path: Piece<'c>, draft: &mut Draft<'c>, depth: usize) -> Result<(), JsonFault> {
        if depth >= DEPTH_MAX {
            return Err(JsonFault::Depth);
        }
        self.at += 1;
        self.blanks();
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.string(draft)?;
            let name = joined(path, key, draft);
            self.blanks();
            self.expect(b':')?;
            self.blanks();
            self.value(name, draft, depth + 1)?;
            self.blanks();
            if self.peek()? == b'}' {
                self.at += 1;
                return Ok(());
            }
            self.expect(b',')?;
            self.blanks();
        }
    }

    fn array(&mut self, name: Piece<'c>, draft: &mut Draft<'c>, depth: usize) -> Result<(), JsonFault> {
        if depth >= DEPTH_MAX {
            return Err(JsonFault::Depth);
        }
        self.at += 1;
        self.blanks();
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(name, draft, depth + 1)?;
            self.blanks();
            if self.peek()? == b']' {
                self.at += 1;
                return Ok(());
            }
            self.expect(b',')?;
            self.blanks();
        }
    }

    fn word(&mut self, word: &'static str) -> Result<Piece<'c>, JsonFault> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Ok(Piece::Chunk(word))
    }

    /// A number, in the words of its source.
    fn number(&mut self) -> Result<Piece<'c>, JsonFault> {
        let start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits(),
            _ => return Err(JsonFault::Syntax(self.at)),
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Ok(Piece::Chunk(self.text.get(start..self.at).unwrap_or_default()))
    }

    fn digits(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), JsonFault> {
        if !self.peek()?.is_ascii_digit() {
            return Err(JsonFault::Syntax(self.at));
        }
        self.digits();
        Ok(())
    }

    /// A string: borrowed when nothing in it is escaped, else unescaped into the arena.
    fn string(&mut self, draft: &mut Draft<'c>) -> Result<Piece<'c>, JsonFault> {
        self.expect(b'"')?;
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let end = start + memchr::memchr2(b'"', b'\\', rest).ok_or(JsonFault::Ends)?;
        self.at = end;
        if self.bytes.get(end) == Some(&b'"') {
            self.at += 1;
            return Ok(Piece::Chunk(self.text.get(start..end).unwrap_or_default()));
        }
        let from = draft.arena.len();
        draft.arena.push_str(self.text.get(start..end).unwrap_or_default());
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Ok(Piece::Arena(from, draft.arena.len()));
                }
                b'\\' => self.escape(&mut draft.arena)?,
                _ => {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    let length = memchr::memchr2(b'"', b'\\', rest).ok_or(JsonFault::Ends)?;
                    draft.arena.push_str(self.text.get(self.at..self.at + length).unwrap_or_default());
                    self.at += length;
                }
            }
        }
    }

    fn escape(&mut self, arena: &mut String) -> Result<(), JsonFault> {
        self.at += 1;
        let escaped = self.peek()?;
        self.at += 1;
        arena.push(match escaped {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return Err(JsonFault::Syntax(self.at - 1)),
        });
        Ok(())
    }

    /// What follows `\u`: a character, or half of a pair whose other half follows; a lone half is replaced.
    fn unicode(&mut self) -> Result<char, JsonFault> {
        let first = self.hex4()?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let here = self.at;
        if (0xD800..0xDC00).contains(&first) && self.bytes.get(here..here + 2) == Some(b"\\u") {
            self.at += 2;
            let second = self.hex4()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = here;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Result<u32, JsonFault> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek()?).to_digit(16).ok_or(JsonFault::Syntax(self.at))?;
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}

/// `path.key`, or the key alone at the top.
fn joined<'c>(path: Piece<'c>, key: Piece<'c>, draft: &mut Draft<'c>) -> Piece<'c> {
    let (path_bytes, key_bytes) = (draft.text(path).len(), draft.text(key).len());
    let full = draft.fields.len() >= FIELDS_MAX || draft.arena.len() > ARENA_BYTES_MAX;
    if full || path_bytes + 1 + key_bytes > NAME_BYTES_MAX {
        draft.overfull = true;
        return path;
    }
    if path_bytes == 0 { key } else { draft.join(&[path, Piece::Chunk("."), key]) }
}

/// Adds the fields of a JSON text, which is the value of a field, under names with this prefix; false when the text
/// is not JSON.
pub(crate) fn nested(text: &str, prefix: &str, draft: &mut Draft<'_>) -> bool {
    let mut inner = Draft::default();
    let read = flatten(text, Piece::Chunk(""), &mut inner).is_ok();
    if read {
        draft.adopt(&inner, prefix);
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flat(text: &str) -> Result<Vec<String>, JsonFault> {
        let mut draft = Draft::default();
        flatten(text, Piece::Chunk(""), &mut draft)?;
        let shown = |field: &crate::record::draft::DraftField<'_>| {
            let value = field.value.map_or("null".into(), |value| format!("{:?}", draft.text(value)));
            format!("{}={value}", draft.text(field.name))
        };
        Ok(draft.fields.iter().map(shown).collect())
    }

    #[test]
    fn paths_are_joined_and_arrays_repeat_their_name() {
        assert_eq!(
            flat(r#"{"a":{"b":[1,{"c":null},"x"],"d":{}},"e":1.50}"#),
            Ok(vec!["a.b=\"1\"".into(), "a.b.c=null".into(), "a.b=\"x\"".into(), "e=\"1.50\"".into()])
        );
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(
            flat(r#"{"p":"C:\\W\u00e4\ud83d\ude00\ud83dz\/"}"#),
            Ok(vec!["p=\"C:\\\\W\u{e4}\u{1f600}\u{fffd}z/\"".into()])
        );
    }

    #[test]
    fn a_value_that_ends_early_is_no_syntax_error() {
        for text in ["{", r#"{"a"#, r#"{"a":1"#, r#"{"a":"\u12"#, "[1,", "-", "nul"] {
            assert_eq!(flat(text), Err(JsonFault::Ends), "{text}");
        }
        for text in ["}", r#"{"a",1}"#, "{a:1}", r#"{"a":01}"#, r#"{"a":"\x"}"#, "[1 2]", "1.e"] {
            assert!(matches!(flat(text), Err(JsonFault::Syntax(_))), "{text}");
        }
    }

    #[test]
    fn one_level_past_the_bound_is_refused() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(flat(&nested(DEPTH_MAX)).is_ok());
        assert_eq!(flat(&nested(DEPTH_MAX + 1)), Err(JsonFault::Depth));
        assert_eq!(flat(&"[".repeat(1_000_000)), Err(JsonFault::Depth));
    }

    #[test]
    fn one_byte_past_the_bound_of_names_is_left_out_and_the_arena_stays_small() {
        let long = "k".repeat(NAME_BYTES_MAX - 1);
        let text = format!("{{\"{long}\":{{\"\":1,\"b\":2}}}}");
        let mut draft = Draft::default();
        assert!(flatten(&text, Piece::Chunk(""), &mut draft).is_ok());
        assert!(draft.overfull);
        for empty in ["1", "{}"] {
            let many = format!("{{\"{long}\":{{{}\"\":1}}}}", format!("\"\":{empty},").repeat(20_000));
            let mut draft = Draft::default();
            assert!(flatten(&many, Piece::Chunk(""), &mut draft).is_ok());
            assert!(draft.overfull && draft.arena.len() <= ARENA_BYTES_MAX + NAME_BYTES_MAX);
        }
    }

    /// The naive twin: a tree by `serde_json`, walked.
    fn twin(value: &serde_json::Value, path: &str, all: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                for (key, value) in map {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    twin(value, &path, all);
                }
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| twin(value, path, all)),
            serde_json::Value::Null => all.push(format!("{path}=null")),
            serde_json::Value::String(text) => all.push(format!("{path}={text:?}")),
            other => all.push(format!("{path}={:?}", other.to_string())),
        }
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "\\PC{0,8}|[\"\\\\\n\t]{0,3}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                proptest::collection::btree_map("[a-z\"]{1,3}", inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_reads(value in any_json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let mut expected = Vec::new();
            twin(&value, "", &mut expected);
            prop_assert_eq!(flat(&text.expect("a value")), Ok(expected));
        }

        #[test]
        fn accepts_no_more_than_serde_json(text in "[\\[\\]{}:,\"a0-9.eE+\\- ntrulfase\\\\]{0,24}") {
            let whole = |text: &str| {
                let mut draft = Draft::default();
                let used = flatten(text, Piece::Chunk(""), &mut draft).ok();
                used.is_some_and(|used| text.get(used..).is_some_and(|rest| rest.trim().is_empty()))
            };
            if !text.contains("\\u") {
                prop_assert_eq!(whole(&text), serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
            }
        }
    }
}
