//! One exposure on many machines: what is equal on all of them once, what differs a few bytes a machine.
//!
//! A flaw of a common product lies on thousands of machines. As whole findings they would cost some 2 KB each;
//! people want one line with a number, machines one object each. So the answer keeps the finding as it reads on
//! the first machine and a small row for each: [`Spread::each`] makes the whole finding of a row when a form
//! asks for it. Every finding that it makes has the identifier that it would have alone.

use crate::{Evidence, Finding, FindingId, Place, Timestamp};
use std::convert::Infallible;
use std::sync::Arc;

/// What is written of a machine in findings about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Machine {
    /// What identifiers are derived from: `host:portal-1.harbour.example`; `host:` where no machine is known.
    pub key: Arc<str>,
    /// What people read; absent where no machine is known.
    pub display: Option<Arc<str>>,
    /// Who must act.
    pub owner: Option<Arc<str>>,
    /// Why the name in the inventory is this machine: `short name of the full name`.
    pub reason: &'static str,
}

/// One machine of a spread: which, and the place in the inventory that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Member {
    /// Index into [`Cast::machines`].
    pub machine: u32,
    /// Index into [`Cast::documents`].
    pub document: u32,
    /// The place in the document: line or record, 0 for the whole.
    pub place: u64,
    /// When that flaw was first met in the logs of this machine.
    pub seen: Option<Timestamp>,
}

/// The machines and documents of all spreads of one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cast {
    /// Machines.
    pub machines: Vec<Machine>,
    /// Names of documents.
    pub documents: Vec<Arc<str>>,
}

/// One exposure on one or more machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// The finding as it reads on the first machine.
    finding: Finding,
    /// What the identifier is derived from behind kind, fact and machine: the product.
    product: Arc<str>,
    /// Never empty; in order of the machines' keys.
    members: Vec<Member>,
    cast: Arc<Cast>,
}

impl Spread {
    /// A spread of a finding whose own evidence (the row of the inventory) is the first piece. The first piece is
    /// written anew for each machine: place, `host` and `host by`. `None` without members.
    #[must_use]
    pub fn new(finding: Finding, product: &Arc<str>, members: Vec<Member>, cast: &Arc<Cast>) -> Option<Self> {
        let mut spread = Self { finding, product: Arc::clone(product), members, cast: Arc::clone(cast) };
        let first = *spread.members.first()?;
        spread.finding = spread.on(&first);
        Some(spread)
    }

    /// The finding as it reads on the first machine.
    #[must_use]
    pub fn first(&self) -> &Finding {
        &self.finding
    }

    /// On how many machines; never 0.
    #[must_use]
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// The names of the machines, in the order of their keys; rows on no known machine have none.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        let machines = self.members.iter().filter_map(|member| self.machine(member));
        machines.filter_map(|machine| machine.display.as_deref())
    }

    /// The rows.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The machine of a row.
    #[must_use]
    pub fn machine(&self, member: &Member) -> Option<&Machine> {
        self.cast.machines.get(usize::try_from(member.machine).ok()?)
    }

    /// The identifier of the finding on the machine of a row.
    #[must_use]
    pub fn id(&self, member: &Member) -> FindingId {
        let key = self.machine(member).map_or("host:", |machine| &machine.key);
        FindingId::derive(&[self.finding.kind.name(), &self.finding.intel.id, key, &self.product])
    }

    /// The whole finding on the machine of a row.
    #[must_use]
    pub fn on(&self, member: &Member) -> Finding {
        let mut finding = self.finding.clone();
        self.put_on(member, &mut finding);
        finding
    }

    /// Writes the machine of a row into a finding of this spread, over the one that was there.
    fn put_on(&self, member: &Member, finding: &mut Finding) {
        finding.id = self.id(member);
        let machine = self.machine(member);
        finding.subject.host = machine.and_then(|machine| machine.display.as_deref()).map(str::to_owned);
        finding.owner = machine.and_then(|machine| machine.owner.as_deref()).map(str::to_owned);
        if let Some(ours) = finding.evidence.first_mut() {
            let document = usize::try_from(member.document).ok().and_then(|n| self.cast.documents.get(n));
            let source = document.map_or("", |document| document);
            let mut written = Evidence::at(source, member.place, ours.time);
            written.excerpt = std::mem::take(&mut ours.excerpt);
            written.excerpt.remove("host");
            written.excerpt.remove("host by");
            if let Some((machine, display)) = machine.and_then(|m| Some((m, m.display.as_deref()?))) {
                written = written.with("host", display).with("host by", machine.reason);
            }
            *ours = written;
        }
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
        each(&self.finding)?;
        if self.members.len() == 1 {
            return Ok(());
        }
        // One finding for all rows: only what differs is written anew.
        let mut finding = self.finding.clone();
        self.members.iter().skip(1).try_for_each(|member| {
            self.put_on(member, &mut finding);
            each(&finding)
        })
    }
}

impl Place {
    /// The number of the line or record, 0 for the whole document or a byte in it.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Place::Whole | Place::Byte(_) => 0,
            Place::Line(n) | Place::Record(n) => n,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FindingKind, Intel, IntelType, Subject, Tlp};

    fn spread() -> Spread {
        let machine = |name: &str| Machine {
            key: Arc::from(format!("host:{name}")),
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
        let member = |machine, place| Member { machine, document: 0, place, seen: None };
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
    fn a_finding_written_over_another_is_the_one_made_alone() {
        let spread = spread();
        let mut rows = spread.members().iter();
        spread.each(&mut |finding| assert_eq!(Some(finding), rows.next().map(|row| spread.on(row)).as_ref()));
        assert_eq!(rows.next(), None);
    }

    #[test]
    fn what_cannot_be_taken_ends_it() {
        let mut taken = 0;
        let mut take = |_: &Finding| {
            taken += 1;
            Err("full")
        };
        assert_eq!(spread().try_each(&mut take), Err("full"));
        assert_eq!(taken, 1);
    }

    #[test]
    fn a_spread_over_no_machine_is_none() {
        let spread = spread();
        assert!(Spread::new(spread.first().clone(), &spread.product, Vec::new(), &spread.cast).is_none());
    }
}
