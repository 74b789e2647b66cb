//! Values that a narrow column wraps: where two lines of one cell are one value, and where they are two.
//!
//! A hash is known by its length, so parts are joined when together they have the length of one and at least one of them
//! has not; which hash it is may be named beside or above it. Any other value is joined where a line ends or begins with
//! a mark that no value ends or begins with. Invariant: two whole values stay two.

/// How many digits hashes have, the longest first.
const HASHES: [usize; 5] = [128, 96, 64, 40, 32];

/// How many lines one wrapped hash may take: SHA-512 in parts of four digits.
const PARTS_MAX: usize = 32;

/// A text without the characters that only say where a line may be broken.
pub(crate) fn unbroken(text: &str) -> std::borrow::Cow<'_, str> {
    const SOFT: [char; 4] = ['\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}'];
    if text.contains(SOFT) { text.replace(SOFT, "").into() } else { text.into() }
}

/// How many digits the hash has that a text names: `SHA-256` has 64.
pub(crate) fn named(text: &str) -> Option<usize> {
    let text: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let names = [("sha512", 128), ("sha384", 96), ("sha256", 64), ("sha1", 40), ("md5", 32)];
    names.iter().find(|(name, _)| text.contains(name)).map(|(_, digits)| *digits)
}

/// The lines of a cell on one line; `named`: how many digits its hash has, where the row or the column says so.
pub(crate) fn cell<'l>(lines: impl IntoIterator<Item = &'l str>, named: Option<usize>) -> String {
    let lines: Vec<&str> = lines.into_iter().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut text = String::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let parts = hash_parts(lines.get(at..).unwrap_or_default(), named);
        let joined = parts == 1 && joins(&text, line, false);
        if !text.is_empty() && !joined {
            text.push(' ');
        }
        for part in lines.iter().skip(at).take(parts) {
            text.push_str(part);
        }
        at += parts;
    }
    text
}

/// How many of the first lines are one hash: one where they are none.
fn hash_parts(lines: &[&str], named: Option<usize>) -> usize {
    let (mut digits, mut whole, mut found) = (0, true, 1);
    for (number, line) in (1..).zip(lines.iter().take(PARTS_MAX)) {
        if !is_hex(line) {
            break;
        }
        digits += line.len();
        whole &= HASHES.contains(&line.len());
        if number > 1 && HASHES.contains(&digits) && (named == Some(digits) || (named.is_none() && !whole)) {
            found = number;
        }
    }
    found
}

fn is_hex(text: &str) -> bool {
    text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a line carries on the value at the end of the line before. `forced`: the line before had no room for its
/// first word.
pub(crate) fn joins(before: &str, line: &str, forced: bool) -> bool {
    let last = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let first = line.split(char::is_whitespace).next().unwrap_or_default();
    if last.is_empty() || first.is_empty() || begins_value(first) {
        return false;
    }
    if is_hex(last) && is_hex(first) {
        let both = HASHES.contains(&last.len()) && HASHES.contains(&first.len());
        return HASHES.contains(&(last.len() + first.len())) && !both;
    }
    let alone = last.len() == before.trim_start().len();
    let url = last.contains("://") || last.contains("[:]") || last.starts_with("hxxp");
    let dotted = last.contains("[.]") || last.contains("(.)") || last.contains('@');
    let path = last.get(1..3) == Some(":\\") || last.starts_with("\\\\") || last.starts_with("HK");
    if !(url || dotted || path || (alone && last.contains('.'))) {
        return false;
    }
    // No value ends or begins so. A sentence may end with a full stop, and a value in words carries on in small letters.
    let open = last.ends_with(['/', '-', '_', '=', '&', '?', '%', '\\', '@', '['])
        || last.ends_with("[.]")
        || (last.ends_with('.') && first.contains(['.', '/', '[']))
        || (last.ends_with('.') && alone && first.starts_with(|c: char| c.is_ascii_lowercase()));
    let goes_on = first.starts_with(['/', '?', '&', '=', '_', '%', '\\', '@'])
        || first.starts_with("[.]")
        || (first.starts_with('.') && first.len() > 2);
    let rest = alone && forced && (url || path) && !first.ends_with([',', ';']);
    open || goes_on || rest
}

/// Whether a word begins a value of its own.
fn begins_value(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    word.contains("://")
        || word.contains("[:]//")
        || lower.starts_with("hxxp")
        || lower.starts_with("www.")
        || lower.starts_with("hkey")
        || lower.starts_with("hklm")
        || word.get(1..3) == Some(":\\")
        || word.starts_with('|')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn parts_of_a_hash_are_one_value_and_two_hashes_are_two() {
        let whole = format!("{HALF}{HALF}");
        assert_eq!(cell([HALF, HALF], Some(64)), whole);
        assert_eq!(cell([HALF, HALF], None), format!("{HALF} {HALF}"));
        assert_eq!(cell([HALF, HALF], Some(32)), format!("{HALF} {HALF}"));
        assert_eq!(
            cell(["0123456789abcdef", "0123456789abcdef", "and more"], None),
            format!("{HALF} and more")
        );
        // A SHA-1 that is broken after 32 digits is no MD5.
        assert_eq!(cell([HALF, "01234567"], None), format!("{HALF}01234567"));
        let quarter = ["0123456789abcdef"; 4];
        assert_eq!(cell(quarter, None), whole);
        assert_eq!(cell(quarter, named("MD5")), format!("{HALF} {HALF}").replace(' ', " "));
        assert_eq!(cell([whole.as_str(), whole.as_str()], Some(64)), format!("{whole} {whole}"));
    }

    #[test]
    fn one_line_past_the_bound_is_no_hash() {
        let parts = vec!["0123"; 32];
        assert_eq!(cell(parts, None).len(), 128);
        assert!(cell(vec!["012"; 33], None).contains(' '));
    }

    #[test]
    fn wrapped_addresses_are_one_and_lists_stay_lists() {
        assert_eq!(cell(["hxxp://quay[.]example/a/", "b.bin"], None), "hxxp://quay[.]example/a/b.bin");
        assert_eq!(cell(["hxxp://quay[.]example", "/b.bin"], None), "hxxp://quay[.]example/b.bin");
        assert_eq!(cell(["cdn-", "quay[.]example"], None), "cdn- quay[.]example");
        assert_eq!(cell(["cdn.quay-", "side.example"], None), "cdn.quay-side.example");
        assert_eq!(cell(["cdn.quay.", "example"], None), "cdn.quay.example");
        assert_eq!(cell(["quay[.]example", "jib[.]example"], None), "quay[.]example jib[.]example");
        assert_eq!(
            cell(["hxxp://quay[.]example/", "hxxp://jib[.]example/"], None),
            "hxxp://quay[.]example/ hxxp://jib[.]example/"
        );
        assert_eq!(cell(["203.0.113.7", "203.0.113.8"], None), "203.0.113.7 203.0.113.8");
        assert!(!joins("It was seen at hxxp://quay[.]example/a.", "Then it ended", true));
        assert!(joins("hxxp://quay[.]example/lo", "nger.bin", true));
        assert!(!joins("hxxp://quay[.]example/lo", "nger.bin", false));
    }

    #[test]
    fn marks_that_only_allow_a_break_are_no_text() {
        assert_eq!(unbroken("qu\u{ad}ay\u{200b}.example"), "quay.example");
    }
}
