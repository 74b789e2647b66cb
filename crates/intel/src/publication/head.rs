//! The head of a report: `key: value` lines between two lines of `---`.
//!
//! A value may be in quotes; a list is set apart by commas, in brackets or not, or has one item a line after `- `. Every
//! key that is not known is a mistake, because a misspelt `tlp` must not become an unmarked report.

use model::publication::Publication;
use model::{Date, Fault, Place, Problems, Tlp};

/// Lines of a head: nine keys and long lists.
const LINES_MAX: usize = 200;
/// Letters of a value.
const VALUE_LETTERS_MAX: usize = 200;
/// Items of a list.
const ITEMS_MAX: usize = 50;
/// Letters of an identifier.
const ID_LETTERS_MAX: usize = 64;

/// Keys that a head may have, and whether it must.
const KEYS: [(&str, bool); 10] = [
    ("id", true),
    ("title", true),
    ("date", true),
    ("tlp", true),
    ("author", true),
    ("actors", false),
    ("actor type", false),
    ("targets", false),
    ("past-reporting", false),
    ("not-indicators", false),
];

const FRAME: &str = "begin the report with a line `---`, then `id: …`, `title: …`, `date: …`, `tlp: …`, `author: …`, and a \
                     line `---`";

/// What a head says, each key with its line.
pub(super) struct Head {
    entries: Vec<Entry>,
    /// The marking, as far as it is understood; the strictest, where it is not.
    pub(super) tlp: Tlp,
}

struct Entry {
    key: &'static str,
    line: u64,
    value: String,
    items: Vec<String>,
}

/// Reads a head; gives the lines behind it too. `None` when there is no head at all.
pub(super) fn read<'l, 't>(
    lines: &'l [(u64, &'t str)],
    problems: &mut Problems,
) -> Option<(Head, &'l [(u64, &'t str)])> {
    let begin = lines.iter().position(|(_, line)| !line.trim().is_empty()).unwrap_or(0);
    let inside = lines.get(begin + 1..).unwrap_or_default();
    let is_frame = |line: &str| line.trim_end() == "---";
    if !lines.get(begin).is_some_and(|(_, line)| is_frame(line)) {
        problems.add(Place::Line(1), Fault::Unreadable, "the report has no head", Some(FRAME));
        return None;
    }
    let Some(end) = inside.iter().take(LINES_MAX + 1).position(|(_, line)| is_frame(line)) else {
        let what = format!("the head has no end in its first {LINES_MAX} lines");
        problems.add(Place::Line(1), Fault::Unreadable, what, Some(FRAME));
        return None;
    };
    let (head, rest) = inside.split_at_checked(end)?;
    let mut read = Head { entries: Vec::new(), tlp: Tlp::Red };
    let mut is_item_of_known = false;
    for (number, line) in head {
        let line_text = line.trim();
        if line_text.is_empty() || line_text.starts_with('#') {
            continue;
        }
        match line_text.strip_prefix("- ") {
            Some(item) if is_item_of_known => {
                if let Some(entry) = read.entries.last_mut() {
                    entry.items.push(unquoted(item).to_owned());
                }
            }
            Some(_) if !read.entries.is_empty() => {}
            _ => is_item_of_known = read.entry(*number, line_text, problems),
        }
    }
    read.tlp = read.value("tlp").and_then(|entry| Tlp::parse(&entry.value)).unwrap_or(Tlp::Red);
    Some((read, rest.get(1..).unwrap_or_default()))
}

/// A value without the quotes around it.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inside = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

impl Head {
    /// Reads a line with a key. Says whether the key is known, so that items may follow.
    fn entry(&mut self, line: u64, text: &str, problems: &mut Problems) -> bool {
        let mut wrong = |what: String, help: &str| {
            problems.add(Place::Line(line), Fault::Unreadable, what, Some(help));
            false
        };
        let Some((written, value)) = text.split_once(':') else {
            return wrong("this line of the head has no key".to_owned(), "write it as `key: value`");
        };
        let plain = |text: &str| text.trim().to_lowercase().replace(['-', '_'], " ");
        let key = plain(written);
        let Some((key, _)) = KEYS.iter().find(|(known, _)| plain(known) == key) else {
            let known: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
            let what = format!("the head has no key `{}`", written.trim());
            return wrong(what, &format!("the keys are {}", known.join(", ")));
        };
        if let Some(first) = self.value(key).map(|entry| entry.line) {
            return wrong(
                format!("`{key}` is there twice, first on line {first}"),
                "leave one of the two lines",
            );
        }
        self.entries.push(Entry { key, line, value: unquoted(value).to_owned(), items: Vec::new() });
        true
    }

