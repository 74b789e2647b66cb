//! Identifiers of vulnerabilities, in text and as scanners write them: CVE, GHSA and those of their own.
//!
//! One vulnerability has several names, and an advisory of a distribution (`RHSA-…`, `USN-…`) is a name of none: it may
//! close ten. Sources: cve.org "CVE record format" (`cveId`), github.com/github/advisory-database, ossf.github.io/osv-schema.

/// How long an identifier of a scanner's own may be.
const IDENTIFIER_BYTES_MAX: usize = 100;

/// How many identifiers of one text are used: a plugin of a scanner names some hundred at most.
const NAMED_MAX: usize = 2000;

/// Beginnings of advisories that may close several vulnerabilities.
const ADVISORIES: &[&str] = &[
    "RHSA-",
    "RHBA-",
    "RHEA-",
    "RLSA-",
    "ALSA-",
    "ELSA-",
    "OVMSA-",
    "DSA-",
    "DLA-",
    "USN-",
    "SUSE-SU-",
    "openSUSE-SU-",
    "ALAS",
    "FEDORA-",
    "GLSA-",
    "MGASA-",
    "CESA-",
    "KB",
    "MS",
    "cisco-sa-",
    "VMSA-",
];

/// One vulnerability and its other names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) aliases: Vec<String>,
}

/// Every CVE and GHSA that a text names, in order, each once.
pub(crate) fn in_text(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_of = |c: char| c.is_ascii_alphanumeric() || c == '-';
    for word in text.split(|c: char| !is_of(c)) {
        if found.len() >= NAMED_MAX {
            break;
        }
        let id = bare(word);
        if let Some(id) = cve_in(id).or_else(|| ghsa(id)).filter(|id| !found.contains(id)) {
            found.push(id);
        }
    }
    found
}

/// The vulnerabilities of an item that has one identifier of its own and others: one, unless it is an advisory that
/// closes several CVEs.
pub(crate) fn of_item<'i>(own: Option<&'i str>, others: impl IntoIterator<Item = &'i str>) -> Vec<Named> {
    let mut all: Vec<String> = Vec::new();
    for written in own.into_iter().chain(others).take(NAMED_MAX) {
        for id in [cve_in(written), plain(written)].into_iter().flatten() {
            if !all.contains(&id) {
                all.push(id);
            }
        }
    }
    let cves: Vec<&String> = all.iter().filter(|id| is_cve(id)).collect();
    let beside = |chosen: &str| {
        let others = all.iter().filter(|id| *id != chosen && !is_cve(id));
        others.filter(|id| !is_advisory(id)).cloned().collect()
    };
    let own_cve = own.and_then(cve_in);
    match (own_cve, cves.as_slice()) {
        (Some(own), _) => vec![Named { aliases: beside(&own), id: own }],
        (None, []) => {
            let first = all.first().map(|first| Named { id: first.clone(), aliases: beside(first) });
            first.into_iter().collect()
        }
        (None, [one]) => vec![Named { id: (*one).clone(), aliases: beside(one) }],
        // Names of the item are names of none of its several CVEs.
        (None, several) => {
            several.iter().map(|id| Named { id: (*id).clone(), aliases: Vec::new() }).collect()
        }
    }
}

/// The vulnerabilities that a list names, each on its own: CVEs, and where there is none what else is named.
pub(crate) fn of_list<'i>(cells: impl IntoIterator<Item = &'i str>) -> Vec<Named> {
    let all: Vec<String> = cells.into_iter().flat_map(in_text).take(NAMED_MAX).collect();
    let has_cve = all.iter().any(|id| is_cve(id));
    let mut named: Vec<Named> = Vec::new();
    for id in all.into_iter().filter(|id| !has_cve || is_cve(id)) {
        if !named.iter().any(|one| one.id == id) {
            named.push(Named { id, aliases: Vec::new() });
        }
    }
    named
}

fn is_cve(id: &str) -> bool {
    id.starts_with("CVE-")
}

fn is_advisory(id: &str) -> bool {
    ADVISORIES.iter().any(|start| {
        let begins = id.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
        let number = id.get(start.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        begins && (start.len() > 2 || number)
    })
}

/// A word without what scanners hang on an identifier: Grype's rules are `CVE-2031-1234-name`.
fn bare(word: &str) -> &str {
    let upper = word.to_ascii_uppercase();
    let parts = match (upper.find("CVE-"), upper.starts_with("GHSA-")) {
        (Some(at), _) => upper.get(..at).map_or(0, |before| before.matches('-').count()) + 3,
        (None, true) => 4,
        (None, false) => return word,
    };
    word.match_indices('-').nth(parts - 1).map_or(word, |(at, _)| word.get(..at).unwrap_or(word))
}

/// The CVE that a word is, or ends in: `DEBIAN-CVE-2031-1234` of OSV is Debian's record of a CVE.
fn cve_in(word: &str) -> Option<String> {
    let upper = word.trim().to_ascii_uppercase();
    let at = upper.rfind("CVE-").filter(|at| *at == 0 || upper.as_bytes().get(at - 1) == Some(&b'-'))?;
    let id = upper.get(at..)?;
    let (year, number) = id.get(4..)?.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number);
    fits.then(|| id.to_owned())
}

