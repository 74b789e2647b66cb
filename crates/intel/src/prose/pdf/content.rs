//! What a page shows: its content stream as runs of text with their places (ISO 32000-2, 8.4 and 9.4).
//!
//! Only what moves text is followed; colours, paths and pictures are not. Text that is turned is laid out along its own
//! direction. Text that is drawn invisibly counts: it is what recognition put over a scan. Invariants: forms nest at
//! most [`FORMS_DEEP_MAX`]; all pages together have at most [`OPERATORS_MAX`] operators and [`TEXT_BYTES_MAX`] of text.

use super::file::File;
use super::font::Font;
use super::syntax::{Dict, Lexer, Value};
use std::collections::HashMap;
use std::rc::Rc;

/// How deep forms may nest.
const FORMS_DEEP_MAX: usize = 8;

/// How many operators are followed.
const OPERATORS_MAX: u64 = 6_000_000;

/// How many operators showing a form counts for.
const FORM_OPERATORS: u64 = 1000;

/// How much text is kept: 8 MiB, that of a thousand full pages.
const TEXT_BYTES_MAX: usize = 8 << 20;

/// How many states may be saved.
const STATES_MAX: usize = 64;

/// A wider gap within one string is a gap between columns, in ems; a narrower one than the second is none.
const COLUMN_GAP: f64 = 1.2;
const WORD_GAP: f64 = 0.18;

/// A piece of text on its line.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) from: f64,
    pub(super) to: f64,
    /// The height of its line; lines further down have less.
    pub(super) height: f64,
    pub(super) size: f64,
    pub(super) text: String,
}

type Matrix = [f64; 6];
const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// The first matrix, then the second.
fn then(a: Matrix, b: Matrix) -> Matrix {
    let ([a0, a1, a2, a3, a4, a5], [b0, b1, b2, b3, b4, b5]) = (a, b);
    [
        a0 * b0 + a1 * b2,
        a0 * b1 + a1 * b3,
        a2 * b0 + a3 * b2,
        a2 * b1 + a3 * b3,
        a4 * b0 + a5 * b2 + b4,
        a4 * b1 + a5 * b3 + b5,
    ]
}

#[derive(Clone)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    characters: f64,
    words: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// Reads the pages of a file, one after the other.
pub(super) struct Reader<'f, 'b> {
    file: &'f File<'b>,
    fonts: HashMap<u32, Rc<Font>>,
    operators: u64,
    text: usize,
    /// How many codes no font has text for, and how many it has.
    pub(super) unknown: u64,
    pub(super) known: u64,
    /// Whether a page shows a picture.
    pub(super) pictures: bool,
    pub(super) bounded: bool,
}

/// What is being shown: its state, and the runs so far.
struct Show<'r> {
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    runs: &'r mut Vec<Run>,
}

impl<'f, 'b> Reader<'f, 'b> {
    pub(super) fn new(file: &'f File<'b>) -> Self {
        Self {
            file,
            fonts: HashMap::new(),
            operators: 0,
            text: 0,
            unknown: 0,
            known: 0,
            pictures: false,
            bounded: false,
        }
    }

    /// The runs of a page, in the order in which it draws them.
    pub(super) fn page(&mut self, page: &Dict, resources: &Dict) -> Vec<Run> {
        let mut content = Vec::new();
        let parts = match page.get("Contents").map(|value| (value, self.file.value(value))) {
            Some((_, Value::Array(parts))) => parts,
            Some((one, _)) => vec![one.clone()],
            None => Vec::new(),
        };
        for part in parts.iter().take(10_000) {
            if let Some((_, data)) = self.file.stream(part) {
                content.extend(data);
                content.push(b'\n');
            }
        }
        let mut runs = Vec::new();
        self.content(&content, resources, SAME, &mut runs, 0);
        runs
    }

