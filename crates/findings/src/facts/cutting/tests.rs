//! Documents that change at random, cut against their former version: what is kept says what was read.

use super::*;
use model::ours::{Account, Component, Device, Fact as Ours, Name, NameValue, Party, ScanResult, Zone};
use model::world::{ExploitLikelihood, Exploited, Fact, Indicator, KnownGood, Origin, PublicExploit, Report};
use model::{Date, Tlp};
use observable::{Kind, Observable};
use proptest::prelude::*;
use std::convert::Infallible;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Parts so small that a short document has many.
const TINY: Sizes = Sizes { facts: 4, rows: 8 };

/// A document: of each line the sort of its fact and its content.
type Lines = Vec<(u8, u8)>;

fn seen(n: u8) -> Observable {
    Observable { kind: Kind::Domain, value: format!("n{n}.example") }
}

/// The fact of a line; `None`: it is one of the world.
fn ours(sort: u8, n: u8, origin: Origin) -> Option<Ours> {
    let component = Component {
        name: format!("gangway-{}", n % 7),
        version: Some(format!("1.{}", n % 5)),
        vendor: None,
        package: None,
        purl: None,
        cpe: None,
        host: (!n.is_multiple_of(3)).then(|| format!("srv-{}", n % 4)),
        origin: origin.clone(),
    };
    let name = format!("n{n}");
    Some(match sort {
        0..=5 => Ours::Component(component),
        6 => Ours::ScanResult(ScanResult {
            scanner: "a scanner".into(),
            vulnerability: format!("CVE-2031-{:04}", n % 6),
            aliases: Vec::new(),
            title: None,
            component: Some(component.clone()),
            host: component.host,
            port: None,
            fixed: None,
            found: None,
            origin,
        }),
        7 => Ours::Device(Device { name, origin: Some(origin), ..Device::default() }),
        // A device that does not know where it was read.
        8 => Ours::Device(Device { name, ..Device::default() }),
        9 => Ours::Account(Account { name, origin: Some(origin), ..Account::default() }),
        10 => Ours::Name(Name {
            value: NameValue::Observable(seen(n)),
            party_name: "Harbour".into(),
            party: Party::Own,
            owner: None,
            expires: None,
            lists: Vec::new(),
            origin,
        }),
        11 => Ours::Zone(Zone {
            name,
            networks: Vec::new(),
            kind: None,
            crown_jewel: None,
            owner: None,
            extra: std::collections::BTreeMap::new(),
            origin,
        }),
        _ => return None,
    })
}

fn world(sort: u8, n: u8, origin: Origin) -> Fact {
    let cve = format!("CVE-2031-{n:04}");
    match sort {
        12 => Fact::Exploited(Exploited {
            cve,
            vendor: String::new(),
            product: String::new(),
            name: String::new(),
            added: None,
            due: None,
            ransomware: false,
            asserter: None,
            origin,
        }),
        13 => Fact::PublicExploit(PublicExploit {
            cve,
            first: Date::parse("2031-01-01").expect("a day"),
            weaponised: false,
            origin,
        }),
        14 => Fact::ExploitLikelihood(ExploitLikelihood {
            cve,
            probability: u32::from(n),
            percentile: None,
            scored: None,
            model: None,
            origin,
        }),
        15 => Fact::KnownGood(KnownGood { value: seen(n), below: false, list: "a list".into(), origin }),
        16 => Fact::Report(Report {
            id: format!("report-{n}"),
            name: String::new(),
            publisher: None,
            published: None,
            tlp: None,
            mentions: Vec::new(),
            listed: Vec::new(),
            origin,
        }),
        _ => Fact::Indicator(Indicator {
            observable: seen(n),
            context: String::new(),
            source: String::new(),
            attributed_to: Vec::new(),
            valid_from: None,
            valid_until: None,
            revoked: false,
            tlp: Tlp::Clear,
            // Whose document it is, the store knows.
            origin: Origin::new(&Arc::from(""), origin.place),
        }),
    }
}

fn said(lines: &[(u8, u8)]) -> Said {
    let mut said = Said::default();
    for (line, (sort, n)) in (2..).zip(lines) {
        let origin = || Origin::new(&Arc::from("export.csv"), Place::Line(line));
        match ours(*sort, *n, origin()) {
            Some(fact) => said.ours(fact),
            None => said.world(world(*sort, *n, origin())),
        }
    }
    said.settle();
    said
}

