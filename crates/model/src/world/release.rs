//! Releases of distributions: Debian 12 is not Debian 13, and a fix in one says nothing of the other.
//!
//! Records name a release behind the ecosystem (`Debian:12`, `Ubuntu:22.04:LTS`, `Red Hat:enterprise_linux:9::baseos`),
//! packages in the qualifier `distro` (`debian-12`, `rocky-9.3`, `bookworm`) or in the tag of their version (`.el9`,
//! `+deb12u2`). Both come down to one text: the release as its distribution counts it.

use super::product::names_distribution;

/// Code names, each with its release.
const CODE_NAMES: &[(&str, &str)] = &[
    ("trixie", "13"),
    ("bookworm", "12"),
    ("bullseye", "11"),
    ("buster", "10"),
    ("stretch", "9"),
    ("noble", "24.04"),
    ("jammy", "22.04"),
    ("focal", "20.04"),
    ("bionic", "18.04"),
    ("xenial", "16.04"),
    ("trusty", "14.04"),
];

/// How many numbers make a release: Alpine 3.19, Ubuntu 22.04, SUSE 15.5; of the others the first.
fn numbers_of(distribution: &str) -> usize {
    match distribution {
        "alpine" | "ubuntu" | "suse" | "opensuse" => 2,
        _ => 1,
    }
}

/// The release that a text names, as its distribution ([`Package::key`](super::Package::key) has its name) counts it;
/// `None` where it names none.
#[must_use]
pub fn release(distribution: &str, text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    if let Some((_, release)) = CODE_NAMES.iter().find(|(name, _)| text.contains(name)) {
        return Some((*release).to_owned());
    }
    // `15 SP5` is 15.5.
    let text = text.replace(" sp", ".").replace("-sp", ".");
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let numbers: Vec<&str> = rest.get(..end)?.split('.').filter(|number| !number.is_empty()).collect();
    let kept = numbers.get(..numbers_of(distribution).min(numbers.len()))?;
    (!kept.is_empty()).then(|| kept.join("."))
}

/// The release of a distribution in a text that names an operating system: `Ubuntu 22.04.3 LTS`, `Debian GNU/Linux 12`.
/// `None` where the text names another one, or no release.
#[must_use]
pub fn release_of_system(distribution: &str, system: &str) -> Option<String> {
    let system = system.trim();
    names_distribution(distribution, system).then(|| release(distribution, system)).flatten()
}

/// The release in the tag of a package's version: `.el9`, `.fc39`, `.amzn2`, `+deb12u2`, `~bpo12`.
#[must_use]
pub fn release_of_version(version: &str) -> Option<String> {
    const TAGS: [&str; 5] = [".el", ".fc", ".amzn", "deb", "bpo"];
    TAGS.iter().find_map(|tag| {
        let (_, after) = version.split_once(tag)?;
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        after.get(..end).filter(|number| !number.is_empty()).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_come_down_to_one_text() {
        for (distribution, text, expected) in [
            ("debian", "12", Some("12")),
            ("debian", "debian-12.5", Some("12")),
            ("debian", "bookworm", Some("12")),
            ("ubuntu", "22.04:LTS", Some("22.04")),
            ("ubuntu", "ubuntu-22.04", Some("22.04")),
            ("ubuntu", "Pro:18.04:LTS", Some("18.04")),
            ("alpine", "v3.12", Some("3.12")),
            ("alpine", "alpine-3.12.0", Some("3.12")),
            ("redhat", "enterprise_linux:9::baseos", Some("9")),
            ("redhat", "redhat-9.8", Some("9")),
            ("rocky-linux", "rocky-9.3", Some("9")),
            ("suse", "Linux Enterprise Server 15 SP5", Some("15.5")),
            ("suse", "sles-15.5", Some("15.5")),
            ("opensuse", "Leap 15.5", Some("15.5")),
            ("debian", "", None),
            ("debian", "sid", None),
        ] {
            assert_eq!(release(distribution, text).as_deref(), expected, "{text}");
        }
        for (version, expected) in [
            ("1.8.0-31.el8_9", Some("8")),
            ("3.0.11-1~deb12u2", Some("12")),
            ("2.1-3+deb11u4", Some("11")),
            ("1.0-1", None),
            ("1.0-debug", None),
        ] {
            assert_eq!(release_of_version(version).as_deref(), expected, "{version}");
        }
    }
}
