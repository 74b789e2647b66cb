//! Text as it was before somebody broke its links: a clean copy that remembers every place.
//!
//! Reports defang what they name (`hxxps[:]//evil[.]example`), typesetters bend quotes and hyphens, web
//! pages hide zero-width letters inside. All of that is undone once, before anything is looked for, so that
//! the tokenizers know one spelling only. The copy maps each place back to the text as written and knows
//! where a defanged spelling was, for that says that the author calls the thing dangerous.
//!
//! Invariants: one pass, each place looked at a bounded number of times; text that needs nothing is copied
//! unchanged; a dot in prose (`evil dot example`, `fig. (a)`) stays what it is.

use crate::token::Bytes;
use std::borrow::Cow;
use std::cell::Cell;

/// How far back a rule may look in the word that it is in.
const LOOK_BACK_BYTES_MAX: usize = 64;

/// The clean copy of a text; the text itself where nothing had to be undone.
pub(crate) struct Clean<'t> {
    /// The text with every defanged or typographic spelling undone.
    pub text: Cow<'t, str>,
    /// Where the copy and the text part: (place in the copy, place in the text), both rising.
    breaks: Vec<(usize, usize)>,
    /// Places in the copy at which a defanged spelling was undone, rising.
    marks: Vec<usize>,
    /// How many breaks came before the place that was asked for last.
    asked: Cell<usize>,
}

/// What the clean copy has at one place instead of what is written there.
struct Repair<'a> {
    /// Bytes of the text that it replaces.
    length: usize,
    with: &'a str,
    /// Whether it is a defanged spelling.
    mark: bool,
    /// Bytes before it that it takes away as well (the blank of `evil [.] example`).
    back: usize,
}

impl<'t> Clean<'t> {
    /// Makes the clean copy.
    pub(crate) fn new(text: &'t str) -> Clean<'t> {
        let mut copy = String::new();
        let (mut breaks, mut marks) = (Vec::new(), Vec::new());
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut copied = 0;
        while let Some(found) = next_sign(bytes, at) {
            crate::steps::add(found + 1 - at);
            at = found;
            let before = || before(&copy, text.get(copied..at).unwrap_or_default());
            let Some(repair) = repair(text, at, before) else {
                at += 1;
                continue;
            };
            if breaks.is_empty() {
                copy.reserve(text.len());
            }
            let end = at.saturating_sub(repair.back).max(copied);
            copy.push_str(text.get(copied..end).unwrap_or_default());
            if repair.mark {
                marks.push(copy.len());
            }
            breaks.push((copy.len(), end));
            copy.push_str(repair.with);
            at += repair.length.max(1);
            breaks.push((copy.len(), at));
            copied = at;
        }
        crate::steps::add(bytes.len().saturating_sub(at));
        if breaks.is_empty() {
            return Clean { text: Cow::Borrowed(text), breaks, marks, asked: Cell::new(0) };
        }
        copy.push_str(text.get(copied..).unwrap_or_default());
        Clean { text: Cow::Owned(copy), breaks, marks, asked: Cell::new(0) }
    }

    /// How many breaks come before `at`, or at it where `with` says so; asked of ever later places, mostly.
    fn breaks_before(&self, at: usize, with: bool) -> usize {
        let is_before = |(clean, _): &(usize, usize)| *clean < at || with && *clean == at;
        let known = self.asked.get();
        let index = match known.checked_sub(1).and_then(|last| self.breaks.get(last)) {
            Some(last) if !is_before(last) => self.breaks.partition_point(is_before),
            _ => {
                let behind = self.breaks.get(known..).unwrap_or_default();
                let near = behind.iter().take(NEAR_BREAKS).take_while(|one| is_before(one)).count();
                if near < NEAR_BREAKS { known + near } else { self.breaks.partition_point(is_before) }
            }
        };
        self.asked.set(index);
        index
    }

    /// The place in the text of a place in the copy.
    pub(crate) fn place(&self, at: usize) -> usize {
        let index = self.breaks_before(at, true);
        match index.checked_sub(1).and_then(|last| self.breaks.get(last)) {
            Some((clean, written)) => {
                let next = self.breaks.get(index).map_or(usize::MAX, |next| next.1);
                (written + (at - clean)).min(next)
            }
            None => at,
        }
    }

    /// The place in the text of the end of a stretch of the copy.
    pub(crate) fn end_place(&self, at: usize) -> usize {
        // The first break at `at` closes what is before it.
        match self.breaks.get(self.breaks_before(at, false)) {
            Some((clean, written)) if *clean == at => *written,
            _ => self.place(at),
        }
    }

    /// Whether a defanged spelling was between two places of the copy.
    pub(crate) fn is_defanged(&self, start: usize, end: usize) -> bool {
        let index = self.marks.partition_point(|mark| *mark < start);
        self.marks.get(index).is_some_and(|mark| *mark < end)
    }
}

/// How many breaks are looked at one by one before they are searched by halves.
const NEAR_BREAKS: usize = 16;

/// One value without its defanged spellings.
pub(crate) fn value(text: &str) -> Cow<'_, str> {
    Clean::new(text).text
}

