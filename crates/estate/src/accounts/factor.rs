//! The second factor of an account, in the words of exports.
//!
//! Where several methods are registered the weakest second factor counts: whoever phishes chooses it.
//! Sources of the words: Microsoft Graph `userRegistrationDetails.methodsRegistered`, Okta `factorType`,
//! CISA "Implementing Phishing-Resistant MFA" (2022) for which of them resist.

use model::ours::Factor;

/// The factor, and the first word that is not known.
pub(crate) fn read(text: &str) -> (Option<Factor>, Option<String>) {
    let whole = input::table::normal(text);
    if let Some(factor) = word(&whole) {
        return (factor, None);
    }
    let (mut factors, mut unknown) = (Vec::new(), None);
    for part in
        text.split([';', ',', '|', '+', '\n', '[', ']', '"']).map(str::trim).filter(|part| !part.is_empty())
    {
        match word(&input::table::normal(part)) {
            Some(factor) => factors.extend(factor),
            None => unknown = unknown.or_else(|| Some(part.to_owned())),
        }
    }
    // A password beside other methods is the first factor; the others are second factors.
    let second = factors.iter().filter(|factor| **factor != Factor::None).min();
    (second.or(factors.first()).copied(), unknown)
}

/// A password only.
#[rustfmt::skip]
const PASSWORD_ONLY: &[&str] = &[
    "none", "no", "false", "off", "0", "disabled", "notregistered", "notenabled", "password",
    "passwordonly", "notcapable", "nein", "keine", "keiner", "kein", "aucun", "aucune", "non", "ninguno", "falsch",
    "faux", "falso",
];

/// Can be phished.
#[rustfmt::skip]
const PHISHABLE: &[&str] = &[
    "sms", "phone", "mobilephone", "alternatemobilephone", "officephone", "call", "voice", "voicecall",
    "tokensoftwaretotp", "totp", "hotp", "otp", "push", "app", "email", "mail", "authenticator",
    "authenticatorapp", "microsoftauthenticator", "microsoftauthenticatorpush", "googleauthenticator",
    "microsoftauthenticatorpasswordless", "softwareonetimepasscode", "hardwareonetimepasscode",
    "softwareoath", "hardwareoath", "tokenhardware", "tokenhotp", "hardwaretoken", "token", "duo",
    "oktaverify", "securityquestion", "temporaryaccesspass", "anruf", "telefon", "téléphone", "teléfono",
];

/// Resists phishing.
#[rustfmt::skip]
const RESISTANT: &[&str] = &[
    "fido2", "fido", "passkey", "passkeydevicebound", "passkeydeviceboundauthenticator",
    "passkeydeviceboundwindowshello", "fido2securitykey", "securitykey", "webauthn", "u2f", "yubikey",
    "smartcard", "piv", "cac", "certificate", "x509certificate", "x509certificatemultifactor",
    "certificatebased", "cba", "whfb", "windowshello", "windowshelloforbusiness", "platformcredential",
    "phishingresistant", "zertifikat", "chipkarte", "certificat", "carteàpuce", "certificado",
];

/// Yes, and not what kind.
#[rustfmt::skip]
const UNSPECIFIED: &[&str] = &[
    "yes", "true", "on", "1", "enabled", "enforced", "registered", "active", "capable", "ja", "oui", "si", "sí",
    "wahr", "vrai", "verdadero", "mfa",
];

/// Nobody knows.
#[rustfmt::skip]
const UNKNOWN: &[&str] = &[
    "", "unknown", "na", "unbekannt", "inconnu", "desconocido", "null",
];

/// One word, as `normal` gives it: `Some(None)` says that nobody knows.
fn word(text: &str) -> Option<Option<Factor>> {
    let words = [
        (PASSWORD_ONLY, Some(Factor::None)),
        (PHISHABLE, Some(Factor::Phishable)),
        (RESISTANT, Some(Factor::PhishingResistant)),
        (UNSPECIFIED, Some(Factor::Unspecified)),
        (UNKNOWN, None),
    ];
    words.into_iter().find(|(words, _)| words.contains(&text)).map(|(_, factor)| factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_exports() {
        assert_eq!(read("FIDO2").0, Some(Factor::PhishingResistant));
        assert_eq!(read("Windows Hello for Business").0, Some(Factor::PhishingResistant));
        assert_eq!(read("false").0, Some(Factor::None));
        assert_eq!(read("TRUE").0, Some(Factor::Unspecified));
        assert_eq!(read("?").0, None);
        assert_eq!(read("carrier pigeon"), (None, Some("carrier pigeon".to_owned())));
    }

    #[test]
    fn of_several_the_weakest_second_factor_counts() {
        assert_eq!(read("fido2;sms").0, Some(Factor::Phishable));
        assert_eq!(read("password, passKeyDeviceBound").0, Some(Factor::PhishingResistant));
        assert_eq!(read("[\"mobilePhone\",\"softwareOneTimePasscode\"]").0, Some(Factor::Phishable));
        assert_eq!(read("password").0, Some(Factor::None));
    }
}
