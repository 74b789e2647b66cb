//! The timeline of an intrusion: hosts as lanes, time from left to right, steps as numbered dots.
//!
//! It is drawn in bands of the width of the page (`band.rs`), so that no text is clipped on a screen or on paper. It
//! reads in one colour: severity is the width of the ring, a lane that is only led to is dotted. The names of hosts are
//! written without the domain that all share, and keep their end where they are still too long. A narrow screen shows
//! the same steps from top to bottom (`strip.rs`).

mod band;
mod strip;

use super::finding::class;
use crate::safe::shown::Shown;
use crate::words::domain::SharedDomain;
use crate::words::phrase::{clock, count_of, counted, day, day_of_year, moment, number, stretch};
use band::{Band, Dot, LEFT, STEPS_DRAWN_MAX, WIDTH, bands};
use maud::{Markup, html};
use model::Timestamp;
use model::answer::{Link, Story};

/// Steps of the short page: one band and a little.
const STEPS_DRAWN_SHORT: usize = 18;
/// The radius of a dot.
const RADIUS: i64 = 11;
/// Characters of a host's name beside its lane.
const NAME_CHARS_MAX: usize = 20;
/// Days nearer than this: the second has no name.
const DAY_WIDTH: i64 = 52;

/// The picture; nothing for a story without steps.
pub(crate) fn timeline(index: usize, story: &Story, year: Option<i64>, is_short: bool) -> Markup {
    let bands = bands(story, if is_short { STEPS_DRAWN_SHORT } else { STEPS_DRAWN_MAX });
    let drawn: usize = bands.iter().map(|band| band.dots.len()).sum();
    if drawn == 0 {
        return html! {};
    }
    let domain = SharedDomain::of(story.hosts.iter().map(String::as_str));
    let hidden = u64::try_from(story.steps.len() - drawn).unwrap_or(0);
    html! {
        figure.timeline {
            @for (at, band) in bands.iter().enumerate() { (drawn_band((index, at), band, story, year, &domain)) }
            (strip::strip(&bands, &domain, is_short))
            figcaption {
                span.broad {
                    "Time runs from left to right, not to scale; a broken lane is a stretch without any step, its "
                    "length above it."
                    @if bands.len() > 1 { " Each row goes on where the one above it ends." }
                }
                span.narrow { "Time runs downwards, not to scale." }
                " The ring of a step is thicker the graver it is."
                @if let Some(said) = domain.said() { " Hosts are " (said) "." }
                @if !is_short { " The table below has the same steps" @if hidden > 0 { ", and " (number(hidden)) " more between them" } "." }
                @else if hidden > 0 { " " (counted(hidden, "step", "steps")) " between them " @if hidden == 1 { "is" } @else { "are" } " not drawn." }
            }
        }
    }
}

fn drawn_band(
    (index, at): (usize, usize),
    band: &Band<'_>,
    story: &Story,
    year: Option<i64>,
    domain: &SharedDomain,
) -> Markup {
    let height = band.axis() + 30;
    let (title, about) = (format!("timeline-{index}-{at}-title"), format!("timeline-{index}-{at}-about"));
    html! {
        div.scroll tabindex="0" role="region" aria-label="Timeline of the intrusion" {
            svg viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height)
                role="group" aria-labelledby={ (title) " " (about) } {
                title id=(title) { "Timeline: " (Shown::prose(&story.title)) }
                desc id=(about) { (described(band, year)) }
                (days(band, at == 0))
                (lanes(band, domain))
                (folds(band))
                @for link in &band.links { (curve(band, link)) }
                @for dot in &band.dots { (mark(band, dot)) }
            }
        }
    }
}

fn described(band: &Band<'_>, year: Option<i64>) -> Shown {
    let first = band.dots.iter().find_map(|dot| dot.step.time);
    let last = band.dots.iter().rev().find_map(|dot| dot.step.time);
    let steps = counted(count_of(&band.dots), "step", "steps");
    let hosts = counted(count_of(&band.hosts), "lane", "lanes");
    let times = match (first, last) {
        (Some(first), Some(last)) => {
            Shown::of(&[&", from ", &moment(first, year), &" to ", &moment(last, year)])
        }
        _ => Shown::default(),
    };
    Shown::of(&[&steps, &" on ", &hosts, &times, &"; the table of steps says the same"])
}

