//! What came of a try to deliver: there, again later, never, or gone.
//!
//! One rule for all channels: what may pass by itself is tried again (no connection, a time that ran out, a server that
//! says it is busy); what somebody must change is not (refused sign-in, unknown recipient, a request that is wrong).

use crate::channel::address::MailAddress;
use std::fmt;
use std::time::Duration;

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Sent,
    /// Some recipients of a mail have it, or it went to all that can be reached: try again for `later` only
    /// ([`crate::Channel::only`]), and never for `refused`.
    Partly {
        /// Who is to be tried again; may be empty.
        later: Vec<MailAddress>,
        /// Who will never get it.
        refused: Vec<MailAddress>,
        /// What the first of these refusals said.
        why: Why,
    },
    /// It may work later, not sooner than `after` if the receiver asked for that.
    Later {
        /// How long to wait at least.
        after: Option<Duration>,
        /// What happened.
        why: Why,
    },
    /// It will not work until somebody changes something.
    Never {
        /// What happened.
        why: Why,
    },
    /// The receiver says that it is there no more: switch the channel off.
    Gone {
        /// What happened.
        why: Why,
    },
}

/// What happened, on which thing, and what to do about it. It holds no credential and no path of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// What happened, in lower case, without a full stop.
    pub what: String,
    /// The remedy, if there is one that a person can apply.
    pub help: Option<&'static str>,
}

impl Why {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), help: None }
    }

    pub(crate) fn with(what: impl Into<String>, help: &'static str) -> Self {
        Self { what: what.into(), help: Some(help) }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Outcome {
    pub(crate) fn later(what: impl Into<String>) -> Self {
        Self::Later { after: None, why: Why::new(what) }
    }

    pub(crate) fn never(what: impl Into<String>, help: &'static str) -> Self {
        Self::Never { why: Why::with(what, help) }
    }
}
