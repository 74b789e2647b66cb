//! What is looked for: one observable, how far it reaches, and the caller's number for it.

use crate::{Kind, Observable};
use std::ops::Range;

/// How far a needle reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// The value itself.
    Exact,
    /// Also what lies below it: a domain's subdomains (and mail addresses there), a network's addresses
    /// and smaller networks. For other kinds the same as [`Scope::Exact`].
    Below,
}

/// One thing that a [`Set`](crate::Set) looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// The value in canonical form.
    pub observable: Observable,
    /// How far it reaches.
    pub scope: Scope,
    /// The caller's number, given back with every hit; several needles may share one.
    pub tag: u32,
}

/// One needle seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The needle's tag.
    pub tag: u32,
    /// The needle's kind.
    pub kind: Kind,
    /// The bytes of the haystack that hold the value seen: for a needle that reaches below, the whole
    /// host or address, not only the part that the needle names.
    pub span: Range<usize>,
}
