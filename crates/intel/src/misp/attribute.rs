//! MISP attribute types as observables.
//!
//! Types with two parts (`filename|sha256`, `domain|ip`) give both, but a file's name beside its hash is no sign by
//! itself, whatever the hash is of: a name beside an import hash is as common as any. Types that no log carries
//! (`ssdeep`, `yara`, `pdb` …) give nothing.

use observable::{Kind, Observable, canonical, recognise};

/// The observables of an attribute; `as_sign` says that it is meant for detection.
pub(crate) fn observables(kind: &str, value: &str, as_sign: bool) -> Vec<Observable> {
    let (kinds, value) = (kind.trim(), value.trim());
    if kinds == "malware-sample" {
        return observables("filename|md5", value, as_sign);
    }
    let Some((first, second)) = kinds.split_once('|') else {
        return single(kinds, value).into_iter().collect();
    };
    // A file's name may have a bar, a hash has none.
    let parts = if first == "filename" { value.rsplit_once('|') } else { value.split_once('|') };
    let (left, right) = parts.unwrap_or((value, ""));
    if second == "port" {
        return single(first, without_port(left)).into_iter().collect();
    }
    let (left, right) = (single(first, left), single(second, right));
    let left = left.filter(|_| !(as_sign && first == "filename"));
    left.into_iter().chain(right).collect()
}

/// An address or a name without the port that MISP also writes after a colon: `a.example:443`, `[2001:db8::7]:443`.
fn without_port(value: &str) -> &str {
    let value = value.trim();
    if let Some(inside) = value
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .filter(|(_, after)| after.starts_with(':'))
    {
        return inside.0;
    }
    match value.split_once(':') {
        Some((host, port)) if !port.contains(':') => host,
        _ => value,
    }
}

/// Whether an attribute is a hash of a file, beside which its name is no sign.
pub(crate) fn is_hash(kind: &str) -> bool {
    const HASHES: [&str; 22] = [
        "md5",
        "sha1",
        "sha224",
        "sha256",
        "sha384",
        "sha512",
        "sha512/224",
        "sha512/256",
        "sha3-224",
        "sha3-256",
        "sha3-384",
        "sha3-512",
        "ssdeep",
        "tlsh",
        "imphash",
        "impfuzzy",
        "pehash",
        "authentihash",
        "vhash",
        "telfhash",
        "cdhash",
        "malware-sample",
    ];
    HASHES.contains(&kind.trim())
}

fn single(kind: &str, value: &str) -> Option<Observable> {
    let kind = match kind {
        "ip-src" | "ip-dst" | "ip" | "ip-src-range" | "ip-dst-range" => {
            let address = recognise(value);
            return address.filter(|found| matches!(found.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network));
        }
        "domain" | "hostname" => {
            return canonical(Kind::Domain, value.trim_start_matches("*."));
        }
        "url" | "uri" | "link" => Kind::Url,
        "email"
        | "email-src"
        | "email-dst"
        | "email-reply-to"
        | "target-email"
        | "whois-registrant-email" => {
            // A name may be before the address.
            let address = value.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
            return canonical(Kind::Email, address.map_or(value, |(address, _)| address));
        }
        "md5" => Kind::Md5,
        "sha1" => Kind::Sha1,
        "sha256" => Kind::Sha256,
        "sha512" => Kind::Sha512,
        "filename" | "email-attachment" | "attachment" => {
            // A path is written here as often as a name.
            let path = value.contains(['/', '\\']);
            return canonical(if path { Kind::Path } else { Kind::FileName }, value);
        }
        "regkey" => Kind::RegistryKey,
        "user-agent" | "http-user-agent" => Kind::UserAgent,
        "AS" => {
            return canonical(Kind::AutonomousSystem, &format!("AS{}", value.trim_start_matches("AS")));
        }
        "vulnerability" => Kind::Cve,
        _ => return None,
    };
    canonical(kind, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: &str, value: &str, as_sign: bool) -> String {
        let all = observables(kind, value, as_sign);
        all.iter().map(|one| format!("{}={}", one.kind.name(), one.value)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn types_of_one_and_two_parts() {
        let hash = "d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(shown("ip-dst", "198.51.100.7", true), "ipv4=198.51.100.7");
        assert_eq!(shown("ip-dst|port", "198.51.100.7|443", true), "ipv4=198.51.100.7");
        assert_eq!(shown("domain|ip", "a.example|198.51.100.7", true), "domain=a.example ipv4=198.51.100.7");
        assert_eq!(shown("filename|md5", &format!("a.exe|{hash}"), true), format!("md5={hash}"));
        assert_eq!(
            shown("filename|md5", &format!("a.exe|{hash}"), false),
            format!("file-name=a.exe md5={hash}")
        );
        assert_eq!(shown("malware-sample", &format!("a.exe|{hash}"), true), format!("md5={hash}"));
        assert_eq!(shown("filename|md5", &format!("a|b.exe|{hash}"), true), format!("md5={hash}"));
        for second in ["imphash", "authentihash", "ssdeep", "tlsh", "vhash", "sha224"] {
            assert_eq!(shown(&format!("filename|{second}"), &format!("a.exe|{hash}"), true), "", "{second}");
        }
        assert_eq!(shown("hostname|port", "a.example:443", true), "domain=a.example");
        assert_eq!(shown("ip-dst|port", "2001:db8::7|443", true), "ipv6=2001:db8::7");
        assert_eq!(shown("ip-dst|port", "[2001:db8::7]:443", true), "ipv6=2001:db8::7");
        assert_eq!(shown("email-src", "Jib <pay@jib.example>", true), "email=pay@jib.example");
        assert_eq!(shown("domain", "*.jib[.]example", true), "domain=jib.example");
        assert_eq!(
            shown("regkey|value", "HKLM\\Software\\Jib|c:\\x.exe", true),
            "registry-key=HKEY_LOCAL_MACHINE\\software\\jib"
        );
        assert_eq!(shown("filename", "C:\\Temp\\a.exe", true), "path=c:/temp/a.exe");
        assert_eq!(shown("ssdeep", "3:abc:def", true), "");
        assert_eq!(shown("vulnerability", "CVE-2021-44228", false), "cve=CVE-2021-44228");
    }
}
