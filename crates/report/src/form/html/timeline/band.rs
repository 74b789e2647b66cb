//! Where everything of an intrusion's picture is: steps in bands, each as wide as the page, one below the other.
//!
//! Time is not to scale: an intrusion is minutes of work and days of nothing. Each stretch between two steps has a least
//! width and grows with the logarithm of its length; a stretch of [`FOLD_SECONDS`] or more is folded, with its length
//! written out. When a band is full the next one goes on below it, with the lanes of its own steps only. So the picture
//! keeps the order, names every gap, and is never wider than the page.

use model::Timestamp;
use model::answer::{Link, Step, Story};
use std::ops::Range;

/// A stretch without a step that is this long or longer is folded.
pub(super) const FOLD_SECONDS: i64 = 6 * 3600;
/// Steps drawn; the table has every step.
pub(super) const STEPS_DRAWN_MAX: usize = 120;
/// Lanes of one band; steps on other hosts are in the table only.
const LANES_MAX: usize = 16;

/// Where the lanes begin: right of the hosts' names.
pub(super) const LEFT: i64 = 176;
/// The width of the text column, and of each band.
pub(super) const WIDTH: i64 = 860;
const RIGHT_PAD: i64 = 46;
/// Where the first step is: right of the beginning of the lanes.
const FIRST: i64 = LEFT + 34;
const TOP: i64 = 46;
const LANE: i64 = 58;
/// The least distance of two steps, so that their times under the axis do not touch.
const STEP_LEAST: i64 = 46;
/// Techniques nearer than this are written on different sides of their lane.
const TECHNIQUE_WIDTH: i64 = 76;
const FOLD_WIDTH: i64 = 74;
/// How many units are added to a stretch on average, at most.
const SPARE_MAX: i64 = 90;

/// A step in its place.
pub(super) struct Dot<'a> {
    pub(super) step: &'a Step,
    /// Its number in the story, from 1.
    pub(super) number: usize,
    pub(super) x: i64,
    pub(super) lane: usize,
    /// Whether its technique is written above the lane, because a neighbour's is written below.
    pub(super) above: bool,
}

/// A folded stretch, and how long it is.
pub(super) struct Fold {
    pub(super) x: i64,
    pub(super) seconds: i64,
}

/// Steps that follow each other, over the width of the page.
pub(super) struct Band<'a> {
    pub(super) hosts: Vec<&'a str>,
    pub(super) dots: Vec<Dot<'a>>,
    pub(super) folds: Vec<Fold>,
    pub(super) links: Vec<&'a Link>,
    /// How long the pause before its first step is, if the band goes on with another.
    pub(super) pause: Option<i64>,
}

/// A step on its way into a band.
#[derive(Clone, Copy)]
struct Placed<'a> {
    step: &'a Step,
    number: usize,
    /// Seconds since the step before.
    since: i64,
}

impl Placed<'_> {
    fn is_folded(&self) -> bool {
        self.since >= FOLD_SECONDS
    }

    /// The least width of the stretch before it, and its share of what is left.
    fn stretch(&self) -> (i64, i64) {
        if self.is_folded() {
            return (FOLD_WIDTH, 2);
        }
        let minutes = u64::try_from(self.since / 60).unwrap_or(0) + 1;
        let elastic = i64::from(minutes.ilog2());
        (STEP_LEAST + elastic, elastic + 1)
    }
}

