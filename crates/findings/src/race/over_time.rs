//! The race as a memory knows it: every exploited flaw that touches or touched what is ours.
//!
//! A flaw is closed when the last exposure of it went because another version is there, or because the machine is no longer
//! ours. One that went for another reason (its feed was taken back, it is judged anew) is neither open nor closed: nobody
//! knows whether it is still there. Nothing that is not known is counted as a number.

use super::of::{RaceOf, dated, product_of};
use super::seen::seen_here;
use crate::count::counted;
use crate::exposure::Of;
use crate::facts::flaw::Flaw;
use crate::past::{Past, PastExposure};
use crate::texts::TextId;
use crate::turn::Why;
use model::answer::{RaceRow, RaceSummary, RaceWindow};
use model::{Date, Decision, Spread, Timestamp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How many zones are named in a sentence.
const ZONES_NAMED_MAX: usize = 12;

/// A machine of the past: what people call it, and its zone, as far as it is still known.
struct PastHost {
    display: String,
    zone: Option<String>,
    /// The inventory does not have it any more.
    is_gone: bool,
    /// Whether it is in the zone that is asked for.
    is_wanted: bool,
}

/// Every machine that ever had an exposure, by the place of the number of its name.
struct PastHosts(Vec<Option<PastHost>>);

impl PastHosts {
    fn of(&self, one: &PastExposure) -> Option<&PastHost> {
        self.0.get(one.host.place())?.as_ref()
    }

    fn each(&self) -> impl Iterator<Item = &PastHost> {
        self.0.iter().flatten()
    }
}

/// What the joins of today say of an open flaw.
struct OpenNow<'a> {
    rank: usize,
    spread: &'a Spread,
    decision: Decision,
}

/// The rows, those that are open first, and the numbers.
pub(super) fn rows(of: &RaceOf<'_>, past: &Past) -> (Vec<RaceRow>, RaceSummary) {
    let hosts = hosts(of, past);
    let (open, seen) = (open_now(of), seen_here(of.sightings));
    let zone_of = |one: &PastExposure| hosts.of(one).and_then(|host| host.zone.as_deref());
    let mut rows: Vec<RaceRow> = Vec::new();
    let mut by_zone: BTreeMap<Option<String>, Vec<RaceRow>> = BTreeMap::new();
    let mut unknown: u64 = 0;
    past.each_flaw(&mut |id, exposures| {
        let Some(flaw) = of.world.flaws.get(id) else {
            unknown += u64::from(id.starts_with("CVE-"));
            return;
        };
        let is_wanted = |one: &&PastExposure| hosts.of(one).is_some_and(|host| host.is_wanted);
        let exposures: Vec<&PastExposure> = exposures.iter().copied().filter(is_wanted).collect();
        if exposures.is_empty() || !is_exploited(flaw) {
            return;
        }
        let mut row = timed(dated(id, flaw), &exposures, of.now.date());
        let mut zones: BTreeMap<Option<&str>, Vec<&PastExposure>> = BTreeMap::new();
        for one in &exposures {
            zones.entry(zone_of(one)).or_default().push(one);
        }
        for (zone, these) in zones {
            let of_zone = by_zone.entry(zone.map(str::to_owned)).or_default();
            of_zone.push(timed(dated(id, flaw), &these, of.now.date()));
        }
        named(&mut row, &exposures, past, &hosts);
        let on = seen.get(id);
        let times = exposures.iter().filter_map(|one| on?.get(hosts.of(one)?.display.as_str()));
        row.seen_here = times.min().map(|time| time.date());
        if let Some(now) = open.get(id).filter(|_| row.is_open()) {
            (row.product, row.decision) = (product_of(now.spread), Some(now.decision));
        }
        rows.push(row);
    });
    let summary = RaceSummary {
        since: past.since.map(Timestamp::date),
        zone: past.zone.clone(),
        all: RaceWindow::of(&rows),
        by_zone: by_zone.iter().map(|(zone, rows)| (zone.clone(), RaceWindow::of(rows))).collect(),
        notes: notes(&rows, past, unknown, &hosts),
    };
    (shown(rows, past.rows_max, &open), summary)
}

