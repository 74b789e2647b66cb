//! One written value of a list as what it names: the fast half of [`observable::recognise`], and what lists
//! write beside it.
//!
//! A list holds one sort of thing a million times, so the common spellings (addresses, hashes, domains, URLs)
//! are distinguished by their bytes and never tried one kind after the other. A value with a port (`ip:port`) is
//! its host; a range of addresses is the networks that cover it. What holds a login beside a URL is no value.

use super::marks::ByteMarks;
use observable::{Kind, Observable, VALUE_BYTES_MAX, canonical, recognise, scan_text};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many networks one range of addresses may come down to; a range of IPv4 never needs more than 62.
const NETWORKS_MAX: usize = 256;
/// How many ends of domains are remembered; there are some 1,500.
const ENDS_MAX: usize = 10_000;

/// What a written value names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListValue<'t> {
    pub(crate) observable: Observable,
    /// The other networks of a range.
    pub(super) more: Vec<Observable>,
    /// The port written behind a host.
    pub(super) port: Option<&'t str>,
    pub(super) written: Written,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// As it is.
    Plain,
    /// So that nobody follows it by mistake: its author calls it dangerous.
    Defanged,
    /// As a file or a path could be written as well.
    Doubtful,
}

/// Ends of domains that name files more often than hosts (`main.py`, `README.md`).
const FILE_ENDS: [&str; 12] =
    ["md", "mov", "mm", "pl", "pm", "properties", "ps", "pub", "py", "rs", "sh", "zip"];

/// Reads values, and remembers which ends of domains are known.
#[derive(Default)]
pub(crate) struct ValueReader {
    ends: HashMap<String, bool>,
}

impl ValueReader {
    /// The observable that a text of one value names; `None` when it is no value that can be looked for.
    pub(crate) fn read<'t>(&mut self, text: &'t str) -> Option<ListValue<'t>> {
        let text = bare(text);
        if text.len() < 3 || text.len() > VALUE_BYTES_MAX {
            return None;
        }
        let marks = ByteMarks::of(text);
        if let Some(hash) = hash(text, marks) {
            return Some(plain(hash));
        }
        if let Some(found) = address(text, marks) {
            return Some(found);
        }
        if marks.has(ByteMarks::BRACKET | ByteMarks::SLASH) && is_defanged(text) {
            return defanged(text);
        }
        if marks.has(ByteMarks::SLASH) {
            return if marks.has(ByteMarks::COLON) && text.contains("://") {
                canonical(Kind::Url, text).filter(|_| !holds_login(text)).map(plain)
            } else {
                self.with_path(text)
            };
        }
        if marks.has(ByteMarks::AT) {
            return canonical(Kind::Email, text).map(plain);
        }
        if text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("as"))
            && let Some(found) = canonical(Kind::AutonomousSystem, text)
        {
            return Some(plain(found));
        }
        if marks.has(ByteMarks::PERCENT) {
            return mere_name(text);
        }
        marks.has(ByteMarks::DOT).then(|| self.domain(text, marks)).flatten()
    }

    /// Whether the last label of a host is one under which names are registered.
    fn is_known_end(&mut self, host: &str) -> bool {
        let end = host.rsplit('.').next().unwrap_or_default();
        if let Some(known) = self.ends.get(end) {
            return *known;
        }
        let known = recognise(&format!("a.{end}")).is_some_and(|found| found.kind == Kind::Domain);
        if self.ends.len() >= ENDS_MAX {
            self.ends.clear();
        }
        self.ends.insert(end.to_owned(), known);
        known
    }

    /// A URL without a scheme, or a network.
    fn with_path<'t>(&mut self, text: &'t str) -> Option<ListValue<'t>> {
        if text.starts_with('/') {
            return mere_name(text);
        }
        let url = canonical(Kind::Url, text).filter(|_| !holds_login(text))?;
        let host = url.host()?;
        // A prefix that is no prefix is no path either.
        let prefix =
            text.rsplit_once('/').is_some_and(|(_, end)| end.len() <= 3 && end.parse::<u16>().is_ok());
        if prefix && host.kind != Kind::Domain {
            return None;
        }
        let known = host.kind != Kind::Domain || self.is_known_end(&host.value);
        known.then(|| plain(url))
    }

    /// A domain, with wildcard, dots around it or a port.
    fn domain<'t>(&mut self, text: &'t str, marks: ByteMarks) -> Option<ListValue<'t>> {
        let parted = if marks.has(ByteMarks::COLON) { text.rsplit_once(':') } else { None };
        let (host, port) = match parted {
            Some((host, port)) if is_port(port) => (host, Some(port)),
            _ => (text, None),
        };
        let host = host.strip_prefix("*.").or_else(|| host.strip_prefix('.')).unwrap_or(host);
        let domain = canonical(Kind::Domain, host)?;
        if !self.is_known_end(&domain.value) {
            // A name of a file has an end that no registry sells; other ends are what the list says they are.
            let file = scan_text(host).into_iter().find(|found| found.observable.kind == Kind::FileName);
            let observable = file.map_or(domain, |file| file.observable);
            return Some(ListValue { observable, more: Vec::new(), port, written: Written::Doubtful });
        }
        let end = domain.value.rsplit('.').next().unwrap_or_default();
        let written = if FILE_ENDS.contains(&end) { Written::Doubtful } else { Written::Plain };
        Some(ListValue { observable: domain, more: Vec::new(), port, written })
    }
}

