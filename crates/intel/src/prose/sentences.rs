//! Sentences of a rendered text: where each starts and ends, and how it is quoted.
//!
//! A row of a list or table is a sentence of its own; wrapped lines of one paragraph are joined. A full stop
//! ends a sentence only before a blank and a capital, so that `v1.2`, `e.g. this` and `evil[.]example` stay
//! whole.

use model::secret;
use std::ops::Range;

/// How long a quoted sentence may be, in characters.
pub(crate) const SENTENCE_CHARS_MAX: usize = 400;

/// How long one sentence may be; what is longer (a line of a megabyte) is cut at a blank, so that the cost of
/// a quote does not depend on the line.
const SENTENCE_BYTES_MAX: usize = 4096;

/// A line shorter than this is not a wrapped line of a paragraph.
const WRAPPED_LINE_BYTES_MIN: usize = 50;

/// The sentences of one text, in order, covering all that is not blank.
pub(crate) struct Sentences {
    ranges: Vec<Range<usize>>,
}

impl Sentences {
    pub(crate) fn of(text: &str) -> Self {
        let mut ranges = Vec::new();
        for block in blocks(text) {
            let mut start = block.start;
            let within = text.get(block.clone()).unwrap_or_default();
            each_end(within, |end| {
                let end = block.start + end;
                push(&mut ranges, text, start..end);
                start = end;
            });
            push(&mut ranges, text, start..block.end);
        }
        Self { ranges }
    }

    /// The sentence that holds this offset, with its number.
    pub(crate) fn at(&self, offset: usize) -> Option<(usize, Range<usize>)> {
        let after = self.ranges.partition_point(|range| range.start <= offset);
        let number = after.checked_sub(1)?;
        self.ranges.get(number).map(|range| (number, range.clone()))
    }

    pub(crate) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// The sentence with this number.
    pub(crate) fn get(&self, number: usize) -> Option<Range<usize>> {
        self.ranges.get(number).cloned()
    }
}

fn push(ranges: &mut Vec<Range<usize>>, text: &str, range: Range<usize>) {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.end - (part.len() - part.trim_end().len());
    let mut start = start;
    while end.saturating_sub(start) > SENTENCE_BYTES_MAX {
        let cut = cut_before(text, start, start + SENTENCE_BYTES_MAX);
        ranges.push(start..cut);
        start = cut;
    }
    if start < end {
        ranges.push(start..end);
    }
}

/// The last blank before a limit, else the last whole character.
fn cut_before(text: &str, start: usize, limit: usize) -> usize {
    let mut limit = limit;
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let part = text.get(start..limit).unwrap_or_default();
    part.rfind(char::is_whitespace).filter(|at| *at > 0).map_or(limit, |at| start + at)
}

/// Paragraphs, rows and list items: lines, with wrapped lines joined.
fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let (mut start, mut open) = (0, false);
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let last = blocks.last_mut().filter(|_| open);
        match last {
            Some(block) if wraps(text.get(block.clone()).unwrap_or_default(), line) => block.end = end,
            _ => blocks.push(start..end),
        }
        open = !line.trim().is_empty();
        start = end;
    }
    blocks
}

/// Whether a line carries on the paragraph before it.
fn wraps(before: &str, line: &str) -> bool {
    let last = before.trim_end().rsplit('\n').next().unwrap_or_default();
    if last.len() < WRAPPED_LINE_BYTES_MIN || last.ends_with(['.', '!', '?', ':', ';', '|']) {
        return false;
    }
    let line = line.trim_start();
    let number = || line.trim_start_matches(|c: char| c.is_ascii_digit());
    let item = line.starts_with(['-', '*', '•', '#', '|', '>', '+']) || number().starts_with(['.', ')']);
    let carries_on = line.starts_with(|c: char| c.is_lowercase() || c == '(') || line.contains(' ');
    !item && carries_on && last.bytes().filter(|byte| *byte == b' ').nth(4).is_some() && !last.contains(" | ")
}

/// Gives the ends of sentences within a block, as offsets after the blank. Only the marks that can end one are looked
/// at, and then the word before.
fn each_end(block: &str, mut each: impl FnMut(usize)) {
    let mut from = 0;
    let is_mark = |byte: &u8| matches!(byte, b'.' | b'!' | b'?');
    while let Some(found) = block.as_bytes().get(from..).and_then(|rest| rest.iter().position(is_mark)) {
        let at = from + found;
        let stop = block.as_bytes().get(at) == Some(&b'.');
        let rest = block.get(at + 1..).unwrap_or_default();
        let after = rest.trim_start_matches(['"', '\'', '”', '’', ')', ']']);
        from = block.len() - after.len();
        let next = after.trim_start();
        let blank = next.len() < after.len();
        let opens = |c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '"' | '“' | '(' | '‘');
        if blank && next.starts_with(opens) && !(stop && abbreviation(word_before(block, at))) {
            each(from);
        }
    }
}

