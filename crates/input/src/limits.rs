//! Every bound of this room, with its reason.

/// Bounds on what a walk opens. The defaults suit a laptop; tests set them small.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many bytes one compressed document may give: 64 GiB, a month of a busy proxy.
    pub expanded_bytes_max: u64,
    /// How many times its compressed size a document may give once it has given
    /// [`Limits::ratio_bytes_min`]: real logs reach 40, a bomb 1000.
    pub ratio_max: u64,
    /// Below this many bytes the ratio is not asked: 64 MiB of blanks harm nobody.
    pub ratio_bytes_min: u64,
    /// How many members one archive may have.
    pub members_max: u64,
    /// How deep containers may nest: a log in a gzip in a zip of a collection.
    pub depth_max: u32,
    /// How large an archive inside another container may be, since its directory is at its end and it
    /// must be held in memory.
    pub held_bytes_max: u64,
    /// How deep directories are walked.
    pub directory_depth_max: u32,
    /// How many documents a walk gives at the most.
    pub documents_max: u64,
    /// Whether a pipe with a name is opened. It is where logs come from; who gives one as a small file waits for ever.
    pub named_pipes: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            expanded_bytes_max: 64 << 30,
            ratio_max: 200,
            ratio_bytes_min: 64 << 20,
            members_max: 200_000,
            depth_max: 4,
            held_bytes_max: 256 << 20,
            directory_depth_max: 32,
            documents_max: 1_000_000,
            named_pipes: true,
        }
    }
}
