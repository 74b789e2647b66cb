//! Bodies of rows: MessagePack with the names of fields, zstd around it.
//!
//! Names inside, because a home outlives the program that wrote it: a field that is new is filled by default, one that
//! is gone is passed over. The compression takes the names back out.

use crate::Fault;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use zstd::bulk::{Compressor, Decompressor};

/// A good ratio at the speed of a disk.
const LEVEL: i32 = 3;
/// How large a body may grow when it is read: a part holds some thousand facts, of components at most a document's.
const BODY_BYTES_MAX: usize = 1 << 30;

thread_local! {
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The bytes of a value.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Fault> {
    let damaged = |_| Fault::Damaged { what: "a value that was to be written".to_owned() };
    let plain = rmp_serde::to_vec_named(value).map_err(damaged)?;
    compress(&plain)
}

/// Compressed bytes.
pub(crate) fn compress(plain: &[u8]) -> Result<Vec<u8>, Fault> {
    let damaged = |error: std::io::Error| Fault::Damaged { what: format!("a body ({error})") };
    COMPRESSOR.with_borrow_mut(|known| {
        // To make one costs more than to compress a small body.
        let compressor = match known {
            Some(compressor) => compressor,
            none => none.insert(Compressor::new(LEVEL).map_err(damaged)?),
        };
        compressor.compress(plain).map_err(damaged)
    })
}

/// The value of bytes; `what` names it in a fault.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8], what: &dyn Fn() -> String) -> Result<T, Fault> {
    let plain = decompress(bytes, what)?;
    rmp_serde::from_slice(&plain).map_err(|error| Fault::Damaged { what: format!("{} ({error})", what()) })
}

/// What was compressed.
pub(crate) fn decompress(bytes: &[u8], what: &dyn Fn() -> String) -> Result<Vec<u8>, Fault> {
    let damaged = || Fault::Damaged { what: what() };
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten().ok_or_else(damaged)?;
    let size = usize::try_from(size).ok().filter(|size| *size <= BODY_BYTES_MAX).ok_or_else(damaged)?;
    DECOMPRESSOR.with_borrow_mut(|known| {
        let decompressor = match known {
            Some(decompressor) => decompressor,
            none => none.insert(Decompressor::new().map_err(|_| damaged())?),
        };
        decompressor.decompress(bytes, size).map_err(|_| damaged())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ours::{Name, NameValue, Party};
    use model::world::Origin;

    #[test]
    fn a_body_that_claims_to_be_larger_than_any_is_not_made() {
        // The head of a frame (RFC 8878, 3.1.1): magic number, a content size of eight bytes, the size.
        let claims = |size: usize| {
            let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xe0];
            frame.extend(u64::try_from(size).expect("64 bits").to_le_bytes());
            decompress(&frame, &|| "row 7".to_owned())
        };
        assert!(claims(BODY_BYTES_MAX + 1).is_err_and(|fault| fault.to_string().starts_with("row 7")));
    }

    #[test]
    fn a_name_of_before_there_were_lists_is_read() {
        // As it was written then: the same fields, without the lists.
        #[derive(Serialize)]
        struct Then {
            value: NameValue,
            party_name: &'static str,
            party: Party,
            owner: Option<String>,
            expires: Option<model::Date>,
            origin: Origin,
        }
        let value = NameValue::Keyword("quay".to_owned());
        let origin = Origin::new(&"names.csv".into(), model::Place::Line(2));
        let (party_name, party) = ("Harbour", Party::Own);
        let then = Then {
            value: value.clone(),
            party_name,
            party,
            owner: None,
            expires: None,
            origin: origin.clone(),
        };
        let bytes = encode(&then).expect("plain data");
        let now: Name = decode(&bytes, &|| "row 7".to_owned()).expect("whole");
        let (party_name, lists) = (party_name.to_owned(), Vec::new());
        assert_eq!(now, Name { value, party_name, party, owner: None, expires: None, lists, origin });
        assert_eq!(encode(&now).expect("plain data"), bytes, "what has no list is written as before");
        let listed = Name { lists: vec!["vessels".to_owned()], ..now };
        let bytes = encode(&listed).expect("plain data");
        assert_eq!(decode::<Name>(&bytes, &|| "row 7".to_owned()).expect("whole"), listed);
    }

    #[test]
    fn a_damaged_body_is_named() {
        let bytes = encode(&("a", 7)).expect("plain data");
        let back: (String, i32) = decode(&bytes, &|| "row 7".to_owned()).expect("whole");
        assert_eq!(back, ("a".to_owned(), 7));
        for cut in [0, 3, bytes.len() - 1] {
            let read: Result<(String, i32), Fault> = decode(&bytes[..cut], &|| "row 7".to_owned());
            assert!(read.is_err_and(|fault| fault.to_string().starts_with("row 7")), "{cut}");
        }
    }
}
