//! What a word of the clean copy is: tried as one kind after the other, the surest first.
//!
//! Each method is asked about a word, or about a part of one, and gives where to go on; `None` means that the word
//! is nothing of its kind.

use super::found::{CONTEXT_BYTES_MAX, Prose};
use super::name::{self, Name};
use super::template::is_template;
use super::{agent, digest, place};
use crate::canonical;
use crate::kind::{address, domain, extent, hash, identifier, mail, path, registry, url};
use crate::set::scan;
use crate::token::{self, DIGIT, DOT, HEX_LETTER, HIGH, OTHER_LETTER, Word};
use crate::{Kind, Observable};

/// The longest user agent in quotes.
const QUOTED_BYTES_MAX: usize = 512;

/// The longest authority (user, host and port) of a URL.
const AUTHORITY_BYTES_MAX: usize = 512;

impl Prose<'_, '_> {
    /// A word that may be more; gives where to go on.
    pub(super) fn word(&mut self, word: Word) -> usize {
        if self.after(word.end).starts_with(b"://") {
            return self.url(word).unwrap_or(word.end + 3);
        }
        if let Some(end) =
            self.drive(word).or_else(|| self.registry_key(word)).or_else(|| self.user_agent(word))
        {
            return end;
        }
        if word.classes & !(DIGIT | HEX_LETTER | DOT) == 0
            && self.bytes.get(word.end) == Some(&b':')
            && let Some(end) = self.ipv6(word.start)
        {
            return end;
        }
        if let Some(at) = self.mailbox(word.end) {
            return at;
        }
        if word.classes & DOT == 0 { self.plain(word) } else { self.dotted(word) }.unwrap_or(word.end)
    }

    /// The `@` of the mail address whose local part the word before `end` belongs to.
    fn mailbox(&self, end: usize) -> Option<usize> {
        if !matches!(self.bytes.get(end), Some(b'@' | b'+')) {
            return None;
        }
        let local = self
            .after(end)
            .iter()
            .take(mail::LOCAL_BYTES_MAX)
            .take_while(|byte| mail::is_local_byte(**byte))
            .count();
        let at = end + local;
        (self.bytes.get(at) == Some(&b'@') && token::is_word_at(self.bytes, at + 1)).then_some(at)
    }

    /// `scheme://…`; the word is the scheme, or ends in it.
    fn url(&mut self, word: Word) -> Option<usize> {
        let host = word.end + 3;
        let start = self.scheme_start(word.end)?;
        let opener = self.byte_before(start);
        // The host first: it is short, and without one nothing further is looked at.
        let authority = self
            .after(host)
            .iter()
            .take(AUTHORITY_BYTES_MAX)
            .take_while(|byte| is_authority_byte(**byte))
            .count();
        crate::steps::add(authority);
        let authority = self.text.get(start..host + authority)?;
        if !has_host(authority) {
            return None;
        }
        let end = extent::url_end(self.bytes, host, opener);
        let written = self.text.get(start..end)?;
        if written.len() > url::URL_BYTES_MAX {
            return Some(end);
        }
        let observable = canonical(Kind::Url, written)?;
        if is_template(self.text, start, end) {
            let named = canonical(Kind::Url, authority)?.host()?;
            let host_text = url::split(written.as_bytes())?.host;
            let at = start + written.find(std::str::from_utf8(host_text).ok()?)?;
            self.add(named, at, at + host_text.len());
            return Some(end);
        }
        self.add(observable, start, end);
        self.inside_url(host, end);
        Some(end)
    }

    /// Where the scheme before `colon` starts; letters run together with it are left out.
    fn scheme_start(&self, colon: usize) -> Option<usize> {
        let before = self.before(colon);
        let length = before
            .iter()
            .rev()
            .take(url::SCHEME_BYTES_MAX)
            .take_while(|byte| url::is_scheme_byte(**byte))
            .count();
        crate::steps::add(length);
        let scheme = before.get(colon - length..)?;
        let lower = scheme.to_ascii_lowercase();
        for known in [b"https".as_slice(), b"http", b"ftp"] {
            if lower.ends_with(known) && !(known == b"ftp" && matches!(lower.as_slice(), b"sftp" | b"tftp")) {
                return Some(colon - known.len());
            }
        }
        let skip = scheme.iter().position(u8::is_ascii_alphabetic)?;
        Some(colon - length + skip)
    }

