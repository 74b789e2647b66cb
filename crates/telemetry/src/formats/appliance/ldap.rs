//! Messages of OpenLDAP's `slapd`.
//!
//! Log level `stats` (slapd.conf(5)): `conn=11 fd=31 ACCEPT from IP=192.0.2.1:45181 (IP=198.51.100.1:389)`, and
//! operations `conn=11 op=1 BIND dn="uid=mo,ou=people,dc=example" method=128`.

use crate::formats::key_values;
use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{address_after, after, between, named};
use model::LogSource;
use std::sync::LazyLock;

/// A message of level `stats`.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    let rest = text.strip_prefix("conn=")?.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.starts_with(" fd=") || rest.starts_with(" op=")).then_some(())?;
    key_values::push(text, draft);
    let mut facts = Facts::of(&LDAP);
    if text.contains(" ACCEPT from ") {
        facts.from = address_after(text, &["from IP="]);
        facts.to = address_after(text, &["(IP="]);
    }
    if text.contains(" BIND ") {
        // The first part of the name is the account's own.
        let name = between(text, "dn=\"", "\"").and_then(|name| name.split(',').next());
        let own = name.map(|own| own.split_once('=').map_or(own, |(_, value)| value));
        let own = own.or_else(|| after(text, "authcid=\"")?.split('"').next());
        facts.account = own.and_then(named).map(Piece::Chunk);
    }
    Some(facts)
}

static LDAP: LazyLock<LogSource> = LazyLock::new(|| source(Some("linux"), Some("openldap"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;

    #[test]
    fn connections_and_binds() {
        for (text, expected) in [
            (
                "conn=11 fd=31 ACCEPT from IP=192.0.2.1:45181 (IP=198.51.100.1:389)",
                "- 192.0.2.1 198.51.100.1",
            ),
            ("conn=11 op=1 BIND dn=\"uid=mo,ou=people,dc=example\" method=128", "mo - -"),
            ("conn=11 op=3 UNBIND", "- - -"),
            ("conn=a b", ""),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }
}
