//! A file that exists only when it is whole: temporary name, checksums, fsync, rename, fsync of its folders.
//!
//! The name holds the digest of the bytes, so it is known last; the same rows give the same bytes and the same name,
//! and a second rename puts the same content there. Nobody reads a file before it is registered.

use super::folders::{folder_above, sync_folders};
use super::seal::{SUMS, Seal, Sealing, sums_to_text};
use crate::event::Versions;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What temporary files begin with; `sweep` takes them away when they are left behind.
pub(crate) const UNFINISHED: &str = ".unfinished-";

/// The version of the layout, in the metadata of each file.
pub(crate) const LAYOUT: &str = "1";

/// What the compressors of all columns hold while there is a row group, beside what the writer counts: measured with
/// forty files of Windows events.
const COMPRESSORS_BYTES: usize = 4 << 20;

/// A file on its way.
pub(crate) struct Writing {
    writer: ArrowWriter<Sealing<NamedTempFile>>,
    /// The highest folder that may be new: the one in which that of the history is.
    top: PathBuf,
}

impl Writing {
    /// Begins a file in a folder `below` that of the history; both are made where they are missing.
    pub(crate) fn begin(
        dir: &Path,
        below: &str,
        schema: SchemaRef,
        properties: WriterProperties,
        versions: &Versions,
    ) -> io::Result<Self> {
        let folder = &dir.join(below);
        fs::create_dir_all(folder)?;
        let temporary = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let mut writer = ArrowWriter::try_new_with_options(Sealing::new(temporary), schema, options)
            .map_err(io::Error::other)?;
        for (key, value) in
            [("layout", LAYOUT), ("reader", versions.reader.as_str()), ("rules", versions.rules.as_str())]
        {
            writer.append_key_value_metadata(KeyValue::new(format!("outpace.{key}"), value.to_owned()));
        }
        Ok(Self { writer, top: folder_above(dir).to_owned() })
    }

    /// Adds to the metadata of the file.
    pub(crate) fn describe(&mut self, key: &str, value: String) {
        self.writer.append_key_value_metadata(KeyValue::new(format!("outpace.{key}"), value));
    }

    /// Adds rows.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        self.writer.write(batch).map_err(io::Error::other)
    }

    /// About how many bytes the row group holds that has begun; nothing before and after.
    pub(crate) fn bytes_held(&self) -> usize {
        if self.writer.in_progress_rows() == 0 {
            return 0;
        }
        self.writer.memory_size().saturating_add(COMPRESSORS_BYTES)
    }

    /// Ends the row group.
    pub(crate) fn end_group(&mut self) -> io::Result<()> {
        self.writer.flush().map_err(io::Error::other)
    }

    /// Puts the whole file under the name that its digest gives.
    pub(crate) fn finish(mut self, name: impl FnOnce(&str) -> String) -> io::Result<(String, Seal)> {
        self.writer.flush().map_err(io::Error::other)?;
        self.writer.sync()?;
        let sums = self.writer.inner_mut().take_sums();
        self.writer.append_key_value_metadata(KeyValue::new(SUMS.to_owned(), sums_to_text(&sums)));
        let (temporary, seal) = self.writer.into_inner().map_err(io::Error::other)?.finish();
        temporary.as_file().sync_all()?;
        let folder = temporary.path().parent().map(Path::to_path_buf).unwrap_or_default();
        let name = name(&seal.digest);
        temporary.persist(folder.join(&name)).map_err(|error| error.error)?;
        sync_folders(&folder, &self.top)?;
        Ok((name, seal))
    }
}
