//! W3C Extended Log Format: IIS, the Windows firewall, Blue Coat and other proxies, CloudFront.
//!
//! "Extended Log File Format", W3C working draft WD-logfile-960323, and the makers' manuals: directives start
//! with `#`, `#Fields:` names the columns and may come again anywhere, since servers write it at each start.
//! Cells are set off by blanks or by one tab; a cell that is `-` is absent. Times are UTC by the draft (the
//! Windows firewall writes local ones, and nothing says which zone).
//!
//! Fields keep their names; `cs(User-Agent)` is also `cs-user-agent`, as SigmaHQ rules ask for it, with the
//! blanks that IIS writes as `+`. As for other web logs, `cs-uri-query` is there with the query and with
//! the whole target.

use crate::cut::chunk::{self, Chunk, Line};
use crate::names::log_source::log_source;
use crate::names::mapping;
use crate::reader::options::Options;
use crate::reader::state::State;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::trouble::Trouble;
use crate::record::{address, clock};
use input::Head;
use model::{LogSource, Text, Timestamp};
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

/// How many columns a header may have; the widest of the makers have some 80.
const COLUMNS_MAX: usize = 512;
/// How many of the first lines are looked at.
const LINES_LOOKED_AT: usize = 200;
/// How long a directive may be.
const DIRECTIVE_BYTES_MAX: usize = 64 << 10;
/// Columns of which a header must have two, so that comments of other files are not taken for one.
const KNOWN: [&str; 12] = [
    "date",
    "time",
    "c-ip",
    "s-ip",
    "cs-method",
    "cs-uri",
    "cs-uri-stem",
    "sc-status",
    "cs-username",
    "src-ip",
    "dst-ip",
    "x-edge-location",
];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    // Rows may come before the header, when a log was cut.
    head.lines(LINES_LOOKED_AT).any(|line| {
        let names = line.strip_prefix("#Fields:").unwrap_or_default();
        names.split_ascii_whitespace().filter(|name| KNOWN.contains(name)).count() >= 2
    })
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(W3c::default())
}

/// A log, read with the directives that hold where the chunk starts.
#[derive(Clone, Default, PartialEq, Eq)]
struct W3c {
    software: String,
    date: String,
    fields: String,
}

impl W3c {
    /// Takes a directive in.
    fn line(&mut self, line: &str) {
        let slots =
            [("#Software:", &mut self.software), ("#Date:", &mut self.date), ("#Fields:", &mut self.fields)];
        for (directive, slot) in slots {
            if let Some(value) = line.strip_prefix(directive) {
                value.clone_into(slot);
            }
        }
    }
}

impl Reader for W3c {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        let mut header = W3cHeader::of(&self.software, &self.date, &self.fields);
        let mut draft = Draft::default();
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            if line.text.starts_with('#') {
                header.line(line.text);
            } else {
                row(&header, &line, &mut draft, out);
            }
        }
    }

    fn after(&self, chunk: &Chunk) -> Option<Arc<dyn Reader>> {
        let mut lines = chunk::starting_with(chunk, b'#').peekable();
        lines.peek()?;
        let mut next = self.clone();
        for line in lines {
            next.line(String::from_utf8_lossy(line).trim_end_matches('\r'));
        }
        (next != *self).then(|| Arc::new(next) as Arc<dyn Reader>)
    }

    fn state(&self) -> State {
        let Self { software, date, fields } = self.clone();
        State::W3c { software, date, fields }
    }

    fn restored(&self, state: &State, _: &Options) -> Option<Arc<dyn Reader>> {
        let State::W3c { software, date, fields } = state.clone() else { return None };
        Some(Arc::new(Self { software, date, fields }))
    }
}

/// What a column means for a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum W3cMeaning {
    Date,
    Time,
    Both,
    From,
    To,
    Account,
    Host,
    Agent,
    Uri,
    Stem,
    Query,
    Nothing,
}

/// A column.
struct W3cColumn<'c> {
    name: &'c str,
    /// The same name without the brackets of a header: `cs-referer` for `cs(Referer)`.
    plain: Option<&'static str>,
    meaning: W3cMeaning,
}

