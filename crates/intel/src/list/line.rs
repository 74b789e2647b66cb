//! One line of a plain list: what it names, and what is written beside it.
//!
//! The forms are those in which lists are shared: a bare value; a value and a comment; a value, a separator and
//! a remark or a score; hosts files that send a name nowhere (`0.0.0.0 evil.example`); rules of ad blockers
//! (`||evil.example^`); a hash and the file it is of (`md5sum`, BSD's `MD5 (file) = …`); ranges of addresses.
//! Which of them a line has decides whether a document is a list at all, so it is kept.

use super::marks::ByteMarks;
use super::value::{ListValue, ValueReader, Written, bare, is_hash_name, range};
use crate::misp::index::is_uuid;
use observable::{Kind, recognise};

/// A line of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ListLine<'l> {
    /// Nothing, or what every hosts file and filter list has.
    Empty,
    /// A comment, without its marks.
    Comment(&'l str),
    /// A value, or several of one line.
    Entry(LineEntry<'l>),
    /// A name with what may be its password: it is counted, and nothing of it is kept.
    Login,
    /// None of these.
    Other,
}

/// What a line names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LineEntry<'l> {
    pub(super) value: ListValue<'l>,
    pub(super) form: LineForm,
    /// What is written beside the value, without its marks.
    pub(super) tail: &'l str,
}

/// How a value and what is beside it are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineForm {
    /// Alone.
    Bare,
    /// With a comment behind a mark.
    Marked,
    /// With a number or a day.
    Scored,
    /// With a remark behind a separator.
    Remark,
    /// With words behind a blank.
    Spaced,
    /// A hash and a file.
    HashOfFile,
    /// An address that leads nowhere and the names that it is given to.
    Hosts,
    /// A rule of an ad blocker.
    Blocked,
    /// An address and the names of its host, as an ordinary hosts file has them.
    Mapped,
}

/// Marks of a comment that follows a value.
const MARKS: [&str; 5] = ["#", "//", ";", "--", "/*"];
/// What may part a value from a remark.
const SEPARATORS: [char; 5] = [',', ';', '|', '\t', '#'];
/// So many separators behind a hash make its line a row of a table.
const WIDE: usize = 4;
/// Names that every hosts file has.
const LOCAL_NAMES: [&str; 9] = [
    "localhost",
    "localhost.localdomain",
    "localhost4",
    "localhost6",
    "local",
    "broadcasthost",
    "loopback",
    "0.0.0.0",
    "localhost4.localdomain4",
];

/// Reads lines.
#[derive(Default)]
pub(super) struct LineReader {
    pub(super) values: ValueReader,
    /// What parts values from remarks in this document, where nearly every line has it: a URL may hold it too.
    pub(super) separator: Option<char>,
}

