//! YARA rules, of which only the hashes in `meta` are read; a note says so (yara.readthedocs.io, "Metadata").
//!
//! Strings of a rule count together only, as its condition says, so none of them is a sign by itself.

use super::signs::Signs;
use crate::body;
use crate::sink::Sink;
use input::{Document, Head};
use model::{Place, Problems};
use observable::{Kind, Observable, recognise};

/// Whether a document is of YARA rules.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let begins = |line: &str| {
        let mut words = line.split_whitespace().skip_while(|word| matches!(*word, "private" | "global"));
        words.next() == Some("rule") && words.next().is_some_and(|name| !name.starts_with(':'))
    };
    head.lines(2000).any(begins) && head.contains("condition:") && head.contains("{")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let mut signs = Signs::new(sink, None, None, None);
    let (mut rules, mut rule, mut in_meta) = (0_u64, String::new(), false);
    for (number, line) in (1_u64..).zip(text.lines()) {
        let line = line.trim();
        let mut words = line.split_whitespace().skip_while(|word| matches!(*word, "private" | "global"));
        if words.next() == Some("rule") {
            rules += 1;
            let name = words.next().unwrap_or_default();
            name.trim_end_matches(['{', ':']).clone_into(&mut rule);
            in_meta = false;
        }
        in_meta = match line.split(':').next().map(str::trim_end) {
            Some("meta") => true,
            Some("strings" | "condition" | "variables") => false,
            _ => in_meta,
        };
        if !in_meta {
            continue;
        }
        let Some((_, value)) = line.split_once('=') else { continue };
        let value = value.split_once('"').and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
        let hash =
            |found: &Observable| matches!(found.kind, Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512);
        for found in value.split([',', ' ', ';']).filter_map(recognise).filter(hash) {
            signs.give(found, &rule, Place::Line(number));
        }
    }
    signs.end_of_rules(&format!("YARA rules: {rules}"), "hashes in `meta`", problems);
}
