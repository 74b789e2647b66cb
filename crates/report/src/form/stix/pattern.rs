//! Values as patterns (STIX 2.1 section 9), by the name of their kind.
//!
//! A string literal is in single quotes; `\` and `'` in it are escaped by `\` (section 9.2), whatever the value holds.

/// The pattern that a value of this kind is looked for with; `None` for kinds that are named, not looked for.
pub(super) fn pattern(kind: &str, value: &str) -> Option<String> {
    let equals = |path: &str| Some(format!("[{path} = {}]", literal(value)));
    match kind {
        "ipv4" => equals("ipv4-addr:value"),
        "ipv6" => equals("ipv6-addr:value"),
        "network" => {
            let path = if value.contains(':') { "ipv6-addr:value" } else { "ipv4-addr:value" };
            Some(format!("[{path} ISSUBSET {}]", literal(value)))
        }
        "domain" => equals("domain-name:value"),
        "url" => equals("url:value"),
        "email" => equals("email-addr:value"),
        "md5" => equals("file:hashes.MD5"),
        "sha1" => equals("file:hashes.'SHA-1'"),
        "sha256" => equals("file:hashes.'SHA-256'"),
        "sha512" => equals("file:hashes.'SHA-512'"),
        "file-name" => equals("file:name"),
        "path" => Some(path(value)),
        "registry-key" => equals("windows-registry-key:key"),
        "user-agent" => equals("network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"),
        "autonomous-system" => {
            let number = value.trim_start_matches(|c: char| !c.is_ascii_digit());
            number.parse::<u32>().ok().map(|number| format!("[autonomous-system:number = {number}]"))
        }
        _ => None,
    }
}

/// A file by its directory and its name, in the separators of its system.
fn path(value: &str) -> String {
    let windows = value.get(1..2) == Some(":") || value.starts_with(['%', '\\']);
    let shown = if windows { value.replace('/', "\\") } else { value.to_owned() };
    match shown.rsplit_once(['/', '\\']) {
        Some((directory, name)) if !directory.is_empty() && !name.is_empty() => format!(
            "[file:name = {} AND file:parent_directory_ref.path = {}]",
            literal(name),
            literal(directory)
        ),
        _ => format!("[directory:path = {}]", literal(&shown)),
    }
}

/// A string literal.
fn literal(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    for c in value.chars() {
        if matches!(c, '\\' | '\'') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use observable::Kind;

    #[test]
    fn every_kind_that_is_looked_for_has_a_pattern() {
        for kind in Kind::ALL {
            let value = if kind == Kind::AutonomousSystem { "AS64496" } else { "x" };
            let named = matches!(kind, Kind::Cve | Kind::Technique);
            assert_eq!(pattern(kind.name(), value).is_none(), named, "{}", kind.name());
        }
    }

    #[test]
    fn a_value_stays_inside_its_quotes() {
        for (kind, value, expected) in [
            ("file-name", r"a' OR file:name = 'b", r"[file:name = 'a\' OR file:name = \'b']"),
            ("file-name", r"a\", r"[file:name = 'a\\']"),
            (
                "path",
                "c:/windows/temp/x.exe",
                r"[file:name = 'x.exe' AND file:parent_directory_ref.path = 'c:\\windows\\temp']",
            ),
            ("path", "/tmp/x", "[file:name = 'x' AND file:parent_directory_ref.path = '/tmp']"),
            ("network", "203.0.113.0/24", "[ipv4-addr:value ISSUBSET '203.0.113.0/24']"),
            ("sha256", "ab", "[file:hashes.'SHA-256' = 'ab']"),
            ("autonomous-system", "AS64496", "[autonomous-system:number = 64496]"),
        ] {
            assert_eq!(pattern(kind, value).as_deref(), Some(expected));
        }
    }
}
