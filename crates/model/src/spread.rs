//! One exposure on many machines: what is equal on all of them is kept once, what differs takes a few bytes a machine.
//!
//! A flaw of a common product affects thousands of machines. As whole findings they would take some 2 KB each;
//! people want one line with a number, programs one object for each machine. So the answer keeps grades, a shared
//! list of machines, and who can make the finding ([`Dress`]): [`Spread::each`] makes the whole finding of a
//! machine when a form asks for it. Every finding that it makes has the identifier that it would have alone.

mod cast;
mod run;

pub use cast::{Cast, Dress, Group, Machine, Member};
pub use run::{Row, Run};

use crate::{Certainty, Decision, Evidence, Finding, FindingId, FindingKind, Place, Severity, Tlp};
use std::convert::Infallible;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// What a form needs of a spread before it asks for the finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grades {
    /// How bad.
    pub severity: Severity,
    /// How soon.
    pub decision: Option<Decision>,
    /// How sure.
    pub certainty: Certainty,
    /// Who may see it.
    pub tlp: Tlp,
}

/// One exposure on one or more machines.
#[derive(Clone)]
pub struct Spread {
    grades: Grades,
    group: Arc<Group>,
    /// The parts of the group that it is on, a bit each; never empty.
    parts: u64,
    count: u32,
    number: u32,
    dress: Arc<dyn Dress>,
    first: OnceLock<Box<Finding>>,
}

/// A finding that is made already, for one spread.
#[derive(Debug)]
struct Made {
    finding: Finding,
    product: Arc<str>,
    cast: Arc<Cast>,
}

impl Dress for Made {
    fn finding(&self, _: u32, _: &Member, _: &[u32]) -> Option<Finding> {
        Some(self.finding.clone())
    }

    fn own_proof(&self, _: u32) -> Evidence {
        self.finding.evidence.first().cloned().unwrap_or_else(|| Evidence::at("", 0, None))
    }

    fn name(&self, _: u32) -> (String, Arc<str>) {
        (self.finding.intel.id.clone(), Arc::clone(&self.product))
    }

    fn cast(&self) -> &Cast {
        &self.cast
    }
}

impl Spread {
    /// A spread over some parts of a group (a bit each), whose finding is made when it is asked for. `None` without
    /// members.
    #[must_use]
    pub fn lazy(
        grades: Grades,
        group: &Arc<Group>,
        parts: u64,
        dress: &Arc<dyn Dress>,
        number: u32,
    ) -> Option<Self> {
        let count = group.count_of(parts);
        let count = Some(count).filter(|count| *count > 0)?;
        let (group, dress) = (Arc::clone(group), Arc::clone(dress));
        Some(Self { grades, group, parts, count, number, dress, first: OnceLock::new() })
    }

    /// A spread of a finding whose first piece of evidence is the row of ours. It is written anew for each machine:
    /// place, `host` and `host by`. `None` without members.
    #[must_use]
    pub fn new(finding: Finding, product: &Arc<str>, members: Vec<Member>, cast: &Arc<Cast>) -> Option<Self> {
        let grades = Grades {
            severity: finding.severity,
            decision: finding.decision,
            certainty: finding.certainty,
            tlp: finding.intel.tlp,
        };
        let made = Made { finding, product: Arc::clone(product), cast: Arc::clone(cast) };
        let dress: Arc<dyn Dress> = Arc::new(made);
        let ends = vec![u32::try_from(members.len()).ok()?];
        Self::lazy(grades, &Arc::new(Group { members, ends, others: Vec::new() }), 1, &dress, 0)
    }

