//! The whole answer as Markdown, for a ticket, a wiki or a chat.
//!
//! CommonMark with GitHub's tables. Text from outside is defanged and escaped, so that it can neither start a
//! table cell, a link, a heading nor HTML; evidence stands in fences longer than any run of backticks in it.

use crate::entry::{Entry, alike, hosts_of, left_of};
use crate::finding::{place, seen_line, world_fact};
use crate::headline::{capital, headline, held_against, looked_at, nothing_in};
use crate::mention::{about, distinct, summary, title};
use crate::parts::{self, Parts};
use crate::phrase::{self, count_of, counted, days, number};
use crate::shown::{Own, Shown};
use model::answer::{RaceRow, Story};
use model::world::Report;
use model::{Answer, Finding};
use std::io::{self, Write};

/// How many entries of one part are shown with their proof: a ticket holds no more. The rest is counted.
const ENTRIES_SHOWN_MAX: usize = 200;
/// Machines named in one entry or one row.
const MACHINES_NAMED_MAX: usize = 12;

/// Lines of one list.
const LINES_MAX: usize = 200;

/// Writes the answer.
pub(crate) fn write(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let parts = Parts::of(answer);
    let mut page = Document::default();
    page.heading(1, &headline(answer, &parts));
    head(&mut page, answer);
    first(&mut page, answer);
    hit(&mut page, answer, &parts);
    reported(&mut page, answer, &parts);
    exposed(&mut page, answer, &parts);
    gaps(&mut page, answer, &parts);
    unknown(&mut page, answer);
    out.write_all(page.0.as_bytes())
}

/// Writes what reports mention.
pub(crate) fn extract(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let mut page = Document::default();
    for report in reports {
        page.heading(1, &title(report));
        page.paragraph(&Shown::of(&[&Shown::joined(about(report), " · "), &": ", &summary(report), &"."]));
        for (name, values) in distinct(report) {
            page.heading(2, &name.into());
            let rows = values.iter().map(|value| {
                let passing = if value.in_passing() { " (in passing)" } else { "" };
                vec![Shown::of(&[&value.shown(), &passing]), value.place(), value.sentence()]
            });
            page.table(&["Value", "Place", "Sentence"], rows.collect());
        }
    }
    out.write_all(page.0.as_bytes())
}

/// Markdown under way.
#[derive(Default)]
struct Document(String);

impl Document {
    fn heading(&mut self, level: usize, text: &Shown) {
        self.0.push_str(&"#".repeat(level));
        self.0.push(' ');
        self.0.push_str(&escaped(text));
        self.0.push_str("\n\n");
    }

    fn paragraph(&mut self, text: &Shown) {
        self.0.push_str(&escaped(text));
        self.0.push_str("\n\n");
    }

    fn nothing(&mut self, answer: &Answer, part: &str) {
        self.paragraph(&Shown::of(&[&capital(&nothing_in(part, &answer.looked_at).into()), &"."]));
    }

    fn list(&mut self, items: Vec<Shown>) {
        let left = items.len().saturating_sub(LINES_MAX);
        for item in items.into_iter().take(LINES_MAX) {
            self.0.push_str("- ");
            self.0.push_str(&escaped(&item));
            self.0.push('\n');
        }
        if left > 0 {
            self.0.push_str(&format!("- … and {left} more; JSON holds all\n"));
        }
        self.0.push('\n');
    }

    fn table(&mut self, head: &[&'static str], rows: Vec<Vec<Shown>>) {
        self.0.push_str(&format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len())));
        for row in rows {
            let cells: Vec<String> = row.iter().map(escaped).collect();
            self.0.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        self.0.push('\n');
    }

    fn fence(&mut self, lines: &[Shown]) {
        let longest = lines.iter().map(|line| backticks(line.as_str())).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        self.0.push_str(&format!("{fence}text\n"));
        for line in lines {
            self.0.push_str(line.as_str());
            self.0.push('\n');
        }
        self.0.push_str(&format!("{fence}\n\n"));
    }
}

