//! The patch race: one row a flaw, with the dates of the attackers and of ours.
//!
//! Days are to scale. The line is thin up to the day on which everybody could exploit the flaw (an exploit was
//! public, or it was on the KEV list, whichever came first); from then until it was closed here, or until now, it
//! is a thick bar: the stretch in which we were behind. Marks differ in shape, so the picture reads in one colour;
//! the table has the same dates.

use super::page::{breakable, value};
use super::part::left_out;
use crate::safe::shown::Shown;
use crate::words::phrase::{MONTHS, and_more, count_of, counted, day};
use crate::words::raced;
use maud::{Markup, html};
use model::answer::{RaceRow, RaceSummary};
use model::{Answer, Date};

/// Rows drawn; the table has more.
const ROWS_DRAWN_MAX: usize = 24;
/// Rows in the table; JSON has all.
const ROWS_LISTED_MAX: usize = 200;
/// Zones with numbers of their own.
const ZONES_MAX: usize = 100;
/// Machines named in a row of the table.
const HOSTS_NAMED_MAX: usize = 12;

const LEFT: i64 = 210;
const RIGHT: i64 = 736;
const WIDTH: i64 = 920;
/// Marks nearer than this are moved apart.
const APART: i64 = 13;
/// Characters of a product's name in one of its two lines.
const PRODUCT_CHARS: usize = 28;
const TOP: i64 = 44;
const ROW: i64 = 46;

/// The picture and its table; nothing without rows.
pub(crate) fn race(answer: &Answer) -> Markup {
    let rows: Vec<&RaceRow> = answer.race.iter().collect();
    let Some(scale) = Scale::of(&rows, answer.now.map(model::Timestamp::date)) else { return html! {} };
    let shown: Vec<&&RaceRow> = rows.iter().take(ROWS_DRAWN_MAX).collect();
    let bottom = TOP + ROW * i64::try_from(shown.len()).unwrap_or(0);
    let height = bottom + 30;
    html! {
        figure {
            div.scroll tabindex="0" role="region" aria-label="Patch race" {
                svg viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height)
                    style={ "min-width:" (WIDTH * 3 / 4) "px;max-width:" (WIDTH) "px" }
                    role="img" aria-labelledby="race-title race-about" {
                    title id="race-title" { "Patch race" }
                    desc id="race-about" {
                        "One row a flaw, with the days on which it was disclosed, exploitable, seen and closed; "
                        "the table below says the same"
                    }
                    (legend())
                    (ticks(&scale, bottom))
                    @for (index, row) in shown.iter().enumerate() { (drawn(&scale, index, row)) }
                }
            }
            (briefly(&scale, &shown))
            figcaption {
                "Thin: nobody outside was known to exploit it yet. Thick: an exploit was public or it was on the KEV "
                "list, and it was open here."
                @if let Some(why) = raced::files_alone(answer) { " " (why) }
                span.broad { " Marks that would hide each other are moved apart." }
            }
        }
        @if let Some(summary) = &answer.race_summary { (numbers(summary)) }
        (table(&rows))
    }
}

/// The window of exposure over all flaws and zone by zone, and what the numbers do not cover.
fn numbers(summary: &RaceSummary) -> Markup {
    html! {
        p { (breakable(&raced::window(&summary.all))) "." }
        @if summary.by_zone.iter().any(|(zone, _)| zone.is_some()) {
            ul.unknown {
                @for (of, window) in summary.by_zone.iter().take(ZONES_MAX) {
                    li { strong { (raced::zone(of.as_deref())) } ": " (raced::window(window)) }
                }
            }
            (left_out(summary.by_zone.len(), ZONES_MAX))
        }
        @for note in &summary.notes { p.soft { (breakable(&Shown::prose(note))) "." } }
    }
}

struct Scale {
    first: Date,
    days: i64,
    now: Date,
}

impl Scale {
    fn of(rows: &[&RaceRow], now: Option<Date>) -> Option<Self> {
        let dates = rows.iter().flat_map(|row| dates(row)).flatten();
        let first = dates.clone().min()?;
        let last = dates.chain(now).max()?;
        Some(Self { first, days: last.days_since(first).max(1), now: now.unwrap_or(last) })
    }

