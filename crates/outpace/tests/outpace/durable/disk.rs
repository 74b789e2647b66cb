//! A disk that forgets: the acts of the program are played on it, and after any of them the power may fail.
//!
//! The model is what POSIX promises and no more. Bytes and length of a file are safe when the file was synced, a name
//! when its folder was. What was not synced may be there or not: names of one folder in the order in which they were
//! changed, as journals of file systems have it; bytes in any order, and the last write in part.

use super::recorder::{Act, Recorded};
use dice::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What becomes of what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// All of it is there, as after a kill.
    Kept,
    /// Nothing of it is there.
    Lost,
    /// Names are there, bytes not: files are as they were when they were synced, new ones empty.
    Named,
    /// Names and lengths are there, with zeros in place of bytes.
    Zeroed,
    /// Dice say what is there.
    Drawn(u64),
}

#[derive(Clone, Debug)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

#[derive(Clone, Debug, Default)]
struct Content {
    safe: Vec<u8>,
    changes: Vec<Change>,
}

/// What a name means: a folder, or a content by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

#[derive(Clone, Debug)]
enum Naming {
    Put(String, Node),
    Take(String),
    Move(String, String),
}

type Names = BTreeMap<String, Node>;

/// The disk.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    contents: Vec<Content>,
    /// Which content has an inode now: numbers of inodes are used again.
    inodes: BTreeMap<u64, usize>,
    safe: Names,
    now: Names,
    /// What was done to the names of a folder and is not safe yet.
    namings: BTreeMap<String, Vec<Naming>>,
}

impl Disk {
    /// What is below a folder, all of it safe.
    pub fn of(root: &Path) -> Self {
        let (mut disk, mut folders) = (Self::default(), vec![root.to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("readable") {
                let path = entry.expect("an entry").path();
                let name = path.strip_prefix(root).expect("below").to_str().expect("UTF-8").to_owned();
                if path.is_dir() {
                    disk.safe.insert(name, Node::Folder);
                    folders.push(path);
                } else {
                    let inode = fs::metadata(&path).expect("there").ino();
                    disk.inodes.insert(inode, disk.contents.len());
                    disk.safe.insert(name, Node::File(disk.contents.len()));
                    disk.contents
                        .push(Content { safe: fs::read(&path).expect("readable"), changes: Vec::new() });
                }
            }
        }
        disk.now = disk.safe.clone();
        disk
    }

    /// Plays an act.
    pub fn play(&mut self, act: &Act, recorded: &Recorded) {
        match act {
            Act::Create { inode, path } => {
                let number = self.contents.len();
                self.contents.push(Content::default());
                self.inodes.insert(*inode, number);
                if let Some(path) = path {
                    self.name(folder_of(path), Naming::Put(path.clone(), Node::File(number)));
                }
            }
            Act::Folder(path) => self.name(folder_of(path), Naming::Put(path.clone(), Node::Folder)),
            Act::Write { inode, at, bytes } => {
                let bytes = recorded.data[bytes.clone()].to_vec();
                self.content(*inode).changes.push(Change::Write { at: *at, bytes });
            }
            Act::Truncate { inode, length } => self.content(*inode).changes.push(Change::Truncate(*length)),
            Act::Sync(inode) => {
                let content = self.content(*inode);
                for change in std::mem::take(&mut content.changes) {
                    change.apply(&mut content.safe);
                }
            }
            Act::SyncFolder(path) => {
                for naming in self.namings.remove(path).unwrap_or_default() {
                    naming.apply(&mut self.safe);
                }
            }
            Act::Rename { from, to } => self.rename(from, to),
            Act::Link { inode, path } => {
                let number = self.inodes[inode];
                self.name(folder_of(path), Naming::Put(path.clone(), Node::File(number)));
            }
            Act::Unlink(path) | Act::RemoveFolder(path) => {
                self.name(folder_of(path), Naming::Take(path.clone()));
            }
            Act::Say | Act::Fail | Act::Exit(_) => {}
        }
    }

    fn content(&mut self, inode: u64) -> &mut Content {
        let number = self.inodes.get(&inode).expect("a file that was made below the root");
        &mut self.contents[*number]
    }

    fn name(&mut self, folder: &str, naming: Naming) {
        naming.apply(&mut self.now);
        self.namings.entry(folder.to_owned()).or_default().push(naming);
    }

    fn rename(&mut self, from: &str, to: &str) {
        let node = self.now[from];
        assert_ne!(node, Node::Folder, "a folder was renamed: this disk does not know that");
        if folder_of(from) == folder_of(to) {
            self.name(folder_of(from), Naming::Move(from.to_owned(), to.to_owned()));
        } else {
            self.name(folder_of(to), Naming::Put(to.to_owned(), node));
            self.name(folder_of(from), Naming::Take(from.to_owned()));
        }
    }

    /// What is there when the power fails now.
    pub fn after(&self, cut: Cut) -> BTreeMap<String, Option<Vec<u8>>> {
        let mut dice = Dice::new(if let Cut::Drawn(seed) = cut { seed } else { 0 });
        let mut names = self.safe.clone();
        for namings in self.namings.values() {
            let count = match cut {
                Cut::Lost => 0,
                Cut::Kept | Cut::Named | Cut::Zeroed => namings.len(),
                Cut::Drawn(_) => dice.place(namings.len() + 1),
            };
            namings.iter().take(count).for_each(|naming| naming.apply(&mut names));
        }
        let numbers: BTreeSet<usize> = names
            .values()
            .filter_map(|node| if let Node::File(number) = node { Some(*number) } else { None })
            .collect();
        let bytes: BTreeMap<usize, Vec<u8>> =
            numbers.into_iter().map(|number| (number, self.contents[number].after(cut, &mut dice))).collect();
        let is_reached = |path: &str| ancestors(path).all(|folder| names.get(folder) == Some(&Node::Folder));
        let reached = names.iter().filter(|(path, _)| is_reached(path));
        reached
            .map(|(path, node)| match node {
                Node::Folder => (path.clone(), None),
                Node::File(number) => (path.clone(), Some(bytes[number].clone())),
            })
            .collect()
    }
}

/// Writes what is there into a folder.
pub fn write(state: &BTreeMap<String, Option<Vec<u8>>>, to: &Path) {
    for (path, bytes) in state {
        match bytes {
            None => fs::create_dir_all(to.join(path)).expect("a folder"),
            Some(bytes) => fs::write(to.join(path), bytes).expect("a file"),
        }
    }
}

impl Content {
    fn after(&self, cut: Cut, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        match cut {
            Cut::Kept => self.changes.iter().for_each(|change| change.apply(&mut bytes)),
            Cut::Lost | Cut::Named => {}
            Cut::Zeroed => self.changes.iter().for_each(|change| change.zeroed().apply(&mut bytes)),
            Cut::Drawn(_) => match dice.below(3) {
                0 => {
                    let count = dice.place(self.changes.len() + 1);
                    self.changes.iter().take(count).for_each(|change| change.apply(&mut bytes));
                    if let Some(last) = self.changes.get(count) {
                        last.torn(dice).apply(&mut bytes);
                    }
                }
                1 => {
                    let kept = self.changes.iter().filter(|_| dice.below(2) == 0);
                    kept.collect::<Vec<_>>().into_iter().for_each(|change| change.apply(&mut bytes));
                }
                _ => {}
            },
        }
        bytes
    }
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Truncate(length) => to.resize(*length, 0),
            Self::Write { at, bytes } => {
                let end = at + bytes.len();
                if to.len() < end {
                    to.resize(end, 0);
                }
                to[*at..end].copy_from_slice(bytes);
            }
        }
    }

    /// The same without what was written: only where the file grows is something new, zeros.
    fn zeroed(&self) -> Growth {
        match self {
            Self::Truncate(length) => Growth { at_least: *length, exact: true },
            Self::Write { at, bytes } => Growth { at_least: at + bytes.len(), exact: false },
        }
    }

    fn torn(&self, dice: &mut Dice) -> Self {
        match self {
            Self::Truncate(length) => Self::Truncate(*length),
            Self::Write { at, bytes } => {
                Self::Write { at: *at, bytes: bytes[..dice.place(bytes.len())].to_vec() }
            }
        }
    }
}

