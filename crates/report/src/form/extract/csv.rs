//! What reports mention as CSV: one mention a row, exact, the value first so that `cut -d, -f1` gives a list.

use crate::safe::csv::{Cell, write_rows};
use crate::words::mention::{group, value};
use model::Tlp;
use model::world::{Mentioned, Report};
use std::io::{self, Write};

/// Writes the rows.
pub(crate) fn write(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let head = ["value", "type", "malicious", "groups", "tlp", "report", "sentence", "source", "place"];
    let mut rows = vec![head.iter().map(|name| Cell::exact(name)).collect()];
    for report in reports {
        for mention in &report.mentions {
            let groups = match &mention.what {
                Mentioned::Actor { groups, .. } => groups.as_slice(),
                _ => &[],
            };
            rows.push(vec![
                Cell::exact(value(&mention.what)),
                Cell::exact(group(&mention.what).1),
                Cell::exact(if mention.malicious { "true" } else { "false" }),
                Cell::list(groups),
                Cell::exact(report.tlp.map_or("", Tlp::name)),
                Cell::exact(&report.name),
                Cell::exact(&mention.sentence),
                Cell::exact(&mention.origin.source),
                Cell::exact(&mention.origin.place.to_string()),
            ]);
        }
    }
    write_rows(&rows, out)
}