impl LineReader {
    /// Takes a line apart.
    pub(super) fn read<'l>(&mut self, line: &'l str) -> ListLine<'l> {
        let text = line.trim();
        if text.is_empty() || text.starts_with("@@") {
            return ListLine::Empty;
        }
        if let Some(comment) = comment(text) {
            return ListLine::Comment(comment);
        }
        if let Some(rule) = text.strip_prefix('|') {
            return self.blocked(rule.strip_prefix('|').unwrap_or(rule));
        }
        let text = ["- ", "* ", "• ", "– "].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text);
        if let Some(separator) = self.separator
            && let Some((left, right)) = text.split_once(separator)
        {
            return match self.values.read(left) {
                Some(value) => beside(value, right, LineForm::Remark),
                None => ListLine::Other,
            };
        }
        let marks = ByteMarks::of(text);
        if marks.has(ByteMarks::SEPARATOR)
            && !text.contains("//")
            && let Some(line) = self.glued(text)
        {
            return line;
        }
        let blank = if marks.has(ByteMarks::BLANK) { text.find(char::is_whitespace) } else { None };
        let end = blank.unwrap_or(text.len());
        let (token, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        if let Some(value) = self.values.read(token) {
            return self.with_tail(text, token, value, rest);
        }
        self.whole(text).unwrap_or(ListLine::Other)
    }

    /// A token that is a value, and the rest of the line.
    fn with_tail<'l>(
        &mut self,
        line: &'l str,
        token: &'l str,
        value: ListValue<'l>,
        rest: &'l str,
    ) -> ListLine<'l> {
        let tail = rest.trim();
        if tail.is_empty() {
            return entry(value, LineForm::Bare, "");
        }
        let path = matches!(value.observable.kind, Kind::Path | Kind::RegistryKey);
        if path && !MARKS.iter().any(|mark| tail.starts_with(mark)) {
            // Folders have blanks in their names.
            return self.whole(line).unwrap_or(ListLine::Other);
        }
        let is_address = matches!(value.observable.kind, Kind::Ipv4 | Kind::Ipv6);
        if is_address && let Some(line) = self.hosts(&value, tail) {
            return line;
        }
        if let Some(high) = tail.strip_prefix(['-', '–'])
            && let Some(found) = is_address.then(|| high.split_whitespace().next()).flatten()
            && let Some(networks) = range(token, found)
        {
            let after = high.trim().get(found.len()..).unwrap_or_default();
            return beside(networks, after, LineForm::Spaced);
        }
        if token.ends_with([',', ';']) || rest.starts_with('\t') {
            return beside(value, tail, LineForm::Remark);
        }
        beside(value, tail, LineForm::Spaced)
    }

    /// Names given to an address: one that leads nowhere blocks them, another one is their host's.
    fn hosts<'l>(&mut self, address: &ListValue<'l>, tail: &'l str) -> Option<ListLine<'l>> {
        let nowhere = ["0.0.0.0", "127.0.0.1", "::", "::1"].contains(&address.observable.value.as_str());
        let names = tail.split('#').next().unwrap_or_default();
        let comment = tail.get(names.len()..).unwrap_or_default().trim_matches(['#', ' ']);
        let is_local = |name: &str| LOCAL_NAMES.contains(&name) || name.starts_with("ip6-");
        if !names.is_empty() && names.split_whitespace().all(is_local) {
            return Some(ListLine::Empty);
        }
        let mut named: Option<ListValue<'l>> = None;
        for name in names.split_whitespace() {
            let Some(found) = self.values.read(name).filter(|found| found.observable.kind == Kind::Domain)
            else {
                if nowhere {
                    continue;
                }
                break;
            };
            match &mut named {
                Some(first) => first.more.push(found.observable),
                None => named = Some(found),
            }
        }
        let form = if nowhere { LineForm::Hosts } else { LineForm::Mapped };
        named.map(|value| ListLine::Entry(LineEntry { value, form, tail: comment }))
    }

    /// A value with a mark or a separator right behind it: `203.0.113.7#scanner`, `203.0.113.7,65`.
    fn glued<'l>(&mut self, text: &'l str) -> Option<ListLine<'l>> {
        let at = text.bytes().position(|byte| matches!(byte, b',' | b';' | b'|' | b'#'))?;
        let (left, right) = text.split_at_checked(at)?;
        if right.starts_with("##") || right.starts_with("#@#") || right.len() == 1 {
            return None;
        }
        let value = self.values.read(left)?;
        let comment = right.starts_with('#') || right.starts_with(';') && left.ends_with(' ');
        let form = if comment { LineForm::Marked } else { LineForm::Remark };
        Some(beside(value, right.get(1..).unwrap_or_default(), form))
    }

    /// A line that is a value as a whole though it has blanks, or names a hash behind its file.
    fn whole<'l>(&mut self, text: &'l str) -> Option<ListLine<'l>> {
        if let Some((file, digits)) = text.split_once(") = ")
            && let Some((name, file)) = file.split_once(" (")
            && is_hash_name(name)
        {
            return Some(entry(self.values.read(digits)?, LineForm::HashOfFile, file));
        }
        let defanged = text.contains(['[', '(']) && text.split_whitespace().count() <= 7;
        let name = text.starts_with(['%', '\\']) || text.get(1..3) == Some(":\\") || text.starts_with("HK");
        let observable = (defanged || name).then(|| recognise(text)).flatten()?;
        let written = if name { Written::Doubtful } else { Written::Defanged };
        let found = crate::prose::passages::is_sign(observable.kind);
        found.then(|| {
            entry(ListValue { observable, more: Vec::new(), port: None, written }, LineForm::Bare, "")
        })
    }

    /// A rule of an ad blocker, behind its bars.
    fn blocked<'l>(&mut self, rule: &'l str) -> ListLine<'l> {
        let end = rule.find(['^', '$', '|', '*']).unwrap_or(rule.len());
        let host = rule.get(..end).unwrap_or_default();
        match self.values.read(host) {
            Some(value) => entry(value, LineForm::Blocked, ""),
            None => ListLine::Other,
        }
    }
}

