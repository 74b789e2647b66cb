//! What the head of an advisory says: title, publisher, date, marking.

use super::text::{Article, TITLE_CHARS_MAX, title_of};
use model::{Date, Tlp};

/// How much of a text is searched for its date and marking, in bytes.
const FRONT_BYTES_MAX: usize = 6000;

/// A line that is only a marking is no longer than this; full-width letters take three bytes each.
const MARKING_BYTES_MAX: usize = 120;

/// The head of an article.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Front {
    pub(crate) title: Option<String>,
    pub(crate) publisher: Option<String>,
    pub(crate) published: Option<Date>,
    /// The strictest marking.
    pub(crate) tlp: Option<Tlp>,
    /// Markings that contradict each other: the widest and the strictest.
    pub(crate) contradicting: Option<(Tlp, Tlp)>,
}

/// Reads the head of an article; `name` is the document's, used where the text has no title or date.
pub(crate) fn front(article: &Article, name: &str) -> Front {
    let text = head(&article.text, FRONT_BYTES_MAX);
    let markings = markings(&article.text);
    let (widest, strictest) = (markings.iter().min().copied(), markings.iter().max().copied());
    let contradicting = widest.zip(strictest).filter(|(widest, strictest)| widest != strictest);
    let mut front = Front { tlp: strictest, contradicting, ..Front::default() };
    let mut first = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(60) {
        let field = line.trim_start_matches(['#', '*', '-', ' ']);
        if let Some((key, value)) = field.split_once(':') {
            let value = value.trim_matches(|c: char| c.is_whitespace() || c == '*' || c == '"');
            match key.trim().trim_matches('*').to_ascii_lowercase().as_str() {
                "title" if front.title.is_none() => front.title = title_of(value),
                "publisher" | "published by" | "issued by" if front.publisher.is_none() => {
                    front.publisher = title_of(value).filter(|_| value.len() <= TITLE_CHARS_MAX);
                }
                "date"
                | "published"
                | "release date"
                | "original release date"
                | "publication date"
                | "date published"
                | "published on"
                | "last updated"
                | "released"
                    if front.published.is_none() =>
                {
                    front.published = dates_in(value).next();
                }
                _ => {}
            }
        }
        if front.publisher.is_none() {
            front.publisher = issuer(field);
        }
        let heading = line.trim_start_matches('#').trim();
        let words = !heading.is_empty() && !heading.starts_with(['{', '[']);
        if first.is_none() && words && !is_marking(heading) {
            first = Some(heading);
        }
    }
    front.title = front.title.or_else(|| article.title.clone()).or_else(|| first.and_then(title_of));
    front.publisher = article.publisher.clone().or(front.publisher);
    let leading = first.and_then(|line| line.get(..10)).and_then(Date::parse);
    front.published =
        article.published.or(front.published).or(leading).or_else(|| cued_date(text)).or_else(|| {
            let title = front.title.as_deref().unwrap_or_default();
            first.and_then(|line| dates_in(line).next()).or_else(|| dates_in(title).next())
        });
    if front.published.is_none() {
        let file = name.rsplit(['/', '\\', '!']).next().unwrap_or(name);
        front.published = file.get(..10).and_then(Date::parse);
    }
    if front.title.is_none() {
        front.title = title_of(name);
    }
    front
}

/// `Issued by the Port CERT (cert.example) for …`: who, up to a bracket, a comma or `for`.
fn issuer(line: &str) -> Option<String> {
    let start = ["Issued by ", "Published by "].iter().find_map(|cue| line.strip_prefix(cue))?;
    let start = start.strip_prefix("the ").unwrap_or(start);
    let end = start.find(['(', ',', '.', ';', ':']).unwrap_or(start.len());
    let name = start.get(..end)?.split(" for ").next()?;
    title_of(name).filter(|name| name.starts_with(char::is_uppercase))
}

fn head(text: &str, bytes_max: usize) -> &str {
    let mut end = bytes_max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Whether a line is only a marking.
fn is_marking(line: &str) -> bool {
    line.to_ascii_uppercase().starts_with("TLP") && line.len() < 30
}

/// The markings of a text: every line that is nothing else, and the first within a line. An explanation of the protocol
/// further down names every colour and marks nothing.
fn markings(text: &str) -> Vec<Tlp> {
    let bare = |line: &str| {
        let letters: String = line.chars().filter(char::is_ascii_alphabetic).collect();
        ["RED", "AMBER", "GREEN", "CLEAR", "WHITE", "AMBERSTRICT"]
            .iter()
            .any(|one| letters.eq_ignore_ascii_case(one))
    };
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && line.len() <= MARKING_BYTES_MAX);
    let alone = lines.filter(|line| !bare(line)).filter_map(Tlp::parse);
    alone.chain(tlp(text)).filter(|tlp| tlp.marked().is_some()).collect()
}

/// The first marking of the text: `TLP:CLEAR`, `TLP: AMBER+STRICT`.
pub(crate) fn tlp(text: &str) -> Option<Tlp> {
    // Colons are few: each is looked at for the letters before it.
    let before = |colon: usize| colon.checked_sub(3).and_then(|at| text.as_bytes().get(at..colon));
    let colons = text.match_indices(':').map(|(colon, _)| colon);
    let marked = colons.filter(|colon| before(*colon).is_some_and(|mark| mark.eq_ignore_ascii_case(b"TLP")));
    for colon in marked {
        let rest = text.get(colon + 1..)?.trim_start_matches([' ', '\u{a0}']);
        let word: String = rest.chars().take_while(|c| c.is_ascii_alphabetic() || *c == '+').collect();
        if let Some(tlp) = Tlp::parse(&word) {
            return Some(tlp);
        }
    }
    None
}

