//! The parts of the page other than the intrusion: head, first, reported, exposed, gaps, what is not known.

use super::finding::{Detail, class, entries, findings};
use super::link_targets::LinkTargets;
use super::page::{breakable, mast, value};
use super::part::{aside, left_out, nothing, part, unjudged};
use super::race;
use crate::outline::by_part::{DecisionCount, FindingsByPart};
use crate::outline::entry::{ListEntry, alike, in_entries};
use crate::outline::summary::{self, check_answers};
use crate::safe::shown::Shown;
use crate::words::finding::TRACK_STAR;
use crate::words::looked_at::{held_against, looked_at};
use crate::words::phrase::{and_more, capital, count_of, counted, day, days, number};
use crate::words::worked;
use maud::{Markup, html};
use model::answer::{Advisory, Check, CheckAnswer, Part};
use model::{Answer, Decision, Problem};

/// The parts of a page in order: identifier and name.
pub(crate) const PARTS: [(&str, &str); 9] = [
    ("since", "Since"),
    ("first", "First"),
    ("asked", "Asked"),
    ("hit", "Hit"),
    ("reported", "Reported"),
    ("exposed", "Exposed"),
    ("gaps", "Gaps"),
    ("work", "Work"),
    ("unknown", "Not known"),
];

/// Masthead, headline, the advisories, what was looked at, links to the parts.
pub(crate) fn head(
    answer: &Answer,
    sentence: &Shown,
    marking: Option<model::Tlp>,
    parts: &[(&'static str, &'static str)],
) -> Markup {
    let organisation = answer.organisation.as_deref().map(Shown::prose);
    let when = answer
        .now
        .map(|now| Shown::of(&[&day(now.date()), &", ", &crate::words::phrase::clock(now), &" UTC"]));
    html! {
        header {
            (mast(organisation.as_ref(), marking, when.as_ref()))
            h1 { (sentence) }
            @for advisory in &answer.advisories { (advisory_line(advisory)) }
            (looked_line(answer))
            @if let Some(line) = worked::line(&answer.work) { p.deck { "Set aside by people: " (line) "." } }
            @if !parts.is_empty() {
                nav aria-label="Parts of the answer" {
                    ul {
                        @for (id, name) in parts {
                            @let is_left_out = match *id {
                                "since" => answer.baseline.is_none(),
                                "asked" => answer.asked.is_empty(),
                                "first" => answer.first.is_empty(),
                                "work" => answer.work.is_empty(),
                                _ => false,
                            };
                            @if !is_left_out { li { a href={ "#" (id) } { (name) } } }
                        }
                    }
                }
            }
        }
    }
}

fn advisory_line(advisory: &Advisory) -> Markup {
    let mut about: Vec<Shown> = Vec::new();
    about.extend(advisory.publisher.as_deref().map(Shown::prose));
    about.extend(advisory.published.map(day));
    about.extend(advisory.tlp.map(|tlp| Shown::from(tlp.name())));
    let mut holds = Vec::new();
    for (n, one, many) in [
        (count_of(&advisory.vulnerabilities), "CVE", "CVEs"),
        (advisory.indicators.iter().map(|(_, n)| n).sum(), "indicator", "indicators"),
        (count_of(&advisory.techniques), "technique", "techniques"),
        (count_of(&advisory.controls), "control", "controls"),
    ] {
        if n > 0 {
            holds.push(counted(n, one, many));
        }
    }
    let title = if advisory.title.is_empty() { &advisory.source } else { &advisory.title };
    html! {
        p.deck {
            "Asked about " strong { (breakable(&Shown::prose(title))) }
            @if !about.is_empty() { span.soft { " (" (Shown::joined(about, ", ")) ")" } }
            @if !holds.is_empty() { span.soft { ": " (crate::words::phrase::and(holds)) "." } }
            @if !advisory.actors.is_empty() {
                span.soft {
                    " It names "
                    (crate::words::phrase::and(advisory.actors.iter().map(|actor| Shown::prose(actor)).collect())) "."
                }
            }
        }
    }
}

fn looked_line(answer: &Answer) -> Markup {
    let looked = &answer.looked_at;
    let seen = looked_at(looked);
    let against = held_against(looked);
    html! {
        p.deck.soft {
            @if seen.is_empty() { "Nothing of ours was looked at" } @else { "Looked at " (crate::words::phrase::and(seen)) }
            @if let (Some(first), Some(last)) = (looked.first_event, looked.last_event) {
                " of " (days(first.date(), last.date()))
            }
            @if !against.is_empty() { "; held against " (crate::words::phrase::and(against)) }
            ". Times are UTC."
        }
    }
}

/// What to do today.
pub(crate) fn first(answer: &Answer, targets: &LinkTargets<'_>) -> Markup {
    if answer.first.is_empty() {
        return html! {};
    }
    let body = html! {
        ol.first {
            @for action in &answer.first {
                li.(class(action.severity)) {
                    strong { (breakable(&Shown::prose(&action.what))) }
                    p.small {
                        span.grade { (action.severity.name()) }
                        @if !action.why.is_empty() { span.soft { " · " (Shown::prose(&action.why)) } }
                        @if let Some(owner) = &action.owner { span.soft { " · owner: " (Shown::prose(owner)) } }
                        (targets.links(action))
                    }
                }
            }
        }
    };
    part("first", "First", &body)
}