fn plain<'t>(observable: Observable) -> ListValue<'t> {
    ListValue { observable, more: Vec::new(), port: None, written: Written::Plain }
}

/// A value without the quotes, brackets and commas of the language that it was copied from.
pub(super) fn bare(text: &str) -> &str {
    let ends = [text.bytes().next(), text.bytes().next_back()];
    if ends.iter().all(|end| end.is_some_and(|byte| byte.is_ascii_alphanumeric())) {
        return text;
    }
    let text = text.trim().trim_end_matches([',', ';']);
    text.trim_matches(|c| matches!(c, '"' | '\'' | '`' | '<' | '>')).trim()
}

/// A hash, with or without the name of its kind before it (`sha256:…`).
fn hash(text: &str, marks: ByteMarks) -> Option<Observable> {
    let named = if marks.has(ByteMarks::COLON) { text.split_once([':', '=']) } else { None };
    let (digits, marks) = match named {
        Some((name, digits)) if is_hash_name(name) => (digits.trim(), ByteMarks::of(digits.trim())),
        _ => (text, marks),
    };
    let kind = match digits.len() {
        32 => Kind::Md5,
        40 => Kind::Sha1,
        64 => Kind::Sha256,
        128 => Kind::Sha512,
        _ => return None,
    };
    // One digit over and over is a place holder.
    let varied = digits.bytes().any(|byte| Some(byte) != digits.bytes().next());
    (!marks.has(!ByteMarks::HEXADECIMAL) && varied)
        .then(|| Observable { kind, value: digits.to_ascii_lowercase() })
}

/// `MD5`, `sha-256`.
pub(super) fn is_hash_name(name: &str) -> bool {
    ["md5", "sha1", "sha-1", "sha256", "sha-256", "sha512", "sha-512"]
        .iter()
        .any(|known| name.trim().eq_ignore_ascii_case(known))
}

/// An address, a network, an address with a port, a range.
fn address(text: &str, marks: ByteMarks) -> Option<ListValue<'_>> {
    let bytes = text.as_bytes();
    let first = *bytes.first()?;
    // Only the zone behind `%` has other letters.
    let word = marks.has(ByteMarks::WORD) && !marks.has(ByteMarks::PERCENT);
    if word || !(first.is_ascii_hexdigit() || matches!(first, b':' | b'[')) {
        return None;
    }
    if let Some(address) = parsed(text) {
        return Some(plain(of_address(address, text)));
    }
    if !marks.has(ByteMarks::SLASH | ByteMarks::COLON | ByteMarks::DASH) {
        return None;
    }
    if let Some((_, prefix)) = text.split_once('/') {
        let network = prefix.bytes().all(|byte| byte.is_ascii_digit());
        // A network of everything would match everything.
        let whole = prefix.bytes().all(|byte| byte == b'0');
        return (network && !whole).then(|| canonical(Kind::Network, text)).flatten().map(plain);
    }
    if let Some((host, port)) = text.rsplit_once(':')
        && is_port(port)
        && let Some(address) = parsed(host).filter(|address| address.is_ipv4() || host.starts_with('['))
    {
        let observable = of_address(address, host);
        return Some(ListValue { observable, more: Vec::new(), port: Some(port), written: Written::Plain });
    }
    let (low, high) = text.split_once('-')?;
    range(low, high)
}

/// An address, an IPv6 one with or without brackets and zone.
fn parsed(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(IpAddr::V4(address));
    }
    if !text.contains(':') {
        return None;
    }
    let inner = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
    let inner = inner.split_once('%').map_or(inner, |(address, _)| address);
    let address: Ipv6Addr = inner.parse().ok()?;
    Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
}

/// The observable of an address that is written so.
fn of_address(address: IpAddr, written: &str) -> Observable {
    match address {
        // A dotted quad that can be read has one form; mapped ones are written with colons.
        IpAddr::V4(_) if !written.contains(':') => Observable { kind: Kind::Ipv4, value: written.to_owned() },
        IpAddr::V4(_) => Observable { kind: Kind::Ipv4, value: address.to_string() },
        IpAddr::V6(_) => Observable { kind: Kind::Ipv6, value: address.to_string() },
    }
}

