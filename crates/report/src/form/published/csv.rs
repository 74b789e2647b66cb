//! The indicators of a report as CSV: one a row, exact, the value first so that `cut -d, -f1` gives a list.
//!
//! What an earlier version named and this one does not is a row too, so that a list that was taken over can be mended.

use crate::safe::csv::{Cell, write_rows};
use crate::words::mention::{group, value};
use model::publication::{Edition, Named};
use std::io::{self, Write};

/// Writes the rows.
pub(super) fn write(edition: &Edition, out: &mut dyn Write) -> io::Result<()> {
    let head = ["value", "type", "state", "tlp", "report", "version", "modified", "line", "sentence"];
    let mut rows = vec![head.iter().map(|name| Cell::exact(name)).collect()];
    let mut add = |named: &Named, state: &str| {
        let mention = &named.mention;
        let line = match mention.origin.place {
            model::Place::Line(line) => line.to_string(),
            _ => String::new(),
        };
        rows.push(vec![
            Cell::exact(value(&mention.what)),
            Cell::exact(group(&mention.what).1),
            Cell::exact(state),
            Cell::exact(named.tlp.max(edition.publication.tlp).name()),
            Cell::exact(&edition.publication.id),
            Cell::own(edition.version.to_string()),
            Cell::own(edition.modified.to_string()),
            Cell::own(line),
            Cell::exact(&mention.sentence),
        ]);
    };
    edition.named.iter().filter(|named| named.mention.malicious).for_each(|named| add(named, "active"));
    edition.gone.iter().filter(|named| named.mention.malicious).for_each(|named| add(named, "withdrawn"));
    write_rows(&rows, out)
}
