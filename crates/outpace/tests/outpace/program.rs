//! Runs the program and keeps what it said.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The moment of every run that does not say another.
pub const NOW: &str = "2026-07-01T06:00:00Z";

/// What a run gave.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs `outpace` with a fixed clock.
pub fn outpace<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_outpace"))
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("NO_COLOR")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    Run {
        code: output.status.code().expect("it was not killed"),
        out: String::from_utf8(output.stdout).expect("UTF-8 out"),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A folder of a test's own files.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// The path of a file of it, as an argument.
    pub fn name(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// Runs the program at a moment, over the home that is in it.
    pub fn at(&self, now: &str, line: &[&str]) -> Run {
        outpace(&[line, &["--home", &self.name("home"), "--now", now]].concat())
    }
}

/// A small advisory with one address, one hash and one CVE.
pub const ADVISORY: &str = "# A small advisory\n\nTLP:CLEAR\n\nThe group uses 203[.]0[.]113[.]77 and the file \
    26a5a7e71a601be991073c78d513dee3. It exploits CVE-2021-44228 (T1190). Organisations should patch promptly.\n";

/// Two lines of an access log, the second from the advisory's address.
pub const LOG: &str = "10.20.3.4 - - [12/Jun/2026:03:14:15 +0000] \"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n\
    203.0.113.77 - - [12/Jun/2026:03:14:16 +0000] \"GET /berth HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n";

/// `check` over an advisory with further arguments.
pub fn check(folder: &Folder, more: &[&str]) -> Run {
    let advisory = folder.file("advisory.md", ADVISORY);
    let mut arguments = vec!["check".to_owned(), advisory.display().to_string()];
    arguments.extend(["--now", NOW].map(str::to_owned));
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    outpace(&arguments)
}

/// The findings of a run in `ndjson`.
pub fn findings(run: &Run) -> Vec<serde_json::Value> {
    run.out.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

/// The folder of public data, where it is there.
pub fn data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("OUTPACE_DATA").map_or(beside, PathBuf::from);
    let there = path.is_dir();
    if !there {
        eprintln!("skipped: no public data at {} (set OUTPACE_DATA)", path.display());
    }
    there.then_some(path)
}
