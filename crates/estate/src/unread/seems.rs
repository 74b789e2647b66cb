//! A kind of document that is no inventory, and the remedies that several kinds share.

use std::borrow::Cow;

/// A kind of document, and what to do about it.
pub(crate) struct Seems {
    pub(crate) what: Cow<'static, str>,
    pub(crate) help: &'static str,
}

impl Seems {
    pub(crate) const fn new(what: &'static str, help: &'static str) -> Self {
        Self { what: Cow::Borrowed(what), help }
    }
}

/// The remedy where the content shows a log.
pub(crate) const AS_LOG: &str = "give it with --logs";
/// The remedy where it shows knowledge.
pub(crate) const AS_KNOWLEDGE: &str = "give it as an advisory before --estate, or with --knowledge";
/// The remedy where nothing better is known.
pub(crate) const SEE_PAGE: &str = "docs/inventories.md lists the forms, and the command that exports each";
