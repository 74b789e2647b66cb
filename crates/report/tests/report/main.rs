//! What each form writes of one answer made by hand, and what never reaches a reader.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should be"
)]

mod browser;
mod estate;
mod forms;
mod hostile;
mod large;
mod lines;
mod machines;
mod memory;
mod parties;
mod questions;
mod sample;
mod smoke;
mod spread;

use model::{Answer, Finding};
use report::{Form, Style};

/// Every finding of an answer, one by one.
fn each(answer: &Answer) -> Vec<Finding> {
    let mut all = Vec::new();
    answer.each_finding(&mut |finding| all.push(finding.clone()));
    all
}

/// The answer in a form, as text.
fn rendered(answer: &Answer, form: Form, style: &Style) -> String {
    let mut out = Vec::new();
    report::write(answer, form, style, &mut out).expect("memory does not fail");
    String::from_utf8(out).expect("every form is text")
}
