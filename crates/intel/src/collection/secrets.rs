//! Secrets in collections: found by the names of fields and by their shape inside values.
//!
//! Passwords, cookies and tokens must not reach a fact. A field whose name says that it holds one is
//! dropped; inside other values, `user:password@host` in URLs, `password=…` in requests, `Cookie:` and
//! `Authorization:` headers and `login:password` lines are masked. When in doubt, it is a secret.

/// What is written in place of a secret.
pub(crate) const MASK: &str = "[secret]";

/// Parts of names, in lower case without separators, that say that a field holds a secret.
const PARTS: &[&str] = &[
    "accesskey",
    "accountkey",
    "apikey",
    "authkey",
    "authorization",
    "bearer",
    "cardnumber",
    "clearpw",
    "cookie",
    "credential",
    "creditcard",
    "cryptedpass",
    "cvv",
    "jwt",
    "lmhash",
    "loginpw",
    "nthash",
    "ntlm",
    "passcode",
    "passhash",
    "passphrase",
    "passwd",
    "passwort",
    "password",
    "plaintext",
    "privatekey",
    "pwd",
    "pwhash",
    "salt",
    "secret",
    "sessionid",
    "sessionkey",
    "token",
    "userpw",
    "userpass",
    "motdepasse",
    "contrasena",
    "wachtwoord",
];

/// Whole names that hold secrets.
const WHOLE: &[&str] =
    &["auth", "hash", "hashes", "otp", "pass", "pin", "psk", "pw", "session", "sid", "cred", "creds"];

/// Whether a field's name says that it holds a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let plain = input::table::normal(name.rsplit(['.', '/']).next().unwrap_or(name));
    let all = input::table::normal(name);
    WHOLE.contains(&plain.as_str()) || PARTS.iter().any(|part| all.contains(part))
}

/// A value with its secrets masked, and the secrets.
pub(crate) fn masked(value: &str) -> (String, Vec<String>) {
    let mut found = Vec::new();
    if let Some((login, secret)) = combination(value) {
        found.push(secret.to_owned());
        return (format!("{login}:{MASK}"), found);
    }
    let value = without_url_passwords(value, &mut found);
    let value = without_named(&value, &mut found);
    (value, found)
}

/// `mail@domain:password` (also `;` and `|`), perhaps after a URL: the lines of leaks.
fn combination(value: &str) -> Option<(&str, &str)> {
    if value.contains(char::is_whitespace) || value.len() > 1000 {
        return None;
    }
    let at = value.find('@')?;
    let after = value.get(at + 1..)?;
    let end = after.find([':', ';', '|'])?;
    let (domain, rest) = after.split_at_checked(end)?;
    let secret = rest.get(1..)?;
    let mail = domain.contains('.') && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    let local = value.get(..at)?;
    // `https://user:password@host:8443/` is a URL, `user@host:22` an address with a port.
    let port = !secret.is_empty() && secret.len() <= 5 && secret.bytes().all(|b| b.is_ascii_digit());
    let url = local.contains("://")
        && local.rsplit("://").next().is_some_and(|part| part.contains(':') && !part.contains('/'));
    let host_with_port = port && rest.starts_with(':') && local.contains("://");
    if !mail || url || secret.is_empty() || host_with_port {
        return None;
    }
    value.get(..at + 1 + end).map(|login| (login, secret))
}

/// `scheme://user:password@host` without the password.
fn without_url_passwords(value: &str, found: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at_checked(at + 3).unwrap_or((rest, ""));
        out.push_str(before);
        let end = after.find(|c: char| matches!(c, '/' | '?' | '#' | '"' | '\'' | '<') || c.is_whitespace());
        let (authority, tail) = after.split_at_checked(end.unwrap_or(after.len())).unwrap_or((after, ""));
        match authority.rsplit_once('@') {
            Some((user, host)) => match user.split_once(':') {
                Some((name, password)) if !password.is_empty() => {
                    found.push(password.to_owned());
                    out.push_str(&format!("{name}:{MASK}@{host}"));
                }
                _ => out.push_str(authority),
            },
            None => out.push_str(authority),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// `password=…`, `"token": "…"`, `Cookie: …` without what follows.
fn without_named(value: &str, found: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find(['=', ':']) {
        let (before, after) = rest.split_at_checked(at + 1).unwrap_or((rest, ""));
        out.push_str(before);
        rest = after;
        let name = before.get(..at).unwrap_or_default().trim_end().trim_end_matches(['"', '\'']);
        let start = name.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']')));
        let name = name.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
        // A scheme or a drive is no field.
        if name.is_empty() || after.starts_with("//") || !is_secret_name(name) {
            continue;
        }
        let blank = after.len() - after.trim_start_matches([' ', '"', '\'']).len();
        let (lead, body) = after.split_at_checked(blank).unwrap_or(("", after));
        // A header's value goes to the end of its line, another's to the next separator.
        let lower = name.to_ascii_lowercase();
        let header = lower.contains("cookie") || lower.contains("authorization");
        let end = body.find(|c: char| {
            matches!(c, '\r' | '\n')
                || !header && (matches!(c, '&' | ';' | ',' | '"' | '\'' | '}') || c.is_whitespace())
        });
        let (secret, tail) = body.split_at_checked(end.unwrap_or(body.len())).unwrap_or((body, ""));
        if secret.is_empty() || secret == MASK {
            continue;
        }
        found.push(secret.to_owned());
        out.push_str(lead);
        out.push_str(MASK);
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "password",
            "Pass",
            "user_pwd",
            "Password Hash",
            "session-cookie",
            "auth_token",
            "extra.password",
            "secret",
            "hash",
            "API-Key",
            "NTLM",
            "passwort",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in
            ["compass", "passenger", "hashtag", "email", "source.ip", "family", "sessions_count", "asn"]
        {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn secrets_inside_values_are_masked() {
        let cases = [
            ("https://bob:hunter2@mail.example/x", "https://bob:[secret]@mail.example/x"),
            ("bob@port.example:hunter2", "bob@port.example:[secret]"),
            ("bob@port.example;hun:ter2", "bob@port.example:[secret]"),
            (
                "https://portal.example/login:bob@port.example:hunter2",
                "https://portal.example/login:bob@port.example:[secret]",
            ),
            ("POST /?user=bob&password=hunter2&x=1", "POST /?user=bob&password=[secret]&x=1"),
            ("{\"token\": \"hunter2\", \"a\": 1}", "{\"token\": \"[secret]\", \"a\": 1}"),
            ("Cookie: a=hunter2; b=hunter2", "Cookie: [secret]"),
            ("Authorization: Basic hunter2", "Authorization: [secret]"),
        ];
        for (given, expected) in cases {
            let (shown, found) = masked(given);
            assert_eq!(shown, expected);
            assert!(!shown.contains("hunter2") && !found.is_empty());
        }
    }

    #[test]
    fn what_holds_none_stays() {
        for value in
            ["https://portal.example:8443/a?b=c", "2024-06-12T03:14:15Z", "bob@port.example", "a: b = c"]
        {
            assert_eq!(masked(value), (value.to_owned(), vec![]));
        }
    }
}
