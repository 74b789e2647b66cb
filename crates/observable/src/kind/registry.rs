//! Windows registry keys: the hive spelt out, the rest in lower case.
//!
//! Written `HKLM\…`, `HKLM:\…` (PowerShell), `HKEY_LOCAL_MACHINE\…` or `\REGISTRY\MACHINE\…` (kernel), a
//! key is one key. The current user's hive is one user's part of `HKEY_USERS`: telemetry names it by its
//! SID, reports by `HKCU`; the set treats them as the same.

use crate::kind::path::is_separator;

/// The longest key taken; the system's limit is 255 characters a part and 512 levels.
pub(crate) const KEY_BYTES_MAX: usize = 1024;

/// A hive and its spellings, the longest first.
struct Hive {
    name: &'static str,
    spellings: &'static [&'static str],
}

const HIVES: [Hive; 5] = [
    Hive { name: "HKEY_LOCAL_MACHINE", spellings: &["HKEY_LOCAL_MACHINE", "REGISTRY\\MACHINE", "HKLM"] },
    Hive { name: "HKEY_CURRENT_USER", spellings: &["HKEY_CURRENT_USER", "HKCU"] },
    Hive { name: "HKEY_CLASSES_ROOT", spellings: &["HKEY_CLASSES_ROOT", "HKCR"] },
    Hive { name: "HKEY_USERS", spellings: &["HKEY_USERS", "REGISTRY\\USER", "HKU"] },
    Hive { name: "HKEY_CURRENT_CONFIG", spellings: &["HKEY_CURRENT_CONFIG", "HKCC"] },
];

/// The hive that `text` starts with, and the length of its spelling including a PowerShell colon.
pub(crate) fn hive_prefix(text: &[u8]) -> Option<(&'static str, usize)> {
    for hive in &HIVES {
        for spelling in hive.spellings {
            let Some(start) = text.get(..spelling.len()) else { continue };
            if start.eq_ignore_ascii_case(spelling.as_bytes()) {
                let colon = usize::from(text.get(spelling.len()) == Some(&b':'));
                let length = spelling.len() + colon;
                if text.get(length).is_some_and(|byte| is_separator(*byte)) {
                    return Some((hive.name, length));
                }
            }
        }
    }
    None
}

/// Whether `before` ends in a spelling of `hive`, so that a key of that hive continues behind it.
pub(crate) fn ends_with_hive(before: &[u8], hive: &str) -> bool {
    let before = before.strip_suffix(b":").unwrap_or(before);
    let ends = |text: &[u8], spelling: &[u8]| {
        text.len().checked_sub(spelling.len()).and_then(|at| text.get(at..)).is_some_and(|end| {
            end.iter()
                .zip(spelling)
                .all(|(a, b)| a.eq_ignore_ascii_case(b) || is_separator(*a) && is_separator(*b))
        })
    };
    let of = |name: &str| HIVES.iter().find(|hive| hive.name == name);
    if of(hive).is_some_and(|hive| hive.spellings.iter().any(|spelling| ends(before, spelling.as_bytes()))) {
        return true;
    }
    if hive != "HKEY_CURRENT_USER" {
        return false;
    }
    // One part (the SID) back, below HKEY_USERS.
    let sid = before
        .iter()
        .rev()
        .take(200)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        .count();
    let users = before.get(..before.len() - sid).unwrap_or_default();
    let trimmed = users.iter().rev().take(2).take_while(|byte| is_separator(**byte)).count();
    let users = users.get(..users.len() - trimmed).unwrap_or_default();
    sid > 0 && trimmed > 0 && ends_with_hive(users, "HKEY_USERS")
}

/// The one form of a key.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches(['[', '\\', '/']).trim_end_matches(']');
    if text.len() > KEY_BYTES_MAX || text.bytes().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    let (hive, length) = hive_prefix(text.as_bytes())?;
    let mut form = String::from(hive);
    let mut parts = 0_usize;
    for part in text.get(length..)?.split(['\\', '/']).filter(|part| !part.is_empty()) {
        form.push('\\');
        form.push_str(&part.to_ascii_lowercase());
        parts += 1;
    }
    (parts > 0).then_some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_every_spelling() {
        let form = r"HKEY_LOCAL_MACHINE\software\microsoft\windows nt";
        for written in [
            r"HKLM\SOFTWARE\Microsoft\Windows NT",
            r"HKLM:\SOFTWARE\Microsoft\Windows NT\",
            r"HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows NT",
            r"\REGISTRY\MACHINE\Software\Microsoft\Windows NT",
            r"[HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT]",
        ] {
            assert_eq!(canonical(written).as_deref(), Some(form), "{written}");
        }
        assert_eq!(canonical("HKLM"), None);
        assert_eq!(canonical(r"HKLX\Software"), None);
        assert_eq!(canonical(&format!(r"HKLM\{}", "a".repeat(KEY_BYTES_MAX))), None);
    }

    #[test]
    fn the_current_user_is_under_users() {
        assert!(ends_with_hive(br"TargetObject: HKU\S-1-5-21-1-2-3-1001", "HKEY_CURRENT_USER"));
        assert!(ends_with_hive(br"\REGISTRY\USER\S-1-5-21-1", "HKEY_CURRENT_USER"));
        assert!(
            ends_with_hive(b"HKCU", "HKEY_CURRENT_USER") && ends_with_hive(b"HKCU:", "HKEY_CURRENT_USER")
        );
        assert!(!ends_with_hive(b"HKLM", "HKEY_CURRENT_USER"));
    }
}
