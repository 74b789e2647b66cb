//! The timeline of an intrusion: hosts as lanes, time from left to right, steps as numbered dots.
//!
//! Time is not to scale: an intrusion is minutes of work and days of nothing. Each stretch between two steps
//! has a least width and grows with the logarithm of its length; a stretch of [`BREAK_SECONDS`] or more is drawn
//! as a marked break with its length written out. So the picture keeps the order and names every gap. It reads
//! in one colour: severity is the width of the ring, an outside address has a dotted lane.

use super::finding::class;
use crate::safe::shown::Shown;
use crate::words::phrase::{clock, count_of, day_of_year, moment, number, stretch};
use maud::{Markup, html};
use model::Timestamp;
use model::answer::{Link, Step, Story};
use std::collections::BTreeMap;

/// A stretch without a step that is this long or longer is drawn as a break.
const BREAK_SECONDS: i64 = 6 * 3600;
/// Steps drawn; the table has every step.
const STEPS_DRAWN_MAX: usize = 40;
/// Lanes drawn; steps on other hosts are in the table only.
const LANES_MAX: usize = 16;

/// Where the lanes begin: right of the hosts' names.
const LEFT: i64 = 168;
const RIGHT_PAD: i64 = 46;
const TOP: i64 = 46;
const LANE: i64 = 68;
const RADIUS: i64 = 11;
/// The least distance of two steps, so that their times under the axis do not touch.
const STEP_LEAST: i64 = 46;
const BREAK_WIDTH: i64 = 74;
/// How many units are added to a stretch on average, at most.
const SPARE_MAX: i64 = 90;
/// The width of the text column; a shorter picture is stretched to it.
const WIDTH: i64 = 920;

/// The picture; nothing for a story without steps.
pub(crate) fn timeline(index: usize, story: &Story, year: Option<i64>) -> Markup {
    let drawing = Drawing::of(story);
    if drawing.dots.is_empty() {
        return html! {};
    }
    let height = drawing.axis() + 30;
    let (title, about) = (format!("timeline-{index}-title"), format!("timeline-{index}-about"));
    let hidden = story.steps.len() - drawing.dots.len();
    html! {
        figure {
            div.scroll tabindex="0" role="region" aria-label="Timeline of the intrusion" {
                svg viewBox={ "0 0 " (drawing.width) " " (height) } width=(drawing.width) height=(height)
                    style={ "min-width:" (drawing.width * 3 / 4) "px;max-width:" (drawing.width) "px" }
                    role="group" aria-labelledby={ (title) " " (about) } {
                    title id=(title) { "Timeline: " (Shown::prose(&story.title)) }
                    desc id=(about) { (described(story, year)) }
                    (days(&drawing))
                    (lanes(&drawing))
                    (breaks(&drawing))
                    @for link in &story.links { (curve(&drawing, link)) }
                    @for (at, dot) in drawing.dots.iter().enumerate() { (mark(&drawing, at, dot)) }
                }
            }
            figcaption {
                "Time runs from left to right, not to scale; a broken lane is a stretch without any step, its "
                "length above it. The ring of a step is thicker the graver it is. The table below has the same steps"
                @if hidden > 0 { ", and " (number(u64::try_from(hidden).unwrap_or(0))) " more" }
                "."
            }
        }
    }
}

fn described(story: &Story, year: Option<i64>) -> Shown {
    let first = story.steps.iter().find_map(|step| step.time);
    let last = story.steps.iter().rev().find_map(|step| step.time);
    let steps = crate::words::phrase::counted(count_of(&story.steps), "step", "steps");
    let hosts = crate::words::phrase::counted(count_of(&story.hosts), "lane", "lanes");
    match (first, last) {
        (Some(first), Some(last)) => Shown::of(&[
            &steps,
            &" on ",
            &hosts,
            &", from ",
            &moment(first, year),
            &" to ",
            &moment(last, year),
            &"; the table below says the same",
        ]),
        _ => Shown::of(&[&steps, &" on ", &hosts, &"; the table below says the same"]),
    }
}

struct Dot<'a> {
    step: &'a Step,
    x: i64,
    lane: usize,
    /// Whether its technique is written above the lane, because a neighbour's is written below.
    above: bool,
}

struct Break {
    from: i64,
    to: i64,
    seconds: i64,
}

struct Drawing<'a> {
    hosts: Vec<&'a str>,
    dots: Vec<Dot<'a>>,
    breaks: Vec<Break>,
    width: i64,
}

