//! CEF and LEEF events, alone on a line or as the message of syslog.
//!
//! "ArcSight Common Event Format", revision 26: a head of seven parts set off by `|`, then `key=value` pairs
//! whose values hold blanks; `\|`, `\\`, `\=`, `\n` and `\r` are escapes. "LEEF 1.0 and 2.0" (IBM QRadar): a
//! head of five parts, in 2.0 the delimiter after it, then pairs set off by that or by tabs. Fields keep their
//! names; the names of Sigma's `firewall` category are added when both addresses are there. A collector may have
//! taken the name of the form off, and a writer may have left line ends in values: both are read.

use crate::cut::chunk::{Chunk, Line, Scanned};
use crate::cut::scanner::{Between, Syntax};
use crate::formats::appliance::checkpoint;
use crate::formats::key_values;
use crate::names::log_source::log_source;
use crate::names::mapping;
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::trouble::Trouble;
use crate::record::{address, clock, words};
use input::Head;
use model::{LogSource, Text};
use std::sync::{Arc, LazyLock};

/// How long a key may be; what is longer is no key.
const KEY_BYTES_MAX: usize = 64;
/// The parts of the heads.
const CEF: [&str; 6] =
    ["deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"];
const LEEF: [&str; 4] = ["deviceVendor", "deviceProduct", "deviceVersion", "eventId"];
/// Keys of the time, the host, the account and the other sides, the best source first.
const TIMES: [&str; 8] = [
    "FTNTFGTeventtime",
    "FortinetFortiGateeventtime",
    "ad.eventtime",
    "start",
    "rt",
    "deviceReceiptTime",
    "devTime",
    "end",
];
const HOSTS: [&str; 6] =
    ["host_name", "dvchost", "deviceHostName", "PanOSCloudHostname", "sys_name", "identHostName"];
const ACCOUNTS: [&str; 6] = ["suser", "susr", "usrName", "PanOSSourceUserName", "FTNTFGTunauthuser", "duser"];
const FROM: [&str; 2] = ["src", "c6a2"];
const TO: [&str; 2] = ["dst", "c6a3"];

/// The log source of events of no known kind.
pub(crate) static UNKNOWN: LogSource = LogSource { product: None, service: None, categories: Vec::new() };

/// How long the name of a module may be.
const TAG_BYTES_MAX: usize = 16;
/// How long a head may be that has lost its name.
const HEAD_BYTES_MAX: usize = 512;

/// Whether a text starts as an event does.
pub(crate) fn starts(text: &str) -> bool {
    form(text).is_some()
}

/// What an event is written in, and what follows the version.
struct CefForm<'t> {
    leef: bool,
    /// Version 2.0 of LEEF names its delimiter.
    delimited: bool,
    rest: &'t str,
}

/// The form of an event. A collector that knows what it collects may have taken the name off: `0|Vendor|…`.
fn form(text: &str) -> Option<CefForm<'_>> {
    // F5 puts the module before it: `ASM:CEF:0|`.
    let head = text.as_bytes().get(..TAG_BYTES_MAX + ":CEF:".len()).unwrap_or(text.as_bytes());
    let tag = memchr::memchr(b':', head).and_then(|colon| text.split_at_checked(colon));
    let text = tag
        .filter(|(tag, rest)| is_tag(tag) && rest.starts_with(":CEF:"))
        .map_or(text, |(_, rest)| rest.trim_start_matches(':'));
    let named = |name: &str| text.strip_prefix(name).map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    if let Some(rest) =
        named("CEF:").and_then(|rest| rest.strip_prefix("0|").or_else(|| rest.strip_prefix("1|")))
    {
        // Some of Check Point's have an empty part first.
        return Some(CefForm { leef: false, delimited: false, rest: rest.strip_prefix('|').unwrap_or(rest) });
    }
    let versions = [("1.0|", false), ("2.0|", true)];
    let leef = |text: &'_ str| {
        versions.iter().find_map(|(start, two)| Some((*two, text.strip_prefix(start)?.len())))
    };
    let bare = |length: usize| text.get(text.len() - length..);
    if let Some((delimited, length)) = named("LEEF:").and_then(leef) {
        return Some(CefForm { leef: true, delimited, rest: bare(length)? });
    }
    // A vendor's name begins with a letter, and pairs follow the head.
    let has_head = |rest: &str, bars_min| {
        let head = text.as_bytes().get(..HEAD_BYTES_MAX.min(text.len())).unwrap_or_default();
        rest.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && memchr::memchr_iter(b'|', head).count() >= bars_min
            && memchr::memchr(b'=', text.as_bytes()).is_some()
    };
    if let Some((delimited, length)) = leef(text) {
        let rest = bare(length)?;
        return has_head(rest, 5).then_some(CefForm { leef: true, delimited, rest });
    }
    let rest = text.strip_prefix("0|").or_else(|| text.strip_prefix("1|"))?;
    has_head(rest, 7).then_some(CefForm { leef: false, delimited: false, rest })
}