/// What kind of program wrote the log.
#[derive(Clone, Copy, PartialEq, Eq)]
enum W3cKind {
    Iis,
    Web,
    Proxy,
    Firewall,
}

/// The directives that hold.
struct W3cHeader<'c> {
    software: &'c str,
    date: &'c str,
    columns: Vec<W3cColumn<'c>>,
    tabs: bool,
    kind: W3cKind,
}

impl<'c> W3cHeader<'c> {
    fn of(software: &'c str, date: &'c str, fields: &'c str) -> Self {
        let mut header = Self { software, date, columns: Vec::new(), tabs: false, kind: W3cKind::Web };
        header.fields(fields);
        header
    }

    fn line(&mut self, line: &'c str) {
        if let Some(software) = line.strip_prefix("#Software:") {
            self.software = software;
            // It may come behind the fields.
            self.settle();
        } else if let Some(date) = line.strip_prefix("#Date:") {
            self.date = date;
        } else if let Some(fields) = line.strip_prefix("#Fields:") {
            self.fields(fields);
        }
    }

    fn fields(&mut self, fields: &'c str) {
        let fields = fields.get(..DIRECTIVE_BYTES_MAX).unwrap_or(fields);
        self.columns = fields.split_ascii_whitespace().take(COLUMNS_MAX).map(column).collect();
        // The names of CloudFront are set off by blanks, its cells by tabs.
        self.tabs = fields.contains('\t') || self.has("x-edge-location");
        self.settle();
    }

    /// Sets the kind of the log by its software and fields, in whatever order they came.
    fn settle(&mut self) {
        let software = |part: &str| self.software.contains(part);
        self.kind = if software("Internet Information Services") {
            W3cKind::Iis
        } else if software("Firewall") && self.has("src-ip") || self.has("src-ip") && self.has("dst-ip") {
            W3cKind::Firewall
        } else if software("SGOS")
            || ["s-action", "sc-filter-result", "r-host", "r-ip"].iter().any(|one| self.has(one))
        {
            W3cKind::Proxy
        } else {
            W3cKind::Web
        };
    }

    fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }
}

fn column(name: &str) -> W3cColumn<'_> {
    let plain = PLAIN.iter().find(|(written, _)| written.eq_ignore_ascii_case(name)).map(|(_, plain)| *plain);
    let meaning = match name {
        "date" => W3cMeaning::Date,
        "time" => W3cMeaning::Time,
        "timestamp" | "gmttime" | "localtime" | "x-timestamp" | "date-time" => W3cMeaning::Both,
        "c-ip" | "src-ip" => W3cMeaning::From,
        "s-ip" | "r-ip" | "dst-ip" => W3cMeaning::To,
        "cs-username" | "cs-user" => W3cMeaning::Account,
        "s-computername" => W3cMeaning::Host,
        "cs-uri" => W3cMeaning::Uri,
        "cs-uri-stem" => W3cMeaning::Stem,
        "cs-uri-query" => W3cMeaning::Query,
        _ if plain == Some("cs-user-agent") => W3cMeaning::Agent,
        _ => W3cMeaning::Nothing,
    };
    W3cColumn { name, plain, meaning }
}

/// Names of request headers, and how Sigma rules call them.
const PLAIN: [(&str, &str); 10] = [
    ("cs(User-Agent)", "cs-user-agent"),
    ("cs(Referer)", "cs-referer"),
    ("cs(Referrer)", "cs-referer"),
    ("cs(Cookie)", "cs-cookie"),
    ("cs(Host)", "cs-host"),
    ("cs(X-Forwarded-For)", "x-forwarded-for"),
    ("src-ip", "src_ip"),
    ("dst-ip", "dst_ip"),
    ("src-port", "src_port"),
    ("dst-port", "dst_port"),
];