    fn x(&self, date: Date) -> i64 {
        LEFT + (RIGHT - LEFT) * date.days_since(self.first).clamp(0, self.days) / self.days
    }
}

fn dates(row: &RaceRow) -> [Option<Date>; 6] {
    [row.disclosed, row.exploit_public, row.on_kev, row.known_here, row.seen_here, row.closed_here]
}

/// A mark by its shape.
#[derive(Clone, Copy)]
enum RaceMark {
    Disclosed,
    ExploitPublic,
    OnKev,
    KnownHere,
    SeenHere,
    ClosedHere,
}

impl RaceMark {
    const ALL: [(RaceMark, &'static str); 6] = [
        (RaceMark::Disclosed, "disclosed"),
        (RaceMark::ExploitPublic, "exploit public"),
        (RaceMark::OnKev, "on KEV"),
        (RaceMark::KnownHere, "known here"),
        (RaceMark::SeenHere, "seen here"),
        (RaceMark::ClosedHere, "closed here"),
    ];

    fn drawn(self, x: i64, y: i64) -> Markup {
        html! {
            @match self {
                RaceMark::Disclosed => circle.hollow cx=(x) cy=(y) r="5" {},
                RaceMark::ExploitPublic => {
                    path.under d={ "M" (x - 5) " " (y - 5) " l10 10 m0 -10 l-10 10" } {}
                    path.stroke d={ "M" (x - 5) " " (y - 5) " l10 10 m0 -10 l-10 10" } {}
                },
                RaceMark::OnKev => path.mark d={ "M" (x) " " (y - 7) " l7 12 h-14 z" } {},
                RaceMark::KnownHere => {
                    path.under d={ "M" (x) " " (y - 9) " v18" } {}
                    path.stroke d={ "M" (x) " " (y - 9) " v18" } {}
                },
                RaceMark::SeenHere => path.mark d={ "M" (x) " " (y - 8) " l8 8 l-8 8 l-8 -8 z" } {},
                RaceMark::ClosedHere => rect.mark x=(x - 6) y=(y - 6) width="12" height="12" {},
            }
        }
    }
}

fn legend() -> Markup {
    // The width of a name: letters of 13 px are about 7 px wide.
    let width = |name: &str| 36 + 7 * i64::try_from(name.len()).unwrap_or(0);
    let places = RaceMark::ALL.iter().scan(10, |x, (mark, name)| {
        let place = *x;
        *x += width(name);
        Some((*mark, *name, place))
    });
    html! {
        @for (mark, name, x) in places {
            (mark.drawn(x, 10))
            text.soft x=(x + 13) y="15" { (name) }
        }
    }
}

/// Hairlines at the starts of years, or of months if all days are within two years.
fn ticks(scale: &Scale, bottom: i64) -> Markup {
    // More than so many days: so many months apart.
    const DISTANCES: [(i64, i64); 5] = [(4000, 24), (900, 12), (400, 6), (120, 3), (0, 1)];
    let months_apart = DISTANCES.iter().find(|(days, _)| scale.days > *days).map_or(1, |(_, months)| *months);
    let (year, month, _) = scale.first.civil();
    let mut marks = Vec::new();
    let mut months = year * 12 + i64::from(month) - 1;
    months += months_apart - months.rem_euclid(months_apart);
    // A century at the widest distance: no calendar of flaws is longer.
    for _ in 0..64 {
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12));
        let date = i32::try_from(year).ok().zip(u32::try_from(month + 1).ok());
        let Some(date) = date.and_then(|(year, month)| Date::new(year, month, 1)) else { break };
        if date.days_since(scale.first) > scale.days {
            break;
        }
        let name = usize::try_from(month).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or("");
        let label = if months_apart >= 12 {
            Shown::of(&[&year])
        } else if month == 0 || marks.is_empty() {
            Shown::of(&[&name, &" ", &year])
        } else {
            name.into()
        };
        marks.push((scale.x(date), label));
        months += months_apart;
    }
    html! {
        @for (x, label) in marks {
            line.day x1=(x) x2=(x) y1=(TOP - 8) y2=(bottom) {}
            text.soft x=(x) y=(bottom + 20) text-anchor="middle" { (label) }
        }
    }
}

