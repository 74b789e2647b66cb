//! Runs the program under the recorder, and reads what that wrote.
//!
//! The recorder is C, because the workspace has no unsafe code; it is compiled once for a run of the tests. Without a C
//! compiler, on another system than Linux on x86-64, or where a process may not be traced, the tests say so and are
//! skipped.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What the program did to a file or folder below the root; paths begin behind the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Create {
        inode: u64,
        path: Option<String>,
    },
    Folder(String),
    Write {
        inode: u64,
        at: usize,
        bytes: Range<usize>,
    },
    Truncate {
        inode: u64,
        length: usize,
    },
    Sync(u64),
    SyncFolder(String),
    Rename {
        from: String,
        to: String,
    },
    Link {
        inode: u64,
        path: String,
    },
    Unlink(String),
    RemoveFolder(String),
    /// It wrote to standard output.
    Say,
    /// It was made to fail.
    Fail,
    /// It ended.
    Exit(i32),
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Recorded {
    pub acts: Vec<Act>,
    pub data: Vec<u8>,
}

/// The recorder, if it works here.
pub fn recorder() -> Option<&'static Path> {
    static RECORDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let recorder = RECORDER.get_or_init(|| match compiled() {
        Ok(path) => Some(path),
        Err(why) => {
            eprintln!("skipped: writes cannot be recorded here: {why}");
            None
        }
    });
    recorder.as_deref()
}

fn compiled() -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the recorder is for Linux on x86-64".to_owned());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outpace/durable/recorder.c");
    let unfinished = folder.join(format!("recorder-{}", std::process::id()));
    let compiled = Command::new("cc").args(["-O1", "-o"]).arg(&unfinished).arg(source).output();
    match compiled {
        Err(error) => return Err(format!("no C compiler: cc: {error}")),
        Ok(run) if !run.status.success() => return Err(String::from_utf8_lossy(&run.stderr).into_owned()),
        Ok(_) => {}
    }
    let trial = tempfile::tempdir().expect("room");
    let mut command = recording(&unfinished, trial.path(), trial.path(), "-", Path::new("/bin/true"));
    match command.stderr(Stdio::piped()).output() {
        Ok(run) if run.status.success() => Ok(unfinished),
        Ok(run) => {
            Err(format!("a process may not be traced: {}", String::from_utf8_lossy(&run.stderr).trim()))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// The command that records `program` below `root`, with its notes in `notes`. `fail`: what shall fail, or `-`.
pub fn recording(recorder: &Path, root: &Path, notes: &Path, fail: &str, program: &Path) -> Command {
    let mut command = Command::new(recorder);
    command.arg(root).arg(notes.join("acts")).arg(notes.join("data")).arg(fail).arg("--").arg(program);
    command.stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").env_remove("NO_COLOR");
    command
}

/// What a run did that has ended.
pub fn recorded(root: &Path, notes: &Path) -> Recorded {
    let text = fs::read_to_string(notes.join("acts")).expect("acts");
    let root = root.to_str().expect("UTF-8");
    let acts = text.lines().filter_map(|line| act(root, line)).collect();
    Recorded { acts, data: fs::read(notes.join("data")).expect("data") }
}

/// How many acts a run has noted so far that say something on standard output.
pub fn said(notes: &Path) -> usize {
    let text = fs::read_to_string(notes.join("acts")).unwrap_or_default();
    text.lines().filter(|line| line.starts_with("say\t")).count()
}

fn act(root: &str, line: &str) -> Option<Act> {
    let parts: Vec<&str> = line.split('\t').collect();
    let path = |n: usize| {
        let path = parts[n].strip_prefix(root).unwrap_or_else(|| panic!("a path out of the root: {line}"));
        path.trim_start_matches('/').to_owned()
    };
    let inode = |n: usize| parts[n].parse::<u64>().expect("an inode");
    let number = |n: usize| parts[n].parse::<usize>().expect("a number");
    Some(match parts[0] {
        "create" => Act::Create { inode: inode(1), path: (parts[2] != "-").then(|| path(2)) },
        "mkdir" => Act::Folder(path(1)),
        "write" => Act::Write { inode: inode(1), at: number(2), bytes: number(4)..number(4) + number(3) },
        "truncate" => Act::Truncate { inode: inode(1), length: number(2) },
        "sync" => Act::Sync(inode(1)),
        "sync-folder" => Act::SyncFolder(path(1)),
        "rename" => Act::Rename { from: path(1), to: path(2) },
        "link" => Act::Link { inode: inode(1), path: path(2) },
        "unlink" => Act::Unlink(path(1)),
        "rmdir" => Act::RemoveFolder(path(1)),
        "say" => Act::Say,
        "fail" => Act::Fail,
        "exit" => Act::Exit(parts[1].parse().expect("a code")),
        // The index of the write-ahead log is mapped and made anew by whoever opens the database first.
        "map" if parts[1].ends_with("-shm") => return None,
        _ => panic!("the disk of the test does not know this act: {line}"),
    })
}