/// A hairline and a date where a day begins.
fn days(band: &Band<'_>, has_year: bool) -> Markup {
    let mut last = None;
    let (names, top) = band.heads();
    let mut starts: Vec<(i64, model::Date)> = Vec::new();
    for dot in &band.dots {
        let Some(date) = dot.step.time.map(Timestamp::date).filter(|date| last != Some(*date)) else {
            continue;
        };
        // The name of a day is left out if it would touch the name before it.
        if starts.last().is_none_or(|(x, _)| dot.x - x >= DAY_WIDTH) {
            starts.push((dot.x, date));
        }
        last = Some(date);
    }
    html! {
        @if let Some(pause) = band.pause {
            text.soft x=(LEFT) y=(top) text-anchor="end" { (stretch(pause)) " later" }
        }
        @for (index, (x, date)) in starts.into_iter().enumerate() {
            line.day x1=(x) x2=(x) y1=(top - 14) y2=(band.axis()) {}
            text.strong x=(x) y=(names) text-anchor="middle" {
                @if index == 0 && has_year { (day(date)) } @else { (day_of_year(date)) }
            }
        }
    }
}

fn lanes(band: &Band<'_>, domain: &SharedDomain) -> Markup {
    html! {
        @for (lane, host) in band.hosts.iter().enumerate() {
            @let y = band.y(lane);
            line.lane.outside[band.is_only_led_to(lane)] x1=(LEFT) x2=(WIDTH - 8) y1=(y) y2=(y) {}
            text.strong x="0" y=(y + 5) {
                title { (Shown::prose(host)) }
                (domain.short(host).cut_front(NAME_CHARS_MAX))
            }
        }
    }
}

/// Two slanted strokes over each lane, with the length of the stretch above.
fn folds(band: &Band<'_>) -> Markup {
    let (_, top) = band.heads();
    html! {
        @for fold in &band.folds {
            @let x = fold.x;
            text.soft x=(x) y=(top) text-anchor="middle" { (stretch(fold.seconds)) }
            @for lane in 0..band.hosts.len() {
                @let y = band.y(lane);
                line.cover x1=(x - 4) x2=(x + 4) y1=(y) y2=(y) {}
                line.break x1=(x - 7) x2=(x - 1) y1=(y + 7) y2=(y - 7) {}
                line.break x1=(x + 1) x2=(x + 7) y1=(y + 7) y2=(y - 7) {}
            }
        }
    }
}

/// A link: a thin curve from lane to lane; its reason is its name, so that focus shows it.
fn curve(band: &Band<'_>, link: &Link) -> Markup {
    let (Some(from), Some(to)) = (band.lane(&link.from), band.lane(&link.to)) else { return html! {} };
    if from == to {
        return html! {};
    }
    // The curve runs from the last step before the link to the first step after it, else from and to its own moment.
    let time = link.time;
    let own = time.map(|time| band.x(time));
    let on = |lane: usize| band.dots.iter().filter(move |dot| dot.lane == lane);
    let start = band.start(from, time).and_then(|at| band.dots.get(at)).map(|dot| dot.x);
    let end = on(to).find(|dot| time.is_none() || dot.step.time >= time).map(|dot| dot.x);
    let Some(x1) = start.or(own) else { return html! {} };
    let x2 = end.or(own).unwrap_or(x1).max(x1 + if end.is_some() { 0 } else { 34 }).min(WIDTH - 12);
    let down = if to > from { 1 } else { -1 };
    let (y1, y2) = (band.y(from) + down * RADIUS, band.y(to) - down * (RADIUS + 5));
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
            @if ends_outside { rect.end x=(x2 - 5) y=(band.y(to) - 5) width="10" height="10" {} }
        }
    }
}