fn drawn(scale: &Scale, index: usize, row: &RaceRow) -> Markup {
    let y = TOP + ROW / 2 + ROW * i64::try_from(index).unwrap_or(0);
    let end = row.closed_here.unwrap_or(scale.now);
    let start = dates(row).into_iter().flatten().min();
    let behind = row.attackable().filter(|date| *date < end && row.gone.is_none());
    let product = Shown::prose(&row.product);
    html! {
        g {
            text.strong x="0" y=(y - 3) { (Shown::prose(&row.vulnerability).cut(24)) }
            @let (line, more) = product.split(PRODUCT_CHARS);
            text.soft x="0" y=(y + 12) { title { (product) } (line) }
            @if !more.is_empty() { text.soft x="0" y=(y + 26) { (more.cut(PRODUCT_CHARS)) } }
            @if let Some(start) = start {
                line.ahead x1=(scale.x(start)) x2=(scale.x(behind.unwrap_or(end))) y1=(y) y2=(y) {}
            }
            @if let Some(behind) = behind {
                line.behind x1=(scale.x(behind)) x2=(scale.x(end)) y1=(y) y2=(y) {}
                @if row.is_open() {
                    path.open d={ "M" (scale.x(end)) " " (y - 8) " l11 8 l-11 8 z" } {}
                }
            }
            @for (mark, x) in marks(scale, row) { (mark.drawn(x, y)) }
            text.strong x=(RIGHT + 22) y=(y - 3) { (days_behind(row)) }
            text.soft x=(RIGHT + 22) y=(y + 14) { (state(row)) }
        }
    }
}

/// The rows on a narrow screen: each flaw with its line over the whole width, and its dates in words below.
fn briefly(scale: &Scale, rows: &[&&RaceRow]) -> Markup {
    html! {
        ol.briefly { @for row in rows { (in_brief(scale, row)) } }
    }
}

fn in_brief(scale: &Scale, row: &RaceRow) -> Markup {
    let end = row.closed_here.unwrap_or(scale.now);
    let start = dates(row).into_iter().flatten().min();
    let behind = row.attackable().filter(|date| *date < end && row.gone.is_none());
    let share = |date: Date| {
        let days = date.days_since(scale.first).clamp(0, scale.days);
        format!("{}%", days * 100 / scale.days)
    };
    let said = RaceMark::ALL.iter().zip(dates(row));
    let said = said.filter_map(|((_, name), date)| Some(Shown::of(&[name, &" ", &date?])));
    html! {
        li {
            strong { (Shown::prose(&row.vulnerability)) } " " span.soft { (Shown::prose(&row.product)) }
            br; (days_behind(row)) ", " (state(row))
            svg width="100%" height="18" aria-hidden="true" {
                @if let Some(start) = start {
                    line.ahead x1=(share(start)) x2=(share(behind.unwrap_or(end))) y1="9" y2="9" {}
                }
                @if let Some(behind) = behind { line.behind x1=(share(behind)) x2=(share(end)) y1="9" y2="9" {} }
            }
            span.soft { (Shown::joined(said, " · ")) }
        }
    }
}

/// The marks of a row from left to right, moved apart if one would hide another.
fn marks(scale: &Scale, row: &RaceRow) -> Vec<(RaceMark, i64)> {
    let kinds = RaceMark::ALL.iter().map(|(mark, _)| *mark);
    let mut marks: Vec<(RaceMark, Date)> =
        kinds.zip(dates(row)).filter_map(|(mark, date)| Some((mark, date?))).collect();
    marks.sort_by_key(|(_, date)| *date);
    let mut least = i64::MIN;
    let mut placed = Vec::new();
    for (mark, date) in marks {
        let x = scale.x(date).max(least);
        least = x + APART;
        placed.push((mark, x));
    }
    placed
}

fn days_behind(row: &RaceRow) -> Shown {
    match row.days_behind {
        Some(days) if days > 0 => counted(u64::try_from(days).unwrap_or(0), "day behind", "days behind"),
        Some(_) => "never behind".into(),
        None => "cannot tell".into(),
    }
}

fn state(row: &RaceRow) -> Shown {
    if let Some(why) = row.gone {
        return Shown::of(&[&"unknown: ", &why]);
    }
    match (row.closed_here, row.decision) {
        (Some(date), _) => Shown::of(&[&"closed ", &day(date)]),
        (None, Some(decision)) => Shown::of(&[&"open, ", &decision]),
        (None, None) => "open".into(),
    }
}

