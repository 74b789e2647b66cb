//! Products and versions as configurations of CPE names say them (NVD API 2.0 `configurations`, CVE JSON 5.1
//! `cpeApplicability`; CPE 2.3: NISTIR 7695 and 7696).
//!
//! A match that is not `vulnerable` names what the flaw needs around it ("running on"): it narrows and exposes
//! nothing. A node that is negated says where the flaw is not, so nothing in it is affected. Two vulnerable nodes
//! under AND are both given: whoever has one of them has to look.

use super::package;
use crate::wire::{Flag, List, Words};
use model::world::{Affected, Product, Versions};
use serde::Deserialize;
use version::{Bound, Range, Scheme};

/// How many affected products of one record are kept; the longest records list some 1,500.
pub(super) const AFFECTED_MAX: usize = 5000;

/// One configuration: nodes, joined by AND or OR.
#[derive(Default, Deserialize)]
pub(crate) struct Configuration {
    #[serde(default)]
    pub(crate) negate: Flag,
    #[serde(default)]
    pub(crate) nodes: List<Node>,
}

/// Matches, joined by AND or OR; old documents nest nodes.
#[derive(Default, Deserialize)]
pub(crate) struct Node {
    #[serde(default)]
    negate: Flag,
    #[serde(default, rename = "cpeMatch", alias = "cpe_match")]
    matches: List<CpeMatch>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CpeMatch {
    #[serde(default)]
    vulnerable: Flag,
    #[serde(default)]
    criteria: Words,
    #[serde(default)]
    version_start_including: Words,
    #[serde(default)]
    version_start_excluding: Words,
    #[serde(default)]
    version_end_including: Words,
    #[serde(default)]
    version_end_excluding: Words,
}

/// What a configuration says is affected.
pub(crate) fn affected(configuration: &Configuration) -> impl Iterator<Item = Affected> + '_ {
    let nodes = configuration.nodes.iter().filter(|node| !node.negate.0 && !configuration.negate.0);
    nodes.flat_map(|node| node.matches.iter()).filter(|one| one.vulnerable.0).filter_map(of_match)
}

fn of_match(one: &CpeMatch) -> Option<Affected> {
    let criteria = one.criteria.filled()?;
    let bound = |including: &str, excluding: &str| match (including.trim(), excluding.trim()) {
        ("", "") => Bound::Open,
        ("", excluding) => Bound::Excluded(excluding.to_owned()),
        (including, _) => Bound::Included(including.to_owned()),
    };
    let low = bound(&one.version_start_including, &one.version_start_excluding);
    let high = bound(&one.version_end_including, &one.version_end_excluding);
    let versions = match (low, high, version(criteria)) {
        (Bound::Open, Bound::Open, Some(exact)) => {
            Versions::In(vec![Range::exact(Scheme::Generic, exact)], Vec::new())
        }
        (Bound::Open, Bound::Open, None) => Versions::All,
        (low, high, _) => Versions::In(vec![Range::between(Scheme::Generic, low, high)], Vec::new()),
    };
    Some(Affected { product: product(criteria)?, versions })
}

/// A part of a name that is neither "any" nor "not applicable".
fn filled(cpe: &str, at: usize) -> Option<String> {
    package::cpe_part(cpe, at).filter(|text| text != "*" && text != "-" && !text.is_empty())
}

/// Vendor and product of a CPE 2.3 name.
pub(super) fn product(cpe: &str) -> Option<Product> {
    Some(Product {
        release: None,
        vendor: filled(cpe, 3),
        name: Some(filled(cpe, 4)?),
        package: None,
        cpes: vec![cpe.to_owned()],
    })
}

/// The one version that a CPE 2.3 name names. `1.0` with the update `beta1` is `1.0-beta1`, which is not `1.0`.
pub(super) fn version(cpe: &str) -> Option<String> {
    let version = filled(cpe, 5)?;
    Some(match filled(cpe, 6) {
        Some(update) => format!("{version}-{update}"),
        None => version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_is_part_of_the_version() {
        let beta = "cpe:2.3:a:quay:crane:1.0:beta1:*:*:*:*:*:*";
        assert_eq!(version(beta).as_deref(), Some("1.0-beta1"));
        assert_eq!(version("cpe:2.3:a:quay:crane:1.0:-:*:*:*:*:*:*").as_deref(), Some("1.0"));
        assert_eq!(version("cpe:2.3:a:quay:crane:*:*:*:*:*:*:*:*"), None);
    }
}
