//! A log whose lines are known, and everything that becomes of log files, in random order: growth in whole and torn
//! lines, rotation, copytruncate, compression in parts, copies, restarts between any two steps, batches that are not
//! committed. Every line comes once and in order.

use super::{Kept, options};
use dice::Dice;
use follow::{Follower, Options};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many rotated files there are at the most.
const ROTATED_MAX: usize = 6;

/// A directory with one log, and what was written to it.
struct Scene {
    dir: tempfile::TempDir,
    dice: Dice,
    written: Vec<u8>,
    lines: u64,
    /// Whether rotated files get a date (`a.log-20260612`) or a number that counts up (`a.log.1`).
    dated: bool,
    /// A compressed file of which a part is written: its path, the rest, and what it replaces.
    half: Option<(PathBuf, Vec<u8>, PathBuf)>,
    steps: Vec<String>,
}

impl Scene {
    fn new(seed: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            dir,
            dice: Dice::new(seed),
            written: Vec::new(),
            lines: 0,
            dated: seed.is_multiple_of(3),
            half: None,
            steps: Vec::new(),
        }
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("a.log")
    }

    fn append(&mut self, bytes: &[u8]) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.log()).unwrap();
        file.write_all(bytes).unwrap();
        self.written.extend(bytes);
    }

    /// Some lines; the last may be torn, or be what a torn one lacks.
    fn write(&mut self) {
        let mut bytes = Vec::new();
        for _ in 0..=self.dice.place(6) {
            self.lines += 1;
            // Many lines are alike but for a number, and some are longer than a window.
            let length = if self.dice.below(12) == 0 { 5000 } else { self.dice.place(40) };
            bytes.extend(
                format!(
                    "{2} Jun 12 03:14:15 gate-1 sshd[1]: {0} {1}\n",
                    "x".repeat(length),
                    self.lines,
                    self.lines
                )
                .bytes(),
            );
        }
        if self.dice.below(3) == 0 {
            bytes.truncate(bytes.len() - 1 - self.dice.place(8));
        }
        self.append(&bytes);
    }

    /// A line that was begun is ended.
    fn mend(&mut self) {
        if self.written.last().is_some_and(|byte| *byte != b'\n') {
            self.lines += 1;
            self.append(format!(" mended {}\n", self.lines).as_bytes());
        }
    }

    fn rotated(&self) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> =
            fs::read_dir(self.dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        all.retain(|path| number(path).is_some());
        all.sort_by_key(|path| number(path));
        all
    }

    /// The name of the next rotated file; where they are numbered, each gets the next number.
    fn shift(&mut self) -> PathBuf {
        self.finish_half();
        if self.dated {
            let last = self.rotated().iter().filter_map(|path| number(path)).max();
            return self.dir.path().join(format!("a.log-{}", last.unwrap_or(20_260_611) + 1));
        }
        for path in self.rotated().iter().rev() {
            let name = path.file_name().unwrap().to_str().unwrap();
            let old = number(path).unwrap();
            let new = name.replacen(&format!(".{old}"), &format!(".{}", old + 1), 1);
            fs::rename(path, self.dir.path().join(new)).unwrap();
        }
        self.dir.path().join("a.log.1")
    }

    fn rotate(&mut self) {
        if !self.log().exists() || self.rotated().len() >= ROTATED_MAX {
            return;
        }
        let rotated = self.shift();
        // A line that is torn when its writer leaves the file stays torn; so is what the reader takes.
        fs::rename(self.log(), rotated).unwrap();
        self.torn_ends();
    }

    /// The next line begins in a new file: what was torn has its own end in what is compared.
    fn torn_ends(&mut self) {
        if self.written.last().is_some_and(|byte| *byte != b'\n') {
            self.written.extend(b"|");
        }
    }

    fn copy_and_truncate(&mut self) {
        if !self.log().exists() || self.rotated().len() >= ROTATED_MAX {
            return;
        }
        self.mend();
        let rotated = self.shift();
        fs::copy(self.log(), rotated).unwrap();
        File::create(self.log()).unwrap();
    }

    /// Begins to compress a rotated file; the rest comes in another step.
    fn compress(&mut self) {
        self.finish_half();
        let plain: Vec<_> = self.rotated().into_iter().filter(|path| !is_packed(path)).collect();
        if plain.is_empty() {
            return;
        }
        let path = self.dice.one_of(&plain).clone();
        let bytes = fs::read(&path).unwrap();
        let (ending, packed) = if self.dice.below(2) == 0 {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&bytes).unwrap();
            ("gz", encoder.finish().unwrap())
        } else {
            ("zst", zstd::encode_all(&bytes[..], 1).unwrap())
        };
        let to = PathBuf::from(format!("{}.{ending}", path.display()));
        let at = self.dice.place(packed.len());
        fs::write(&to, &packed[..at]).unwrap();
        self.half = Some((to, packed[at..].to_vec(), path));
    }

    fn finish_half(&mut self) {
        let Some((to, rest, from)) = self.half.take() else { return };
        let mut file = OpenOptions::new().append(true).open(&to).unwrap();
        file.write_all(&rest).unwrap();
        // Compressors keep the time of what they compress.
        file.set_modified(fs::metadata(&from).unwrap().modified().unwrap()).unwrap();
        fs::remove_file(from).unwrap();
    }

    /// A copy of the log beside it, as people make one.
    fn copy(&mut self) {
        let rotated = self.rotated();
        let from = if rotated.is_empty() || self.dice.below(2) == 0 {
            self.log()
        } else {
            self.dice.one_of(&rotated).clone()
        };
        // A file without a whole line is never taken for a copy: beginnings of lines are alike.
        if from.exists() && (is_packed(&from) || fs::read(&from).unwrap().contains(&b'\n')) {
            let name = *self.dice.one_of(&["a.log.bak", "copy.txt"]);
            fs::copy(from, self.dir.path().join(name)).unwrap();
        }
    }

    fn step(&mut self) {
        let step = self.dice.below(14);
        self.steps.push(format!("{step}"));
        match step {
            0..=5 => self.write(),
            6 => self.mend(),
            7 | 8 => self.rotate(),
            9 => self.copy_and_truncate(),
            10 => self.compress(),
            11 => self.finish_half(),
            _ => self.copy(),
        }
    }
}

