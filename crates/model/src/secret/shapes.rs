//! Secrets that are known by their shape, in any text: private keys, tokens of services, hashes of passwords.
//!
//! Each shape begins with a mark that only secrets of one kind have, so that nothing else is cut: an MD5 or SHA-256
//! has no mark and is an indicator. Where a text was shortened inside a secret, what is left of it is a secret too. Sources: the makers' descriptions of their tokens; crypt(5) and PHC strings for hashes; RFC 7519 for JWT;
//! RFC 7468 for private keys.

use std::ops::Range;

/// A shape: the mark, the characters that follow it beside letters and digits, and how many there are at least.
pub(super) struct Shape {
    pub(super) mark: &'static str,
    also: &'static str,
    pub(super) least: usize,
}

const fn shape(mark: &'static str, also: &'static str, least: usize) -> Shape {
    Shape { mark, also, least }
}

/// Tokens and hashes by their marks, which are compared with capitals.
#[rustfmt::skip]
pub(super) const SHAPES: &[Shape] = &[
    // GitHub, GitLab, Slack, Google, Stripe.
    shape("ghp_", "", 16), shape("gho_", "", 16), shape("ghu_", "", 16), shape("ghs_", "", 16), shape("ghr_", "", 16),
    shape("github_pat_", "_", 16),
    shape("glpat-", "-_.", 10), shape("gldt-", "-_.", 10), shape("glrt-", "-_.", 10), shape("glptt-", "-_.", 10),
    shape("glcbt-", "-_.", 10), shape("gloas-", "-_.", 10),
    shape("xoxb-", "-", 8), shape("xoxa-", "-", 8), shape("xoxp-", "-", 8), shape("xoxr-", "-", 8), shape("xoxs-", "-", 8),
    shape("xoxe-", "-", 8), shape("xoxc-", "-", 8), shape("xoxd-", "-%", 8), shape("xapp-", "-", 8),
    shape("AIza", "-_", 30), shape("GOCSPX-", "-_", 16), shape("ya29.", "-_.", 16),
    shape("sk_live_", "", 10), shape("rk_live_", "", 10), shape("sk_test_", "", 10), shape("rk_test_", "", 10),
    shape("whsec_", "+/=", 16),
    // Others that mark their tokens.
    shape("npm_", "", 30), shape("pypi-AgE", "-_", 16), shape("SG.", "-_.", 40), shape("sk-proj-", "-_", 16),
    shape("sk-ant-", "-_", 16), shape("dop_v1_", "", 16), shape("hvs.", "-_", 16), shape("hvb.", "-_", 16),
    shape("shpat_", "", 16), shape("shpss_", "", 16), shape("dckr_pat_", "-_", 16), shape("ATATT3", "-_=", 16),
    shape("glsa_", "_", 16), shape("lin_api_", "", 16), shape("PMAK-", "-", 16), shape("dapi", "", 32),
    shape("AGE-SECRET-KEY-1", "", 16), shape("EAACEdEose0cBA", "", 4), shape("NRAK-", "", 16),
    // JSON web tokens: `{"` in base64, twice.
    shape("eyJ", "-_.=", 16),
    // Hashes of passwords.
    shape("$2a$", "./$", 20), shape("$2b$", "./$", 20), shape("$2y$", "./$", 20), shape("$1$", "./$", 16),
    shape("$5$", "./$=", 16), shape("$6$", "./$=", 16), shape("$y$", "./$", 16), shape("$gy$", "./$", 16),
    shape("$7$", "./$", 16), shape("$apr1$", "./$", 16), shape("$argon2", "./$=,+", 16), shape("$scrypt$", "./$=,+", 16),
    shape("$pbkdf2", "./$=,+-", 16), shape("$P$", "./", 16), shape("$H$", "./", 16), shape("$S$", "./", 30),
    shape("pbkdf2_sha", "$/+=_", 16), shape("bcrypt_sha256$", "$./", 16), shape("$krb5", "$*@./-_ ", 30),
    shape("{SSHA}", "/+=", 16), shape("{SHA}", "/+=", 16), shape("{SMD5}", "/+=", 16), shape("{CRYPT}", "./$", 8),
    shape("{SSHA512}", "/+=", 16), shape("{SSHA256}", "/+=", 16),
];

/// Where a private key begins, in PEM and PuTTY's form.
pub(super) const KEY_MARKS: [&str; 2] = ["PRIVATE KEY", "Private-Lines:"];