/// Bytes by which a repair is noticed: brackets, what parts a scheme from a host, and the first bytes of the
/// typographic letters that `character` knows.
static SIGNS: Bytes = Bytes::of(b"[]({)}<\\:/\xc2\xe2\xe3\xef");

/// The next place, not before `from`, at which a repair may begin.
fn next_sign(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = SIGNS.next(bytes, at)?;
        let begins = match bytes.get(found)? {
            b']' | b')' | b'}' => {
                found.checked_sub(1).filter(|dot| *dot >= from && bytes.get(*dot) == Some(&b'.'))
            }
            b':' | b'/' => scheme_start(bytes, from, found),
            b'\\' => scheme_start(bytes, from, found)
                .or_else(|| (bytes.get(found + 1) == Some(&b'.')).then_some(found)),
            b'[' | b'(' | b'{' => scheme_start(bytes, from, found).or(Some(found)),
            b'<' => angled(bytes.get(found..).unwrap_or_default()).map(|_| found),
            _ => Some(found),
        };
        if begins.is_some() {
            return begins;
        }
        at = found + 1;
    }
}

/// Where the scheme starts that ends at `end`: `h` or `f`, one to five letters or what is put in their place,
/// `p`, and perhaps an `s`.
#[inline]
pub(crate) fn scheme_start(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
    let before = bytes.get(from..end)?;
    if !matches!(before.last(), Some(b'p' | b'P' | b's' | b'S')) {
        return None;
    }
    let before = before.strip_suffix(b"s").or_else(|| before.strip_suffix(b"S")).unwrap_or(before);
    let before = before.strip_suffix(b"p").or_else(|| before.strip_suffix(b"P"))?;
    let middle = before.iter().rev().take(5).take_while(|byte| is_scheme_middle(**byte)).count();
    let start = before.len().checked_sub(middle + 1).filter(|_| middle > 0)?;
    matches!(before.get(start), Some(b'h' | b'H' | b'f' | b'F')).then_some(from + start)
}

fn is_scheme_middle(byte: u8) -> bool {
    matches!(byte, b't' | b'T' | b'x' | b'X' | b'*' | b'#' | b'^' | b'_' | b'z' | b'Z' | b'?')
}

/// The last bytes before the place: of the copy, then of what is not yet copied.
fn before<'a>(copy: &'a str, pending: &'a str) -> &'a [u8] {
    let source = if pending.is_empty() { copy.as_bytes() } else { pending.as_bytes() };
    source.get(source.len().saturating_sub(LOOK_BACK_BYTES_MAX)..).unwrap_or_default()
}

