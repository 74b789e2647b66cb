//! From one source of bytes to its documents: containers are opened layer by layer.
//!
//! Invariants: a layer is opened at most [`Limits::depth_max`] deep, so the recursion is bounded; nothing is
//! held but the heads, decoder windows and, for a zip that is not a file on disk, the archive itself.

use crate::capped::{Cap, Capped, Counting, Ledger, WalkFaults, size};
use crate::container::Container;
use crate::encoding::{ByteOrderMark, Utf16};
use crate::label::label;
use crate::tar::{MemberKind, Members};
use crate::{Document, Limits};
use model::Fault;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A stream of bytes that may be anything.
pub(crate) type ByteSource<'r> = Box<dyn Read + Send + 'r>;

/// zstd's window may ask for 128 MiB (2^27), what `zstd --long` uses; more is refused by the decoder.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// xz's dictionary may ask for so much; `xz -9` uses 64 MiB.
const XZ_MEMORY_KIB_MAX: u32 = 256 << 10;

/// Opens sources and gives their documents.
pub(crate) struct Opener<'w> {
    pub(crate) limits: Limits,
    pub(crate) faults: WalkFaults,
    pub(crate) documents: u64,
    pub(crate) progress: &'w (dyn Fn(u64) + Sync),
    pub(crate) each: &'w mut dyn FnMut(Document<'_>),
}

/// Where a source comes from.
#[derive(Clone)]
pub(crate) struct Location<'p> {
    /// Its name for people.
    pub(crate) label: String,
    /// How many containers are around it.
    pub(crate) depth: u32,
    /// The account of the file on disk that it comes from.
    pub(crate) ledger: Arc<Ledger>,
    /// The file itself, if it is one on disk.
    pub(crate) path: Option<&'p Path>,
}

impl Location<'_> {
    /// A member of the container at this location.
    fn member(&self, name: &[u8]) -> Location<'static> {
        let label = format!("{}!{}", self.label, label(name));
        Location { label, depth: self.depth + 1, ledger: Arc::clone(&self.ledger), path: None }
    }

    /// What a compressed document at this location holds.
    fn inside(&self) -> Location<'static> {
        let (label, ledger) = (self.label.clone(), Arc::clone(&self.ledger));
        Location { label, depth: self.depth + 1, ledger, path: None }
    }
}

