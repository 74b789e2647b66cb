//! Whether a name (of a column, a key, a field, a label) is that of a secret.
//!
//! A name is taken apart into words: at signs between letters, at capitals, and, where letters run on
//! (`userpassword`), into words that are known. The last stem of a secret counts, unless a word beside it makes the
//! name one *about* secrets. Names are compared by whole words, so `compass` and `tokenizer` hold none. Invariant:
//! the answer depends on the name alone and is the same for `apiKey`, `API_KEY`, `api-key` and `apikey`.

use super::triggers::may_name;
use super::words::{ABOUT_BEFORE, ABOUT_BEHIND, BESIDE, Holds, INNOCENT, STEMS, TABLE, UNMISTAKABLE};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Of a longer name the last characters count: nobody names a column with more.
const NAME_CHARS_MAX: usize = 120;
/// A name with more words than this says nothing by two letters in it.
const SHORT_WORDS_MAX: usize = 7;
/// A longer run of letters is not taken apart.
const RUN_BYTES_MAX: usize = 40;

/// Stems by their first word: the others, and how the value is read. The longest stems first.
type Stems = HashMap<&'static str, Vec<(Vec<&'static str>, Holds)>>;

static STEMS_BY_WORD: LazyLock<Stems> = LazyLock::new(|| {
    let mut stems = Stems::new();
    for (holds, all) in STEMS {
        for stem in *all {
            let mut words = stem.split(' ');
            let Some(first) = words.next() else { continue };
            stems.entry(first).or_default().push((words.collect(), *holds));
        }
    }
    stems.values_mut().for_each(|of_word| of_word.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len())));
    stems
});

/// The words into which a run of letters is taken apart.
static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let stems = STEMS.iter().flat_map(|(_, stems)| *stems).flat_map(|stem| stem.split(' '));
    // Two letters are a word of their own only where they are listed beside stems.
    let about = ABOUT_BEHIND.iter().chain(ABOUT_BEFORE).copied().filter(|word| word.len() > 2);
    stems.chain(about).filter(|word| word.len() > 1).chain(BESIDE.iter().copied()).collect()
});

/// Whether a field, key or label of this name holds a secret, whatever is in it.
#[must_use]
pub fn is_name(name: &str) -> bool {
    may_name(name) && matches!(holds(name), Some(Holds::Word | Holds::Phrase | Holds::Header | Holds::Number))
}

/// Whether a column of a table of accounts of this name holds a secret: there, a hash is one of a password.
#[must_use]
pub fn is_column(name: &str) -> bool {
    if is_name(name) {
        return true;
    }
    let own = own_part(name);
    TABLE.iter().any(|word| is_same(own, word))
}

/// Whether a name is this word in lower case, signs aside.
fn is_same(name: &str, word: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    letters.eq(word.chars())
}

/// Whether a word is one of those that names of secrets are made of.
pub(super) fn is_word(word: &str) -> bool {
    words(word).iter().all(|word| WORDS.contains(word.as_ref()))
}

/// How the value of this name is read; `None`: it is no secret.
pub(super) fn holds(name: &str) -> Option<Holds> {
    let words = words(own_part(name));
    let joined: String = words.iter().map(Cow::as_ref).collect();
    if INNOCENT.contains(&joined.as_str()) || INNOCENT.contains(&name.to_lowercase().as_str()) {
        return None;
    }
    for at in (0..words.len()).rev() {
        let Some((found, end)) = stem_at(&words, at) else { continue };
        let any = |words: Option<&[Cow<'_, str>]>, about: &[&str]| {
            words.is_some_and(|words| words.iter().any(|word| about.contains(&word.as_ref())))
        };
        // A longer stem may begin before: the `key` of `api key`, the `id` of `session id`.
        let longer = (at.saturating_sub(3)..at).find_map(|from| {
            stem_at(&words, from).filter(|(_, longer)| *longer >= end).map(|(holds, end)| (from, holds, end))
        });
        let (at, found, end) = longer.unwrap_or((at, found, end));
        if any(words.get(end..), ABOUT_BEHIND) || any(words.get(..at), ABOUT_BEFORE) {
            return None;
        }
        // What is short means a secret only as the whole name.
        let whole = at == 0 && end == words.len();
        let short = end - at == 1 && words.get(at).is_some_and(|word| word.is_ascii() && word.len() < 4);
        return match found {
            Holds::Hash | Holds::Seed | Holds::Number if !whole => qualified(found, &words),
            // Letters and digits by chance hold `pw` and `otp`.
            found if short && words.len() > 1 => {
                let likely = |word: &Cow<'_, str>| word.len() > 2 || WORDS.contains(word.as_ref());
                (words.len() < SHORT_WORDS_MAX && words.iter().all(likely)).then_some(found)
            }
            found => Some(found),
        };
    }
    None
}

