//! What changed since an earlier run: on the page it comes before all parts, because a page of the night is opened for it.
//!
//! What is new and what is changed leads to its entry where the page shows one; what is gone has no entry, so its line
//! says all that is left of it. Where nothing changed, one sentence says so.

use super::finding::class;
use super::link_targets::LinkTargets;
use super::page::{breakable, value};
use super::part::{left_out, part};
use crate::safe::shown::Shown;
use crate::words::finding::short_id;
use crate::words::phrase::{capital, number};
use crate::words::since::sentence;
use maud::{Markup, html};
use model::baseline::{Baseline, Difference, Differences};
use model::{Answer, Severity};

/// How many of one list are shown on a page; the sentence above counts all of them.
pub(crate) const LISTED_MAX: usize = 50;
/// How many of one list are shown on the short page.
pub(crate) const LISTED_SHORT: usize = 5;

/// The part; nothing where no earlier answer was given.
pub(crate) fn since(answer: &Answer, targets: &LinkTargets<'_>, most: usize) -> Markup {
    let Some(baseline) = &answer.baseline else { return html! {} };
    let lists = [("New", &baseline.new), ("Changed", &baseline.changed), ("Gone", &baseline.gone)];
    let body = html! {
        p.lead { (sentence(baseline)) }
        @for note in &baseline.notes { p.soft { (capital(&Shown::prose(note))) "." } }
        @for (name, list) in lists { (listed(name, list, targets, most)) }
        (all_the_same(baseline))
    };
    part("since", "Since", &body)
}

/// The line of a night without news: an empty part would look like one that is broken.
fn all_the_same(baseline: &Baseline) -> Markup {
    let is_same = baseline.new.count + baseline.changed.count + baseline.gone.count == 0;
    html! { @if is_same { p.soft { "Every finding of the earlier run is in this one, and there is no other." } } }
}

fn listed(name: &'static str, list: &Differences, targets: &LinkTargets<'_>, most: usize) -> Markup {
    html! {
        @if list.count > 0 {
            h3 { (name) span.soft { "  " (number(list.count)) } }
            @for one in list.listed.iter().take(most) { (entry(one, targets)) }
            (left_out(usize::try_from(list.count).unwrap_or(usize::MAX), list.listed.len().min(most)))
        }
    }
}

fn entry(one: &Difference, targets: &LinkTargets<'_>) -> Markup {
    let severity = one.now.or(one.before).unwrap_or(Severity::Informational);
    let title = html! { (breakable(&Shown::prose(&one.title))) };
    html! {
        article.finding.brief.(class(severity)) {
            h4 { (targets.link(&one.id, &title)) }
            p.meta {
                span.grade { (severity.name()) }
                @if let Some(host) = &one.host { span { (value(&Shown::prose(host))) } }
                @for why in &one.why { span { (breakable(&Shown::prose(why))) } }
                span.soft { (value(&short_id(&one.id))) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{FindingId, FindingKind, Timestamp, Tlp};

    fn one(title: &str, now: Option<Severity>, why: &[&str]) -> Difference {
        Difference {
            id: FindingId::derive(&[title]),
            kind: FindingKind::Sighting,
            title: title.to_owned(),
            host: Some("app-1".to_owned()),
            before: Some(Severity::Low),
            now,
            tlp: Tlp::Clear,
            why: why.iter().map(|why| (*why).to_owned()).collect(),
        }
    }

    fn page(baseline: Baseline, most: usize) -> String {
        let answer = Answer { baseline: Some(baseline), ..Answer::default() };
        since(&answer, &LinkTargets::default(), most).into_string()
    }

    #[test]
    fn a_page_has_what_is_new_raised_active_again_and_gone() {
        let asked = Timestamp::parse("2026-06-30T06:00:00Z");
        let mut baseline = Baseline { asked, ..Baseline::default() };
        let high = Some(Severity::High);
        baseline.new.add(Severity::High, || one("<b>a</b>", high, &[]));
        baseline.changed.add(Severity::High, || one("raised", high, &["severity low → high"]));
        baseline
            .changed
            .add(Severity::High, || one("again", high, &["active again; it was quiet since May"]));
        baseline.gone.add(Severity::Low, || one("http://evil.example/", None, &["no logs were read"]));
        baseline.gone.unread = 1;
        baseline.notes.push("the earlier run read no logs: every sighting is new".to_owned());
        let page = page(baseline, LISTED_MAX);
        for text in [
            "Of 30 Jun 2026 06:00: 1 new, 2 changed, 1 gone (1 of them outside of what this run read).",
            "&lt;b&gt;a&lt;/<wbr>b&gt;",
            "severity low → high",
            "active again; it was quiet since May",
            "no logs were read",
            "every sighting is new",
            "s-low",
        ] {
            assert!(page.contains(text), "{text}\n{page}");
        }
        assert!(!page.contains("http://evil.example") && !page.contains("<b>"), "{page}");
    }

    #[test]
    fn one_past_what_is_shown_is_counted_and_no_news_is_said() {
        let mut baseline = Baseline::default();
        for number in 0..=LISTED_SHORT {
            baseline.new.add(Severity::Low, || one(&number.to_string(), Some(Severity::Low), &[]));
        }
        let shown = page(baseline, LISTED_SHORT);
        assert_eq!(shown.matches("<article").count(), LISTED_SHORT, "{shown}");
        assert!(shown.contains("… and 1 more"), "{shown}");
        let same = page(Baseline::default(), LISTED_SHORT);
        assert!(same.contains("Every finding of the earlier run is in this one"), "{same}");
        assert!(since(&Answer::default(), &LinkTargets::default(), 5).into_string().is_empty());
    }
}
