//! A text in fewer cells than it needs: prose gives way first, values stay whole as long as they can.
//!
//! A reader can guess the end of a sentence and cannot guess an address, an identifier or the last part of a path. So
//! the last value of a text that would be lost is kept behind the sign for more, and a value that is longer than the
//! room keeps its end (`…/web/cmd.aspx`, `…web-03`), which is what sets it apart.

use crate::terminal::ansi::Ink;

/// A character with its ink and how many cells it takes.
pub(crate) type InkedChar = (char, Ink, usize);

/// Beside a value that is kept there are at least so many cells of the text before it.
const PROSE_LEAST: usize = 4;

/// How many cells these take.
pub(crate) fn cells_of(text: &[InkedChar]) -> usize {
    text.iter().map(|(.., cells)| cells).sum()
}

/// The beginning of a text in at most so many cells, with a sign behind it if something was left out. No value is split.
pub(crate) fn broken_off(text: &[InkedChar], cells_max: usize, unicode: bool) -> Vec<InkedChar> {
    let sign = sign(cells_max, unicode);
    let (front, lost) = text.split_at(fitting(text, cells_max.saturating_sub(sign.len())));
    joined(trimmed(before_a_value(front, lost)), sign, &[])
}

/// A sentence in at most so many cells, with a sign where something was left out. It keeps its last value, and behind
/// that how often (`, 14×`).
pub(crate) fn shortened(text: &[InkedChar], cells_max: usize, unicode: bool) -> Vec<InkedChar> {
    if cells_of(text) <= cells_max {
        return text.to_vec();
    }
    let (text, so_often) = text.split_at(text.len() - so_often(text));
    let room = cells_max.saturating_sub(cells_of(so_often));
    if room < PROSE_LEAST {
        return without_count(text, cells_max, unicode);
    }
    without_count(text, room, unicode).into_iter().chain(so_often.iter().copied()).collect()
}

/// How many cells of a sentence are never given up: its last value, and how often.
pub(crate) fn kept_cells(text: &[InkedChar]) -> usize {
    let (sentence, so_often) = text.split_at(text.len() - so_often(text));
    last_value(sentence, 0).map_or(0, cells_of) + cells_of(so_often)
}

/// How many characters of the end are a count: `, 14×`.
fn so_often(text: &[InkedChar]) -> usize {
    if text.last().is_none_or(|(c, ..)| *c != '×' && *c != 'x') {
        return 0;
    }
    let digits = text.iter().rev().skip(1).take_while(|(c, ..)| c.is_ascii_digit() || *c == ',').count();
    let mut before = text.iter().rev().skip(1 + digits).map(|(c, ..)| *c);
    let is_count = digits > 0 && before.next() == Some(' ') && before.next() == Some(',');
    if is_count { digits + 3 } else { 0 }
}

fn without_count(text: &[InkedChar], cells_max: usize, unicode: bool) -> Vec<InkedChar> {
    if cells_of(text) <= cells_max {
        return text.to_vec();
    }
    let sign = sign(cells_max, unicode);
    let room = cells_max.saturating_sub(sign.len());
    let (front, lost) = text.split_at(fitting(text, room));
    // A value that the beginning has already, or that would leave little else, is not worth its place.
    let is_worth_it = |value: &&[InkedChar]| cells_of(value) * 2 <= room + 2 && !contains(front, value);
    let value = last_value(text, front.len()).filter(|value| value.len() == text.len() || is_worth_it(value));
    let Some(value) = value else { return joined(trimmed(before_a_value(front, lost)), sign, &[]) };
    if front.is_empty() || value.len() == text.len() || lost.is_empty() {
        return joined(&[], sign, tail(value, room));
    }
    let before = room.saturating_sub(cells_of(value) + 1);
    if before < PROSE_LEAST {
        return joined(&[], sign, tail(value, room));
    }
    let (front, lost) = text.split_at(fitting(text, before));
    let front = before_a_value(front, lost);
    let mut kept = joined(trimmed(front), sign, &[]);
    kept.push((' ', Ink::Plain, 1));
    kept.extend_from_slice(value);
    kept
}

/// The sign for more; in ASCII three dots, or as many as there is room for.
fn sign(cells_max: usize, unicode: bool) -> &'static [char] {
    const DOTS: &[char] = &['.', '.', '.'];
    match (unicode, cells_max) {
        (_, 0) => &[],
        (true, _) => &['…'],
        (false, cells) => DOTS.get(..cells).unwrap_or(DOTS),
    }
}

/// How many characters fit into so many cells.
pub(crate) fn fitting(text: &[InkedChar], mut room: usize) -> usize {
    let fits = |(.., cells): &&InkedChar| {
        let left = room.checked_sub(*cells);
        room = left.unwrap_or(room);
        left.is_some()
    };
    text.iter().take_while(fits).count()
}

/// The last value of the text that is not whole before this place.
fn last_value(text: &[InkedChar], place: usize) -> Option<&[InkedChar]> {
    let mut end = text.len();
    while end > place {
        let start = text.get(..end)?.iter().rposition(|(c, ..)| is_blank(*c)).map_or(0, |at| at + 1);
        let word = text.get(start..end)?;
        if is_value(word) {
            return Some(word);
        }
        end = start.saturating_sub(1);
    }
    None
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}')
}

