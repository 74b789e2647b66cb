//! The walk over a log line: words out, hits out. The hot path of the whole program.
//!
//! One pass cuts the bytes into words; the classes of a word's bytes, gathered on the way, say which kinds
//! it could be before anything of it is read again. Nothing is allocated; hosts beyond ASCII (rare) are
//! the exception. Invalid UTF-8 is text like any other. Nothing is refanged: logs are written by machines. Escapes are
//! undone before (`set/written.rs`).
//!
//! Who walks is an [`Asker`], compiled into a walk of its own: a set of needles, or what extracts every value. Both
//! are asked the same, so what a set finds is also extracted.

use crate::Kind;
use crate::kind::{address, domain, extent, hash, identifier, mail, url};
use crate::set::asker::Asker;
use crate::set::bit;
use crate::set::escape;
use crate::set::key::KeyClass;
use crate::token::{self, DASH, DIGIT, DOT, HEX_LETTER, HIGH, LETTER, Word};

const DIGESTS: u32 =
    1 << Kind::Md5 as u32 | 1 << Kind::Sha1 as u32 | 1 << Kind::Sha256 as u32 | 1 << Kind::Sha512 as u32;
const WORDS: u32 = 1 << Kind::Cve as u32 | 1 << Kind::Technique as u32 | 1 << Kind::AutonomousSystem as u32;
const NAMES: u32 = 1 << Kind::Domain as u32 | 1 << Kind::Url as u32 | 1 << Kind::Email as u32;

/// The longest user agent looked up; longer ones are not clients but attacks.
const AGENT_BYTES_MAX: usize = 2048;

/// How many ends of a URL in a query are tried.
const QUERY_PARTS_MAX: usize = 8;

/// The walk, for whoever asks.
pub(crate) trait Walk: Asker {
    /// Walks bytes as they are; `room` is for a URL.
    fn walk(&mut self, haystack: &[u8], room: &mut Vec<u8>) {
        if self.wanted().sparse {
            self.dots(haystack, room);
            self.digests(haystack);
        } else {
            self.words(haystack, room);
        }
        if self.has(bit(Kind::UserAgent)) {
            self.agents(haystack);
        }
    }

    /// Every word.
    fn words(&mut self, haystack: &[u8], room: &mut Vec<u8>) {
        let mut from = 0;
        let mut seen_to = 0;
        while let Some(word) = token::next_word(haystack, from) {
            if self.is_full() {
                return;
            }
            from = word.end;
            if word.classes & DOT == 0 {
                self.plain(haystack, &word, room);
            } else if let Some(inner) = word.trimmed(haystack).filter(|_| word.start >= seen_to) {
                self.dotted(haystack, &inner, room);
            }
            if self.wanted().ipv6 && word.start >= seen_to && word.classes & !(DIGIT | HEX_LETTER | DOT) == 0
            {
                seen_to = self.ipv6(haystack, &word, room).unwrap_or(seen_to);
            }
        }
    }

    /// Only the words around full stops: most of a line is never looked at byte by byte.
    fn dots(&mut self, hay: &[u8], room: &mut Vec<u8>) {
        let mut done = 0;
        for dot in memchr::memchr_iter(b'.', hay) {
            if dot < done {
                continue;
            }
            let word = token::word_around(hay, dot, done);
            done = word.end;
            let inner = word
                .trimmed(hay)
                .filter(|inner| hay.get(inner.start..inner.end).is_some_and(|text| text.contains(&b'.')));
            if let Some(inner) = inner {
                self.dotted(hay, &inner, room);
            }
        }
    }

    /// Hashes, found by steps as long as the shortest: every run of that length holds one of the places.
    fn digests(&mut self, hay: &[u8]) {
        let shortest = [(Kind::Md5, 32), (Kind::Sha1, 40), (Kind::Sha256, 64), (Kind::Sha512, 128)];
        let Some((_, step)) = shortest.into_iter().find(|(kind, _)| self.has(bit(*kind))) else { return };
        let mut done = 0;
        let mut at = step - 1;
        while let Some(byte) = hay.get(at) {
            if !byte.is_ascii_hexdigit() {
                at += step;
                continue;
            }
            let hex = |byte: &&u8| byte.is_ascii_hexdigit();
            let left = hay.get(done..at).unwrap_or_default().iter().rev().take_while(hex).count();
            let right = hay.get(at..).unwrap_or_default().iter().take_while(hex).count();
            let (start, end) = (at - left, at + right);
            crate::steps::add(end - start);
            let fits = hash::kind_of_length(end - start).is_some_and(|kind| self.has(bit(kind)));
            if fits && is_a_word(hay, digits_mark(hay, start), end) {
                let text = hay.get(start..end).unwrap_or_default();
                self.ask_text(KeyClass::Digest, text, &(start..end));
            }
            done = end;
            at = end + step;
        }
    }