    /// How bad.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.grades.severity
    }

    /// How soon.
    #[must_use]
    pub fn decision(&self) -> Option<Decision> {
        self.grades.decision
    }

    /// How sure.
    #[must_use]
    pub fn certainty(&self) -> Certainty {
        self.grades.certainty
    }

    /// Who may see it.
    #[must_use]
    pub fn tlp(&self) -> Tlp {
        self.grades.tlp
    }

    /// The finding as it reads on the first machine. It is made once and kept: a form asks it of what it shows, and
    /// uses the grades for what it only counts.
    #[must_use]
    pub fn first(&self) -> &Finding {
        self.first.get_or_init(|| {
            let mut first = None;
            let _ = self.try_each(&mut |finding| {
                first = Some(finding.clone());
                Err(())
            });
            Box::new(first.unwrap_or_else(|| self.unmade()))
        })
    }

    /// What is shown of a finding that cannot be made any more; that does not happen while the answer is whole.
    fn unmade(&self) -> Finding {
        let intel = crate::Intel {
            kind: crate::IntelType::Vulnerability,
            id: self.dress.name(self.number).0,
            name: String::new(),
            source: String::new(),
            tlp: self.grades.tlp,
        };
        let subject = crate::Subject::default();
        Finding::new(FindingKind::Exposure, intel, subject, &[], Evidence::at("", 0, None))
    }

    /// On how many machines; never 0.
    #[must_use]
    pub fn count(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX)
    }

    /// The names of the machines; rows on no known machine have none.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        let machines = self.members().filter_map(|member| self.machine(member));
        machines.filter_map(|machine| machine.display.as_deref())
    }

    /// The machines with their rows.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.group.of_parts(self.parts)
    }

    /// The machine of a member.
    #[must_use]
    pub fn machine(&self, member: &Member) -> Option<&Machine> {
        self.dress.cast().machine(member)
    }

    /// The identifier of the finding on the machine of a member.
    #[must_use]
    pub fn id(&self, member: &Member) -> FindingId {
        let (fact, product) = self.dress.name(self.number);
        Row::of(self.dress.cast(), member).id((&fact, &product))
    }

    /// Every finding, one a machine.
    pub fn each(&self, each: &mut dyn FnMut(&Finding)) {
        let Ok(()) = self.try_each(&mut |finding| {
            each(finding);
            Ok::<(), Infallible>(())
        });
    }

    /// Every finding, one a machine, up to the first that could not be taken.
    ///
    /// # Errors
    /// The first of `each`.
    pub fn try_each<E>(&self, each: &mut dyn FnMut(&Finding) -> Result<(), E>) -> Result<(), E> {
        self.try_each_run(&mut |run| run.try_each(each))
    }

    /// Every finding, by runs: the finding that all members of one claim in a part share is made once.
    ///
    /// # Errors
    /// The first of `each`.
    pub fn try_each_run<E>(&self, each: &mut dyn FnMut(&mut Run<'_>) -> Result<(), E>) -> Result<(), E> {
        let (fact, product) = self.dress.name(self.number);
        for places in self.group.places(self.parts) {
            let mut from = places.start;
            while from < places.end {
                let (alike, others) = self.alike(from..places.end);
                let places = from..from + alike;
                from = places.end;
                let member = self.group.members.get(places.start);
                let finding = member.and_then(|member| self.dress.finding(self.number, member, &others));
                let Some(finding) = finding else { continue };
                each(&mut Run::new((&self.group, &*self.dress), (&fact, &product), places, finding))?;
            }
        }
        Ok(())
    }

    /// How many members from the first of these places on claim what it claims; and what its further rows claim.
    fn alike(&self, places: Range<usize>) -> (usize, Vec<u32>) {
        let claim = |place: usize| self.group.members.get(place).map(|member| member.claim);
        let first = claim(places.start);
        let others = self.group.further_claims(places.start);
        let bare = self.group.others.is_empty();
        let same =
            |place: &usize| claim(*place) == first && (bare || self.group.claims_further(*place, &others));
        (places.take_while(same).count().max(1), others)
    }
}

impl fmt::Debug for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spread").field("count", &self.count()).field("first", self.first()).finish()
    }
}

