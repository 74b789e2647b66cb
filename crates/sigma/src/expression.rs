//! Regular expressions of rules: read as PCRE, run in linear time.
//!
//! Modifiers appendix 2.1, "Regular Expression": the flavour is PCRE, case counts by default, the search is
//! not anchored. The engine is the `regex` crate; what differs in spelling is translated here (`[` inside a
//! class, `{` that repeats nothing, `\d` as ASCII as in PCRE's default), and what linear time cannot do
//! (look-around, back-references, atomic groups, possessive repetition) is refused by name.

use std::hash::{Hash, Hasher};

use regex::{Regex, RegexBuilder};

use crate::required::Required;

/// Compiled size of one expression. Time to compile goes with it.
const SIZE_BYTES_MAX: usize = 1 << 20;
/// Nesting of groups in one expression.
pub(crate) const NEST_MAX: u32 = 50;

/// An expression of a rule, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pub(crate) source: String,
    pub(crate) flags: Flags,
    pub(crate) regex: Regex,
    /// What every match has: most values are refused by this alone.
    pub(crate) required: Required,
}

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

/// The sub-modifiers `i`, `m` and `s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Flags {
    pub(crate) insensitive: bool,
    pub(crate) multi_line: bool,
    pub(crate) dot_all: bool,
}

/// Why an expression is refused: machine name and sentence.
pub(crate) type Refusal = (&'static str, String);

impl Expression {
    pub(crate) fn compile(source: &str, flags: Flags) -> Result<Self, Refusal> {
        let mut translator = Translator::new(source);
        translator.run()?;
        let regex = RegexBuilder::new(&translator.out)
            .case_insensitive(flags.insensitive)
            .multi_line(flags.multi_line)
            .dot_matches_new_line(flags.dot_all)
            .size_limit(SIZE_BYTES_MAX)
            .dfa_size_limit(SIZE_BYTES_MAX)
            .nest_limit(NEST_MAX)
            .build()
            .map_err(|error| ("invalid-expression", one_line(&error)))?;
        let required = Required::of(&translator.out, flags);
        Ok(Self { source: source.to_owned(), flags, regex, required })
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        text.len() >= self.required.bytes_min && self.regex.is_match(text)
    }
}

fn one_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    format!("the expression does not compile: {}", last.trim_start_matches("error: "))
}

/// Rewrites PCRE into the crate's syntax.
struct Translator<'s> {
    rest: std::iter::Peekable<std::str::Chars<'s>>,
    out: String,
    /// The last thing written can be repeated; then the last repetition, for `++`.
    repeated: bool,
}

impl<'s> Translator<'s> {
    fn new(source: &'s str) -> Self {
        Self { rest: source.chars().peekable(), out: String::new(), repeated: false }
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn write_literal(&mut self, character: char) {
        self.out.push_str(&regex::escape(character.encode_utf8(&mut [0; 4])));
    }

    fn run(&mut self) -> Result<(), Refusal> {
        while let Some(character) = self.rest.next() {
            let was_repeated = std::mem::take(&mut self.repeated);
            match character {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' | '|' => self.write(character.encode_utf8(&mut [0; 4])),
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
        let inside: String = self.rest.clone().take_while(|c| *c != '}').take(16).collect();
        let (least, most) = inside.split_once(',').unwrap_or((&inside, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let closed = self.rest.clone().nth(inside.chars().count()) == Some('}');
        if closed && !least.is_empty() && is_number(least) && is_number(most) {
            self.write(&format!("{{{inside}}}"));
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
        if ahead.starts_with('?') {
            // `(?i)` closes at once; `(?` is written whole so that `?` is not taken for a repetition.
            self.rest.next();
            self.out.push_str("(?");
            while let Some(character) = self.rest.next_if(|c| !matches!(c, ')' | '(')) {
                self.out.push(character);
                if matches!(character, ':' | '>') {
                    break;
                }
            }
        } else {
            self.out.push('(');
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Refusal> {
        let Some(character) = self.rest.next() else {
            return Err(("invalid-expression", "the expression ends with a backslash".to_owned()));
        };
        match character {
            '1'..='9' | 'k' | 'g' => {
                return Err(("expression-back-reference", refused("a back-reference")));
            }
            'b' => self.write("(?-u:\\b)"),
            'Z' => self.write("\\n?\\z"),
            'e' => self.write("\\x1b"),
            'R' => self.write("(?:\\r\\n|[\\n\\r])"),
            'd' | 'w' | 's' | 'h' => self.write(&format!("[{}]", perl_class(character))),
            'D' | 'W' | 'S' | 'H' => self.write(&format!("[^{}]", perl_class(character))),
            _ if character.is_ascii_alphanumeric() => {
                self.write("\\");
                self.out.push(character);
                // `\x41`, `\x{41}`, `\p{L}`: what follows belongs to the escape.
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

    fn class(&mut self) -> Result<(), Refusal> {
        self.write("[");
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        while let Some(character) = self.rest.next() {
            match character {
                ']' if !first => {
                    self.out.push(']');
                    return Ok(());
                }
                '[' if self.rest.peek() == Some(&':') => self.named_class(),
                '\\' => self.class_escape()?,
                '-' if first || self.rest.peek() == Some(&']') => self.out.push_str("\\-"),
                '-' => self.out.push('-'),
                _ => self.out.push_str(&regex::escape(character.encode_utf8(&mut [0; 4]))),
            }
            first = false;
        }
        Err(("invalid-expression", "a character class is not closed".to_owned()))
    }

    /// `[:alpha:]`; a bracket that opens no such name is text.
    fn named_class(&mut self) {
        let name: String = self.rest.clone().skip(1).take_while(char::is_ascii_alphabetic).take(8).collect();
        let end: String = self.rest.clone().skip(1 + name.len()).take(2).collect();
        if end == ":]" {
            self.out.push_str(&format!("[:{name}:]"));
            self.rest.nth(name.len() + 2);
        } else {
            self.out.push_str("\\[");
        }
    }

    fn class_escape(&mut self) -> Result<(), Refusal> {
        let Some(character) = self.rest.next() else {
            return Err(("invalid-expression", "a character class is not closed".to_owned()));
        };
        match character {
            'b' => self.out.push_str("\\x08"),
            'e' => self.out.push_str("\\x1b"),
            'd' | 'w' | 's' | 'h' => self.out.push_str(perl_class(character)),
            'D' | 'W' | 'S' | 'H' => self.out.push_str(&format!("[^{}]", perl_class(character))),
            _ if character.is_ascii_alphanumeric() => {
                self.out.push('\\');
                self.out.push(character);
                if matches!(character, 'x' | 'u' | 'U' | 'p' | 'P') {
                    self.escape_argument();
                }
            }
            _ => self.out.push_str(&regex::escape(character.encode_utf8(&mut [0; 4]))),
        }
        Ok(())
    }
}

/// PCRE's classes without its Unicode option.
fn perl_class(letter: char) -> &'static str {
    match letter.to_ascii_lowercase() {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => "\\t\\n\\x0b\\x0c\\r ",
        _ => "\\t ",
    }
}

fn refused(what: &str) -> String {
    format!("{what} needs back-tracking, which is not done here: its time has no bound")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(source: &str) -> Expression {
        Expression::compile(source, Flags::default()).unwrap()
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
    fn what_linear_time_cannot_do_is_refused_by_name() {
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
            assert_eq!(Expression::compile(source, Flags::default()).unwrap_err().0, rule, "{source}");
        }
        let nested = format!("{}a{}", "(".repeat(60_000), ")".repeat(60_000));
        assert!(Expression::compile(&nested, Flags::default()).is_err());
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