/// A row of the log.
fn row<'c>(header: &W3cHeader<'c>, line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    draft.clear();
    if line.cut {
        out.tally.troubles.add(Trouble::TooLong, line.number);
    }
    let log = source(header.kind);
    if header.columns.is_empty() {
        out.foreign(line, log);
        return;
    }
    let mut facts = Facts::of(log);
    let (mut date, mut time) = (None, None);
    let mut request = W3cRequest::default();
    let mut rest = Some(line.text);
    let mut columns = header.columns.iter();
    let mut odd = false;
    while let Some(cell) = cell(header, &mut rest) {
        let Some(column) = columns.next() else {
            odd = true;
            break;
        };
        if cell == "-" || cell.is_empty() {
            continue;
        }
        draft.push_text(column.name, cell);
        if let Some(plain) = column.plain {
            let value = if column.meaning == W3cMeaning::Agent {
                agent(header, cell, draft)
            } else {
                Piece::Chunk(cell)
            };
            draft.push(Piece::Chunk(plain), Some(value));
        }
        match column.meaning {
            W3cMeaning::Date => date = Some(cell),
            W3cMeaning::Time => time = Some(cell),
            W3cMeaning::Both => facts.time = clock::parse(cell),
            W3cMeaning::From => facts.from = address::parse(cell),
            W3cMeaning::To => facts.to = facts.to.or_else(|| address::parse(cell)),
            W3cMeaning::Account => facts.account = Some(Piece::Chunk(cell)),
            W3cMeaning::Host => facts.host = Some(Piece::Chunk(cell)),
            W3cMeaning::Uri => request.uri = true,
            W3cMeaning::Stem => request.stem = request.stem.or(Some(cell)),
            W3cMeaning::Query => request.query = request.query.or(Some(cell)),
            W3cMeaning::Agent | W3cMeaning::Nothing => {}
        }
    }
    if (odd || columns.next().is_some()) && !line.cut {
        out.tally.troubles.add(Trouble::OddRow, line.number);
    }
    facts.time = moment(header, date, time).or(facts.time);
    match header.kind {
        W3cKind::Firewall => facts.local = facts.time.is_some(),
        W3cKind::Proxy => proxy(draft),
        W3cKind::Iis | W3cKind::Web => target(request, draft),
    }
    if draft.overfull {
        out.tally.troubles.add(Trouble::TooManyFields, line.number);
    }
    out.draft(draft, line.number, line.raw, Text::Raw, &facts);
}

/// Takes the next cell off a row.
fn cell<'c>(header: &W3cHeader<'_>, rest: &mut Option<&'c str>) -> Option<&'c str> {
    let text = rest.take()?;
    if header.tabs {
        let end = memchr::memchr(b'\t', text.as_bytes());
        *rest = end.and_then(|end| text.get(end + 1..));
        return text.get(..end.unwrap_or(text.len()));
    }
    let text = text.trim_start_matches(' ');
    if text.is_empty() {
        return None;
    }
    // IIS never quotes. Others quote what has blanks, and put a time with its zone in brackets.
    let close = match text.as_bytes().first() {
        Some(b'"') if header.kind != W3cKind::Iis => Some('"'),
        Some(b'[') if header.kind != W3cKind::Iis => Some(']'),
        _ => None,
    };
    if let Some((cell, after)) = close.and_then(|close| text.get(1..)?.split_once(close))
        && (after.is_empty() || after.starts_with(' '))
    {
        *rest = Some(after);
        return Some(cell);
    }
    let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
    *rest = Some(text.get(end + 1..).unwrap_or_default());
    text.get(..end)
}

/// The agent with its blanks: IIS writes `+` for them, CloudFront `%20`.
fn agent<'c>(header: &W3cHeader<'_>, cell: &'c str, draft: &mut Draft<'c>) -> Piece<'c> {
    let plain: Cow<'_, str> = match header.kind {
        W3cKind::Iis if cell.contains('+') => cell.replace('+', " ").into(),
        W3cKind::Web if header.tabs && cell.contains('%') => unescaped(cell).into(),
        _ => return Piece::Chunk(cell),
    };
    draft.keep(&plain)
}