fn mark(band: &Band<'_>, dot: &Dot<'_>) -> Markup {
    let (x, y) = (dot.x, band.y(dot.lane));
    let step = dot.step;
    let what = Shown::of(&[&dot.number, &". ", &Shown::prose(&step.what), &", ", &step.severity]);
    let technique = Shown::prose(step.technique.as_deref().unwrap_or_default()).cut(10);
    let until = step.until.map(|until| band.x(until)).filter(|end| *end > x + RADIUS);
    let label = if dot.above { y - RADIUS - 7 } else { y + RADIUS + 16 };
    html! {
        g.(class(step.severity)) {
            title { (what) }
            @if let Some(end) = until { line.lasting x1=(x) x2=(end) y1=(y) y2=(y) {} }
            circle.dot cx=(x) cy=(y) r=(RADIUS) {}
            text.strong x=(x) y=(y + 5) text-anchor="middle" { (dot.number) }
            @if !technique.is_empty() {
                text.soft.halo x=(x) y=(label) text-anchor="middle" { (technique) }
            }
            @if let Some(time) = step.time {
                text.soft x=(x) y=(band.axis() + 20) text-anchor="middle" { (clock(time)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::answer::Step;
    use model::{FindingId, Severity};

    fn story(steps: usize) -> Story {
        let step = |n: usize| Step {
            time: None,
            until: None,
            host: format!("dc-prod-with-a-long-name-{n:03}.quayside.harbour.example"),
            what: "x".to_owned(),
            technique: None,
            severity: Severity::High,
            count: 1,
            finding: FindingId::derive(&[&n.to_string()]),
        };
        let steps: Vec<Step> = (0..steps).map(step).collect();
        let hosts = steps.iter().map(|step| step.host.clone()).collect();
        let finding = FindingId::derive(&["chain"]);
        let (links, notes, title) = (Vec::new(), Vec::new(), String::new());
        let (accounts, addresses, severity) = (Vec::new(), Vec::new(), Severity::High);
        Story { finding, title, severity, hosts, steps, links, accounts, addresses, notes }
    }

    #[test]
    fn one_past_the_bound_is_left_to_the_table() {
        let page = |steps, is_short| timeline(0, &story(steps), None, is_short).into_string();
        assert!(!page(STEPS_DRAWN_MAX, false).contains("and 1 more"));
        assert!(page(STEPS_DRAWN_MAX + 1, false).contains("and 1 more"));
        assert!(page(STEPS_DRAWN_SHORT + 1, true).contains("1 step between them is not drawn"));
    }

    #[test]
    fn a_narrow_screen_gets_the_same_steps_from_top_to_bottom() {
        let mut story = story(3);
        let at = |text| Timestamp::parse(text);
        story.steps[0].time = at("2024-06-01T03:00:00Z");
        story.steps[1].time = at("2024-06-01T03:05:00Z");
        story.steps[2].time = at("2024-06-03T04:00:00Z");
        story.steps[2].technique = Some("T1190<b>".to_owned());
        for is_short in [false, true] {
            let page = timeline(0, &story, None, is_short).into_string();
            let strip = page.split_once("<ol class=\"strip\">").expect("a strip").1;
            let strip = strip.split_once("</ol>").expect("its end").0;
            assert_eq!(strip.matches("class=\"ring\"").count(), 3, "{strip}");
            let place = |text| strip.find(text).unwrap_or_else(|| panic!("{text}\n{strip}"));
            let order =
                ["1 Jun 2024", "03:00", "03:05", "2 d later", "3 Jun", "04:00", "T1190&lt;b&gt;"].map(place);
            assert!(order.is_sorted(), "{strip}");
            assert_eq!(
                strip.contains("<br>x</span>"),
                is_short,
                "the table of the whole page has the words: {strip}"
            );
        }
    }

    #[test]
    fn a_name_keeps_its_end_and_the_shared_domain_is_said_once() {
        let page = timeline(0, &story(3), None, false).into_string();
        assert!(page.contains("</title>…ith-a-long-name-002</text>"), "{page}");
        assert_eq!(page.matches("Hosts are in quayside[.]harbour[.]example.").count(), 1);
    }

    #[test]
    fn a_story_without_times_or_steps_is_survived() {
        assert!(timeline(0, &story(1), None, false).into_string().contains("<circle"));
        assert!(timeline(0, &story(0), None, false).into_string().is_empty());
    }
}
