//! The public rules, as texts, as ours and as RSigma's.

use rsigma_parser::SigmaRule;
use sigma::{Rule, RuleSet};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files of rules that every figure here speaks of.
const FOLDERS: [&str; 3] = ["rules", "rules-emerging-threats", "rules-threat-hunting"];

/// The texts of all rules, in the order of their paths.
#[must_use]
pub fn texts(data: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        below(&data.join("sigma").join(folder), &mut paths);
    }
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

fn below(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            out.push(path);
        }
    }
    out.sort();
}

/// Those of a product, every `n`th so that about `count` are left with the same mix of log sources.
#[must_use]
pub fn sample<'t>(texts: &'t [String], product: &str, count: usize) -> Vec<&'t String> {
    let wanted = format!("product: {product}");
    let own: Vec<&String> = texts.iter().filter(|text| text.contains(&wanted)).collect();
    let step = (own.len() / count.clamp(1, own.len().max(1))).max(1);
    own.into_iter().step_by(step).take(count).collect()
}

/// Our rules.
pub fn ours<'t>(texts: impl IntoIterator<Item = &'t String>) -> RuleSet {
    let rules: Vec<Rule> = texts.into_iter().flat_map(|text| sigma::parse(text, "rule").rules).collect();
    RuleSet::compile(rules).0
}

/// RSigma's rules, and how many texts gave none.
pub fn theirs<'t>(texts: impl IntoIterator<Item = &'t String>) -> (Vec<SigmaRule>, usize) {
    let (mut rules, mut refused) = (Vec::new(), 0);
    for text in texts {
        match rsigma_parser::parse_sigma_yaml(text) {
            Ok(collection) if collection.errors.is_empty() => rules.extend(collection.rules),
            _ => refused += 1,
        }
    }
    (rules, refused)
}

/// The id of a rule of ours; every public rule has one.
#[must_use]
pub fn id(rule: &Rule) -> &str {
    rule.id.as_deref().unwrap_or(&rule.title)
}

/// Ids that are in both sets, so that a difference in what loads is not taken for one in what is found.
#[must_use]
pub fn in_both(ours: &RuleSet, theirs: &[SigmaRule]) -> BTreeSet<String> {
    let known: BTreeSet<&str> = theirs.iter().filter_map(|rule| rule.id.as_deref()).collect();
    ours.rules().iter().map(id).filter(|id| known.contains(id)).map(str::to_owned).collect()
}
