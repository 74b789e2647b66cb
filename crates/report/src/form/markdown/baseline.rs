//! What changed since an earlier run, as a table of Markdown: for the ticket that a run at night opens.

use super::document::MarkdownText;
use crate::safe::shown::Shown;
use crate::words::finding::short_id;
use crate::words::since::sentence;
use model::Answer;
use model::baseline::{Difference, Differences};

/// How many of each list are shown; the counts above are of all.
const SHOWN_MAX: usize = 50;

/// The section, if an earlier answer was given.
pub(super) fn since(page: &mut MarkdownText, answer: &Answer) {
    let Some(baseline) = &answer.baseline else { return };
    page.heading(2, &"Since an earlier run".into());
    page.paragraph(&sentence(baseline));
    let lists = [("new", &baseline.new), ("changed", &baseline.changed), ("gone", &baseline.gone)];
    let rows: Vec<Vec<Shown>> = lists.into_iter().flat_map(|(word, list)| rows(word, list)).collect();
    if !rows.is_empty() {
        page.table(&["What", "Severity", "Finding", "Machine", "Why", "Digits"], rows);
    }
    for note in &baseline.notes {
        page.paragraph(&Shown::prose(note));
    }
}

fn rows(word: &'static str, list: &Differences) -> Vec<Vec<Shown>> {
    let row = |one: &Difference| {
        let severity = one.now.or(one.before).map_or("", model::Severity::name);
        let why = Shown::joined(one.why.iter().map(|why| Shown::prose(why)), ", ");
        let host = Shown::prose(one.host.as_deref().unwrap_or_default());
        vec![word.into(), severity.into(), Shown::prose(&one.title), host, why, short_id(&one.id)]
    };
    list.listed.iter().take(SHOWN_MAX).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::baseline::Baseline;
    use model::{FindingId, FindingKind, Severity, Timestamp, Tlp};

    #[test]
    fn a_ticket_has_what_is_new_and_what_is_gone() {
        let one = |title: &str, now, why: &[&str]| Difference {
            id: FindingId::derive(&[title]),
            kind: FindingKind::Sighting,
            title: title.to_owned(),
            host: Some("app-1".to_owned()),
            before: None,
            now,
            tlp: Tlp::Clear,
            why: why.iter().map(|why| (*why).to_owned()).collect(),
        };
        let asked = Timestamp::parse("2026-06-30T06:00:00Z");
        let mut baseline = Baseline { asked, ..Baseline::default() };
        let high = Severity::High;
        baseline.new.add(high, || one("a | b", Some(high), &[]));
        baseline.gone.add(high, || one("http://evil.example/", None, &["no logs were read"]));
        baseline.gone.unread = 1;
        let mut page = MarkdownText::default();
        since(&mut page, &Answer { baseline: Some(baseline), ..Answer::default() });
        for text in [
            "## Since an earlier run",
            "1 new, 0 changed, 1 gone (1 of them outside of what this run read)",
            "| new | high | a \\| b | app-1 |  |",
            "no logs were read",
        ] {
            assert!(page.0.contains(text), "{text}\n{}", page.0);
        }
        assert!(!page.0.contains("http://evil.example"), "{}", page.0);
        let mut nothing = MarkdownText::default();
        since(&mut nothing, &Answer::default());
        assert!(nothing.0.is_empty());
    }
}