/// Whether a text may be the name of a program's module.
fn is_tag(text: &str) -> bool {
    text.len() <= TAG_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The first line starts an event: nothing else starts so, and a request in a value may go over many lines.
pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(1).next().is_some_and(starts)
}

/// Where events start and end. One is a line; but a value may hold line ends that its writer did not escape, so
/// what follows belongs to the event when it begins with a blank or with `key=`.
#[derive(Default)]
pub(crate) struct Events {
    /// Whether the open record is an event, and no other line.
    event: bool,
}

/// How many bytes of a record show whether it is an event.
const KNOWN_BY_BYTES: usize = 24;

impl Syntax for Events {
    fn state(&self) -> Vec<u64> {
        vec![u64::from(self.event)]
    }

    fn restore(&mut self, state: &[u64]) {
        self.event = state.first().is_some_and(|event| *event != 0);
    }

    fn between(&mut self, buffer: &[u8], at: usize, ended: bool) -> Between {
        let rest = buffer.get(at..).unwrap_or_default();
        let Some(start) = rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0) else {
            return Between::Looked(buffer.len());
        };
        let head = rest.get(start..).unwrap_or_default();
        if head.len() < KNOWN_BY_BYTES && !ended && memchr::memchr(b'\n', head).is_none() {
            return Between::Looked(at + start);
        }
        let head = head.get(..KNOWN_BY_BYTES).unwrap_or(head);
        let named = memchr::memmem::find(head, b"CEF:").or_else(|| memchr::memmem::find(head, b"LEEF:"));
        let bar = head.iter().position(|byte| *byte == b'|');
        self.event = named.is_some() || bar.is_some_and(|bar| bar <= "1.0".len());
        Between::Starts(at + start)
    }

    fn end(&mut self, buffer: &[u8], at: &mut usize, _: Option<usize>, ended: bool) -> Option<usize> {
        loop {
            let rest = buffer.get(*at..).unwrap_or_default();
            let Some(newline) = memchr::memchr(b'\n', rest) else {
                *at = buffer.len();
                return None;
            };
            let end = *at + newline;
            let next = buffer.get(end + 1..).unwrap_or_default();
            let enough = next.len() > KEY_BYTES_MAX || memchr::memchr(b'\n', next).is_some();
            if self.event && !enough && !ended {
                *at = end;
                return None;
            }
            *at = end + 1;
            if !(self.event && goes_on(next)) {
                return Some(end);
            }
        }
    }
}

/// How lines of logs of pairs begin that are none of an event: FortiGate's and the like, and the audit log's.
const OTHERS: [&[u8]; 6] = [b"date=", b"time=", b"timestamp=", b"logver=", b"id=firewall", b"node="];

