//! The parser of filters: by hand, one pass, with the place of a fault.
//!
//! ```text
//! any     = both *("or" both)
//! both    = one *(["and"] one)                 ; a blank joins, as in `triage --where`
//! one     = "not" one / "(" any ")" / "all" / "has" field / field test
//! test    = ("=" / ":" / "!=" / "<" / "<=" / ">" / ">=" / "~") value / ["not"] "in" "(" value *("," value) ")"
//! value   = a word without blanks, brackets, commas and quotes / text in double quotes, with \" and \\ inside
//! ```
//!
//! Invariants: text of any content and length gives a filter or a [`FilterError`], within [`LENGTH_MAX`] bytes,
//! [`DEPTH_MAX`] levels and [`CONDITIONS_MAX`] values; columns count characters from 1.

use super::fields::{FIELDS, Field, Value};
use std::cmp::Ordering;
use std::fmt;

/// A filter is no longer than this, in bytes.
pub const LENGTH_MAX: usize = 2_000;
/// Brackets and `not` are no deeper.
pub const DEPTH_MAX: usize = 16;
/// It asks for no more values.
pub const CONDITIONS_MAX: usize = 200;
/// How many letters may be wrong in a word for which another is offered.
const LETTERS_WRONG_MAX: usize = 2;
/// How much of a wrong word a message shows.
const SHOWN_CHARS_MAX: usize = 40;

/// What a filter asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    All,
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
    Has(Field),
    In(Field, Vec<Value>),
    Contains(Field, String),
    Compare(Field, Order, Value),
}

/// How a word is compared with that of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Order {
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::More => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

/// Why a text is no filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// Which character, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
    /// What was expected there.
    pub expected: String,
    /// The known word that is nearest to what is written.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}; expected {}", self.column, self.what, self.expected)?;
        self.nearest.map_or(Ok(()), |word| write!(f, "; did you mean `{word}`?"))
    }
}

impl std::error::Error for FilterError {}

