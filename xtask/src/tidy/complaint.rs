//! What tidy reports: a file, a line, what is wrong and what mends it.

/// Something that is not tidy.
pub struct Complaint {
    pub file: String,
    pub line: usize,
    pub what: String,
}

impl Complaint {
    /// About a line of a file; line 0 is the whole file.
    pub fn new(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, what: what.into() }
    }
}
