//! The words by which people name secrets, and the words that make a name one *about* a secret: the one list.
//!
//! A stem is one word or several in a row. `Password`, `db_password` and `passwordHash` name a secret;
//! `passwordLastSet`, `token_type` and `bad_pwd_count` are about one. Words are in lower case; plurals and spellings
//! without accents are words of their own, as programs write them. Invariant: a word that is too common to mean a
//! secret in running text (`hash`, `session`) is in [`TABLE`] only.

/// How the value of a name is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// A password, token or key: one word, or what is quoted.
    Word,
    /// Several words: a passphrase, recovery codes.
    Phrase,
    /// The value of a header, to the end of its line.
    Header,
    /// A number of four digits or more.
    Number,
    /// A hash of a password: only what is hexadecimal, for the name also means a protocol.
    Hash,
    /// A dozen or two of short words: only what has that shape.
    Seed,
}

/// Stems, by how their values are read.
#[rustfmt::skip]
pub(super) const STEMS: &[(Holds, &[&str])] = &[
    (Holds::Word, &[
        // English, and what programs call it.
        "password", "passwords", "passwd", "passwds", "pwd", "pwds", "pass", "passcode", "passcodes", "pswd", "pword",
        "psw", "pw", "psk", "pre shared key", "preshared key", "shared key", "secret", "secrets", "token", "tokens",
        "jwt", "api key", "api keys", "access key", "access keys", "secret key", "secret keys", "private key", "private keys",
        "auth key", "account key", "storage key", "session key", "session keys", "session id", "session ids", "sessid",
        "encryption key", "signing key", "master key", "license key", "ssh key", "deploy key", "host key secret",
        "connection string", "connection strings", "shared access signature", "credential", "credentials", "cryptpass",
        "otp", "totp", "one time code", "one time password", "verification code", "security answer", "secret answer",
        "unicode pwd", "lmhash", "nthash", "ntlmhash", "nt hash", "lm hash", "ntlm hash", "ntlmv hash", "pwhash",
        "passhash", "snmp community", "community string", "enable secret", "psksecret", "requirepass", "storepass",
        "keypass", "card number", "credit card", "cvv", "cvc", "totp seed", "otp seed", "mfa seed", "wpa key",
        "wifi key", "bearer",
        // Other languages.
        "passwort", "passwörter", "passwoerter", "kennwort", "kennwörter", "kennwoerter", "losung", "geheimnis",
        "zugangscode", "motdepasse", "mot de passe", "mots de passe", "mdp", "contraseña", "contraseñas", "contrasena",
        "contrasenas", "clave", "claves", "senha", "senhas", "palavra passe", "palavrapasse", "parola", "parole",
        "parola d ordine", "wachtwoord", "wachtwoorden", "lösenord", "losenord", "adgangskode", "adgangskoder",
        "kodeord", "passord", "salasana", "hasło", "haslo", "hasła", "heslo", "hesla", "jelszó", "jelszo", "lozinka",
        "geslo", "parool", "parole de acces", "şifre", "sifre", "κωδικός", "пароль", "пароля", "пароли", "гасло",
        "лозинка", "парола", "סיסמה", "סיסמא", "كلمة المرور", "كلمة السر", "รหัสผ่าน", "mật khẩu", "mat khau",
        "kata sandi", "kata laluan", "密码", "密碼", "口令", "パスワード", "暗証番号", "비밀번호", "암호",
    ]),
    (Holds::Phrase, &[
        "passphrase", "passphrases", "pass phrase", "mnemonic", "seed phrase", "recovery phrase", "secret phrase",
        "wallet phrase", "backup code", "backup codes", "recovery code", "recovery codes", "recovery key",
        "recovery keys", "backup key", "scratch codes", "emergency codes", "wiederherstellungscode",
        "wiederherstellungscodes",
    ]),
    (Holds::Header, &["cookie", "cookies", "authorization", "authorisation"]),
    (Holds::Number, &["pin", "pins", "pin code"]),
    (Holds::Hash, &["ntlm", "nt", "lm", "rc", "aes"]),
    (Holds::Seed, &["seed", "phrase", "wallet", "words", "seeds"]),
];

/// Stems that no longer word holds by chance: a run of letters with one inside names a secret.
#[rustfmt::skip]
pub(super) const UNMISTAKABLE: &[&str] = &[
    "password", "passwd", "passwort", "kennwort", "passphrase", "passcode", "motdepasse", "contraseña", "contrasena",
    "wachtwoord", "lösenord", "adgangskode", "salasana", "пароль", "cryptedpass", "apikey", "privatekey", "secretkey",
    "accesskey", "clientsecret", "accesstoken", "sessionid", "cookie", "密码", "密碼", "口令", "パスワード", "暗証番号",
    "비밀번호", "암호", "รหัสผ่าน",
];

