//! Logs of independent lines, each taken apart by one function: DNS servers, error logs, Squid, messages of
//! appliances.

use crate::cut::chunk::{self, Chunk};
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Parse};
use crate::record::trouble::Trouble;
use input::Head;
use model::{LogSource, Text};
use std::sync::Arc;

/// How many of the first lines are looked at, and more than half of them must be of the format.
const LOOKED_AT: usize = 10;

/// Whether most of the first lines are of a format.
pub(crate) fn mostly(head: &Head<'_>, parse: Parse) -> bool {
    let (good, all) = head.lines(LOOKED_AT).fold((0, 0), |(good, all), line| {
        (good + usize::from(parse(line, &mut Draft::default()).is_some()), all + 1)
    });
    all > 0 && good * 2 > all
}

/// The reader of a log.
pub(crate) fn reader(parse: Parse) -> Arc<dyn Reader> {
    Arc::new(Plain(parse))
}

struct Plain(Parse);

static UNKNOWN: LogSource = LogSource { product: None, service: None, categories: Vec::new() };

impl Reader for Plain {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        let mut draft = Draft::default();
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            draft.clear();
            if line.cut {
                out.tally.troubles.add(Trouble::TooLong, line.number);
            }
            let Some(facts) = (self.0)(line.text, &mut draft) else {
                out.foreign(&line, &UNKNOWN);
                continue;
            };
            if facts.local {
                out.tally.troubles.add(Trouble::LocalTime, line.number);
            }
            if draft.overfull {
                out.tally.troubles.add(Trouble::TooManyFields, line.number);
            }
            out.draft(&draft, line.number, line.raw, Text::Raw, &facts);
        }
    }
}