impl PartialEq for Spread {
    /// Whether both give the same findings.
    fn eq(&self, other: &Self) -> bool {
        let all = |spread: &Self| {
            let mut all = Vec::new();
            spread.each(&mut |finding| all.push(finding.clone()));
            all
        };
        self.grades == other.grades && self.count() == other.count() && all(self) == all(other)
    }
}

impl Eq for Spread {}

impl Place {
    /// The number of the line or record, 0 for the whole document or a byte in it.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Place::Whole | Place::Byte(_) => 0,
            Place::Line(n) | Place::Record(n) | Place::Page(n) => n,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::EntityKey;
    use crate::{FindingKind, Intel, IntelType, Subject, Tlp};

    fn spread() -> Spread {
        let machine = |name: &str| Machine {
            key: EntityKey::host(name),
            display: Some(Arc::from(name)),
            owner: (name == "app-2").then(|| Arc::from("team-b")),
            reason: "short name",
        };
        let cast = Arc::new(Cast {
            machines: vec![machine("app-1"), machine("app-2")],
            documents: vec![Arc::from("sbom.json")],
        });
        let intel = Intel {
            kind: IntelType::Vulnerability,
            id: "CVE-2021-44228".into(),
            name: "Log4Shell".into(),
            source: "kev.json".into(),
            tlp: Tlp::Clear,
        };
        let evidence = Evidence::at("", 0, None).with("name", "log4j-core");
        let finding = Finding::new(FindingKind::Exposure, intel, Subject::default(), &[], evidence);
        let member = |machine, place| Member { claim: 0, machine, document: 0, place };
        let members = vec![member(0, 7), member(1, 9)];
        Spread::new(finding, &Arc::from("maven/log4j-core"), members, &cast).expect("two members")
    }

    #[test]
    fn each_machine_has_its_own_finding() {
        let mut seen = Vec::new();
        spread().each(&mut |finding| {
            let proof = &finding.evidence[0];
            seen.push((finding.subject.host.clone(), finding.owner.clone(), proof.record));
            assert_eq!((&*proof.source, &*proof.excerpt["name"]), ("sbom.json", "log4j-core"));
            let key = format!("host:{}", finding.subject.host.as_deref().expect("a machine"));
            let parts = ["exposure", "CVE-2021-44228", &key, "maven/log4j-core"];
            assert_eq!(finding.id, FindingId::derive(&parts));
        });
        let (one, two) = (Some("app-1".to_owned()), Some("app-2".to_owned()));
        assert_eq!(seen, [(one, None, 7), (two, Some("team-b".to_owned()), 9)]);
    }

    #[test]
    fn a_second_row_of_a_machine_is_a_second_piece_of_its_proof() {
        let mut one = spread();
        let mut group = (*one.group).clone();
        group.others.push((1, Member { claim: 5, machine: 1, document: 0, place: 109 }));
        one.group = Arc::new(group);
        let mut places = Vec::new();
        one.each(&mut |finding| {
            places.push(finding.evidence.iter().map(|proof| proof.record).collect::<Vec<_>>());
        });
        assert_eq!(places, [vec![7], vec![9, 109]]);
    }

    #[test]
    fn a_spread_is_on_the_parts_that_it_names() {
        let one = spread();
        let mut group = (*one.group).clone();
        group.ends = vec![1, 2];
        let group = Arc::new(group);
        let of = |parts: u64| Spread::lazy(one.grades, &group, parts, &one.dress, 0);
        let hosts = |spread: Option<Spread>| -> Vec<String> {
            spread.iter().flat_map(|spread| spread.hosts().map(str::to_owned)).collect()
        };
        assert_eq!((hosts(of(1)), hosts(of(2))), (vec!["app-1".to_owned()], vec!["app-2".to_owned()]));
        assert_eq!(hosts(of(3)).len(), 2);
        assert!(of(4).is_none());
    }

    #[test]
    fn a_spread_over_no_machine_is_none() {
        let spread = spread();
        let none = Spread::new(spread.first().clone(), &Arc::from("p"), Vec::new(), &Arc::default());
        assert!(none.is_none());
    }
}
