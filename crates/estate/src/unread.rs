//! What a document seems to be that is no inventory, and what to give instead.
//!
//! A file that is passed over without a word is a silent zero, so that each is named by its kind, with a remedy. Files of one
//! kind get the same words, since whoever shows them counts equal ones; the words hold names of columns and keys, and
//! nothing else of the content.

mod binary;
mod seems;
mod shape;
mod words;

use input::{Document, Head};
use model::{Fault, Place, Problems};
use seems::{SEE_PAGE, Seems};

/// Names a document that no reader knows.
pub(crate) fn name(document: &Document<'_>, head: &Head<'_>, problems: &mut Problems) {
    let seems = of(document, head);
    problems.add(Place::Whole, Fault::Unreadable, format!("not read: {}", seems.what), Some(seems.help));
}

fn of(document: &Document<'_>, head: &Head<'_>) -> Seems {
    if let Some(seems) = binary::of(&document.head) {
        return seems;
    }
    if head.text.trim().is_empty() {
        return Seems::new("a file without content", "export it again: the command may have failed");
    }
    let found = words::of_failed(head).or_else(|| shape::of_markup(head)).or_else(|| shape::of_json(head));
    let found = found.or_else(|| words::of_system(head)).or_else(|| words::of_log(head));
    let found = found.or_else(|| words::of_indicators(head)).or_else(|| words::of_prose(head));
    let found = found.or_else(|| shape::of_table(head)).or_else(|| words::of_names(head));
    found.unwrap_or(Seems::new("a text of no form that is known here", SEE_PAGE))
}
