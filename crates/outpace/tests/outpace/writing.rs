//! What a run may write: regular files and new names, whole, never an input, never one file twice.

#![cfg(unix)]

use crate::program::{ADVISORY, Folder, LOG, NOW, Run, outpace};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// `check` over an advisory in the folder, with further arguments.
fn check(folder: &Folder, more: &[&str]) -> Run {
    let advisory = folder.file("advisory.md", ADVISORY).display().to_string();
    let log = folder.file("access.log", LOG).display().to_string();
    let mut arguments = vec!["check", &advisory, "--logs", &log, "--now", NOW, "--format", "ndjson"];
    arguments.extend(more);
    outpace(&arguments)
}

/// Every option that names a file, for this path.
fn each_option(folder: &Folder, path: &Path, see: &dyn Fn(&str, Run)) {
    let path = path.display().to_string();
    for option in ["--html", "--save"] {
        see(option, check(folder, &[option, &path]));
        see(option, outpace(&["demo", "--format", "ndjson", option, &path]));
        let log = folder.file("hunted.log", LOG).display().to_string();
        see(option, outpace(&["hunt", &log, "--format", "ndjson", option, &path]));
    }
}

/// Nothing but what the test made is in the folder.
fn only(folder: &Folder, names: &[&str]) {
    let mut known = vec!["advisory.md", "access.log", "hunted.log"];
    known.extend(names);
    for entry in std::fs::read_dir(folder.path()).expect("read") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name.as_str()), "{name} was left behind");
    }
}

fn refused(run: &Run, why: &str) {
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains(why) && run.err.contains("help:"), "{}", run.err);
    assert!(run.out.is_empty(), "nothing on standard output: {}", run.out);
}

fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).expect("there").permissions().mode() & 0o7777
}

#[test]
fn a_link_is_neither_followed_nor_replaced() {
    let folder = Folder::new();
    let victim = folder.file("victim", "precious");
    let (link, dangling) = (folder.path().join("link"), folder.path().join("dangling"));
    symlink(&victim, &link).expect("a link");
    symlink(folder.path().join("nowhere"), &dangling).expect("a link");
    for path in [&link, &dangling] {
        each_option(&folder, path, &|_, run| refused(&run, "it is a link"));
        assert!(std::fs::symlink_metadata(path).expect("there").is_symlink());
    }
    assert_eq!(std::fs::read_to_string(&victim).expect("read"), "precious");
    only(&folder, &["victim", "link", "dangling"]);
}

#[test]
fn a_device_a_pipe_and_a_directory_are_refused() {
    let folder = Folder::new();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    each_option(&folder, &pipe, &|_, run| refused(&run, "a device, a pipe or a socket"));
    each_option(&folder, Path::new("/dev/null"), &|_, run| refused(&run, "a device, a pipe or a socket"));
    each_option(&folder, folder.path(), &|_, run| refused(&run, "it is a directory"));
    each_option(&folder, Path::new("new/"), &|_, run| refused(&run, "this names a directory"));
    only(&folder, &["pipe"]);
}

#[test]
fn a_file_that_exists_is_replaced_whole_and_keeps_its_mode() {
    let folder = Folder::new();
    let path = folder.file("last.ndjson", "x".repeat(1 << 20));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("rights");
    let beside = folder.path().join("beside");
    std::fs::hard_link(&path, &beside).expect("a second name");
    let run = check(&folder, &["--save", &path.display().to_string()]);
    assert_eq!(run.code, 0, "{}", run.err);
    let saved = std::fs::read_to_string(&path).expect("read");
    let findings = saved.split_once('\n').map(|(_, findings)| findings);
    assert!(saved.starts_with("{\"saved\":") && findings == Some(&*run.out), "{saved}");
    assert_eq!(mode(&path), 0o640);
    assert_eq!(
        std::fs::metadata(&beside).expect("there").len(),
        1 << 20,
        "the old file itself is not changed"
    );
    only(&folder, &["last.ndjson", "beside"]);
}

