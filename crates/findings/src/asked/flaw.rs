//! Each CVE of an advisory: exposed on which machines, not to be judged, not with us, or without a record.

use super::row::{AskedOf, NAMED_MAX, cite, first_of, question};
use crate::count::counted;
use crate::exposure::{Of, Unjudged, unjudged_claims};
use model::asked::{Question, QuestionKind, Verdict};
use model::{FindingId, Spread};
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Exposures by CVE.
pub(super) struct ByFlaw<'q> {
    of: &'q AskedOf<'q>,
    exposed: BTreeMap<&'q str, Vec<usize>>,
}

impl<'q> ByFlaw<'q> {
    pub(super) fn of(of: &'q AskedOf<'q>) -> Self {
        let mut exposed: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, (one, _)) in of.exposures.iter().enumerate() {
            if let Of::Flaw(id) = &one.of {
                exposed.entry(id).or_default().push(place);
            }
        }
        Self { of, exposed }
    }

    /// A row for each CVE.
    pub(super) fn questions(&self, vulnerabilities: &[String]) -> Vec<Question> {
        vulnerabilities.iter().map(|id| self.question(id)).collect()
    }

    fn question(&self, id: &str) -> Question {
        let kind = QuestionKind::Vulnerability;
        let (known, world) = (self.of.known, &self.of.known.world);
        if let Some(places) = self.exposed.get(id) {
            return self.exposed(id, places);
        }
        let flaw = world.flaws.get(id);
        let has_record = flaw.is_some_and(|flaw| !flaw.records.is_empty()) || world.has_passed_over(id);
        if !has_record {
            let on_kev = flaw.is_some_and(|flaw| flaw.kev.is_some());
            let detail = match on_kev {
                true => "on the KEV list; no record read says which versions it affects",
                false => "no record read says what it affects",
            };
            let mut question = question(kind, id, Verdict::NoRecord, detail.to_owned());
            question.supply =
                Some(format!("the record of {id} from CVE, NVD, OSV or the vendor (--knowledge)"));
            return question;
        }
        if known.products.claims.is_empty() {
            let mut question =
                question(kind, id, Verdict::NoRecord, "its record was read, and no inventory".to_owned());
            question.supply = Some("what you own (--estate)".to_owned());
            return question;
        }
        let open: Vec<Unjudged> = flaw.map(|flaw| unjudged_claims(flaw, &known.products)).unwrap_or_default();
        if let Some(first) = open.first() {
            let names: Vec<String> = open.iter().map(|one| one.shown.clone()).collect();
            let detail = format!("{}, because {}", first_of(&names), first.why);
            let mut question = question(kind, id, Verdict::Undecided, detail);
            question.supply =
                Some("the version that runs there (an SBOM, a package list, a column)".to_owned());
            return question;
        }
        let looked_at = u64::try_from(known.products.by_key().len()).unwrap_or(u64::MAX);
        let detail = format!("{} looked at", counted(looked_at, "product", "products"));
        question(kind, id, Verdict::NotWithUs, detail)
    }

    fn exposed(&self, id: &str, places: &[usize]) -> Question {
        let machines = &self.of.known.products.cast.machines;
        let mut hosts: BTreeSet<&str> = BTreeSet::new();
        let (mut nowhere, mut count) = (0_u64, 0_u64);
        let mut findings: Vec<FindingId> = Vec::new();
        for (exposed, spread) in places.iter().filter_map(|place| self.of.exposures.get(*place)) {
            let spread: &Spread = spread;
            for member in exposed.members() {
                let machine = usize::try_from(member.machine).ok().and_then(|at| machines.get(at));
                match machine.and_then(|machine| machine.display.as_deref()) {
                    Some(host) => _ = hosts.insert(host),
                    None => nowhere += 1,
                }
                count += 1;
                if findings.len() < NAMED_MAX {
                    findings.push(spread.id(member));
                }
            }
        }
        let hosts: Vec<&str> = hosts.into_iter().collect();
        let detail = match hosts.is_empty() {
            true => format!(
                "{} on no machine that the inventory names",
                counted(nowhere, "component", "components")
            ),
            false => format!("on {}", first_of(&hosts)),
        };
        let mut question = question(QuestionKind::Vulnerability, id, Verdict::Exposed, detail);
        cite(&mut question, findings);
        question.finding_count = count;
        question
    }
}
