//! What is ours and what the world knows: each document to what it says.

use crate::ask::Reading;
use crate::intake::Read;
use crate::machines::Machines;
use crate::rows::{ACCOUNTS, Rows};
use crate::{InputKind, Source};
use intel::Lexicon;
use model::world::Fact;
use model::{Problem, Problems, SecretKey, ours};
use std::collections::BTreeSet;

/// Reads one document of what is ours, within the bounds: its form, and what is wrong with it.
pub(crate) fn inventory(
    document: &mut input::Document<'_>,
    extras: &mut estate::Extras,
    said: &mut findings::Said,
) -> (Option<estate::Format>, Vec<Problem>) {
    let (mut machines, mut accounts) = (Machines::default(), Rows::new(ACCOUNTS));
    let (format, found) = estate::read(document, &mut |mut fact| {
        extras.bound(&mut fact);
        match fact {
            ours::Fact::Device(device) => machines.add(device),
            ours::Fact::Account(account) => accounts.add(account),
            fact => said.ours(fact),
        }
    });
    // By themselves, because of a table with many faulty rows only the first problems are kept.
    let mut bound = Problems::new(&document.name);
    extras.report(&mut bound);
    machines.give(&mut bound, |device| said.device(device));
    accounts.give(&mut bound, |account| said.ours(ours::Fact::Account(account)));
    (format, found.into_vec().into_iter().chain(bound.into_vec()).collect())
}

impl Reading<'_> {
    /// What is ours.
    pub(crate) fn estate(&mut self, source: &Source) {
        let mut readable = 0;
        let progress = self.progress;
        let mut bills: BTreeSet<String> = BTreeSet::new();
        let mut extras = estate::Extras::default();
        let walked = source.walk(progress, &mut |mut document| {
            let name = document.name.to_string();
            let empty = document.head.is_empty();
            let mut said = self.said();
            let (format, found) = inventory(&mut document, &mut extras, &mut said);
            let known = format.is_some();
            readable += u64::from(known);
            if format == Some(estate::Format::CycloneDx) {
                bills.insert(name.clone());
            }
            let taken = self.take(&name, said, false);
            let form = format.map(estate::Format::name);
            let read = Read {
                name: &name,
                empty,
                known,
                form,
                kind: InputKind::Estate,
                taken,
                first: None,
                last: None,
            };
            self.intake.read(read, found);
        });
        self.intake.walked(InputKind::Estate, source, walked, readable);
        self.statements(source, &bills);
        self.memory.settle();
    }

    /// The statements (VEX) in bills of materials that are given as inventories: an SBOM may say of its own components
    /// which flaws do not affect them. They are read a second time for that, because one room reads components and
    /// another statements.
    fn statements(&mut self, source: &Source, bills: &BTreeSet<String>) {
        if bills.is_empty() {
            return;
        }
        // What is wrong with files and archives is known from the first time.
        let _ = source.walk(&(), &mut |mut document| {
            let name = document.name.to_string();
            if !bills.contains(&name) {
                return;
            }
            let mut said = self.said();
            let found = intel::read_statements(&mut document, &mut |fact| said.world(fact));
            self.intake.problems.extend(found.into_vec());
            self.take(&name, said, false);
        });
    }

    /// Values that are known to be good, which the program carries.
    pub(crate) fn known_good(&mut self) {
        let mut said = self.said();
        intel::known_good_built_in(&mut |fact| said.world(fact));
        self.take("built in: known good values", said, false);
    }

    /// What the world knows and saw, as far as it can matter here; names go to the lexicon.
    pub(crate) fn knowledge(
        &mut self,
        source: &Source,
        lexicon: &mut Lexicon,
        secret_key: Option<&SecretKey>,
    ) {
        let interest = self.memory.interest();
        let built_in = crate::ask::lexicon(secret_key);
        let mut readable = 0;
        let progress = self.progress;
        let walked = source.walk(progress, &mut |mut document| {
            let name = document.name.to_string();
            let empty = document.head.is_empty();
            let mut said = self.said();
            let (format, found) = intel::read(&mut document, &built_in, &mut |fact| {
                lexicon.learn(&fact);
                match fact {
                    Fact::Vulnerability(record) if !interest.wants(&record) => said.pass_over(&record),
                    Fact::Vex(statement) if !interest.wants_statement(&statement) => {}
                    // An advisory among the knowledge is knowledge: what it names is not asked about.
                    Fact::Report(_) => {}
                    fact => said.world(fact),
                }
            });
            let known = format.is_some();
            readable += u64::from(known);
            let taken = self.take(&name, said, false);
            let form = format.map(intel::Format::name);
            let read = Read {
                name: &name,
                empty,
                known,
                form,
                kind: InputKind::Knowledge,
                taken,
                first: None,
                last: None,
            };
            self.intake.read(read, found.into_vec());
        });
        self.intake.walked(InputKind::Knowledge, source, walked, readable);
    }
}