    fn content(&mut self, content: &[u8], resources: &Dict, page: Matrix, runs: &mut Vec<Run>, deep: usize) {
        let state = State {
            page,
            font: None,
            size: 1.0,
            characters: 0.0,
            words: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut show = Show { state, saved: Vec::new(), text: SAME, line: SAME, runs };
        let dict = |key: &str| resources.get(key).and_then(|value| self.file.dict(value)).unwrap_or_default();
        let (fonts, forms) = (dict("Font"), dict("XObject"));
        let mut lexer = Lexer::of_content(content);
        let mut held: Vec<Value> = Vec::new();
        while let Some(value) = lexer.next() {
            let Value::Word(word) = value else {
                if held.len() < 64 {
                    held.push(value);
                }
                continue;
            };
            self.operators += 1;
            if self.operators > OPERATORS_MAX || self.text > TEXT_BYTES_MAX {
                self.bounded = true;
                return;
            }
            match (word.as_slice(), held.as_slice()) {
                (b"BI", _) => {
                    lexer.skip_image();
                    self.pictures = true;
                }
                (b"Tf", [Value::Name(name), size]) => {
                    show.state.size = size.number().unwrap_or(1.0);
                    show.state.font = fonts.get(name).and_then(|font| self.font(font));
                }
                (b"Do", [Value::Name(name)]) => {
                    if let Some(form) = forms.get(name) {
                        self.form(form, resources, show.state.page, show.runs, deep);
                    }
                }
                (word, held) => self.operator(word, held, &mut show),
            }
            held.clear();
        }
    }

    fn form(&mut self, form: &Value, outer: &Dict, page: Matrix, runs: &mut Vec<Run>, deep: usize) {
        let Some(head) = self.file.dict(form) else { return };
        if head.name("Subtype") == Some("Image") {
            self.pictures = true;
        }
        if head.name("Subtype") != Some("Form") {
            return;
        }
        if deep >= FORMS_DEEP_MAX {
            self.bounded = true;
            return;
        }
        // A form may show others many times over: opening one has its price.
        self.operators += FORM_OPERATORS;
        let Some((dict, data)) = self.file.stream(form) else { return };
        let matrix = match self.file.entry(&dict, "Matrix") {
            Some(Value::Array(values)) => matrix(&values).unwrap_or(SAME),
            _ => SAME,
        };
        let own = dict.get("Resources").and_then(|own| self.file.dict(own));
        self.content(&data, own.as_ref().unwrap_or(outer), then(matrix, page), runs, deep + 1);
    }

    fn font(&mut self, value: &Value) -> Option<Rc<Font>> {
        let Value::Ref(number) = value else {
            return self.file.dict(value).map(|dict| Rc::new(Font::read(self.file, &dict)));
        };
        if let Some(font) = self.fonts.get(number) {
            return Some(Rc::clone(font));
        }
        let font = Rc::new(Font::read(self.file, &self.file.dict(value)?));
        self.fonts.insert(*number, Rc::clone(&font));
        Some(font)
    }

    fn operator(&mut self, word: &[u8], held: &[Value], show: &mut Show<'_>) {
        let number = |at: usize| held.get(at).and_then(Value::number).unwrap_or_default();
        match word {
            b"q" if show.saved.len() < STATES_MAX => show.saved.push(show.state.clone()),
            b"Q" => {
                if let Some(state) = show.saved.pop() {
                    show.state = state;
                }
            }
            b"cm" => show.state.page = then(matrix(held).unwrap_or(SAME), show.state.page),
            b"BT" => (show.text, show.line) = (SAME, SAME),
            b"Tc" => show.state.characters = number(0),
            b"Tw" => show.state.words = number(0),
            b"Tz" => show.state.stretch = number(0) / 100.0,
            b"TL" => show.state.leading = number(0),
            b"Ts" => show.state.rise = number(0),
            b"Td" => show.next_line(number(0), number(1)),
            b"TD" => {
                show.state.leading = -number(1);
                show.next_line(number(0), number(1));
            }
            b"Tm" => {
                show.line = matrix(held).unwrap_or(SAME);
                show.text = show.line;
            }
            b"T*" => show.next_line(0.0, -show.state.leading),
            b"Tj" => self.shown(held, show),
            b"'" => {
                show.next_line(0.0, -show.state.leading);
                self.shown(held, show);
            }
            b"\"" => {
                (show.state.words, show.state.characters) = (number(0), number(1));
                show.next_line(0.0, -show.state.leading);
                self.shown(held.get(2..).unwrap_or_default(), show);
            }
            b"TJ" => {
                if let Some(Value::Array(parts)) = held.first() {
                    self.shown(parts, show);
                }
            }
            _ => {}
        }
    }

    /// Shows strings with the gaps between them.
    fn shown(&mut self, parts: &[Value], show: &mut Show<'_>) {
        let Some(font) = show.state.font.clone() else { return };
        let mut run = None::<Run>;
        for part in parts {
            match part {
                Value::Text(bytes) => {
                    let (mut known, mut unknown) = (0, 0);
                    let run = run.get_or_insert_with(|| show.run());
                    font.each(bytes, &mut |glyph| {
                        if glyph.known {
                            known += 1
                        } else {
                            unknown += 1
                        }
                        run.text.push_str(glyph.text);
                        let state = &show.state;
                        let spacing = state.characters + if glyph.blank { state.words } else { 0.0 };
                        show.text = then(
                            [1.0, 0.0, 0.0, 1.0, (glyph.width * state.size + spacing) * state.stretch, 0.0],
                            show.text,
                        );
                    });
                    run.to = show.along();
                    (self.known, self.unknown) = (self.known + known, self.unknown + unknown);
                }
                Value::Number(gap) => {
                    let ems = -gap / 1000.0;
                    let state = &show.state;
                    show.text = then([1.0, 0.0, 0.0, 1.0, ems * state.size * state.stretch, 0.0], show.text);
                    if ems.abs() > COLUMN_GAP {
                        self.keep(run.take(), show);
                    } else if ems > WORD_GAP
                        && let Some(run) = run.as_mut().filter(|run| !run.text.ends_with(' '))
                    {
                        run.text.push(' ');
                    }
                }
                _ => {}
            }
        }
        self.keep(run, show);
    }

    fn keep(&mut self, run: Option<Run>, show: &mut Show<'_>) {
        let Some(run) =
            run.filter(|run| !run.text.is_empty() && run.from.is_finite() && run.height.is_finite())
        else {
            return;
        };
        // A font that has no bold face is drawn twice.
        let twice = show.runs.last().is_some_and(|last| {
            last.text == run.text
                && (last.from - run.from).abs() < 0.2 * run.size
                && (last.height - run.height).abs() < 0.2 * run.size
        });
        if !twice {
            self.text += run.text.len();
            show.runs.push(run);
        }
    }
}

impl Show<'_> {
    fn next_line(&mut self, right: f64, up: f64) {
        self.line = then([1.0, 0.0, 0.0, 1.0, right, up], self.line);
        self.text = self.line;
    }

    /// The place along the direction of the text, and across it.
    fn place(&self) -> (f64, f64, f64) {
        let [a, b, c, d, x, y] = then(self.text, self.state.page);
        let length = a.hypot(b);
        let (a, b) = if length > 0.0 { (a / length, b / length) } else { (1.0, 0.0) };
        let size = self.state.size.abs() * c.hypot(d);
        // What is written at an angle has lines of its own.
        (x * a + y * b, y * a - x * b, size)
    }

    fn along(&self) -> f64 {
        self.place().0
    }

    fn run(&self) -> Run {
        let (from, height, size) = self.place();
        let size = if size > 0.01 { size } else { 0.01 };
        Run { from, to: from, height, size, text: String::new() }
    }
}

fn matrix(values: &[Value]) -> Option<Matrix> {
    let numbers: Vec<f64> = values.iter().filter_map(Value::number).take(6).collect();
    numbers.try_into().ok()
}
