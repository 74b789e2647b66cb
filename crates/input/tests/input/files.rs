//! Files and directories.

use crate::walked;
use input::{Limits, walk};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn directories_are_sorted_and_hidden_and_empty_files_given() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("logs/old")).unwrap();
    for (name, text) in [("logs/b.log", "b"), ("logs/a.log", ""), ("logs/.hidden", "h"), ("logs/old/x", "x")]
    {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let expected = "logs/.hidden: h\nlogs/a.log: \nlogs/b.log: b\nlogs/old/x: x\n";
    assert_eq!(walked(folder.path(), &["logs"], &Limits::default()), expected);
}

#[test]
fn what_does_not_exist_is_named_and_the_rest_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "a").unwrap();
    assert_eq!(walked(folder.path(), &["none", "a"], &Limits::default()), {
        "a: a\n! none: does not exist (check the path)\n"
    });
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_where_asked() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("in/d")).unwrap();
    fs::write(folder.path().join("out"), "o").unwrap();
    fs::write(folder.path().join("in/a"), "a").unwrap();
    for (target, link) in
        [("../out", "in/l1"), ("a", "in/l2"), ("../a", "in/d/l3"), ("gone", "in/l4"), ("in/a", "l5")]
    {
        std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
    }
    assert_eq!(walked(folder.path(), &["in", "l5"], &Limits::default()), {
        "in/a: a\n\
         ! in/l1: a link that leads out of the directory: not followed (name its target as a path of its own)\n\
         ! in/l4: a link to nothing: passed over (-)\n\
         ! l5: the same file as in/a; it was read once (-)\n"
    });
}

#[cfg(unix)]
#[test]
fn links_without_end_are_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("in/d")).unwrap();
    fs::write(folder.path().join("in/a"), "a").unwrap();
    for (target, link) in
        [("..", "in/d/up"), (".", "in/here"), ("ring", "in/ring"), ("two", "in/one"), ("one", "in/two")]
    {
        std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
    }
    let around = "a link to a directory that it is in: not followed (what the directory holds is read once)";
    let ring = "a link that leads back to itself: there is no document behind it (give the file that it should lead to)";
    let expected = format!(
        "in/a: a\n! in/d/up: {around}\n! in/here: {around}\n! in/one: {ring}\n! in/ring: {ring}\n! in/two: {ring}\n"
    );
    assert_eq!(walked(folder.path(), &["in"], &Limits::default()), expected);
}

#[test]
fn a_file_to_which_several_paths_lead_is_given_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("logs/old")).unwrap();
    for name in ["logs/a", "logs/b", "logs/old/c", "d"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    let given = |paths: &[&str]| walked(folder.path(), paths, &Limits::default());
    assert_eq!(given(&["d", "d"]), "d: d\n! d: given twice; it was read once (-)\n");
    assert_eq!(given(&["logs/a", "logs/b", "d"]), "logs/a: logs/a\nlogs/b: logs/b\nd: d\n");
    let all = "logs/a: logs/a\nlogs/b: logs/b\nlogs/old/c: logs/old/c\n";
    assert_eq!(given(&["logs", "logs/a"]), format!("{all}! logs/a: given twice; it was read once (-)\n"));
    let others = "it was read once, and so were 2 more documents that came twice";
    assert_eq!(
        given(&["logs", "logs/../logs"]),
        format!("{all}! logs/../logs/a: the same file as logs/a; {others} (-)\n")
    );
    let other = "it was read once, and so was one more document that came twice";
    let all = "logs/old/c: logs/old/c\nlogs/b: logs/b\nlogs/a: logs/a\n";
    assert_eq!(
        given(&["logs/old/c", "logs/b", "logs"]),
        format!("{all}! logs/b: given twice; {other} (-)\n")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever paths are given, in whatever order and how often: every file below them, once.
    #[test]
    fn every_file_below_the_paths_is_given_once(chosen in prop::collection::vec(0..8usize, 1..6)) {
        const PATHS: [(&str, &str); 8] = [
            (".", "abc"), ("a", "a"), ("d", "bc"), ("d/b", "b"), ("d/e", "c"), ("d/e/c", "c"), ("d/../d/e", "c"), ("./a", "a"),
        ];
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("d/e")).unwrap();
        for name in ["a", "d/b", "d/e/c"] {
            fs::write(folder.path().join(name), &name[name.len() - 1..]).unwrap();
        }
        let paths: Vec<_> = chosen.iter().map(|at| folder.path().join(PATHS[*at].0)).collect();
        let mut given = String::new();
        let walked = walk(&paths, &Limits::default(), &|_| {}, &mut |mut document| {
            document.reader.read_to_string(&mut given).unwrap();
        });
        let mut given: Vec<char> = given.chars().collect();
        given.sort_unstable();
        let all: String = chosen.iter().map(|at| PATHS[*at].1).collect();
        let expected: BTreeSet<char> = all.chars().collect();
        prop_assert_eq!(&given, &expected.iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(walked.problems.len(), usize::from(all.len() > given.len()));
    }
}

#[test]
fn what_was_too_deep_is_read_when_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("1/2")).unwrap();
    fs::write(folder.path().join("1/2/a"), "a").unwrap();
    let limits = Limits { directory_depth_max: 1, ..Limits::default() };
    assert!(
        walked(folder.path(), &["1", "1/2"], &limits)
            .starts_with("1/2/a: a\n! 1/2: more than 1 directories deep")
    );
}

