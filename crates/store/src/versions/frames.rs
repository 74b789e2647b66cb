//! Frames (zstd, RFC 8878): bytes by themselves, or against others that are their prefix.
//!
//! Measured on an inventory of 400,000 rows of which one in a hundred changed, in slices of 512 kB: a frame against the
//! slice before has 1.4 kB for 7.2 kB of changed rows; by itself it has 91 kB. Cut so finely that a change touched only
//! its own row, the numbers of the slices would be longer than the rows. Higher levels gain some percent.

use crate::Fault;
use zstd::zstd_safe::{CCtx, CParameter, DCtx, compress_bound};

/// A good ratio at the speed of a disk.
const LEVEL: i32 = 3;
/// As many places of the prefix are remembered: about every one of a slice.
const HASH_LOG: u32 = 20;
/// How far back a frame may refer: a slice and all its prefix, but for a text of an older schema.
const WINDOW_LOG: u32 = 23;

/// How long a slice, and its frame, may be: one of an older schema is a whole text.
pub(super) const WHOLE_BYTES_MAX: usize = 32 << 20;

/// The first half of a digest.
pub(super) fn half(plain: &[u8]) -> [u8; 16] {
    let mut half = [0; 16];
    let digest = blake3::hash(plain);
    half.copy_from_slice(digest.as_bytes().first_chunk::<16>().unwrap_or(&[0; 16]));
    half
}

/// The frame of bytes against a prefix.
pub(super) fn against(prefix: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
    if prefix.is_empty() {
        return crate::body::compress(plain);
    }
    let damaged = |code| Fault::Damaged {
        what: format!("a slice of a document ({})", zstd::zstd_safe::get_error_name(code)),
    };
    let mut context = CCtx::create();
    context.set_parameter(CParameter::CompressionLevel(LEVEL)).map_err(damaged)?;
    context.set_parameter(CParameter::WindowLog(WINDOW_LOG)).map_err(damaged)?;
    // Without them what follows a change is found again only some kilobytes later.
    context.set_parameter(CParameter::EnableLongDistanceMatching(true)).map_err(damaged)?;
    context.set_parameter(CParameter::HashLog(HASH_LOG)).map_err(damaged)?;
    context.ref_prefix(prefix).map_err(damaged)?;
    let mut frame = Vec::with_capacity(compress_bound(plain.len()));
    context.compress2(&mut frame, plain).map_err(damaged)?;
    Ok(frame)
}

/// The bytes of a frame; `None`: it is damaged, or not so many bytes.
pub(super) fn plain(prefix: &[u8], frame: &[u8], bytes: usize) -> Option<Vec<u8>> {
    let size = zstd::zstd_safe::get_frame_content_size(frame).ok().flatten()?;
    if size != u64::try_from(bytes).ok()? {
        return None;
    }
    if prefix.is_empty() {
        return crate::body::decompress(frame, &String::new).ok();
    }
    let mut context = DCtx::create();
    context.set_parameter(zstd::zstd_safe::DParameter::WindowLogMax(WINDOW_LOG)).ok()?;
    context.ref_prefix(prefix).ok()?;
    let mut plain = Vec::with_capacity(bytes);
    context.decompress(&mut plain, frame).ok()?;
    (plain.len() == bytes).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text as records have it: words in any order, so that little of it repeats.
    #[test]
    fn a_record_that_changed_costs_its_own_bytes() {
        let mut dice = dice::Dice::new(1);
        let words = [
            "buffer",
            "overflow",
            "allows",
            "remote",
            "attackers",
            "crafted",
            "request",
            "version",
            "denial",
        ];
        let mut record = |n: usize| {
            let text: String = (0..60).map(|_| format!("{} ", words[dice.place(words.len())])).collect();
            format!("{{\"id\":\"CVE-2025-{n:06}\",\"text\":\"{text}\"}}\n")
        };
        let mut records: Vec<String> = (0..800).map(&mut record).collect();
        let before = records.concat();
        for n in [100, 300, 301, 700] {
            records[n] = record(n);
        }
        let after = records.concat();
        let frame = against(before.as_bytes(), after.as_bytes()).expect("room");
        let whole = against(&[], after.as_bytes()).expect("room");
        assert!(before.len() > 300_000 && frame.len() < 2_000, "{} of {}", frame.len(), whole.len());
    }

    #[test]
    fn bytes_come_back_and_a_damaged_frame_gives_none() {
        let before = b"srv-1,openssl,3.0.1\n".repeat(500);
        let after = [&before[..9_000], b"srv-2,openssl,3.0.2\n", &before[9_000..]].concat();
        let frame = against(&before, &after).expect("room");
        assert!(frame.len() < 200, "{}", frame.len());
        assert_eq!(plain(&before, &frame, after.len()).as_deref(), Some(&*after));
        assert_eq!(plain(&before, &frame, after.len() + 1), None);
        assert_eq!(plain(&before, &frame[..frame.len() - 1], after.len()), None);
        assert_eq!(plain(&[], &against(&[], &after).expect("room"), after.len()).as_deref(), Some(&*after));
    }
}
