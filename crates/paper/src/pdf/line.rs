//! A text in lines: words are put on a line until the next one is too long for it.
//!
//! Lines are ragged on the right: justified text without hyphenation has rivers, and hyphens would change values. A word
//! that is longer than a line breaks at its signs (see [`crate::breaks`]) and, if that is not enough, between two letters.
//! A space at the end of a line is kept as a glyph of no consequence, so that programs that read the text find the words
//! apart.
//!
//! Invariant: no line is wider than it may be, unless a single letter is; no letter is left out.

use super::face::{Face, Faces};
use super::look::{Ink, Type};
use crate::breaks;
use crate::document::{Span, Text};
use crate::visible::is_mark;
use krilla::text::KrillaGlyph;

/// Values are set a little smaller than the text around them: their letters are wider.
const VALUE_SIZE: f32 = 0.9;
/// How far two lines of different lengths are made alike in a sentence that is set large.
const BALANCE_STEPS: usize = 10;
/// Numbers of so many figures are one with what they count.
const NUMBER_LETTERS: usize = 3;

/// Glyphs that are drawn at once.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) ink: Ink,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
}

/// A line of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// How wide it is, without a space at its end.
    pub(super) width: f32,
}

/// Letters of one kind.
#[derive(Clone, Debug)]
struct Part {
    face: Face,
    size: f32,
    ink: Ink,
    text: String,
}

/// What is not broken, and the space that follows.
#[derive(Clone, Debug, Default)]
struct Word {
    parts: Vec<Part>,
    width: f32,
    space: Option<Part>,
}

/// The lines of a text.
pub(super) fn lines(faces: &mut Faces, text: &Text, kind: &Type, width: f32) -> Vec<Line> {
    let words = words(faces, text, kind);
    fill(faces, words, width)
}

/// The lines of a sentence, about as long as each other: as narrow as the same number of lines allows.
pub(super) fn balanced(faces: &mut Faces, text: &Text, kind: &Type, width: f32) -> Vec<Line> {
    let words = words(faces, text, kind);
    let words = with_numbers(faces, words);
    let mut best = fill(faces, words.clone(), width);
    let (mut low, mut high) = (width * 0.5, width);
    for _ in 0..BALANCE_STEPS {
        let middle = (low + high) / 2.0;
        let tried = fill(faces, words.clone(), middle);
        if tried.len() == best.len() {
            best = tried;
            high = middle;
        } else {
            low = middle;
        }
    }
    best
}

/// Words of which a short number is one with what it counts: *12 June* is not divided.
fn with_numbers(faces: &mut Faces, words: Vec<Word>) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    for word in words {
        let number = |word: &&mut Word| {
            let text: String = word.parts.iter().map(|part| part.text.as_str()).collect();
            text.len() <= NUMBER_LETTERS && text.chars().all(|c| c.is_ascii_digit())
        };
        match out.last_mut().filter(number) {
            Some(last) => {
                if let Some(space) = last.space.take() {
                    last.width += faces.width(space.face, &space.text) * space.size;
                    last.parts.push(space);
                }
                last.width += word.width;
                last.parts.extend(word.parts);
                last.space = word.space;
            }
            None => out.push(word),
        }
    }
    out
}

/// The widest thing in a text that is not broken.
pub(super) fn widest(faces: &mut Faces, text: &Text, kind: &Type) -> f32 {
    words(faces, text, kind).iter().map(|word| word.width).fold(0.0, f32::max)
}

fn words(faces: &mut Faces, text: &Text, kind: &Type) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    // Whether what comes belongs to the last word.
    let mut open = false;
    for span in &text.0 {
        let (face, size, ink) = match span {
            Span::Plain(_) => (kind.face, kind.size, kind.ink),
            Span::Strong(_) => (kind.strong(), kind.size, kind.ink),
            Span::Value(_) => (Face::Mono, kind.size * VALUE_SIZE, kind.ink),
            Span::Soft(_) => (kind.face, kind.size, Ink::Soft),
        };
        let written = faces.writable(face, span.words());
        for (index, piece) in breaks::pieces(&written).into_iter().enumerate() {
            open &= index == 0;
            for (index, letters) in piece.split(' ').enumerate() {
                if index > 0 {
                    open = false;
                    add_space(&mut out, Part { face, size, ink, text: " ".to_owned() });
                }
                if letters.is_empty() {
                    continue;
                }
                let width = faces.width(face, letters) * size;
                let part = Part { face, size, ink, text: letters.to_owned() };
                match out.last_mut().filter(|_| open) {
                    Some(word) => {
                        word.parts.push(part);
                        word.width += width;
                    }
                    None => out.push(Word { parts: vec![part], width, space: None }),
                }
                open = true;
            }
        }
    }
    out
}