fn repair<'a, 'b>(text: &'a str, at: usize, before: impl Fn() -> &'b [u8]) -> Option<Repair<'a>> {
    let bytes = text.as_bytes();
    match bytes.get(at)? {
        b'[' | b'(' | b'{' => bracket(text, at, before()),
        b'<' => angle(bytes.get(at..)?, before()),
        b'.' => lone_bracket(bytes, at, before()),
        b'\\' => escaped_dot(bytes, at, before()),
        b'h' | b'H' | b'f' | b'F' => scheme(bytes, at),
        _ => character(text, at, before),
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte >= 0x80
}

/// `[.]`, `(dot)`, `{.}`, `[.com]`, `[:]`, `[://]`, `[/]`, `[@]`, `(at)`, with or without blanks.
fn bracket<'a>(text: &'a str, at: usize, before: &[u8]) -> Option<Repair<'a>> {
    if let Some(repair) = marked_dot(text.as_bytes().get(at..)?, before) {
        return Some(repair);
    }
    let inside = text.get(at + 1..)?;
    crate::steps::add(40);
    let limit = inside.bytes().take(40).position(|byte| matches!(byte, b']' | b')' | b'}' | b'\n'));
    let close = limit.filter(|close| inside.as_bytes().get(*close) != Some(&b'\n'));
    let glued = before.last().is_some_and(|byte| is_name_byte(*byte));
    let Some(close) = close.filter(|close| inside.is_char_boundary(*close)) else {
        return open_dot(inside, glued);
    };
    let content = inside.get(..close)?;
    let after = text.as_bytes().get(at + close + 2..).unwrap_or_default();
    let length = close + 2;
    let word = content.trim();
    let symbol = match word {
        "." | "\\." | "dot" | "DOT" | "Dot" | "d0t" | "D0T" => ".",
        "@" | "at" | "AT" | "At" => "@",
        ":" | "://" | ":/" | "/" | "//" | ":\\\\" => return mark_colon(word, length, before, after),
        _ => return tail(content, close, glued),
    };
    let follows = |byte: Option<&u8>| {
        byte.is_some_and(|byte| is_name_byte(*byte) || matches!(byte, b'[' | b'(' | b'{'))
    };
    if glued
        && symbol == "."
        && after.first() == Some(&b'.')
        && after.get(1).is_some_and(|byte| is_name_byte(*byte))
    {
        return Some(Repair { length: length + 1, with: symbol, mark: true, back: 0 });
    }
    if glued && follows(after.first()) {
        return Some(Repair { length, with: symbol, mark: true, back: 0 });
    }
    // `evil [.] example`: one blank on each side, and a word on both.
    let square = text.as_bytes().get(at) != Some(&b'(');
    let spaced = square
        && before.len() >= 2
        && before.last() == Some(&b' ')
        && before.iter().rev().nth(1).is_some_and(|byte| is_name_byte(*byte));
    if spaced && after.first() == Some(&b' ') && after.get(1).is_some_and(|byte| is_name_byte(*byte)) {
        return Some(Repair { length: length + 1, with: symbol, mark: true, back: 1 });
    }
    None
}

/// What `<.>`, `<dot>`, `<@>`, `<at>` mean, and how long they are; any other bracket of this kind is markup.
fn angled(rest: &[u8]) -> Option<(&'static str, usize)> {
    const FORMS: [(&[u8], &str); 5] =
        [(b"<.>", "."), (b"<dot>", "."), (b"<@>", "@"), (b"<at>", "@"), (b"<:>", ":")];
    let form = FORMS
        .iter()
        .find(|(form, _)| rest.get(..form.len()).is_some_and(|head| head.eq_ignore_ascii_case(form)));
    form.map(|(form, with)| (*with, form.len()))
}

fn angle<'a>(rest: &[u8], before: &[u8]) -> Option<Repair<'a>> {
    let (with, length) = angled(rest)?;
    let goes_on = |byte: u8| is_name_byte(byte) || with == ":" && byte == b'/';
    let within = rest.get(length).is_some_and(|byte| goes_on(*byte))
        && before.last().is_some_and(|byte| is_name_byte(*byte));
    within.then_some(Repair { length, with, mark: true, back: 0 })
}