/// The text from the last blank up to this place.
fn word_before(block: &str, at: usize) -> &str {
    block.get(..at).unwrap_or_default().rsplit(char::is_whitespace).next().unwrap_or_default()
}

/// `e.g`, `U.S`, `Inc`, a single letter: the full stop after it ends nothing.
fn abbreviation(word: &str) -> bool {
    const WORDS: [&str; 18] = [
        "e.g", "i.e", "etc", "vs", "inc", "ltd", "corp", "co", "no", "fig", "dr", "mr", "ms", "st", "approx",
        "cf", "sec", "al",
    ];
    let word = word.trim_start_matches(['(', '"', '“', '[']);
    let initials = word.contains('.') && word.split('.').all(|part| part.chars().count() <= 1);
    word.chars().count() == 1 && !word.chars().all(|c| c.is_ascii_digit())
        || initials
        || WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// A sentence on one line; when it is too long, the part around what it is quoted for. Of a long one no more is read
/// than is quoted.
pub(crate) fn quoted(text: &str, sentence: &Range<usize>, around: &Range<usize>) -> String {
    let whole = text.get(sentence.clone()).unwrap_or_default();
    let short = whole.len() <= SENTENCE_CHARS_MAX
        || in_one_line(whole.trim().chars()).nth(SENTENCE_CHARS_MAX).is_none();
    if short {
        return one_line(whole);
    }
    let half = SENTENCE_CHARS_MAX / 2 - 2;
    // A secret whose name is not quoted would be a word like any other.
    let before = secret::cut(text.get(sentence.start..around.start.max(sentence.start)).unwrap_or_default());
    let after = text.get(around.start.max(sentence.start)..sentence.end).unwrap_or_default();
    let start: Vec<char> = in_one_line(before.chars().rev()).take(half).collect();
    let cut_start = before.chars().nth(half).is_some();
    let wanted = SENTENCE_CHARS_MAX - 2 - start.len();
    let end = in_one_line(after.chars()).take(wanted);
    let cut_end = after.chars().nth(wanted).is_some();
    let quote: String =
        cut_start.then_some('…').into_iter().chain(start.into_iter().rev()).chain(end).collect();
    let quote = quote.trim();
    if cut_end { format!("{quote}…") } else { quote.to_owned() }
}

/// Characters with runs of white space as one blank, those at the ends too.
fn in_one_line(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut blank = false;
    chars.filter_map(move |c| {
        let again = blank;
        blank = c.is_whitespace();
        if !blank {
            return Some(c);
        }
        (!again).then_some(' ')
    })
}

/// Runs of white space as one blank.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sentences(text: &str) -> Vec<String> {
        Sentences::of(text).ranges.into_iter().map(|range| one_line(&text[range])).collect()
    }

    #[test]
    fn a_secret_whose_name_is_not_quoted_is_no_word_either() {
        // The quote begins in the middle of the secret.
        let text = format!("--password hunter2hunter2 {} 203.0.113.7 {}", "a".repeat(180), "b ".repeat(200));
        let at = text.find("203").expect("it");
        let shown = quoted(&text, &(0..text.len()), &(at..at + 11));
        assert!(shown.contains("203.0.113.7") && !shown.contains("nter2"), "{shown}");
    }

    #[test]
    fn full_stops_inside_names_end_nothing() {
        assert_eq!(
            sentences("The U.S. agencies saw v1.2 at evil[.]example. They, e.g. Bob, acted. Done"),
            ["The U.S. agencies saw v1.2 at evil[.]example.", "They, e.g. Bob, acted.", "Done"]
        );
    }

    #[test]
    fn rows_stay_rows_and_wrapped_lines_are_joined() {
        let text = "- 198.51.100.7\n- 198.51.100.8\n\nThe actors used a long list of things that wraps over\n\
                    two lines of text. And more.\n";
        assert_eq!(
            sentences(text),
            [
                "- 198.51.100.7",
                "- 198.51.100.8",
                "The actors used a long list of things that wraps over two lines of text.",
                "And more.",
            ]
        );
    }

    #[test]
    fn a_quote_is_one_past_the_bound_never_longer() {
        for length in [SENTENCE_CHARS_MAX, SENTENCE_CHARS_MAX + 1, 5000] {
            let text = "é".repeat(length);
            for around in [0..2, length / 2 * 2..length / 2 * 2 + 2, 2 * length - 2..2 * length] {
                let quote = quoted(&text, &(0..text.len()), &around);
                assert!(quote.chars().count() <= SENTENCE_CHARS_MAX, "{length}");
                assert_eq!(quote.contains('…'), length > SENTENCE_CHARS_MAX);
            }
        }
    }

    /// The twins: they look at every character, and copy what they quote.
    mod twin {
        use super::*;

        pub(super) fn ends(block: &str) -> Vec<usize> {
            let mut all = Vec::new();
            let mut chars = block.char_indices().peekable();
            let mut word_start = 0;
            while let Some((at, c)) = chars.next() {
                if c.is_whitespace() {
                    word_start = at + c.len_utf8();
                    continue;
                }
                if !matches!(c, '.' | '!' | '?') {
                    continue;
                }
                let word = block.get(word_start..at).unwrap_or_default();
                while chars.next_if(|(_, c)| matches!(c, '"' | '\'' | '”' | '’' | ')' | ']')).is_some() {}
                let Some((blank, after)) = chars.peek().copied() else { continue };
                if !after.is_whitespace() || (c == '.' && abbreviation(word)) {
                    continue;
                }
                let rest = block.get(blank..).unwrap_or_default().trim_start();
                if rest.starts_with(|c: char| {
                    c.is_uppercase() || c.is_ascii_digit() || matches!(c, '"' | '“' | '(' | '‘')
                }) {
                    all.push(blank);
                }
            }
            all
        }

        pub(super) fn wraps(before: &str, line: &str) -> bool {
            let last = before.trim_end().rsplit('\n').next().unwrap_or_default();
            let prose =
                last.len() >= WRAPPED_LINE_BYTES_MIN && last.split(' ').count() > 5 && !last.contains(" | ");
            let ended = last.ends_with(['.', '!', '?', ':', ';', '|']);
            let line = line.trim_start();
            let item = line.starts_with(['-', '*', '•', '#', '|', '>', '+'])
                || line
                    .split_once(['.', ')'])
                    .is_some_and(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()));
            let carries_on =
                line.starts_with(|c: char| c.is_lowercase() || c == '(') || !ended && line.contains(' ');
            prose && !ended && !item && carries_on
        }

        pub(super) fn quoted(text: &str, sentence: &Range<usize>, around: &Range<usize>) -> String {
            let whole = one_line(text.get(sentence.clone()).unwrap_or_default());
            if whole.chars().count() <= SENTENCE_CHARS_MAX {
                return whole;
            }
            let half = SENTENCE_CHARS_MAX / 2 - 2;
            let before = text.get(sentence.start..around.start.max(sentence.start)).unwrap_or_default();
            let after = text.get(around.start.max(sentence.start)..sentence.end).unwrap_or_default();
            let mut start: String = one_line_keeping_ends(before).chars().rev().take(half).collect();
            let cut_start = before.chars().count() > half;
            start = start.chars().rev().collect();
            let wanted = SENTENCE_CHARS_MAX - 2 - start.chars().count();
            let end: String = one_line_keeping_ends(after).chars().take(wanted).collect();
            let cut_end = after.chars().count() > wanted;
            let quote = format!("{}{}{}", if cut_start { "…" } else { "" }, start, end);
            let quote = quote.trim();
            if cut_end { format!("{quote}…") } else { quote.to_owned() }
        }

        fn one_line_keeping_ends(text: &str) -> String {
            let inner = one_line(text);
            let start = if text.starts_with(char::is_whitespace) { " " } else { "" };
            let end = if text.ends_with(char::is_whitespace) && !inner.is_empty() { " " } else { "" };
            format!("{start}{inner}{end}")
        }
    }

    /// Parted by bars, which are no piece themselves.
    const PIECES: &str = "e.g|U.S|Inc|v1.2|evil[.]example|They|acted|é|É|1|12|.|.|!|?|\"|”|’|)|]|“|(|‘| | | |  |\n|\n|\r\n|\
        \u{a0}|- |* |# | ; |:|, and so it went on for a while in the harbour of the town|1) |a.b)";

    fn text(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        let mut all: Vec<&str> = PIECES.split('|').collect();
        all.push("|");
        all.push(" | ");
        prop::collection::vec(prop::sample::select(all), pieces).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn ends_and_wraps_are_those_of_the_twins(before in text(0..24), line in text(0..12)) {
            let mut found = Vec::new();
            each_end(&before, |end| found.push(end));
            prop_assert_eq!(found, twin::ends(&before), "{:?}", before);
            prop_assert_eq!(wraps(&before, &line), twin::wraps(&before, &line), "{:?} {:?}", before, line);
        }

        #[test]
        fn quotes_are_those_of_the_twin(text in text(0..200), start in 0..1000_usize, at in 0..1000_usize) {
            let place = |at: usize| (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at));
            let (start, at) = (place(start).unwrap_or(0), place(at).unwrap_or(0));
            let sentence = start.min(at)..text.len();
            prop_assert_eq!(quoted(&text, &sentence, &(at..at)), twin::quoted(&text, &sentence, &(at..at)));
        }
    }
}