fn is_port(text: &str) -> bool {
    text.len() <= 5 && text.parse::<u16>().is_ok_and(|port| port > 0)
}

/// The networks from one address to another.
pub(super) fn range<'t>(low: &str, high: &str) -> Option<ListValue<'t>> {
    let (low, high) = (parsed(bare(low))?, parsed(bare(high))?);
    let width: u32 = if low.is_ipv4() { 32 } else { 128 };
    if low.is_ipv4() != high.is_ipv4() {
        return None;
    }
    let number = |address: IpAddr| match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    let (mut at, end) = (number(low), number(high));
    let mut networks = Vec::new();
    while at <= end {
        // The largest network that begins here and does not reach beyond the end.
        let room = (end - at).checked_add(1).map_or(width, |size| size.ilog2());
        let size = at.trailing_zeros().min(room).min(width);
        if size == width || networks.len() >= NETWORKS_MAX {
            return None;
        }
        let base = match u32::try_from(at) {
            Ok(base) if width == 32 => IpAddr::V4(Ipv4Addr::from(base)),
            _ => IpAddr::V6(Ipv6Addr::from(at)),
        };
        networks.push(canonical(Kind::Network, &format!("{base}/{}", width - size))?);
        let Some(next) = at.checked_add(1 << size) else { break };
        at = next;
    }
    let mut networks = networks.into_iter();
    let observable = networks.next()?;
    Some(ListValue { observable, more: networks.collect(), port: None, written: Written::Plain })
}

/// Whether a value is written so that nobody follows it by mistake.
fn is_defanged(text: &str) -> bool {
    let bytes = text.as_bytes();
    let scheme = |first: u8| {
        bytes.first().is_some_and(|byte| byte.eq_ignore_ascii_case(&first))
            && bytes.iter().skip(1).take(2).any(|byte| matches!(byte, b'x' | b'X' | b'*'))
            && (text.contains("//") || text.contains('['))
    };
    let bracket = bytes.iter().any(|byte| matches!(byte, b'[' | b'(' | b'{' | b'\\'));
    let marks =
        ["[.", ".]", "(.", ".)", "{.", ".}", "\\.", "[:", "[/", "[@", "[at", "(at", "[dot", "(dot", "[d"];
    scheme(b'h') || scheme(b'f') || bracket && marks.iter().any(|mark| text.contains(mark))
}

fn defanged(text: &str) -> Option<ListValue<'_>> {
    if holds_login(text) {
        return None;
    }
    let as_sign = |found: &Observable| crate::prose::passages::is_sign(found.kind);
    let written = Written::Defanged;
    if let Some(observable) = recognise(text).filter(as_sign) {
        return Some(ListValue { observable, more: Vec::new(), port: None, written });
    }
    // `203[.]0[.]113[.]7:443` and `evil[.]example:8080` come back as a URL with a port and no path.
    let url = canonical(Kind::Url, text)?;
    let (_, port) = text.rsplit_once(':').filter(|(_, port)| is_port(port))?;
    let observable = url.host().filter(|_| !url.value.contains("://"))?;
    Some(ListValue { observable, more: Vec::new(), port: Some(port), written })
}

/// A path or a registry key, which names something that others have too.
fn mere_name(text: &str) -> Option<ListValue<'_>> {
    let found = recognise(text).filter(|found| matches!(found.kind, Kind::Path | Kind::RegistryKey))?;
    Some(ListValue { observable: found, more: Vec::new(), port: None, written: Written::Doubtful })
}