/// The longest run of backticks.
fn backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Text that Markdown shows as it is.
fn escaped(text: &Shown) -> String {
    let text = text.as_str();
    let mut out = String::with_capacity(text.len() + 8);
    // `12.` and `12)` at the start would open a list.
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in text.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '-' | '+' | '=' if at == 0 => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if at > 0 && at == digits => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn head(page: &mut Document, answer: &Answer) {
    for advisory in &answer.advisories {
        let mut said = vec![Shown::prose(&advisory.title)];
        said.extend(advisory.publisher.as_deref().map(Shown::prose));
        said.extend(advisory.published.map(phrase::day));
        said.extend(advisory.tlp.map(|tlp| Shown::from(tlp.name())));
        said.push(counted(count_of(&advisory.vulnerabilities), "CVE", "CVEs"));
        said.push(counted(advisory.indicators.iter().map(|(_, n)| n).sum(), "indicator", "indicators"));
        said.push(counted(count_of(&advisory.techniques), "technique", "techniques"));
        said.push(counted(count_of(&advisory.controls), "control", "controls"));
        page.paragraph(&Shown::of(&[&"Advisory: ", &Shown::joined(said, " · ")]));
    }
    let looked = &answer.looked_at;
    let mut said = looked_at(looked);
    if let (Some(first), Some(last)) = (looked.first_event, looked.last_event) {
        said.push(Shown::of(&[&"events of ", &days(first.date(), last.date())]));
    }
    said.extend(held_against(looked));
    if said.is_empty() {
        said.push("nothing of ours".into());
    }
    page.paragraph(&Shown::of(&[&"Looked at: ", &Shown::joined(said, " · "), &". Times are in UTC."]));
}

fn first(page: &mut Document, answer: &Answer) {
    if answer.first.is_empty() {
        return;
    }
    page.heading(2, &"First".into());
    for (index, action) in answer.first.iter().enumerate() {
        let mut line = Shown::of(&[&Shown::prose(&action.what), &" (", &Shown::prose(&action.why), &"; "]);
        line = Shown::of(&[&line, &counted(action.finding_count, "finding", "findings"), &")"]);
        if let Some(owner) = &action.owner {
            line = Shown::of(&[&line, &", ", &Shown::prose(owner)]);
        }
        page.0.push_str(&format!("{}. {}\n", index + 1, escaped(&line)));
    }
    page.0.push('\n');
}

fn hit(page: &mut Document, answer: &Answer, parts: &Parts<'_>) {
    page.heading(2, &"Hit".into());
    if parts.stories.is_empty() && parts.loose.is_empty() {
        page.nothing(answer, "hit");
    }
    for (story, chain) in &parts.stories {
        told(page, story, *chain);
    }
    each_alone(page, &parts.told);
    each_alone(page, &parts.loose);
    unjudged(page, answer, "hit");
}

fn told(page: &mut Document, story: &Story, chain: Option<&Finding>) {
    page.heading(3, &Shown::prose(&story.title));
    let hosts = Shown::joined(story.hosts.iter().map(|host| Shown::prose(host)), " → ");
    page.paragraph(&Shown::of(&[&story.severity, &" · ", &hosts]));
    let rows = story.steps.iter().map(|step| {
        let time = step.time.map(|time| Shown::of(&[&time])).unwrap_or_default();
        let technique = Shown::prose(step.technique.as_deref().unwrap_or_default());
        let (what, host) = (Shown::prose(&step.what), Shown::prose(&step.host));
        vec![time, what, host, technique, step.severity.name().into(), number(step.count)]
    });
    page.table(&["Time", "What", "Host", "Technique", "Severity", "Count"], rows.collect());
    if !story.links.is_empty() {
        let rows = story.links.iter().map(|link| {
            let time = link.time.map(|time| Shown::of(&[&time])).unwrap_or_default();
            vec![time, Shown::prose(&link.from), Shown::prose(&link.to), Shown::prose(&link.reason)]
        });
        page.table(&["Time", "From", "To", "Why they belong together"], rows.collect());
    }
    if let Some(chain) = chain {
        one_entry(page, &Entry::alone(chain));
    }
}

fn reported(page: &mut Document, answer: &Answer, parts: &Parts<'_>) {
    page.heading(2, &"Reported".into());
    if parts.reported.is_empty() {
        page.nothing(answer, "reported");
    }
    each_alone(page, &parts.reported);
    unjudged(page, answer, "reported");
}

fn each_alone(page: &mut Document, findings: &[&Finding]) {
    entries(page, &findings.iter().map(|finding| Entry::alone(finding)).collect::<Vec<_>>());
}

fn entries(page: &mut Document, entries: &[Entry<'_>]) {
    for entry in entries.iter().take(ENTRIES_SHOWN_MAX) {
        one_entry(page, entry);
    }
    if let Some(left) = left_of(entries, ENTRIES_SHOWN_MAX) {
        page.paragraph(&Shown::of(&[&"… and ", &left, &"; JSON holds all."]));
    }
}

fn one_entry(page: &mut Document, entry: &Entry<'_>) {
    let finding = entry.finding();
    page.heading(3, &entry.title());
    let mut grades: Vec<&dyn Own> = vec![&finding.severity, &" · ", &finding.certainty];
    if let Some(decision) = &finding.decision {
        grades.extend([&" · " as &dyn Own, decision]);
    }
    let mut said = vec![Shown::of(&grades), world_fact(finding)];
    let ours = entry.our_facts(MACHINES_NAMED_MAX);
    if !ours.is_empty() {
        said.push(Shown::joined(ours, " · "));
    }
    let seen = if entry.spread().is_some() { "seen on each " } else { "seen " };
    said.push(Shown::of(&[&seen, &seen_line(finding)]));
    if !finding.reasons.is_empty() {
        let reasons = Shown::joined(finding.reasons.iter().map(|reason| Shown::prose(reason)), ", ");
        said.push(Shown::of(&[&"why: ", &reasons]));
    }
    if !finding.techniques.is_empty() {
        let techniques = Shown::joined(finding.techniques.iter().map(|t| Shown::prose(t)), ", ");
        said.push(Shown::of(&[&"techniques: ", &techniques]));
    }
    if !finding.actors.is_empty() {
        let actors = finding.actors.iter().map(|actor| Shown::prose(actor)).collect();
        said.push(Shown::of(&[&"consistent with ", &phrase::and(actors), &" (no attribution)"]));
    }
    if !finding.remediation.is_empty() {
        let remedies = Shown::joined(finding.remediation.iter().map(|r| Shown::prose(r)), "; ");
        said.push(Shown::of(&[&"gone when: ", &remedies]));
    }
    said.extend(entry.owners());
    let id = Shown::exact(finding.id.as_str());
    said.push(match entry.proof_on() {
        None => id,
        Some(machine) => {
            Shown::of(&[&id, &" on ", &machine, &", as is the proof; JSON holds every machine's own"])
        }
    });
    page.list(said);
    let mut lines = Vec::new();
    for evidence in &finding.evidence {
        lines.push(place(evidence));
        for (name, value) in &evidence.excerpt {
            lines.push(Shown::of(&[&"  ", &Shown::exact(name), &": ", &Shown::exact(value)]));
        }
    }
    page.fence(&lines);
}

fn exposed(page: &mut Document, answer: &Answer, parts: &Parts<'_>) {
    page.heading(2, &"Exposed".into());
    let decisions = parts.decisions();
    if decisions.is_empty() {
        page.nothing(answer, "exposed");
    } else {
        let counts = decisions.iter().map(|decided| {
            let word = decided.decision.map_or("undecided", model::Decision::name);
            Shown::of(&[&number(decided.findings), &" ", &word])
        });
        page.paragraph(&Shown::joined(counts, " · "));
    }
    let findings = decisions.iter().map(|decided| decided.findings).sum();
    if let Some(alike) = alike(findings, count_of(&parts.exposed)) {
        page.paragraph(&Shown::of(&[&alike, &"."]));
    }
    if !answer.race.is_empty() {
        let date = |date: Option<model::Date>| date.map(|date| Shown::of(&[&date])).unwrap_or_default();
        let row = |row: &RaceRow| {
            let behind = row.days_behind.map(|days| Shown::of(&[&days])).unwrap_or_default();
            let hosts = hosts_of(row, MACHINES_NAMED_MAX);
            let (cve, product) = (Shown::prose(&row.vulnerability), Shown::prose(&row.product));
            let dates = [row.disclosed, row.exploit_public, row.on_kev, row.known_here, row.seen_here];
            let mut cells = vec![cve, product, hosts];
            cells.extend(dates.map(date));
            cells.push(row.closed_here.map_or("open".into(), |date| Shown::of(&[&date])));
            cells.push(behind);
            cells
        };
        page.table(
            &[
                "Flaw",
                "Product",
                "Hosts",
                "Disclosed",
                "Exploit public",
                "On KEV",
                "Known here",
                "Seen here",
                "Closed here",
                "Days behind",
            ],
            answer.race.iter().map(row).collect(),
        );
    }
    entries(page, &parts.exposed);
    unjudged(page, answer, "exposed");
}

fn gaps(page: &mut Document, answer: &Answer, parts: &Parts<'_>) {
    page.heading(2, &"Gaps".into());
    if answer.checks.is_empty() && parts.gaps.is_empty() {
        page.paragraph(&"No check was asked.".into());
    }
    if !answer.checks.is_empty() {
        let rows = answer.checks.iter().map(|check| {
            let supply = check.supply.as_deref().map(Shown::prose).unwrap_or_default();
            let (question, summary) = (Shown::prose(&check.question), Shown::prose(&check.summary));
            vec![check.answer.name().into(), question, summary, supply, Shown::exact(&check.id)]
        });
        page.table(&["Answer", "Question", "Found", "What would tell", "Check"], rows.collect());
    }
    each_alone(page, &parts.gaps);
    unjudged(page, answer, "gaps");
}

fn unjudged(page: &mut Document, answer: &Answer, part: &str) {
    let cannot: Vec<Shown> = parts::cannot_tell(answer, part)
        .map(|c| Shown::of(&[&"cannot tell: ", &Shown::prose(&c.what), &": ", &Shown::prose(&c.why)]))
        .collect();
    if !cannot.is_empty() {
        page.list(cannot);
    }
}

fn unknown(page: &mut Document, answer: &Answer) {
    let mut lines: Vec<Shown> = Vec::new();
    let others = answer.cannot_tell.iter().filter(|c| !parts::PARTS.contains(&c.part.as_str()));
    lines.extend(
        others.map(|c| Shown::of(&[&"cannot tell: ", &Shown::prose(&c.what), &": ", &Shown::prose(&c.why)])),
    );
    for (label, texts) in
        [("not seen: ", &answer.not_seen), ("slip: ", &answer.slips), ("bound: ", &answer.bounds)]
    {
        lines.extend(texts.iter().map(|text| Shown::of(&[&label, &Shown::prose(text)])));
    }
    lines.extend(answer.problems.iter().map(|p| Shown::of(&[&"problem: ", &parts::problem(p)])));
    if !lines.is_empty() {
        page.heading(2, &"Not known".into());
        page.list(lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let shown = Shown::exact("<b>|`x`_y_[z](u)#! &amp; $1$");
        assert_eq!(escaped(&shown), r"&lt;b&gt;\|\`x\`\_y\_\[z\](u)\#\! &amp;amp; \$1\$");
        assert_eq!(escaped(&Shown::exact("- a")), r"\- a");
        assert_eq!(escaped(&Shown::exact("12. a 1.2")), r"12\. a 1.2");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        let mut page = Document::default();
        page.fence(&[Shown::exact("a ````"), Shown::exact("b")]);
        assert_eq!(page.0, "`````text\na ````\nb\n`````\n\n");
    }
}