#[cfg(unix)]
#[test]
fn special_files_are_named_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("s");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let dot = walked(folder.path(), &["."], &Limits::default()).replace("./", "");
    assert_eq!(dot, "! s: a special file: passed over (-)\n");
    assert!(walked(folder.path(), &["s"], &Limits::default()).contains("a special file, not a document"));
}

#[cfg(unix)]
#[test]
fn control_characters_in_names_are_written_out() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a\x1b[2J"), "a").unwrap();
    assert!(walked(folder.path(), &["."], &Limits::default()).ends_with("a\\u{1b}[2J: a\n"));
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(folder.path().join("file"), "a").unwrap();
    for path in [&closed, &folder.path().join("file")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    }
    if fs::read_dir(&closed).is_ok() {
        eprintln!("skipped: root may read everything");
        return;
    }
    let out = walked(folder.path(), &["closed", "file"], &Limits::default());
    assert_eq!(out.matches("cannot be opened: no permission").count(), 2, "{out}");
}

#[test]
fn a_file_that_grows_while_it_is_read_ends_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    let text = vec![b'x'; 200_000];
    fs::write(&path, &text).unwrap();
    let mut read = 0;
    walk(std::slice::from_ref(&path), &Limits::default(), &|_| {}, &mut |mut document| {
        let mut buffer = [0; 1000];
        let mut log = fs::OpenOptions::new().append(true).open(&path).unwrap();
        while let Ok(count @ 1..) = document.reader.read(&mut buffer) {
            read += count;
            log.write_all(&buffer).unwrap();
        }
    });
    assert_eq!(read, text.len());
}

#[test]
fn text_in_utf_16_and_byte_order_marks() {
    let folder = tempfile::tempdir().unwrap();
    let units =
        |order: fn(u16) -> [u8; 2]| "\u{feff}größe\n".encode_utf16().flat_map(order).collect::<Vec<_>>();
    fs::write(folder.path().join("be"), units(u16::to_be_bytes)).unwrap();
    fs::write(folder.path().join("le"), units(u16::to_le_bytes)).unwrap();
    fs::write(folder.path().join("u8"), "\u{feff}größe\n").unwrap();
    assert_eq!(walked(folder.path(), &["be", "le", "u8"], &Limits::default()), {
        "be: größe\n\nle: größe\n\nu8: größe\n\n"
    });
}

#[test]
fn one_document_and_one_directory_past_the_bounds() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("d/e")).unwrap();
    for name in ["a", "b", "d/c", "d/e/f"] {
        fs::write(folder.path().join(name), "x").unwrap();
    }
    let limits = Limits { documents_max: 2, ..Limits::default() };
    let out = walked(folder.path(), &["a", "b"], &limits);
    assert_eq!(out, "a: x\nb: x\n");
    let out = walked(folder.path(), &["a", "b", "d"], &limits);
    assert_eq!(
        out,
        "a: x\nb: x\n! d: more than 2 documents: this and what follows is not read (ask for fewer at once)\n"
    );
    let limits = Limits { directory_depth_max: 1, ..Limits::default() };
    let out = walked(folder.path(), &["d"], &limits);
    assert_eq!(out, "d/c: x\n! d/e: more than 1 directories deep: not read (name it as a path of its own)\n");
}

#[test]
fn progress_is_the_bytes_of_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), vec![b'x'; 100_000]).unwrap();
    let counted = AtomicU64::new(0);
    let walked = walk(
        &[folder.path().to_path_buf()],
        &Limits::default(),
        &|bytes| {
            counted.fetch_add(bytes, Ordering::Relaxed);
        },
        &mut |mut document| {
            std::io::copy(&mut document.reader, &mut std::io::sink()).unwrap();
        },
    );
    assert_eq!((walked.documents, walked.bytes, counted.into_inner()), (1, 100_000, 100_000));
}