/// Reads a filter.
pub(super) fn parse(text: &str) -> Result<Test, FilterError> {
    let mut reader = Reader { text, at: 0, conditions: 0 };
    if text.len() > LENGTH_MAX {
        let what = format!("it is {} bytes long", text.len());
        return Err(reader.fault(0, what, format!("at most {LENGTH_MAX}")));
    }
    let test = reader.any(0)?;
    reader.blanks();
    match reader.rest().chars().next() {
        None => Ok(test),
        Some(c) => {
            Err(reader.fault(reader.at, format!("`{c}` is not understood"), "and, or, or the end".to_owned()))
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    conditions: usize,
}

impl<'t> Reader<'t> {
    fn fault(&self, at: usize, what: String, expected: String) -> FilterError {
        let column = self.text.get(..at).map_or(0, |before| before.chars().count()) + 1;
        FilterError { column, what, expected, nearest: None }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes a sign if it is next.
    fn sign(&mut self, sign: &str) -> bool {
        self.blanks();
        let is_next = self.rest().starts_with(sign);
        if is_next {
            self.at += sign.len();
        }
        is_next
    }

    /// The next name, and where it begins; it is not taken.
    fn peek(&mut self) -> (usize, &'t str) {
        self.blanks();
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
        (self.at, rest.get(..end).unwrap_or_default())
    }

    /// Takes a word of the language if it is next.
    fn keyword(&mut self, keyword: &str) -> bool {
        let (_, word) = self.peek();
        let is_next = word.eq_ignore_ascii_case(keyword);
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    fn any(&mut self, depth: usize) -> Result<Test, FilterError> {
        let mut parts = vec![self.both(depth)?];
        while self.keyword("or") {
            parts.push(self.both(depth)?);
        }
        Ok(single(parts, Test::Or))
    }

    fn both(&mut self, depth: usize) -> Result<Test, FilterError> {
        let mut parts = vec![self.one(depth)?];
        loop {
            let joined = self.keyword("and");
            self.blanks();
            let (_, word) = self.peek();
            let ends = word.eq_ignore_ascii_case("or") || word.is_empty() && !self.rest().starts_with('(');
            if ends && !joined {
                return Ok(single(parts, Test::And));
            }
            parts.push(self.one(depth)?);
        }
    }

    fn one(&mut self, depth: usize) -> Result<Test, FilterError> {
        let (start, word) = self.peek();
        if depth > DEPTH_MAX {
            let expected = format!("at most {DEPTH_MAX} brackets and `not` inside each other");
            return Err(self.fault(start, "it is too deep".to_owned(), expected));
        }
        if self.keyword("not") {
            return Ok(Test::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.sign("(") {
            let inner = self.any(depth + 1)?;
            if !self.sign(")") {
                let what = "the bracket is not closed".to_owned();
                return Err(self.fault(self.at, what, "and, or, or `)`".to_owned()));
            }
            return Ok(inner);
        }
        self.count(start)?;
        if self.keyword("all") {
            return Ok(Test::All);
        }
        if self.keyword("has") {
            return self.field().map(Test::Has);
        }
        if word.is_empty() {
            let what = self.rest().chars().next().map_or_else(
                || if self.text.trim().is_empty() { "it is empty" } else { "it ends here" }.to_owned(),
                |c| format!("`{c}` begins no condition"),
            );
            return Err(self.fault(
                start,
                what,
                "a condition, as in `severity >= high`, or `all`".to_owned(),
            ));
        }
        let field = self.field()?;
        self.test(field)
    }

    fn count(&mut self, start: usize) -> Result<(), FilterError> {
        self.conditions += 1;
        if self.conditions > CONDITIONS_MAX {
            let what = "it asks for too many values".to_owned();
            return Err(self.fault(start, what, format!("at most {CONDITIONS_MAX}")));
        }
        Ok(())
    }

    fn field(&mut self) -> Result<Field, FilterError> {
        let (start, word) = self.peek();
        let Some((_, field)) = FIELDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) else {
            let names: Vec<&'static str> = FIELDS.iter().map(|(name, _)| *name).collect();
            let what = format!("`{}` is no field", shown(word));
            let fault = self.fault(start, what, format!("one of {}", names.join(", ")));
            return Err(FilterError { nearest: nearest(word, names.iter().copied().chain(WORDS)), ..fault });
        };
        self.at += word.len();
        Ok(*field)
    }

    fn test(&mut self, field: Field) -> Result<Test, FilterError> {
        let start = {
            self.blanks();
            self.at
        };
        let not = self.keyword("not");
        if self.keyword("in") {
            let test = Test::In(field, self.list(field)?);
            return Ok(if not { Test::Not(Box::new(test)) } else { test });
        }
        if not {
            return Err(self.fault(self.at, "`not` is followed by no `in`".to_owned(), "`in`".to_owned()));
        }
        for (sign, order) in
            [("<=", Order::AtMost), (">=", Order::AtLeast), ("<", Order::Less), (">", Order::More)]
        {
            if self.sign(sign) {
                if !field.is_ordered() {
                    let what = format!("the words of {} have no order", field.name());
                    return Err(self.fault(start, what, "=, != or in".to_owned()));
                }
                return Ok(Test::Compare(field, order, self.value(field)?));
            }
        }
        if self.sign("!=") {
            return Ok(Test::Not(Box::new(Test::In(field, vec![self.value(field)?]))));
        }
        if self.sign("=") || self.sign(":") {
            return Ok(Test::In(field, vec![self.value(field)?]));
        }
        if self.sign("~") {
            if !field.words().is_empty() {
                let what = format!("{} holds one word of a list, not a text", field.name());
                return Err(self.fault(start, what, "=, != or in".to_owned()));
            }
            return Ok(Test::Contains(field, self.text()?.1.to_lowercase()));
        }
        let expected = match (field.is_ordered(), field.words().is_empty()) {
            (true, _) => "=, !=, <, <=, >, >= or in",
            (false, true) => "=, !=, ~ or in",
            (false, false) => "=, != or in",
        };
        Err(self.fault(start, format!("{} is compared with nothing", field.name()), expected.to_owned()))
    }

    fn list(&mut self, field: Field) -> Result<Vec<Value>, FilterError> {
        if !self.sign("(") {
            let what = "`in` is followed by no list".to_owned();
            return Err(self.fault(self.at, what, "`(`".to_owned()));
        }
        let mut values = vec![self.value(field)?];
        while self.sign(",") {
            self.count(self.at)?;
            values.push(self.value(field)?);
        }
        if !self.sign(")") {
            return Err(self.fault(self.at, "the list is not closed".to_owned(), "`,` or `)`".to_owned()));
        }
        Ok(values)
    }

    fn value(&mut self, field: Field) -> Result<Value, FilterError> {
        let (start, text) = self.text()?;
        if let Some(value) = field.value(&text) {
            return Ok(value);
        }
        let (what, expected) = if field.words().is_empty() {
            (format!("`{}` is no {}", shown(&text), field.name()), "CVE-2021-44228, say".to_owned())
        } else {
            let what = format!("`{}` is no word of {}", shown(&text), field.name());
            (what, format!("one of {}", field.words().join(", ")))
        };
        let nearest = nearest(&text, field.words().iter().copied());
        Err(FilterError { nearest, ..self.fault(start, what, expected) })
    }

    /// A word or a quoted text, and where it begins.
    fn text(&mut self) -> Result<(usize, String), FilterError> {
        self.blanks();
        let start = self.at;
        if self.sign("\"") {
            return self.quoted(start).map(|text| (start, text));
        }
        let rest = self.rest();
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '"');
        let word = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        if word.is_empty() {
            return Err(self.fault(
                start,
                "the value is missing".to_owned(),
                "a word, or a text in quotes".to_owned(),
            ));
        }
        self.at += word.len();
        Ok((start, word.to_owned()))
    }

    fn quoted(&mut self, start: usize) -> Result<String, FilterError> {
        let (mut text, mut escaped) = (String::new(), false);
        for (n, c) in self.rest().char_indices() {
            match c {
                _ if escaped => {
                    text.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    self.at += n + 1;
                    return Ok(text);
                }
                _ => text.push(c),
            }
        }
        Err(self.fault(start, "the quote is not closed".to_owned(), "`\"`".to_owned()))
    }
}

/// Words of the language, offered beside the names of fields.
const WORDS: [&str; 6] = ["and", "or", "not", "all", "has", "in"];

fn single(mut parts: Vec<Test>, several: fn(Vec<Test>) -> Test) -> Test {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            several(parts)
        }
        None => Test::All,
    }
}

fn shown(word: &str) -> String {
    let mut shown: String = word.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < word.len() {
        shown.push('…');
    }
    shown
}

/// The known word with the fewest wrong letters.
fn nearest(word: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    if word.len() > SHOWN_CHARS_MAX {
        return None;
    }
    let word = word.to_lowercase();
    known
        .map(|known| (distance(&word, known), known))
        .filter(|(wrong, known)| *wrong <= LETTERS_WRONG_MAX && *wrong < known.chars().count().max(2) - 1)
        .min_by_key(|(wrong, _)| *wrong)
        .map(|(_, known)| known)
}

/// How many letters are to be changed, put in or taken out (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (n, c) in left.chars().enumerate() {
        let mut diagonal = n;
        let mut before = n + 1;
        let mut next = vec![before];
        for (above, r) in row.iter().skip(1).zip(&right) {
            let changed = diagonal + usize::from(c != *r);
            diagonal = *above;
            before = changed.min(above + 1).min(before + 1);
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        parse(text).map_or_else(|fault| fault.to_string(), |test| format!("a filter: {test:?}"))
    }

    #[test]
    fn a_fault_has_its_place_what_was_expected_and_the_nearest_word() {
        for (text, message) in [
            ("", "column 1: it is empty; expected a condition, as in `severity >= high`, or `all`"),
            ("   ", "column 4: it is empty; expected a condition, as in `severity >= high`, or `all`"),
            (
                "kind = exposure and",
                "column 20: it ends here; expected a condition, as in `severity >= high`, or `all`",
            ),
            (
                "kind = exposre",
                "column 8: `exposre` is no word of kind; expected one of chain, sighting, compromise, exposure, gap, service, story; did you mean `exposure`?",
            ),
            (
                "zone = dmz or hots = a",
                "column 15: `hots` is no field; expected one of kind, happened, severity, strength, certainty, decision, tlp, work, claimed, misused, released, bulk, holder, zone, tag, actor, cve, rule, party, collection, owner, host, account, story, remedy, advisory, title; did you mean `host`?",
            ),
            ("kind > gap", "column 6: the words of kind have no order; expected =, != or in"),
            (
                "severity ~ hi",
                "column 10: severity holds one word of a list, not a text; expected =, != or in",
            ),
            ("severity", "column 9: severity is compared with nothing; expected =, !=, <, <=, >, >= or in"),
            ("host app-1", "column 6: host is compared with nothing; expected =, !=, ~ or in"),
            ("host not app-1", "column 10: `not` is followed by no `in`; expected `in`"),
            ("host in app-1", "column 9: `in` is followed by no list; expected `(`"),
            ("host in (a b)", "column 12: the list is not closed; expected `,` or `)`"),
            ("host =", "column 7: the value is missing; expected a word, or a text in quotes"),
            ("party = \"Tide", "column 9: the quote is not closed; expected `\"`"),
            ("(zone = dmz", "column 12: the bracket is not closed; expected and, or, or `)`"),
            ("zone = dmz)", "column 11: `)` is not understood; expected and, or, or the end"),
            ("cve = 2021-44228", "column 7: `2021-44228` is no cve; expected CVE-2021-44228, say"),
            ("zone = ü = b", "column 10: `=` is not understood; expected and, or, or the end"),
            (
                "decision = nw",
                "column 12: `nw` is no word of decision; expected one of track, track*, attend, act",
            ),
        ] {
            assert_eq!(fault(text), message, "{text}");
        }
    }

    #[test]
    fn limits_hold_one_past_them() {
        let levels = |depth: usize| format!("{}all{}", "(".repeat(depth), ")".repeat(depth));
        assert!(parse(&levels(DEPTH_MAX)).is_ok());
        assert_eq!(
            fault(&levels(DEPTH_MAX + 1)),
            "column 18: it is too deep; expected at most 16 brackets and `not` inside each other"
        );
        assert!(parse(&format!("{}all", "not ".repeat(DEPTH_MAX))).is_ok());
        assert!(parse(&format!("{}all", "not ".repeat(DEPTH_MAX + 1))).is_err());
        let values = |count: usize| format!("host in ({})", vec!["a"; count].join(","));
        assert!(parse(&values(CONDITIONS_MAX)).is_ok());
        assert_eq!(
            fault(&values(CONDITIONS_MAX + 1)),
            "column 410: it asks for too many values; expected at most 200"
        );
        let long = |length: usize| format!("host = {}", "a".repeat(length - 7));
        assert!(parse(&long(LENGTH_MAX)).is_ok());
        assert_eq!(fault(&long(LENGTH_MAX + 1)), "column 1: it is 2001 bytes long; expected at most 2000");
    }

    #[test]
    fn any_text_is_survived() {
        let joints: [&[u8]; 8] = [b"(", b")", b" not ", b"\"", b" in (", b",", b" >= ", "ü".as_bytes()];
        let mut dice = dice::Dice::new(11);
        let start = "kind in (gap, story) and not (severity >= high or party = \"A \\\" B\") zone:dmz";
        assert!(parse(start).is_ok());
        let mut faults = 0;
        for _ in 0..20_000 {
            let text = String::from_utf8_lossy(&dice.mutated(start.as_bytes(), &joints)).into_owned();
            if let Err(fault) = parse(&text) {
                faults += 1;
                assert!(fault.column >= 1 && fault.column <= text.chars().count() + 1, "{text:?}: {fault}");
            }
        }
        assert!(faults > 1_000 && faults < 20_000, "{faults} of 20000 are no filters");
    }
}
