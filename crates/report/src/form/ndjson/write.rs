//! Findings as NDJSON: one object a line, exactly the finding, and its marking as `tlp`.

use super::pattern::LinePatterns;
use crate::form::marked::MarkedFinding;
use crate::outline::marking::Marking;
use crate::safe::json::append;
use model::{Answer, Finding, Portion, Spread, WorkByFinding};
use std::io::{self, Write};

/// Lines are written in pieces of this size: few calls, and the cache still holds them.
const BUFFER_BYTES: usize = 128 << 10;

/// Writes every finding of an answer, one a line.
pub(crate) fn write(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let work = &answer.work;
    let mut lines = LineBuffer { out, marking, work, buffer: Vec::with_capacity(BUFFER_BYTES * 2) };
    answer.try_each_portion(&mut |portion| match portion {
        Portion::One(finding) => lines.plain(finding),
        Portion::Spread(spread) => lines.spread(spread),
    })?;
    lines.out.write_all(&lines.buffer)
}

/// Lines that are collected and written in larger pieces.
struct LineBuffer<'o> {
    out: &'o mut dyn Write,
    marking: Marking,
    work: &'o WorkByFinding,
    buffer: Vec<u8>,
}

impl LineBuffer<'_> {
    /// A finding as it is.
    fn plain(&mut self, finding: &Finding) -> io::Result<()> {
        append(&MarkedFinding::of(finding, self.marking).with(self.work), &mut self.buffer)?;
        self.end()
    }

    /// Ends a line.
    fn end(&mut self) -> io::Result<()> {
        self.buffer.push(b'\n');
        if self.buffer.len() >= BUFFER_BYTES {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// The finding of every machine.
    fn spread(&mut self, spread: &Spread) -> io::Result<()> {
        let (marking, work) = (self.marking, self.work);
        spread.try_each_run(&mut |run| {
            // A pattern for one line costs more than the line.
            let mut patterns = (run.count() > 1).then(LinePatterns::default);
            run.members().try_for_each(|(place, member)| {
                let row = run.row(member);
                let pattern = patterns.as_mut().and_then(|patterns| patterns.of(run, place, &row, marking));
                // A pattern has no work in it.
                let pattern = pattern.filter(|_| work.is_empty() || !work.of.contains_key(&run.id(&row)));
                match pattern {
                    Some(pattern) => pattern.write(run.id(&row).as_str(), &row, &mut self.buffer)?,
                    None => run.give((place, member), |finding| {
                        append(&MarkedFinding::of(finding, marking).with(work), &mut self.buffer)
                    })?,
                }
                self.end()
            })
        })
    }
}