/// What others saw of us.
pub(crate) fn reported(answer: &Answer, by_part: &FindingsByPart<'_>) -> Markup {
    let body = html! {
        @match summary::worst(&by_part.reported) {
            None => (nothing(answer, Part::Reported)),
            Some(worst) => p.lead {
                (counted(count_of(&by_part.reported), "report", "reports")) " by others, the worst "
                (worst.name())
            },
        }
        (findings(&by_part.reported, Detail::FullInPart, by_part.marking))
        (unjudged(answer, Part::Reported))
    };
    part("reported", "Reported", &body)
}

/// What we own and others can exploit.
pub(crate) fn exposed(answer: &Answer, by_part: &FindingsByPart<'_>) -> Markup {
    let decisions = by_part.decisions();
    let counts = decisions.iter().map(|decided| {
        let word = decided.decision.map_or("undecided", Decision::name);
        Shown::of(&[&number(decided.findings), &" ", &word])
    });
    let all = decisions.iter().map(|decided| decided.findings).sum();
    let unknown = count_of(&summary::cannot_tell(answer, Part::Exposed).collect::<Vec<_>>());
    let body = html! {
        @if decisions.is_empty() { (nothing(answer, Part::Exposed)) } @else {
            p.lead {
                (Shown::joined(counts, " · "))
                @if unknown > 0 { span.soft { " · " (number(unknown)) " cannot tell" } }
            }
        }
        @if decisions.iter().any(|decided| decided.decision == Some(Decision::TrackStar)) {
            p.soft.small { (capital(&TRACK_STAR.into())) "." }
        }
        @if let Some(alike) = alike(all, count_of(&by_part.exposed)) { p.soft { (capital(&alike)) "." } }
        (race::race(answer))
        @for decided in &decisions {
            @let these: Vec<ListEntry<'_>> = by_part.decided(decided.decision).collect();
            h3 { (decision_name(decided.decision)) span.soft { "  " (count_of_decided(decided)) } }
            (entries(&these, detail(decided.decision), by_part.marking))
        }
        (unjudged(answer, Part::Exposed))
        (aside(answer))
    };
    part("exposed", "Exposed", &body)
}

/// `312`, `312 findings in 2 entries`.
fn count_of_decided(decided: &DecisionCount) -> Shown {
    if decided.findings == decided.entries {
        return number(decided.findings);
    }
    in_entries(decided.findings, decided.entries)
}

/// Exposures that can wait are shown briefly.
fn detail(decision: Option<Decision>) -> Detail {
    match decision {
        Some(Decision::TrackStar | Decision::Track) => Detail::Brief,
        _ => Detail::Full,
    }
}

/// The outcome of the SSVC tree in the words of its guide.
fn decision_name(decision: Option<Decision>) -> &'static str {
    match decision {
        Some(Decision::Act) => "Act: now",
        Some(Decision::Attend) => "Attend: sooner than usual",
        Some(Decision::TrackStar) => "Track*: in the usual time, watched closely",
        Some(Decision::Track) => "Track: in the usual time",
        None => "Undecided",
    }
}

/// Advised controls that are missing, and every check with its answer.
pub(crate) fn gaps(answer: &Answer, by_part: &FindingsByPart<'_>, targets: &LinkTargets<'_>) -> Markup {
    let counts = check_answers(&answer.checks);
    let words = counts.iter().map(|(answer, n)| Shown::of(&[&number(*n), &" ", &answer.name()]));
    let body = html! {
        @if counts.is_empty() && by_part.gaps.is_empty() { p.lead { "No check was asked." } }
        @if !counts.is_empty() { p.lead { (Shown::joined(words, " · ")) } }
        (findings(&by_part.gaps, Detail::FullInPart, by_part.marking))
        @if !answer.checks.is_empty() { (checks(&answer.checks, targets)) }
        (unjudged(answer, Part::Gaps))
    };
    part("gaps", "Gaps", &body)
}

fn checks(checks: &[Check], targets: &LinkTargets<'_>) -> Markup {
    html! {
        h3 { "Every check and its answer" }
        div.scroll tabindex="0" role="region" aria-label="Every check and its answer" {
            table.checks {
                thead {
                    tr {
                        th scope="col" { "Answer" } th scope="col" { "Question" } th scope="col" { "Found" }
                        th.number scope="col" { "Tested" } th.number scope="col" { "Excepted" }
                    }
                }
                tbody {
                    @for check in checks {
                        tr {
                            td.nowrap { (check_answer(check, targets)) }
                            th scope="row" {
                                (Shown::prose(&check.question)) br; span.soft { (value(&Shown::exact(&check.id))) }
                            }
                            td {
                                (Shown::prose(&check.summary))
                                @if let Some(supply) = &check.supply {
                                    br; span.soft { "would answer it: " (Shown::prose(supply)) }
                                }
                            }
                            td.number { (number(check.tested)) }
                            td.number { (number(check.excepted)) }
                        }
                    }
                }
            }
        }
    }
}