    /// A word with a full stop inside: address, host, file name.
    fn dotted(&mut self, hay: &[u8], word: &Word, room: &mut Vec<u8>) {
        let Some(text) = hay.get(word.start..word.end) else { return };
        if !text.contains(&b'.') {
            self.plain(hay, &Word { classes: word.classes & !DOT, ..*word }, room);
            return;
        }
        if text.first().is_some_and(u8::is_ascii_digit) && self.wanted().ipv4 | self.has(bit(Kind::Url)) {
            self.addresses(hay, word, text, room);
        }
        if word.classes & (LETTER | HIGH) == 0 {
            if self.wanted().anchors.numeric {
                self.ask_place(hay, word, text);
            }
            return;
        }
        if self.has(NAMES) {
            self.host(hay, word, text, room);
        }
        if self.has(bit(Kind::Technique)) {
            self.identifier(text, word);
        }
        if self.wanted().anchors.dotted {
            self.ask_place(hay, word, text);
        }
    }

    /// A word without one: hash, identifier, last part of a path.
    fn plain(&mut self, hay: &[u8], word: &Word, room: &mut Vec<u8>) {
        let Some(text) = hay.get(word.start..word.end) else { return };
        if text.len() >= 34 && self.has(DIGESTS) && (text.starts_with(b"0x") || text.starts_with(b"0X")) {
            let digits = text.get(2..).unwrap_or_default();
            if hash::kind_of(digits).is_some_and(|kind| self.has(bit(kind))) {
                self.ask_text(KeyClass::Digest, digits, &(word.start + 2..word.end));
            }
        } else if text.len() >= 32 && self.has(DIGESTS) && word.classes & !(DIGIT | HEX_LETTER) == 0 {
            if hash::kind_of_length(text.len()).is_some_and(|kind| self.has(bit(kind))) {
                self.ask_text(KeyClass::Digest, text, &(word.start..word.end));
            }
        } else if self.has(WORDS) && word.classes & DIGIT != 0 {
            self.identifier(text, word);
        }
        if self.wanted().anchors.plain {
            self.ask_place(hay, word, text);
        }
        if self.has(bit(Kind::Url)) && follows_slashes(hay, word.start) {
            let word = without_scheme(hay, word);
            self.url(hay, &word, hay.get(word.start..word.end).unwrap_or_default(), room);
        }
    }

    fn identifier(&mut self, text: &[u8], word: &Word) {
        let fits = match text.first() {
            Some(b'C' | b'c') => text.len() >= 13,
            Some(b'T' | b't') => identifier::technique_prefix(text) == Some(text.len()),
            Some(b'A') => text.get(1) == Some(&b'S'),
            _ => false,
        };
        if fits {
            self.ask_text(KeyClass::Word, text, &(word.start..word.end));
        }
    }