/// Whether a word is an address, an identifier, a path, or the name of a machine.
fn is_value(word: &[InkedChar]) -> bool {
    let text: String = word.iter().map(|(c, ..)| *c).collect();
    let has = |set: &[char]| text.contains(set);
    let (digit, letter) =
        (has(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']), text.chars().any(char::is_alphabetic));
    let is_broken = text.contains("[.]") || text.contains("[:]");
    let is_path = text.len() > 5 && has(&['/', '\\']);
    let is_named = digit && letter && has(&['-', '_', '.', '@']);
    let is_digest = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_broken || is_path || is_named || is_digest
}

/// Whether a text has these letters and digits, whatever brackets or stops are around them.
fn contains(text: &[InkedChar], value: &[InkedChar]) -> bool {
    let plain = |of: &[InkedChar]| of.iter().map(|(c, ..)| *c).collect::<String>();
    plain(text).contains(plain(value).trim_matches(|c: char| !c.is_alphanumeric()))
}

/// The end of a value in so many cells.
fn tail(value: &[InkedChar], room: usize) -> &[InkedChar] {
    let mut left = room;
    let fits = |(.., cells): &&InkedChar| {
        let rest = left.checked_sub(*cells);
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    let kept = value.iter().rev().take_while(fits).count();
    value.get(value.len() - kept..).unwrap_or_default()
}

/// What is kept of a text without the value that the cut would split.
fn before_a_value<'t>(front: &'t [InkedChar], lost: &[InkedChar]) -> &'t [InkedChar] {
    let start = front.iter().rposition(|(c, ..)| is_blank(*c)).map_or(0, |at| at + 1);
    let rest = lost.iter().take_while(|(c, ..)| !is_blank(*c));
    let word: Vec<InkedChar> = front.iter().skip(start).chain(rest).copied().collect();
    let is_split = word.len() > front.len() - start;
    if start > 0 && is_split && is_value(&word) { front.get(..start).unwrap_or(front) } else { front }
}

fn trimmed(mut text: &[InkedChar]) -> &[InkedChar] {
    while let Some((_, front)) = text.split_last().filter(|((c, ..), _)| is_blank(*c)) {
        text = front;
    }
    text
}

fn joined(front: &[InkedChar], sign: &[char], end: &[InkedChar]) -> Vec<InkedChar> {
    let ink = front.last().or_else(|| end.first()).map_or(Ink::Plain, |(_, ink, _)| *ink);
    let sign = sign.iter().map(|c| (*c, ink, 1));
    front.iter().copied().chain(sign).chain(end.iter().copied()).collect()
}

/// Whether a line may end behind this character of a long word, given the one that follows.
pub(crate) fn may_end_behind(c: char, next: Option<char>) -> bool {
    match c {
        '/' | '\\' | '-' | '_' | ',' | '@' => true,
        '.' | ':' => next != Some(']'),
        ']' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(text: &str, cells: usize) -> String {
        let text: Vec<InkedChar> = text.chars().map(|c| (c, Ink::Plain, 1)).collect();
        shortened(&text, cells, true).into_iter().map(|(c, ..)| c).collect()
    }

    #[test]
    fn prose_gives_way_before_a_value() {
        for (text, cells, expected) in [
            ("log-on with the stolen account", 30, "log-on with the stolen account"),
            ("log-on with the stolen account", 16, "log-on with the…"),
            ("4.1 GB sent to 203[.]0[.]113[.]7 over HTTPS", 40, "4.1 GB sent to 203[.]0[.]113[.]7 over H…"),
            ("4.1 GB sent by night to 203[.]0[.]113[.]7", 40, "4.1 GB sent by night… 203[.]0[.]113[.]7"),
            (
                "4.1 GB sent by night to 203[.]0[.]113[.]7, 31×",
                45,
                "4.1 GB sent by night… 203[.]0[.]113[.]7, 31×",
            ),
            ("web server starts a shell, 1,400×", 24, "web server star…, 1,400×"),
            ("scan of many ports from print-1", 20, "scan of man… print-1"),
            ("from files-2 to portal-1 and print-1", 20, "from… print-1"),
            ("web shell in /var/www/html/cmd.jsp", 29, "web shell in…"),
            (
                "find out what happened on rtr-1: it was seen (rtr-1)",
                40,
                "find out what happened on rtr-1: it was…",
            ),
        ] {
            assert_eq!(short(text, cells), expected, "in {cells}");
        }
    }

    #[test]
    fn a_value_without_room_keeps_its_end() {
        for (text, cells, expected) in [
            ("dc-prod-web-03", 8, "…-web-03"),
            ("/var/www/html/cmd.jsp", 12, "…tml/cmd.jsp"),
            ("dc-prod-web-03", 1, "…"),
            ("dc-prod-web-03", 0, ""),
        ] {
            assert_eq!(short(text, cells), expected, "in {cells}");
        }
    }

    #[test]
    fn nothing_is_wider_than_its_room() {
        let text = "seen CVE-2021-44228 and 2001[:]db8[:][:]1 in C:\\Windows\\Temp\\a.exe by night";
        for cells in 0..text.len() + 2 {
            assert!(short(text, cells).chars().count() <= cells, "{cells}");
        }
    }
}