    /// A CVE or technique that a URL names in its path.
    fn inside_url(&mut self, start: usize, end: usize) {
        let mut at = start;
        crate::steps::add(end - start);
        let starts = |byte: &u8| matches!(byte, b'C' | b'c' | b'T');
        while let Some(found) = self.bytes.get(at..end).and_then(|rest| rest.iter().position(starts)) {
            at += found;
            let edge = self.byte_before(at).is_none_or(|byte| !byte.is_ascii_alphanumeric());
            if !edge {
                at += 1;
                continue;
            }
            let rest = self.text.get(at..end).unwrap_or_default();
            if let Some((form, length)) = identifier::cve_prefix(rest.as_bytes()) {
                self.add(Observable { kind: Kind::Cve, value: form }, at, at + length);
            } else if let Some(length) = identifier::technique_prefix(rest.as_bytes())
                && self.before(at).ends_with(b"/techniques/")
            {
                let sub =
                    rest.get(length..).and_then(|rest| rest.strip_prefix('/')).and_then(|rest| rest.get(..3));
                let sub = sub.filter(|sub| length == 5 && sub.bytes().all(|byte| byte.is_ascii_digit()));
                let id = rest.get(..length).unwrap_or_default();
                let value = sub.map_or_else(|| id.to_owned(), |sub| format!("{id}.{sub}"));
                self.add(
                    Observable { kind: Kind::Technique, value },
                    at,
                    at + length + sub.map_or(0, |sub| sub.len() + 1),
                );
            }
            at += 1;
        }
    }

    /// `C:\…`; the word ends in the drive's letter.
    fn drive(&mut self, word: Word) -> Option<usize> {
        let rest = self.after(word.end);
        let letter = self.bytes.get(word.end - 1)?;
        let fits = rest.first() == Some(&b':') && rest.get(1).is_some_and(|byte| path::is_separator(*byte));
        let glued = word.end - word.start > 1 && self.done != word.end - 1;
        if !fits || glued || !letter.is_ascii_alphabetic() || rest.starts_with(b"://") {
            return None;
        }
        let start = word.end - 1;
        let separators = rest.iter().skip(1).take_while(|byte| path::is_separator(**byte)).count();
        let from = word.end + 1 + separators;
        let end = self.path(start, from, false)?;
        Some(end)
    }

    /// Adds the path from `start`, known up to `from`, unless nothing is behind its root.
    pub(super) fn path(&mut self, start: usize, from: usize, posix: bool) -> Option<usize> {
        let Some(end) = place::path_end(self.text, start, from, posix) else { return Some(from) };
        if end <= from {
            return Some(from);
        }
        // What is longer than any path is passed over, not read again from its second part.
        let Some(observable) = canonical(Kind::Path, self.text.get(start..end)?) else { return Some(end) };
        if observable.value == "/dev/null" {
            return Some(end);
        }
        Some(self.add(observable, start, end))
    }

    fn registry_key(&mut self, word: Word) -> Option<usize> {
        if !matches!(self.bytes.get(word.start), Some(b'H' | b'h')) {
            return None;
        }
        let (_, length) = registry::hive_prefix(self.after(word.start))?;
        let from = word.start + length;
        let Some(end) = place::key_end(self.text, word.start, from) else { return Some(from + 1) };
        let Some(observable) = canonical(Kind::RegistryKey, self.text.get(word.start..end)?) else {
            return Some(end);
        };
        Some(self.add(observable, word.start, end))
    }

    /// Where the quotation ends on its line whose first byte is at `start`.
    fn quoted_end(&self, start: usize) -> Option<usize> {
        let quote = self.byte_before(start).filter(|byte| matches!(byte, b'"' | b'`'))?;
        let rest = self.bytes.get(start..(start + QUOTED_BYTES_MAX).min(self.bytes.len()))?;
        let length = memchr::memchr2(quote, b'\n', rest)?;
        crate::steps::add(length);
        (rest.get(length) == Some(&quote)).then_some(start + length)
    }

    fn user_agent(&mut self, word: Word) -> Option<usize> {
        let (start, end) = if self.after(word.start).starts_with(b"Mozilla/") {
            let end = agent::agent_end(self.text, word.start)?;
            (word.start, self.quoted_end(word.start).map_or(end, |quoted| quoted.max(end)))
        } else if matches!(self.bytes.get(word.start), Some(b'U' | b'u')) {
            let start = agent::label_end(self.text, word.start)?;
            (start, agent::labelled_end(self.text, start)?)
        } else {
            return None;
        };
        let observable = canonical(Kind::UserAgent, self.text.get(start..end)?)?;
        Some(self.add(observable, start, end))
    }

