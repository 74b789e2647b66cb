//! What scanners report beside our own records, in sentences: who reports it too, and who alone.

use super::judge::Verdict;
use crate::facts::claim::{Claim, Scanned};
use model::{Date, Evidence};
use std::collections::BTreeMap;

/// `Nessus (2026-11-28) and Trivy`: scanners with the last day on which each saw it.
fn scanners<'c>(scans: impl Iterator<Item = &'c Scanned>) -> String {
    let mut days: BTreeMap<&str, Option<Date>> = BTreeMap::new();
    for scan in scans {
        let day = days.entry(&scan.scanner).or_default();
        *day = (*day).max(scan.found);
    }
    let named: Vec<String> = days
        .iter()
        .map(|(name, day)| day.map_or_else(|| (*name).to_owned(), |day| format!("{name} ({day})")))
        .collect();
    crate::count::listed(&named)
}

/// The sentence about the scanners among the claims of one machine: `own` is what the records here say of the claim.
pub(super) fn sentence(scans: &[&Claim], own: Option<Verdict>, is_ours: bool) -> Option<String> {
    let results = || scans.iter().filter_map(|claim| claim.scan.as_deref());
    results().next()?;
    let who = scanners(results());
    let names: std::collections::BTreeSet<&str> = results().map(|scan| &*scan.scanner).collect();
    let verb = if names.len() == 1 { "reports" } else { "report" };
    if is_ours {
        return Some(format!("{who} {verb} it too"));
    }
    let ours = match own {
        Some(Verdict::NotAffected) => "the records here say that this version is not affected",
        Some(Verdict::Unknown) => "the records here name the product and do not decide its version",
        Some(Verdict::Affected) | None => "no record here says so of this machine",
    };
    Some(format!("{who} {verb} it; {ours}"))
}

/// What a scanner's result says, as a piece of evidence.
pub(super) fn proof(scan: &Scanned, mut proof: Evidence) -> Evidence {
    proof = proof.with("scanner", &scan.scanner);
    if let Some(id) = scan.ids.first() {
        proof = proof.with("vulnerability", id);
    }
    let found = scan.found.map(|day| day.to_string());
    let more = [
        ("title", scan.title.as_deref()),
        ("port", scan.port.as_deref()),
        ("fixed", scan.fixed.as_deref()),
        ("found", found.as_deref()),
    ];
    more.into_iter().fold(proof, |proof, (name, value)| match value {
        Some(value) => proof.with(name, value),
        None => proof,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::claim::ClaimKind;

    fn scan(scanner: &str, day: Option<&str>) -> Claim {
        let scanned = Scanned {
            scanner: Box::from(scanner),
            ids: vec![Box::from("CVE-2031-40001")],
            title: None,
            port: None,
            fixed: None,
            found: day.and_then(Date::parse),
            names_component: false,
        };
        Claim { scan: Some(Box::new(scanned)), ..Claim::of_device(ClaimKind::Scan, None, "old", None) }
    }

    #[test]
    fn the_difference_between_scanners_and_records_is_said() {
        let (one, again) = (scan("Nessus", Some("2031-01-02")), scan("Nessus", Some("2031-02-03")));
        let other = scan("Trivy", None);
        assert_eq!(
            sentence(&[&one, &again, &other], None, true).as_deref(),
            Some("Nessus (2031-02-03) and Trivy report it too")
        );
        assert_eq!(
            sentence(&[&one], Some(Verdict::NotAffected), false).as_deref(),
            Some("Nessus (2031-01-02) reports it; the records here say that this version is not affected")
        );
        assert_eq!(sentence(&[], None, true), None);
    }
}