/// The bands of a story, at most so many steps of it: of a longer one the beginning and the end, where the damage is.
pub(super) fn bands(story: &Story, steps_max: usize) -> Vec<Band<'_>> {
    let left_out = left_out(story, steps_max);
    let mut last: Option<Timestamp> = None;
    let mut placed = Vec::new();
    let shown = story.steps.iter().enumerate().filter(|(index, _)| !left_out.contains(index));
    for (index, step) in shown {
        let since = match (last, step.time) {
            (Some(last), Some(time)) => time.seconds_since(last).max(0),
            _ => 0,
        };
        last = step.time.or(last);
        placed.push(Placed { step, number: index + 1, since });
    }
    let full = rows(&placed, usize::MAX);
    // As many steps in each band, so that the last one does not hold a single step.
    let even = rows(&placed, placed.len().div_ceil(full.len().max(1)));
    let rows = if even.len() == full.len() { even } else { full };
    let ends: Vec<Option<Timestamp>> =
        rows.iter().map(|row| row.iter().rev().find_map(|placed| placed.step.time)).collect();
    let links = links_of(story, &ends, &left_out);
    rows.iter().zip(links).enumerate().map(|(at, (row, links))| Band::of(story, row, links, at > 0)).collect()
}

/// Steps in rows, each with as many as fit, and at most so many.
fn rows<'a>(placed: &[Placed<'a>], most: usize) -> Vec<Vec<Placed<'a>>> {
    let mut rows: Vec<Vec<Placed<'a>>> = Vec::new();
    let mut x = WIDTH;
    for one in placed {
        x += one.stretch().0;
        match rows.last_mut().filter(|row| x <= WIDTH - RIGHT_PAD && row.len() < most) {
            Some(row) => row.push(*one),
            None => {
                rows.push(vec![*one]);
                x = FIRST;
            }
        }
    }
    rows
}

/// The steps that are not drawn, by their place: a third of what is drawn comes after them.
fn left_out(story: &Story, steps_max: usize) -> Range<usize> {
    let all = story.steps.len();
    let back = if all > steps_max { steps_max / 3 } else { all };
    steps_max.min(all).saturating_sub(back)..all - back
}

/// The links of each band: the first that is not over when the link is made, else the last. A link between steps that
/// are not drawn is not drawn either.
fn links_of<'a>(story: &'a Story, ends: &[Option<Timestamp>], left_out: &Range<usize>) -> Vec<Vec<&'a Link>> {
    let hidden = story.steps.get(left_out.clone()).unwrap_or_default();
    let (first, last) = (hidden.first().and_then(|step| step.time), hidden.last().and_then(|step| step.time));
    let is_hidden = |link: &&Link| link.time.is_some_and(|time| first <= Some(time) && Some(time) <= last);
    let mut of: Vec<Vec<&Link>> = ends.iter().map(|_| Vec::new()).collect();
    for link in story.links.iter().filter(|link| hidden.is_empty() || !is_hidden(link)) {
        let at = ends.iter().position(|end| link.time.is_none() || *end >= link.time);
        let at = at.unwrap_or(ends.len().saturating_sub(1));
        of.get_mut(at).into_iter().for_each(|links| links.push(link));
    }
    of
}