/// `[.]` within a name: what nearly all brackets are that are repaired.
fn marked_dot<'a>(rest: &[u8], before: &[u8]) -> Option<Repair<'a>> {
    let [_, b'.', b']' | b')' | b'}', next, ..] = rest else { return None };
    let within = is_name_byte(*next) && before.last().is_some_and(|byte| is_name_byte(*byte));
    within.then_some(Repair { length: 3, with: ".", mark: true, back: 0 })
}

/// `[:]`, `[://]`, `[/]` where a scheme, a host or a path goes on.
fn mark_colon<'a>(word: &str, length: usize, before: &[u8], after: &[u8]) -> Option<Repair<'a>> {
    let left = before.last().is_some_and(|byte| is_name_byte(*byte) || matches!(byte, b':' | b'/' | b']'));
    let with = match word {
        ":" => ":",
        "://" | ":\\\\" => "://",
        ":/" => ":/",
        "/" => "/",
        _ => "//",
    };
    (left && !after.first().is_none_or(u8::is_ascii_whitespace)).then_some(Repair {
        length,
        with,
        mark: true,
        back: 0,
    })
}

/// `evil[.com]`: the bracket holds the dot and what follows it.
fn tail(content: &str, close: usize, glued: bool) -> Option<Repair<'_>> {
    let rest = content.strip_prefix('.')?;
    let plain = !rest.is_empty() && rest.bytes().all(|byte| is_name_byte(byte) || byte == b'.');
    (glued && plain).then_some(Repair { length: close + 2, with: content, mark: true, back: 0 })
}

/// `evil[.example` whose bracket is never closed.
fn open_dot(inside: &str, glued: bool) -> Option<Repair<'_>> {
    let goes_on = inside.as_bytes().get(1).is_some_and(|byte| is_name_byte(*byte));
    (glued && inside.starts_with('.') && goes_on).then_some(Repair {
        length: 2,
        with: ".",
        mark: true,
        back: 0,
    })
}

/// `evil.]example` whose bracket was never opened.
fn lone_bracket<'a>(bytes: &[u8], at: usize, before: &[u8]) -> Option<Repair<'a>> {
    let glued = before.last().is_some_and(|byte| is_name_byte(*byte));
    let goes_on = bytes.get(at + 2).is_some_and(|byte| is_name_byte(*byte));
    let close = bytes.get(at + 1)?;
    let open = match close {
        b']' => b'[',
        b')' => b'(',
        b'}' => b'{',
        _ => return None,
    };
    // A square bracket parts words; the others hold sentences.
    let ends = |byte: &u8| open == b'[' && byte.is_ascii_whitespace();
    let opened = before.iter().rev().take_while(|byte| !ends(byte)).any(|byte| *byte == open);
    (glued && goes_on && !opened).then_some(Repair { length: 2, with: ".", mark: true, back: 0 })
}

/// `evil\.example`, unless the word is a Windows path with a dotted folder.
fn escaped_dot<'a>(bytes: &[u8], at: usize, before: &[u8]) -> Option<Repair<'a>> {
    let glued = before.last().is_some_and(|byte| is_name_byte(*byte));
    let goes_on =
        bytes.get(at + 1) == Some(&b'.') && bytes.get(at + 2).is_some_and(|byte| is_name_byte(*byte));
    if !glued || !goes_on {
        return None;
    }
    let word = before.iter().rev().take_while(|byte| !byte.is_ascii_whitespace());
    let path = word.clone().any(|byte| matches!(byte, b'\\' | b'%' | b'$'))
        || word.clone().count() == LOOK_BACK_BYTES_MAX;
    (!path).then_some(Repair { length: 2, with: ".", mark: true, back: 0 })
}

