//! Secrets: found by name and by shape in whatever is read, recognised when they recur, never kept, never shown.
//!
//! A stealer log holds passwords, cookies, tokens; so do command lines in logs, cells of inventories, sentences of
//! advisories. What matters is *that* a secret of ours is known to others, and whether it is the same as last time; a
//! keyed fingerprint (BLAKE3 in keyed mode) shows both. The key lives for one run (or in the memory of one
//! organisation), so that a fingerprint cannot be looked up in a table of hashes.
//!
//! | file | what it holds |
//! |---|---|
//! | `words.rs` | the list: words that name secrets, in many languages, and words that make a name one about secrets |
//! | `names.rs` | whether a name (of a column, a key, a field) is that of a secret |
//! | `named.rs`, `behind.rs`, `value.rs` | the value behind a name in running text: the name, what is between, where it ends |
//! | `shapes.rs` | secrets that are known by their shape: private keys, tokens, hashes of passwords |
//! | `commands.rs` | secrets on command lines that no name announces |
//! | `encoded.rs` | command lines inside of command lines, in base64 and hexadecimal |
//! | `paired.rs` | a name and its value in two members of one record |
//! | `triggers.rs` | the words of which one must be there, so that most texts are done with at once |
//! | `cut.rs` | cuts all of these out of a text |
//! | `record.rs` | what of a record of a log may be kept |

mod behind;
mod commands;
mod cut;
mod encoded;
mod named;
mod names;
mod paired;
mod record;
mod shapes;
mod triggers;
mod value;
mod words;

pub use cut::{cut, cut_field, cut_noting, cut_to, is_field};
pub use names::{is_column, is_name};
pub use record::{line, value_at};
pub use value::MASK;

use std::fmt;

/// A value that must not be printed. `Debug` and `Display` show a mask; nothing serialises it.
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }
}

impl Secret<String> {
    /// The keyed fingerprint by which a repeat is recognised.
    #[must_use]
    pub fn fingerprint(&self, key: &SecretKey) -> Fingerprint {
        Fingerprint(*blake3::keyed_hash(&key.0, self.0.as_bytes()).as_bytes())
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// The key of fingerprints: 32 bytes of randomness from the door, which are never shown. Whoever has the key can try
/// passwords against a fingerprint; nobody else can.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// A key from random bytes.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Recognises a secret that was seen before. Equal under one key when the secrets are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Fingerprint([u8; 32]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown_and_a_repeat_is_recognised() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret} {secret:?}"), "[secret] [secret]");
        assert_eq!(format!("{:?}", SecretKey::new([1; 32])), MASK);
        let (one, two) = (SecretKey::new([1; 32]), SecretKey::new([2; 32]));
        assert_eq!(secret.fingerprint(&one), Secret::new("hunter2".to_owned()).fingerprint(&one));
        assert_ne!(secret.fingerprint(&one), secret.fingerprint(&two));
    }
}