/// In the order in which they are read, so many that are open and so many that are not.
fn shown(mut rows: Vec<RaceRow>, most: usize, open: &BTreeMap<&str, OpenNow<'_>>) -> Vec<RaceRow> {
    let rank = |row: &RaceRow| open.get(&*row.vulnerability).map_or(usize::MAX, |now| now.rank);
    rows.sort_by_cached_key(|row| {
        let id = row.vulnerability.clone();
        (!row.is_open(), row.closed_here.is_none(), rank(row), Reverse(row.closed_here), id)
    });
    let (mut shown_open, mut shown_closed) = (0, 0);
    rows.retain(|row| {
        let shown = if row.is_open() { &mut shown_open } else { &mut shown_closed };
        *shown += 1;
        *shown <= most
    });
    rows
}

/// Whether anybody reports that it is exploited, or could exploit it.
fn is_exploited(flaw: &Flaw) -> bool {
    flaw.kev.is_some() || flaw.exploit_public.is_some() || !flaw.asserted.is_empty()
}

/// A row with the days on which these exposures came and went.
fn timed(mut row: RaceRow, exposures: &[&PastExposure], now: Date) -> RaceRow {
    row.known_here = exposures.iter().map(|one| one.opened.date()).min();
    let is_open = exposures.iter().any(|one| one.closed.is_none());
    let closings = || exposures.iter().filter_map(|one| Some((one.ended, one.closed?)));
    if !is_open && let Some(last) = closings().map(|(at, _)| at).max() {
        let of_last: BTreeSet<Why> = closings().filter(|(at, _)| *at == last).map(|(_, why)| why).collect();
        if of_last.contains(&Why::Fixed) || of_last.contains(&Why::NoLongerOurs) {
            row.closed_here = Some(last.date());
        } else {
            row.gone = of_last.first().map(|why| why.words());
        }
    }
    if row.gone.is_none()
        && let Some(first) = row.attackable()
    {
        let days = row.closed_here.unwrap_or(now).days_since(first);
        row.days_behind = Some(if is_open { days.max(0) } else { days });
        row.open_on_day_7 = open_on_day_7(&row, first, now);
    }
    row
}

/// Whether it was open seven days after it could be attacked. What became known here only later may have been open then.
fn open_on_day_7(row: &RaceRow, first: Date, now: Date) -> Option<bool> {
    if row.closed_here.is_some_and(|closed| closed.days_since(first) <= RaceRow::DAY) {
        return Some(false);
    }
    let is_over = now.days_since(first) >= RaceRow::DAY;
    let is_known = row.known_here.is_some_and(|known| known.days_since(first) <= RaceRow::DAY);
    (is_over && is_known).then_some(true)
}

/// Names product and machines: of an open flaw those that carry it now.
fn named(row: &mut RaceRow, exposures: &[&PastExposure], past: &Past, hosts: &PastHosts) {
    let is_open = row.is_open();
    let these = exposures.iter().filter(|one| !is_open || one.closed.is_none());
    let texts = past.texts();
    let products: BTreeSet<TextId> = these.clone().map(|one| one.product).collect();
    let first = products.into_iter().map(|product| texts.text(product)).min();
    // Of a package the name alone: its key begins with the sort of package and its group.
    let name = |product: &str| product.rsplit('/').next().unwrap_or(product).to_owned();
    row.product = first.map(name).unwrap_or_default();
    let names = these.map(|one| hosts.of(one).map_or(texts.text(one.host), |host| host.display.as_str()));
    let names: BTreeSet<&str> = names.collect();
    row.host_count = u64::try_from(names.len()).unwrap_or(u64::MAX);
    row.hosts = names.into_iter().take(RaceRow::HOSTS_MAX).map(str::to_owned).collect();
}

