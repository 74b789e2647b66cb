//! A notice as a channel takes it: bytes, and for which channel they were written.
//!
//! Writing is pure: the same notice, channel and occasion give the same bytes, so a message need not be kept between
//! tries. What differs from try to try (the time in a webhook's signature) is added when it is sent.

use model::{NoticeId, Timestamp};

/// When and where a notice is written, and what was written before it.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// The date of a mail and of a syslog message: the moment at which the notice was made, the same for each try.
    pub date: Timestamp,
    /// The name of the machine that this runs on.
    pub host: String,
    /// The notices of this thread to this audience that came before, oldest first.
    pub before: Vec<NoticeId>,
}

/// A notice written for a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub(crate) id: NoticeId,
    /// The name of the channel.
    pub(crate) channel: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// Of a folder: the values for machines, beside the mail.
    pub(crate) beside: Option<Vec<u8>>,
}

impl Message {
    /// Which notice it is.
    #[must_use]
    pub fn id(&self) -> &NoticeId {
        &self.id
    }

    /// What is sent. A folder gets the mail in these bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What a folder gets beside the mail, as JSON.
    #[must_use]
    pub fn beside(&self) -> Option<&[u8]> {
        self.beside.as_deref()
    }
}