impl<'a> Drawing<'a> {
    fn of(story: &'a Story) -> Self {
        let mut hosts: Vec<&str> = Vec::new();
        let steps = story.steps.iter().take(STEPS_DRAWN_MAX);
        for host in story.hosts.iter().chain(steps.map(|step| &step.host)) {
            if !hosts.contains(&host.as_str()) && hosts.len() < LANES_MAX {
                hosts.push(host);
            }
        }
        let lanes: BTreeMap<&str, usize> =
            hosts.iter().enumerate().map(|(lane, host)| (*host, lane)).collect();
        let shown: Vec<(&Step, usize)> = story
            .steps
            .iter()
            .take(STEPS_DRAWN_MAX)
            .filter_map(|step| Some((step, *lanes.get(step.host.as_str())?)))
            .collect();
        let stretches = stretches(&shown);
        let bare: i64 = stretches.iter().map(|s| s.width).sum();
        let wanted = WIDTH - LEFT - RIGHT_PAD - 30;
        let elastic: i64 = stretches.iter().map(|s| s.elastic).sum();
        // A story of few steps does not fill the whole width.
        let spare = (wanted - bare).clamp(0, SPARE_MAX * i64::try_from(shown.len()).unwrap_or(0));
        let mut drawing = Self { hosts, dots: Vec::new(), breaks: Vec::new(), width: 0 };
        let mut x = LEFT + 30;
        for ((step, lane), stretch) in shown.into_iter().zip(&stretches) {
            let width = stretch.width + if elastic > 0 { spare * stretch.elastic / elastic } else { 0 };
            if let Some(seconds) = stretch.broken {
                drawing.breaks.push(Break { from: x, to: x + width, seconds });
            }
            x += width;
            drawing.push(step, lane, x);
        }
        drawing.width = (x + RIGHT_PAD).max(WIDTH);
        for link in &story.links {
            drawing.make_way(link);
        }
        drawing
    }

    /// Adds a dot; its technique is written on the other side of the lane if a neighbour is too near.
    fn push(&mut self, step: &'a Step, lane: usize, x: i64) {
        let near = self.dots.iter().rev().find(|dot| dot.lane == lane).filter(|dot| x - dot.x < 76);
        let above = near.is_some_and(|dot| !dot.above);
        self.dots.push(Dot { step, x, lane, above });
    }

    /// Writes the technique above the lane if a link leaves downwards, unless a neighbour's is there.
    fn make_way(&mut self, link: &Link) {
        let (Some(from), Some(to)) = (self.lane(&link.from), self.lane(&link.to)) else { return };
        let Some(at) = self.start(from, link.time) else { return };
        let Some(x) = self.dots.get(at).map(|dot| dot.x) else { return };
        let taken = self
            .dots
            .iter()
            .enumerate()
            .any(|(other, dot)| other != at && dot.lane == from && dot.above && (dot.x - x).abs() < 76);
        if let Some(dot) = self.dots.get_mut(at).filter(|_| to > from && !taken) {
            dot.above = true;
        }
    }

    /// The dot that a link leaves from: the last on its lane that is not later than the link.
    fn start(&self, lane: usize, time: Option<Timestamp>) -> Option<usize> {
        self.dots.iter().rposition(|dot| dot.lane == lane && (time.is_none() || dot.step.time <= time))
    }

    fn y(&self, lane: usize) -> i64 {
        TOP + LANE / 2 + i64::try_from(lane).unwrap_or(0) * LANE
    }

    /// The height at which the times are written.
    fn axis(&self) -> i64 {
        TOP + LANE * i64::try_from(self.hosts.len()).unwrap_or(0)
    }

    fn lane(&self, host: &str) -> Option<usize> {
        self.hosts.iter().position(|known| *known == host)
    }

    /// The place of a moment: between the steps around it, in proportion.
    fn x(&self, time: Timestamp) -> i64 {
        let timed = || self.dots.iter().filter_map(|dot| Some((dot.step.time?, dot.x)));
        let before = timed().rfind(|(t, _)| *t <= time);
        let after = timed().find(|(t, _)| *t > time);
        match (before, after) {
            (Some((t0, x0)), Some((t1, x1))) => {
                let (part, whole) = (time.seconds_since(t0), t1.seconds_since(t0).max(1));
                x0 + (x1 - x0).max(0) * part / whole
            }
            (Some((_, x)), None) => x + 30,
            (None, Some((_, x))) => x - 20,
            (None, None) => LEFT,
        }
    }

    fn known_outside(&self, lane: usize) -> bool {
        self.dots.iter().all(|dot| dot.lane != lane)
    }
}

struct Stretch {
    width: i64,
    elastic: i64,
    broken: Option<i64>,
}