impl<'a> Band<'a> {
    fn of(story: &'a Story, row: &[Placed<'a>], links: Vec<&'a Link>, goes_on: bool) -> Self {
        let is_here = |host: &str| {
            row.iter().any(|placed| placed.step.host == host)
                || links.iter().any(|link| link.from == host || link.to == host)
        };
        let mut hosts: Vec<&str> = Vec::new();
        let all = story.hosts.iter().chain(row.iter().map(|placed| &placed.step.host));
        for host in all.filter(|host| is_here(host)) {
            if !hosts.contains(&host.as_str()) && hosts.len() < LANES_MAX {
                hosts.push(host);
            }
        }
        let mut band = Self { hosts, dots: Vec::new(), folds: Vec::new(), links, pause: None };
        band.pause = row.first().map(|placed| placed.since).filter(|since| goes_on && *since >= 60);
        let (bare, elastic) =
            row.iter().skip(1).map(Placed::stretch).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        // A band of few steps does not fill the whole width.
        let wanted = WIDTH - RIGHT_PAD - FIRST;
        let spare = (wanted - bare).clamp(0, SPARE_MAX * i64::try_from(row.len()).unwrap_or(0));
        let mut x = FIRST;
        for (index, placed) in row.iter().enumerate() {
            if index > 0 {
                let (least, share) = placed.stretch();
                let width = least + if elastic > 0 { spare * share / elastic } else { 0 };
                if placed.is_folded() {
                    band.folds.push(Fold { x: x + width / 2, seconds: placed.since });
                }
                x += width;
            }
            band.push(placed, x);
        }
        for link in band.links.clone() {
            band.make_way(link);
        }
        band
    }

    /// Adds a dot; its technique is written on the other side of the lane if a neighbour is too near.
    fn push(&mut self, placed: &Placed<'a>, x: i64) {
        let Some(lane) = self.lane(&placed.step.host) else { return };
        let near = self.dots.iter().rev().find(|dot| dot.lane == lane);
        let above = near.is_some_and(|dot| x - dot.x < TECHNIQUE_WIDTH && !dot.above);
        self.dots.push(Dot { step: placed.step, number: placed.number, x, lane, above });
    }

    /// Writes the technique above the lane if a link leaves downwards, unless a neighbour's is there.
    fn make_way(&mut self, link: &Link) {
        let (Some(from), Some(to)) = (self.lane(&link.from), self.lane(&link.to)) else { return };
        let Some(at) = self.start(from, link.time) else { return };
        let Some(x) = self.dots.get(at).map(|dot| dot.x) else { return };
        let taken = self.dots.iter().enumerate().any(|(other, dot)| {
            other != at && dot.lane == from && dot.above && (dot.x - x).abs() < TECHNIQUE_WIDTH
        });
        if let Some(dot) = self.dots.get_mut(at).filter(|_| to > from && !taken) {
            dot.above = true;
        }
    }

    /// The dot that a link leaves from: the last on its lane that is not later than the link.
    pub(super) fn start(&self, lane: usize, time: Option<Timestamp>) -> Option<usize> {
        self.dots.iter().rposition(|dot| dot.lane == lane && (time.is_none() || dot.step.time <= time))
    }

    pub(super) fn y(&self, lane: usize) -> i64 {
        TOP + LANE / 2 + i64::try_from(lane).unwrap_or(0) * LANE
    }

    /// Where the names of days are written, and the lengths of folds.
    pub(super) fn heads(&self) -> (i64, i64) {
        (TOP - 30, TOP - 10)
    }

    /// The height at which the times are written.
    pub(super) fn axis(&self) -> i64 {
        TOP + LANE * i64::try_from(self.hosts.len()).unwrap_or(0)
    }

    pub(super) fn lane(&self, host: &str) -> Option<usize> {
        self.hosts.iter().position(|known| *known == host)
    }

    /// The place of a moment: between the steps around it, in proportion; within the band.
    pub(super) fn x(&self, time: Timestamp) -> i64 {
        let timed = || self.dots.iter().filter_map(|dot| Some((dot.step.time?, dot.x)));
        let before = timed().rfind(|(t, _)| *t <= time);
        let after = timed().find(|(t, _)| *t > time);
        let x = match (before, after) {
            (Some((t0, x0)), Some((t1, x1))) => {
                let (part, whole) = (time.seconds_since(t0), t1.seconds_since(t0).max(1));
                x0 + (x1 - x0).max(0) * part / whole
            }
            (Some((_, x)), None) => x + 30,
            (None, Some((_, x))) => x - 20,
            (None, None) => LEFT,
        };
        x.clamp(LEFT, WIDTH - 12)
    }

    /// Whether nothing happened on this lane itself: it is only led to.
    pub(super) fn is_only_led_to(&self, lane: usize) -> bool {
        self.dots.iter().all(|dot| dot.lane != lane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{FindingId, Severity};

    fn step(seconds: i64, host: &str) -> Step {
        Step {
            time: Timestamp::parse("2024-06-01T00:00:00Z").map(|time| time.plus_seconds(seconds)),
            until: None,
            host: host.to_owned(),
            what: "x".to_owned(),
            technique: Some("T1505.003".to_owned()),
            severity: Severity::High,
            count: 1,
            finding: FindingId::derive(&[&seconds.to_string(), host]),
        }
    }

    fn story(steps: Vec<Step>) -> Story {
        let hosts = vec!["a".to_owned(), "b".to_owned()];
        let finding = FindingId::derive(&["chain"]);
        let (links, notes) = (Vec::new(), Vec::new());
        let (accounts, addresses, title, severity) = (Vec::new(), Vec::new(), String::new(), Severity::High);
        Story { finding, title, severity, hosts, steps, links, accounts, addresses, notes }
    }

    #[test]
    fn dots_keep_the_order_of_time_and_their_distance() {
        let story = story([0, 0, 5 * 3600, 8 * 86_400].map(|seconds| step(seconds, "a")).to_vec());
        let bands = bands(&story, STEPS_DRAWN_MAX);
        let xs: Vec<i64> = bands[0].dots.iter().map(|dot| dot.x).collect();
        assert!(xs.windows(2).all(|pair| pair[1] - pair[0] >= STEP_LEAST), "{xs:?}");
        assert_eq!((bands.len(), bands[0].folds.len()), (1, 1), "only the stretch of days is folded");
        assert!(xs.last().is_some_and(|x| *x <= WIDTH - RIGHT_PAD));
        assert_eq!(bands[0].hosts, ["a"], "a lane without steps or links is not drawn");
    }

    #[test]
    fn a_stretch_just_under_the_bound_is_not_folded() {
        let folds = |seconds| {
            let story = story(vec![step(0, "a"), step(seconds, "a")]);
            bands(&story, STEPS_DRAWN_MAX)[0].folds.len()
        };
        assert_eq!((folds(FOLD_SECONDS - 1), folds(FOLD_SECONDS)), (0, 1));
    }

    #[test]
    fn a_full_band_goes_on_below_and_nothing_is_wider_than_the_page() {
        let mut long = story((0..60).map(|n| step(n * n * 1700, if n < 30 { "a" } else { "b" })).collect());
        long.links =
            vec![Link { from: "a".into(), to: "b".into(), time: long.steps[30].time, reason: "x".into() }];
        let bands = bands(&long, STEPS_DRAWN_MAX);
        assert!(bands.len() > 3);
        let numbers: Vec<usize> = bands.iter().flat_map(|band| &band.dots).map(|dot| dot.number).collect();
        assert_eq!(numbers, (1..=60).collect::<Vec<_>>());
        assert!(
            bands.iter().flat_map(|band| &band.dots).all(|dot| (FIRST..=WIDTH - RIGHT_PAD).contains(&dot.x))
        );
        assert_eq!(bands[0].hosts, ["a"]);
        assert!(bands.last().is_some_and(|band| band.dots.len() > 3), "no band holds a step or two");
        assert_eq!(bands.iter().filter(|band| !band.links.is_empty()).count(), 1, "each link is in one band");
        assert!(bands[0].pause.is_none() && bands[3].pause.is_some());
    }

    #[test]
    fn one_step_past_the_bound_is_left_out() {
        let mut story = story((0..5).map(|n| step(n * 60, if n < 4 { "a" } else { "b" })).collect());
        let link = |n: usize| Link {
            from: "a".into(),
            to: "b".into(),
            time: story.steps[n].time,
            reason: "x".into(),
        };
        story.links = vec![link(1), link(3), link(4)];
        let numbers = |most| -> Vec<usize> {
            bands(&story, most).iter().flat_map(|band| &band.dots).map(|dot| dot.number).collect()
        };
        assert_eq!(numbers(5), [1, 2, 3, 4, 5]);
        assert_eq!(numbers(4), [1, 2, 3, 5], "the end is drawn, and what is left out is before it");
        assert_eq!(bands(&story, 4)[0].links.len(), 2);
        assert!(bands(&story, 0).is_empty());
    }
}