/// A space behind the last word. Of several, all are kept in a value, which is exact, and one between words.
fn add_space(words: &mut [Word], space: Part) {
    let Some(last) = words.last_mut() else { return };
    match &mut last.space {
        Some(before) if before.face == Face::Mono && space.face == Face::Mono => before.text.push(' '),
        Some(_) => {}
        None => last.space = Some(space),
    }
}

/// Words put on lines.
fn fill(faces: &mut Faces, words: Vec<Word>, width: f32) -> Vec<Line> {
    let mut out = Vec::new();
    let mut line = Line::default();
    // The width with the space behind the last word.
    let mut filled = 0.0;
    for word in words {
        let pieces = if word.width > width { letters(faces, word, width) } else { vec![word] };
        for word in pieces {
            if !line.runs.is_empty() && filled + word.width > width {
                out.push(std::mem::take(&mut line));
                filled = 0.0;
            }
            for part in word.parts {
                append(faces, &mut line, part);
            }
            filled += word.width;
            line.width = filled;
            if let Some(space) = word.space {
                filled += faces.width(space.face, &space.text) * space.size;
                append(faces, &mut line, space);
            }
        }
    }
    if !line.runs.is_empty() {
        out.push(line);
    }
    out
}

/// A word that is longer than a line, in pieces that are not. A mark stays with the letter before it.
fn letters(faces: &mut Faces, word: Word, width: f32) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut piece = Word::default();
    for part in word.parts {
        let mut text = String::new();
        for cluster in clusters(&part.text) {
            let wide = faces.width(part.face, cluster) * part.size;
            if piece.width + wide > width && piece.width > 0.0 {
                if !text.is_empty() {
                    piece.parts.push(Part { text: std::mem::take(&mut text), ..part.clone() });
                }
                out.push(std::mem::take(&mut piece));
            }
            text.push_str(cluster);
            piece.width += wide;
        }
        if !text.is_empty() {
            piece.parts.push(Part { text, ..part });
        }
    }
    piece.space = word.space;
    out.push(piece);
    out
}

/// Letters with the marks on them.
fn clusters(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices().skip(1) {
        if !is_mark(c) {
            out.push(text.get(from..at).unwrap_or_default());
            from = at;
        }
    }
    out.push(text.get(from..).unwrap_or_default());
    out
}

/// Adds letters to a line: to its last run if that is of one kind with them.
fn append(faces: &mut Faces, line: &mut Line, part: Part) {
    for shaped in faces.shape(part.face, &part.text).iter() {
        let fits = |run: &&mut Run| run.face == shaped.face && run.size == part.size && run.ink == part.ink;
        let run = match line.runs.last_mut().filter(fits) {
            Some(run) => run,
            None => {
                line.runs.push(Run {
                    face: shaped.face,
                    size: part.size,
                    ink: part.ink,
                    text: String::new(),
                    glyphs: Vec::new(),
                    width: 0.0,
                });
                let Some(run) = line.runs.last_mut() else { return };
                run
            }
        };
        let shift = run.text.len();
        run.text.push_str(&shaped.text);
        run.width += shaped.width * part.size;
        run.glyphs.extend(shaped.glyphs.iter().cloned().map(|mut glyph| {
            glyph.text_range = glyph.text_range.start + shift..glyph.text_range.end + shift;
            glyph
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Sheet;
    use crate::pdf::look::Look;

    fn set(text: &Text, width: f32) -> Vec<String> {
        let mut faces = Faces::load().expect("own faces");
        let lines = lines(&mut faces, text, &Look::sheet(Sheet::A4).text, width);
        for line in &lines {
            assert!(line.width <= width + 0.01, "{line:?}");
        }
        lines.iter().map(|line| line.runs.iter().map(|run| run.text.as_str()).collect()).collect()
    }

    #[test]
    fn words_go_on_a_line_until_it_is_full() {
        let text = Text::new().plain("five accounts of the ").value("berth").plain(", reset");
        assert_eq!(set(&text, 500.0), ["five accounts of the berth, reset"]);
        assert_eq!(
            set(&text, 62.0),
            ["five accounts of ", "the berth, ", "reset"],
            "a comma stays with its value"
        );
    }

    #[test]
    fn a_long_value_breaks_at_its_signs_and_then_anywhere() {
        assert_eq!(set(&Text::new().value("a  b").plain("  c"), 90.0), ["a  b c"]);
        let path = Text::new().value(r"C:\Windows\Temp\planning\update.exe");
        assert_eq!(set(&path, 90.0), [r"C:\Windows\Temp\", r"planning\update.", "exe"]);
        let hash = Text::new().value("9f86d081884c7d659a2feaa0c55ad015");
        assert_eq!(set(&hash, 90.0).concat(), "9f86d081884c7d659a2feaa0c55ad015");
        assert_eq!(
            set(&"e\u{301}".repeat(40).as_str().into(), 20.0)
                .iter()
                .filter(|line| line.starts_with('\u{301}'))
                .count(),
            0
        );
    }
}