/// The secret of a shape whose mark is at `at`; `shortened`: the text goes on where it was read.
pub(super) fn token(text: &str, at: usize, shape: &Shape, shortened: bool) -> Option<Range<usize>> {
    let behind = at + shape.mark.len();
    if text.get(at..behind)? != shape.mark || continues(text, at, shape.mark) {
        return None;
    }
    let body = text.get(behind..)?;
    let part = |c: char| c.is_ascii_alphanumeric() || shape.also.contains(c);
    let length = body.find(|c| !part(c)).unwrap_or(body.len());
    // A dot or a sign of a sentence does not belong to the token.
    let length = body.get(..length)?.trim_end_matches(['.', ',', ' ']).len();
    let cut_off = shortened && behind + length == text.len();
    if length < shape.least && !(cut_off && length > 0) {
        return None;
    }
    // Two parts in base64 make a token; one is any JSON.
    let jwt = shape.mark == "eyJ";
    let body = body.get(..length)?;
    if jwt && !body.contains(".eyJ") && !(cut_off && body.contains('.')) {
        return None;
    }
    Some(at..behind + length)
}

/// Whether the mark is the middle of a longer word.
fn continues(text: &str, at: usize, mark: &str) -> bool {
    let before = text.get(..at).and_then(|head| head.chars().next_back());
    mark.starts_with(|c: char| c.is_alphanumeric())
        && before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '+'))
}

/// A private key around a mark: all between the lines of dashes, whose labels stay; to the end where it is cut off.
pub(super) fn private_key(text: &str, at: usize, mark: &str) -> Option<Range<usize>> {
    let behind = text.get(at + mark.len()..)?;
    if mark == "Private-Lines:" {
        let end = behind.find("Private-MAC").unwrap_or(behind.len());
        return Some(at + mark.len()..at + mark.len() + end);
    }
    let line = text.get(..at)?;
    let begin = line.get(line.floor_char_boundary(line.len().saturating_sub(60))..)?;
    let label = begin.rfind("-----BEGIN ")?;
    let between = begin.get(label + 11..)?;
    if between.chars().any(|c| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != ' ') {
        return None;
    }
    let dashes = behind.find("-----").map_or(behind.len(), |at| at + 5);
    let body = behind.get(dashes..)?;
    let end = body.find("-----END").unwrap_or(body.len());
    Some(at + mark.len() + dashes..at + mark.len() + dashes + end)
}

/// The secret that goes with an access key of AWS, which is 40 characters of base64 near it. The key's own number is
/// no secret, and logs of the cloud are searched by it.
pub(super) fn aws_secret(text: &str, at: usize) -> Option<Range<usize>> {
    const NEAR_BYTES: usize = 200;
    const LENGTH: usize = 40;
    let number = text.get(at..at + 20)?;
    if !number.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
        return None;
    }
    let from = at + 20;
    let near = text.get(from..text.floor_char_boundary(from.saturating_add(NEAR_BYTES).min(text.len())))?;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '+');
    let mut start = 0;
    while let Some(begin) = near.get(start..)?.find(part).map(|found| start + found) {
        let rest = near.get(begin..)?;
        let length = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let word = rest.get(..length)?;
        let hash = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        if length == LENGTH && !hash {
            return Some(from + begin..from + begin + length);
        }
        start = begin + length;
    }
    None
}

/// The hashes of a line of a dump of Windows accounts around its `:::`: `name:500:LM:NT:::`.
pub(super) fn dumped_hashes(text: &str, at: usize) -> Option<Range<usize>> {
    let head = text.get(..at)?;
    let is_hash = |part: &str| part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts = head.rsplitn(3, ':');
    let (nt, lm) = (parts.next()?, parts.next()?);
    (is_hash(nt) && is_hash(lm) && parts.next().is_some()).then(|| at - 65..at)
}

/// The password of `scheme://user:password@host`, for the `://` at `at`.
pub(super) fn in_url(text: &str, at: usize) -> Option<Range<usize>> {
    const AUTHORITY_BYTES_MAX: usize = 600;
    let from = at + 3;
    let after =
        text.get(from..text.floor_char_boundary(from.saturating_add(AUTHORITY_BYTES_MAX).min(text.len())))?;
    let end = after.find(|c: char| {
        matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '`' | '\\') || c.is_whitespace()
    });
    let authority = after.get(..end.unwrap_or(after.len()))?;
    let (login, _) = authority.rsplit_once('@')?;
    let colon = login.find(':')?;
    (colon + 1 < login.len()).then(|| from + colon + 1..from + login.len())
}

