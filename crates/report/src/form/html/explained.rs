//! The page of one finding: title, grades, reasons, and its proof, open.

use super::finding::{Fold, class, meta, proof, why};
use super::page::{breakable, mast, page};
use super::part::part;
use crate::outline::entry::ListEntry;
use crate::outline::marking::{Marking, of_finding};
use crate::safe::shown::Shown;
use maud::html;
use model::Finding;
use std::io::{self, Write};

/// Writes the finding.
pub(crate) fn explained(finding: &Finding, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let tlp = of_finding(finding, marking);
    let marking = Marking { whole: tlp, ..marking };
    let entry = ListEntry::alone(finding);
    let title = entry.title();
    let about = html! {
        div.finding.(class(finding.severity)) id=(Shown::exact(finding.id.as_str())) {
            (meta(&entry, marking))
            (why(finding))
            (proof(&entry, Fold::Open))
        }
    };
    let body = html! {
        header {
            (mast(None, tlp.marked(), None))
            h1 { (breakable(&title)) }
        }
        main id="answer" { (part("finding", "Finding", &about)) }
    };
    out.write_all(page(&title, tlp.marked(), &body).as_bytes())
}
