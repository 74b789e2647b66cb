//! Regular expressions of rules: they are read as PCRE and run in linear time.
//!
//! Modifiers appendix 2.1, "Regular Expression": the flavour is PCRE, case counts by default, the search is not
//! anchored. The engine is the `regex` crate. Differences of syntax are translated here (`[` inside a class, `{` that
//! repeats nothing, `\d` as ASCII as in PCRE's default). Constructs that need more than linear time (look-around,
//! back-references, atomic groups, possessive repetition) are refused by name.

use std::hash::{Hash, Hasher};

use regex::{Regex, RegexBuilder, bytes};

use crate::values::flags::{Flags, NEST_MAX};
use crate::values::required::Required;

/// Limits on the compiled size that are tried one after the other; the last is the largest size that an expression
/// may have. The time to compile grows with the limit.
const SIZES_BYTES: [usize; 3] = [16 << 10, 128 << 10, 1 << 20];
/// Memory for the automaton that is built while values are searched.
const DFA_BYTES_MIN: usize = 1 << 20;

/// An expression of a rule, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pub(crate) source: String,
    pub(crate) flags: Flags,
    engine: Engine,
    /// How many bytes it compiles to at most.
    pub(crate) size_bytes: usize,
    /// What every match requires: this alone excludes most values.
    pub(crate) required: Required,
}

/// The automata of an expression.
#[derive(Clone, Debug)]
enum Engine {
    Text(Regex),
    /// Needed if a match may begin inside a character (`\B` for ASCII). Building its automata costs twice as much.
    Bytes(bytes::Regex),
}

/// The opposite of [`WORD_END`]: it is true between two bytes that are not ASCII letters, so also inside other
/// characters.
const NO_WORD_END: &str = "(?-u:\\B)";
/// The start or end of a word of ASCII letters, digits and underscores.
const WORD_END: &str = "(?-u:\\b)";

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.flags == other.flags
    }
}

impl Eq for Expression {}

impl Hash for Expression {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.source.hash(state);
        self.flags.hash(state);
    }
}

/// Why a value is refused: a name for machines and a sentence for people.
pub(crate) type Refusal = (&'static str, String);

impl Expression {
    /// Compiles an expression. `anchors` says whether a match must be at the start or at the end of a value.
    pub(crate) fn compile(written: &str, flags: Flags, anchors: (bool, bool)) -> Result<Self, Refusal> {
        let mut translator = Translator::new(written);
        translator.run()?;
        let anchored = |text: &str| match anchors {
            (true, false) => format!("^(?:{text})"),
            (false, true) => format!("(?:{text})$"),
            _ => text.to_owned(),
        };
        let (source, translated) = (anchored(written), anchored(&translator.out));
        let (engine, size_bytes) = built(&translated, flags)?;
        let required = Required::of(&translated, flags);
        Ok(Self { source, flags, engine, size_bytes, required })
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        text.len() >= self.required.bytes_min
            && match &self.engine {
                Engine::Text(regex) => regex.is_match(text),
                Engine::Bytes(regex) => regex.is_match(text.as_bytes()),
            }
    }
}

/// Compiles with the smallest size limit that is enough.
fn built(translated: &str, flags: Flags) -> Result<(Engine, usize), Refusal> {
    let mut refusal = None;
    for size in SIZES_BYTES {
        // Both builders have the same settings but no common trait.
        macro_rules! build {
            ($builder:ty) => {
                <$builder>::new(translated)
                    .case_insensitive(flags.insensitive)
                    .multi_line(flags.multi_line)
                    .dot_matches_new_line(flags.dot_all)
                    .size_limit(size)
                    .dfa_size_limit(size.max(DFA_BYTES_MIN))
                    .nest_limit(NEST_MAX)
                    .build()
            };
        }
        let built = if translated.contains(NO_WORD_END) {
            build!(bytes::RegexBuilder).map(Engine::Bytes)
        } else {
            build!(RegexBuilder).map(Engine::Text)
        };
        match built {
            Ok(engine) => return Ok((engine, size)),
            Err(error) => {
                let too_large = matches!(error, regex::Error::CompiledTooBig(_));
                refusal = Some(("invalid-expression", one_line(&error)));
                if !too_large {
                    break;
                }
            }
        }
    }
    Err(refusal.unwrap_or(("invalid-expression", "the expression does not compile".to_owned())))
}

fn one_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    format!("the expression does not compile: {}", last.trim_start_matches("error: "))
}

