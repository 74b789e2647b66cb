//! `affected` entries of a CVE record as version ranges.
//!
//! A range starts at `version` and ends before `lessThan` or at `lessThanOrEqual`; `changes` switch the
//! status in between; `defaultStatus` speaks for every version that is not listed. Commits (`versionType:
//! git`) have no order. What compares to nothing is [`Versions::Unknown`], never "not affected".

use super::wire::{AffectedEntry, Version};
use crate::knowledge::package;
use crate::knowledge::spoken::{self, Spoken};
use model::world::{Package, Product, Versions, release};
use std::cmp::Ordering;
use version::{Bound, Range, Scheme};

/// How many versions of one entry are read; Oracle lists some hundred.
const VERSIONS_MAX: usize = 10_000;

/// How many half-lines of one entry are read as switches of its status.
const SWITCHES_MAX: usize = 1_000;

/// The product of an entry; `n/a` is no name.
pub(super) fn product(entry: &AffectedEntry<'_>) -> Product {
    let name = |text: &str| {
        let text = text.trim();
        (!spoken::is_nothing(text)).then(|| text.to_owned())
    };
    let package = package::from_purl(&entry.package_url)
        .or_else(|| package::from_collection(&entry.collection_url, &entry.package_name));
    // `Red Hat Enterprise Linux 8` with the package `kernel`: the flaw is the package's. The platform around
    // it, and its CPE, say nothing of a machine that merely runs it.
    let inside = name(&entry.package_name).filter(|package| !shares_a_word(package, &entry.product));
    let cpes = entry.cpes.iter().filter_map(|cpe| cpe.owned());
    let platform = inside.as_ref().and(package.as_ref()).and_then(Package::distribution);
    Product {
        release: platform.and_then(|name| release(name, &entry.product)),
        vendor: name(&entry.vendor),
        cpes: if inside.is_some() { Vec::new() } else { cpes.collect() },
        name: inside.or_else(|| name(&entry.product)).or_else(|| name(&entry.package_name)),
        package,
    }
}

/// Whether two names have a word in common: `log4j-core` and `Apache Log4j2` do, by the beginning of a word.
fn shares_a_word(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        words
            .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned())
            .filter(|word| word.len() > 1)
            .collect()
    };
    let others = words(other);
    others.is_empty() || words(one).iter().any(|word| others.contains(word))
}

/// The affected versions of an entry; `None` when it says that nothing is affected.
pub(super) fn of(entry: &AffectedEntry<'_>, package: Option<&Package>) -> Option<Versions> {
    let default_affected = entry.default_status.eq_ignore_ascii_case("affected");
    let mut said = VersionStatements::default();
    for version in entry.versions.iter().take(VERSIONS_MAX) {
        said.version(version, package);
    }
    if said.all {
        return Some(Versions::All);
    }
    said.switch_at_half_lines();
    // `defaultStatus: affected` beside a list of affected versions and nothing else would make the list idle:
    // many records write it so and mean the list.
    let means_the_list = said.exclusions.is_empty() && !said.unreadable_exclusion && !said.ranges.is_empty();
    if default_affected && !means_the_list {
        return Some(match (said.exclusions.is_empty(), said.unreadable_exclusion) {
            (true, false) => Versions::All,
            (true, true) => Versions::Unknown,
            (false, _) => {
                let scheme = said.exclusions.first().map_or(Scheme::Generic, |range| range.scheme);
                Versions::In(vec![Range::between(scheme, Bound::Open, Bound::Open)], said.exclusions)
            }
        });
    }
    if !said.ranges.is_empty() {
        return Some(Versions::In(said.ranges, said.exclusions));
    }
    let says_nothing = entry.versions.is_empty() && !entry.default_status.eq_ignore_ascii_case("unaffected");
    (said.unreadable || says_nothing).then_some(Versions::Unknown)
}

/// What the versions of an entry say, gathered.
#[derive(Default)]
struct VersionStatements {
    all: bool,
    ranges: Vec<Range>,
    exclusions: Vec<Range>,
    unreadable: bool,
    unreadable_exclusion: bool,
}

impl VersionStatements {
    fn version(&mut self, version: &Version<'_>, package: Option<&Package>) {
        let affected = match &*version.status.to_ascii_lowercase() {
            "unaffected" => false,
            "affected" | "" => true,
            _ => {
                self.unreadable = true;
                return;
            }
        };
        let Some(scheme) = scheme(&version.version_type, package) else {
            self.unreadable |= affected;
            self.unreadable_exclusion |= !affected;
            return;
        };
        let spoken = if version.less_than.filled().is_some() || version.less_than_or_equal.filled().is_some()
        {
            self.interval(version, scheme, affected);
            return;
        } else {
            spoken::versions(&version.version)
        };
        match spoken {
            Spoken::All if affected => self.all = true,
            Spoken::Nothing | Spoken::All => {
                self.unreadable |= affected;
                self.unreadable_exclusion |= !affected;
            }
            Spoken::Intervals(intervals) => self.add(Range { scheme, intervals }, affected),
        }
    }

