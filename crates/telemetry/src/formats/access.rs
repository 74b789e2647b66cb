//! Web access logs: Common, Combined, with virtual host before or after, nginx's default and its relatives.
//!
//! Apache's `mod_log_config` and nginx's `ngx_http_log_module` describe the forms. Fields are named as in
//! the W3C Extended Log Format, which Sigma's `webserver` category uses. Many SigmaHQ rules ask
//! `cs-uri-query` for the path as well (most exporters put the whole request target there), so that field
//! is there twice when it can be: with the query, and with the whole target.
//!
//! A request that is no request line (`-`, TLS bytes) is a record all the same: it is what scanners send.

mod line;
pub(crate) mod request;

use crate::cut::chunk::{self, Chunk, Line};
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::trouble::Trouble;
use crate::record::words;
use input::Head;
use line::{LineParts, parse};
use model::{Field, LogSource, Record, Text, Value};
use request::{Request, unescaped};
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

/// How many fields a line gives at the most.
const FIELDS: usize = 14;
/// How many of the first lines are looked at, and how many of them must be of this format.
const LOOKED_AT: usize = 10;

/// A web access log.
struct Access {
    log: LogSource,
}

/// Whether most of the first lines are requests. A line that another format's head begins, as `is_headed` says, is
/// for the reader of that format.
pub(crate) fn recognise(head: &Head<'_>, is_headed: fn(&str) -> bool) -> bool {
    let (good, all) = head.lines(LOOKED_AT).fold((0, 0), |(good, all), line| {
        let own = !is_headed(line) && parse(line).is_some_and(|parts| parts.status != "-");
        (good + usize::from(own), all + 1)
    });
    all > 0 && good * 2 > all
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    let log = LogSource { product: None, service: None, categories: vec!["webserver".into()] };
    Arc::new(Access { log })
}

impl Reader for Access {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        let mut fields = Vec::with_capacity(FIELDS);
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            if line.cut {
                out.tally.troubles.add(Trouble::TooLong, line.number);
            }
            match parse(line.text) {
                Some(parts) if parts.escaped => self.escaped(&line, &parts, out),
                Some(parts) => {
                    fields.clear();
                    self.record(&line, &parts, &mut fields, out);
                }
                None if line.cut => out.bare(&line, &self.log),
                None => out.foreign(&line, &self.log),
            }
        }
    }
}

/// A line that came as the message of syslog.
pub(crate) fn message<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    words::find(text, "] \"")?;
    let parts = parse(text)?;
    let piece = |text: &'c str, draft: &mut Draft<'c>| match unescaped(text) {
        Cow::Borrowed(text) => Piece::Chunk(text),
        Cow::Owned(plain) => draft.keep(&plain),
    };
    let line = piece(parts.request, draft);
    request::push(line, draft);
    for (name, value) in [
        ("c-ip", Some(parts.client)),
        ("cs-username", Some(parts.user)),
        ("sc-status", Some(parts.status)),
        ("sc-bytes", Some(parts.bytes)),
        ("cs-referer", parts.referer),
        ("cs-user-agent", parts.agent),
        ("cs-host", parts.host),
        ("time-taken", parts.time_taken),
    ] {
        if let Some(value) = value.filter(|value| *value != "-") {
            let value = piece(value, draft);
            draft.push(Piece::Chunk(name), Some(value));
        }
    }
    let mut facts = Facts::of(&WEB);
    facts.time = parts.time;
    facts.account = Some(parts.user).filter(|user| *user != "-").map(Piece::Chunk);
    facts.from = parts.from;
    Some(facts)
}

static WEB: LazyLock<LogSource> =
    LazyLock::new(|| LogSource { product: None, service: None, categories: vec!["webserver".into()] });

impl Access {
    /// Hands over a line with escapes, which its fields have no more.
    fn escaped(&self, line: &Line<'_>, parts: &LineParts<'_>, out: &mut Out<'_>) {
        let request = unescaped(parts.request);
        let referer = parts.referer.map(unescaped);
        let agent = parts.agent.map(unescaped);
        let parts =
            LineParts { request: &request, referer: referer.as_deref(), agent: agent.as_deref(), ..*parts };
        self.record(line, &parts, &mut Vec::with_capacity(FIELDS), out);
    }

    /// Hands over a line; its fields go to an empty vector.
    fn record<'t>(
        &self,
        line: &Line<'_>,
        parts: &LineParts<'t>,
        fields: &mut Vec<Field<'t>>,
        out: &mut Out<'_>,
    ) {
        let request = Request::of(parts.request);
        let some = |text: &'t str| if text == "-" { None } else { Some(text) };
        let target = some(request.target);
        let account = some(parts.user);
        let mut push = |name, value: Option<&'t str>| {
            if let Some(value) = value {
                fields.push(Field { name, value: Value::Text(value) });
            }
        };
        push("c-ip", Some(parts.client));
        push("cs-username", account);
        push("cs-method", request.method);
        push("cs-uri", target);
        push("cs-uri-stem", target.map(|_| request.stem));
        push("cs-uri-query", request.query);
        push("cs-uri-query", target);
        push("cs-version", request.version);
        push("sc-status", some(parts.status));
        push("sc-bytes", some(parts.bytes));
        push("cs-referer", parts.referer.and_then(some));
        push("cs-user-agent", parts.agent.and_then(some));
        push("cs-host", parts.host);
        push("time-taken", parts.time_taken);
        out.record(&Record {
            number: line.number,
            time: parts.time,
            log: &self.log,
            host: None,
            account,
            from: parts.from,
            to: None,
            fields,
            raw: line.raw,
            text: Text::Raw,
        });
    }
}
