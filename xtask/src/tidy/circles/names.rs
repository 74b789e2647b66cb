//! Which names a file hands on, and which names it takes from which file.
//!
//! A path is followed as the compiler does, as far as text allows: `crate`, `self`, `super`, modules below, and names
//! that `use` lines bring in. A name that a file only hands on belongs to the file from which that has it.

use super::code::{Word, words};
use std::collections::BTreeMap;

/// Which file takes names from which, with one of the names.
pub(super) type Arrows = BTreeMap<usize, BTreeMap<usize, String>>;

/// How many doorways one name may go through.
const DOORWAYS_MAX: usize = 20;

/// One file of a room.
pub(super) struct Module {
    pub(super) file: String,
    /// Its place: `a::b` as `["a", "b"]`.
    path: Vec<Word>,
    /// Names that `use` lines bring in, each with the path it comes from; a glob is by the name `*`.
    brought: Vec<(Word, Vec<Word>, bool)>,
    /// Paths in the code, `use` lines aside.
    paths: Vec<Vec<Word>>,
    /// How often each word occurs in the code, `use` lines aside.
    counts: BTreeMap<Word, usize>,
}

impl Module {
    pub(super) fn read(room: &str, file: &str, text: &str) -> Self {
        let below = file.strip_prefix(room).unwrap_or(file).trim_end_matches(".rs");
        let path: Vec<Word> = below
            .split('/')
            .filter(|part| !["lib", "main", "mod"].contains(part))
            .map(str::to_owned)
            .collect();
        let mut module = Self {
            file: file.to_owned(),
            path,
            brought: Vec::new(),
            paths: Vec::new(),
            counts: BTreeMap::new(),
        };
        let words = words(text);
        let mut at = 0;
        while let Some(word) = words.get(at) {
            if word == "use" {
                let handed_on = at.checked_sub(1).and_then(|before| words.get(before));
                let handed_on = handed_on.is_some_and(|before| before == "pub" || before == ")");
                let end = words.iter().skip(at).position(|word| word == ";").map_or(words.len(), |n| at + n);
                let tree = words.get(at + 1..end).unwrap_or_default();
                module.bring(&mut Vec::new(), tree, handed_on);
                at = end;
                continue;
            }
            let mut path = vec![word.clone()];
            while words.get(at + 1).is_some_and(|word| word == "::")
                && let Some(next) = words.get(at + 2).filter(|next| is_name(next))
            {
                path.push(next.clone());
                at += 2;
            }
            if is_name(word) {
                *module.counts.entry(word.clone()).or_default() += 1;
                if path.len() > 1 {
                    module.paths.push(path);
                }
            }
            at += 1;
        }
        module
    }

    /// Takes in one branch of a `use` line.
    fn bring(&mut self, before: &mut Vec<Word>, tree: &[Word], handed_on: bool) {
        let depth = before.len();
        let mut rest = tree;
        while let Some((word, after)) = rest.split_first() {
            match word.as_str() {
                "{" => {
                    for branch in branches(after) {
                        self.bring(before, branch, handed_on);
                    }
                    before.truncate(depth);
                    return;
                }
                "::" => rest = after,
                "as" => {
                    let name = after.first().cloned().unwrap_or_default();
                    self.brought.push((name, before.clone(), handed_on));
                    before.truncate(depth);
                    return;
                }
                _ => {
                    before.push(word.clone());
                    rest = after;
                }
            }
        }
        // `a::{self}` brings `a`.
        if before.len() > 1 && before.last().is_some_and(|last| last == "self") {
            before.pop();
        }
        let name = before.last().cloned().unwrap_or_default();
        let path = if name == "*" {
            before.split_last().map_or(Vec::new(), |(_, path)| path.to_vec())
        } else {
            before.clone()
        };
        self.brought.push((name, path, handed_on));
        before.truncate(depth);
    }
}

/// The branches between braces, up to the closing one.
fn branches(words: &[Word]) -> Vec<&[Word]> {
    let (mut all, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "{" => depth += 1,
            "}" if depth == 0 => {
                all.extend(words.get(start..at));
                break;
            }
            "}" => depth -= 1,
            "," if depth == 0 => {
                all.extend(words.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    all.retain(|branch| !branch.is_empty());
    all
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Which file takes which name from which.
pub(super) fn arrows(modules: &[Module]) -> Arrows {
    let places: BTreeMap<&[Word], usize> =
        modules.iter().enumerate().map(|(n, module)| (module.path.as_slice(), n)).collect();
    let house = House { modules, places };
    let mut arrows = Arrows::new();
    for (n, module) in modules.iter().enumerate() {
        let mut take = |path: &[Word]| {
            let Some((from, name)) = house.owner(n, path, 0) else { return };
            if from != n {
                arrows.entry(n).or_default().entry(from).or_insert(name);
            }
        };
        for (name, path, handed_on) in &module.brought {
            if !handed_on || module.counts.contains_key(name) {
                take(path);
            }
        }
        module.paths.iter().for_each(|path| take(path));
    }
    arrows
}

struct House<'m> {
    modules: &'m [Module],
    places: BTreeMap<&'m [Word], usize>,
}

impl House<'_> {
    /// The file that defines what a path names where it is written, and the name; nothing for paths of other rooms
    /// and for modules as a whole.
    fn owner(&self, at: usize, path: &[Word], doorways: usize) -> Option<(usize, Word)> {
        let module = self.modules.get(at).filter(|_| doorways < DOORWAYS_MAX)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.below(*self.places.get([].as_slice())?, rest, doorways),
            "self" => self.below(at, rest, doorways),
            "super" => {
                let (_, parent) = module.path.split_last()?;
                self.below(*self.places.get(parent)?, rest, doorways)
            }
            _ => self.known(at, path, doorways)?,
        }
    }

    /// The same for a path that begins inside a module.
    fn below(&self, at: usize, path: &[Word], doorways: usize) -> Option<(usize, Word)> {
        let first = path.first()?;
        if first == "super" || first == "self" {
            return self.owner(at, path, doorways + 1);
        }
        self.known(at, path, doorways).unwrap_or_else(|| Some((at, first.clone())))
    }

    /// The same for a path whose first word is a module below, or a name that a `use` line brings in; nothing where it
    /// is neither.
    fn known(&self, at: usize, path: &[Word], doorways: usize) -> Option<Option<(usize, Word)>> {
        let module = self.modules.get(at).filter(|_| doorways < DOORWAYS_MAX)?;
        let (first, rest) = path.split_first()?;
        let place: Vec<Word> = module.path.iter().chain([first]).cloned().collect();
        if let Some(child) = self.places.get(place.as_slice()) {
            return Some(self.below(*child, rest, doorways + 1));
        }
        let (_, from, _) = module.brought.iter().find(|(name, ..)| name == first)?;
        // A name that comes from itself is of another room.
        if from.first() == Some(first) {
            return Some(None);
        }
        let whole: Vec<Word> = from.iter().chain(rest).cloned().collect();
        Some(self.owner(at, &whole, doorways + 1))
    }
}