/// A comment line without its marks.
pub(super) fn comment(text: &str) -> Option<&str> {
    if text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric()) {
        return None;
    }
    let marked = ["#", "//", ";", "!", "--", "/*"].iter().any(|mark| text.starts_with(mark));
    let section = text.starts_with('[') && text.ends_with(']') && !text.contains([':', '.']);
    let title = text.starts_with("[Adblock");
    let marks =
        |c: char| matches!(c, '#' | ';' | '!' | '/' | '*' | '-' | '=' | '[' | ']') || c.is_whitespace();
    (marked || section || title).then(|| text.trim_matches(marks))
}

fn entry<'l>(value: ListValue<'l>, form: LineForm, tail: &'l str) -> ListLine<'l> {
    ListLine::Entry(LineEntry { value, form, tail })
}

/// A value and what is beside it; `form` is how they are parted.
fn beside<'l>(value: ListValue<'l>, tail: &'l str, form: LineForm) -> ListLine<'l> {
    let tail = tail.trim();
    let parted = |c: char| SEPARATORS.contains(&c) || matches!(c, '-' | '–' | '—' | ':' | '*' | '"' | '/');
    let words = tail.trim_matches(|c| parted(c) || c == ' ');
    if words.is_empty() {
        return entry(value, LineForm::Bare, "");
    }
    let spaced = form == LineForm::Spaced;
    let form = match form {
        LineForm::Spaced if MARKS.iter().any(|mark| tail.starts_with(mark)) => LineForm::Marked,
        LineForm::Spaced if tail.starts_with(parted) => LineForm::Remark,
        other => other,
    };
    if form == LineForm::Marked {
        return entry(value, form, words);
    }
    let kind = value.observable.kind;
    if kind == Kind::Email {
        return ListLine::Login;
    }
    if is_identifier(words) || words.starts_with("refs/") {
        return ListLine::Other;
    }
    let hash = matches!(kind, Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512);
    if hash && !(spaced && is_of_a_log(tail, spaced)) && separators(words) < WIDE {
        return entry(value, LineForm::HashOfFile, words);
    }
    // `example.com/module v1.2.0`: a dependency.
    if form == LineForm::Spaced && kind == Kind::Url && !value.observable.value.contains("://") {
        return ListLine::Other;
    }
    if value.written != Written::Defanged && is_of_a_log(tail, spaced) {
        return if words.contains('@') { ListLine::Login } else { ListLine::Other };
    }
    if is_score(words) {
        return entry(value, LineForm::Scored, words);
    }
    entry(value, form, words)
}

fn separators(words: &str) -> usize {
    words.bytes().filter(|byte| matches!(byte, b',' | b';' | b'\t')).count()
}

/// Whether what follows a value is what follows it in a log or a list of accounts, not a remark.
fn is_of_a_log(tail: &str, spaced: bool) -> bool {
    let quoted = tail.contains(['"', '[']) || tail.split_whitespace().nth(12).is_some();
    let request = tail.contains('"') && tail.contains('[');
    spaced && quoted || request || tail.contains('@')
}

/// Numbers and days: a score, a port, when it was seen.
fn is_score(words: &str) -> bool {
    words.len() <= 40 && words.bytes().all(|byte| byte.is_ascii_digit() || b"-:.,;| TZ%+".contains(&byte))
}

/// Whether the first word is a UUID: then the line is one of an index.
fn is_identifier(words: &str) -> bool {
    is_uuid(words.split([',', ';', ' ', '\t']).next().unwrap_or_default())
}

