//! The objects of a PDF: numbers, names, strings, arrays, dictionaries, references (ISO 32000-2, 7.2 and 7.3).
//!
//! Nothing is an error: what is not understood is a word. Invariants: the lexer always advances or ends; nesting and
//! the number of values of one object are bounded, for two bytes of a file may otherwise be thirty of memory.

/// How deep arrays and dictionaries may nest.
const DEPTH_MAX: usize = 64;

/// How many values one object may have.
const VALUES_MAX: usize = 500_000;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Number(f64),
    Name(String),
    Text(Vec<u8>),
    Array(Vec<Value>),
    Dict(Dict),
    /// The number of another object.
    Ref(u32),
    /// An operator or a keyword.
    Word(Vec<u8>),
}

/// A dictionary; a key that comes twice has its first value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dict(Vec<(String, Value)>);

impl Dict {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(super) fn name(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::name)
    }

    /// The same with another value under a key that it has.
    pub(super) fn with(mut self, key: &str, value: Value) -> Self {
        if let Some((_, place)) = self.0.iter_mut().find(|(name, _)| name == key) {
            *place = value;
        }
        self
    }
}

impl Value {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) if number.is_finite() => Some(*number),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is asked before")]
    pub(super) fn index(&self) -> Option<usize> {
        self.number().filter(|number| (0.0..4_294_967_296.0).contains(number)).map(|number| number as usize)
    }

    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// Reads values one by one.
pub(super) struct Lexer<'b> {
    bytes: &'b [u8],
    at: usize,
    refs: bool,
    left: usize,
}

impl<'b> Lexer<'b> {
    /// Of an object of the file, from this offset.
    pub(super) fn at(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at, refs: true, left: VALUES_MAX }
    }

    /// Of a content stream or a map of characters, which has operators and no references.
    pub(super) fn of_content(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, refs: false, left: VALUES_MAX }
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next value at the top; each may be as large as an object.
    pub(super) fn next(&mut self) -> Option<Value> {
        self.left = VALUES_MAX;
        self.value(0)
    }

    /// Passes the data of an image over that lies in a content stream, up to its `EI`.
    pub(super) fn skip_image(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let ends = memchr::memmem::find_iter(rest, b"EI");
        let blank = |at: usize| rest.get(at).is_none_or(u8::is_ascii_whitespace);
        let end = ends.into_iter().find(|at| *at > 0 && blank(*at - 1) && blank(*at + 2));
        self.at = end.map_or(self.bytes.len(), |end| self.at + end + 2);
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip_blanks();
        let byte = self.peek()?;
        self.left = self.left.saturating_sub(1);
        let next = self.bytes.get(self.at + 1).copied();
        match byte {
            b'/' => {
                self.at += 1;
                Some(Value::Name(self.name()))
            }
            b'(' => Some(Value::Text(self.literal())),
            b'<' if next == Some(b'<') => {
                self.at += 2;
                Some(if depth < DEPTH_MAX { self.dict(depth) } else { Value::Null })
            }
            b'<' => Some(Value::Text(self.hex())),
            b'[' => {
                self.at += 1;
                Some(if depth < DEPTH_MAX { self.array(depth) } else { Value::Null })
            }
            b'>' if next == Some(b'>') => {
                self.at += 2;
                Some(Value::Word(b">>".to_vec()))
            }
            b']' | b'>' | b')' | b'{' | b'}' => {
                self.at += 1;
                Some(Value::Word(vec![byte]))
            }
            _ => Some(self.word()),
        }
    }

    fn word(&mut self) -> Value {
        let start = self.at;
        while self.peek().is_some_and(|byte| !is_blank(byte) && !is_delimiter(byte)) {
            self.at += 1;
        }
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        match number(word) {
            Some(number) => match self.reference(word) {
                Some(object) => Value::Ref(object),
                None => Value::Number(number),
            },
            None if word == b"null" => Value::Null,
            None => Value::Word(word.get(..word.len().min(64)).unwrap_or_default().to_vec()),
        }
    }

    /// `12 0 R`, of which the first number has been read.
    fn reference(&mut self, first: &[u8]) -> Option<u32> {
        if !self.refs || first.len() > 10 || !first.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = std::str::from_utf8(first).ok()?.parse().ok()?;
        let mut at = self.at;
        let blanks = |at: &mut usize| {
            let start = *at;
            while self.bytes.get(*at).is_some_and(|byte| is_blank(*byte)) && *at - start < 16 {
                *at += 1;
            }
            *at > start
        };
        blanks(&mut at).then_some(())?;
        let generation = at;
        while self.bytes.get(at).is_some_and(u8::is_ascii_digit) && at - generation < 6 {
            at += 1;
        }
        (at > generation && blanks(&mut at) && self.bytes.get(at) == Some(&b'R')).then_some(())?;
        let after = self.bytes.get(at + 1);
        after.is_none_or(|byte| is_blank(*byte) || is_delimiter(*byte)).then_some(())?;
        self.at = at + 1;
        Some(number)
    }

    fn name(&mut self) -> String {
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !is_blank(*byte) && !is_delimiter(*byte)) {
            self.at += 1;
            let digits = self.bytes.get(self.at..self.at + 2);
            let escaped = match digits {
                Some([high, low]) => hex_digit(*high).zip(hex_digit(*low)).map(|(high, low)| high << 4 | low),
                _ => None,
            };
            match escaped.filter(|_| byte == b'#') {
                Some(byte) => {
                    name.push(byte);
                    self.at += 2;
                }
                None => name.push(byte),
            }
        }
        String::from_utf8_lossy(&name).into_owned()
    }

    fn hex(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut text, mut high) = (Vec::new(), None);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match (hex_digit(byte), high) {
                (Some(digit), None) => high = Some(digit),
                (Some(digit), Some(first)) => {
                    text.push(first << 4 | digit);
                    high = None;
                }
                (None, _) if byte == b'>' => break,
                (None, _) => {}
            }
        }
        text.extend(high.map(|digit: u8| digit << 4));
        text
    }

    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut text, mut open) = (Vec::new(), 1_u32);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    /// What follows a backslash in a string.
    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' | b'f' => text.push(b' '),
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit) = self.peek().filter(|byte| (b'0'..=b'7').contains(byte)) else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push(u8::try_from(code & 0xff).unwrap_or_default());
            }
            other => text.push(other),
        }
    }

    fn array(&mut self, depth: usize) -> Value {
        let mut values = Vec::new();
        while let Some(value) = self.value(depth + 1) {
            match value {
                Value::Word(word) if word == b"]" => break,
                Value::Word(word) if word == b"endobj" || word == b"endstream" => break,
                value if self.left > 0 => values.push(value),
                _ => {}
            }
        }
        Value::Array(values)
    }

    fn dict(&mut self, depth: usize) -> Value {
        let mut values = Vec::new();
        while let Some(key) = self.value(depth + 1) {
            match key {
                Value::Name(key) => {
                    let Some(value) = self.value(depth + 1) else { break };
                    if matches!(&value, Value::Word(word) if word == b">>") {
                        break;
                    }
                    if self.left > 0 {
                        values.push((key, value));
                    }
                }
                Value::Word(word) if word == b">>" || word == b"endobj" || word == b"stream" => break,
                _ => {}
            }
        }
        Value::Dict(Dict(values))
    }
}