    /// An address, or several with a dash between (`203.0.113.1-203.0.113.9`).
    fn addresses(&mut self, hay: &[u8], word: &Word, text: &[u8], room: &mut Vec<u8>) {
        let many = word.classes & DASH != 0;
        let part = |text: &[u8]| text.iter().position(|byte| *byte == b'-').unwrap_or(text.len());
        if many && !text.split(|byte| *byte == b'-').all(|part| address::ipv4(part).is_some()) {
            return;
        }
        let mut start = 0;
        while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
            let length = part(rest);
            let Some(found) = rest.get(..length).and_then(address::ipv4) else { return };
            let at = word.start + start;
            if !token_of_product(hay, at) {
                self.address(hay, found.into(), at..at + length);
                if self.has(bit(Kind::Url)) && length == text.len() {
                    self.url(hay, word, text, room);
                }
            }
            start += length + 1;
        }
    }

    fn address(&mut self, hay: &[u8], found: std::net::IpAddr, span: std::ops::Range<usize>) {
        let (base, _) = address::network_number(found, 128);
        self.ask_number(base, 128, &span);
        // `address/prefix`: as a network it is asked for besides, for `/24` may also be a port.
        if self.has(bit(Kind::Network)) && hay.get(span.end) == Some(&b'/') {
            let digits = hay
                .get(span.end + 1..)
                .unwrap_or_default()
                .iter()
                .take(4)
                .take_while(|b| b.is_ascii_digit())
                .count();
            let end = span.end + 1 + digits;
            let text = hay.get(span.start..end).and_then(|text| std::str::from_utf8(text).ok());
            if let Some((base, prefix)) =
                text.filter(|_| ends_word(hay, end)).and_then(address::parse_network)
            {
                let (base, prefix) = address::network_number(base, prefix);
                self.ask_network(base, prefix, &(span.start..end));
            }
        }
    }

    /// A host: domain, the domain of a mail address, the host of a URL.
    fn host(&mut self, hay: &[u8], word: &Word, text: &[u8], room: &mut Vec<u8>) {
        let shorter = without_scheme(hay, word);
        let (word, text) = match hay.get(shorter.start..shorter.end) {
            Some(host) if host.contains(&b'.') => (&shorter, host),
            _ => (word, text),
        };
        let span = word.start..word.end;
        let last = text.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
        if word.classes & HIGH != 0 || last.len() > 4 && domain::contains_punycode(text) {
            self.foreign_host(hay, word, text, room);
            return;
        }
        if !domain::is_end(last) || !self.may_end(last) {
            return;
        }
        if self.has(bit(Kind::Domain)) {
            self.ask_domain(text, &span);
        }
        if self.has(bit(Kind::Email)) && word.start > 0 && hay.get(word.start - 1) == Some(&b'@') {
            let start = local_start(hay, word.start - 1);
            if let Some(whole) = hay.get(start..word.end).filter(|_| start + 1 < word.start) {
                self.ask_text(KeyClass::Mail, whole, &(start..word.end));
                // In a form `+` is a blank.
                if start > 0 && hay.get(start - 1) == Some(&b'=') {
                    for plus in memchr::memchr_iter(b'+', whole) {
                        let rest = whole.get(plus + 1..).unwrap_or_default();
                        self.ask_text(KeyClass::Mail, rest, &(start + plus + 1..word.end));
                    }
                }
            }
        }
        if self.has(bit(Kind::Url)) {
            self.url(hay, word, text, room);
        }
    }

    /// A host beyond ASCII or with A-labels: its canonical form is made first.
    #[cold]
    fn foreign_host(&mut self, hay: &[u8], word: &Word, text: &[u8], room: &mut Vec<u8>) {
        let Some(name) = std::str::from_utf8(text).ok().and_then(domain::canonical) else { return };
        let span = word.start..word.end;
        self.ask_domain(name.as_bytes(), &span);
        if word.start > 0 && hay.get(word.start - 1) == Some(&b'@') {
            let start = local_start(hay, word.start - 1);
            let mut whole = hay.get(start..word.start).unwrap_or_default().to_vec();
            whole.extend_from_slice(name.as_bytes());
            self.ask_text(KeyClass::Mail, &whole, &(start..word.end));
        }
        self.url(hay, word, name.as_bytes(), room);
    }

    /// The URL whose host is this word; only made when a URL needle has this host.
    fn url(&mut self, hay: &[u8], word: &Word, host: &[u8], room: &mut Vec<u8>) {
        if !self.may_be_host(host) {
            return;
        }
        self.url_at(hay, word.start, word.end, room);
    }

    fn url_at(&mut self, hay: &[u8], host: usize, host_end: usize, room: &mut Vec<u8>) {
        let start = url_start(hay, host);
        if start == host && !matches!(hay.get(host_end), Some(b'/' | b':' | b'?')) {
            return;
        }
        let opener = start.checked_sub(1).and_then(|before| hay.get(before)).copied();
        // Nothing longer is wanted: so a line full of known hosts costs no more than its length.
        let (end, goes_on) = extent::url_end_within(hay, host, opener, self.wanted().url_bytes_max);
        let Some(written) = hay.get(start..end) else { return };
        let fragment = memchr::memchr(b'#', written);
        let written = written.get(..fragment.unwrap_or(written.len())).unwrap_or_default();
        if goes_on && fragment.is_none() {
            // A part of a URL is another one.
            self.cut_url(written);
        } else {
            self.url_written(written, start, start == host, room);
            if let Some(meant) = escape::ampersands(written)
                && url::write_canonical(&meant, room)
            {
                self.ask_url(room, &(start..start + written.len()));
            }
        }
        // In a query of another URL the next `&` is the other's.
        if start.checked_sub(1).and_then(|before| hay.get(before)) == Some(&b'=') {
            for end in memchr::memchr_iter(b'&', written).take(QUERY_PARTS_MAX) {
                let part = written.get(..end).unwrap_or_default();
                self.url_written(part, start, start == host, room);
            }
        }
    }

    /// A URL whose end is known. Without a scheme it may be one of the web.
    fn url_written(&mut self, written: &[u8], start: usize, bare: bool, room: &mut Vec<u8>) {
        let span = start..start + written.len();
        crate::steps::add(written.len());
        if url::write_canonical(written, room) {
            self.ask_url(room, &span);
            for scheme in [b"http".as_slice(), b"https"].into_iter().filter(|_| bare) {
                if url::write_canonical_as(written, scheme, room) {
                    self.ask_web_url(room, &span);
                }
            }
        }
    }

    /// An IPv6 address that starts with this word, or with the `::` before it; gives where it ends, if it is one of IPv4
    /// in IPv6's form. In any other (`64:ff9b::203.0.113.9`) the words are asked for besides it.
    fn ipv6(&mut self, hay: &[u8], word: &Word, room: &mut Vec<u8>) -> Option<usize> {
        let opens = word.start >= 2 && hay.get(word.start - 2..word.start) == Some(b"::".as_slice());
        let start = if opens { word.start - 2 } else { word.start };
        if !opens && hay.get(word.end) != Some(&b':') {
            return None;
        }
        let before = start.checked_sub(1).and_then(|at| hay.get(at));
        if before.is_some_and(|byte| token::is_word(*byte) || *byte == b':') {
            return None;
        }
        let end = ipv6_end(hay, start)?;
        let found = address::ipv6(hay.get(start..end)?)?;
        self.address(hay, found.into(), start..end);
        if before == Some(&b'[') && hay.get(end) == Some(&b']') && self.has(bit(Kind::Url)) {
            self.url_at(hay, start - 1, end + 1, room);
        }
        found.to_ipv4_mapped().map(|_| end)
    }

    /// User agents are whole values: between quotes or tabs, or all of the haystack.
    fn agents(&mut self, hay: &[u8]) {
        let mut start = 0;
        let ends = memchr::memchr3_iter(b'"', b'\t', b'\n', hay).chain(std::iter::once(hay.len()));
        for end in ends {
            let value = hay.get(start..end).unwrap_or_default();
            crate::steps::add(value.len());
            let blanks = value.iter().take_while(|byte| **byte == b' ').count();
            let value = value.trim_ascii();
            if !value.is_empty() && value.len() <= AGENT_BYTES_MAX {
                let at = start + blanks;
                self.ask_text(KeyClass::Agent, value, &(at..at + value.len()));
            }
            start = end + 1;
        }
    }
}