fn check_answer(check: &Check, targets: &LinkTargets<'_>) -> Markup {
    html! {
        @match (check.answer, &check.finding) {
            (CheckAnswer::Fail, Some(id)) => (targets.link(id, &html! { strong { "fail" } })),
            (CheckAnswer::Fail, None) => strong { "fail" },
            (CheckAnswer::Unknown, _) => em { "unknown" },
            (answer, _) => span.soft { (answer.name()) },
        }
    }
}

/// What the answer does not cover, at most so many lines of each sort.
pub(crate) fn unknown(answer: &Answer, lines_max: usize, is_short: bool) -> Markup {
    // On the whole page what could not be judged is at the end of its part.
    let cannot = answer.cannot_tell.iter().filter(|_| is_short);
    let cannot: Vec<Shown> =
        cannot.map(|one| Shown::of(&[&Shown::prose(&one.what), &": ", &Shown::prose(&one.why)])).collect();
    let prose = |texts: &[String]| -> Vec<Shown> { texts.iter().map(|text| Shown::prose(text)).collect() };
    let lists: [(&str, Vec<Shown>); 4] = [
        ("Cannot tell", cannot),
        ("Not seen", answer.not_seen.iter().map(|one| Shown::prose(&one.text)).collect()),
        ("Mistakes in the sources, reported and not believed", prose(&answer.slips)),
        ("Bounds that were hit, so there may be more", prose(&answer.bounds)),
    ];
    let body = html! {
        @if answer.problems.is_empty() && lists.iter().all(|(_, list)| list.is_empty()) {
            p { "Nothing more is known to be missing from this answer." }
        }
        @for (name, list) in lists {
            @if !list.is_empty() { (unseen(name, &list, lines_max, is_short)) }
        }
        @if !answer.problems.is_empty() { (problems(&answer.problems, lines_max, is_short)) }
        @if !is_short { (sources(answer)) }
    };
    part("unknown", "Not known", &body)
}

/// One sort of what is not known: a heading and lines, or one paragraph on the short page.
fn unseen(name: &'static str, list: &[Shown], lines_max: usize, is_short: bool) -> Markup {
    let shown = list.get(..lines_max).unwrap_or(list);
    html! {
        @if is_short {
            p.unknown {
                strong { (name) } ": " (breakable(&Shown::joined(shown.iter().cloned(), "; ")))
                @if list.len() > shown.len() {
                    "; " (and_more(u64::try_from(list.len() - shown.len()).unwrap_or(0)))
                }
            }
        } @else {
            h3 { (name) }
            ul.unknown { @for text in shown { li { (breakable(text)) } } }
            (left_out(list.len(), lines_max))
        }
    }
}

/// Problems that say the same are one line, with how often and the first places.
fn problems(problems: &[Problem], most: usize, is_short: bool) -> Markup {
    let groups = summary::problems_alike(problems);
    html! {
        h3 { "Problems in the input" span.soft { "  " (number(count_of(problems))) } }
        ul.unknown {
            @for group in groups.iter().take(most) {
                li {
                    strong {
                        (breakable(&Shown::prose(&group.first.what)))
                        @if let Some(so_often) = group.so_often() { ", " (so_often) }
                    }
                    @if is_short {
                        @if let Some(place) = group.places.first() { ", first in " (breakable(place)) }
                    } @else {
                        ": " (breakable(&group.places()))
                        @if let Some(help) = &group.first.help { br; "help: " (Shown::prose(help)) }
                    }
                }
            }
        }
        (left_out(groups.len(), most))
    }
}

fn sources(answer: &Answer) -> Markup {
    let sources = &answer.looked_at.sources;
    html! {
        @if !sources.is_empty() {
            h3 { "What was seen, by source" }
            table.slim {
                thead { tr { th scope="col" { "Log source" } th.number scope="col" { "Events" } } }
                tbody {
                    @for (name, n) in sources {
                        tr { th scope="row" { (Shown::prose(name)) } td.number { (number(*n)) } }
                    }
                }
            }
        }
    }
}

/// What the page is, for a reader who finds it later.
pub(crate) fn foot(answer: &Answer, is_short: bool) -> Markup {
    html! {
        footer.small.soft {
            p {
                "Made by outpace"
                @if let Some(now) = answer.now { " at " (Shown::of(&[&now])) }
                ". “Consistent with” a group is no attribution."
                @if is_short {
                    " This is the short page; reports by others, exposures, gaps and every proof, "
                    (counted(u64::try_from(answer.finding_count()).unwrap_or(u64::MAX), "finding", "findings"))
                    " in all, are on the page without " code.short { "--short" } "."
                } @else {
                    " Addresses, names and links are written so that they cannot be followed; proof is exact."
                }
            }
        }
    }
}
