//! Lines of findings that are put together of pieces: to the byte what serialising each finding alone gives.
//!
//! Spreads are random: several claims and parts, machines without name or owner, members with further rows, and texts
//! that JSON escapes, that evidence cuts, or that hold the marks of a pattern.

use crate::{each, rendered};
use model::identity::EntityKey;
use model::{
    Answer, Cast, Certainty, Dress, Evidence, Finding, FindingKind, Grades, Group, Intel, IntelType, Machine,
    Member, Severity, Spread, Subject, Timestamp, Tlp,
};
use proptest::prelude::*;
use report::{Form, Style};
use std::sync::Arc;

/// A finding a claim, each with texts of its own.
#[derive(Debug)]
struct Wardrobe {
    texts: Vec<String>,
    cast: Cast,
}

impl Wardrobe {
    fn text(&self, n: u32) -> &str {
        self.texts.get(n as usize % self.texts.len()).map_or("", String::as_str)
    }
}

impl Dress for Wardrobe {
    fn finding(&self, number: u32, member: &Member, _: &[u32]) -> Option<Finding> {
        // A claim of which nothing is known any more.
        if member.claim == 3 {
            return None;
        }
        let text = self.text(number + member.claim);
        let intel = Intel {
            kind: IntelType::Vulnerability,
            id: format!("CVE-2021-{number}"),
            name: text.to_owned(),
            source: self.text(number + 1).to_owned(),
            tlp: Tlp::Clear,
        };
        let subject = Subject { component: Some(text.to_owned()), ..Subject::default() };
        let time = (member.claim == 1).then(|| Timestamp::parse("2026-06-12T03:14:15Z")).flatten();
        let ours = Evidence::at("", 0, time).with("abc", text).with("purl", text);
        let ours = if member.claim == 2 { ours.with("host", text).with("host by", text) } else { ours };
        let mut finding = Finding::new(FindingKind::Exposure, intel, subject, &[], ours);
        finding.evidence.push(Evidence::at(text, 0, None).with("host", text));
        finding.reasons = vec![text.to_owned()];
        Some(finding)
    }

    fn own_proof(&self, claim: u32) -> Evidence {
        Evidence::at("", 0, None).with("further", self.text(claim))
    }

    fn name(&self, number: u32) -> (String, Arc<str>) {
        (format!("CVE-2021-{number}"), Arc::from(self.text(number)))
    }

    fn cast(&self) -> &Cast {
        &self.cast
    }
}

/// Texts of which each may be a name, a document or what a record says.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z][a-z0-9.-]{0,12}",
        2 => "[ -~]{0,20}",
        2 => any::<String>(),
        1 => proptest::sample::select(vec![
            "a\"b\\c/d", "line\nend\r\t\u{1}", "gpj.\u{202e}exe", "\u{7f}\u{9b}2J", "café 漢字", "",
            "\u{10ffff}", "\u{10ffff}h", "x\u{10ffff}dy", "\u{10ffff}o\u{10ffff}r", "\u{10ffff}d\",\"record\":0,",
            "\",\"record\":0,\"", "{\"kind\":\"exposure\",\"id\":\"",
        ]).prop_map(str::to_owned),
        1 => (595_usize..605).prop_map(|length| "n".repeat(length)),
        1 => (195_usize..205).prop_map(|length| "漢".repeat(length)),
    ]
}

fn machine() -> impl Strategy<Value = Machine> {
    let reasons = proptest::sample::select(vec!["", "short name", "a \"name\"", "\u{10ffff}r", "é"]);
    (text(), proptest::option::weighted(0.8, text()), proptest::option::of(text()), reasons).prop_map(
        |(key, display, owner, reason)| Machine {
            key: EntityKey::host(&key),
            display: display.map(Arc::from),
            owner: owner.map(Arc::from),
            reason,
        },
    )
}

/// Machines and documents beyond those of the cast are asked for too.
fn member() -> impl Strategy<Value = Member> {
    let place = prop_oneof![Just(0), 0_u32..2000, any::<u32>()];
    let parts = (0_u32..4, 0_u32..7, 0_u32..4, place);
    parts.prop_map(|(claim, machine, document, place)| Member { claim, machine, document, place })
}

fn spreads() -> impl Strategy<Value = Vec<Spread>> {
    let texts = proptest::collection::vec(text(), 1..5);
    let cast = (proptest::collection::vec(machine(), 1..7), proptest::collection::vec(text(), 0..4));
    let parts = proptest::collection::vec(proptest::collection::vec(member(), 0..12), 1..4);
    let others = proptest::collection::vec((0_u32..20, member()), 0..4);
    (texts, cast, parts, others, 1_u64..8).prop_map(
        |(texts, (machines, documents), parts, mut others, bits)| {
            let documents = documents.into_iter().map(Arc::from).collect();
            let dress: Arc<dyn Dress> = Arc::new(Wardrobe { texts, cast: Cast { machines, documents } });
            let mut group = Group::default();
            for mut members in parts {
                members.sort();
                group.members.extend(members);
                group.ends.push(u32::try_from(group.members.len()).expect("few"));
            }
            others.sort();
            group.others = others;
            let grades = Grades {
                severity: Severity::High,
                decision: None,
                certainty: Certainty::Certain,
                tlp: Tlp::Clear,
            };
            let group = Arc::new(group);
            (0..2).filter_map(|number| Spread::lazy(grades, &group, bits, &dress, number)).collect()
        },
    )
}

proptest! {
    #[test]
    fn every_line_is_what_its_finding_alone_gives(exposures in spreads()) {
        let answer = Answer { exposures, ..Answer::default() };
        let alone = Answer { findings: each(&answer), ..Answer::default() };
        let (fast, plain) = (
            rendered(&answer, Form::Ndjson, &Style::default()),
            rendered(&alone, Form::Ndjson, &Style::default()),
        );
        prop_assert_eq!(&fast, &plain);
        let (back, problems) = report::read_findings(&mut fast.as_bytes());
        prop_assert_eq!(problems.count(), 0);
        prop_assert_eq!(back, alone.findings);
    }
}
