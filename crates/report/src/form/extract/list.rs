//! What reports call malicious as bare values, one a line, each once: for block lists and for other programs.
//!
//! No names, no header, so that a line is a value and nothing else. Characters that act on a terminal are written as
//! escapes, so a value never becomes two lines. A list is used to block: values in passing (the publisher's own
//! domain) are not in it, and what is named rather than looked for (CVEs, groups) only if its type is asked for.

use crate::safe::shown::Shown;
use crate::words::mention::{group, value};
use model::world::Report;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the values, in the order of their groups.
pub(crate) fn write(reports: &[Report], types_asked: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut values = BTreeSet::new();
    for mention in reports.iter().flat_map(|report| &report.mentions) {
        let (order, _) = group(&mention.what);
        let listed = if order <= 100 { mention.malicious } else { types_asked };
        if listed {
            values.insert((order, value(&mention.what)));
        }
    }
    values.into_iter().try_for_each(|(_, value)| writeln!(out, "{}", Shown::exact(value)))
}
