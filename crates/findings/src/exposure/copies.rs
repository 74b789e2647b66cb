//! The affected copies of one product on one machine: in which versions, which release fixes each, who reports them.
//!
//! A machine may bear a library three times. Each affected version is named, and the remedy names for each the release
//! that fixes it: who follows one of them only would leave the others.

use super::fix::Fix;
use super::judge::{Judged, Verdicts};
use super::{reported, statement};
use crate::facts::claim::Claim;
use crate::facts::flaw::Flaw;
use crate::facts::products::{Claimed, Products};

/// The claims of one machine about one product.
pub(super) struct Copies<'p> {
    /// Rows of ours, the surest first; none where only scanners report it.
    own: Vec<&'p Claimed>,
    scans: Vec<&'p Claimed>,
    /// Affected versions in order of rank, each with the release that fixes it.
    versions: Vec<(String, Option<Fix>)>,
    /// What the records here say of the first claim.
    verdict: Option<super::judge::Verdict>,
}

impl<'p> Copies<'p> {
    pub(super) fn of(claims: &[u32], products: &'p Products, verdicts: &Verdicts<'_>) -> Self {
        let claimed = claims.iter().filter_map(|claim| Some((*claim, products.claim(*claim)?)));
        let (scans, own): (Vec<_>, Vec<_>) = claimed.partition(|(_, claimed)| claimed.claim.scan.is_some());
        let of_ours = if own.is_empty() { &scans } else { &own };
        let mut versions: Vec<(String, Option<Fix>)> = Vec::new();
        for (claim, claimed) in of_ours {
            let Some(version) = &claimed.claim.version else { continue };
            let fixed = verdicts.get(claim).and_then(|judged: &Judged<'_>| {
                judged.fix(claimed.claim.compared_version().as_deref()).map(|(fix, _)| fix)
            });
            let fixed =
                fixed.or_else(|| scans.iter().find_map(|(_, scan)| fixed_by_scan(&scan.claim, version)));
            match versions.iter_mut().find(|(known, _)| *known == **version) {
                Some((_, known)) => *known = known.take().or(fixed),
                None => versions.push((version.to_string(), fixed)),
            }
        }
        let verdict = claims.first().and_then(|claim| verdicts.get(claim)).map(|judged| judged.verdict);
        let without = |all: Vec<(u32, &'p Claimed)>| all.into_iter().map(|(_, claimed)| claimed).collect();
        Self { own: without(own), scans: without(scans), versions, verdict }
    }

    fn first(&self) -> Option<&'p Claim> {
        self.own.first().or_else(|| self.scans.first()).map(|claimed| &claimed.claim)
    }

    /// Whether only scanners report it.
    pub(super) fn is_of_scanners(&self) -> bool {
        self.own.is_empty()
    }

    /// What a scanner calls the flaw of a component; of a machine its line is the name already.
    pub(super) fn scanners_title(&self) -> Option<String> {
        let named = self.scans.iter().filter_map(|claimed| claimed.claim.scan.as_deref());
        let mut titles = named.filter(|scan| scan.names_component).filter_map(|scan| scan.title.as_deref());
        titles.next().map(str::to_owned)
    }

    /// Whether a product is named: a scanner may report a machine only.
    pub(super) fn names_product(&self) -> bool {
        self.first().is_some_and(|claim| claim.scan.as_ref().is_none_or(|scan| scan.names_component))
    }

    /// Name and versions, for people: `gangway 1.2, 1.4 and 2.0`.
    pub(super) fn shown(&self) -> String {
        let Some(claim) = self.first() else { return String::new() };
        let versions: Vec<&str> = self.versions.iter().map(|(version, _)| version.as_str()).collect();
        if versions.is_empty() {
            claim.shown()
        } else {
            format!("{} {}", claim.name, crate::count::listed(&versions))
        }
    }

    /// Releases that fix it, each with the versions that it fixes, in order of the versions.
    fn fixes(&self) -> Vec<(&Fix, Vec<&str>)> {
        let mut fixes: Vec<(&Fix, Vec<&str>)> = Vec::new();
        for (version, fixed) in &self.versions {
            let Some(fixed) = fixed else { continue };
            match fixes.iter_mut().find(|(known, _)| *known == fixed) {
                Some((_, versions)) => versions.push(version),
                None => fixes.push((fixed, vec![version])),
            }
        }
        fixes
    }

    /// Versions without a release that is known to fix them.
    fn unfixed(&self) -> Vec<&str> {
        self.versions
            .iter()
            .filter(|(_, fixed)| fixed.is_none())
            .map(|(version, _)| version.as_str())
            .collect()
    }

    /// Which releases fix it.
    pub(super) fn fixed_in(&self) -> String {
        let fixes = self.fixes();
        match &fixes[..] {
            [] => "no fixed version known".to_owned(),
            [(fixed, _)] if self.unfixed().is_empty() => fixed.shown(),
            _ => {
                let each: Vec<String> = fixes
                    .iter()
                    .map(|(fixed, versions)| {
                        let shown = fixed.shown();
                        let shown = shown.strip_prefix("fixed ").unwrap_or(&shown);
                        format!("{} {shown}", crate::count::listed(versions))
                    })
                    .collect();
                let unfixed = self.unfixed();
                let open = match unfixed.is_empty() {
                    true => String::new(),
                    false => format!("; no fixed version known for {}", crate::count::listed(&unfixed)),
                };
                format!("fixed: {}{open}", each.join(", "))
            }
        }
    }

    /// What to do: one line that closes all copies, and the way out by a statement.
    pub(super) fn remediation(&self, id: &str) -> Vec<String> {
        let product = self.first().filter(|_| self.names_product()).map(|claim| &*claim.name);
        let statement = format!("or a statement (VEX) that {id} does not affect it here");
        let Some(name) = product else {
            return vec!["follow the scanner's own advice for this result".to_owned(), statement];
        };
        let fixes = self.fixes();
        let open = || "a release that its maker lists as fixed, or take it off the network".to_owned();
        let first = match &fixes[..] {
            [] => format!("update {name} to {}", open()),
            [(fixed, _)] if self.unfixed().is_empty() => format!("update {name} to {}", fixed.to()),
            _ => {
                let mut each: Vec<String> = fixes
                    .iter()
                    .map(|(fixed, versions)| format!("{} to {}", crate::count::listed(versions), fixed.to()))
                    .collect();
                let unfixed = self.unfixed();
                if !unfixed.is_empty() {
                    each.push(format!("{} to {}", crate::count::listed(&unfixed), open()));
                }
                format!("update every copy of {name}: {}", each.join("; "))
            }
        };
        vec![first, statement]
    }

    /// The sentence about the scanners that report it.
    pub(super) fn reported(&self) -> Option<String> {
        let scans: Vec<&Claim> = self.scans.iter().map(|claimed| &claimed.claim).collect();
        reported::sentence(&scans, self.verdict, !self.own.is_empty())
    }

    /// What statements (VEX) say of it that do not set it aside.
    pub(super) fn stated(&self, flaw: &Flaw) -> Vec<String> {
        let first = self.own.first().or_else(|| self.scans.first());
        first.map(|claimed| statement::sentences(flaw, claimed)).unwrap_or_default()
    }
}

/// The release that a scanner names as the fix of a version of its component.
pub(super) fn fixed_by_scan(claim: &Claim, version: &str) -> Option<Fix> {
    let scan = claim.scan.as_ref()?;
    let same = !scan.names_component || claim.version.as_deref() == Some(version);
    scan.fixed.as_ref().filter(|_| same).map(|fixed| Fix::At(fixed.to_string()))
}