    pub(super) fn double_colon(&mut self, at: usize) -> Option<usize> {
        let opens = self.bytes.get(at + 1) == Some(&b':')
            && self.bytes.get(at + 2).is_some_and(u8::is_ascii_hexdigit);
        opens.then(|| self.ipv6(at)).flatten()
    }

    fn ipv6(&mut self, start: usize) -> Option<usize> {
        if self.byte_before(start).is_some_and(|byte| token::is_word(byte) || byte == b':') {
            return None;
        }
        let end = scan::ipv6_end(self.bytes, start)?;
        let text = self.bytes.get(start..end)?;
        let found = address::ipv6(text)?;
        // `12:34:56:78:9a:bc:de:f0` is a serial number, `a::b` a name of code, `1::2` a ratio.
        let serial = text.split(|byte| *byte == b':').all(|group| group.len() == 2);
        let code = !text.iter().any(u8::is_ascii_digit) || text.len() < 5 && text != b"::1";
        if serial || code {
            return None;
        }
        if let Some(end) = self.network(start, end) {
            return Some(end);
        }
        Some(self.add(address::observable(found.into()), start, end))
    }

    /// `address/prefix`.
    fn network(&mut self, start: usize, end: usize) -> Option<usize> {
        let digits = self
            .after(end)
            .strip_prefix(b"/")?
            .iter()
            .take(4)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let whole = end + 1 + digits;
        if digits == 0
            || token::is_word_at(self.bytes, whole) && self.bytes.get(whole) != Some(&b'.')
            || self.bytes.get(whole) == Some(&b'/')
        {
            return None;
        }
        let observable = canonical(Kind::Network, self.text.get(start..whole)?)?;
        Some(self.add(observable, start, whole))
    }

    /// A word without full stop.
    fn plain(&mut self, word: Word) -> Option<usize> {
        let text = self.text.get(word.start..word.end)?;
        if text.len() >= 32
            && let Some(end) = self.digest(word, text)
        {
            return Some(end);
        }
        if word.classes & DIGIT == 0 && !text.eq_ignore_ascii_case("cve") && !text.eq_ignore_ascii_case("asn")
        {
            return None;
        }
        self.identifier(word, text)
    }

    fn digest(&mut self, word: Word, text: &str) -> Option<usize> {
        let skip = digest::glued_label(text);
        let start = word.start + skip;
        let digits = text.bytes().skip(skip).take(129).take_while(u8::is_ascii_hexdigit).count();
        let kind = hash::kind_of_length(digits)?;
        let end = start + digits;
        // A capitalised word may be run together with the digits by a flattened table.
        let rest = self.text.get(end..word.end)?;
        let glued = rest.len() >= 3
            && rest.starts_with(|letter: char| letter.is_ascii_uppercase())
            && rest.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
        if !rest.is_empty() && !glued
            || matches!(self.byte_before(word.start), Some(b'@' | b'$' | b'/' | b'\\'))
                && self.bytes.get(word.end) == Some(&b'/')
        {
            return None;
        }
        if self.is_other_digest(word) {
            return Some(word.end);
        }
        let value = self.text.get(start..end)?.to_ascii_lowercase();
        if value.bytes().all(|byte| byte == value.as_bytes().first().copied().unwrap_or(0)) {
            return Some(word.end);
        }
        self.record_line = Some(self.line);
        self.add(Observable { kind, value }, start, end);
        Some(word.end)
    }

    /// Whether digits are no file's hash: by the words before them on their line or else right after them, then by the
    /// head of their column, then by the heading above.
    fn is_other_digest(&self, word: Word) -> bool {
        let before = self.context(word.start);
        if digest::said(before) == Some(true) {
            return true;
        }
        let mut end = (word.end + 48).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let after = self.text.get(word.end..end).unwrap_or_default();
        if digest::named_other_after(after.split('\n').next().unwrap_or_default()) {
            return true;
        }
        let row = self.text.get(self.line..word.start).unwrap_or_default();
        let head = self.section.head_of_column(row);
        match (digest::said(before), head.and_then(digest::said)) {
            (Some(_), _) | (None, Some(false)) => false,
            (None, Some(true)) => true,
            (None, None) => self.section.names_other_digests() && !before.contains("SHA"),
        }
    }