    fn value(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The report that the head describes, without its text; `None` when something is missing or wrong.
    pub(super) fn complete(&self, problems: &mut Problems) -> Option<Publication> {
        let before = problems.count();
        for (key, _) in KEYS.iter().filter(|(key, must)| *must && self.text(key).is_none()) {
            let what = format!("the head has no `{key}`");
            problems.add(Place::Line(1), Fault::Unreadable, what, Some(needed(key)));
        }
        for entry in &self.entries {
            bounded(entry, problems);
        }
        let id = self.text("id").unwrap_or_default();
        let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !id.is_empty() && (id.len() > ID_LETTERS_MAX || !id.chars().all(is_id)) {
            let what =
                format!("the identifier is not of at most {ID_LETTERS_MAX} letters, digits, `-`, `_`, `.`");
            problems.add(self.place("id"), Fault::Unreadable, what, Some(needed("id")));
        }
        let date = self.text("date").and_then(Date::parse);
        if let (None, Some(text)) = (date, self.text("date")) {
            let what = format!("`{text}` is no date");
            problems.add(self.place("date"), Fault::Unreadable, what, Some(needed("date")));
        }
        let tlp = self.text("tlp").and_then(Tlp::parse);
        if let (None, Some(text)) = (tlp, self.text("tlp")) {
            let what = format!("`{text}` is no marking of TLP 2.0");
            problems.add(self.place("tlp"), Fault::Unreadable, what, Some(needed("tlp")));
        }
        if problems.count() > before {
            return None;
        }
        Some(Publication {
            source: String::new(),
            id: id.to_owned(),
            title: self.text("title")?.to_owned(),
            date: date?,
            tlp: tlp?,
            author: self.text("author")?.to_owned(),
            actors: self.list("actors"),
            actor_type: self.text("actor type").map(str::to_owned),
            targets: self.list("targets"),
            past_reporting: self.list("past-reporting"),
            not_indicators: self.list("not-indicators"),
            passages: Vec::new(),
            text: String::new(),
        })
    }

    fn place(&self, key: &str) -> Place {
        Place::Line(self.value(key).map_or(1, |entry| entry.line))
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.value(key).map(|entry| entry.value.as_str()).filter(|value| !value.is_empty())
    }

    fn list(&self, key: &str) -> Vec<String> {
        self.value(key).map(Entry::list).unwrap_or_default()
    }
}

impl Entry {
    /// What is in the value, set apart by commas, and the items on lines of their own. An address is one item whatever it
    /// holds.
    fn list(&self) -> Vec<String> {
        let inside = self.value.strip_prefix('[').and_then(|value| value.strip_suffix(']'));
        let all = inside.unwrap_or(&self.value).split(", ").map(unquoted).map(|item| item.trim_matches(','));
        let all = all.chain(self.items.iter().map(String::as_str));
        all.filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}

/// Holds an entry against the bounds.
fn bounded(entry: &Entry, problems: &mut Problems) {
    let items = entry.list();
    let is_list = matches!(entry.key, "actors" | "targets" | "past-reporting" | "not-indicators");
    let longest = if is_list {
        items.iter().map(|item| item.chars().count()).max().unwrap_or(0)
    } else {
        entry.value.chars().count()
    };
    let what = if longest > VALUE_LETTERS_MAX {
        format!("`{}` is longer than {VALUE_LETTERS_MAX} letters", entry.key)
    } else if is_list && items.len() > ITEMS_MAX {
        format!("`{}` has more than {ITEMS_MAX} items", entry.key)
    } else if !is_list && !entry.items.is_empty() {
        format!("`{}` is one value and no list", entry.key)
    } else {
        return;
    };
    problems.add(
        Place::Line(entry.line),
        Fault::Unreadable,
        what,
        Some("shorten it, and say more in the text"),
    );
}

/// What a key needs.
fn needed(key: &str) -> &'static str {
    match key {
        "id" => "write a name that stays the same for all versions: `id: HSIX-2026-17`",
        "title" => "write `title: …`",
        "date" => "write the day of the first version: `date: 2026-07-01`",
        "tlp" => "write one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED: `tlp: GREEN`",
        _ => "write who publishes it: `author: …`",
    }
}