/// Everything that is said, as a set.
fn shown(said: &Said) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for components in [&said.components, &said.scans] {
        all.extend(components.rows.iter().map(|row| {
            format!("{:?} on {:?} line {}", components.claim_of(row), components.host_of(row), row.place)
        }));
    }
    all.extend(said.devices.iter().map(|one| format!("{one:?}")));
    all.extend(said.accounts.iter().map(|one| format!("{one:?}")));
    all.extend(said.names.iter().map(|one| format!("{one:?}")));
    all.extend(said.zones.iter().map(|one| format!("{one:?}")));
    all.extend(said.exploited.iter().map(|one| format!("{one:?}")));
    all.extend(said.exploits.iter().map(|one| format!("{one:?}")));
    all.extend(said.known_good.iter().map(|one| format!("{one:?}")));
    all.extend(said.reports.iter().map(|one| format!("{one:?}")));
    all.insert(format!("{:?}", said.likelihoods));
    said.signs.each(&Arc::from(""), &mut |_, one| _ = all.insert(format!("{one:?}")));
    assert_eq!(said.lost_components, 0);
    all
}

/// Parts in memory: those that hold, and what the last version wrote.
#[derive(Default)]
struct Memory {
    parts: BTreeMap<u64, (Part, Option<Places>)>,
    now: BTreeMap<u64, (Part, Option<Places>)>,
    written: BTreeSet<u64>,
}

impl Shelf for Memory {
    type Fault = Infallible;

    fn digest(&self, part: &Part) -> Digest {
        let (text, seed) = (format!("{part:?}"), 7);
        [xxh3_64(text.as_bytes()), xxh3_64_with_seed(text.as_bytes(), seed)]
    }

    fn read(&mut self, number: u64) -> Result<Part, Infallible> {
        Ok(self.parts.get(&number).expect("a part of the former version").0.clone())
    }

    fn write(&mut self, number: u64, part: Part, places: Option<&Places>) -> Result<(), Infallible> {
        assert!(self.now.insert(number, (part, places.cloned())).is_none(), "a number is given once");
        self.written.insert(number);
        Ok(())
    }

    fn keep(&mut self, number: u64, places: Option<&Places>) -> Result<(), Infallible> {
        let part = self.parts.get(&number).expect("a part of the former version").0.clone();
        assert!(self.now.insert(number, (part, places.cloned())).is_none(), "a part is kept once");
        Ok(())
    }
}

impl Memory {
    /// Cuts a version, given in stretches.
    fn cut(&mut self, stretches: &[Said], sizes: Sizes) {
        let mut cutting = Cutting { sizes, ..Cutting::new(0, 1_000_000) };
        for (number, (part, places)) in &self.parts {
            cutting.former(*number, part.clone(), places.as_ref(), self);
        }
        cutting.begin();
        self.written.clear();
        for said in stretches {
            let Ok(()) = cutting.add(said, self);
        }
        let Ok(()) = cutting.finish(self);
        self.parts = std::mem::take(&mut self.now);
    }

    /// What the parts say, added in an order of one's own.
    fn loaded(&self, turn: usize) -> Said {
        let mut parts: Vec<&(Part, Option<Places>)> = self.parts.values().collect();
        parts.rotate_left(turn % self.parts.len().max(1));
        if turn % 2 == 1 {
            parts.reverse();
        }
        let mut said = Said::default();
        for (part, places) in parts {
            let back = |places: &Places| Places::decode(&places.encode(), places.start()).expect("whole");
            said.add_part(part.clone(), places.as_ref().map(back).as_ref(), None);
        }
        said.settle();
        said
    }

    /// How many facts the last version wrote, and how many parts.
    fn written(&self) -> (usize, usize) {
        let parts = self.written.iter().filter_map(|number| self.parts.get(number));
        let facts =
            parts.filter(|(part, _)| part.0.kind().is_some()).filter_map(|(_, places)| places.as_ref());
        (facts.map(Places::len).sum(), self.written.len())
    }
}