    fn identifier(&mut self, word: Word, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        // Most are numbers.
        if word.classes & (HEX_LETTER | OTHER_LETTER) == 0 {
            return None;
        }
        if let Some(at) = find_cve(bytes) {
            let start = word.start + at;
            if let Some((form, length)) = identifier::cve_prefix(self.after(start)) {
                return Some(self.add(Observable { kind: Kind::Cve, value: form }, start, start + length));
            }
        }
        if bytes.first() == Some(&b'T') && identifier::technique_prefix(bytes) == Some(bytes.len()) {
            let observable = Observable { kind: Kind::Technique, value: text.to_owned() };
            return Some(self.add(observable, word.start, word.end));
        }
        let system = text.strip_prefix("AS").filter(|digits| digits.len() >= 4 && !digits.is_empty());
        if system.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            || text.starts_with("ASN") && text.len() > 3
        {
            let value = identifier::autonomous_system(text)?;
            return Some(self.add(Observable { kind: Kind::AutonomousSystem, value }, word.start, word.end));
        }
        if text == "ASN" {
            let skip =
                self.after(word.end).iter().take(3).take_while(|byte| matches!(byte, b' ' | b':')).count();
            let digits =
                self.after(word.end + skip).iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
            let end = word.end + skip + digits;
            let value = identifier::autonomous_system(self.text.get(word.start..end)?)?;
            return Some(self.add(Observable { kind: Kind::AutonomousSystem, value }, word.start, end));
        }
        None
    }

    /// A word with full stops.
    fn dotted(&mut self, word: Word) -> Option<usize> {
        let whole = word.trimmed(self.bytes)?;
        let Word { mut start, mut end, .. } = whole;
        // Emphasis (`_evil.example_`) and dashes are no part of it; `_init.py` keeps its start.
        let emphasis = self.bytes.get(end - 1) == Some(&b'_');
        while start < end
            && (self.bytes.get(start) == Some(&b'-') || emphasis && self.bytes.get(start) == Some(&b'_'))
        {
            start += 1;
        }
        while start < end && matches!(self.bytes.get(end - 1), Some(b'-' | b'_' | b'.')) {
            end -= 1;
        }
        let text = self.text.get(start..end)?;
        if !text.contains('.') {
            return self
                .plain(Word { start, end, classes: word.classes })
                .or_else(|| self.bracketed_name(word, start, end));
        }
        if let Some(end) = self.technique(start, text) {
            return Some(end);
        }
        if text.starts_with(|first: char| first.is_ascii_digit())
            && let Some(end) = self.ipv4(start, end)
        {
            return Some(end);
        }
        if let Some(end) = self.mail(start, end, text) {
            return Some(end);
        }
        self.name(start, end, text)
            .or_else(|| self.before_sentence(start, text))
            .or_else(|| self.within_foreign(word, start, text))
    }

    fn technique(&mut self, start: usize, text: &str) -> Option<usize> {
        let tagged = text.strip_prefix("attack.").map_or(0, |_| 7);
        let id = text.get(tagged..)?;
        if !(id.starts_with('T') || tagged > 0) {
            return None;
        }
        let length = identifier::technique_prefix(id.as_bytes())?;
        let rest = id.get(length..)?;
        // `T1190.The next sentence` still names a technique.
        if !(rest.is_empty() || rest.starts_with('.') && !rest.starts_with(".0")) {
            return None;
        }
        let value = id.get(..length)?.to_ascii_uppercase();
        Some(self.add(Observable { kind: Kind::Technique, value }, start + tagged, start + tagged + length))
    }

    fn ipv4(&mut self, start: usize, end: usize) -> Option<usize> {
        let (found, length) = address::ipv4_prefix(self.bytes.get(start..end)?)?;
        let stop = start + length;
        let range =
            self.bytes.get(stop) == Some(&b'-') && self.bytes.get(stop + 1).is_some_and(u8::is_ascii_digit);
        if stop != end && !range {
            return None;
        }
        let defanged = self.clean.is_defanged(start, stop);
        if !defanged && (found.octets()[0] == 0 || self.is_version(start)) {
            self.version_end = stop;
            return Some(stop);
        }
        if let Some(end) = self.network(start, stop).or_else(|| self.bare_url(start, stop)) {
            return Some(end);
        }
        // A dotted quad that is read strictly is in its one form.
        let value = self.text.get(start..stop)?.to_owned();
        Some(self.add(Observable { kind: Kind::Ipv4, value }, start, stop))
    }