/// `%20` and other printable ASCII characters resolved, also when escaped twice.
fn unescaped(text: &str) -> String {
    let text = text.replace("%25", "%");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        plain.push_str(before);
        match after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte @ b' '..=b'~') => {
                plain.push(char::from(byte));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                plain.push('%');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The time of a row; the day is that of `#Date:` when the row has none.
fn moment(header: &W3cHeader<'_>, date: Option<&str>, time: Option<&str>) -> Option<Timestamp> {
    let day = date.or_else(|| header.date.trim().get(..10))?;
    let time = time?;
    // The text is on the stack: a row costs no allocation.
    let mut both = [b' '; 32];
    let (day, time) = (day.as_bytes(), time.as_bytes());
    let length = day.len() + 1 + time.len();
    both.get_mut(..day.len())?.copy_from_slice(day);
    both.get_mut(day.len() + 1..length)?.copy_from_slice(time);
    Timestamp::parse(std::str::from_utf8(both.get(..length)?).ok()?)
}

/// The request of a row.
#[derive(Clone, Copy, Default)]
struct W3cRequest<'c> {
    /// Whether it has the whole target.
    uri: bool,
    stem: Option<&'c str>,
    query: Option<&'c str>,
}

/// Adds the whole target of a request.
fn target<'c>(request: W3cRequest<'c>, draft: &mut Draft<'c>) {
    let whole = match (request.stem, request.query) {
        (Some(stem), Some(query)) => {
            draft.join(&[Piece::Chunk(stem), Piece::Chunk("?"), Piece::Chunk(query)])
        }
        (Some(stem), None) => Piece::Chunk(stem),
        _ => return,
    };
    if !request.uri {
        draft.push(Piece::Chunk("cs-uri"), Some(whole));
    }
    draft.push(Piece::Chunk("cs-uri-query"), Some(whole));
}

/// Adds the names that Sigma's `proxy` category uses.
fn proxy(draft: &mut Draft<'_>) {
    if draft.piece("cs-uri").is_none()
        && let (Some(host), Some(path)) =
            (draft.piece("cs-host"), draft.piece("cs-uri-path").or_else(|| draft.piece("cs-uri-stem")))
    {
        let scheme = draft.piece("cs-uri-scheme").unwrap_or(Piece::Chunk("http"));
        let mut pieces = vec![scheme, Piece::Chunk("://"), host, path];
        // Blue Coat writes the query with its question mark.
        if let Some(query) = draft.piece("cs-uri-query") {
            let marked = draft.text(query).starts_with('?');
            pieces.extend((!marked).then_some(Piece::Chunk("?")));
            pieces.push(query);
        }
        let whole = draft.join(&pieces);
        draft.push(Piece::Chunk("c-uri"), Some(whole));
    }
    for (name, from) in mapping::W3C_PROXY {
        draft.add(name, from);
    }
}

fn source(kind: W3cKind) -> &'static LogSource {
    let [iis, web, proxy, firewall] = &*SOURCES;
    match kind {
        W3cKind::Iis => iis,
        W3cKind::Web => web,
        W3cKind::Proxy => proxy,
        W3cKind::Firewall => firewall,
    }
}

static SOURCES: LazyLock<[LogSource; 4]> = LazyLock::new(|| {
    [(Some("iis"), "webserver"), (None, "webserver"), (None, "proxy"), (None, "firewall")]
        .map(|(service, category)| log_source(None, service, &[category]))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_column_past_the_bound_is_left_out() {
        let columns = |count: usize| W3cHeader::of("", "", &"a ".repeat(count)).columns.len();
        assert_eq!((columns(COLUMNS_MAX), columns(COLUMNS_MAX + 1)), (COLUMNS_MAX, COLUMNS_MAX));
    }

    #[test]
    fn cells_in_quotes_and_brackets_hold_blanks_where_the_writer_quotes() {
        let cells = |software: &str, row: &'static str| {
            let header = W3cHeader::of(software, "", "date time c-ip");
            let mut rest = Some(row);
            std::iter::from_fn(|| cell(&header, &mut rest)).collect::<Vec<_>>()
        };
        let row = r#"[12/Jun/2024 03:14] "a b" c"#;
        assert_eq!(cells("SGOS", row), ["12/Jun/2024 03:14", "a b", "c"]);
        assert_eq!(cells("Microsoft Internet Information Services", "\"a b\""), ["\"a", "b\""]);
        assert_eq!(cells("", "\"open a"), ["\"open", "a"]);
    }

    #[test]
    fn agents_that_were_escaped_twice_are_resolved_and_odd_escapes_kept() {
        assert_eq!(unescaped("curl/8%2520(x)%zz%ff%"), "curl/8 (x)%zz%ff%");
    }
}
