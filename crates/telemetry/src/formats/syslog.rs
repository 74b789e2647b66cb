//! Syslog: RFC 3164 (BSD), RFC 5424, the ISO times of rsyslog and systemd, octet-counted frames (RFC 6587).
//!
//! The message of the program is the field `message`; [`crate::formats::message`] takes it apart. A file is syslog
//! when most of its first lines have syslog's head, whatever follows the head.

mod again;
pub(crate) mod head;
pub(crate) mod line;
pub(crate) mod years;

use crate::cut::chunk::{self, Chunk, Line};
use crate::formats::line as any;
use crate::formats::{appliance, cef, linux};
use crate::reader::options::Options;
use crate::reader::state::State;
use crate::reader::{Out, Reader};
use crate::record::draft::Draft;
use crate::record::trouble::Trouble;
use head::parse;
use input::Head;
use std::sync::Arc;
use years::Years;

/// How many of the first lines are looked at, and more than half of them must be syslog.
const LOOKED_AT: usize = 10;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let (mut good, mut all) = (0, 0);
    for line in head.lines(LOOKED_AT) {
        let parsed = parse(line);
        // Without a program or a priority, the message must be one that a reader knows.
        good += usize::from(parsed.is_some_and(|parts| {
            line::is_sure(&parts)
                || cef::starts(parts.message)
                || parts.host.is_some() && parts.message.starts_with('{')
                || appliance::message(None, None, parts.message, &mut Draft::default()).is_some()
        }));
        all += 1;
    }
    all > 0 && good * 2 > all
}

pub(crate) fn reader(head: &Head<'_>, options: &Options) -> Arc<dyn Reader> {
    let bound = again::bound(options.line_bytes_max);
    Arc::new(Syslog { years: Years::new(head, options), before: String::new(), bound })
}

/// A syslog file, read from the year in which the chunk starts.
struct Syslog {
    years: Years,
    /// The beginning of the line before the chunk, for one that says how often it came again.
    before: String,
    /// How much is kept of that line.
    bound: usize,
}

impl Reader for Syslog {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        let mut draft = Draft::default();
        let mut years = self.years;
        let mut before = self.before.as_str();
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            if again::is_said(line.text, self.bound) {
                again::record(&line, before, &mut years, out);
                continue;
            }
            before = again::kept(line.text, self.bound);
            record(&line, &mut years, &mut draft, out);
        }
    }

    fn after(&self, chunk: &Chunk) -> Option<Arc<dyn Reader>> {
        let mut years = self.years;
        years.pass(&chunk.bytes);
        let before = again::last(chunk, self.bound).unwrap_or_else(|| self.before.clone());
        let bound = self.bound;
        (years != self.years || before != self.before)
            .then(|| Arc::new(Syslog { years, before, bound }) as Arc<dyn Reader>)
    }

    fn state(&self) -> State {
        let (year, month, bounded) = self.years.kept();
        State::Syslog { year, month, bounded, before: self.before.clone() }
    }

    fn restored(&self, state: &State, options: &Options) -> Option<Arc<dyn Reader>> {
        let State::Syslog { year, month, bounded, before } = state else { return None };
        let years = Years::restored((*year, *month, *bounded), options);
        Some(Arc::new(Syslog { years, before: before.clone(), bound: self.bound }))
    }
}

fn record<'c>(line: &Line<'c>, years: &mut Years, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    draft.clear();
    if line.cut {
        out.tally.troubles.add(Trouble::TooLong, line.number);
    }
    let Some(found) = line::read(line.text, years, draft) else {
        years.pass(line.raw);
        out.foreign(line, &linux::LINUX);
        return;
    };
    if found.no_year {
        out.tally.troubles.add(Trouble::NoYear, line.number);
    }
    if found.meaning.cut_off {
        out.tally.troubles.add(Trouble::EventCutOff, line.number);
    }
    if draft.overfull {
        out.tally.troubles.add(Trouble::TooManyFields, line.number);
    }
    let found = any::of_message(found.meaning, out.options, draft);
    for _ in 0..found.times {
        out.draft(draft, line.number, line.raw, found.text, &found.facts);
    }
}