/// `GHSA-xxxx-xxxx-xxxx`, with the letters in the case in which GitHub writes them.
fn ghsa(word: &str) -> Option<String> {
    let lower = word.trim().to_ascii_lowercase();
    let rest = lower.strip_prefix("ghsa-")?;
    let parts = rest.split('-').filter(|part| part.len() == 4).count();
    (parts == 3 && rest.len() == 14).then(|| format!("GHSA-{rest}"))
}

/// An identifier as a scanner writes it.
fn plain(written: &str) -> Option<String> {
    let text = written.trim();
    let fits = !text.is_empty()
        && text.len() <= IDENTIFIER_BYTES_MAX
        && text.chars().any(char::is_alphanumeric)
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let id = ghsa(text).unwrap_or_else(|| text.to_owned());
    fits.then(
        || if cve_in(&id).is_some_and(|cve| cve.len() == id.len()) { id.to_ascii_uppercase() } else { id },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(named: &[Named]) -> String {
        let one =
            |one: &Named| std::iter::once(&one.id).chain(&one.aliases).cloned().collect::<Vec<_>>().join("=");
        named.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn identifiers_in_prose() {
        let text = "Fixes (cve-2031-10007), CVE-2031-10007; ghsa-AB12-cd34-ef56. Not CVE-31-1, CVE-2031-1x, xCVE-2031-1234";
        assert_eq!(in_text(text), ["CVE-2031-10007", "GHSA-ab12-cd34-ef56"]);
        assert_eq!(in_text("UBUNTU-CVE-2031-10008"), ["CVE-2031-10008"]);
        assert_eq!(
            in_text("CVE-2031-10008-lib-a GHSA-ab12-cd34-ef56-b"),
            ["CVE-2031-10008", "GHSA-ab12-cd34-ef56"]
        );
    }

    #[test]
    fn an_item_is_one_vulnerability_with_its_names() {
        let item = |own, others: &[&str]| shown(&of_item(own, others.iter().copied()));
        assert_eq!(
            item(Some("GHSA-aaaa-bbbb-cccc"), &["CVE-2031-10007"]),
            "CVE-2031-10007=GHSA-aaaa-bbbb-cccc"
        );
        assert_eq!(
            item(Some("cve-2031-10007"), &["GHSA-aaaa-bbbb-cccc"]),
            "CVE-2031-10007=GHSA-aaaa-bbbb-cccc"
        );
        assert_eq!(item(Some("DEBIAN-CVE-2031-10007"), &[]), "CVE-2031-10007=DEBIAN-CVE-2031-10007");
        assert_eq!(item(Some("RUSTSEC-2031-0007"), &[]), "RUSTSEC-2031-0007");
        assert_eq!(item(Some("SNYK-JS-QUAY-1"), &["CVE-2031-10007"]), "CVE-2031-10007=SNYK-JS-QUAY-1");
        assert_eq!(item(None, &[" ", "no identifier"]), "");
    }

    #[test]
    fn an_advisory_is_a_name_of_no_vulnerability() {
        let item = |own, others: &[&str]| shown(&of_item(own, others.iter().copied()));
        assert_eq!(item(Some("RHSA-2031:7"), &["CVE-2031-10007"]), "CVE-2031-10007");
        assert_eq!(
            item(Some("ELSA-2031-7"), &["CVE-2031-10007", "CVE-2031-10008"]),
            "CVE-2031-10007 CVE-2031-10008"
        );
        assert_eq!(item(Some("DSA-7-1"), &[]), "DSA-7-1");
    }

    #[test]
    fn a_list_names_several() {
        assert_eq!(
            shown(&of_list(["CVE-2031-10007,CVE-2031-10008", "GHSA-aaaa-bbbb-cccc"])),
            "CVE-2031-10007 CVE-2031-10008"
        );
        assert_eq!(shown(&of_list(["GHSA-aaaa-bbbb-cccc"])), "GHSA-aaaa-bbbb-cccc");
        assert_eq!(shown(&of_list(["", "-"])), "");
    }

    #[test]
    fn one_past_the_bounds() {
        let long = "x".repeat(IDENTIFIER_BYTES_MAX + 1);
        assert!(of_item(Some(&long[1..]), []).len() == 1 && of_item(Some(&long), []).is_empty());
        let many: String = (0..=NAMED_MAX).map(|n| format!("CVE-2031-{:05} ", n)).collect();
        assert_eq!(in_text(&many).len(), NAMED_MAX);
    }
}