/// `hxxp://`, `h**ps[:]//`, `http[://]`, `fxp://`, `hxxps//` and what else is done to the common schemes.
fn scheme<'a>(bytes: &[u8], at: usize) -> Option<Repair<'a>> {
    let rest = bytes.get(at..)?;
    let file_transfer = rest.first()?.eq_ignore_ascii_case(&b'f');
    let middle = rest.iter().skip(1).take(5).take_while(|byte| is_scheme_middle(**byte)).count();
    let letters = rest.get(1..=middle)?;
    if middle == 0 || !matches!(rest.get(1 + middle), Some(b'p' | b'P')) || (file_transfer && middle > 2) {
        return None;
    }
    let mut end = middle + 2;
    let secure = match rest.get(end) {
        Some(b's' | b'S') => 1,
        Some(b'[' | b'(') if matches!(rest.get(end + 1..end + 3), Some(b"s]" | b"s)" | b"S]")) => 3,
        _ => 0,
    };
    end += secure;
    let plain_letters = letters.iter().all(|byte| matches!(byte, b't' | b'T'));
    let plain = plain_letters && middle == if file_transfer { 1 } else { 2 } && secure < 3;
    let separator = separator_length(rest.get(end..)?, !plain)?;
    if plain && rest.get(end..end + separator) == Some(b"://".as_slice()) {
        return None;
    }
    let with = match (file_transfer, secure > 0) {
        (false, false) => "http://",
        (false, true) => "https://",
        (true, false) => "ftp://",
        (true, true) => "ftps://",
    };
    Some(Repair { length: end + separator, with, mark: true, back: 0 })
}

/// The length of what means `://` here. Without a defanged scheme before it, colon and two slashes
/// must be there.
fn separator_length(rest: &[u8], defanged: bool) -> Option<usize> {
    let mut colon = false;
    let mut slashes = 0;
    let mut end = 0;
    while let Some(byte) = rest.get(end) {
        let next = rest.get(end + 1);
        match byte {
            b'[' | b'(' | b'{' if matches!(next, Some(b':' | b'/' | b'\\' | b']')) => {}
            b']' | b')' | b'}'
                if end > 0 && matches!(rest.get(end - 1), Some(b':' | b'/' | b'\\' | b'[')) => {}
            b':' if !colon && slashes == 0 => colon = true,
            b'/' | b'\\' if slashes < 3 => slashes += 1,
            b'_' if colon && slashes < 2 => slashes += 1,
            _ => break,
        }
        end += 1;
    }
    let enough = if defanged { slashes >= 1 && (colon || slashes >= 2) } else { colon && slashes >= 2 };
    enough.then_some(end)
}