impl<A: Asker> Walk for A {}

/// Where a run of hexadecimal digits starts, the mark before it (`0x`) included.
fn digits_mark(hay: &[u8], start: usize) -> usize {
    let mark = start.checked_sub(2).filter(|at| matches!(hay.get(*at..start), Some(b"0x" | b"0X")));
    mark.unwrap_or(start)
}

/// Whether nothing of a word but full stops is right before and behind a stretch.
fn is_a_word(hay: &[u8], start: usize, end: usize) -> bool {
    let is_dot = |byte: &&u8| **byte == b'.';
    let before = hay.get(..start).unwrap_or_default().iter().rev().find(|byte| !is_dot(byte));
    let after = hay.get(end..).unwrap_or_default().iter().find(|byte| !is_dot(byte));
    !before.is_some_and(|byte| token::is_word(*byte)) && !after.is_some_and(|byte| token::is_word(*byte))
}

/// Whether no word goes on at `at`; a full stop with nothing behind it ends a sentence.
fn ends_word(hay: &[u8], at: usize) -> bool {
    !token::is_word_at(hay, at) || hay.get(at) == Some(&b'.') && !token::is_word_at(hay, at + 1)
}

/// A host without the scheme of another URL that is glued to it: of `wiki.examplehttp://`, `wiki.example`.
#[inline]
fn without_scheme(hay: &[u8], word: &Word) -> Word {
    if hay.get(word.end..word.end + 3) != Some(b"://".as_slice()) {
        return *word;
    }
    Word { end: extent::run_together(hay, word.start, word.end).unwrap_or(word.end), ..*word }
}