/// How many facts of one document are not in another, whatever their places.
fn beyond(lines: &[(u8, u8)], others: &[(u8, u8)]) -> usize {
    let mut others = others.to_vec();
    let mut count = 0;
    for line in lines {
        match others.iter().position(|other| other == line) {
            Some(at) => _ = others.swap_remove(at),
            None => count += 1,
        }
    }
    count
}

/// A change of a document.
#[derive(Clone, Debug)]
enum Edit {
    Insert(usize, (u8, u8)),
    Delete(usize),
    Change(usize, u8),
    Move(usize, usize),
    Double(usize),
}

fn edited(lines: &mut Lines, edit: &Edit) {
    let count = lines.len();
    let at = |n: usize| n % count.max(1);
    match edit {
        Edit::Insert(n, line) => lines.insert(n % (count + 1), *line),
        _ if count == 0 => {}
        Edit::Delete(n) => _ = lines.remove(at(*n)),
        Edit::Change(n, content) => lines[at(*n)].1 = *content,
        Edit::Move(n, to) => {
            let line = lines.remove(at(*n));
            lines.insert(to % count, line);
        }
        Edit::Double(n) => lines.insert(at(*n), lines[at(*n)]),
    }
}

fn line() -> impl Strategy<Value = (u8, u8)> {
    (0u8..18, 0u8..24)
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<usize>(), line()).prop_map(|(n, line)| Edit::Insert(n, line)),
        any::<usize>().prop_map(Edit::Delete),
        (any::<usize>(), 0u8..24).prop_map(|(n, content)| Edit::Change(n, content)),
        (any::<usize>(), any::<usize>()).prop_map(|(n, to)| Edit::Move(n, to)),
        any::<usize>().prop_map(Edit::Double),
    ]
}

proptest! {
    #[test]
    fn what_is_kept_of_a_document_that_changes_says_what_was_read(
        mut lines in prop::collection::vec(line(), 0..90),
        versions in prop::collection::vec((prop::collection::vec(edit(), 0..12), any::<usize>()), 1..12),
    ) {
        let mut memory = Memory::default();
        memory.cut(&[said(&lines)], TINY);
        prop_assert_eq!(shown(&memory.loaded(0)), shown(&said(&lines)));
        for (edits, turn) in versions {
            let before = lines.clone();
            edits.iter().for_each(|edit| edited(&mut lines, edit));
            memory.cut(&[said(&lines)], TINY);
            prop_assert_eq!(shown(&memory.loaded(turn)), shown(&said(&lines)));
            let (new, gone) = (beyond(&lines, &before), beyond(&before, &lines));
            let (facts, _) = memory.written();
            // What is new, and of parts with holes as many facts as changed, or one part.
            prop_assert!(facts <= new + (new + gone).max(TINY.rows), "{facts} facts for {new} new, {gone} gone");
        }
    }
}

/// An inventory of one component a line, on one machine after the other.
fn inventory(rows: std::ops::Range<usize>) -> Said {
    let mut said = Said::default();
    for (line, n) in (2..).zip(rows) {
        let origin = Origin::new(&Arc::from("export.csv"), Place::Line(line));
        said.ours(Ours::Component(Component {
            name: format!("gangway-{}", n % 500),
            version: Some(format!("1.{n}")),
            vendor: None,
            package: None,
            purl: None,
            cpe: None,
            host: Some(format!("srv-{}", n / 10)),
            origin,
        }));
    }
    said.settle();
    said
}

#[test]
fn a_row_on_top_writes_one_row_and_no_places_of_others() {
    let mut memory = Memory::default();
    memory.cut(&[inventory(1..40_000)], SIZES);
    let before = memory.parts.clone();
    memory.cut(&[inventory(1..40_000)], SIZES);
    assert_eq!(memory.written(), (0, 0), "it is as it was");
    memory.cut(&[inventory(0..40_000)], SIZES);
    assert_eq!(memory.written(), (1, 2), "a row and its claim; its machine is known");
    for (number, (_, places)) in before {
        let now = memory.parts.get(&number).and_then(|(_, places)| places.as_ref());
        assert_eq!(now.map(Places::encode), places.as_ref().map(Places::encode), "part {number}");
        assert_eq!(now.map(Places::start), places.map(|places| places.start() + 1), "part {number}");
    }
    assert_eq!(shown(&memory.loaded(1)), shown(&inventory(0..40_000)));
}