/// Typographic letters: quotes and hyphens become plain, invisible ones vanish, ornaments part words.
fn character<'a, 'b>(text: &'a str, at: usize, before: impl Fn() -> &'b [u8]) -> Option<Repair<'a>> {
    let letter = text.get(at..)?.chars().next()?;
    let length = letter.len_utf8();
    let between = || {
        let before = before();
        let after = text.as_bytes().get(at + length).is_some_and(u8::is_ascii_alphanumeric);
        let hash = before.len() >= 32 && before.iter().rev().take(32).all(u8::is_ascii_hexdigit);
        after && !hash && before.last().is_some_and(u8::is_ascii_alphanumeric)
    };
    let with = match u32::from(letter) {
        0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0xfeff => "",
        0x2010 | 0x2011 | 0x2212 | 0xfe63 | 0xff0d => "-",
        0x2012 | 0x2013 if between() => "-",
        0x85 | 0x2028 | 0x2029 => "\n",
        0x2018..=0x201b | 0x2032 | 0x2039 | 0x203a => "'",
        0xab | 0xbb | 0x201c..=0x201f | 0x2033 | 0x300c..=0x300f | 0xff02 => "\"",
        0x2026 => "*",
        0xff0e => ".",
        0xff0f => "/",
        0xff1a => ":",
        0xff20 => "@",
        0xa0 | 0xb7 | 0x2000..=0x200a | 0x2012..=0x2017 | 0x2020..=0x205f => " ",
        0x2190..=0x23ff | 0x2500..=0x27bf | 0x2b00..=0x2bff | 0x3000..=0x3003 | 0x3008..=0x301f => " ",
        0xff01..=0xff0f | 0xff1a..=0xff20 | 0xff3b..=0xff40 | 0xff5b..=0xff65 | 0xfffd => " ",
        _ => return None,
    };
    Some(Repair { length, with, mark: false, back: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, clean: &str) {
        assert_eq!(Clean::new(written).text, clean, "{written}");
    }

    #[test]
    fn dots_in_brackets() {
        for written in [
            "evil[.]example",
            "evil(.)example",
            "evil{.}example",
            "evil[dot]example",
            "evil(dot)example",
            "evil[DOT]example",
            "evil [.] example",
            "evil [dot] example",
            "evil[ . ]example",
            r"evil\.example",
            "evil[.example",
            "evil.]example",
            "evil[.example]",
            "evil.exam\u{200b}ple",
            "evil[.)example",
            "evil<.>example",
            "evil<dot>example",
            "evil.)example",
            "evil.}example",
        ] {
            check(written, "evil.example");
        }
        check("www[.]evil.example", "www.evil.example");
        check("a‑b–c[.]example", "a-b-c.example");
        check("203.0[.]113(.)7[:]80", "203.0.113.7:80");
    }

    #[test]
    fn schemes() {
        for written in [
            "hxxps://evil.example/",
            "hXXps://evil.example/",
            "h**ps://evil.example/",
            "hxxps[:]//evil.example/",
            "hxxps[://]evil.example/",
            "https[:]//evil.example/",
            "hxxps:\\\\evil.example/",
            "hzzps://evil.example/",
            "hxxps[:]///evil.example/",
            "hxxps//evil.example/",
            "hxxps(:)//evil.example/",
            "hxxps[:/]/evil.example/",
            "h__ps://evil.example/",
            "https://evil.example/",
            "hxxps[:][/][/]evil.example/",
            "https:__evil.example/",
        ] {
            check(written, "https://evil.example/");
        }
        check("fxp://evil.example", "ftp://evil.example");
        check("tcp[:]//evil.example", "tcp://evil.example");
        check("hxxp://[2001:db8::1]/", "http://[2001:db8::1]/");
    }

    #[test]
    fn mail() {
        for written in [
            "a[at]evil.example",
            "a[@]evil.example",
            "a(at)evil.example",
            "a [at] evil [dot] example",
            "a<at>evil<.>example",
        ] {
            check(written, "a@evil.example");
        }
    }

    #[test]
    fn prose_stays() {
        for prose in [
            "see fig. (a) and evil dot example",
            "array[0].name",
            "f(x).y",
            r"C:\Users\x\.ssh\id",
            "[1] . (2)",
            "the http protocol",
            "help: h, hp",
            "if (at) all",
            "Bücher",
            "<a@b.example> <.> a<b",
            "(as we said.)Then",
        ] {
            check(prose, prose);
        }
        check("“evil.example”…", "\"evil.example\"*");
    }

    #[test]
    fn places_lead_back_to_the_text() {
        let written = "see “hxxps[:]//evil[.]example/x” now";
        let clean = Clean::new(written);
        let start = clean.text.find("https").unwrap();
        let end = start + "https://evil.example/x".len();
        assert_eq!(&written[clean.place(start)..clean.end_place(end)], "hxxps[:]//evil[.]example/x");
        assert!(clean.is_defanged(start, end) && !clean.is_defanged(0, start));
        let host = clean.text.find("evil").unwrap();
        assert_eq!(&written[clean.place(host)..clean.end_place(host + 12)], "evil[.]example");
    }
}
