//! Breaks addresses, domains and URLs in prose, so that no program of the reader turns them into links.
//!
//! `hxxp://`, `[.]` and `[:]` are the forms that analysts write and that extractors read back. A name counts
//! as a domain if it ends in a suffix that the public suffix list has or that RFC 2606 and practice set aside; so
//! versions (`8.3.3`), technique numbers (`T1505.003`), check names and class names stay as they
//! are, and so does a part of a path.

/// Endings that no registry sells but that names in reports carry (RFC 2606, RFC 6762, RFC 7686, practice).
const SET_ASIDE: [&str; 8] = ["example", "test", "invalid", "local", "onion", "internal", "lan", "corp"];

/// A name in prose with this ending is a file, although a registry sells the ending too.
const FILE_ENDING: &str = "md";

/// The text with every address, domain and URL broken.
#[must_use]
pub fn defanged(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while !rest.is_empty() {
        let gap = rest.find(is_part).unwrap_or(rest.len());
        let (between, tail) = rest.split_at(gap);
        out.push_str(between);
        let end = tail.find(|c| !is_part(c)).unwrap_or(tail.len());
        let (word, tail) = tail.split_at(end);
        push_word(&mut out, word, tail);
        rest = tail;
    }
    out
}

/// What a host name, an address or a scheme is made of.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':')
}

/// Writes a run of parts; `after` is what follows it in the text.
fn push_word(out: &mut String, word: &str, after: &str) {
    // `http:` before `//`: the scheme is at the end of the run (`url=http:`, `see:https:`).
    if let Some(front) = word.strip_suffix(':').filter(|_| after.starts_with("//")) {
        let split = front.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
        let (before, scheme) = front.split_at_checked(split).unwrap_or(("", front));
        out.push_str(before);
        out.push_str(&broken_scheme(scheme));
        out.push(':');
        return;
    }
    if is_ipv6(word) {
        out.push_str(&word.replace(':', "[:]"));
        return;
    }
    let in_path = (out.ends_with('/') && !out.ends_with("//")) || out.ends_with('\\');
    for (index, piece) in word.split(':').enumerate() {
        if index > 0 {
            out.push(':');
        }
        let bare = piece.trim_end_matches('.');
        let dots = piece.get(bare.len()..).unwrap_or_default();
        if is_ipv4(bare) || (!in_path && is_domain(bare)) {
            out.push_str(&bare.replace('.', "[.]"));
        } else {
            out.push_str(bare);
        }
        out.push_str(dots);
    }
}

/// `http` → `hxxp`, `ftp` → `fxp`; other schemes are kept, since their hosts are broken anyway.
fn broken_scheme(scheme: &str) -> String {
    match scheme.to_ascii_lowercase().as_str() {
        "http" => "hxxp".to_owned(),
        "https" => "hxxps".to_owned(),
        "ftp" => "fxp".to_owned(),
        "ftps" => "fxps".to_owned(),
        _ => scheme.to_owned(),
    }
}

fn is_ipv4(word: &str) -> bool {
    word.parse::<std::net::Ipv4Addr>().is_ok()
}

fn is_ipv6(word: &str) -> bool {
    let digits = word.bytes().any(|b| b.is_ascii_hexdigit());
    digits && word.contains(':') && word.parse::<std::net::Ipv6Addr>().is_ok()
}

fn is_domain(word: &str) -> bool {
    let word = word.trim_matches(['-', '_', '.']);
    let Some((front, ending)) = word.rsplit_once('.') else { return false };
    if front.is_empty()
        || word.contains("..")
        || ending.chars().any(|c| c.is_ascii_digit() && !is_puny(ending))
    {
        return false;
    }
    if ending == FILE_ENDING && !front.contains('.') {
        return false;
    }
    let lower = word.to_lowercase();
    let ending = ending.to_lowercase();
    SET_ASIDE.contains(&ending.as_str())
        || is_puny(&ending)
        || psl::suffix(lower.as_bytes()).is_some_and(|s| s.is_known())
}

fn is_puny(ending: &str) -> bool {
    ending.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn breaks_what_could_be_followed() {
        assert_eq!(defanged("to 203.0.113.77:9999."), "to 203[.]0[.]113[.]77:9999.");
        assert_eq!(defanged("(http://Evil.example/a.b?c=d)"), "(hxxp://Evil[.]example/a.b?c=d)");
        assert_eq!(defanged("url=https://user@x.example.com"), "url=hxxps://user@x[.]example[.]com");
        assert_eq!(defanged("2001:db8::1 answers"), "2001[:]db8[:][:]1 answers");
        assert_eq!(defanged("mail a@b.example, c.co.uk"), "mail a@b[.]example, c[.]co[.]uk");
        assert_eq!(defanged("bücher.example"), "bücher[.]example");
        assert_eq!(defanged("x.xn--p1ai"), "x[.]xn--p1ai");
    }

    #[test]
    fn leaves_what_only_has_dots() {
        for text in [
            "fixed in 8.3.3",
            "T1505.003",
            "identity.mfa.privileged",
            "log4j-core-2.14.1.jar",
            "/var/www/html/run.sh",
            r"C:\Windows\evil.com",
            "03:14:15",
            "e.g. this...",
            "10.0.19041.1",
            "System.Net.WebClient",
            "advisory.md",
        ] {
            assert_eq!(defanged(text), text);
        }
    }

    #[test]
    fn broken_text_stays_as_it_is() {
        let once = defanged("http://203.0.113.77/x and evil.example");
        assert_eq!(defanged(&once), once);
    }

    /// Pieces of prose, live things among them, and whether one is live.
    const PIECES: [(&str, bool); 14] = [
        ("203.0.113.77", true),
        ("drop.evil.example", true),
        ("http://x.co.uk/a.b", true),
        ("2001:db8::1", true),
        ("8.3.3", false),
        ("T1505.003", false),
        (" ", false),
        (" (", false),
        ("), ", false),
        ("\"", false),
        (" 漢 ", false),
        (" a=", false),
        (". ", false),
        ("'", false),
    ];

    proptest! {
        #[test]
        fn nothing_live_stays_and_nothing_else_changes(picks in prop::collection::vec(0..PIECES.len(), 0..12)) {
            let mut text = String::new();
            for pick in picks {
                // Two pieces of words that touch would make a third.
                if text.ends_with(is_part) {
                    text.push(' ');
                }
                text.push_str(PIECES[pick].0);
            }
            let broken = defanged(&text);
            for (piece, _) in PIECES.iter().filter(|(_, live)| *live) {
                prop_assert!(!broken.contains(piece), "{broken}");
            }
            prop_assert_eq!(broken.replace("[.]", ".").replace("[:]", ":").replace("hxxp", "http"), text);
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,60}") {
            let broken = defanged(&text);
            prop_assert_eq!(defanged(&broken), broken);
        }
    }
}
