//! Is a run of hexadecimal digits the hash of a file?
//!
//! By length alone, commits, import hashes, TLS fingerprints, keys, certificates, buckets and wallets are
//! hashes, too. What is right before the run on its line says what it is; a heading above says it for
//! the lines of its list.

use super::wordlist::Wordlist;
use std::sync::LazyLock;

/// What makes a run of digits something else, when it is the nearest word before it.
const OTHER: &[&str] = &[
    "imphash",
    "import hash",
    "ja3",
    "ja3s",
    "ja4",
    "jarm",
    "fingerprint",
    "thumbprint",
    "serial",
    "commit",
    "rich header",
    "rich hash",
    "richhash",
    "richpe",
    "vhash",
    "telfhash",
    "ssdeep",
    "tlsh",
    "mutex",
    "api key",
    "apikey",
    "token",
    "password",
    "secret",
    "nonce",
    "aes key",
    "rc4 key",
    "xor key",
    "key:",
    "key =",
    "key is",
    "(key",
    "uuid",
    "guid",
    "bucket",
    "object id",
    "user id",
    "client id",
    "clientid",
    "session",
    "cookie",
    "wallet",
    "campaign id",
    "bot id",
    "botnet id",
    "build id",
    "buildid",
    "uid",
    "salt",
    "peer id",
    "authentication key",
    "icon hash",
    "favicon",
    "dhash",
    "pdb guid",
    "guid:",
    "identifier",
    "private key",
    "public key",
    "hwid",
    "tenant",
    "hex string",
    "pehash",
    "machine id",
];

/// What makes it a file's hash after all.
const HASH: &[&str] =
    &["md5", "sha1", "sha-1", "sha256", "sha-256", "sha512", "sha-512", "hash value", "file hash"];

static OTHER_WORDS: LazyLock<Wordlist> = LazyLock::new(|| Wordlist::new(OTHER));
static HASH_WORDS: LazyLock<Wordlist> = LazyLock::new(|| Wordlist::new(HASH));

/// Whether the text says that what follows is no file's hash: the last of all these words decides.
pub(super) fn names_other(text: &str) -> bool {
    let text = text.as_bytes();
    for at in (0..text.len()).rev() {
        let edge = at.checked_sub(1).and_then(|before| text.get(before));
        if edge.is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        if HASH_WORDS.starts_at(text, at) {
            return false;
        }
        if OTHER_WORDS.starts_at(text, at) {
            return true;
        }
    }
    false
}

/// The length of a label glued to the digits by a flattened table: `MD5`, `SHA256` …
pub(super) fn glued_label(word: &str) -> usize {
    for (label, digits) in [
        ("md5", 32),
        ("sha1", 40),
        ("sha-1", 40),
        ("sha256", 64),
        ("sha-256", 64),
        ("sha512", 128),
        ("sha-512", 128),
    ] {
        let head = word.get(..label.len()).is_some_and(|head| head.eq_ignore_ascii_case(label));
        if head
            && word
                .get(label.len()..)
                .is_some_and(|rest| rest.len() == digits && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
        {
            return label.len();
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_decides() {
        for text in [
            "imphash: ",
            "JA3 fingerprint ",
            "fixed in commit ",
            "SHA256 abc, imphash ",
            "TLS certificate thumbprint (SHA1 of it): thumbprint ",
        ] {
            assert!(names_other(text), "{text}");
        }
        for text in ["", "MD5: ", "the loader ", "imphash abc, MD5 ", "monkey: "] {
            assert!(!names_other(text), "{text}");
        }
        assert_eq!(glued_label(&format!("MD5{}", "a".repeat(32))), 3);
        assert_eq!(glued_label(&format!("MD5{}", "a".repeat(31))), 0);
    }
}