/// Whether a line goes on with the event before it.
fn goes_on(line: &[u8]) -> bool {
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let start = line.get(..KEY_BYTES_MAX).unwrap_or(line);
    let audit = start.starts_with(b"type=") && memchr::memmem::find(start, b" msg=audit(").is_some();
    if audit || OTHERS.iter().any(|other| start.starts_with(other)) {
        return false;
    }
    let key = line.iter().take(KEY_BYTES_MAX + 1).take_while(|byte| is_key(**byte)).count();
    matches!(line.first(), Some(b' ' | b'\t')) || key > 0 && line.get(key) == Some(&b'=')
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(Cef)
}

/// Events without a syslog head.
struct Cef;

impl Reader for Cef {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let values = Scanned::of(chunk, &mut out.tally.troubles);
        let mut draft = Draft::default();
        for line in values.lines() {
            record(&line, &mut draft, out);
        }
    }
}

fn record<'c>(line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    draft.clear();
    if !starts(line.text) && out.other(line) {
        return;
    }
    let facts = event(line.text.trim_end(), draft).unwrap_or_else(|| {
        out.tally.troubles.add(Trouble::OtherRecord, line.number);
        Facts::of(&UNKNOWN)
    });
    if draft.overfull {
        out.tally.troubles.add(Trouble::TooManyFields, line.number);
    }
    out.draft(draft, line.number, line.raw, Text::Raw, &facts);
}

/// A line without a syslog head.
fn event<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    if !starts(text) {
        return None;
    }
    push(text, draft);
    Some(facts(draft, &UNKNOWN))
}

/// Adds the parts of the head and the pairs as fields.
pub(crate) fn push<'c>(text: &'c str, draft: &mut Draft<'c>) {
    let Some(CefForm { leef, delimited, mut rest }) = form(text) else { return };
    let names: &[&'static str] = if leef { &LEEF } else { &CEF };
    for name in names {
        let (value, after) = part(rest).unwrap_or((rest, ""));
        push_value(name, value, draft);
        rest = after;
    }
    if !leef {
        spaced(rest, draft);
        return;
    }
    let mut delimiter = '\t';
    if delimited && let Some((mark, after)) = rest.split_once('|').filter(|(mark, _)| mark.len() <= 4) {
        let hex = mark.trim_start_matches('0').strip_prefix(['x', 'X']);
        let hex = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).map(char::from);
        delimiter = hex.or(mark.chars().next()).unwrap_or('\t');
        rest = after;
    }
    // A syslog server writes control characters as `#` and three digits.
    if delimiter == '\t' && rest.contains("#011") {
        for pair in rest.split("#011") {
            if let Some((key, value)) = pair.split_once('=').filter(|(key, _)| key.len() <= KEY_BYTES_MAX) {
                push_value(key.trim(), value, draft);
            }
        }
        return;
    }
    if !rest.contains(delimiter) {
        // Some set pairs off by blanks, as in CEF.
        spaced(rest, draft);
        return;
    }
    for pair in rest.split(delimiter) {
        if let Some((key, value)) = pair.split_once('=').filter(|(key, _)| key.len() <= KEY_BYTES_MAX) {
            push_value(key.trim(), value, draft);
        }
    }
}

/// Pairs whose values go on until the next key.
fn spaced<'c>(text: &'c str, draft: &mut Draft<'c>) {
    let mut open: Option<(&str, usize)> = None;
    for equals in memchr::memchr_iter(b'=', text.as_bytes()) {
        let from = open.map_or(0, |(_, from)| from);
        let Some(before) = text.get(from..equals).filter(|before| !before.ends_with('\\')) else { continue };
        let length = before.bytes().rev().take(KEY_BYTES_MAX + 1).take_while(|byte| is_key(*byte)).count();
        let start = equals - length;
        let set_off = length == before.len() && open.is_none()
            || before.len() > length
                && before.as_bytes().get(before.len() - length - 1).is_some_and(u8::is_ascii_whitespace);
        if length == 0 || length > KEY_BYTES_MAX || !set_off {
            continue;
        }
        if let Some((key, from)) = open {
            push_value(key, text.get(from..start).unwrap_or_default(), draft);
        }
        open = Some((text.get(start..equals).unwrap_or_default(), equals + 1));
    }
    if let Some((key, from)) = open {
        push_value(key, text.get(from..).unwrap_or_default(), draft);
    }
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']')
}