    /// Whether what looks like an address is the version of something.
    fn is_version(&self, start: usize) -> bool {
        let mut place = [0; CONTEXT_BYTES_MAX];
        let context = lower(self.context(start), &mut place);
        let before = context.trim_end_matches([' ', '(', '=', ':', '<', '>', '-', '"']);
        let last = before.rsplit([' ', '(', '\t']).next().unwrap_or_default();
        let named = matches!(
            last,
            "version"
                | "versions"
                | "ver"
                | "ver."
                | "v"
                | "build"
                | "release"
                | "firmware"
                | "v."
                | "prior"
                | "update"
                | "patch"
                | "hotfix"
                | "agent"
                | "sdk"
                | "driver"
                | "fileversion"
                | "productversion"
        );
        let joined = matches!(
            last,
            "and" | "or" | "to" | "through" | "until" | "," | "before" | "below" | "than" | "from"
        ) || before.ends_with(',')
            || before.is_empty();
        let chained =
            joined && self.version_end > 0 && start - self.version_end < 16 && self.version_end > self.line;
        let spoken = matches!(last, "to" | "before" | "than" | "from" | "through" | "below" | "is" | "are")
            && context.contains("version");
        named || chained || spoken || scan::token_of_product(self.bytes, start)
    }

    /// `host/path` and `host:port/path` without a scheme.
    fn bare_url(&mut self, start: usize, host_end: usize) -> Option<usize> {
        let rest = self.after(host_end);
        let port = match rest.first() {
            Some(b':') => 1 + rest.iter().skip(1).take(5).take_while(|byte| byte.is_ascii_digit()).count(),
            _ => 0,
        };
        let behind = rest.get(port..)?;
        if port == 1
            || behind.first() != Some(&b'/')
            || behind.get(1).is_none_or(|byte| {
                byte.is_ascii_whitespace() || matches!(byte, b'/' | b')' | b'"' | b',' | b'|' | b'<')
            })
        {
            return None;
        }
        let end = extent::url_end(self.bytes, start, self.byte_before(start));
        // `203.0.113[.]7/evil[.]example`: two hosts, not a path.
        let path = host_end + port + 1;
        let second = self.text.get(path..end).is_some_and(|rest| !rest.contains('/') && rest.contains('.'));
        if second && self.clean.is_defanged(path, end) {
            return None;
        }
        if is_template(self.text, start, end) || end <= host_end + port + 1 {
            return None;
        }
        let observable = canonical(Kind::Url, self.text.get(start..end)?)?;
        self.add(observable, start, end);
        self.inside_url(host_end, end);
        Some(end)
    }

    fn mail(&mut self, start: usize, end: usize, text: &str) -> Option<usize> {
        if self.byte_before(start) != Some(b'@') {
            return None;
        }
        let local = scan::local_start(self.bytes, start - 1).max(self.done);
        if local + 1 >= start || !self.text.is_char_boundary(local) {
            return None;
        }
        let defanged = self.clean.is_defanged(local, end);
        // `Message-ID: <…@…>` names a message, not a mailbox.
        let mut place = [0; CONTEXT_BYTES_MAX];
        if lower(self.context(local), &mut place).contains("message-id:") {
            return Some(end);
        }
        let host = name::judge(text, defanged, b"", self.after(end));
        if host != Name::Host && !domain::has_known_end(&text.to_ascii_lowercase()) {
            return None;
        }
        let placeholder = matches!(self.byte_before(local), Some(b']' | b'>' | b'}' | b'*'));
        let observable = canonical(Kind::Email, self.text.get(local..end)?).filter(|_| !placeholder)?;
        Some(self.add(observable, local, end))
    }

    fn name(&mut self, start: usize, end: usize, text: &str) -> Option<usize> {
        let defanged = self.clean.is_defanged(start, end);
        match name::judge(text, defanged, self.before(start), self.after(end)) {
            Name::Host => {
                if let Some(end) = self.bare_url(start, end) {
                    return Some(end);
                }
                let value = domain::canonical(text)?;
                Some(self.add(domain::observable(value), start, end))
            }
            Name::File => Some(self.file(start, end)),
            Name::Neither => None,
        }
    }

