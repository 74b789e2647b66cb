//! Secrets in collections: the list of `model::secret`, and one shape that only leaks have, `mail@domain:password`.
//!
//! Passwords, cookies and tokens must not reach a fact. A field whose name says that it holds one is taken out; inside
//! other values what is one by name or shape is masked. When in doubt, it is a secret.

use model::secret::cut_noting;
pub(crate) use model::secret::{MASK, is_column as is_secret_name};

/// A value with its secrets masked, and the secrets.
pub(crate) fn masked(value: &str) -> (String, Vec<String>) {
    let mut found = Vec::new();
    if let Some((login, secret)) = combination(value) {
        found.push(secret.to_owned());
        // What is before it may hold another: a token in the address of the site.
        let login = cut_noting(login, &mut found).into_owned();
        return (format!("{login}:{MASK}"), found);
    }
    let shown = cut_noting(value, &mut found).into_owned();
    (shown, found)
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