/// Adds a field with its value unescaped.
fn push_value<'c>(key: &'c str, value: &'c str, draft: &mut Draft<'c>) {
    let value = value.trim();
    let inside = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let value = inside.filter(|inside| !inside.contains('"')).unwrap_or(value);
    let piece = if value.contains('\\') { draft.keep(&unescaped(value)) } else { Piece::Chunk(value) };
    draft.push(Piece::Chunk(key), Some(piece));
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(one) = characters.next() {
        if one != '\\' {
            plain.push(one);
            continue;
        }
        match characters.next() {
            Some(escaped @ ('\\' | '|' | '=')) => plain.push(escaped),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}

/// The part of a head that a text starts with, and what follows its `|`.
fn part(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'|' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// Log sources of the appliances, and of antivirus.
static APPLIANCES: LazyLock<Vec<LogSource>> = LazyLock::new(|| {
    let source = |one: &mapping::Appliance| log_source(one.product, one.service, one.categories);
    mapping::APPLIANCES.iter().map(source).collect()
});
static ANTIVIRUS: LazyLock<LogSource> = LazyLock::new(|| log_source(None, None, &["antivirus"]));

/// The log source of the device that an event names.
fn device(draft: &Draft<'_>) -> Option<&'static LogSource> {
    let begins = |text: &str, start: &str| {
        text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    let vendor = draft.get("deviceVendor")?;
    let product = draft.get("deviceProduct").unwrap_or_default().to_ascii_lowercase();
    let mut rows = mapping::APPLIANCES.iter();
    let index = rows.position(|one| begins(vendor, one.vendor) && product.contains(one.product_has));
    if let Some(index) = index {
        return APPLIANCES.get(index);
    }
    mapping::ANTIVIRUS_VENDORS.iter().find(|known| begins(vendor, known))?;
    let says = |name: &str| {
        let value = draft.get(name).unwrap_or_default().to_ascii_lowercase();
        mapping::MALWARE_WORDS.iter().any(|word| value.contains(word))
    };
    ["name", "deviceEventClassId", "eventId", "cat"].into_iter().any(says).then_some(&*ANTIVIRUS)
}

/// The facts in the fields.
pub(crate) fn facts<'c>(draft: &mut Draft<'c>, otherwise: &'static LogSource) -> Facts<'c, 'static> {
    let mut facts = key_values::facts(draft, otherwise);
    let first = |draft: &Draft<'c>, names: &[&str]| names.iter().find_map(|name| draft.piece(name));
    let time = TIMES.iter().find_map(|name| {
        let text = draft.get(name)?;
        Some((clock::parse(text).or_else(|| clock::month_first(text))?, !clock::is_zoned(text)))
    });
    let side = |draft: &Draft<'c>, names: &[&str]| {
        names.iter().find_map(|name| draft.get(name).and_then(address::parse))
    };
    if facts.log.product.is_none() {
        facts.log = device(draft).unwrap_or(facts.log);
    }
    if let Some((time, local)) = time {
        (facts.time, facts.local) = (Some(time), local);
    }
    facts.host = first(draft, &HOSTS).or(facts.host);
    facts.account = first(draft, &ACCOUNTS).or(facts.account);
    facts.from = side(draft, &FROM).or(facts.from);
    facts.to = side(draft, &TO).or(facts.to);
    of_vendor(draft, &mut facts);
    facts
}

/// What makers put into fields that have no common name.
fn of_vendor<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    match draft.get("deviceVendor").unwrap_or_default() {
        "Check Point" => {
            let origin = draft.piece("originsicname").and_then(|name| checkpoint::common_name(name, draft));
            facts.host = origin.or(facts.host);
        }
        // ADAudit Plus: the client's address and the domain controller.
        "ManageEngine" => {
            facts.host = draft.piece("cs3").or(facts.host);
            facts.from = draft.get("cs2").and_then(address::parse).or(facts.from);
        }
        "WatchGuard" => {
            let Some(message) = draft.piece("msg") else { return };
            let text = draft.text(message);
            // `… user [mo@domain@radius] from 192.0.2.1`, `SSL VPN user mo@domain@radius from …`, or of dhcpd.
            let user = words::between(text, "user [", "]").or_else(|| words::name_after(text, &[" user "]));
            let place = user.and_then(|user| words::place(text, user.split('@').next().unwrap_or(user)));
            facts.from = facts.from.or_else(|| words::address_after(text, &[" from ", " on ", " for "]));
            facts.account = place.map(|(at, end)| draft.part(message, at, end)).or(facts.account);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cut::scanner::scanned;

    #[test]
    fn values_hold_blanks_and_escapes() {
        let mut draft = Draft::default();
        push(r"CEF:0|A\|B|C|1|2|n|3| a=x y b\=z c=http://d/?e=f msg=g\\h\ni", &mut draft);
        let shown: Vec<_> = (draft.fields.iter().skip(6))
            .map(|field| (draft.text(field.name), draft.text(field.value.unwrap())))
            .collect();
        assert_eq!(draft.get("deviceVendor"), Some("A|B"));
        assert_eq!(shown, [("a", "x y b=z"), ("c", "http://d/?e=f"), ("msg", "g\\h\ni")]);
    }

    #[test]
    fn an_event_goes_on_over_lines_that_are_no_event() {
        let text = "CEF:0|a|b|1|2|n|3|msg=x\n y=1\r\nsrc=192.0.2.1\nsome line\n\nASM:CEF:0|a|b|1|2|n|3|a=b\nlast=1\nLEEF:1.0|a|b|1|2|c=d";
        let expected = [
            (1, "CEF:0|a|b|1|2|n|3|msg=x\n y=1\r\nsrc=192.0.2.1".to_owned()),
            (2, "some line".to_owned()),
            (3, "ASM:CEF:0|a|b|1|2|n|3|a=b\nlast=1".to_owned()),
            (4, "LEEF:1.0|a|b|1|2|c=d".to_owned()),
        ];
        for size in [1, 2, 5, 30, 1000] {
            assert_eq!(scanned(Events::default(), text, &[size], 1000).0, expected, "pieces of {size}");
        }
    }

    #[test]
    fn heads_that_lost_their_name() {
        for (text, expected) in [
            (
                "CEF: 0|Check Point|FW|1|Log|n|3|originsicname=CN\\=gw1,O\\=m.example src=192.0.2.1",
                Some("gw1"),
            ),
            ("0|ManageEngine|ADAuditPlus|1|EventLog|n|1|cs3=dc1 cs2=192.0.2.1 suser=mo", Some("dc1")),
            (
                "1.0|WatchGuard|XTM|12|11|host_name=fw1#011msg=SSL VPN user mo@a.example@radius from 192.0.2.1 logged in",
                Some("fw1"),
            ),
            ("0|1|2|3|4|5|6|a=b", None),
            ("0|vendor|product|a=b", None),
        ] {
            let mut draft = Draft::default();
            let facts = event(text, &mut draft);
            let host = facts.and_then(|facts| facts.host).map(|host| draft.text(host));
            assert_eq!(host, expected, "{text}");
            let from = event(text, &mut Draft::default()).and_then(|facts| facts.from);
            assert_eq!(
                from.map(|from| from.to_string()).as_deref(),
                expected.and(Some("192.0.2.1")),
                "{text}"
            );
        }
    }

    #[test]
    fn one_byte_past_the_bound_is_no_key() {
        let fields = |length: usize| {
            let text = format!("a=1 {}=2", "k".repeat(length));
            let mut draft = Draft::default();
            spaced(&text, &mut draft);
            draft.fields.len()
        };
        assert_eq!((fields(KEY_BYTES_MAX), fields(KEY_BYTES_MAX + 1)), (2, 1));
    }
}