/// Whether `//` is before a word: a host of one label only counts there.
fn follows_slashes(hay: &[u8], start: usize) -> bool {
    start >= 3 && hay.get(start - 3..start) == Some(b"://".as_slice())
}

/// Whether an address is the version of a product: `Chrome/120.0.0.0` behind a blank or quote.
pub(crate) fn token_of_product(hay: &[u8], start: usize) -> bool {
    if start == 0 || hay.get(start - 1) != Some(&b'/') {
        return false;
    }
    let before = hay.get(..start - 1).unwrap_or_default();
    let letters = before
        .iter()
        .rev()
        .take(32)
        .take_while(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'))
        .count();
    let edge = before.len() - letters;
    let capital = before.get(edge).is_some_and(u8::is_ascii_uppercase);
    capital && (edge == 0 || matches!(before.get(edge - 1), Some(b' ' | b'"' | b'(' | b'\'' | b'=' | b';')))
}

/// Where the local part before the `@` at `at` starts.
pub(crate) fn local_start(hay: &[u8], at: usize) -> usize {
    let before = hay.get(..at).unwrap_or_default();
    let length = before
        .iter()
        .rev()
        .take(mail::LOCAL_BYTES_MAX + 1)
        .take_while(|byte| mail::is_local_byte(**byte))
        .count();
    crate::steps::add(length);
    let mut start = at - length.min(mail::LOCAL_BYTES_MAX);
    while start < at && matches!(hay.get(start), Some(b'.' | b'-' | b'+')) {
        start += 1;
    }
    start
}

/// Where the URL of the host at `host` starts: at its scheme, or at the host when there is none.
pub(crate) fn url_start(hay: &[u8], host: usize) -> usize {
    let mut authority = host;
    if host > 0 && hay.get(host - 1) == Some(&b'@') {
        let before = hay.get(..host - 1).unwrap_or_default();
        let user = before
            .iter()
            .rev()
            .take(128)
            .take_while(|byte| **byte > b' ' && !matches!(byte, b'/' | b'"' | b'<' | b'@'))
            .count();
        crate::steps::add(user);
        authority = host - 1 - user;
    }
    let Some(before) = hay.get(..authority).and_then(|before| before.strip_suffix(b"://")) else {
        return host;
    };
    let length = before
        .iter()
        .rev()
        .take(url::SCHEME_BYTES_MAX)
        .take_while(|byte| url::is_scheme_byte(**byte))
        .count();
    let scheme = before.get(before.len() - length..).unwrap_or_default();
    let skip = scheme.iter().position(u8::is_ascii_alphabetic).unwrap_or(length);
    if length > skip { before.len() - length + skip } else { host }
}

/// Where the run of an IPv6 address ends that starts at `start`; `None` when there are too few colons.
pub(crate) fn ipv6_end(hay: &[u8], start: usize) -> Option<usize> {
    let run = hay.get(start..)?.iter().take(address::ADDRESS_BYTES_MAX + 1);
    let length = run.take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')).count();
    let mut text = hay.get(start..start + length)?;
    while let Some(shorter) =
        text.strip_suffix(b".").or_else(|| text.strip_suffix(b":").filter(|s| !s.ends_with(b":")))
    {
        text = shorter;
    }
    let colons = text.iter().filter(|byte| **byte == b':').count();
    let end = start + text.len();
    let edge = !token::is_word_at(hay, end) || hay.get(end) == Some(&b'.');
    (colons >= 2 && edge && length <= address::ADDRESS_BYTES_MAX).then_some(end)
}
