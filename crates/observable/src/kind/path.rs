//! Paths and file names: one form for Windows and POSIX, so that both sides of a join agree.
//!
//! Letters A–Z in lower case (other scripts as written, on both sides), `/` as separator, runs of
//! separators as one except the two that open a share (`//host/share`), no closing separator. JSON's
//! doubled backslashes thus mean the same as single ones.

/// The longest path taken: Linux `PATH_MAX` is 4,096, Windows without prefix 260.
pub(crate) const PATH_BYTES_MAX: usize = 1024;
/// The longest file name taken: 255 bytes or UTF-16 units on every usual file system.
pub(crate) const NAME_BYTES_MAX: usize = 255;

/// Whether a byte separates the parts of a path.
pub(crate) fn is_separator(byte: u8) -> bool {
    byte == b'/' || byte == b'\\'
}

/// The one form of a path; `None` when it has no separator or no name.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > PATH_BYTES_MAX
        || !text.bytes().any(is_separator)
        || text.bytes().any(|b| b.is_ascii_control())
    {
        return None;
    }
    let share = text.bytes().take_while(|byte| is_separator(*byte)).count() >= 2;
    let mut form = String::with_capacity(text.len());
    if share {
        form.push('/');
    }
    let mut after_separator = false;
    for letter in text.chars() {
        let separator = matches!(letter, '/' | '\\');
        if separator && !after_separator {
            form.push('/');
        } else if !separator {
            form.push(letter.to_ascii_lowercase());
        }
        after_separator = separator;
    }
    while form.len() > 1 && form.ends_with(['/', ' ']) {
        form.pop();
    }
    (form.contains('/') && form.bytes().any(|byte| byte != b'/')).then_some(form)
}

/// The one form of a file name; `None` when it holds a separator.
pub(crate) fn canonical_name(text: &str) -> Option<String> {
    let text = text.trim();
    let odd = |byte: u8| is_separator(byte) || byte.is_ascii_control();
    if text.is_empty()
        || text.len() > NAME_BYTES_MAX
        || text.bytes().any(odd)
        || text.bytes().all(|b| b == b'.')
    {
        return None;
    }
    Some(text.to_ascii_lowercase())
}

/// The last part of a path in any form.
pub(crate) fn last_part(path: &str) -> &str {
    path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_windows_and_posix() {
        for (written, form) in [
            (r"C:\Windows\Temp\X.exe", "c:/windows/temp/x.exe"),
            (r"C:\\Windows\\Temp\\X.exe", "c:/windows/temp/x.exe"),
            (r"C:\Users/Public\", "c:/users/public"),
            (r"\\Host@8080\Share\x.dll", "//host@8080/share/x.dll"),
            (r"\\\\Host\\Share\\x.dll", "//host/share/x.dll"),
            ("/tmp/.X11/x", "/tmp/.x11/x"),
            (r"%AppData%\Вирус.exe", "%appdata%/Вирус.exe"),
        ] {
            assert_eq!(canonical(written).as_deref(), Some(form), "{written}");
        }
        assert_eq!(canonical("x.exe"), None);
        assert_eq!(canonical("//"), None);
        assert_eq!(canonical(&format!("/{}", "a".repeat(PATH_BYTES_MAX))), None);
    }

    #[test]
    fn names_hold_no_separator() {
        assert_eq!(canonical_name("EE Survey.PDF").as_deref(), Some("ee survey.pdf"));
        assert_eq!(canonical_name("a/b"), None);
        assert_eq!(canonical_name("..."), None);
        assert_eq!(canonical_name(&"a".repeat(NAME_BYTES_MAX + 1)), None);
        assert_eq!(last_part(r"C:\x\y.exe"), "y.exe");
    }
}
