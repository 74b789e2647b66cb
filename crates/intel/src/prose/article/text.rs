//! The text of an advisory, and the source line of each place in it.

use model::Date;

/// How large one advisory may be: 64 MiB; the longest published ones stay below 2 MiB.
pub(crate) const ARTICLE_BYTES_MAX: u64 = 64 << 20;

/// How long a title may be, in characters.
pub(super) const TITLE_CHARS_MAX: usize = 200;

/// Rendered text: a block a line, headings as `# heading`, rows with ` | ` between cells.
#[derive(Debug, Default)]
pub(crate) struct Article {
    pub(crate) text: String,
    /// Where the source line changes: offsets in the text, ascending, with the line from there on.
    pub(super) lines: Vec<(usize, u64)>,
    /// The title that the format itself names.
    pub(crate) title: Option<String>,
    /// The publisher that the format itself names.
    pub(crate) publisher: Option<String>,
    /// Whether its lines are numbers of pages.
    pub(crate) paged: bool,
    /// The day that the format itself names.
    pub(crate) published: Option<Date>,
}

impl Article {
    /// Adds text as a block of its own, which is on one line of the source.
    pub(crate) fn block(&mut self, line: u64, text: &str) {
        if !text.trim().is_empty() {
            self.on_line(line);
            self.text.push_str(text.trim());
            self.text.push_str("\n\n");
        }
    }

    /// Adds one line of text.
    pub(crate) fn line(&mut self, line: u64, text: &str) {
        self.on_line(line);
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Adds the text of another article that begins at a line of this one's source. `counted`: its lines are lines of
    /// that source too; else all of it is on that line.
    pub(crate) fn append(&mut self, other: &Self, first: u64, counted: bool) {
        if counted {
            let start = self.text.len();
            let lines = other.lines.iter().map(|(at, line)| (start + at, line.saturating_add(first) - 1));
            self.lines.extend(lines);
        } else {
            self.on_line(first);
        }
        self.text.push_str(&other.text);
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Takes back what was written from an offset on.
    pub(super) fn truncate(&mut self, offset: usize) {
        self.text.truncate(offset);
        self.lines.retain(|(at, _)| *at < offset || *at == 0);
    }

    /// Notes that what is appended from here on is of this source line.
    pub(super) fn on_line(&mut self, line: u64) {
        let offset = self.text.len();
        match self.lines.last_mut() {
            Some((_, known)) if *known == line => {}
            Some((at, known)) if *at == offset => *known = line,
            _ => self.lines.push((offset, line)),
        }
    }

    /// The source line at an offset of the text.
    pub(crate) fn line_at(&self, offset: usize) -> u64 {
        let after = self.lines.partition_point(|(at, _)| *at <= offset);
        after.checked_sub(1).and_then(|number| self.lines.get(number)).map_or(1, |(_, line)| *line)
    }
}

/// Cuts a title to its bound, on one line.
pub(crate) fn title_of(text: &str) -> Option<String> {
    let line = crate::prose::sentences::one_line(text);
    let line: String = line.chars().take(TITLE_CHARS_MAX).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}