/// How long a file is at least, or exactly.
struct Growth {
    at_least: usize,
    exact: bool,
}

impl Growth {
    fn apply(&self, to: &mut Vec<u8>) {
        if self.exact || to.len() < self.at_least {
            to.resize(self.at_least, 0);
        }
    }
}

impl Naming {
    fn apply(&self, names: &mut Names) {
        match self {
            Self::Put(path, node) => _ = names.insert(path.clone(), *node),
            Self::Take(path) => _ = names.remove(path),
            Self::Move(from, to) => {
                if let Some(node) = names.remove(from) {
                    names.insert(to.clone(), node);
                }
            }
        }
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders that a path lies in, below the root.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let mut folder = folder_of(path);
    std::iter::from_fn(move || {
        let now = folder;
        folder = folder_of(folder);
        (!now.is_empty()).then_some(now)
    })
}

#[test]
fn the_disk_keeps_what_was_synced_and_forgets_the_rest() {
    let recorded = Recorded { acts: Vec::new(), data: b"onetwo".to_vec() };
    let mut disk = Disk::default();
    let path = || Some("home/a".to_owned());
    for act in [
        Act::Folder("home".to_owned()),
        Act::Create { inode: 7, path: path() },
        Act::Write { inode: 7, at: 0, bytes: 0..3 },
        Act::Sync(7),
        Act::SyncFolder("home".to_owned()),
    ] {
        disk.play(&act, &recorded);
    }
    assert!(disk.after(Cut::Lost).is_empty(), "the folder's own name is not safe");
    disk.play(&Act::SyncFolder(String::new()), &recorded);
    disk.play(&Act::Write { inode: 7, at: 3, bytes: 3..6 }, &recorded);
    disk.play(&Act::Rename { from: "home/a".to_owned(), to: "home/b".to_owned() }, &recorded);
    let of = |cut: Cut, name: &str| disk.after(cut).get(name).cloned().flatten();
    assert_eq!(of(Cut::Lost, "home/a").as_deref(), Some(&b"one"[..]));
    assert_eq!(of(Cut::Kept, "home/b").as_deref(), Some(&b"onetwo"[..]));
    assert_eq!(of(Cut::Named, "home/b").as_deref(), Some(&b"one"[..]));
    assert_eq!(of(Cut::Zeroed, "home/b").as_deref(), Some(&b"one\0\0\0"[..]));
    // A number of an inode that is used again is another file.
    disk.play(&Act::Unlink("home/b".to_owned()), &recorded);
    disk.play(&Act::Create { inode: 7, path: path() }, &recorded);
    assert_eq!(disk.after(Cut::Named).get("home/a").cloned().flatten().as_deref(), Some(&b""[..]));
}