/// A short stem in a longer name: `user_pin` holds a number, `ntlm_version` nothing.
fn qualified(holds: Holds, words: &[Cow<'_, str>]) -> Option<Holds> {
    let known = |word: &Cow<'_, str>| WORDS.contains(word.as_ref());
    words.iter().all(known).then_some(holds)
}

/// The longest stem that begins at a word, and where it ends.
fn stem_at(words: &[Cow<'_, str>], at: usize) -> Option<(Holds, usize)> {
    let word = words.get(at)?;
    let listed = STEMS_BY_WORD.get(word.as_ref()).and_then(|stems| {
        stems.iter().find_map(|(rest, holds)| {
            let end = at + 1 + rest.len();
            let follows = words.get(at + 1..end)?;
            follows.iter().map(Cow::as_ref).eq(rest.iter().copied()).then_some((*holds, end))
        })
    });
    listed.or_else(|| {
        let stem = UNMISTAKABLE.iter().find(|stem| word.contains(**stem))?;
        let behind = word.rsplit(*stem).next().unwrap_or_default();
        let about = ABOUT_BEHIND.iter().any(|about| about.len() > 3 && behind.starts_with(about));
        let before = ABOUT_BEFORE.iter().any(|about| about.len() > 2 && word.starts_with(about));
        (!about && !before).then_some((if *stem == "cookie" { Holds::Header } else { Holds::Word }, at + 1))
    })
}

/// The part of a path that names the value: `password` of `request.body.password`, `user[password]` and
/// `password.value`.
fn own_part(name: &str) -> &str {
    let end = name.char_indices().rev().nth(NAME_CHARS_MAX - 1).map_or(0, |(at, _)| at);
    let name = name.get(end..).unwrap_or(name).trim_matches(|c: char| !c.is_alphanumeric());
    let mut from = name.len();
    loop {
        let cut = name.get(..from).and_then(|head| head.rfind(['.', '/', '[', ']']));
        let start = cut.map_or(0, |at| at + 1);
        let part = name.get(start..from).unwrap_or_default();
        let general = part.bytes().all(|byte| !byte.is_ascii_alphabetic() && byte.is_ascii())
            || ["value", "values", "raw", "data", "plain", "text", "hash", "content"]
                .iter()
                .any(|word| part.eq_ignore_ascii_case(word));
        match cut {
            Some(at) if general => from = at,
            // A connection's id is `connect.sid`; whatever a general part belongs to comes with it.
            _ => return name.get(start..).unwrap_or(name),
        }
    }
}

/// The words of a name, in lower case, digits left out.
fn words(name: &str) -> Vec<Cow<'static, str>> {
    let mut words = Vec::new();
    let mut run = String::new();
    let mut before = ' ';
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let begins = c.is_uppercase()
            && (before.is_lowercase()
                || before.is_uppercase() && rest.peek().is_some_and(|next| next.is_lowercase()));
        if begins || !c.is_alphabetic() && !is_mark(c) {
            take_apart(&mut run, &mut words);
        }
        if c.is_alphabetic() || is_mark(c) {
            run.extend(c.to_lowercase());
        }
        before = c;
    }
    take_apart(&mut run, &mut words);
    words
}

/// Vowel signs of Thai and accents that are written apart are no letters, and do not end a word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}')
}

