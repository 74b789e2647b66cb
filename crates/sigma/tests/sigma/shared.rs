//! What the tests share: events, rules and the folder of public data.

use std::io::Read;
use std::path::{Path, PathBuf};

use sigma::{Event, Parsed, RuleSet, Scratch, Value};

/// An event as pairs; `None` is null.
#[derive(Clone, Debug, Default)]
pub struct Pairs(pub Vec<(String, Option<String>)>);

impl Pairs {
    /// Pairs as a table writes them.
    pub fn of(pairs: &[(&str, Option<&str>)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect())
    }

    /// Flattens a JSON object: names joined by dots, arrays repeated, numbers as their text.
    pub fn from_json(value: &serde_json::Value) -> Self {
        let mut pairs = Self::default();
        flatten(value, String::new(), &mut pairs.0);
        pairs
    }
}

fn flatten(value: &serde_json::Value, name: String, out: &mut Vec<(String, Option<String>)>) {
    match value {
        serde_json::Value::Null => out.push((name, None)),
        serde_json::Value::String(text) => out.push((name, Some(text.clone()))),
        serde_json::Value::Array(items) => items.iter().for_each(|item| flatten(item, name.clone(), out)),
        serde_json::Value::Object(map) => {
            for (key, inner) in map {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                flatten(inner, name, out);
            }
        }
        other => out.push((name, Some(other.to_string()))),
    }
}

impl Event for Pairs {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, Value<'e>)) {
        for (name, value) in &self.0 {
            each(name, value.as_deref().map_or(Value::Null, Value::Text));
        }
    }
}

/// A rule with this detection.
pub fn rule(detection: &str) -> Parsed {
    let indented = detection.lines().map(|line| format!("  {line}\n")).collect::<String>();
    sigma::parse(&format!("title: t\nlogsource: {{product: p}}\ndetection:\n{indented}"), "case.yml")
}

/// Indices of the rules that match, from matcher, naive twin and explanation, which must agree.
pub fn hits(set: &RuleSet, event: &Pairs) -> Vec<usize> {
    let (route, mut scratch, mut hits) = (set.route_all(), Scratch::default(), Vec::new());
    set.evaluate(&route, event, &mut scratch, &mut |rule| hits.push(rule));
    let twin: Vec<usize> = set
        .rules()
        .iter()
        .enumerate()
        .filter(|(_, rule)| sigma::naive::matches(rule, event))
        .map(|(index, _)| index)
        .collect();
    assert_eq!(hits, twin, "matcher and twin differ on {event:?}");
    let explained: Vec<usize> =
        (0..set.rules().len()).filter(|rule| set.explain(*rule, event).matched).collect();
    assert_eq!(hits, explained, "matcher and explanation differ on {event:?}");
    hits
}

/// A file with one rule, of which the detection is this search.
pub fn selection(search: &str) -> String {
    format!("title: t\nlogsource: {{product: p}}\ndetection:\n  s: {search}\n  condition: s\n")
}

/// A document whose aliases copy ten times more with each of these lines.
pub fn alias_bomb(lines: usize) -> String {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..lines {
        let alias = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
    }
    bomb
}

/// The shared data folder: `OUTPACE_DATA`, or `shared/data` beside the workspace. `None` if there is none.
pub fn data() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests find their data by it")]
    let folder = match std::env::var("OUTPACE_DATA") {
        Ok(folder) => PathBuf::from(folder),
        Err(_) => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    if !folder.is_dir() {
        println!("skipped: there is no shared data folder");
        return None;
    }
    Some(folder)
}

/// The text of a file, up to 64 MiB.
pub fn read(path: &Path) -> String {
    let mut text = String::new();
    std::fs::File::open(path).unwrap().take(64 << 20).read_to_string(&mut text).unwrap();
    text
}

/// All files with this extension in a folder and its subfolders, sorted.
pub fn files(folder: &Path, extension: &str, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, extension, out);
        } else if path.extension().is_some_and(|found| found == extension) {
            out.push(path);
        }
    }
    out.sort();
}
