//! What a document says, fact by fact: for a search, which asks of each whether it is or names a value.
//!
//! A search needs no join and no whole memory: it reads one part of one document after the other and lets go of it. So
//! this gives facts as readers gave them, and folds only rows of an inventory: a machine with two thousand packages is
//! named by two thousand rows and is one machine.
//!
//! Invariant: every fact that has a value is given once for each time that the document keeps it.

use crate::facts::claim::{Claim, Components};
use crate::facts::said::Said;
use model::ours::{Account, Device, FirewallRule, Name, Zone};
use model::world::{
    AttackPattern, CourseOfAction, Exploited, Indicator, IntrusionSet, KnownGood, Observation, PublicExploit,
    Report, Software, Vex, Vulnerability,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One thing that a document says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Stated<'s> {
    /// A sign to look for.
    Indicator(Indicator),
    /// What others saw.
    Observation(&'s Observation),
    /// A machine of ours.
    Device(&'s Device),
    /// A machine that rows of an inventory name.
    Machine {
        /// As they write it.
        name: &'s str,
        /// How many rows.
        rows: u64,
    },
    /// A row that says what is installed, or what a scanner reports.
    Installed(Installed<'s>),
    /// An account of ours.
    Account(&'s Account),
    /// A zone of ours.
    Zone(&'s Zone),
    /// A rule of a firewall of ours.
    FirewallRule(&'s FirewallRule),
    /// A name of ours or of a partner.
    Name(&'s Name),
    /// An advisory or report.
    Report(&'s Report),
    /// A vulnerability.
    Vulnerability(&'s Vulnerability),
    /// An entry of a list of exploited vulnerabilities.
    Exploited(&'s Exploited),
    /// The day of a public exploit.
    PublicExploit(&'s PublicExploit),
    /// What somebody states of a vulnerability in a product.
    Vex(&'s Vex),
    /// A group.
    IntrusionSet(&'s IntrusionSet),
    /// Malware or a tool.
    Software(&'s Software),
    /// A technique.
    AttackPattern(&'s AttackPattern),
    /// An advised control.
    CourseOfAction(&'s CourseOfAction),
    /// A value that is known to be good.
    KnownGood(&'s KnownGood),
}

/// A row of an inventory, or of a scanner.
#[derive(Clone, Debug)]
pub struct Installed<'s> {
    /// The machine, as written.
    pub host: Option<&'s str>,
    /// The component.
    pub name: &'s str,
    /// Its version.
    pub version: Option<&'s str>,
    /// Its package URL.
    pub purl: Option<&'s str>,
    /// The scanner, if it reports a vulnerability.
    pub scanner: Option<&'s str>,
    /// The vulnerability that it reports, by all its identifiers.
    pub vulnerabilities: Vec<&'s str>,
    /// The line or record.
    pub place: u64,
}

impl Said {
    /// Gives everything that the document says; `document` is its name.
    pub fn each_stated(&self, document: &Arc<str>, each: &mut dyn FnMut(Stated<'_>)) {
        self.signs.each(document, &mut |_, one| each(Stated::Indicator(one)));
        self.observations.iter().for_each(|one| each(Stated::Observation(one)));
        self.devices.iter().for_each(|one| each(Stated::Device(one)));
        machines(&[&self.components, &self.scans], each);
        installed(&self.components, each);
        installed(&self.scans, each);
        self.accounts.iter().for_each(|one| each(Stated::Account(one)));
        self.zones.iter().for_each(|one| each(Stated::Zone(one)));
        self.rules.iter().for_each(|one| each(Stated::FirewallRule(one)));
        self.names.iter().for_each(|one| each(Stated::Name(one)));
        self.reports.iter().for_each(|one| each(Stated::Report(one)));
        self.vulnerabilities.iter().for_each(|one| each(Stated::Vulnerability(one)));
        self.exploited.iter().for_each(|one| each(Stated::Exploited(one)));
        self.exploits.iter().for_each(|one| each(Stated::PublicExploit(one)));
        self.statements.iter().for_each(|one| each(Stated::Vex(one)));
        self.groups.iter().for_each(|one| each(Stated::IntrusionSet(one)));
        self.software.iter().for_each(|one| each(Stated::Software(one)));
        self.techniques.iter().for_each(|one| each(Stated::AttackPattern(one)));
        self.controls.iter().for_each(|one| each(Stated::CourseOfAction(one)));
        self.known_good.iter().for_each(|one| each(Stated::KnownGood(one)));
    }
}

/// The machines that rows name, each once.
fn machines(lists: &[&Components], each: &mut dyn FnMut(Stated<'_>)) {
    let mut rows: BTreeMap<&str, u64> = BTreeMap::new();
    for list in lists {
        for host in list.rows.iter().filter_map(|row| list.host_of(row)) {
            *rows.entry(host).or_default() += 1;
        }
    }
    rows.into_iter().for_each(|(name, rows)| each(Stated::Machine { name, rows }));
}

fn installed(list: &Components, each: &mut dyn FnMut(Stated<'_>)) {
    for row in &list.rows {
        let Some(Claim { name, version, purl, scan, .. }) = list.claim_of(row) else { continue };
        each(Stated::Installed(Installed {
            host: list.host_of(row),
            name,
            version: version.as_deref(),
            purl: purl.as_deref(),
            scanner: scan.as_ref().map(|scan| &*scan.scanner),
            vulnerabilities: scan.iter().flat_map(|scan| &scan.ids).map(|id| &**id).collect(),
            place: u64::from(row.place),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Place;
    use model::ours::{Component, Fact};
    use model::world::Origin;

    #[test]
    fn a_machine_of_many_rows_is_one_machine_and_each_row_is_given() {
        let source = Arc::from("packages.csv");
        let mut said = Said::default();
        for (line, name) in [(1, "a"), (2, "b"), (3, "c")] {
            said.ours(Fact::Component(Component {
                name: name.to_owned(),
                version: None,
                vendor: None,
                package: None,
                purl: None,
                cpe: None,
                host: (name != "c").then(|| "app-1".to_owned()),
                origin: Origin::new(&source, Place::Line(line)),
            }));
        }
        said.settle();
        let mut given = Vec::new();
        said.each_stated(&source, &mut |stated| match stated {
            Stated::Machine { name, rows } => given.push(format!("{name}: {rows}")),
            Stated::Installed(one) => given.push(format!("{} line {}", one.name, one.place)),
            _ => {}
        });
        assert_eq!(given, ["app-1: 2", "a line 1", "b line 2", "c line 3"]);
    }
}