/// How wide the stretch before each step is.
fn stretches(steps: &[(&Step, usize)]) -> Vec<Stretch> {
    let mut all = Vec::new();
    let mut last: Option<Timestamp> = None;
    for (index, (step, _)) in steps.iter().enumerate() {
        let seconds = match (last, step.time) {
            (Some(last), Some(time)) => time.seconds_since(last).max(0),
            _ => 0,
        };
        last = step.time.or(last);
        all.push(if index == 0 {
            Stretch { width: 0, elastic: 0, broken: None }
        } else if seconds >= BREAK_SECONDS {
            Stretch { width: BREAK_WIDTH, elastic: 2, broken: Some(seconds) }
        } else {
            let minutes = u64::try_from(seconds / 60).unwrap_or(0) + 1;
            let elastic = i64::from(minutes.ilog2());
            Stretch { width: STEP_LEAST + elastic, elastic: elastic + 1, broken: None }
        });
    }
    all
}

/// A hairline and a date where a day begins.
fn days(drawing: &Drawing<'_>) -> Markup {
    let mut last = None;
    let (top, bottom) = (TOP - 24, drawing.axis());
    let mut starts = Vec::new();
    for dot in &drawing.dots {
        let Some(date) = dot.step.time.map(Timestamp::date).filter(|date| last != Some(*date)) else {
            continue;
        };
        // The name of a day is left out if it would touch the name before it.
        if starts.last().is_none_or(|(x, _)| dot.x - x >= 52) {
            starts.push((dot.x, date));
        }
        last = Some(date);
    }
    html! {
        @for (index, (x, date)) in starts.into_iter().enumerate() {
            line.day x1=(x) x2=(x) y1=(top) y2=(bottom) {}
            text.strong x=(x) y=(TOP - 30) text-anchor="middle" {
                @if index == 0 { (crate::words::phrase::day(date)) } @else { (day_of_year(date)) }
            }
        }
    }
}

fn lanes(drawing: &Drawing<'_>) -> Markup {
    let right = drawing.width - 8;
    html! {
        @for (lane, host) in drawing.hosts.iter().enumerate() {
            @let y = drawing.y(lane);
            @let name = Shown::prose(host);
            line.lane.outside[drawing.known_outside(lane)] x1=(LEFT) x2=(right) y1=(y) y2=(y) {}
            text.strong x="0" y=(y + 5) { title { (name) } (name.cut(21)) }
        }
    }
}

/// Two slanted strokes over each lane, with the length of the stretch above.
fn breaks(drawing: &Drawing<'_>) -> Markup {
    html! {
        @for gap in &drawing.breaks {
            @let x = i64::midpoint(gap.from, gap.to);
            text.soft x=(x) y=(TOP - 10) text-anchor="middle" { (stretch(gap.seconds)) }
            @for lane in 0..drawing.hosts.len() {
                @let y = drawing.y(lane);
                line.cover x1=(x - 4) x2=(x + 4) y1=(y) y2=(y) {}
                line.break x1=(x - 7) x2=(x - 1) y1=(y + 7) y2=(y - 7) {}
                line.break x1=(x + 1) x2=(x + 7) y1=(y + 7) y2=(y - 7) {}
            }
        }
    }
}

/// A link: a thin curve from lane to lane; its reason is its name, so that focus shows it.
fn curve(drawing: &Drawing<'_>, link: &Link) -> Markup {
    let (Some(from), Some(to)) = (drawing.lane(&link.from), drawing.lane(&link.to)) else { return html! {} };
    if from == to {
        return html! {};
    }
    // The curve runs from the last step before the link to the first step after it, else from and to its own moment.
    let time = link.time;
    let own = time.map(|time| drawing.x(time));
    let on = |lane: usize| drawing.dots.iter().filter(move |dot| dot.lane == lane);
    let start = drawing.start(from, time).and_then(|at| drawing.dots.get(at)).map(|dot| dot.x);
    let end = on(to).find(|dot| time.is_none() || dot.step.time >= time).map(|dot| dot.x);
    let Some(x1) = start.or(own) else { return html! {} };
    let x2 = end.or(own).unwrap_or(x1).max(x1 + if end.is_some() { 0 } else { 34 });
    let down = if to > from { 1 } else { -1 };
    let (y1, y2) = (drawing.y(from) + down * RADIUS, drawing.y(to) - down * (RADIUS + 5));
    let reason = Shown::of(&[
        &Shown::prose(&link.from),
        &" to ",
        &Shown::prose(&link.to),
        &": ",
        &Shown::prose(&link.reason),
    ]);
    let bend = (y2 - y1) * 3 / 5;
    let ends_outside = end.is_none();
    html! {
        g tabindex="0" role="img" aria-label=(reason) {
            title { (reason) }
            path.link d={ "M" (x1) " " (y1) " C" (x1) " " (y1 + bend) " " (x2) " " (y2 - bend) " " (x2) " " (y2) } {}
            path.arrow d={ "M" (x2) " " (y2 + down * 5) " l-4 " (-down * 7) " h8 z" } {}
            @if ends_outside { rect.end x=(x2 - 5) y=(drawing.y(to) - 5) width="10" height="10" {} }
        }
    }
}