#[test]
fn a_directory_without_rights_is_named_and_nothing_is_left() {
    let folder = Folder::new();
    let shut = folder.path().join("shut");
    std::fs::create_dir(&shut).expect("made");
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o500)).expect("rights");
    if std::fs::write(shut.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write everything");
        return;
    }
    each_option(&folder, &shut.join("last.ndjson"), &|_, run| {
        assert_eq!(run.code, 2);
        assert!(run.err.contains("cannot write") && run.err.contains("last.ndjson"), "{}", run.err);
    });
}

#[test]
fn a_directory_that_is_missing_is_named() {
    let folder = Folder::new();
    each_option(&folder, &folder.path().join("missing/last.ndjson"), &|_, run| {
        assert_eq!(run.code, 2);
        assert!(run.err.contains("missing/last.ndjson") && run.err.contains("help:"), "{}", run.err);
    });
    only(&folder, &[]);
}

#[test]
fn two_options_do_not_name_one_file() {
    let folder = Folder::new();
    let plain = folder.path().join("out").display().to_string();
    let other = folder.path().join("./out").display().to_string();
    refused(&check(&folder, &["--html", &plain, "--save", &other]), "name one file");
    refused(&outpace(&["demo", "--html", &plain, "--save", &other]), "name one file");
    only(&folder, &[]);
    // Two names of one file that exists.
    let (one, two) = (folder.file("one", "x"), folder.path().join("two"));
    std::fs::hard_link(&one, &two).expect("a second name");
    let (one, two) = (one.display().to_string(), two.display().to_string());
    refused(&check(&folder, &["--html", &one, "--save", &two]), "name one file");
}

#[test]
fn an_input_is_never_written() {
    let folder = Folder::new();
    let rule = folder.file("rules/one.yml", "title: x\n");
    let (rules, rule) = (folder.path().join("rules").display().to_string(), rule.display().to_string());
    let advisory = folder.file("advisory.md", ADVISORY).display().to_string();
    let log = folder.path().join("./access.log").display().to_string();
    refused(&check(&folder, &["--html", &advisory]), "it is an input of this run");
    refused(&check(&folder, &["--save", &log]), "it is an input of this run");
    refused(&check(&folder, &["--rules", &rules, "--save", &rule]), "it is an input of this run");
    let link = folder.path().join("link.log");
    symlink(folder.path().join("access.log"), &link).expect("a link");
    let (link, log) = (link.display().to_string(), folder.path().join("access.log").display().to_string());
    refused(&outpace(&["hunt", &link, "--save", &log]), "it is an input of this run");
    assert_eq!(std::fs::read_to_string(&log).expect("read"), LOG);
    assert_eq!(std::fs::read_to_string(&advisory).expect("read"), ADVISORY);
}

#[test]
fn runs_at_once_leave_one_whole_file() {
    let folder = Folder::new();
    let path = folder.path().join("report.html");
    let shown = path.display().to_string();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let run = outpace(&["demo", "--format", "ndjson", "--html", &shown]);
                assert_eq!(run.code, 0, "{}", run.err);
            });
        }
    });
    let page = std::fs::read_to_string(&path).expect("read");
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    only(&folder, &["report.html"]);
}

#[test]
fn the_demo_is_kept_in_a_new_or_an_empty_directory_only() {
    let folder = Folder::new();
    let keep = |path: &Path| outpace(&["demo", "--format", "ndjson", "--keep", &path.display().to_string()]);
    let (new, empty) = (folder.path().join("a/new"), folder.path().join("empty"));
    std::fs::create_dir(&empty).expect("made");
    for path in [&new, &empty] {
        let run = keep(path);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(path.join("demo/advisory.md").is_file() && path.join("rules").is_dir());
        refused(&keep(path), "the directory is not empty");
    }
    let file: PathBuf = folder.file("file", "x");
    refused(&keep(&file), "it is not a directory");
    let (bare, link) = (folder.path().join("bare"), folder.path().join("link"));
    std::fs::create_dir(&bare).expect("made");
    symlink(&bare, &link).expect("a link");
    refused(&keep(&link), "it is a link");
    assert_eq!(std::fs::read_dir(&bare).expect("read").count(), 0);
}
