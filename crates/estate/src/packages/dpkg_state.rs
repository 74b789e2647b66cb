//! The state of a Debian package, in which its files are on the machine or not (dpkg(1), "Package states").
//!
//! Whatever has been unpacked is there, configured or not; of a removed package only configuration stays, and its version
//! stays in the list. One rule for all places in which states are written: as a word, as the last word of `want flag
//! state`, and as a letter.

/// The states with their letters (dpkg-query(1), `db:Status-Abbrev`), and whether the package's files are there.
const STATES: &[(&str, char, bool)] = &[
    ("not-installed", 'n', false),
    ("config-files", 'c', false),
    ("half-installed", 'H', true),
    ("unpacked", 'U', true),
    ("half-configured", 'F', true),
    ("triggers-awaited", 'W', true),
    ("triggers-pending", 't', true),
    ("installed", 'i', true),
];

/// Whether a package in this state has its files there; `None` where the text is no state. Of several words the last
/// counts.
pub(crate) fn by_word(text: &str) -> Option<bool> {
    let word = text.split_whitespace().last()?;
    STATES.iter().find(|(name, _, _)| name.eq_ignore_ascii_case(word)).map(|(_, _, there)| *there)
}

/// The same of `want flag state`, and of no other text.
pub(crate) fn by_status(text: &str) -> Option<bool> {
    const WANTED: &[&str] = &["unknown", "install", "hold", "deinstall", "purge"];
    let mut words = text.split_whitespace();
    let is_status = words.next().is_some_and(|word| WANTED.contains(&word))
        && words.next().is_some_and(|flag| matches!(flag, "ok" | "reinstreq"))
        && words.count() == 1;
    by_word(text).filter(|_| is_status)
}

/// The same of the letters that begin a line of `dpkg -l`: what is wanted, what is there, and an error.
pub(crate) fn by_letters(text: &str) -> Option<bool> {
    let mut letters = text.chars();
    let (wanted, there, error) = (letters.next()?, letters.next()?, letters.next());
    let fits = "uihrp".contains(wanted)
        && error.is_none_or(|error| "R ".contains(error))
        && letters.next().is_none();
    STATES.iter().find(|(_, letter, _)| *letter == there && fits).map(|(_, _, files)| *files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_unpacked_is_there() {
        let there = [
            "installed",
            "half-configured",
            "triggers-pending",
            "triggers-awaited",
            "unpacked",
            "half-installed",
        ];
        assert!(there.iter().all(|state| by_status(&format!("hold ok {state}")) == Some(true)));
        assert_eq!(
            (by_word("config-files"), by_word("not-installed"), by_word("x")),
            (Some(false), Some(false), None)
        );
        assert_eq!(
            (by_status("deinstall ok config-files"), by_status("we are installed")),
            (Some(false), None)
        );
        for (letters, there) in [
            ("ii", true),
            ("hi", true),
            ("iU", true),
            ("iFR", true),
            ("iH", true),
            ("iW", true),
            ("it ", true),
            ("rc", false),
            ("un", false),
            ("pn", false),
        ] {
            assert_eq!(by_letters(letters), Some(there), "{letters}");
        }
        assert_eq!((by_letters("xi"), by_letters("iiii"), by_letters("i")), (None, None, None));
    }
}