#[test]
fn a_document_in_stretches_says_what_it_says_at_once() {
    let mut memory = Memory::default();
    let lines: Lines = (0..120).map(|n| (n % 18, n)).collect();
    memory.cut(&[said(&lines)], TINY);
    memory.cut(&[said(&lines[..50]), Said::default(), said(&lines)], TINY);
    let mut both = said(&lines[..50]);
    both.take_in(said(&lines));
    both.settle();
    assert_eq!(shown(&memory.loaded(1)), shown(&both));
}

#[test]
fn small_parts_become_one_and_what_is_used_no_more_goes() {
    let mut memory = Memory::default();
    for end in 1..=200 {
        memory.cut(&[inventory(0..end)], SIZES);
        let rows = memory.parts.values().filter(|(part, _)| part.0.kind() == Some(Facts::ROWS)).count();
        assert!(rows <= SMALL_MAX + 1, "{rows} parts after {end} versions");
    }
    assert_eq!(shown(&memory.loaded(1)), shown(&inventory(0..200)));
    memory.cut(&[inventory(0..30_000)], SIZES);
    memory.cut(&[inventory(0..10_000)], SIZES);
    // The next version finds that two of three claims are in no row.
    memory.cut(&[inventory(0..10_001)], SIZES);
    let claims = memory.parts.values().map(|(part, _)| match &part.0 {
        Facts::Claims(_, _, claims) => claims.len(),
        _ => 0,
    });
    assert_eq!(claims.sum::<usize>(), 10_001);
    memory.cut(&[Said::default()], SIZES);
    memory.cut(&[Said::default()], SIZES);
    assert_eq!(memory.parts.len(), 0, "a document that says nothing keeps nothing");
}

#[test]
fn a_part_of_an_older_program_is_read_and_not_kept() {
    let old = inventory(0..100);
    let mut memory = Memory::default();
    memory.parts.insert(0, (Part(Facts::Components(old.components.clone())), None));
    assert_eq!(shown(&memory.loaded(0)), shown(&old));
    memory.cut(&[inventory(0..100)], SIZES);
    assert!(!memory.parts.contains_key(&0) && memory.written().0 == 100);
    assert_eq!(shown(&memory.loaded(0)), shown(&old));
}

#[test]
fn numbers_of_parts_begin_anew_before_they_end() {
    let mut memory = Memory::default();
    memory.cut(&[inventory(0..5)], SIZES);
    let parts = std::mem::take(&mut memory.parts);
    memory.parts = parts.into_iter().map(|(number, part)| (number + 500_000, part)).collect();
    memory.cut(&[inventory(0..6)], SIZES);
    assert_eq!(memory.parts.keys().copied().collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(shown(&memory.loaded(0)), shown(&inventory(0..6)));
}

#[test]
fn rows_whose_claims_are_not_there_are_counted() {
    let mut memory = Memory::default();
    memory.cut(&[inventory(0..5)], SIZES);
    memory.parts.retain(|_, (part, _)| !matches!(part.0, Facts::Claims(..)));
    assert_eq!(memory.loaded(0).lost_components, 5);
}

#[test]
fn what_rows_have_in_common_is_one_text_when_it_is_read_back() {
    let mut said = Said::default();
    for n in 0..3 {
        let origin = Some(Origin::new(&Arc::from("export.csv"), Place::Line(n + 2)));
        let device =
            Device { name: format!("n{n}"), zone: Some(Arc::from("dmz")), origin, ..Device::default() };
        said.ours(Ours::Device(device));
    }
    let mut memory = Memory::default();
    memory.cut(&[said], TINY);
    let loaded = memory.loaded(0);
    let zones: Vec<&Arc<str>> = loaded.devices.iter().filter_map(|device| device.zone.as_ref()).collect();
    let sources = loaded.devices.iter().filter_map(|device| Some(&device.origin.as_ref()?.source));
    let sources: Vec<&Arc<str>> = sources.collect();
    for shared in [zones, sources] {
        assert!(shared.len() == 3 && shared.iter().all(|text| Arc::ptr_eq(text, shared[0])));
    }
}
