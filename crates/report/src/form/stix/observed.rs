//! Cyber-observable objects (STIX 2.1 section 6): values that are named but not looked for, accounts, and records of
//! logs as they were read.
//!
//! Their identifiers are UUIDs of version 5 in the namespace that section 2.9 fixes, of the properties that identify
//! the object, as canonical JSON (RFC 8785): another program makes the same identifier of the same value.

use crate::safe::node::{Node, object, text};
use model::Evidence;
use uuid::Uuid;

/// The namespace of section 2.9.
const NAMESPACE: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// An object: its identifier and members.
pub(super) type Object = (String, Vec<(&'static str, Node)>);

/// The object for a value of this kind, where STIX has one that needs nothing else.
pub(super) fn of(kind: &str, value: &str) -> Option<Object> {
    let simple = |sort| Some(one(sort, "value", text(value)));
    let file = |algorithm| one("file", "hashes", Node::Object(vec![(algorithm, text(value))]));
    match kind {
        "ipv4" => simple("ipv4-addr"),
        "ipv6" => simple("ipv6-addr"),
        "network" => simple(if value.contains(':') { "ipv6-addr" } else { "ipv4-addr" }),
        "domain" => simple("domain-name"),
        "url" => simple("url"),
        "email" => simple("email-addr"),
        "md5" => Some(file("MD5")),
        "sha1" => Some(file("SHA-1")),
        "sha256" => Some(file("SHA-256")),
        "sha512" => Some(file("SHA-512")),
        "file-name" => Some(one("file", "name", text(value))),
        "path" => Some(one("directory", "path", text(value))),
        "registry-key" => Some(one("windows-registry-key", "key", text(value))),
        "software" => Some(one("software", "name", text(value))),
        "account" => Some(one("user-account", "account_login", text(value))),
        "autonomous-system" => {
            let number = value.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().ok()?;
            Some(one("autonomous-system", "number", Node::Number(i64::from(number))))
        }
        _ => None,
    }
}

/// A record as it was read: its place and fields as JSON, in base64 (RFC 4648).
pub(super) fn record(evidence: &Evidence) -> Object {
    let fields = evidence.excerpt.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    let node = object([
        ("source", text(&evidence.source)),
        ("record", crate::safe::node::number(evidence.record)),
        ("fields", Node::Named(fields)),
    ]);
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = crate::safe::json::append(&node, &mut bytes);
    let (id, mut members) = one("artifact", "payload_bin", text(base64(&bytes)));
    members.push(("mime_type", text("application/json")));
    (id, members)
}

/// An object that one property identifies.
fn one(sort: &'static str, name: &'static str, value: Node) -> Object {
    let key = Node::Object(vec![(name, value.clone())]);
    // RFC 8785 writes no escapes but those of JSON; here keys are ASCII and there is one of them, so sorting is moot.
    let canonical = serde_json::to_string(&key).unwrap_or_default();
    let id = format!("{sort}--{}", Uuid::new_v5(&NAMESPACE, canonical.as_bytes()).hyphenated());
    let members = vec![("type", text(sort)), ("spec_version", text("2.1")), ("id", text(&id)), (name, value)];
    (id, members)
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit =
        |bits: u32| DIGITS.get(usize::try_from(bits & 63).unwrap_or(0)).map_or('A', |d| char::from(*d));
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.push(digit(bits >> 18));
        out.push(digit(bits >> 12));
        out.push(if chunk.len() > 1 { digit(bits >> 6) } else { '=' });
        out.push(if chunk.len() > 2 { digit(bits) } else { '=' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_those_that_other_programs_make() {
        for (kind, value, id) in [
            ("ipv4", "198.51.100.3", "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"),
            ("ipv6", "2001:db8::1", "ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26"),
            ("domain", "example.com", "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"),
            ("url", "http://example.com/a?b=1", "url--a75aaa3c-cd2e-5783-833a-e9e9aeb98402"),
            ("email", "a@example.com", "email-addr--8f5f7fba-cc24-5e3f-aca4-f7194112e042"),
        ] {
            assert_eq!(of(kind, value).map(|(id, _)| id).as_deref(), Some(id));
        }
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
