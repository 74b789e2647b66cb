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
    "impfuzzy",
    "gimphash",
    "symhash",
    "exphash",
    "export hash",
    "typeref",
    "authentihash",
    "authenticode",
    "cdhash",
    "hassh",
    "machine id",
    "certificate",
    "cert:",
    "cert hash",
    "cert ",
    "revision",
    "changeset",
    "tree hash",
    "ntlm",
    "nt hash",
    "lm hash",
    "encryption key",
    "decryption key",
    "license key",
    "transaction",
    "txid",
    "tx hash",
    "infohash",
    "info hash",
    "torrent",
    "etag",
    "image digest",
    "container digest",
    "subject key",
    "authority key",
];

/// What a hash beside it is of, when it is no file: `certificate SHA-1`, `imphash (MD5)`, `SHA-256 of the certificate`.
const OWNERS: &[&str] = &[
    "certificate",
    "cert",
    "x.509",
    "x509",
    "tls",
    "ssl",
    "imphash",
    "import hash",
    "authentihash",
    "authenticode",
    "ja3",
    "ja3s",
    "ja4",
    "pehash",
    "rich header",
    "richpe",
    "favicon",
    "icon",
    "commit",
    "public key",
    "key",
    "fingerprint",
    "thumbprint",
    "signer",
    "password",
];

/// What makes it a file's hash after all.
const HASH: &[&str] =
    &["md5", "sha1", "sha-1", "sha256", "sha-256", "sha512", "sha-512", "hash value", "file hash"];

/// Whether a text ends in the name of what a hash is of, marks aside: `TLS certificate (`.
fn ends_in_owner(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    OWNERS.iter().any(|owner| {
        let before = text.strip_suffix(owner).and_then(|before| before.as_bytes().last().copied());
        text == *owner || before.is_some_and(|byte| !byte.is_ascii_alphanumeric())
    })
}

/// Whether what follows the digits on their line says that they are no file's hash: `(imphash)`, `| JA3 |`, or the end
/// of a line of a dump of Windows accounts, `name:500:LM:NT:::`.
pub(super) fn named_other_after(text: &str) -> bool {
    let dump = text.starts_with(":::") || text.starts_with(':') && text.get(33..36) == Some(":::");
    if dump {
        return true;
    }
    let label =
        text.trim_start_matches([' ', '\t', '(', '[', '|', '`', '"', ',', ';', '–', '-', ':', '<', '=']);
    let close = label.find(['|', ')', ']', ',', ';', '\t', '\n', '"', '`']).unwrap_or(label.len());
    let label = label.get(..close).unwrap_or_default().trim();
    // A label is short; a sentence that goes on says nothing about what is before it.
    let words = label.split_whitespace().count();
    let marked = text.starts_with(" (")
        || text.starts_with('(')
        || text.trim_start().starts_with(['|', '-', '–', '[', '\t', ',']);
    marked && (1..=3).contains(&words) && !HASH_WORDS.starts_at(label.as_bytes(), 0) && names_other(label)
}

/// What the words of a text say of the digits that follow: whether they are no file's hash; `None` where they say
/// nothing.
pub(super) fn said(text: &str) -> Option<bool> {
    let bytes = text.as_bytes();
    for at in (0..bytes.len()).rev() {
        let edge = at.checked_sub(1).and_then(|before| bytes.get(before));
        if edge.is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        if OTHER_WORDS.starts_at(bytes, at) {
            return Some(true);
        }
        if HASH_WORDS.starts_at(bytes, at) {
            let owned = text.get(..at).is_some_and(|before| before.ends_with('@') || ends_in_owner(before));
            let of = text.get(at..).is_some_and(|rest| rest.contains(" of ") && ends_in_owner(rest));
            return Some(owned || of);
        }
    }
    None
}

static OTHER_WORDS: LazyLock<Wordlist> = LazyLock::new(|| Wordlist::new(OTHER));
static HASH_WORDS: LazyLock<Wordlist> = LazyLock::new(|| Wordlist::new(HASH));

/// Whether the text says that what follows is no file's hash: the last of all these words decides.
pub(super) fn names_other(text: &str) -> bool {
    said(text).unwrap_or(false)
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
            "authentihash | ",
            "the certificate (SHA-1): ",
            "certificate SHA256 ",
            "imphash (MD5): ",
            "SHA256 of the certificate: ",
            "image quay/app@sha256:",
        ] {
            assert!(names_other(text), "{text}");
        }
        for text in [
            "",
            "MD5: ",
            "the loader ",
            "imphash abc, MD5 ",
            "monkey: ",
            "certified by SHA256 of the loader: ",
        ] {
            assert!(!names_other(text), "{text}");
        }
        let of_password = ":31d6cfe0d16ae931b73c59d7e0c089c0:::";
        for text in [":::", of_password, " (imphash)", " | JA3 | x", " - authentihash", ", import hash"] {
            assert!(named_other_after(text), "{text}");
        }
        for text in [
            " | MD5 | imphash",
            " (loader)",
            " and its imphash",
            " imphash of it",
            "",
            ", imphash of the next file is",
        ] {
            assert!(!named_other_after(text), "{text}");
        }
        assert_eq!(glued_label(&format!("MD5{}", "a".repeat(32))), 3);
        assert_eq!(glued_label(&format!("MD5{}", "a".repeat(31))), 0);
    }
}
