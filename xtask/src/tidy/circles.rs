//! No circle of files: where a file takes a name that another file defines, no way leads back.
//!
//! Files in a circle can only be read, moved and changed together, however many there are. A doorway (`mod` lines and
//! re-exports of what lies below) takes nothing; a name that goes through it comes from the file that defines it. Names
//! are read from the text, without types: methods are not seen, and tests may use what they like.

mod code;
mod names;

use super::complaint::Complaint;
use crate::tree::Tree;
use names::{Arrows, Module};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub(super) fn check(tree: &Tree, complaints: &mut Vec<Complaint>) {
    let rooms: BTreeSet<String> = tree
        .ending(".rs")
        .filter_map(|file| file.split_once("/src/").map(|(room, _)| format!("{room}/src/")))
        .filter(|room| room.starts_with("crates/") || room.starts_with("xtask/"))
        .collect();
    for room in rooms {
        let files: Vec<&str> = tree.below(&room).filter(|file| file.ends_with(".rs")).collect();
        let texts: Vec<(&str, String)> = files.into_iter().map(|file| (file, tree.text(file))).collect();
        for circle in circles(&room, &texts) {
            let (first, way) = circle;
            complaints.push(Complaint::new(&first, 0, format!("a circle of files: {way}")));
        }
    }
}

/// The circles of a room, each by its first file and one way around.
fn circles(room: &str, texts: &[(&str, String)]) -> Vec<(String, String)> {
    let modules: Vec<Module> = texts.iter().map(|(file, text)| Module::read(room, file, text)).collect();
    let arrows = names::arrows(&modules);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for start in arrows.keys() {
        if seen.contains(start) {
            continue;
        }
        let Some(way) = way_around(&arrows, *start) else { continue };
        let back = |file: usize| reachable(&arrows, file).contains(start);
        seen.extend(reachable(&arrows, *start).into_iter().filter(|file| back(*file)));
        let name = |file: usize| modules.get(file).map_or("", |module| module.file.as_str());
        let mut text = String::new();
        for (from, to) in way.iter().zip(way.iter().skip(1)) {
            let taken = arrows.get(from).and_then(|to_all| to_all.get(to)).map_or("", String::as_str);
            text.push_str(&format!("{} takes `{taken}` from {}; ", name(*from), name(*to)));
        }
        text.push_str("move what both need into a file of its own");
        found.push((name(*start).to_owned(), text));
    }
    found
}

/// Every file to which a way of at least one arrow leads.
fn reachable(arrows: &Arrows, start: usize) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(file) = waiting.pop() {
        let next = arrows.get(&file).into_iter().flat_map(BTreeMap::keys);
        waiting.extend(next.filter(|next| seen.insert(**next)));
    }
    seen
}

/// The shortest way from a file back to itself.
fn way_around(arrows: &Arrows, start: usize) -> Option<Vec<usize>> {
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(file) = waiting.pop_front() {
        for next in arrows.get(&file).into_iter().flat_map(BTreeMap::keys) {
            if *next == start {
                let mut way = vec![start, file];
                let mut at = file;
                while at != start {
                    at = *before.get(&at)?;
                    way.push(at);
                }
                way.reverse();
                return Some(way);
            }
            if !before.contains_key(next) {
                before.insert(*next, file);
                waiting.push_back(*next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(files: &[(&str, &str)]) -> Vec<String> {
        let texts: Vec<(&str, String)> =
            files.iter().map(|(file, text)| (*file, (*text).to_owned())).collect();
        circles("a/src/", &texts).into_iter().map(|(_, way)| way).collect()
    }

    #[test]
    fn two_files_that_take_from_each_other_are_a_circle() {
        let ways = ways(&[
            ("a/src/lib.rs", "mod one;\nmod two;\npub use two::Two;"),
            ("a/src/one.rs", "use crate::Two;\npub(crate) fn one(_: Two) {}"),
            ("a/src/two.rs", "pub struct Two;\nfn two() { crate::one::one(Two) }"),
        ]);
        assert_eq!(ways.len(), 1, "{ways:?}");
        assert!(
            ways[0].starts_with("a/src/one.rs takes `Two` from a/src/two.rs; a/src/two.rs takes `one` from")
        );
    }

    #[test]
    fn a_doorway_is_no_part_of_a_circle_unless_it_uses_what_it_hands_on() {
        let below = ("a/src/one/below.rs", "use super::Limit;\npub(crate) struct Below(Limit);");
        let root = ("a/src/lib.rs", "mod one;");
        let doorway = "mod below;\npub(crate) use below::Below;\npub(crate) struct Limit;";
        assert!(ways(&[root, ("a/src/one.rs", doorway), below]).is_empty());
        let using = format!("{doorway}\nfn f(_: Below) {{}}");
        assert_eq!(ways(&[root, ("a/src/one.rs", &using), below]).len(), 1);
    }

    #[test]
    fn tests_comments_and_texts_take_nothing() {
        let two = "// crate::one::one\npub const TWO: &str = \"crate::one::one\";\n#[cfg(test)]\nmod tests {\n    use crate::one::one;\n}";
        let one = "use crate::two::TWO;\npub(crate) fn one() { drop(TWO) }";
        assert!(
            ways(&[("a/src/lib.rs", "mod one;\nmod two;"), ("a/src/one.rs", one), ("a/src/two.rs", two)])
                .is_empty()
        );
    }
}