    fn file(&mut self, word: usize, end: usize) -> usize {
        let record = self.record_line == Some(self.line);
        let start = place::name_start(self.text, word, end, record).max(self.done.min(word));
        match self.text.get(start..end).and_then(|name| canonical(Kind::FileName, name)) {
            Some(observable) => self.add(observable, start, end),
            None => end,
        }
    }

    /// `Invoice (1).exe`, `[name].exe`: the extension is behind a bracket.
    fn bracketed_name(&mut self, word: Word, start: usize, end: usize) -> Option<usize> {
        let extension = self.text.get(start..end)?;
        if self.bytes.get(word.start) != Some(&b'.')
            || self.byte_before(word.start) != Some(b')')
            || !crate::kind::extension::is_known(extension)
        {
            return None;
        }
        let before = self.before(word.start);
        let open =
            before.iter().rev().take(16).position(|byte| *byte == b'(').map(|back| word.start - 1 - back)?;
        let stem_end = if self.byte_before(open) == Some(b' ') { open - 1 } else { open };
        let stem = self
            .before(stem_end)
            .iter()
            .rev()
            .take(path::NAME_BYTES_MAX)
            .take_while(|byte| token::is_word(**byte))
            .count();
        let from = (stem_end - stem).max(self.done.min(stem_end));
        let name = self.text.get(from..end).filter(|_| stem > 0)?;
        let observable = canonical(Kind::FileName, name)?;
        Some(self.add(observable, from, end))
    }

    /// A host or file run together with the next sentence (`x.dll.Then it`).
    fn before_sentence(&mut self, start: usize, text: &str) -> Option<usize> {
        let (before, sentence) = text.rsplit_once('.')?;
        let mut letters = sentence.bytes();
        let capitalised = letters.next().is_some_and(|first| first.is_ascii_uppercase())
            && letters.all(|letter| letter.is_ascii_lowercase());
        if !capitalised || !before.contains('.') || sentence.len() == 1 {
            return None;
        }
        self.name(start, start + before.len(), before).map(|_| start + text.len())
    }

    /// A host or file run together with letters beyond ASCII, as in text without blanks.
    fn within_foreign(&mut self, word: Word, start: usize, text: &str) -> Option<usize> {
        if word.classes & HIGH == 0 {
            return None;
        }
        // The path behind a host belongs to it, and goes on behind the word.
        let (mut at, mut done) = (start, word.end);
        for part in text.split(|letter: char| !letter.is_ascii()) {
            if let Some(offset) = text
                .get(at - start..)
                .and_then(|rest| rest.find(part))
                .filter(|_| part.len() > 3 && part.contains('.'))
            {
                let from = at + offset;
                done = done.max(self.name(from, from + part.len(), part).unwrap_or(0));
                at = from + part.len();
            }
        }
        Some(done)
    }
}

/// The text in lower case, written to `place`, which is long enough for a context.
fn lower<'p>(text: &str, place: &'p mut [u8; CONTEXT_BYTES_MAX]) -> &'p str {
    let Some(place) = place.get_mut(..text.len()) else { return "" };
    place.copy_from_slice(text.as_bytes());
    place.make_ascii_lowercase();
    std::str::from_utf8(place).unwrap_or_default()
}

fn is_authority_byte(byte: u8) -> bool {
    !matches!(
        byte,
        0..=b' '
            | b'/'
            | b'?'
            | b'#'
            | b'\\'
            | b'"'
            | b'<'
            | b'>'
            | b'`'
            | b'|'
            | b'\''
            | b','
            | b';'
            | b')'
            | b'}'
    )
}

/// Whether scheme and authority of a URL name an address or a domain.
fn has_host(text: &str) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    match url::split(text.as_bytes()) {
        // As they mostly are: nothing to undo, nothing to bring into another form.
        Some(parts) if parts.rest.is_empty() && parts.user.is_none() && parts.host.iter().all(plain) => {
            let name = !domain::contains_punycode(parts.host) && domain::is_well_formed(parts.host);
            name || address::ipv4(parts.host).is_some() || is_host_after_all(text)
        }
        _ => is_host_after_all(text),
    }
}

fn is_host_after_all(text: &str) -> bool {
    canonical(Kind::Url, text).is_some_and(|url| url.host().is_some())
}

fn find_cve(word: &[u8]) -> Option<usize> {
    let cve = |window: &[u8]| matches!(window, [b'C' | b'c', b'V' | b'v', b'E' | b'e']);
    word.windows(3).position(cve)
}
