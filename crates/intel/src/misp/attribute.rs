//! MISP attribute types as observables.
//!
//! Types with two parts (`filename|sha256`, `domain|ip`) give both, but a file's name beside its hash is no
//! sign by itself. Types that no log carries (`ssdeep`, `yara`, `pdb` …) give nothing.

use observable::{Kind, Observable, canonical, recognise};

/// The observables of an attribute; `as_sign` says that it is meant for detection.
pub(crate) fn observables(kind: &str, value: &str, as_sign: bool) -> Vec<Observable> {
    let (kinds, value) = (kind.trim(), value.trim());
    let Some((first, second)) = kinds.split_once('|') else {
        return single(kinds, value).into_iter().collect();
    };
    let (left, right) = value.split_once('|').unwrap_or((value, ""));
    let (left, right) = match second {
        // The port says nothing by itself; MISP also writes it after a colon.
        "port" => {
            (single(first, left.split(':').next().filter(|_| !left.contains("::")).unwrap_or(left)), None)
        }
        _ => (single(first, left), single(second, right)),
    };
    let name_only = |found: &Observable| found.kind == Kind::FileName && as_sign && right.is_some();
    left.iter().filter(|found| !name_only(found)).chain(right.iter()).cloned().collect()
}

fn single(kind: &str, value: &str) -> Option<Observable> {
    let kind = match kind {
        "ip-src" | "ip-dst" | "ip" | "ip-src-range" | "ip-dst-range" => {
            let address = recognise(value);
            return address.filter(|found| matches!(found.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network));
        }
        "domain" | "hostname" => {
            return canonical(Kind::Domain, value);
        }
        "url" | "uri" | "link" => Kind::Url,
        "email"
        | "email-src"
        | "email-dst"
        | "email-reply-to"
        | "target-email"
        | "whois-registrant-email" => Kind::Email,
        "md5" => Kind::Md5,
        "sha1" => Kind::Sha1,
        "sha256" => Kind::Sha256,
        "sha512" => Kind::Sha512,
        "filename" | "email-attachment" | "attachment" | "malware-sample" => {
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
        assert_eq!(shown("filename", "C:\\Temp\\a.exe", true), "path=c:/temp/a.exe");
        assert_eq!(shown("ssdeep", "3:abc:def", true), "");
        assert_eq!(shown("vulnerability", "CVE-2021-44228", false), "cve=CVE-2021-44228");
    }
}
