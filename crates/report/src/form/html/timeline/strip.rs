//! The timeline on a narrow screen: the axis is folded downwards, one line a step, so that nobody scrolls sideways.
//!
//! It shows what the bands show, in their order: numbers, days, times, machines, techniques, and every long pause with
//! its length. The style shows one of the two, never both; on paper always the bands.

use super::band::{Band, Dot, FOLD_SECONDS};
use crate::form::html::finding::class;
use crate::form::html::page::breakable;
use crate::safe::shown::Shown;
use crate::words::domain::SharedDomain;
use crate::words::phrase::{clock, day, day_of_year, stretch};
use maud::{Markup, html};
use model::Timestamp;

/// The list of all steps that are drawn; with what happened where no table below says it.
pub(super) fn strip(bands: &[Band<'_>], domain: &SharedDomain, has_words: bool) -> Markup {
    let mut last: Option<Timestamp> = None;
    html! {
        ol.strip {
            @for dot in bands.iter().flat_map(|band| &band.dots) {
                (between(last, dot.step.time))
                (step(dot, domain, has_words))
                @let () = last = dot.step.time.or(last);
            }
        }
    }
}

/// What lies between two steps: a long pause, and the day that begins.
fn between(last: Option<Timestamp>, now: Option<Timestamp>) -> Markup {
    let Some(now) = now else { return html! {} };
    let pause = last.map(|last| now.seconds_since(last)).filter(|seconds| *seconds >= FOLD_SECONDS);
    let has_day = last.is_none_or(|last| last.date() != now.date());
    html! {
        @if let Some(seconds) = pause { li.pause.soft { (stretch(seconds)) " later" } }
        @if has_day {
            li.day { @if last.is_none() { (day(now.date())) } @else { (day_of_year(now.date())) } }
        }
    }
}

fn step(dot: &Dot<'_>, domain: &SharedDomain, has_words: bool) -> Markup {
    let step = dot.step;
    html! {
        li.(class(step.severity)) {
            span.ring { (dot.number) }
            span.when.soft { (step.time.map(clock).unwrap_or_default()) }
            span {
                strong { (breakable(&domain.short(&step.host))) }
                @if let Some(technique) = &step.technique { " " span.soft { (Shown::prose(technique).cut(10)) } }
                span.hidden { ", " (step.severity.name()) }
                @if has_words { br; (breakable(&Shown::prose(&step.what))) }
            }
        }
    }
}