/// The words of a remark as a context has them: quotes and separators of the list taken away.
pub(super) fn remark(tail: &str) -> &str {
    bare(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_with(text: &str, separator: Option<char>) -> String {
        let mut reader = LineReader { separator, ..LineReader::default() };
        match reader.read(text) {
            ListLine::Empty => "empty".to_owned(),
            ListLine::Comment(text) => format!("comment {text:?}"),
            ListLine::Login => "login".to_owned(),
            ListLine::Other => "other".to_owned(),
            ListLine::Entry(entry) => {
                let mut shown = format!("{:?} {}", entry.form, entry.value.observable.value);
                for one in &entry.value.more {
                    shown.push_str(&format!("+{}", one.value));
                }
                if !entry.tail.is_empty() {
                    shown.push_str(&format!(" {:?}", entry.tail));
                }
                shown
            }
        }
    }

    fn shown(text: &str) -> String {
        shown_with(text, None)
    }

    #[test]
    fn lines_as_lists_write_them() {
        let md5 = "1a6ccc76f33291a411c08b47a9693847";
        for (line, what) in [
            ("203.0.113.66", "Bare 203.0.113.66"),
            ("  - evil[.]example", "Bare evil.example"),
            ("\"evil-login.net\",", "Bare evil-login.net"),
            ("# DstIP", "comment \"DstIP\""),
            ("# a banner      #", "comment \"a banner\""),
            ("[C2 servers]", "comment \"C2 servers\""),
            ("203.0.113.66 # scanner", "Marked 203.0.113.66 \"scanner\""),
            ("203.0.113.66#scanner", "Marked 203.0.113.66 \"scanner\""),
            ("192.0.2.0/24 ; SBL1 and more", "Marked 192.0.2.0/24 \"SBL1 and more\""),
            ("evil-login.net // seen twice", "Marked evil-login.net \"seen twice\""),
            ("203.0.113.66;65", "Scored 203.0.113.66 \"65\""),
            ("203.0.113.66,75", "Scored 203.0.113.66 \"75\""),
            ("203.0.113.66\t2026-11-01 10:00", "Scored 203.0.113.66 \"2026-11-01 10:00\""),
            ("203.0.113.66,QakBot C2,2026", "Remark 203.0.113.66 \"QakBot C2,2026\""),
            ("203.0.113.66 | QakBot", "Remark 203.0.113.66 \"QakBot\""),
            ("evil-login.net - a portal", "Remark evil-login.net \"a portal\""),
            ("evil-login.net a portal", "Spaced evil-login.net \"a portal\""),
            ("203.0.113.4 - 203.0.113.7", "Bare 203.0.113.4/30"),
            ("203.0.113.4-203.0.113.7 # office", "Marked 203.0.113.4/30 \"office\""),
            ("evil [.] example", "Bare evil.example"),
            (r"C:\Program Files\x.exe", "Bare c:/program files/x.exe"),
            ("||evil-login.net^", "Blocked evil-login.net"),
            ("||evil-login.net^$third-party", "Blocked evil-login.net"),
            ("@@||good.example^", "empty"),
            ("good.example##.banner", "other"),
            ("0.0.0.0 evil-login.net", "Hosts evil-login.net"),
            ("127.0.0.1\ta.evil.example b.evil.example # x", "Hosts a.evil.example+b.evil.example \"x\""),
            ("127.0.0.1 localhost", "empty"),
            ("0.0.0.0 0.0.0.0", "empty"),
            ("::1 ip6-localhost ip6-loopback", "empty"),
            ("203.0.113.5 www.port.example www", "Mapped www.port.example"),
        ] {
            assert_eq!(shown(line), what, "{line}");
        }
        assert_eq!(shown(&format!("{md5}  invoice.exe")), format!("HashOfFile {md5} \"invoice.exe\""));
        assert_eq!(shown(&format!("{md5} *invoice.exe")), format!("HashOfFile {md5} \"invoice.exe\""));
        assert_eq!(shown(&format!("{md5};a loader;80")), format!("HashOfFile {md5} \"a loader;80\""));
        assert_eq!(shown(&format!("MD5 (invoice.exe) = {md5}")), format!("HashOfFile {md5} \"invoice.exe\""));
    }

    #[test]
    fn a_separator_of_the_document_ends_a_url() {
        let line = "http://evil.example/a;C2 of a loader;70";
        assert_eq!(shown_with(line, Some(';')), "Remark http://evil.example/a \"C2 of a loader;70\"");
        assert_eq!(shown("http://evil.example/a;b,c"), "Bare http://evil.example/a;b,c");
    }

    #[test]
    fn what_is_no_line_of_a_list() {
        let md5 = "1a6ccc76f33291a411c08b47a9693847";
        for line in [
            "the group used 203.0.113.66 as its server",
            "User-agent: *",
            "django==4.2.1",
            "quay-portal.net/module v1.2.0",
            "203.0.113.9 - - [12/Jun/2026:03:14:07 +0000] \"GET / HTTP/1.1\" 200 5",
            "203.0.113.9, 192.0.2.7 - - [12/Jun/2026:03:14:07 +0000] \"GET / HTTP/1.1\" 200 5",
            "2026-11-27 10:00:00 203.0.113.9 GET /",
            &format!("{md5},7eadccd4-9496-557c-96c0-6f4b805be6d3"),
            &format!("{md5}a refs/heads/main"),
        ] {
            assert_eq!(shown(line), "other", "{line}");
        }
    }

    #[test]
    fn logins_are_counted_and_not_read() {
        for line in [
            "anna@port.example;hunter2",
            "anna@port.example hunter2",
            "shop.example anna@port.example:hunter2",
        ] {
            assert_eq!(shown(line), "login", "{line}");
        }
        assert_eq!(shown("anna@port.example:hunter2"), "other");
        assert_eq!(shown("https://shop.example/x:anna:hunter2"), "other");
    }
}
