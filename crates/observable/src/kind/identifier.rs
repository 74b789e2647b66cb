//! Identifiers that prose names: CVE numbers, ATT&CK techniques, autonomous systems.
//!
//! CVE: the syntax of the CVE programme since 2014 (four-digit year, four or more digits). ATT&CK:
//! `Tnnnn` or `Tnnnn.nnn`; tactics (`TA`), software (`S`), groups (`G`) and mitigations (`M`) are not
//! techniques. No list of ids is held: lists age, and a retired id is still what the author wrote.
//! Autonomous systems: `AS` and a 32-bit number (RFC 5396 asplain).

/// Digits of the longest sequence number taken; the programme has reached five.
const CVE_DIGITS_MAX: usize = 8;

/// Reads a CVE identifier at the start of `text`; gives its canonical form and its length in bytes.
pub(crate) fn cve_prefix(text: &[u8]) -> Option<(String, usize)> {
    let (name, rest) = text.split_at_checked(3)?;
    if !name.eq_ignore_ascii_case(b"cve") {
        return None;
    }
    let separator = usize::from(rest.first().is_some_and(|byte| matches!(byte, b'-' | b'_' | b' ' | b':')));
    let blank = usize::from(separator == 1 && rest.get(1) == Some(&b' '));
    let rest = rest.get(separator + blank..)?;
    let (year, rest) = rest.split_at_checked(4)?;
    let number = rest.get(1..)?;
    if !year.iter().all(u8::is_ascii_digit) || !matches!(rest.first(), Some(b'-' | b'_')) {
        return None;
    }
    if !(year.starts_with(b"19") || year.starts_with(b"20")) {
        return None;
    }
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(4..=CVE_DIGITS_MAX).contains(&digits) {
        return None;
    }
    let year = std::str::from_utf8(year).ok()?;
    let number = std::str::from_utf8(number.get(..digits)?).ok()?;
    Some((format!("CVE-{year}-{number}"), 3 + separator + blank + 4 + 1 + digits))
}

/// Reads a technique id at the start of `text`, upper case; gives its length in bytes.
pub(crate) fn technique_prefix(text: &[u8]) -> Option<usize> {
    let digits = |from: usize, count: usize| {
        text.get(from..from + count).is_some_and(|run| run.iter().all(u8::is_ascii_digit))
    };
    if !matches!(text.first(), Some(b'T' | b't')) || !digits(1, 4) {
        return None;
    }
    // ICS techniques are T08nn, the others start at T1001.
    if !(text.get(1) == Some(&b'1') || text.get(1..3) == Some(b"08")) {
        return None;
    }
    let length = if text.get(5) == Some(&b'.') && digits(6, 3) && !digits(9, 1) { 9 } else { 5 };
    (!text.get(length).is_some_and(u8::is_ascii_alphanumeric)).then_some(length)
}

/// Reads `AS` and a number that fill `text`; gives the canonical form.
pub(crate) fn autonomous_system(text: &str) -> Option<String> {
    let digits = text
        .strip_prefix("ASN")
        .or_else(|| text.strip_prefix("AS"))
        .or_else(|| text.strip_prefix("asn"))
        .or_else(|| text.strip_prefix("as"))
        .unwrap_or(text)
        .trim_start_matches([' ', ':', '-']);
    if digits.is_empty() || digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u32 = digits.parse().ok()?;
    Some(format!("AS{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cve_identifiers() {
        assert_eq!(cve_prefix(b"cve-2021-44228."), Some(("CVE-2021-44228".into(), 14)));
        assert_eq!(cve_prefix(b"CVE 2021-44228").map(|found| found.0), Some("CVE-2021-44228".into()));
        for wrong in ["CVE-2021-123", "CVE-21-44228", "CVE-2021", "CVE-1021-4444", "CVX-2021-44228"] {
            assert_eq!(cve_prefix(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(cve_prefix(b"CVE-2021-123456789"), None, "one digit past the limit");
    }

    #[test]
    fn technique_ids() {
        assert_eq!(technique_prefix(b"T1505.003]"), Some(9));
        assert_eq!(technique_prefix(b"T1190."), Some(5));
        assert_eq!(technique_prefix(b"T0866"), Some(5));
        for wrong in ["TA0001", "T123", "T2222", "T15055", "T1190x"] {
            assert_eq!(technique_prefix(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn autonomous_systems() {
        assert_eq!(autonomous_system("AS64500").as_deref(), Some("AS64500"));
        assert_eq!(autonomous_system("ASN 64500").as_deref(), Some("AS64500"));
        assert_eq!(autonomous_system("AS4294967296"), None);
        assert_eq!(autonomous_system("ASx"), None);
    }
}