/// `and 300 more`, if not all machines are named.
fn hosts_left(row: &RaceRow) -> Markup {
    let all = row.host_count.max(count_of(&row.hosts));
    let named = row.hosts.len().min(HOSTS_NAMED_MAX);
    let left = all.saturating_sub(u64::try_from(named).unwrap_or(u64::MAX));
    html! { @if left > 0 { span.soft { (and_more(left)) } } }
}

fn table(rows: &[&RaceRow]) -> Markup {
    let date = |date: Option<Date>| date.map_or_else(|| "".into(), |date| Shown::of(&[&date]));
    html! {
        details {
            summary { "The race as a table" }
            div.scroll tabindex="0" role="region" aria-label="The patch race as a table" {
                table.wide {
                    thead {
                        tr {
                            th scope="col" { "flaw" } th scope="col" { "hosts" }
                            @for (_, name) in RaceMark::ALL { th scope="col" { (name) } }
                            th.number scope="col" { "days behind" }
                        }
                    }
                    tbody {
                        @for row in rows.iter().take(ROWS_LISTED_MAX) {
                            tr {
                                th scope="row" {
                                    (value(&Shown::prose(&row.vulnerability))) br;
                                    span.soft { (Shown::prose(&row.product)) }
                                }
                                td {
                                    @for host in row.hosts.iter().take(HOSTS_NAMED_MAX) { (value(&Shown::prose(host))) " " }
                                    (hosts_left(row))
                                }
                                @for cell in dates(row) { td.nowrap { (date(cell)) } }
                                td.number { (row.days_behind.map_or("cannot tell".into(), |days| Shown::of(&[&days.max(0)]))) }
                            }
                        }
                    }
                }
            }
            (left_out(rows.len(), ROWS_LISTED_MAX))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(disclosed: &str, kev: Option<&str>, closed: Option<&str>) -> RaceRow {
        RaceRow {
            vulnerability: "CVE-2021-44228".to_owned(),
            product: "log4j-core".to_owned(),
            hosts: vec!["app-1".to_owned()],
            host_count: 1,
            disclosed: Date::parse(disclosed),
            exploit_public: None,
            on_kev: kev.and_then(Date::parse),
            known_here: None,
            seen_here: None,
            closed_here: closed.and_then(Date::parse),
            days_behind: None,
            decision: None,
            ..RaceRow::default()
        }
    }

    fn drawn_with(row: RaceRow) -> String {
        let now = Date::parse("2024-06-30").map(Date::start);
        race(&Answer { race: vec![row], now, ..Answer::default() }).into_string()
    }

    #[test]
    fn the_bar_runs_from_the_first_exploitable_day_to_the_closing() {
        let row = row("2024-01-01", Some("2024-02-01"), Some("2024-03-01"));
        let scale = Scale::of(&[&row], Date::parse("2024-06-30")).expect("dates");
        let (from, to) =
            (scale.x(Date::parse("2024-02-01").expect("d")), scale.x(Date::parse("2024-03-01").expect("d")));
        let page = drawn_with(row);
        assert!(page.contains(&format!(r#"<line class="behind" x1="{from}" x2="{to}""#)), "{page}");
        assert!(!page.contains("class=\"open\""));
    }

    #[test]
    fn closed_before_anybody_could_exploit_it_is_never_behind() {
        let page = drawn_with(row("2024-01-01", Some("2024-04-01"), Some("2024-02-01")));
        assert!(!page.contains("class=\"behind\"") && page.contains("class=\"ahead\""));
    }

    #[test]
    fn a_row_without_any_date_draws_nothing() {
        let mut bare = row("2024-01-01", None, None);
        bare.disclosed = None;
        assert!(Scale::of(&[&bare], None).is_none());
    }

    #[test]
    fn one_past_the_bounds_is_counted() {
        let rows = vec![row("2024-01-01", None, None); ROWS_LISTED_MAX + 1];
        let page = race(&Answer { race: rows, ..Answer::default() }).into_string();
        assert_eq!(
            page.matches("class=\"ahead\"").count(),
            2 * ROWS_DRAWN_MAX,
            "in the picture, and in brief"
        );
        assert!(page.contains("… and 1 more"));
    }
}
