//! The shapes of a CSAF 2.0 document, as far as they are read (its JSON schema, sections 3.2.1 to 3.2.3).

use crate::knowledge::cve5;
use crate::wire::{List, Words};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Csaf {
    #[serde(default)]
    pub(super) document: About,
    #[serde(default)]
    pub(super) product_tree: ProductTree,
    #[serde(default)]
    pub(super) vulnerabilities: List<Flaw>,
}

#[derive(Default, Deserialize)]
pub(super) struct About {
    #[serde(default)]
    pub(super) title: Words,
    #[serde(default)]
    pub(super) publisher: Publisher,
    #[serde(default)]
    pub(super) tracking: Tracking,
    #[serde(default)]
    pub(super) distribution: Distribution,
    #[serde(default)]
    pub(super) notes: List<Note>,
    #[serde(default)]
    pub(super) references: List<Link>,
}

#[derive(Default, Deserialize)]
pub(super) struct Publisher {
    #[serde(default)]
    pub(super) name: Words,
}

#[derive(Default, Deserialize)]
pub(super) struct Distribution {
    #[serde(default)]
    pub(super) tlp: Label,
}

#[derive(Default, Deserialize)]
pub(super) struct Label {
    #[serde(default)]
    pub(super) label: Words,
}

#[derive(Default, Deserialize)]
pub(super) struct Tracking {
    #[serde(default)]
    pub(super) id: Words,
    #[serde(default)]
    pub(super) initial_release_date: Words,
    #[serde(default)]
    pub(super) current_release_date: Words,
}

#[derive(Deserialize)]
pub(super) struct Note {
    #[serde(default)]
    pub(super) title: Words,
    #[serde(default)]
    pub(super) text: Words,
}

#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    pub(super) url: Words,
}

#[derive(Default, Deserialize)]
pub(super) struct ProductTree {
    #[serde(default)]
    pub(super) branches: List<Branch>,
    #[serde(default)]
    pub(super) full_product_names: List<FullName>,
    #[serde(default)]
    pub(super) relationships: List<Relationship>,
    #[serde(default)]
    pub(super) product_groups: List<Group>,
}

#[derive(Deserialize)]
pub(super) struct Branch {
    #[serde(default)]
    pub(super) category: Words,
    #[serde(default)]
    pub(super) name: Words,
    #[serde(default)]
    pub(super) branches: List<Branch>,
    #[serde(default)]
    pub(super) product: Option<FullName>,
}

#[derive(Default, Deserialize)]
pub(super) struct FullName {
    #[serde(default)]
    pub(super) product_id: Words,
    #[serde(default)]
    pub(super) name: Words,
    #[serde(default, rename = "product_identification_helper")]
    pub(super) helper: Helper,
}

#[derive(Default, Deserialize)]
pub(super) struct Helper {
    #[serde(default)]
    pub(super) cpe: Words,
    #[serde(default)]
    pub(super) purl: Words,
}

#[derive(Deserialize)]
pub(super) struct Relationship {
    #[serde(default)]
    pub(super) full_product_name: FullName,
    #[serde(default)]
    pub(super) product_reference: Words,
    #[serde(default)]
    pub(super) relates_to_product_reference: Words,
}

#[derive(Deserialize)]
pub(super) struct Group {
    #[serde(default)]
    pub(super) group_id: Words,
    #[serde(default)]
    pub(super) product_ids: List<Words>,
}

#[derive(Deserialize)]
pub(super) struct Flaw {
    #[serde(default)]
    pub(super) cve: Words,
    #[serde(default)]
    pub(super) title: Words,
    #[serde(default)]
    pub(super) ids: List<Id>,
    #[serde(default)]
    pub(super) notes: List<Note>,
    #[serde(default)]
    pub(super) product_status: Status,
    #[serde(default)]
    pub(super) remediations: List<Said>,
    #[serde(default)]
    pub(super) threats: List<Said>,
    #[serde(default)]
    pub(super) flags: List<Said>,
    #[serde(default)]
    pub(super) scores: List<Score>,
    #[serde(default)]
    pub(super) references: List<Link>,
}

#[derive(Deserialize)]
pub(super) struct Id {
    #[serde(default)]
    pub(super) text: Words,
}

/// Identifiers of products, by what is said of them.
#[derive(Default, Deserialize)]
pub(super) struct Status {
    #[serde(default)]
    pub(super) first_affected: List<Words>,
    #[serde(default)]
    pub(super) known_affected: List<Words>,
    #[serde(default)]
    pub(super) last_affected: List<Words>,
    #[serde(default)]
    pub(super) first_fixed: List<Words>,
    #[serde(default)]
    pub(super) fixed: List<Words>,
    #[serde(default)]
    pub(super) known_not_affected: List<Words>,
    #[serde(default)]
    pub(super) under_investigation: List<Words>,
}

/// A remediation, a threat or a flag.
#[derive(Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    pub(super) category: Words,
    #[serde(default)]
    pub(super) label: Words,
    #[serde(default)]
    pub(super) details: Words,
    #[serde(default)]
    pub(super) product_ids: List<Words>,
    #[serde(default)]
    pub(super) group_ids: List<Words>,
}

#[derive(Deserialize)]
pub(super) struct Score {
    #[serde(default)]
    cvss_v3: Option<Cvss>,
    #[serde(default)]
    cvss_v2: Option<Cvss>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cvss {
    #[serde(default)]
    base_score: Words,
}

impl Score {
    /// The base score, of version 3 before version 2.
    pub(super) fn tenths(&self) -> Option<u8> {
        let scores = [&self.cvss_v3, &self.cvss_v2].into_iter().flatten();
        scores.filter_map(|cvss| cvss.base_score.parse().ok()).find_map(cve5::tenths)
    }
}
