//! Is a learnt name also a plain word?
//!
//! The built-in tables carry a mark made from a count over a large body of text. Names learnt from other
//! bundles are judged by shape: short words and words of this list need their own spelling and a cue nearby.

/// Plain words that bundles use as names of groups or software.
const WORDS: &[&str] = &[
    "agent",
    "anchor",
    "animal",
    "at",
    "attacker",
    "beacon",
    "black",
    "carbon",
    "cert",
    "chaos",
    "cipher",
    "client",
    "cloud",
    "cmd",
    "cobalt",
    "command",
    "core",
    "cron",
    "crypto",
    "cuba",
    "data",
    "domain",
    "echo",
    "empire",
    "epic",
    "expand",
    "explorer",
    "ftp",
    "ghost",
    "group",
    "hidden",
    "hunter",
    "icon",
    "lead",
    "link",
    "loader",
    "malware",
    "mask",
    "mercury",
    "net",
    "nickel",
    "page",
    "ping",
    "platinum",
    "play",
    "pony",
    "power",
    "prestige",
    "proton",
    "python",
    "ransomware",
    "reg",
    "responder",
    "route",
    "royal",
    "ruler",
    "sea",
    "server",
    "shadow",
    "shell",
    "silence",
    "snake",
    "spark",
    "strider",
    "summit",
    "system",
    "team",
    "tool",
    "tor",
    "trident",
    "unknown",
    "ups",
    "watchdog",
    "web",
    "windows",
    "wiper",
    "zinc",
];

pub(super) fn is(name: &str) -> bool {
    let name = name.trim();
    if !name.chars().all(char::is_alphabetic) {
        return false;
    }
    let lower = name.to_lowercase();
    name.chars().count() <= 3 || WORDS.binary_search(&lower.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(WORDS.is_sorted());
        assert!(is("Page") && is("RTM") && !is("Kryptonite Panda") && !is("APT1"));
    }
}