/// Every machine that ever had an exposure, as far as it is still known; each is looked up once.
fn hosts(of: &RaceOf<'_>, past: &Past) -> PastHosts {
    let wanted = past.zone.as_ref().map(|zone| zone.to_lowercase());
    let host = |name: &str| {
        let entity = of.ours.hosts.resolve(name, None);
        let device = of.ours.device(&entity);
        let zone = device.and_then(|device| {
            let zone = of.ours.zone_of(device).map(|zone| zone.name.clone());
            zone.or_else(|| device.zone.as_deref().map(str::to_owned))
        });
        let is_wanted = wanted.is_none() || zone.as_deref().map(str::to_lowercase) == wanted;
        PastHost { display: entity.display, zone, is_gone: device.is_none(), is_wanted }
    };
    let mut hosts: Vec<Option<PastHost>> = Vec::new();
    hosts.resize_with(past.texts().len(), || None);
    for one in past.each() {
        if let Some(known) = hosts.get_mut(one.host.place()).filter(|known| known.is_none()) {
            *known = Some(host(past.texts().text(one.host)));
        }
    }
    PastHosts(hosts)
}

/// The flaws that are open in the joins of today, by name.
fn open_now<'a>(of: &RaceOf<'a>) -> BTreeMap<&'a str, OpenNow<'a>> {
    let mut open: BTreeMap<&str, OpenNow<'_>> = BTreeMap::new();
    for (rank, (exposed, spread)) in of.ranked.iter().enumerate() {
        let Of::Flaw(id) = &exposed.of else { continue };
        let now = open.entry(id).or_insert(OpenNow { rank, spread, decision: exposed.decision });
        now.decision = now.decision.min(exposed.decision);
    }
    open
}

/// What the numbers do not cover.
fn notes(rows: &[RaceRow], past: &Past, unknown: u64, hosts: &PastHosts) -> Vec<String> {
    let of = |holds: &dyn Fn(&RaceRow) -> bool| {
        u64::try_from(rows.iter().filter(|row| holds(row)).count()).unwrap_or(u64::MAX)
    };
    let flaws = |count: u64| counted(count, "flaw", "flaws");
    let since = past.since.map(Timestamp::date);
    let mut notes = Vec::new();
    let before = of(&|row| row.attackable().zip(since).is_some_and(|(first, since)| first < since));
    if let Some(since) = since.filter(|_| before > 0) {
        notes.push(format!(
            "{} could be attacked before this memory began ({since}): known here is the day on which it learnt of them",
            flaws(before)
        ));
    }
    if let Some(gone) = past.gone.map(Timestamp::date) {
        notes.push(format!(
            "of flaws that were closed up to {gone} it is no longer kept when: they may be in no row"
        ));
    }
    let dateless = of(&|row| row.gone.is_none() && row.attackable().is_none());
    if dateless > 0 {
        notes.push(format!("of {} no day of attack is stated: no days are counted", flaws(dateless)));
    }
    let gone = of(&|row| row.gone.is_some());
    if gone > 0 {
        notes.push(format!(
            "of {} it is not known whether they are still there, and no days are counted",
            flaws(gone)
        ));
    }
    if unknown > 0 {
        notes.push(format!("of {} no feed says anything any more: they are in no row", flaws(unknown)));
    }
    let gone = u64::try_from(hosts.each().filter(|host| host.is_gone).count()).unwrap_or(u64::MAX);
    if gone > 0 {
        let machines = counted(gone, "machine that is gone", "machines that are gone");
        notes.push(format!("of {machines} no zone is known any more"));
    }
    let zones: BTreeSet<&str> = hosts.each().filter_map(|host| host.zone.as_deref()).collect();
    if let Some(zone) =
        past.zone.as_ref().filter(|zone| !zones.iter().any(|one| one.eq_ignore_ascii_case(zone)))
    {
        let named: Vec<&str> = zones.into_iter().take(ZONES_NAMED_MAX).collect();
        let there = if named.is_empty() { "none is known".to_owned() } else { named.join(", ") };
        notes.push(format!(
            "no machine with a flaw is in the zone {zone}; zones of machines with flaws: {there}"
        ));
    }
    notes
}