/// The first date after a word that says what it is.
fn cued_date(text: &str) -> Option<Date> {
    let lower = text.to_ascii_lowercase();
    ["release date", "published", "publication date", "date:", "released", "posted on"].iter().find_map(
        |cue| {
            let at = lower.find(cue)?;
            dates_in(head(text.get(at + cue.len()..)?, 60)).next()
        },
    )
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month(word: &str) -> Option<u32> {
    const FULL: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let number = FULL.iter().position(|full| *full == word || (word == "sept" && *full == "september"));
    let number = number.or_else(|| MONTHS.iter().position(|short| *short == word))?;
    u32::try_from(number + 1).ok()
}

/// Dates in a line, in order: `2024-07-08`, `8 July 2024`, `July 8, 2024`.
pub(crate) fn dates_in(line: &str) -> impl Iterator<Item = Date> + '_ {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';' | '|' | '_'))
        .filter(|word| !word.is_empty())
        .take(400)
        .collect();
    let mut found = Vec::new();
    for at in 0..words.len() {
        let word = |ahead: usize| words.get(at + ahead).copied().unwrap_or_default();
        let day = |word: &str| {
            let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            digits.parse::<u32>().ok().filter(|day| (1..=31).contains(day))
        };
        // A year may be glued to the next word: "July 19, 2021Summary".
        let year = |word: &str| {
            let digits = word.get(..4)?;
            let next = word.as_bytes().get(4);
            digits
                .parse::<i32>()
                .ok()
                .filter(|year| (1990..2100).contains(year) && !next.is_some_and(u8::is_ascii_digit))
        };
        let iso = word(0).get(..10).and_then(Date::parse);
        let month_first = month(word(0))
            .and_then(|month| Some((year(word(2))?, month, day(word(1))?)))
            .and_then(|(year, month, day)| Date::new(year, month, day));
        let day_first = month(word(1))
            .and_then(|month| Some((year(word(2))?, month, day(word(0))?)))
            .and_then(|(year, month, day)| Date::new(year, month, day));
        found.extend(iso.or(month_first).or(day_first));
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn first(line: &str) -> String {
        dates_in(line).next().map_or_else(|| "none".to_owned(), |date| date.to_string())
    }

    #[test]
    fn of_several_markings_the_strictest_counts_and_an_explanation_marks_nothing() {
        let of = |text: &str| {
            let article = Article { text: text.to_owned(), ..Article::default() };
            let front = front(&article, "a.md");
            (front.tlp, front.contradicting.is_some())
        };
        assert_eq!(of("TLP:CLEAR\n\n# A title\n\nText.\n\nTLP:RED\n"), (Some(Tlp::Red), true));
        assert_eq!(of("**TLP:AMBER**\n# A title\nTLP: AMBER\n"), (Some(Tlp::Amber), false));
        assert_eq!(of("Traffic Light Protocol: RED\n# A title\n"), (Some(Tlp::Red), false));
        assert_eq!(
            of("TLP:CLEAR\n# A title\nWhat is marked TLP:RED must not be passed on; TLP:GREEN may.\n"),
            (Some(Tlp::Clear), false)
        );
        assert_eq!(of("# A title\nRed\nAmber\n"), (None, false));
    }

    #[test]
    fn dates_as_advisories_write_them() {
        assert_eq!(first("Original release date: July 19, 2021Summary"), "2021-07-19");
        assert_eq!(first("9 Jul 2024"), "2024-07-09");
        assert_eq!(first("2026-06-11 (THURSDAY): X"), "2026-06-11");
        assert_eq!(first("Sept. 3rd, 2020"), "2020-09-03");
        assert_eq!(first("version 2.10.2024"), "none");
    }

    #[test]
    fn the_head_of_an_advisory() {
        let text =
            "TLP:CLEAR\n# Harbour gangs at work\nPublisher: Port CERT\nRelease date: 8 July 2024\n\nText.";
        let article = Article { text: text.to_owned(), ..Article::default() };
        let front = front(&article, "x.txt");
        assert_eq!(front.title.as_deref(), Some("Harbour gangs at work"));
        assert_eq!(front.publisher.as_deref(), Some("Port CERT"));
        assert_eq!(front.published, Date::new(2024, 7, 8));
        assert_eq!(front.tlp, Some(Tlp::Clear));
        assert_eq!(issuer("Issued by the Port CERT (cert.example) for all").as_deref(), Some("Port CERT"));
        assert_eq!(issuer("Issued by mistake"), None);
    }

    /// The twin: every place is asked.
    fn tlp_of_every_place(text: &str) -> Option<Tlp> {
        let starts = (0..text.len()).filter(|at| {
            text.as_bytes().get(*at..*at + 4).is_some_and(|mark| mark.eq_ignore_ascii_case(b"TLP:"))
        });
        starts.into_iter().find_map(|at| {
            let rest = text.get(at + 4..)?.trim_start_matches([' ', '\u{a0}']);
            let word: String = rest.chars().take_while(|c| c.is_ascii_alphabetic() || *c == '+').collect();
            Tlp::parse(&word)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn markings_are_those_of_the_twin(text in "(TLP|tlp|Tl|P|:|: |:\u{a0}|red|AMBER|\\+STRICT|clear|é| |x){0,12}") {
            prop_assert_eq!(tlp(&text), tlp_of_every_place(&text), "{:?}", text);
        }
    }
}
