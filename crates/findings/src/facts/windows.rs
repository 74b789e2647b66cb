//! Windows as inventories write it, and as records name it: by release and build.
//!
//! `Microsoft Windows 10 Pro 22H2 (OS Build 19045.2965)`, `Windows 10 Enterprise 10.0.17763` and `10.0.19045` beside
//! `Windows 10` are a product and a version `10.0.BUILD.UPDATE`. The build decides the release, and of servers the year.
//! Without the update nobody knows which flaws are open: the version then names the build only.
//! Source: learn.microsoft.com, "Windows release information" and "Windows Server release information".

/// Builds of clients, each with the product and the release that it is.
const CLIENTS: &[(u32, &str, &str)] = &[
    (10240, "10", "1507"),
    (10586, "10", "1511"),
    (14393, "10", "1607"),
    (15063, "10", "1703"),
    (16299, "10", "1709"),
    (17134, "10", "1803"),
    (17763, "10", "1809"),
    (18362, "10", "1903"),
    (18363, "10", "1909"),
    (19041, "10", "2004"),
    (19042, "10", "20H2"),
    (19043, "10", "21H1"),
    (19044, "10", "21H2"),
    (19045, "10", "22H2"),
    (22000, "11", "21H2"),
    (22621, "11", "22H2"),
    (22631, "11", "23H2"),
    (26100, "11", "24H2"),
    (26200, "11", "25H2"),
];

/// Builds of servers, each with the year that names it.
const SERVERS: &[(u32, &str)] = &[
    (6003, "2008"),
    (7601, "2008 R2"),
    (9200, "2012"),
    (9600, "2012 R2"),
    (14393, "2016"),
    (17763, "2019"),
    (20348, "2022"),
    (26100, "2025"),
];

/// A Windows of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Windows {
    /// `Windows 10 22H2`, `Windows Server 2019`.
    pub(crate) name: String,
    /// `10.0.19045.2965`, or the build alone.
    pub(crate) version: Option<String>,
}

/// Reads the system of a row, and its version where that is a column of its own; `None` for anything but Windows of this
/// century's releases.
pub(crate) fn read(system: &str, version: Option<&str>) -> Option<Windows> {
    let lower = system.to_lowercase().replace("(r)", "").replace(['®', '\u{a0}'], " ");
    let rest = lower.trim().strip_prefix("microsoft").unwrap_or(lower.trim()).trim_start();
    let rest = rest.strip_prefix("windows")?.trim_start();
    let build = build_in(rest).or_else(|| version.and_then(|version| build_in(&version.to_lowercase())));
    let is_server = rest.starts_with("server");
    let words: Vec<&str> =
        rest.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|w| !w.is_empty()).collect();
    let name = if is_server { server(&words, build)? } else { client(&words, build, version)? };
    let version = build.map(|(build, update)| {
        let major = match build {
            9600 => "6.3",
            9200 => "6.2",
            7601 => "6.1",
            0..=7600 => "6.0",
            _ => "10.0",
        };
        match update {
            Some(update) => format!("{major}.{build}.{update}"),
            None => format!("{major}.{build}"),
        }
    });
    Some(Windows { name, version })
}

fn server(words: &[&str], build: Option<(u32, Option<u32>)>) -> Option<String> {
    let year = words
        .iter()
        .find(|word| word.len() == 4 && word.starts_with("20") && word.bytes().all(|b| b.is_ascii_digit()));
    let r2 = if words.contains(&"r2") { " R2" } else { "" };
    let by_build = || {
        build
            .and_then(|(build, _)| SERVERS.iter().find(|(known, _)| *known == build))
            .map(|(_, year)| (*year).to_owned())
    };
    let year = year.map(|year| format!("{year}{r2}")).or_else(by_build)?;
    Some(format!("Windows Server {year}"))
}

fn client(words: &[&str], build: Option<(u32, Option<u32>)>, version: Option<&str>) -> Option<String> {
    let known = |(build, _): (u32, Option<u32>)| CLIENTS.iter().find(|(known, ..)| *known == build);
    let by_build = build.and_then(known);
    let product = words.iter().find(|word| matches!(**word, "10" | "11" | "8.1" | "8" | "7")).copied();
    // Windows 11 writes itself as 10.0 too: the build decides.
    let product = by_build.map(|(_, product, _)| *product).or(product)?;
    let releases = || CLIENTS.iter().filter(|(_, of, _)| *of == product).map(|(.., release)| *release);
    let written = |release: &&str| {
        let column = version.is_some_and(|version| version.trim().eq_ignore_ascii_case(release));
        column || words.iter().any(|word| word.eq_ignore_ascii_case(release))
    };
    let release = by_build.map(|(.., release)| *release).or_else(|| releases().find(written));
    Some(
        release
            .map_or_else(|| format!("Windows {product}"), |release| format!("Windows {product} {release}")),
    )
}

/// The build, and the update of it: `10.0.19045.2965`, `build 19045.2965`, `19045`.
fn build_in(text: &str) -> Option<(u32, Option<u32>)> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(|word| {
        let mut numbers = word.split('.').map(str::parse::<u32>);
        let mut next = || numbers.next().and_then(Result::ok);
        match (next(), next(), next(), next()) {
            (Some(10 | 6), Some(0..=3), Some(build), update) if build >= 6000 => Some((build, update)),
            (Some(build), update, None, None) if is_known(build) => Some((build, update)),
            _ => None,
        }
    })
}

fn is_known(build: u32) -> bool {
    CLIENTS.iter().any(|(known, ..)| *known == build) || SERVERS.iter().any(|(known, _)| *known == build)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_its_release_and_its_build() {
        for (system, version, expected) in [
            (
                "Microsoft Windows 10 Pro 22H2 (OS Build 19045.2965)",
                None,
                "Windows 10 22H2 = 10.0.19045.2965",
            ),
            ("Windows 10 Enterprise 10.0.17763", None, "Windows 10 1809 = 10.0.17763"),
            ("Windows", Some("10.0.22631.3007"), "Windows 11 23H2 = 10.0.22631.3007"),
            ("Windows 10", Some("22H2"), "Windows 10 22H2 = ?"),
            ("Windows 11 Pro", Some("10.0.22621"), "Windows 11 22H2 = 10.0.22621"),
            ("Microsoft Windows Server 2012 R2 Standard", None, "Windows Server 2012 R2 = ?"),
            ("Windows Server 2019 Datacenter", Some("10.0 (17763)"), "Windows Server 2019 = 10.0.17763"),
            ("Windows Server 2022 Standard 10.0.20348.1726", None, "Windows Server 2022 = 10.0.20348.1726"),
            ("Windows 7 Professional 6.1.7601 Service Pack 1", None, "Windows 7 = 6.1.7601"),
            ("Microsoft® Windows® 8.1 Pro", None, "Windows 8.1 = ?"),
        ] {
            let windows = read(system, version);
            let shown =
                windows.map(|one| format!("{} = {}", one.name, one.version.unwrap_or_else(|| "?".into())));
            assert_eq!(shown.as_deref(), Some(expected), "{system} {version:?}");
        }
        for other in ["Windows Admin Center", "Debian GNU/Linux 12", "Windows", "Windows Terminal 1.19"] {
            assert_eq!(read(other, None), None, "{other}");
        }
    }
}
