//! Documents of lines, read line by line, and what their first lines show.

use input::{Document, Head, Lines};
use model::{Fault, Place, Problems};

/// How many lines a recogniser looks at.
const LOOKED_AT: usize = 30;

/// Gives every line with its number, without blanks at its end. A line that is too long is cut and named.
pub(crate) fn lines(
    document: &mut Document<'_>,
    problems: &mut Problems,
    each: &mut dyn FnMut(u64, &str, &mut Problems),
) {
    let mut lines = Lines::new(&mut document.reader, Lines::<&[u8]>::LINE_BYTES_MAX);
    loop {
        match lines.next() {
            Ok(Some(line)) => {
                if line.cut {
                    let what = "a line of more than 1 MiB: cut";
                    problems.add(Place::Line(line.number), Fault::Partial, what, None);
                }
                each(line.number, String::from_utf8_lossy(line.bytes).trim_end(), problems);
            }
            Ok(None) => return,
            Err(error) => {
                let what = format!("cannot be read further: {error}");
                return problems.add(Place::Whole, Fault::Partial, what, None);
            }
        }
    }
}

/// Names a line that is not used.
pub(crate) fn not_used(problems: &mut Problems, line: u64, why: &str, help: Option<&str>) {
    problems.add(Place::Line(line), Fault::Partial, format!("{why}: the line is not used"), help);
}

/// Whether the first lines that are not passed over are of a form; of four, one may be broken.
pub(crate) fn all(head: &Head<'_>, passed_over: fn(&str) -> bool, is: impl Fn(&str) -> bool) -> bool {
    if head.is_json() || head.text.contains('\0') {
        return false;
    }
    let lines = head.lines(LOOKED_AT).filter(|line| !passed_over(line));
    let (fitting, broken) =
        lines.fold(
            (0_usize, 0_usize),
            |(fitting, broken), line| {
                if is(line) { (fitting + 1, broken) } else { (fitting, broken + 1) }
            },
        );
    fitting > 0 && broken * 3 <= fitting
}

/// No line is passed over.
pub(crate) fn none(_: &str) -> bool {
    false
}
