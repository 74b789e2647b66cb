//! Which folder names the machine of a document whose rows name none.
//!
//! Files that were collected from machines lie in a folder for each: a whole file tree (`web-1/var/lib/dpkg/status`),
//! or the same export once a machine (`web-1/packages.txt` beside `web-2/packages.txt`). In a tree the folder above its
//! root is the machine. Of other files the folder is one only where a sibling folder holds a file of the same name: one
//! folder alone may be named after anything.

use foldhash::{HashMap, HashMapExt, HashSet};

/// Paths inside of a machine's file tree at which inventories lie.
const IN_A_TREE: &[&str] = &[
    "var/lib/dpkg/",
    "lib/apk/db/",
    "usr/lib/apk/db/",
    "etc/os-release",
    "usr/lib/os-release",
    "var/lib/rpm/",
    "usr/lib/sysimage/rpm/",
    "var/lib/pacman/",
];

/// Folders that hold a tree and are named after that.
const HOLDERS: &[&str] =
    &["rootfs", "root", "fs", "filesystem", "[root]", "chroot", "image", "files", "c", "uploads"];

/// The folder that names the machine whose file tree holds a document.
pub(crate) fn above_a_tree(path: &str) -> Option<&str> {
    let starts =
        |at: usize| IN_A_TREE.iter().any(|known| path.get(at..).is_some_and(|rest| rest.starts_with(known)));
    let root = path.match_indices('/').map(|(at, _)| at).find(|at| starts(at + 1))?;
    let above = path.get(..root)?;
    above
        .rsplit(['/', '!'])
        .find(|folder| !HOLDERS.contains(&folder.to_lowercase().as_str()))
        .filter(|name| is_name(name))
}

/// Folders beside each other that hold files of one name.
pub(crate) struct Siblings<'p> {
    /// By the path around the folder and the file's name: the folders.
    folders: HashMap<(&'p str, &'p str), HashSet<&'p str>>,
}

impl<'p> Siblings<'p> {
    /// Of the paths of documents.
    pub(crate) fn of(paths: impl Iterator<Item = &'p str>) -> Self {
        let mut folders: HashMap<(&str, &str), HashSet<&str>> = HashMap::new();
        for (around, folder, file) in paths.filter_map(parts) {
            folders.entry((around, file)).or_default().insert(folder);
        }
        Self { folders }
    }

    /// The folder of a document, where another holds a file of the same name.
    pub(crate) fn folder(&self, path: &'p str) -> Option<&'p str> {
        let (around, folder, file) = parts(path)?;
        let beside = self.folders.get(&(around, file))?;
        (beside.len() > 1 && is_name(folder)).then_some(folder)
    }
}

/// The path around the folder, the folder, the file.
fn parts(path: &str) -> Option<(&str, &str, &str)> {
    let (above, file) = path.rsplit_once('/')?;
    let (around, folder) = above.rsplit_once(['/', '!']).unwrap_or(("", above));
    Some((around, folder, file))
}

/// Whether a folder's name can be that of a machine: not empty, no step upwards.
fn is_name(folder: &str) -> bool {
    !folder.is_empty() && folder.chars().any(char::is_alphanumeric) && folder.len() < 256
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_above_a_file_tree_is_the_machine() {
        for (path, expected) in [
            ("estate/quay-1/var/lib/dpkg/status", Some("quay-1")),
            ("estate/quay-2/rootfs/lib/apk/db/installed", Some("quay-2")),
            ("collected.zip!quay-3/etc/os-release", Some("quay-3")),
            ("collected.zip!etc/os-release", None),
            ("mnt/srv/packages.txt", None),
            ("/var/lib/dpkg/status", None),
            ("var/lib/dpkg/status", None),
            ("estate/quay-1/packages.txt", None),
        ] {
            assert_eq!(above_a_tree(path), expected, "{path}");
        }
    }

    #[test]
    fn a_folder_is_a_machine_where_its_sibling_holds_the_same_file() {
        let paths = ["e/quay-1/list.txt", "e/quay-2/list.txt", "e/other/else.txt", "list.txt"];
        let siblings = Siblings::of(paths.iter().copied());
        let found: Vec<_> = paths.iter().map(|path| siblings.folder(path)).collect();
        assert_eq!(found, [Some("quay-1"), Some("quay-2"), None, None]);
    }
}
