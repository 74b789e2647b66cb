//! A CSAF document as an advisory in words: its title, notes, flaws and remediations, with the lines they are on.

use super::wire::Csaf;
use crate::prose::article::{self, Article};
use model::Date;

/// The article. A flaw's text has the line of its CVE number in the document.
pub(super) fn article(csaf: &Csaf, text: &str) -> Article {
    let about = &csaf.document;
    let mut article = Article::default();
    article.title = article::title_of(&about.title);
    article.publisher = about.publisher.name.owned();
    article.published = about.tracking.initial_release_date.filled().and_then(Date::parse);
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut add = |line: u64, words: &str| {
        article.block(line, words);
    };
    add(1, &about.title);
    if let Some(label) = about.distribution.tlp.label.filled() {
        add(1, &format!("TLP:{label}"));
    }
    for note in about.notes.iter() {
        add(1, &note.title);
        add(1, &note.text);
    }
    for flaw in csaf.vulnerabilities.iter() {
        let cve = flaw.cve.filled().unwrap_or_default();
        let line = lines.of(cve);
        add(line, cve);
        add(line, &flaw.title);
        for note in flaw.notes.iter() {
            add(line, &note.text);
        }
        for said in flaw.remediations.iter().chain(flaw.threats.iter()) {
            add(line, &said.details);
        }
    }
    article
}

/// Lines of texts that follow each other in a document.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the next place that has this text; the last one found where there is none.
    fn of(&mut self, wanted: &str) -> u64 {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if wanted.is_empty() {
            return self.line;
        }
        let Some(found) = rest.find(wanted) else {
            // Nothing is searched twice: a text that is not there ends the search.
            self.at = self.text.len();
            return self.line;
        };
        let passed = rest.get(..found).unwrap_or_default();
        let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
        self.line += u64::try_from(lines).unwrap_or(u64::MAX);
        self.at += found;
        self.line
    }
}
