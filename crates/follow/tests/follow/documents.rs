//! Files one by one: heads that are shared, event logs and archives, compressed logs, what cannot be followed, limits.

use super::{Kept, options};
use follow::{Batch, Follower, Options};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A directory that is followed, and what was taken.
struct Place {
    dir: tempfile::TempDir,
    kept: Kept,
    follower: Follower,
    options: Options,
    problems: Vec<String>,
}

impl Place {
    fn new() -> Self {
        Self::with(options())
    }

    fn with(options: Options) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let kept = Kept::default();
        let follower = kept.follower(&[dir.path().to_path_buf()], &options);
        Self { dir, kept, follower, options, problems: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    fn append(&self, name: &str, bytes: &str) {
        OpenOptions::new().append(true).open(self.path(name)).unwrap().write_all(bytes.as_bytes()).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// Looks this often; everything is committed. Gives the batches that had something.
    fn look(&mut self, times: usize) -> Vec<Batch> {
        let mut batches = Vec::new();
        for _ in 0..times {
            let batch = self.follower.next(Duration::ZERO);
            self.kept.commit(&batch);
            let folder = format!("{}/", self.dir.path().display());
            self.problems
                .extend(batch.problems.iter().map(|problem| problem.to_string().replace(&folder, "")));
            if !batch.is_empty() {
                batches.push(batch);
            }
        }
        batches
    }

    fn restart(&mut self) {
        self.follower = self.kept.follower(&[self.dir.path().to_path_buf()], &self.options);
    }

    fn taken(&self, name: &str) -> String {
        self.kept.text(&self.path(name).display().to_string())
    }
}

const HEAD: &str =
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: date time c-ip\n";

#[test]
fn files_with_one_head_are_different_logs_once_they_differ() {
    let mut place = Place::new();
    place.write("a.log", format!("{HEAD}a1\n"));
    place.look(1);
    place.write("b.log", HEAD);
    place.look(3);
    place.append("a.log", "a2\n");
    place.append("b.log", "b1\n");
    place.look(3);
    place.restart();
    place.append("b.log", "b2\n");
    place.look(3);
    assert_eq!(place.taken("a.log"), format!("{HEAD}a1\na2\n"));
    assert_eq!(place.taken("b.log"), format!("{HEAD}b1\nb2\n"));
}

#[test]
fn a_log_of_which_only_the_head_was_taken_is_rotated_and_the_new_one_has_the_same() {
    for restart in [false, true] {
        let mut place = Place::new();
        place.write("a.log", HEAD);
        place.look(1);
        place.append("a.log", "old\n");
        place.rename("a.log", "a.log.1");
        place.write("a.log", format!("{HEAD}new\n"));
        if restart {
            place.restart();
        }
        place.look(8);
        assert_eq!(place.taken("a.log"), format!("{HEAD}old\n{HEAD}new\n"), "restart {restart}");
    }
}

#[test]
fn what_a_writer_appends_after_the_rotation_comes_before_the_new_log() {
    let mut place = Place::new();
    place.write("a.log", "1\n");
    place.look(1);
    place.rename("a.log", "a.log.1");
    place.write("a.log", "3\n");
    place.append("a.log.1", "2\n");
    place.look(8);
    assert_eq!(place.taken("a.log"), "1\n2\n3\n");
    // What comes still later is taken too, behind what was taken meanwhile.
    place.append("a.log.1", "late\n");
    place.look(8);
    assert_eq!(place.taken("a.log"), "1\n2\n3\nlate\n");
}

#[test]
fn a_torn_line_waits_until_it_has_its_end_or_its_file_has() {
    let mut place = Place::new();
    place.write("a.log", "one\ntwo");
    assert_eq!(place.look(4).len(), 1);
    place.append("a.log", " and more\nthr");
    place.look(4);
    assert_eq!(place.taken("a.log"), "one\ntwo and more\n");
    place.rename("a.log", "a.log.1");
    let batches = place.look(6);
    assert_eq!(place.taken("a.log"), "one\ntwo and more\nthr");
    let piece = &batches.last().unwrap().pieces[0];
    assert!(piece.ended && piece.after.ended && !piece.begins());
}

#[test]
fn a_log_that_is_cut_off_without_a_copy_begins_anew_and_that_is_reported() {
    let mut place = Place::new();
    place.write("a.log", "one\ntwo\n");
    place.look(1);
    place.write("a.log", "three\n");
    place.look(9);
    assert_eq!(place.taken("a.log"), "one\ntwo\nthree\n");
    let reported = "a.log, byte 8: was cut off or deleted behind byte 8, up to which it was read; \
                    lines written just before that may be lost";
    assert_eq!(place.problems, [reported]);
    let generations: Vec<u64> = place.kept.positions.keys().map(|(_, generation)| *generation).collect();
    assert_eq!(generations, [1, 2]);
}

#[test]
fn bytes_that_were_seen_and_are_gone_are_counted() {
    let mut place = Place::with(Options { piece_bytes: 8, batch_bytes: 8, ..options() });
    place.write("a.log", "1234567\nabcdefg\n");
    place.look(1);
    fs::remove_file(place.path("a.log")).unwrap();
    place.look(9);
    assert_eq!(
        place.problems,
        ["a.log, byte 8: was cut off or deleted before its last 8 bytes were read; they are lost"]
    );
}

#[test]
fn compressed_logs_are_read_once_in_pieces_and_known_again() {
    let mut place = Place::with(Options { piece_bytes: 64 << 10, batch_bytes: 64 << 10, ..options() });
    let text: String = (0..40_000).map(|number| format!("line {number}\n")).collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    place.write("a.log.1.gz", &packed);
    let batches = place.look(4);
    assert!(batches[0].pieces[0].begins() && !batches[0].pieces[0].ended);
    // In the middle of it, another process goes on.
    place.restart();
    place.look(20);
    assert_eq!(place.taken("a.log.1.gz"), text);
    place.rename("a.log.1.gz", "a.log.2.gz");
    place.restart();
    assert!(place.look(9).is_empty());
    // A part of it is given, and named.
    place.write("torn.gz", &packed[..packed.len() / 2]);
    place.look(20);
    let taken = place.taken("torn.gz");
    assert_eq!((taken.as_str(), place.problems.len()), ("", 0), "a copy of the first part is a copy");
}

#[test]
fn a_log_with_a_mark_of_utf_8_is_known_when_it_is_compressed() {
    let mut place = Place::new();
    place.write("a.log", "\u{feff}one\ntwo\n");
    place.look(1);
    place.append("a.log", "three\n");
    let text = fs::read(place.path("a.log")).unwrap();
    place.write("a.log.1.zst", zstd::encode_all(&text[..], 1).unwrap());
    fs::remove_file(place.path("a.log")).unwrap();
    place.restart();
    place.look(6);
    assert_eq!(place.taken("a.log"), "\u{feff}one\ntwo\nthree\n");
    assert!(place.kept.bytes.len() == 1);
}

#[test]
fn event_logs_and_archives_are_read_whole_when_they_have_changed() {
    let mut place = Place::new();
    place.write("a.evtx", b"ElfFile\0\0\0\0 one");
    place.write("b.log", "a line\n");
    let whole = |batches: &[Batch]| -> Vec<(PathBuf, bool)> {
        let all = batches.iter().flat_map(|batch| &batch.whole);
        all.map(|one| (one.path.clone(), one.before.is_some())).collect()
    };
    // It is still written, as far as one look can show.
    assert_eq!(whole(&place.look(1)), []);
    assert_eq!(whole(&place.look(4)), [(place.path("a.evtx"), false)]);
    place.restart();
    assert_eq!(whole(&place.look(4)), []);
    place.write("a.evtx", b"ElfFile\0\0\0\0 two and more");
    assert_eq!(whole(&place.look(4)), [(place.path("a.evtx"), true)]);
    place.rename("a.evtx", "old.evtx");
    assert_eq!(whole(&place.look(6)), []);
    assert_eq!(place.taken("b.log"), "a line\n");
}

#[test]
fn a_closed_container_is_named_once_with_its_remedy() {
    let mut place = Place::new();
    place.write("a.log.1.7z", b"7z\xbc\xaf\x27\x1c....");
    place.look(5);
    assert_eq!(place.problems, ["a.log.1.7z: a 7-Zip file: not followed"]);
}

#[test]
fn a_reader_that_takes_less_gets_the_rest_again_with_what_follows() {
    let mut place = Place::new();
    place.write("a.csv", "a,b\n\"open\n");
    let batch = place.follower.next(Duration::ZERO);
    let position = place.follower.took(&batch.pieces[0], 4);
    assert_eq!((position.offset, position.ended), (4, false));
    // Nothing is given while there is nothing more.
    assert!(place.follower.next(Duration::ZERO).is_empty());
    place.append("a.csv", "cell\",1\n");
    let batch = place.follower.next(Duration::ZERO);
    assert_eq!(batch.pieces[0].bytes, b"\"open\ncell\",1\n");
    assert_eq!(batch.pieces[0].before.as_ref(), Some(&position));
    // The position of a part is that of a follower which was given only that part.
    let mut kept = Kept::default();
    kept.positions.insert((position.document.clone(), 1), position);
    let mut again = kept.follower(&[place.dir.path().to_path_buf()], &options());
    assert_eq!(again.next(Duration::ZERO).pieces[0].bytes, b"\"open\ncell\",1\n");
}

#[test]
fn a_line_longer_than_a_piece_is_given_in_parts_and_a_large_log_keeps_no_other_waiting() {
    let mut place = Place::with(Options { piece_bytes: 10, batch_bytes: 10, ..options() });
    place.write("a.log", "x".repeat(95) + "\n");
    place.write("b.log", "b\n");
    let batches = place.look(3);
    assert_eq!(place.taken("b.log"), "b\n", "b is not behind all of a");
    assert_eq!(batches[0].pieces[0].bytes.len(), 10);
    place.look(20);
    assert_eq!(place.taken("a.log"), "x".repeat(95) + "\n");
}

#[test]
fn a_copy_gives_nothing_until_the_original_is_gone() {
    let mut place = Place::new();
    place.write("a.log", "one\n");
    place.look(1);
    fs::copy(place.path("a.log"), place.path("copy")).unwrap();
    place.look(3);
    // copytruncate, step by step: what was written before the copy and not taken yet is in the copy.
    place.append("a.log", "two\n");
    fs::copy(place.path("a.log"), place.path("a.log.1")).unwrap();
    fs::write(place.path("a.log"), "three\n").unwrap();
    place.look(8);
    assert_eq!(place.taken("a.log"), "one\ntwo\nthree\n");
    assert_eq!(place.kept.bytes.len(), 1);
}

#[test]
fn what_is_behind_is_counted() {
    let mut place = Place::with(Options { piece_bytes: 8, batch_bytes: 8, ..options() });
    place.write("a.log", "1234567\n".repeat(5));
    place.look(1);
    let numbers = place.follower.health().numbers();
    assert_eq!((numbers.documents, numbers.behind_bytes, numbers.behind_lines), (1, 32, 4));
    place.look(9);
    let numbers = place.follower.health().numbers();
    assert_eq!((numbers.bytes, numbers.lines, numbers.behind_bytes, numbers.batches), (40, 5, 0, 5));
}

#[test]
fn one_log_past_the_bound_is_forgotten_when_its_content_is_gone() {
    let mut place = Place::with(Options { logs_max: 2, ..options() });
    for name in ["a.log", "b.log", "c.log"] {
        place.write(name, format!("{name}\n"));
    }
    place.look(9);
    assert_eq!(place.kept.positions.len(), 3, "what is there is not forgotten");
    fs::remove_file(place.path("a.log")).unwrap();
    fs::remove_file(place.path("b.log")).unwrap();
    place.look(9);
    assert_eq!(place.kept.positions.len(), 2);
}

#[test]
fn a_file_that_is_not_there_yet_is_waited_for_and_no_flag_is_overlooked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("later.log");
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut follower = Follower::new(std::slice::from_ref(&path), Vec::new(), options(), stop.clone());
    let batch = follower.next(Duration::ZERO);
    assert_eq!(batch.problems[0].what, "does not exist yet; it is waited for");
    fs::write(&path, "x\n").unwrap();
    assert_eq!(follower.next(Duration::ZERO).pieces[0].bytes, b"x\n");
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(follower.next(Duration::from_secs(3600)).is_empty());
    assert!(Path::new(&path).exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_cannot_be_read_is_named_once() {
    let path = PathBuf::from("/proc/self/mem");
    let mut follower = Follower::new(&[path], Vec::new(), options(), std::sync::Arc::default());
    let problems: Vec<String> = (0..4)
        .flat_map(|_| follower.next(Duration::ZERO).problems)
        .map(|problem| problem.to_string())
        .collect();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("/proc/self/mem: cannot be opened: "), "{problems:?}");
}

#[test]
fn a_log_is_known_again_when_it_is_compressed_with_xz() {
    let mut place = Place::new();
    place.write("a.log", "one\n");
    place.look(1);
    place.append("a.log", "two\n");
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    encoder.write_all(&fs::read(place.path("a.log")).unwrap()).unwrap();
    place.write("a.log-20260612.xz", encoder.finish().unwrap());
    place.write("a.log", "three\n");
    place.restart();
    place.look(8);
    assert_eq!(place.taken("a.log"), "one\ntwo\nthree\n");
    assert_eq!((place.kept.bytes.len(), place.problems.len()), (1, 0));
}