/// Words that, behind a stem, make a name one about a secret: when it changed, how long it is, who issues it.
#[rustfmt::skip]
pub(super) const ABOUT_BEHIND: &[&str] = &[
    "last", "set", "change", "changed", "changes", "never", "expire", "expires", "expired", "expiry", "expiration", "expiring",
    "age", "policy", "policies", "required", "requires", "requirement", "requirements", "count", "counter", "length", "len",
    "type", "types", "kind", "time", "timestamp", "date", "day", "days", "hours", "minutes", "strength", "quality", "score",
    "status", "state", "enabled", "disabled", "attempt", "attempts", "failed", "failure", "failures", "fail", "reset", "resets",
    "forgotten", "complexity", "elevation", "integrity", "provider", "issuer", "issued", "endpoint", "url", "uri", "lifetime",
    "ttl", "version", "name", "names", "id", "ids", "identifier", "number", "history", "rotation", "rotated", "updated",
    "update", "created", "modified", "valid", "validity", "invalid", "used", "usage", "scope", "scopes", "audience", "format",
    "algorithm", "encryption", "encrypted", "method", "mode", "max", "min", "maximum", "minimum", "next", "at", "on", "by",
    "is", "was", "not", "no", "less", "manager", "managers", "stealer", "stealers", "spray", "spraying", "sprays", "guessing",
    "dump", "dumper", "dumping", "filter", "filters", "file", "files", "path", "paths", "folder", "store", "vault", "limit", "window", "lockout", "field", "fields", "column", "box", "prompt", "page", "form", "link", "request", "requests", "event",
    "events", "log", "leak", "leaks", "breach", "breached", "compromised", "owner", "size", "bits",
    "theft", "group", "groups", "privileges", "privilege", "statistics", "device", "protection", "protected",
    "reuse", "reused", "sync", "hygiene", "agent", "service", "server", "plugin", "module", "handler", "domain",
    "gesetzt", "geändert", "geaendert", "abgelaufen", "ablauf", "läuft", "richtlinie", "changé", "modifié", "expiré", "cambiada",
    "cambiado", "caducada", "spec", "sid", "ssid", "present", "supported", "exists", "found", "seen",
];

/// Words that, before a stem, make a name one about a secret: the last, the bad, whether there is one.
#[rustfmt::skip]
pub(super) const ABOUT_BEFORE: &[&str] = &[
    "last", "bad", "failed", "invalid", "wrong", "incorrect", "no", "not", "never", "has", "is", "can", "cannot", "must",
    "days", "allow", "allowed", "require", "requires", "expired", "changed", "count", "num", "number", "by", "via", "uses",
    "letzte", "letzter", "letztes", "dernier", "última", "último", "force", "check", "without", "next", "page", "continuation", "paging", "cursor",
];

/// Words that are written together with a stem and change nothing: whose it is, what it opens, how it is kept.
#[rustfmt::skip]
pub(super) const BESIDE: &[&str] = &[
    "user", "users", "login", "logon", "account", "admin", "root", "old", "new", "current", "plain", "text", "plaintext", "clear",
    "cleartext", "hash", "hashed", "hashes", "enc", "crypt", "crypted", "raw", "value", "database", "ldap", "smtp",
    "ftp", "ssh", "wifi", "wlan", "wpa", "default", "temp", "master", "svc", "mail", "email", "web", "client",
    "api", "auth", "refresh", "bearer", "csrf", "xsrf", "shared", "storage", "private", "key", "keys", "code",
    "codes", "backup", "recovery", "phrase", "one", "mfa", "unix", "unicode", "salt", "bind", "confirm",
    "confirmation", "repeat", "retype", "again", "verify", "verification", "string", "connection", "hint", "encrypt", "store",
    "pg", "php", "asp", "net", "tls", "rsa", "aws", "sas", "sso", "oauth", "wp", "utilisateur",
    "usuario", "usuário", "utente", "benutzer", "gebruiker", "number", "db", "id", "nt", "lm", "md", "my", "sha",
];

/// Whole names that hold secrets as columns of a table of accounts, and are too common elsewhere.
#[rustfmt::skip]
pub(super) const TABLE: &[&str] = &[
    "auth", "hash", "hashes", "salt", "session", "sessions", "sid", "cred", "creds", "plaintext", "cleartext", "clearpw",
    "ntlm", "nt", "lm", "community", "psk", "seed", "phrase", "hashedvalue", "cryptedhash",
];

/// Whole names that look like a secret's and are not: products, directives, files.
pub(super) const INNOCENT: &[&str] = &[
    "1password",
    "keepass",
    "keepassxc",
    "keepassx",
    "lastpass",
    "proxypass",
    "bypass",
    "passwordstate",
    "publickeytoken",
    "passthru",
    "passthrough",
    "passby",
];

/// Words that say what became of a password: a sentence, not the password.
#[rustfmt::skip]
pub(super) const STATES: &[&str] = &[
    "reset", "changed", "expired", "rotated", "revoked", "unknown", "missing", "mandatory", "incorrect", "invalid", "removed",
    "forgotten", "needed", "unchanged", "recovered", "compromised",
];

/// Words with which a sentence about a password goes on.
#[rustfmt::skip]
pub(super) const LINKS: &[&str] = &[
    "the", "a", "an", "is", "was", "are", "were", "has", "had", "have", "must", "should", "shall", "will", "may", "can", "cannot",
    "not", "never", "to", "for", "by", "in", "on", "at", "as", "with", "see", "ask", "please", "if", "when", "this", "that", "your",
    "their", "stored", "kept", "set", "sent", "minimum", "same", "no",
];
