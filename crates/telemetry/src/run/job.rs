//! A chunk on its way from the feeder to a worker, and the memory of chunks that were read.

use crate::cut::chunk::Chunk;
use crate::formats::Format;
use crate::reader::Reader;
use std::sync::{Arc, Mutex, PoisonError};

/// A chunk on its way to a worker.
pub(crate) struct Job {
    pub(crate) document: Arc<str>,
    pub(crate) index: u32,
    /// Its place among all chunks of the run, in the order of feeding, from 0.
    pub(crate) place: u64,
    pub(crate) format: Format,
    pub(crate) reader: Arc<dyn Reader>,
    pub(crate) chunk: Chunk,
}

/// Chunks whose memory can be used again; at most as many as there are chunks on their way.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Vec<Vec<u8>>>);

impl Pool {
    pub(crate) fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    pub(crate) fn give(&self, mut bytes: Vec<u8>) {
        bytes.clear();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
    }
}