/// Adds a run of letters as the fewest known words, or as one word where it is not made of these.
fn take_apart(run: &mut String, words: &mut Vec<Cow<'static, str>>) {
    let run = std::mem::take(run);
    if run.is_empty() {
        return;
    }
    let known = |text: &str| WORDS.get(text).copied();
    if run.len() > RUN_BYTES_MAX || !run.is_ascii() || known(&run).is_some() {
        words.push(Cow::Owned(run));
        return;
    }
    // For each end, the fewest words that lead to it, and where the last of them begins.
    let mut best: Vec<Option<(usize, usize)>> = vec![Some((0, 0))];
    for end in 1..=run.len() {
        let ways = (0..end).filter_map(|start| {
            let (count, _) = (*best.get(start)?)?;
            known(run.get(start..end)?).map(|_| (count + 1, start))
        });
        best.push(ways.min());
    }
    let (mut end, mut parts) = (run.len(), Vec::new());
    while end > 0 {
        let Some(Some((_, start))) = best.get(end).copied() else {
            words.push(Cow::Owned(run));
            return;
        };
        parts.extend(run.get(start..end).and_then(known).map(Cow::Borrowed));
        end = start;
    }
    words.extend(parts.into_iter().rev());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of secrets.
    #[rustfmt::skip]
    const SECRET: &[&str] = &[
        "password", "Pass", "user_pwd", "Password Hash", "session-cookie", "auth_token", "extra.password",
        "secret", "API-Key", "apikey", "apiKey", "APIKey", "passwort", "userPassword", "userpassword",
        "loginpw", "PGPASSWORD", "MYSQL_ROOT_PASSWORD", "db.password", "user[password]", "password[0]",
        "password.value", "Kennwort", "contraseña", "Contrasena", "mot de passe", "mot_de_passe", "MDP",
        "senha", "clave", "пароль", "Пароль", "hasło", "wachtwoord", "lösenord", "adgangskode", "salasana",
        "parola", "密码", "用户密码", "パスワード", "비밀번호", "PIN", "pin_code", "backup codes", "recovery_codes", "otp",
        "totp_seed", "client_secret", "clientSecret", "private key", "privateKey", "connection string",
        "ConnectionString", "session id", "PHPSESSID", "JSESSIONID", "ASP.NET_SessionId", "access_token",
        "id_token", "reset_password_token", "X-Api-Key", "cs(Cookie)", "Set-Cookie", "Authorization",
        "http.request.headers.authorization", "password2", "Password 1", "passwordhint", "plaintextpassword",
        "hashedpassword", "passphrase", "mnemonic", "unicodePwd", "AWS_SECRET_ACCESS_KEY", "AccountKey",
        "snmp community", "mật khẩu", "รหัสผ่าน", "--db-password", "svcpassword", "mypasswordforthis",
        "keyPass", "storepass", "รหัสผ่าน", "รหัสผ่าน ใหม่",
    ];

    /// Names about secrets, and words in which a stem is by chance.
    #[rustfmt::skip]
    const BENIGN: &[&str] = &[
        "passed", "tokenizer", "pinned", "last_password_change", "password_last_set", "pwdLastSet",
        "pwdlastset", "passwordNeverExpires", "passwordneverexpires", "mfa_token_type", "compass", "passenger",
        "hashtag", "email", "source.ip", "family", "sessions_count", "asn", "badPwdCount", "badPasswordTime",
        "PasswordExpired", "password_expiration_date", "CannotChangePassword", "PasswordNotRequired",
        "TokenElevationType", "TokenElevation", "secretary", "token_id", "secret_name", "cookie_name",
        "access_key_id", "accessKeyId", "AccessKeyId", "api_key_name", "password_policy", "password_age",
        "PASSWORD_LIFE_TIME", "ssh_key_count", "has_password", "passwordless", "passport", "bypass",
        "proxy_pass", "1Password", "KeePass", "LastPass", "AuthenticationPackageName", "LogonProcessName",
        "TicketEncryptionType", "KeyLength", "SessionName", "ping", "mapping", "shipping", "opinion",
        "spinner", "hash", "Hashes", "sha256", "auth", "session", "key", "PublicKeyToken", "password-file",
        "pwned", "keyboard", "author", "authority", "monkey", "passive", "path", "pwn", "Keywords",
        "tokenized", "accredited", "words", "seed", "wallet", "ntlm_version",
        "vPwDRd0JvnZYy6YgCKRQaI9r9QM9vgHgNp6bzoXBIR9URDgwc", "NextToken", "PassThru", "kennwortgesetzt", "passwortgeändert", "motdepassechangé", "contraseñacambiada", "Kennwort abgelaufen", "krbtgt",
    ];

    #[test]
    fn names_of_secrets() {
        for name in SECRET {
            assert!(is_name(name), "{name}");
        }
    }

    #[test]
    fn names_about_secrets_and_words_that_hold_a_stem_are_none() {
        for name in BENIGN {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn columns_of_accounts_hold_hashes() {
        for name in ["hash", "Hashes", "SID", "auth", "salt", "session", "password", "NTLM"] {
            assert!(is_column(name), "{name}");
        }
        for name in ["sha256", "user", "hashtag", "sessions_count", "asn", "authority"] {
            assert!(!is_column(name), "{name}");
        }
    }

    #[test]
    fn long_names_end_soon() {
        assert!(is_name(&format!("{}_password", "a".repeat(100_000))));
        assert!(!is_name(&"passengers".repeat(50_000)));
    }
}
