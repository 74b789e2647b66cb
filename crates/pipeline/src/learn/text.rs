//! Looks a text through for secrets, as it comes: lines of any length, bytes of any encoding.

use std::borrow::Cow;

/// How long a text is at most that is held whole, to cut secrets out of it or to search it for names: a yearbook of a
/// thousand pages has a tenth of it.
pub(super) const TEXT_BYTES_MAX: u64 = 16 << 20;
/// A longer line is looked through in stretches of so many bytes.
const LINE_BYTES_MAX: usize = 64 << 10;
/// So much of a stretch is looked at again with the next, because a secret may lie across.
const OVERLAP_BYTES: usize = 4 << 10;

/// What was looked through so far.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// The beginning of a line.
    line: Vec<u8>,
    holds_secret: bool,
    is_binary: bool,
    /// Whether each member and cell was looked at by itself already.
    is_structured: bool,
}

impl Look {
    /// Of a text each member and cell of which was looked at by itself: what is behind a name then is no secret if it was cut,
    /// or opens a list or an object.
    pub(super) fn structured() -> Self {
        Self { is_structured: true, ..Self::default() }
    }

    /// Looks at the next bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        for stretch in bytes.split_inclusive(|byte| *byte == b'\n') {
            for some in stretch.chunks(LINE_BYTES_MAX) {
                if self.line.is_empty() && some.ends_with(b"\n") {
                    self.look(some);
                    continue;
                }
                self.line.extend_from_slice(some);
                if some.ends_with(b"\n") || self.line.len() >= LINE_BYTES_MAX {
                    let mut line = std::mem::take(&mut self.line);
                    self.look(&line);
                    if !line.ends_with(b"\n") {
                        self.line = line.split_off(line.len().saturating_sub(OVERLAP_BYTES));
                    }
                }
            }
        }
    }

    /// Whether a secret was found so far.
    pub(super) fn holds_secret(&self) -> bool {
        self.holds_secret
    }

    /// Whether there is a secret; `Err`: why that cannot be said.
    pub(super) fn end(mut self) -> Result<bool, &'static str> {
        let line = std::mem::take(&mut self.line);
        self.look(&line);
        if self.is_binary {
            Err("it is no text, and cannot be looked through for secrets")
        } else {
            Ok(self.holds_secret)
        }
    }

    fn look(&mut self, line: &[u8]) {
        if self.holds_secret || self.is_binary {
            return;
        }
        self.is_binary = line.contains(&0);
        let text = String::from_utf8_lossy(line);
        let mut found = Vec::new();
        if matches!(model::secret::cut_noting(text.trim_end(), &mut found), Cow::Owned(_)) {
            self.holds_secret =
                !self.is_structured || found.is_empty() || found.iter().any(|one| is_secret(one));
        }
    }
}

/// Whether what was found behind a name is a secret: not what was cut already, and not the beginning of a list or an object,
/// whose members are looked at by themselves.
fn is_secret(found: &str) -> bool {
    let opens = found.trim_start_matches(['"', ':', ' ']);
    !found.contains(model::secret::MASK) && !opens.starts_with(['[', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_and_what_opens_a_list_is_no_secret() {
        for text in [
            "\"credentials\": [{\"username\": \"cy@port.example\", \"url\": \"https://crm.port.example/\",\n",
            "\"password\": \"[secret]\"}]}]}\n",
            "Password: [secret]\n",
        ] {
            let mut look = Look::structured();
            look.add(text.as_bytes());
            assert_eq!(look.end(), Ok(false), "{text}");
        }
        assert_eq!(holds(b"\"credentials\": [{\"password\": \"Wx9kHidden77\"", 4_096), Ok(true));
        let mut look = Look::structured();
        look.add(b"password: Wx9kHidden77");
        assert_eq!(look.end(), Ok(true));
    }

    fn holds(text: &[u8], at_once: usize) -> Result<bool, &'static str> {
        let mut look = Look::default();
        text.chunks(at_once).for_each(|some| look.add(some));
        look.end()
    }

    #[test]
    fn a_secret_is_found_wherever_it_lies_and_however_it_comes() {
        let secret = "the password: Wx9kHidden77 was used";
        for before in [0, 10, LINE_BYTES_MAX - 20, LINE_BYTES_MAX, 2 * LINE_BYTES_MAX - OVERLAP_BYTES - 3] {
            for line_end in ["", "\n"] {
                let text = format!("{}{line_end}{secret}{line_end}", "word ".repeat(before / 5));
                for at_once in [7, 4_096, 1 << 20] {
                    assert_eq!(holds(text.as_bytes(), at_once), Ok(true), "{before} {line_end:?} {at_once}");
                }
            }
        }
        assert_eq!(holds("Tidal Finch came\n".repeat(9_000).as_bytes(), 4_096), Ok(false));
        assert!(holds(b"PK\0\0", 2).is_err());
        assert_eq!(holds(b"Ger\xe4t;1\n", 2), Ok(false));
    }
}