fn mark(drawing: &Drawing<'_>, at: usize, dot: &Dot<'_>) -> Markup {
    let (x, y) = (dot.x, drawing.y(dot.lane));
    let step = dot.step;
    let what = Shown::of(&[&(at + 1), &". ", &Shown::prose(&step.what), &", ", &step.severity]);
    let technique = Shown::prose(step.technique.as_deref().unwrap_or_default()).cut(10);
    let until = step.until.map(|until| drawing.x(until)).filter(|end| *end > x + RADIUS);
    let label = if dot.above { y - RADIUS - 7 } else { y + RADIUS + 16 };
    html! {
        g.(class(step.severity)) {
            title { (what) }
            @if let Some(end) = until { line.lasting x1=(x) x2=(end) y1=(y) y2=(y) {} }
            circle.dot cx=(x) cy=(y) r=(RADIUS) {}
            text.strong x=(x) y=(y + 5) text-anchor="middle" { (at + 1) }
            @if !technique.is_empty() {
                text.soft.halo x=(x) y=(label) text-anchor="middle" { (technique) }
            }
            @if let Some(time) = step.time {
                text.soft x=(x) y=(drawing.axis() + 20) text-anchor="middle" { (clock(time)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{FindingId, Severity};

    fn step(time: &str, host: &str) -> Step {
        Step {
            time: Timestamp::parse(time),
            until: None,
            host: host.to_owned(),
            what: "x".to_owned(),
            technique: Some("T1505.003".to_owned()),
            severity: Severity::High,
            count: 1,
            finding: FindingId::derive(&[time, host]),
        }
    }

    fn story(steps: Vec<Step>) -> Story {
        let hosts = vec!["a".to_owned(), "b".to_owned()];
        let finding = FindingId::derive(&["chain"]);
        Story {
            finding,
            title: String::new(),
            severity: Severity::High,
            hosts,
            steps,
            links: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn dots_keep_the_order_of_time_and_their_distance() {
        let times =
            ["2024-06-01T00:00:00Z", "2024-06-01T00:00:00Z", "2024-06-01T05:00:00Z", "2024-06-09T00:00:00Z"];
        let story = story(times.iter().map(|time| step(time, "a")).collect());
        let drawing = Drawing::of(&story);
        let xs: Vec<i64> = drawing.dots.iter().map(|dot| dot.x).collect();
        assert!(xs.windows(2).all(|pair| pair[1] - pair[0] >= STEP_LEAST), "{xs:?}");
        assert_eq!(drawing.breaks.len(), 1, "only the stretch of days is broken");
        assert!(xs.last().is_some_and(|x| *x <= drawing.width - RIGHT_PAD));
    }

    #[test]
    fn a_stretch_just_under_the_bound_is_not_broken() {
        let at = |seconds: i64| {
            let mut second = step("2024-06-01T00:00:00Z", "a");
            second.time = second.time.map(|time| time.plus_seconds(seconds));
            let story = story(vec![step("2024-06-01T00:00:00Z", "a"), second]);
            Drawing::of(&story).breaks.len()
        };
        assert_eq!((at(BREAK_SECONDS - 1), at(BREAK_SECONDS)), (0, 1));
    }

    #[test]
    fn one_past_the_bound_is_left_to_the_table() {
        let steps = (0..=STEPS_DRAWN_MAX).map(|_| step("2024-06-01T00:00:00Z", "a")).collect();
        let story = story(steps);
        assert_eq!(Drawing::of(&story).dots.len(), STEPS_DRAWN_MAX);
        let page = timeline(0, &story, None).into_string();
        assert!(page.contains("and 1 more"));
    }

    #[test]
    fn a_story_without_times_or_steps_is_survived() {
        let mut untimed = step("2024-06-01T00:00:00Z", "elsewhere");
        untimed.time = None;
        assert!(timeline(0, &story(vec![untimed]), None).into_string().contains("<circle"));
        assert!(timeline(0, &story(Vec::new()), None).into_string().is_empty());
    }
}
