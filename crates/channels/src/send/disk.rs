//! Notices as files: whole or not at all, and after success on the disk.

use crate::message::Message;
use crate::outcome::{Outcome, Why};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Writes `ID.json` and `ID.eml` into a directory. Whoever waits for the mail finds the values beside it.
pub(super) fn place(message: &Message, directory: &Path) -> Outcome {
    let write = |kind: &str, bytes: &[u8]| -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".outpace-").tempfile_in(directory)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        // An identifier is hexadecimal digits: no path can be in it.
        file.persist(directory.join(format!("{}.{kind}", message.id)))?;
        Ok(())
    };
    let written = message
        .beside
        .as_ref()
        .map_or(Ok(()), |values| write("json", values))
        .and_then(|()| write("eml", &message.bytes))
        .and_then(|()| File::open(directory)?.sync_all());
    outcome(written, directory)
}

/// Adds a line to a file.
pub(super) fn append(message: &Message, path: &Path) -> Outcome {
    let write = || -> io::Result<()> {
        // A pipe would wait for a reader, for ever.
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
        }
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut bytes = Vec::with_capacity(message.bytes.len() + 1);
        if !ends_whole(&mut file)? {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(&message.bytes);
        file.write_all(&bytes)?;
        file.sync_all()
    };
    outcome(write(), path)
}

/// Whether the file is empty or ends with a line end; after a crash it may end within a line.
fn ends_whole(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Disks are filled and emptied, mounted and unmounted: each error may pass.
fn outcome(written: io::Result<()>, path: &Path) -> Outcome {
    let Err(error) = written else { return Outcome::Sent };
    let help = match error.kind() {
        ErrorKind::NotFound => Some("make the directory, or mount what it is on"),
        ErrorKind::PermissionDenied => Some("let the user that outpace runs as write there"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some("make room on the disk"),
        _ => None,
    };
    let path = crate::clean::quoted(&path.to_string_lossy());
    Outcome::Later { after: None, why: Why { what: format!("{path} cannot be written: {error}"), help } }
}
