//! Entries for fuzzing: any bytes, no panic, no hang.

use input::Document;

/// Bytes as a document whose format is recognised by its start.
pub fn fuzz_estate(data: &[u8]) {
    let Ok(mut document) = Document::open("fuzz", data) else { return };
    let (_, problems) = crate::read(&mut document, &mut |_| {});
    let _ = problems.into_vec();
}

/// Bytes as every format, one after the other, whatever they start with.
pub fn fuzz_formats(data: &[u8]) {
    for line in crate::FORMATS {
        let Ok(mut document) = Document::open("fuzz", data) else { return };
        let mut problems = model::Problems::new("fuzz");
        (line.read.read)(&mut document, &mut problems, &mut |_| {});
    }
}

/// Text as a package URL.
pub fn fuzz_purl(data: &[u8]) {
    let _ = crate::parse_purl(&String::from_utf8_lossy(data));
}
