//! A mail address that cannot inject anything: an atom, an at sign, a domain, all of ASCII.
//!
//! RFC 5321 allows quoted local parts, comments and literals; nobody uses them for a mailbox, and each is a way to
//! smuggle a second address or header. They are refused. Domains of other scripts are given in their `xn--` form.

use std::fmt;
use std::str::FromStr;

/// RFC 5321, 4.5.3.1.
const LOCAL_MAX: usize = 64;
const ADDRESS_MAX: usize = 254;
/// RFC 1035, 2.3.4.
const LABEL_MAX: usize = 63;

/// A valid address, `name@domain`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailAddress {
    text: String,
    at: usize,
}

impl MailAddress {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What is behind the at sign.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }
}

impl FromStr for MailAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| Err(format!("{} is no mail address: {why}", crate::clean::quoted(text)));
        let Some((local, domain)) = text.rsplit_once('@') else {
            return wrong("it has no @");
        };
        if !text.is_ascii() {
            return wrong("it has characters beyond ASCII; write a domain of another script as xn--");
        }
        if text.len() > ADDRESS_MAX || local.len() > LOCAL_MAX {
            return wrong("it is too long");
        }
        let atom = |part: &str| !part.is_empty() && part.bytes().all(is_atext);
        if !local.split('.').all(atom) {
            return wrong(
                "what is before @ may have letters, digits and !#$%&'*+-/=?^_`{|}~, and single dots between",
            );
        }
        if !is_host(domain) {
            return wrong("what is behind @ is no domain");
        }
        Ok(Self { text: text.to_owned(), at: local.len() })
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// RFC 5322, 3.2.3.
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// Labels of letters, digits and hyphens, none empty.
pub(crate) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= LABEL_MAX
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= ADDRESS_MAX && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_address_and_nothing_else() {
        for good in ["lead@seaward.example", "o'neil+soc@mail.seaward.example", "a.b@localhost"] {
            let address: MailAddress = good.parse().expect("an address");
            assert_eq!(address.as_str(), good);
            assert_eq!(address.domain(), good.rsplit('@').next().unwrap_or_default());
        }
        for bad in [
            "",
            "lead",
            "@seaward.example",
            "lead@",
            "lead@sea ward.example",
            "a@b.example\r\nBcc: c@d.example",
            "a@b.example, c@d.example",
            "<a@b.example>",
            "\"a\"@b.example",
            "a..b@c.example",
            ".a@c.example",
            "a@b@c.example ",
            "a@[10.0.0.1]",
            "a@b..example",
            "a@-b.example",
            "lead@hafen-m\u{fc}nchen.example",
            "a\0@b.example",
            "a@b.example> SIZE=1",
        ] {
            assert!(bad.parse::<MailAddress>().is_err(), "{bad:?}");
        }
        let (longest, longer) = ("l".repeat(LOCAL_MAX), "l".repeat(LOCAL_MAX + 1));
        assert!(format!("{longest}@b.example").parse::<MailAddress>().is_ok());
        assert!(format!("{longer}@b.example").parse::<MailAddress>().is_err());
    }

    #[test]
    fn a_wrong_address_is_said_with_what_is_wrong() {
        let said = "lead\r\n".parse::<MailAddress>().err();
        assert_eq!(said.as_deref(), Some(r"`lead\r\n` is no mail address: it has no @"));
    }
}
