//! A document as plain data: a head, and blocks in reading order; a deck of slides beside it.
//!
//! One tree for all forms, so that Markdown, HTML and PDF say the same. A text is a row of spans; a span says what its
//! words are (a value, strong, soft) and never how they look. There is no span for markup: what a form would read as
//! markup is escaped by the form.
//!
//! Invariant: values are already defanged by the caller; this room changes no letter that can be seen.

/// A document: what it is, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What is printed above the first block and on each page.
    pub head: Head,
    /// What it says, in reading order.
    pub blocks: Vec<Block>,
}

/// What a document is. Each line may be empty; then it is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Whose document it is.
    pub organisation: String,
    /// What it is called: *Weekly briefing*.
    pub title: String,
    /// The period or the date: *Week to Wed 1 July 2026, 06:00 UTC*.
    pub dateline: String,
    /// Who may see it, as given: `TLP:AMBER+STRICT`. Printed on each page, above and below.
    pub marking: String,
    /// A name for this very document: `2026-W27`.
    pub id: String,
    /// What a reader must know of it first: *first briefing, no trend yet*.
    pub remark: String,
}

/// A row of spans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Span>);

/// Some words of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Words.
    Plain(String),
    /// Words that matter most.
    Strong(String),
    /// A value from outside, already defanged: monospaced, exact.
    Value(String),
    /// Words in the second ink: what is unknown, what is beside the point.
    Soft(String),
}

/// One thing that a document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The answer in one sentence, large. The first block of a page.
    Lead(Text),
    /// The name of a section.
    Heading(Text),
    /// The name of a section of a section.
    Subheading(Text),
    /// Sentences.
    Paragraph(Text),
    /// A list without order.
    Bullets(Vec<Text>),
    /// A list with an order, counted from one.
    Numbered(Vec<Text>),
    /// Rows and columns.
    Table(Table),
    /// Names, each with what it is.
    KeyValues(Vec<KeyValue>),
    /// Small counts over time.
    Bars(Bars),
    /// What is unknown, or how to read what is above: in the second ink.
    Note(Text),
    /// What follows begins a page.
    PageBreak,
}

/// A name, and what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyValue {
    /// The name.
    pub key: Text,
    /// What it is.
    pub value: Text,
}

/// Rows and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What the rows are; may be empty.
    pub caption: Text,
    /// The columns, from left to right. A table without columns is not shown.
    pub columns: Vec<Column>,
    /// The rows. Cells that are missing are empty; cells beyond the last column are added to the last.
    pub rows: Vec<Vec<Text>>,
    /// A last row for sums.
    pub totals: Option<Vec<Text>>,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// What the cells are; may be empty.
    pub title: Text,
    /// Where the cells are aligned.
    pub align: Align,
    /// Which share of the width it has, relative to the other columns; zero counts as one.
    pub weight: u16,
}

/// Where the cells of a column are aligned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// On the left: words.
    #[default]
    Start,
    /// On the right: numbers.
    End,
}

/// Small counts over time: a row of bars for each series, its last count in figures behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bars {
    /// What is counted; may be empty.
    pub caption: Text,
    /// The names of the periods, from the earliest to the last.
    pub periods: Vec<String>,
    /// What was counted in them.
    pub series: Vec<Series>,
}

/// One row of bars.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// What is counted.
    pub label: Text,
    /// A count for each period; `None` is unknown, which is no zero.
    pub counts: Vec<Option<u64>>,
    /// The count that the last one is compared with (last week's): a tick.
    pub before: Option<u64>,
}

/// Slides, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deck {
    /// What is printed on each slide.
    pub head: Head,
    /// The slides.
    pub slides: Vec<Slide>,
}

/// One statement, and what supports it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slide {
    /// The statement: a sentence that is true when it is read aloud.
    pub statement: Text,
    /// What supports it: few, short blocks.
    pub support: Vec<Block>,
    /// What the speaker says; shown below the slide in HTML, and not printed.
    pub spoken: Vec<Text>,
}

/// The size of a printed page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sheet {
    /// 210 × 297 mm, ISO 216.
    #[default]
    A4,
    /// 8.5 × 11 inches, ANSI A.
    Letter,
}

impl Span {
    /// The words.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Span::Plain(words) | Span::Strong(words) | Span::Value(words) | Span::Soft(words) => words,
        }
    }

    /// A span of the same kind with other words.
    pub(crate) fn with(&self, words: String) -> Self {
        match self {
            Span::Plain(_) => Span::Plain(words),
            Span::Strong(_) => Span::Strong(words),
            Span::Value(_) => Span::Value(words),
            Span::Soft(_) => Span::Soft(words),
        }
    }
}

impl Text {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With words behind it.
    #[must_use]
    pub fn plain(mut self, words: impl Into<String>) -> Self {
        self.0.push(Span::Plain(words.into()));
        self
    }

    /// With strong words behind it.
    #[must_use]
    pub fn strong(mut self, words: impl Into<String>) -> Self {
        self.0.push(Span::Strong(words.into()));
        self
    }

    /// With a value behind it.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.0.push(Span::Value(value.into()));
        self
    }

    /// With soft words behind it.
    #[must_use]
    pub fn soft(mut self, words: impl Into<String>) -> Self {
        self.0.push(Span::Soft(words.into()));
        self
    }

    /// Whether it has no letter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.words().is_empty())
    }

    /// All words without their kinds.
    #[must_use]
    pub fn words(&self) -> String {
        self.0.iter().map(Span::words).collect()
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Self::new().plain(words)
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self::new().plain(words)
    }
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn words(title: impl Into<Text>, weight: u16) -> Self {
        Self { title: title.into(), align: Align::Start, weight }
    }

    /// A column of numbers.
    #[must_use]
    pub fn numbers(title: impl Into<Text>, weight: u16) -> Self {
        Self { title: title.into(), align: Align::End, weight }
    }
}

impl KeyValue {
    /// A name, and what it is.
    #[must_use]
    pub fn new(key: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}
