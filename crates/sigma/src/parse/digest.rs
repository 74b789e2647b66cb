//! A short digest of a rule: of its log source and detection as written, without their places in the file.
//!
//! Hits that are kept after a run name their rule by identifier *and* digest, so that a changed rule is not mistaken
//! for the version that matched. The digest is FNV-1a with 64 bits. It distinguishes versions of one's own rules; it
//! does not protect against forgery.

use crate::parse::yaml::{YamlContent, YamlNode};

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The digest of these nodes, in order.
pub(crate) fn of<'n>(nodes: impl IntoIterator<Item = &'n YamlNode>) -> u64 {
    nodes.into_iter().fold(BASIS, node)
}

/// The digest of a rule after a filter was joined to it.
pub(crate) fn joined(rule: u64, filter: u64) -> u64 {
    bytes(rule, &filter.to_le_bytes())
}

fn bytes(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}

/// Documents nest at most [`crate::parse::yaml::DEPTH_MAX`] deep, so the recursion is bounded.
fn node(hash: u64, one: &YamlNode) -> u64 {
    match &one.content {
        YamlContent::Scalar { text, plain } => bytes(bytes(hash, &[1, u8::from(*plain)]), text.as_bytes()),
        YamlContent::Sequence(items) => bytes(items.iter().fold(bytes(hash, &[2]), node), &[3]),
        YamlContent::Mapping(pairs) => {
            let inside =
                pairs.iter().fold(bytes(hash, &[4]), |hash, (key, value)| node(node(hash, key), value));
            bytes(inside, &[5])
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{apply_filters, parse};

    const RULE: &str =
        "title: a\nid: one\nlogsource: {category: webserver}\ndetection:\n  s: {cs-uri: x}\n  condition: s\n";

    fn digest(text: &str) -> u64 {
        parse(text, "r.yml").rules[0].digest
    }

    #[test]
    fn a_digest_depends_on_log_source_and_detection_only() {
        assert_eq!(
            digest(RULE),
            digest(&format!("\n\n{}level: high\n", RULE.replace("title: a", "title: b")))
        );
        for changed in
            [RULE.replace("x}", "y}"), RULE.replace("webserver", "proxy"), RULE.replace("x}", "[x]}")]
        {
            assert_ne!(digest(RULE), digest(&changed), "{changed}");
        }
    }

    #[test]
    fn a_filter_changes_the_digest_of_its_rules() {
        let filter = "title: f\nlogsource: {category: webserver}\nfilter:\n  rules: [one]\n  s: {cs-uri: z}\n  condition: not s\n";
        let mut rules = parse(RULE, "r.yml").rules;
        let filters = parse(filter, "f.yml").filters;
        assert!(apply_filters(&mut rules, &filters).is_empty());
        assert_ne!(rules[0].digest, digest(RULE));
    }
}