/// Whether a value is a seed of a wallet (BIP 39): 12 to 24 short words in lower case.
pub(super) fn is_seed(value: &str) -> bool {
    let words = value.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let mut count = 0;
    for word in words {
        if !(3..=8).contains(&word.len()) || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return false;
        }
        count += 1;
        if count > 24 {
            return false;
        }
    }
    count >= 12
}

/// Whether a value is a hash in hexadecimal digits, one or two joined.
pub(super) fn is_hash(value: &str) -> bool {
    let parts = || value.trim().split(':');
    parts().count() <= 2
        && parts().all(|part| part.len() >= 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        found_in(text, false)
    }

    fn found_in(text: &str, shortened: bool) -> Vec<&str> {
        let by_mark = SHAPES.iter().flat_map(|shape| {
            let marks = text.match_indices(shape.mark);
            marks.filter_map(move |(at, _)| text.get(token(text, at, shape, shortened)?))
        });
        by_mark.collect()
    }

    #[test]
    fn tokens_by_their_marks() {
        let body = "0123456789abcdefghijABCDEFGHIJ012345";
        for mark in ["ghp_", "xoxb-", "glpat-", "AIza", "sk_live_", "npm_", "hvs."] {
            let text = format!("seen {mark}{body}, then");
            assert_eq!(found(&text), [format!("{mark}{body}")]);
        }
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        assert_eq!(found(&format!("a {jwt}.")), [jwt]);
        let bcrypt = "$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
        assert_eq!(found(&format!("bob:{bcrypt}:19000")), [bcrypt]);
        assert_eq!(found("root:$6$salt$abcdefghijklmnop/.ABC:1"), ["$6$salt$abcdefghijklmnop/.ABC"]);
    }

    #[test]
    fn what_is_cut_off_inside_a_secret_is_one() {
        for text in ["ghp_ab", "eyJhbGciOiJIUzI1NiJ9.ey"] {
            assert_eq!((found_in(text, true), found(text)), (vec![text], vec![]));
        }
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        for text in [
            "ghp_short and more",
            "eyJhbGciOiJIUzI1NiJ9 alone",
            "costs $1$ or $5$ each",
            "a_ghp_0123456789abcdefghij",
            "44d88612fea8a8f36de82e1278abb02f",
            "npm_config_registry=x",
            "the AIzaak",
            "$6$ is the prefix",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn private_keys_whole_and_cut_off() {
        let key = |text: &str| {
            let at = text.find("PRIVATE KEY").expect("the mark");
            private_key(text, at, "PRIVATE KEY").map(|range| text[range].to_owned())
        };
        let whole = "x -----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY----- y";
        assert_eq!(key(whole).as_deref(), Some("\nMIIE\nabc=\n"));
        assert_eq!(key("-----BEGIN PRIVATE KEY-----MII").as_deref(), Some("MII"));
        assert_eq!(key("he lost his PRIVATE KEY yesterday"), None);
    }

    #[test]
    fn pairs_of_aws_keep_the_number_of_the_key() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let text = format!("AKIAIOSFODNN7EXAMPLE,{secret}\n");
        assert_eq!(aws_secret(&text, 0).map(|range| &text[range]), Some(secret));
        assert_eq!(aws_secret("AKIAIOSFODNN7EXAMPLE da39a3ee5e6b4b0d3255bfef95601890afd80709", 0), None);
    }

    #[test]
    fn passwords_in_addresses_and_dumps() {
        let url =
            |text: &str| in_url(text, text.find("://").expect("a URL")).map(|range| text[range].to_owned());
        assert_eq!(url("ftp://bob:p@ss@host/x").as_deref(), Some("p@ss"));
        assert_eq!(url("https://host:8443/a@b:c"), None);
        assert_eq!(url("ssh://git@host/x"), None);
        let dump = "bob:500:aad3b435b51404eeaad3b435b51404ee:31d6cfe0d16ae931b73c59d7e0c089c0:::";
        let at = dump.find(":::").expect("its end");
        assert_eq!(dumped_hashes(dump, at), Some(8..73));
        assert_eq!(dumped_hashes("::: a:b:::", 7), None);
    }

    #[test]
    fn seeds_have_twelve_to_twenty_four_short_words() {
        let words = |count: usize| vec!["abandon"; count].join(" ");
        assert!(is_seed(&words(12)) && is_seed(&words(24)));
        assert!(!is_seed(&words(11)) && !is_seed(&words(25)) && !is_seed("The quick brown fox"));
    }
}