impl Opener<'_> {
    /// Whether the walk may still give documents.
    pub(crate) fn is_full(&self) -> bool {
        self.documents >= self.limits.documents_max
    }

    /// Gives the documents of one source.
    pub(crate) fn open(&mut self, location: &Location<'_>, mut source: ByteSource<'_>) {
        let mut head = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        let read = source.by_ref().take(Document::HEAD_MAX as u64).read_to_end(&mut head);
        if let Err(error) = read {
            self.faults.add(&location.label, Fault::Partial, format!("cannot be read: {error}"), None);
        }
        let Some(container) = Container::of(&head) else { return self.give(location, head, source) };
        if let Container::Other(kind) = container {
            let what = format!("a {kind} archive, which is not opened");
            return self.faults.add(&location.label, Fault::Unreadable, what, Some("unpack it first"));
        }
        if location.depth >= self.limits.depth_max {
            let what =
                format!("more than {} containers inside each other: not opened", self.limits.depth_max);
            return self.faults.add(&location.label, Fault::Unreadable, what, Some("unpack it first"));
        }
        let whole = Cursor::new(head).chain(source);
        match container {
            Container::Tar => self.tar(location, whole),
            Container::Zip => self.zip(location, whole),
            compressed => self.compressed(location, compressed, whole),
        }
    }

    /// Gives a document that is no container.
    fn give(&mut self, location: &Location<'_>, mut head: Vec<u8>, source: ByteSource<'_>) {
        if self.is_full() {
            return;
        }
        self.documents += 1;
        let document = match ByteOrderMark::of(&head) {
            Some(ByteOrderMark::Utf16(encoding)) => {
                let text = Utf16::new(Cursor::new(head).chain(source), encoding);
                match Document::open(&location.label, text) {
                    Ok(document) => document,
                    Err(error) => {
                        let what = format!("cannot be read: {error}");
                        return self.faults.add(&location.label, Fault::Unreadable, what, None);
                    }
                }
            }
            mark => {
                if mark.is_some() {
                    head.drain(..3.min(head.len()));
                }
                let reader = Box::new(Cursor::new(head.clone()).chain(source));
                Document { name: Arc::from(location.label.as_str()), head, reader }
            }
        };
        (self.each)(document);
    }

    fn compressed(&mut self, location: &Location<'_>, container: Container, whole: impl Read + Send) {
        let (counting, taken) = Counting::new(whole);
        let buffered = BufReader::with_capacity(64 << 10, counting);
        let inside = location.inside();
        match container {
            Container::Gzip => {
                let decoder = flate2::bufread::MultiGzDecoder::new(buffered);
                let capped = Capped::new(decoder, self.cap(&inside, "gzip", &taken));
                self.open(&inside, Box::new(capped));
            }
            Container::Xz => {
                let decoder = lzma_rust2::XzReader::new_mem_limit(buffered, true, XZ_MEMORY_KIB_MAX);
                let capped = Capped::new(decoder, self.cap(&inside, "xz", &taken));
                self.open(&inside, Box::new(capped));
            }
            Container::Bzip2 => {
                let decoder = bzip2::bufread::MultiBzDecoder::new(buffered);
                let capped = Capped::new(decoder, self.cap(&inside, "bzip2", &taken));
                self.open(&inside, Box::new(capped));
            }
            _ => {
                let decoder = zstd::stream::read::Decoder::with_buffer(buffered).and_then(|mut decoder| {
                    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
                    Ok(decoder)
                });
                match decoder {
                    Ok(decoder) => {
                        let capped = Capped::new(decoder, self.cap(&inside, "zstd", &taken));
                        self.open(&inside, Box::new(capped));
                    }
                    Err(error) => {
                        let what = format!("cannot be decompressed: {error}");
                        self.faults.add(&location.label, Fault::Unreadable, what, None);
                    }
                }
            }
        }
    }

    fn tar(&mut self, location: &Location<'_>, whole: impl Read + Send) {
        let faults_before = self.faults.count();
        let mut members = Members::new(whole);
        let (mut count, mut passed_over) = (0, 0);
        loop {
            if self.is_full() {
                break;
            }
            match members.next() {
                Ok(None) => break,
                Err(what) => {
                    // The layer below has said why already.
                    if self.faults.count() == faults_before {
                        let help = Some("what came before it is used; get the file again");
                        self.faults.add(&location.label, Fault::CutOff, format!("tar archive {what}"), help);
                    }
                    break;
                }
                Ok(Some(_)) if self.ends(location, count) => break,
                Ok(Some(member)) => match member.kind {
                    MemberKind::Directory => {}
                    MemberKind::Link | MemberKind::Special => passed_over += 1,
                    MemberKind::File => self.open(&location.member(&member.name), Box::new(&mut members)),
                },
            }
            count += 1;
        }
        self.name_passed_over(location, passed_over);
    }

    /// Whether an archive must be left: too many members, or its file has given enough.
    fn ends(&self, location: &Location<'_>, count: u64) -> bool {
        if count >= self.limits.members_max {
            let what = format!("more than {} members: the rest is not read", self.limits.members_max);
            self.faults.add(&location.label, Fault::Partial, what, Some("split it"));
            return true;
        }
        if location.ledger.is_exhausted() {
            let what = "the rest of the archive is not read: it expands without end";
            self.faults.add(&location.label, Fault::Partial, what, None);
            return true;
        }
        false
    }

    fn name_passed_over(&self, location: &Location<'_>, count: u64) {
        if count > 0 {
            let what = format!(
                "{count} {} in the archive not followed",
                if count == 1 { "link or special file" } else { "links and special files" }
            );
            self.faults.add(&location.label, Fault::Note, what, None);
        }
    }

    /// A zip on disk is read in place; any other is held, since its directory is at its end.
    fn zip(&mut self, location: &Location<'_>, mut whole: impl Read + Send) {
        if let Some(path) = location.path {
            let file = std::fs::File::open(path);
            return match file {
                Ok(file) => {
                    drop(whole);
                    self.zip_members(
                        location,
                        OnDisk { file, progress: self.progress, location: location.clone() },
                    );
                }
                Err(error) => {
                    let what = format!("cannot be opened: {error}");
                    self.faults.add(&location.label, Fault::Unreadable, what, None);
                }
            };
        }
        let mut held = Vec::new();
        let bytes_max = self.limits.held_bytes_max;
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        let read = whole.by_ref().take(bytes_max.saturating_add(1)).read_to_end(&mut held);
        if let Err(error) = read {
            let what = format!("cannot be read: {error}");
            return self.faults.add(&location.label, Fault::Unreadable, what, None);
        }
        if u64::try_from(held.len()).unwrap_or(u64::MAX) > bytes_max {
            let what = format!("a zip archive of more than {} that is no file: not read", size(bytes_max));
            return self.faults.add(&location.label, Fault::Unreadable, what, Some("unpack it first"));
        }
        self.zip_members(location, Cursor::new(held));
    }

    fn zip_members(&mut self, location: &Location<'_>, source: impl Read + Seek + Send) {
        let (counting, taken) = Counting::new(source);
        let mut reader = BufReader::with_capacity(64 << 10, counting);
        let error = match zip::ZipArchive::new(&mut reader) {
            Ok(archive) => return self.zip_by_directory(location, archive, &taken),
            Err(error) => error,
        };
        let (found, of_workbook) = match reader.rewind() {
            Ok(()) => self.zip_from_front(location, reader, &taken),
            Err(_) => (0, false),
        };
        if of_workbook {
            let what = "a workbook that is cut off: not read";
            return self.faults.add(
                &location.label,
                Fault::Unreadable,
                what,
                Some("save it again, or as CSV"),
            );
        }
        let (fault, found) = match found {
            0 => (Fault::Unreadable, String::new()),
            1 => (Fault::CutOff, ": one member was found from its front".to_owned()),
            _ => (Fault::CutOff, format!(": {found} members were found from its front")),
        };
        let help = Some("it may be cut off; get the file again");
        self.faults.add(&location.label, fault, format!("not a whole zip archive: {error}{found}"), help);
    }

    /// Reads an archive whose directory is missing, member by member, as far as it goes; says how many, and whether they
    /// are parts of a workbook, of which none says anything alone.
    fn zip_from_front(
        &mut self,
        location: &Location<'_>,
        mut reader: impl Read + Send,
        taken: &Arc<AtomicU64>,
    ) -> (u64, bool) {
        let (mut found, mut of_workbook) = (0, false);
        while !self.is_full() && !self.ends(location, found) {
            let Ok(Some(member)) = zip::read::read_zipfile_from_stream(&mut reader) else { break };
            found += 1;
            let of_office = [&b"[Content_Types]"[..], b"_rels/", b"docProps/", b"xl/"];
            if of_office.iter().any(|start| member.name_raw().starts_with(start)) {
                of_workbook |= member.name_raw().starts_with(b"xl/");
                continue;
            }
            if !member.is_dir() && !member.is_symlink() {
                let inside = location.member(member.name_raw());
                let cap = Cap { taken_max: compressed(&member), ..self.cap(&inside, "zip", taken) };
                self.open(&inside, Box::new(Capped::new(member, cap)));
            }
        }
        (found, of_workbook)
    }

    fn cap(&self, location: &Location<'_>, what: &'static str, taken: &Arc<AtomicU64>) -> Cap {
        Cap {
            label: location.label.clone(),
            what,
            taken: Arc::clone(taken),
            taken_max: u64::MAX,
            ledger: Arc::clone(&location.ledger),
            limits: self.limits,
            faults: self.faults.clone(),
        }
    }

    /// Opens a workbook: each sheet is a document. What its members expand to is measured first.
    fn workbook(
        &mut self,
        location: &Location<'_>,
        mut archive: zip::ZipArchive<impl Read + Seek + Send>,
        taken: &Arc<AtomicU64>,
    ) {
        let faults_before = self.faults.count();
        let mut expanded = 0_u64;
        for index in 0..archive.len() {
            let Ok(member) = archive.by_index(index) else { continue };
            let cap = Cap { taken_max: compressed(&member), ..self.cap(location, "workbook", taken) };
            let left = self.limits.held_bytes_max.saturating_sub(expanded).saturating_add(1);
            let measured = io::copy(&mut Capped::new(member, cap).take(left), &mut io::sink());
            expanded += measured.unwrap_or(0);
            if expanded > self.limits.held_bytes_max {
                let what = format!("a workbook of more than {}: not read", size(self.limits.held_bytes_max));
                return self.faults.add(&location.label, Fault::Unreadable, what, Some("save it as CSV"));
            }
        }
        if self.faults.count() > faults_before {
            return;
        }
        let mut given = 0_u64;
        let read = crate::workbook::sheets(archive.into_inner(), &mut |sheet| {
            given += 1;
            let inside = location.member(sheet.name.as_bytes());
            if sheet.cut {
                let what = "a sheet with more columns or text than is read: cut";
                self.faults.add(&inside.label, Fault::Partial, what, Some("save it as CSV"));
            }
            let head = sheet.text.as_bytes().iter().take(Document::HEAD_MAX).copied().collect::<Vec<u8>>();
            // The text is not held twice.
            let mut rest = Cursor::new(sheet.text.into_bytes());
            rest.set_position(u64::try_from(head.len()).unwrap_or(0));
            self.give(&inside, head, Box::new(rest));
        });
        if let Err(error) = read {
            let what = format!("not a whole workbook: {error}");
            self.faults.add(&location.label, Fault::Partial, what, Some("save it as CSV"));
        } else if given == 0 {
            self.faults.add(&location.label, Fault::Partial, "a workbook without cells", None);
        }
    }

    fn zip_by_directory(
        &mut self,
        location: &Location<'_>,
        mut archive: zip::ZipArchive<impl Read + Seek + Send>,
        taken: &Arc<AtomicU64>,
    ) {
        if archive.index_for_name("xl/workbook.xml").is_some() {
            return self.workbook(location, archive, taken);
        }
        let mut passed_over = 0;
        for index in 0..archive.len() {
            if self.is_full() || self.ends(location, u64::try_from(index).unwrap_or(u64::MAX)) {
                break;
            }
            let encrypted = archive.by_index_data(index).is_ok_and(|member| member.encrypted());
            let name = archive.by_index_data(index).map(|member| member.name_raw().to_vec());
            let inside = location.member(&name.unwrap_or_default());
            if encrypted {
                let help = Some("decrypt it and give the decrypted file");
                self.faults.add(&inside.label, Fault::Unreadable, "encrypted: not read", help);
                continue;
            }
            let member = match archive.by_index(index) {
                Ok(member) => member,
                Err(error) => {
                    let what = format!("cannot be read: {error}");
                    self.faults.add(&inside.label, Fault::Unreadable, what, None);
                    continue;
                }
            };
            if member.is_symlink() {
                passed_over += 1;
            } else if !member.is_dir() {
                let cap = Cap { taken_max: compressed(&member), ..self.cap(&inside, "zip", taken) };
                self.open(&inside, Box::new(Capped::new(member, cap)));
            }
        }
        self.name_passed_over(location, passed_over);
    }
}

/// How many bytes of the archive a member takes; a stream may say so only behind it.
fn compressed<R: Read + ?Sized>(member: &zip::read::ZipFile<'_, R>) -> u64 {
    match member.compressed_size() {
        0 => u64::MAX,
        bytes => bytes,
    }
}

/// A file on disk that is read here and there, counted.
struct OnDisk<'m> {
    file: std::fs::File,
    progress: &'m (dyn Fn(u64) + Sync),
    location: Location<'m>,
}

impl Read for OnDisk<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let bytes = u64::try_from(read).unwrap_or(u64::MAX);
        self.location.ledger.read.fetch_add(bytes, Relaxed);
        (self.progress)(bytes);
        Ok(read)
    }
}

impl Seek for OnDisk<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