fn number(word: &[u8]) -> Option<f64> {
    let first = word.first()?;
    if word.len() > 40 || !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return None;
    }
    let digits = word.iter().skip(1).all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let text = std::str::from_utf8(word).ok().filter(|_| digits)?;
    // Writers exist that give two signs, or a sign inside: what is before it counts.
    let text = text.trim_start_matches('+').replace("--", "-");
    let end = text.char_indices().skip(1).find(|(_, c)| *c == '-').map_or(text.len(), |(at, _)| at);
    let text = text.get(..end).unwrap_or_default();
    if text == "-" || text == "." || text == "-." { Some(0.0) } else { text.parse().ok() }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub(super) fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> String {
        let mut lexer = Lexer::at(text.as_bytes(), 0);
        let mut values = Vec::new();
        while let Some(value) = lexer.next() {
            values.push(format!("{value:?}"));
        }
        values.join(" ")
    }

    #[test]
    fn objects_are_read() {
        assert_eq!(
            all("<< /A#20B 12 0 R /C [1 -.5 (a\\(b\\)\\101)] >> % no\n<4 1> BT"),
            "Dict(Dict([(\"A B\", Ref(12)), (\"C\", Array([Number(1.0), Number(-0.5), Text([97, 40, 98, 41, 65])]))])) \
             Text([65]) Word([66, 84])"
        );
        assert_eq!(all("1 0 obj"), "Number(1.0) Number(0.0) Word([111, 98, 106])");
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = |levels: usize| all(&"[".repeat(levels));
        assert!(!deep(DEPTH_MAX).contains("Null"));
        assert!(deep(DEPTH_MAX + 1).contains("Null"));
        let Some(Value::Array(values)) =
            Lexer::at(format!("[{}]", "1 ".repeat(VALUES_MAX + 9)).as_bytes(), 0).next()
        else {
            panic!("an array")
        };
        assert!(values.len() < VALUES_MAX);
    }
}
