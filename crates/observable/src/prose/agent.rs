//! User agents in prose: `product/version (comment) …`, RFC 9110 section 10.1.5.
//!
//! They are known by their start (`Mozilla/5.0 (`) or by a label before them, and end where the grammar
//! does, not at the end of the line.

/// The longest user agent taken.
const AGENT_BYTES_MAX: usize = 512;

/// Words that user agents have without a version.
const BARE: &[&str] = &["Mobile", "Safari", "like", "Gecko", "Edge", "Version", "Trident"];

/// The end of the user agent that starts at `start`; `None` when none does.
pub(super) fn agent_end(text: &str, start: usize) -> Option<usize> {
    let mut end = product_end(text, start)?;
    let browser = text.get(start..end)?.starts_with("Mozilla/");
    if browser && !text.get(end..)?.starts_with(" (") {
        return None;
    }
    loop {
        let rest = text.get(end..)?;
        let Some(after) = rest.strip_prefix(' ') else { break };
        let next = if after.starts_with('(') {
            comment_end(text, end + 1)
        } else {
            product_end(text, end + 1).or_else(|| bare_end(text, end + 1))
        };
        match next {
            Some(next) if next - start <= AGENT_BYTES_MAX => end = next,
            _ => break,
        }
    }
    // A product whose version is a placeholder makes it a template.
    (text.as_bytes().get(end) != Some(&b'/')).then_some(end)
}

/// `name/version`.
fn product_end(text: &str, start: usize) -> Option<usize> {
    crate::steps::add(128);
    let bytes = text.get(start..)?.as_bytes();
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+' | b'!');
    let name = bytes.iter().take(64).take_while(|byte| token(byte)).count();
    let version = bytes.get(name + 1..)?.iter().take(64).take_while(|byte| token(byte)).count();
    let starts = bytes.first().is_some_and(u8::is_ascii_alphabetic);
    let numbered = bytes.get(name + 1..)?.iter().take(version).any(u8::is_ascii_digit);
    if !starts
        || bytes.get(name) != Some(&b'/')
        || version == 0
        || !numbered
        || bytes.get(name + 1 + version) == Some(&b'/')
    {
        return None;
    }
    let mut end = start + name + 1 + version;
    while text.as_bytes().get(end - 1) == Some(&b'.') {
        end -= 1;
    }
    Some(end)
}

fn comment_end(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, byte) in text.get(open..)?.bytes().enumerate().take(256) {
        crate::steps::add(1);
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(open + at + 1),
            b')' => depth = depth.saturating_sub(1),
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

fn bare_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let length = rest.bytes().take(16).take_while(u8::is_ascii_alphabetic).count();
    rest.get(..length).filter(|word| BARE.contains(word)).map(|_| start + length)
}

/// Where the value of a `User-Agent:` label starts, when the label is at `start`.
pub(super) fn label_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let name = rest
        .get(..10)
        .filter(|name| name.eq_ignore_ascii_case("user-agent") || name.eq_ignore_ascii_case("user agent"))?;
    let after = rest.get(name.len()..)?;
    let after = after.strip_prefix(" string").or_else(|| after.strip_prefix(" header")).unwrap_or(after);
    let value = after.strip_prefix([':', '='])?.trim_start_matches([' ', '"', '\'', '`']);
    Some(start + rest.len() - value.len())
}

/// The end of whatever a label calls a user agent: to the closing quote or the end of the line.
pub(super) fn labelled_end(text: &str, start: usize) -> Option<usize> {
    if let Some(end) = agent_end(text, start) {
        return Some(end);
    }
    let rest = text.get(start..)?;
    let quote = start
        .checked_sub(1)
        .and_then(|at| text.as_bytes().get(at))
        .filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let length = rest.bytes().take(AGENT_BYTES_MAX).position(|byte| byte == b'\n' || Some(&byte) == quote)?;
    let value = rest.get(..length)?.trim_end();
    let short = value.len() <= 64 && value.len() >= 3 && value.split(' ').count() <= 4;
    (short && !value.contains(['<', '[', '|', '(', '"'])).then_some(start + value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, agent: Option<&str>) {
        let start = label_end(text, 0).unwrap_or(0);
        let end = if start > 0 { labelled_end(text, start) } else { agent_end(text, 0) };
        assert_eq!(end.map(|end| &text[start..end]), agent, "{text}");
    }

    #[test]
    fn they_end_where_the_grammar_ends() {
        let opera = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/92.0.4515.131 Safari/537.36 OPR/78.0.4093.147";
        check(&format!("{opera} was used by the actor"), Some(opera));
        check("User-Agent: Java/1.8.0_271): http", Some("Java/1.8.0_271"));
        check("User-Agent: \"curl/8.1\" seen", Some("curl/8.1"));
        check("User-Agent: WinHTTP loader\n", Some("WinHTTP loader"));
        check("User-agent Strings Observed:\n", None);
        check("and/or else", None);
    }
}
