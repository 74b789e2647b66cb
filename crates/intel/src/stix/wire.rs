//! The wire shape of STIX objects, 2.0 and 2.1: one struct for all types, every field optional.

use crate::wire::{Flag, List, Text};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Object<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    /// Not in the standard; some publishers put the real title here and a file name in `name`.
    #[serde(borrow)]
    pub(super) title: Text<'a>,
    #[serde(borrow)]
    pub(super) description: Text<'a>,
    #[serde(borrow, rename = "abstract")]
    pub(super) abstract_: Text<'a>,
    #[serde(borrow)]
    pub(super) content: Text<'a>,
    #[serde(borrow)]
    pub(super) published: Text<'a>,
    #[serde(borrow)]
    pub(super) created: Text<'a>,
    #[serde(borrow)]
    pub(super) modified: Text<'a>,
    #[serde(borrow)]
    pub(super) created_by_ref: Text<'a>,
    pub(super) revoked: Flag,
    pub(super) x_mitre_deprecated: Flag,
    #[serde(borrow)]
    pub(super) aliases: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) x_mitre_aliases: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) labels: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) indicator_types: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) external_references: List<ExternalReference<'a>>,
    #[serde(borrow)]
    pub(super) kill_chain_phases: List<KillChainPhase<'a>>,
    #[serde(borrow)]
    pub(super) pattern: Text<'a>,
    #[serde(borrow)]
    pub(super) pattern_type: Text<'a>,
    #[serde(borrow)]
    pub(super) valid_from: Text<'a>,
    #[serde(borrow)]
    pub(super) valid_until: Text<'a>,
    #[serde(borrow)]
    pub(super) object_refs: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) relationship_type: Text<'a>,
    #[serde(borrow)]
    pub(super) source_ref: Text<'a>,
    #[serde(borrow)]
    pub(super) target_ref: Text<'a>,
    #[serde(borrow)]
    pub(super) object_marking_refs: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) granular_markings: List<GranularMarking<'a>>,
    #[serde(borrow)]
    pub(super) definition: Definition<'a>,
    #[serde(borrow)]
    pub(super) extensions: Extensions<'a>,
    /// Cyber-observable objects: `value` of addresses and names, `hashes` of files, `key` of the registry.
    #[serde(borrow)]
    pub(super) value: Text<'a>,
    #[serde(borrow)]
    pub(super) key: Text<'a>,
    #[serde(borrow)]
    pub(super) path: Text<'a>,
    pub(super) hashes: Hashes,
    /// `observed-data` of STIX 2.0 holds its objects itself.
    #[serde(borrow)]
    pub(super) objects: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ExternalReference<'a> {
    #[serde(borrow)]
    pub(super) source_name: Text<'a>,
    #[serde(borrow)]
    pub(super) external_id: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct KillChainPhase<'a> {
    #[serde(borrow)]
    pub(super) kill_chain_name: Text<'a>,
    #[serde(borrow)]
    pub(super) phase_name: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct GranularMarking<'a> {
    #[serde(borrow)]
    pub(super) marking_ref: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Definition<'a> {
    #[serde(borrow)]
    pub(super) tlp: Text<'a>,
}

/// `extensions`, of which only the TLP 2.0 extension is read.
#[derive(Default)]
pub(super) struct Extensions<'a> {
    pub(super) tlp_2_0: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TlpExtension<'a> {
    #[serde(borrow)]
    tlp_2_0: Text<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Extensions<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct TlpExtensions<'a> {
            #[serde(borrow, rename = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d")]
            tlp: TlpExtension<'a>,
        }
        let raw: &'de RawValue = Deserialize::deserialize(deserializer)?;
        let known = serde_json::from_str::<TlpExtensions<'a>>(raw.get()).unwrap_or_default();
        Ok(Self { tlp_2_0: known.tlp.tlp_2_0 })
    }
}

/// `hashes` of a file: algorithm and digest, in order.
#[derive(Default)]
pub(super) struct Hashes(pub(super) Vec<(String, String)>);

impl<'de> Deserialize<'de> for Hashes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: &'de RawValue = Deserialize::deserialize(deserializer)?;
        let map = serde_json::from_str::<std::collections::BTreeMap<String, Text<'de>>>(raw.get());
        let all = map.unwrap_or_default().into_iter().map(|(name, value)| (name, value.0.into_owned()));
        Ok(Self(all.collect()))
    }
}