/// The number of a rotated file.
fn number(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?;
    let rest = name.strip_prefix("a.log.").or_else(|| name.strip_prefix("a.log-"))?;
    rest.split('.').next()?.parse().ok()
}

fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "gz" || ending == "zst")
}

/// What reads the log, and what it has committed.
struct Reader {
    paths: Vec<PathBuf>,
    name: String,
    options: Options,
    follower: Follower,
    kept: Kept,
    /// All that was taken of the log, with a mark where a torn line ended because its file was rotated away.
    taken: Vec<u8>,
    /// Documents that are none of ours.
    others: Vec<String>,
}

impl Reader {
    fn new(scene: &mut Scene, whole_directory: bool) -> Self {
        let piece_bytes = *scene.dice.one_of(&[6 << 10, 4 << 20]);
        let options = Options { piece_bytes, batch_bytes: piece_bytes, ..options() };
        let paths = vec![if whole_directory { scene.dir.path().to_path_buf() } else { scene.log() }];
        let (name, kept) = (scene.log().display().to_string(), Kept::default());
        let follower = kept.follower(&paths, &options);
        Self { paths, name, options, follower, kept, taken: Vec::new(), others: Vec::new() }
    }

    /// Takes one batch and commits it.
    fn look(&mut self) {
        let batch = self.follower.next(Duration::ZERO);
        for piece in &batch.pieces {
            if piece.document != self.name {
                self.others.push(piece.document.clone());
            }
            self.taken.extend(&piece.bytes);
            if piece.ended && piece.bytes.last().is_some_and(|byte| *byte != b'\n') {
                self.taken.push(b'|');
            }
        }
        self.kept.commit(&batch);
    }

    /// Another process begins with what was committed.
    fn restart(&mut self) {
        self.follower = self.kept.follower(&self.paths, &self.options);
    }

    /// Now and then a look, a process that ends, or one that ends before it could commit its batch.
    fn act(&mut self, scene: &mut Scene) {
        let act = scene.dice.below(6);
        match act {
            0 | 1 => self.look(),
            2 => {
                self.follower.next(Duration::ZERO);
                self.restart();
            }
            3 => self.restart(),
            4 => (0..5).for_each(|_| self.look()),
            _ => {}
        }
        scene
            .steps
            .push(["look", "look", "lost", "restart", "looks", ""][usize::try_from(act).unwrap()].into());
    }
}

/// Plays one script.
fn play(seed: u64, whole_directory: bool) {
    let mut scene = Scene::new(seed);
    let mut reader = Reader::new(&mut scene, whole_directory);
    scene.write();
    scene.mend();
    reader.look();
    for _ in 0..30 {
        scene.step();
        reader.act(&mut scene);
    }
    scene.finish_half();
    scene.mend();
    (0..60).for_each(|_| reader.look());
    let (taken, written) = (&reader.taken, &scene.written);
    if taken != written || !reader.others.is_empty() {
        let at = taken
            .iter()
            .zip(written)
            .position(|(one, two)| one != two)
            .unwrap_or(taken.len().min(written.len()));
        let around = |bytes: &[u8]| {
            String::from_utf8_lossy(&bytes[at.saturating_sub(60)..(at + 120).min(bytes.len())]).into_owned()
        };
        panic!(
            "seed {seed}, directory {whole_directory}, others {:?}, {} taken and {} written, differ at {at}:\n{}\n-- and not\n{}\n{:?}",
            reader.others,
            taken.len(),
            written.len(),
            around(taken),
            around(written),
            scene.steps
        );
    }
}

/// How many scripts are played; more than once is for a long night.
const SCRIPTS: u64 = 200;

#[test]
fn every_line_of_a_log_comes_once_and_in_order_whatever_becomes_of_its_files() {
    for seed in 0..SCRIPTS {
        play(seed, seed % 2 == 0);
    }
}