/// Translates PCRE into the syntax of the `regex` crate.
struct Translator<'s> {
    rest: std::iter::Peekable<std::str::Chars<'s>>,
    out: String,
    /// Whether the last thing written was a repetition, to detect `++`.
    repeated: bool,
    /// For each open group, the outermost first, whether blanks and comments in it are skipped (`x`). The flag is
    /// handled here because in the crate, unlike in PCRE, it also applies inside classes.
    extended: Vec<bool>,
}

impl<'s> Translator<'s> {
    fn new(source: &'s str) -> Self {
        Self { rest: source.chars().peekable(), out: String::new(), repeated: false, extended: vec![false] }
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn write_literal(&mut self, character: char) {
        self.out.push_str(&regex::escape(character.encode_utf8(&mut [0; 4])));
    }

    fn is_extended(&self) -> bool {
        self.extended.last().copied().unwrap_or(false)
    }

    /// Handles `)`, which closes a group; it is an error if none is open.
    fn close(&mut self) -> Result<(), Refusal> {
        self.extended.pop();
        if self.extended.is_empty() {
            return Err(("invalid-expression", "a `)` closes no group".to_owned()));
        }
        self.out.push(')');
        Ok(())
    }

    fn run(&mut self) -> Result<(), Refusal> {
        while let Some(character) = self.rest.next() {
            let was_repeated = std::mem::take(&mut self.repeated);
            match character {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' => self.close()?,
                '|' => self.out.push('|'),
                '#' if self.is_extended() => {
                    // A comment up to the end of the line.
                    self.rest.by_ref().find(|c| *c == '\n');
                    self.repeated = was_repeated;
                }
                _ if self.is_extended() && character.is_ascii_whitespace() => self.repeated = was_repeated,
                '+' if was_repeated => {
                    return Err(("expression-possessive", refused("possessive repetition")));
                }
                '*' | '?' => {
                    self.write(character.encode_utf8(&mut [0; 4]));
                    self.repeated = !was_repeated;
                }
                '+' => {
                    self.write("+");
                    self.repeated = true;
                }
                '{' => self.repetition(),
                '.' | '^' | '$' => self.write(character.encode_utf8(&mut [0; 4])),
                _ => self.write_literal(character),
            }
        }
        Ok(())
    }

    /// `{2}`, `{2,}`, `{2,3}` repeat; any other brace is text.
    fn repetition(&mut self) {
        let inside: String = self.rest.clone().take_while(|c| *c != '}').take(64).collect();
        let (least, most) = inside.split_once(',').unwrap_or((&inside, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let closed = self.rest.clone().nth(inside.chars().count()) == Some('}');
        if closed && !least.is_empty() && is_number(least) && is_number(most) {
            let short = |text: &str| match text.trim_start_matches('0') {
                "" if !text.is_empty() => "0".to_owned(),
                rest => rest.to_owned(),
            };
            let comma = if inside.contains(',') { "," } else { "" };
            self.write(&format!("{{{}{comma}{}}}", short(least), short(most)));
            self.rest.nth(inside.chars().count());
            self.repeated = true;
        } else {
            self.write_literal('{');
        }
    }

    fn group(&mut self) -> Result<(), Refusal> {
        let ahead: String = self.rest.clone().take(4).collect();
        let refusal = match ahead.as_str() {
            text if text.starts_with("?=") || text.starts_with("?!") => {
                Some(("expression-look-around", "look-ahead"))
            }
            text if text.starts_with("?<=") || text.starts_with("?<!") => {
                Some(("expression-look-around", "look-behind"))
            }
            text if text.starts_with("?>") => Some(("expression-atomic-group", "an atomic group")),
            text if text.starts_with("?P=") => Some(("expression-back-reference", "a back-reference")),
            text if text.starts_with("?R") || text.starts_with("?&") || text.starts_with("?P>") => {
                Some(("expression-recursion", "recursion"))
            }
            text if text.starts_with('*') || text.starts_with("?|") || text.starts_with("?(") => {
                Some(("expression-unsupported", "this kind of group"))
            }
            _ => None,
        };
        if let Some((rule, what)) = refusal {
            return Err((rule, refused(what)));
        }
        if ahead.starts_with("?#") {
            // A comment.
            self.rest.by_ref().find(|c| *c == ')');
        } else if ahead.starts_with('?') {
            self.rest.next();
            self.flags();
        } else {
            self.out.push('(');
            self.extended.push(self.is_extended());
        }
        Ok(())
    }

    /// Handles the text after `(?`: `i)` sets flags of the current group; `i:`, `P<name>` and `<name>` open a group.
    /// The text is written at once, so that `?` is not read as a repetition, and without the flag `x`.
    fn flags(&mut self) {
        let (mut written, mut extended, mut on) = (String::from("(?"), self.is_extended(), true);
        let is_name = matches!(self.rest.peek(), Some('P' | '<' | '\''));
        while let Some(character) = self.rest.next_if(|c| !matches!(c, ')' | '(')) {
            match character {
                'x' if !is_name => {
                    extended = on;
                    continue;
                }
                '-' => on = false,
                _ => {}
            }
            written.push(character);
            if matches!(character, ':' | '>') {
                self.extended.push(extended);
                self.out.push_str(&written.replace("-:", ":"));
                return;
            }
        }
        if self.rest.next_if_eq(&')').is_none() {
            // The group is not closed; the crate reports the error.
            self.out.push_str(&written);
            return;
        }
        if let Some(group) = self.extended.last_mut() {
            *group = extended;
        }
        let written = written.trim_end_matches('-');
        if written != "(?" {
            self.out.push_str(written);
            self.out.push(')');
        }
    }

    fn escape(&mut self) -> Result<(), Refusal> {
        let Some(character) = self.rest.next() else {
            return Err(("invalid-expression", "the expression ends with a backslash".to_owned()));
        };
        match character {
            '1'..='9' | 'k' | 'g' => {
                return Err(("expression-back-reference", refused("a back-reference")));
            }
            'b' => self.write(WORD_END),
            'B' => self.write(NO_WORD_END),
            'Z' => self.write("\\n?\\z"),
            'e' => self.write("\\x1b"),
            'R' => self.write("(?:\\r\\n|[\\n\\r])"),
            'd' | 'w' | 's' | 'h' | 'v' => self.write(&format!("[{}]", perl_class(character))),
            'D' | 'W' | 'S' | 'H' | 'V' => self.write(&format!("[^{}]", perl_class(character))),
            _ if character.is_ascii_alphanumeric() => {
                self.write("\\");
                self.out.push(character);
                // In `\x41`, `\x{41}` and `\p{L}`, the text after the letter belongs to the escape.
                if matches!(character, 'x' | 'u' | 'U' | 'p' | 'P') {
                    self.escape_argument();
                }
            }
            _ => self.write_literal(character),
        }
        Ok(())
    }

    fn escape_argument(&mut self) {
        if self.rest.peek() == Some(&'{') {
            for character in self.rest.by_ref() {
                self.out.push(character);
                if character == '}' {
                    break;
                }
            }
        } else {
            let digits = self.rest.clone().take(2).take_while(char::is_ascii_alphanumeric).count();
            for character in self.rest.by_ref().take(digits) {
                self.out.push(character);
            }
        }
    }

    /// Translates a class in brackets. A hyphen between two characters makes a range. Elsewhere it is plain text:
    /// beside a class like `\w`, after a range, and at either end.
    fn class(&mut self) -> Result<(), Refusal> {
        self.write("[");
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some(character) = self.rest.next() else {
                return Err(("invalid-expression", "a character class is not closed".to_owned()));
            };
            if character == ']' && !first {
                self.out.push(']');
                return Ok(());
            }
            first = false;
            let member = self.member(character)?;
            self.out.push_str(member.text());
            let mut ahead = self.rest.clone();
            let hyphen = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
            if !hyphen {
                continue;
            }
            self.rest.next();
            let ClassMember::Character(_) = member else {
                self.out.push_str("\\-");
                continue;
            };
            let Some(character) = self.rest.next() else { continue };
            match self.member(character)? {
                ClassMember::Character(end) => {
                    self.out.push('-');
                    self.out.push_str(&end);
                }
                ClassMember::Class(class) => {
                    self.out.push_str("\\-");
                    self.out.push_str(&class);
                }
            }
        }
    }

    /// Reads the member of a class that begins with this character.
    fn member(&mut self, character: char) -> Result<ClassMember, Refusal> {
        Ok(match character {
            '[' if self.rest.peek() == Some(&':') => match self.named_class() {
                Some(class) => ClassMember::Class(class),
                None => ClassMember::Character("\\[".to_owned()),
            },
            '\\' => self.class_escape()?,
            '-' => ClassMember::Character("\\-".to_owned()),
            _ => ClassMember::Character(regex::escape(character.encode_utf8(&mut [0; 4]))),
        })
    }

    /// Reads `[:alpha:]` or `[:^alpha:]`; a bracket that does not open a named class is plain text.
    fn named_class(&mut self) -> Option<String> {
        let mut ahead = self.rest.clone().skip(1).peekable();
        let not = if ahead.next_if_eq(&'^').is_some() { "^" } else { "" };
        let name: String = ahead.clone().take_while(char::is_ascii_alphabetic).take(8).collect();
        let end: String = ahead.skip(name.len()).take(2).collect();
        if end != ":]" {
            return None;
        }
        self.rest.nth(not.len() + name.len() + 2);
        Some(format!("[:{not}{name}:]"))
    }

    fn class_escape(&mut self) -> Result<ClassMember, Refusal> {
        let Some(character) = self.rest.next() else {
            return Err(("invalid-expression", "a character class is not closed".to_owned()));
        };
        Ok(match character {
            'b' => ClassMember::Character("\\x08".to_owned()),
            'e' => ClassMember::Character("\\x1b".to_owned()),
            'd' | 'w' | 's' | 'h' | 'v' => ClassMember::Class(perl_class(character).to_owned()),
            'D' | 'W' | 'S' | 'H' | 'V' => ClassMember::Class(format!("[^{}]", perl_class(character))),
            _ if character.is_ascii_alphanumeric() => {
                // The text after `\x` and `\p` belongs to them; it is translated like the rest of the expression.
                let start = self.out.len();
                self.out.push('\\');
                self.out.push(character);
                if matches!(character, 'x' | 'u' | 'U' | 'p' | 'P') {
                    self.escape_argument();
                }
                let escape = self.out.split_off(start);
                if matches!(character, 'p' | 'P') {
                    ClassMember::Class(escape)
                } else {
                    ClassMember::Character(escape)
                }
            }
            _ => ClassMember::Character(regex::escape(character.encode_utf8(&mut [0; 4]))),
        })
    }
}

/// One member of a class, in the syntax of the `regex` crate.
enum ClassMember {
    /// A character, which may begin a range.
    Character(String),
    /// A class, which cannot begin a range.
    Class(String),
}

impl ClassMember {
    fn text(&self) -> &str {
        match self {
            Self::Character(text) | Self::Class(text) => text,
        }
    }
}

/// The classes of PCRE without its Unicode option.
fn perl_class(letter: char) -> &'static str {
    match letter.to_ascii_lowercase() {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => "\\t\\n\\x0b\\x0c\\r ",
        'v' => "\\n\\x0b\\x0c\\r\\x{85}\\x{2028}\\x{2029}",
        _ => "\\t ",
    }
}

fn refused(what: &str) -> String {
    format!("{what} needs back-tracking, which is not supported because its time has no bound")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(source: &str) -> Expression {
        Expression::compile(source, Flags::default(), (false, false)).unwrap()
    }

    #[test]
    fn pcre_spelling_is_understood() {
        for (source, text, expected) in [
            (r"[[]x", "[x", true),
            (r"[^[]x", "[x", false),
            (r"[a&&b]", "&", true),
            (r"a{b}", "a{b}", true),
            (r"a{2}b", "aab", true),
            (r"\d", "٣", false),
            (r"^.$", "é", true),
            (r"a\/b", "a/b", true),
            (r"\<a\>", "<a>", true),
            (r"[]a]+$", "]a", true),
            (r"[\w-]+$", "a-b", true),
            (r"\bcmd\b", "x cmd y", true),
            (r"a\x2fb", "a/b", true),
            (r"[[:alpha:]]", "7", false),
            (r"a.b", "a\nb", false),
        ] {
            assert_eq!(compiled(source).matches(text), expected, "{source}");
        }
    }

    #[test]
    fn constructs_that_need_back_tracking_are_refused_by_name() {
        for (source, rule) in [
            ("a(?=b)", "expression-look-around"),
            ("(?<!a)b", "expression-look-around"),
            (r"(a)\1", "expression-back-reference"),
            ("(?P<x>a)(?P=x)", "expression-back-reference"),
            ("(?>a)", "expression-atomic-group"),
            ("a++b", "expression-possessive"),
            ("(", "invalid-expression"),
            ("((a{100}){100}){100}", "invalid-expression"),
        ] {
            assert_eq!(
                Expression::compile(source, Flags::default(), (false, false)).unwrap_err().0,
                rule,
                "{source}"
            );
        }
        let nested = format!("{}a{}", "(".repeat(60_000), ")".repeat(60_000));
        assert!(Expression::compile(&nested, Flags::default(), (false, false)).is_err());
    }

    #[test]
    fn the_required_texts_are_in_every_match() {
        let table: [(&str, &[&str]); 8] = [
            ("Net\\.WebClient", &["net.webclient"]),
            ("abc|def", &["abc", "def"]),
            ("abcd*ef", &["abc"]),
            ("(?i)FooBar+", &["fooba"]),
            ("(?x)foo bar", &["foobar"]),
            ("x(abc|def)yz_", &["yz_"]),
            ("[abc]+", &[]),
            ("abcd{0,3}", &["abc"]),
        ];
        for (source, texts) in table {
            assert_eq!(compiled(source).required.texts, texts, "{source}");
        }
    }
}
