//! Notices as files.

use crate::sample::{self, moment};
use channels::channel::{Cef, Channel, Folder};
use channels::{Outcome, send, write};
use std::fs;

fn deliver(channel: &Channel) -> Outcome {
    let message = write(&sample::story(), channel, &sample::occasion());
    send(&message, channel, moment("2026-07-01T06:00:05Z"))
}

#[test]
fn a_repeat_is_no_duplicate() {
    let directory = tempfile::tempdir().expect("a directory");
    let channel = Channel::Folder(Folder { directory: directory.path().into() });
    assert_eq!((deliver(&channel), deliver(&channel)), (Outcome::Sent, Outcome::Sent));
    let mut names: Vec<_> = fs::read_dir(directory.path())
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    let id = sample::story().id;
    assert_eq!(names, [format!("{id}.eml"), format!("{id}.json")]);
    let message = write(&sample::story(), &channel, &sample::occasion());
    let path = directory.path().join(format!("{id}.eml"));
    assert_eq!(fs::read(path).expect("a file"), message.bytes());
}

#[test]
fn a_directory_that_is_not_there_is_said() {
    let directory = tempfile::tempdir().expect("a directory");
    let channel = Channel::Folder(Folder { directory: directory.path().join("gone") });
    let outcome = deliver(&channel);
    let Outcome::Later { why, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(why.help, Some("make the directory, or mount what it is on"));
}

#[test]
fn lines_of_cef_stay_whole_after_a_crash() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("siem.cef");
    let channel = Channel::Cef(Cef::File(path.clone()));
    assert_eq!(deliver(&channel), Outcome::Sent);
    let line = fs::read_to_string(&path).expect("a file");
    fs::write(&path, format!("{line}CEF:0|outp")).expect("written");
    assert_eq!(deliver(&channel), Outcome::Sent);
    assert_eq!(fs::read_to_string(&path).expect("a file"), format!("{line}CEF:0|outp\n{line}"));
    let pipe = Channel::Cef(Cef::File(directory.path().into()));
    assert!(matches!(deliver(&pipe), Outcome::Later { .. }));
}
