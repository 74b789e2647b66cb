//! Which text of a report is kept word for word: all of it, of a bounded length, and without a secret.
//!
//! What must be cut out of a report cannot be cut out of its text without making it another document, and what is packed
//! (a PDF) cannot be looked through. Both are not kept.

use input::Document;
use std::borrow::Cow;
use std::io::{self, Cursor, Read};

/// How long a text is at most that is kept: a yearbook of a thousand pages has a tenth of it.
pub(super) const TEXT_BYTES_MAX: u64 = 16 << 20;

/// The text of a document of so many bytes, if it may be kept. The document can be read from its beginning.
pub(super) fn kept(document: &mut Document<'_>, bytes_there: u64, bytes_max: u64) -> Option<Vec<u8>> {
    if bytes_there > bytes_max {
        return None;
    }
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by take")]
    let read = document.reader.by_ref().take(bytes_max).read_to_end(&mut bytes);
    // A file that grew since it was looked at is another.
    let is_whole = read.is_ok() && u64::try_from(bytes.len()) == Ok(bytes_there);
    let text = (is_whole && holds_no_secret(&bytes)).then(|| bytes.clone());
    let rest = std::mem::replace(&mut document.reader, Box::new(io::empty()));
    document.reader = Box::new(Cursor::new(bytes).chain(Ending(read.err())).chain(rest));
    text
}

/// Whether bytes are text in which no secret is found.
fn holds_no_secret(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    text.is_some_and(|text| text.lines().all(|line| matches!(model::secret::cut(line), Cow::Borrowed(_))))
}

/// The error that ended a document, once.
struct Ending(Option<io::Error>);

impl Read for Ending {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is kept of a text, and what is read of it afterwards.
    fn of(text: &[u8], bytes_there: usize, bytes_max: u64) -> (Option<Vec<u8>>, Vec<u8>) {
        let mut document = Document::open("report.md", text).expect("text");
        let kept = kept(&mut document, u64::try_from(bytes_there).expect("small"), bytes_max);
        let mut found = model::Problems::new("report.md");
        let whole = document
            .whole(1 << 20, &mut found)
            .and_then(|whole| whole.complete(&mut found, ""))
            .expect("whole");
        (kept, whole)
    }

    #[test]
    fn a_text_is_kept_up_to_the_limit_and_is_read_whole_all_the_same() {
        let text = b"Tidal Finch came";
        for (there, max, is_kept) in [(16, 17, true), (16, 16, true), (16, 15, false), (15, 20, false)] {
            let (kept, whole) = of(text, there, max);
            assert_eq!(kept.is_some(), is_kept, "{there} of at most {max}");
            assert!(kept.is_none_or(|kept| kept == text));
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn what_cannot_be_read_to_its_end_ends_with_its_error() {
        let broken = io::Cursor::new(b"Tidal ").chain(Ending(Some(io::Error::other("cut"))));
        let mut document = Document { name: "report.md".into(), head: Vec::new(), reader: Box::new(broken) };
        assert_eq!(kept(&mut document, 6, 100), None);
        let mut found = model::Problems::new("report.md");
        assert!(document.whole(100, &mut found).is_none());
        assert_eq!(found.into_vec().len(), 1);
    }

    #[test]
    fn what_holds_a_secret_or_is_no_text_is_not_kept() {
        for text in [&b"Tidal Finch\nthe password: Wx9kHidden77 was used\n"[..], b"\xff\xfe text", b"PK\0\0"]
        {
            assert_eq!(of(text, text.len(), 100).0, None, "{text:?}");
        }
    }
}
