//! What opens a channel: passwords, tokens, secrets that sign.
//!
//! A [`model::Secret`] cannot be read back, on purpose; these must be sent, so they are a type of their own that only
//! this room can open. `Debug` shows a mask, there is no `Display`, nothing serialises it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use model::secret::MASK;
use ring::hmac;
use std::fmt;
use std::str::FromStr;

/// A password or token is no longer.
const CREDENTIAL_MAX: usize = 1024;
/// What begins a secret of Standard Webhooks.
const SIGNING_PREFIX: &str = "whsec_";
/// How long the key may be, in bytes (Standard Webhooks, "Signature scheme").
const KEY_MIN: usize = 24;
const KEY_MAX: usize = 64;

/// A password or token.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential(String);

impl Credential {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Credential {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.len() > CREDENTIAL_MAX {
            return Err(format!("a password or token has 1 to {CREDENTIAL_MAX} bytes"));
        }
        if text.chars().any(char::is_control) {
            return Err("a password or token has no line breaks or control characters".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// A secret that signs webhooks, `whsec_` and base64.
#[derive(Clone)]
pub struct SigningSecret(hmac::Key);

impl SigningSecret {
    /// The signature of a message, `v1,` and base64 (Standard Webhooks).
    pub(crate) fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{seconds}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

impl FromStr for SigningSecret {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "a webhook secret is {SIGNING_PREFIX} and base64 of {KEY_MIN} to {KEY_MAX} random bytes, \
                 `openssl rand -base64 32` makes one"
            )
        };
        let key =
            text.strip_prefix(SIGNING_PREFIX).filter(|rest| rest.len() <= 2 * KEY_MAX).ok_or_else(wrong)?;
        let key = STANDARD_NO_PAD.decode(key.trim_end_matches('=')).map_err(|_| wrong())?;
        if !(KEY_MIN..=KEY_MAX).contains(&key.len()) {
            return Err(wrong());
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &key)))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_reference_does() {
        let secret: SigningSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().expect("a secret");
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_key_is_long_enough_and_not_too_long() {
        let secret =
            |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes])).parse::<SigningSecret>();
        assert!(secret(KEY_MIN).is_ok() && secret(KEY_MAX).is_ok());
        assert!(secret(KEY_MIN - 1).is_err() && secret(KEY_MAX + 1).is_err());
        assert!("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse::<SigningSecret>().is_err());
        assert!("whsec_!".parse::<SigningSecret>().is_err());
    }

    #[test]
    fn nothing_is_shown() {
        let password: Credential = "correct horse".parse().expect("a password");
        assert_eq!(format!("{password:?}"), MASK);
        assert!("a\r\nb".parse::<Credential>().is_err());
        assert!("a".repeat(CREDENTIAL_MAX).parse::<Credential>().is_ok());
        assert!("a".repeat(CREDENTIAL_MAX + 1).parse::<Credential>().is_err());
    }
}