    /// Records that list `>= 8.0.0` affected, `>= 8.3.3` unaffected, `>= 8.4.0` affected … mean a status that
    /// holds from each version to the next: half-lines of both kinds are read as these switches.
    fn switch_at_half_lines(&mut self) {
        let starts = |ranges: &[Range]| -> Vec<(Scheme, String)> {
            ranges.iter().filter_map(|range| Some((range.scheme, half_line(range)?.to_owned()))).collect()
        };
        let (affected, unaffected) = (starts(&self.ranges), starts(&self.exclusions));
        let Some((scheme, _)) = affected.first().cloned().filter(|_| !unaffected.is_empty()) else { return };
        let marked =
            |starts: Vec<(Scheme, String)>, holds: bool| starts.into_iter().map(move |(_, at)| (at, holds));
        let mut switches: Vec<(String, bool)> =
            marked(affected, true).chain(marked(unaffected, false)).collect();
        let readable = switches.iter().all(|(at, _)| scheme.compare(at, at).is_some());
        if !readable || switches.len() > SWITCHES_MAX {
            return;
        }
        switches.sort_by(|a, b| scheme.compare(&a.0, &b.0).unwrap_or(Ordering::Equal));
        let (mut intervals, mut start) = (Vec::new(), None);
        for (at, holds) in switches {
            match (holds, start.is_some()) {
                (true, false) => start = Some(at),
                (false, true) => {
                    let low = start.take().map_or(Bound::Open, Bound::Included);
                    intervals.push((low, Bound::Excluded(at)));
                }
                (true, true) | (false, false) => {}
            }
        }
        if let Some(at) = start {
            intervals.push((Bound::Included(at), Bound::Open));
        }
        self.ranges.retain(|range| half_line(range).is_none());
        self.exclusions.retain(|range| half_line(range).is_none());
        self.ranges.push(Range { scheme, intervals });
    }

    fn add(&mut self, range: Range, affected: bool) {
        if affected {
            self.ranges.push(range);
        } else {
            self.exclusions.push(range);
        }
    }

    /// A range with its `changes`.
    fn interval(&mut self, version: &Version<'_>, scheme: Scheme, affected: bool) {
        let low = low(&version.version);
        let high = match version.less_than.filled() {
            Some(end) => high(end, false),
            None => high(version.less_than_or_equal.filled().unwrap_or_default(), true),
        };
        let Some(high) = high else {
            self.unreadable |= affected;
            self.unreadable_exclusion |= !affected;
            return;
        };
        let (mut holds, mut start) = (affected, Some(low));
        let mut intervals = Vec::new();
        for change in version.changes.iter().take(VERSIONS_MAX) {
            let (Some(at), now) = (change.at.filled(), change.status.eq_ignore_ascii_case("affected")) else {
                continue;
            };
            if now == holds {
                continue;
            }
            if now == affected {
                start = Some(Bound::Included(at.to_owned()));
            } else if let Some(start) = start.take() {
                intervals.push((start, Bound::Excluded(at.to_owned())));
            }
            holds = now;
        }
        if let Some(start) = start {
            intervals.push((start, high));
        }
        if !intervals.is_empty() {
            self.add(Range { scheme, intervals }, affected);
        }
    }
}

/// Where a range begins that has no end.
fn half_line(range: &Range) -> Option<&str> {
    match range.intervals.as_slice() {
        [(Bound::Included(at), Bound::Open)] => Some(at),
        _ => None,
    }
}

/// The scheme of a version type; where the record leaves it open, the package's own.
fn scheme(version_type: &str, package: Option<&Package>) -> Option<Scheme> {
    let given = Scheme::from_cve_version_type(version_type)?;
    if given != Scheme::Generic {
        return Some(given);
    }
    Some(package.and_then(|package| Scheme::from_purl_type(&package.ecosystem)).unwrap_or(Scheme::Generic))
}

fn low(version: &str) -> Bound {
    let version = version.trim();
    if version == "0" || version == "*" || spoken::is_nothing(version) {
        return Bound::Open;
    }
    Bound::Included(version.to_owned())
}

/// The upper end: `*` is open; a word with a star (`log4j-core*`) is too; nothing readable is `None`.
fn high(version: &str, included: bool) -> Option<Bound> {
    if version == "*" {
        return Some(Bound::Open);
    }
    if spoken::is_nothing(version) {
        return None;
    }
    if version.ends_with('*') && !version.starts_with(|c: char| c.is_ascii_digit() || c == 'v') {
        return Some(Bound::Open);
    }
    let version = version.to_owned();
    Some(if included { Bound::Included(version) } else { Bound::Excluded(version) })
}