/// Whether an address of the web has a login and its password behind it (`https://host/path:name:word`), as
/// lists of stolen logins write them: two colons that neither open another address nor a port inside it.
pub(super) fn holds_login(text: &str) -> bool {
    let after = text.split_once("//").map_or(text, |(_, after)| after);
    let Some((_, path)) = after.split_once('/') else {
        return !after.contains('[') && after.bytes().filter(|byte| *byte == b':').count() >= 3;
    };
    let opens = |after: &str| {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        after.starts_with("//") || digits > 0 && after.as_bytes().get(digits) == Some(&b'/')
    };
    let colons = path.match_indices(':').filter(|(at, _)| !opens(path.get(at + 1..).unwrap_or_default()));
    colons.take(2).count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let Some(value) = ValueReader::default().read(text) else { return "none".to_owned() };
        let mut shown = format!("{} {}", value.observable.kind.name(), value.observable.value);
        for one in &value.more {
            shown.push_str(&format!(" {}", one.value));
        }
        if let Some(port) = value.port {
            shown.push_str(&format!(" port {port}"));
        }
        match value.written {
            Written::Plain => shown,
            other => format!("{shown} {other:?}"),
        }
    }

    #[test]
    fn values_as_lists_write_them() {
        for (written, value) in [
            ("203.0.113.66", "ipv4 203.0.113.66"),
            ("\"203.0.113.66\",", "ipv4 203.0.113.66"),
            ("2001:DB8::0066", "ipv6 2001:db8::66"),
            ("::ffff:203.0.113.7", "ipv4 203.0.113.7"),
            ("203.0.113.66:443", "ipv4 203.0.113.66 port 443"),
            ("[2001:db8::1]:8443", "ipv6 2001:db8::1 port 8443"),
            ("203.0.113.9/24", "network 203.0.113.0/24"),
            ("203.0.113.9/32", "ipv4 203.0.113.9"),
            ("2a06:e480::/29", "network 2a06:e480::/29"),
            ("203.0.113.0-203.0.113.255", "network 203.0.113.0/24"),
            ("203.0.113.7-203.0.113.8", "ipv4 203.0.113.7 203.0.113.8"),
            ("Evil-Login.net", "domain evil-login.net"),
            ("asuscomm.evil-login.net", "domain asuscomm.evil-login.net"),
            ("*.evil-login.net", "domain evil-login.net"),
            (".evil-login.net", "domain evil-login.net"),
            ("evil-login.net:8080", "domain evil-login.net port 8080"),
            ("http://evil.example/a,b;c", "url http://evil.example/a,b;c"),
            ("evil-login.net/gate.php", "url evil-login.net/gate.php"),
            (
                "http://evil.example/?to=http://a.example:80/",
                "url http://evil.example/?to=http://a.example:80/",
            ),
            ("mailer@evil.example", "email mailer@evil.example"),
            ("1A6CCC76F33291A411C08B47A9693847", "md5 1a6ccc76f33291a411c08b47a9693847"),
            (
                "sha1:989ac69337997919f076b3c466cafdc6070f40f9",
                "sha1 989ac69337997919f076b3c466cafdc6070f40f9",
            ),
            ("AS64500", "autonomous-system AS64500"),
            ("203[.]0[.]113[.]67", "ipv4 203.0.113.67 Defanged"),
            ("203[.]0.113[.]67:443", "ipv4 203.0.113.67 port 443 Defanged"),
            ("evil[.]example:8080", "domain evil.example port 8080 Defanged"),
            ("hxxps://evil.example/x", "url https://evil.example/x Defanged"),
            ("evil[.]example", "domain evil.example Defanged"),
            ("main.py", "domain main.py Doubtful"),
            ("payload.exe", "file-name payload.exe Doubtful"),
            ("r.evil.zzz", "domain r.evil.zzz Doubtful"),
            (r"C:\Temp\x.exe", "path c:/temp/x.exe Doubtful"),
        ] {
            assert_eq!(shown(written), value, "{written}");
        }
    }

    #[test]
    fn what_is_no_value() {
        for text in [
            "",
            "-",
            "hello",
            "django==4.2",
            "1.2.3",
            "00000000000000000000000000000000",
            "0.0.0.0/0",
            "::/0",
            "203.0.113.0/33",
            "203.0.113.9-203.0.113.1",
            "0.0.0.0-255.255.255.255",
            "CVE-2021-44228",
            "T1190",
            "https://shop.example/login:anna@port.example:hunter2",
            "https://shop.example:443:anna:hunter2",
            "https://shop.example/?page=1:anna:12345",
            "shop.example/login:anna:hunter2/x",
            "and/or",
            "application/json",
        ] {
            assert_eq!(shown(text), "none", "{text}");
        }
    }

    #[test]
    fn a_range_is_covered_exactly() {
        let value = range("203.0.113.5", " 203.0.113.17").expect("a range");
        let all: Vec<String> =
            std::iter::once(value.observable).chain(value.more).map(|one| one.value).collect();
        assert_eq!(all, ["203.0.113.5", "203.0.113.6/31", "203.0.113.8/29", "203.0.113.16/31"]);
        let high = range("255.255.255.254", "255.255.255.255").expect("up to the last address");
        assert_eq!(high.observable.value, "255.255.255.254/31");
        let last =
            range("ffff::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").expect("up to the last address");
        assert_eq!(last.observable.value, "ffff::/16");
        let most = range("0.0.0.1", "255.255.255.254").expect("the longest range of IPv4");
        assert_eq!(1 + most.more.len(), 62);
    }

    #[test]
    fn the_fast_way_and_the_slow_way_say_the_same() {
        for text in
            ["203.0.113.7", "2001:db8::1", "203.0.113.0/24", "a.evil-login.net", "http://evil.example/x"]
        {
            assert_eq!(
                ValueReader::default().read(text).map(|value| value.observable),
                recognise(text),
                "{text}"
            );
        }
    }
}
