//! Settings of regular expressions, shared by the code that compiles an expression and the code that analyses it.

/// Nesting of groups in one expression.
pub(crate) const NEST_MAX: u32 = 50;

/// The sub-modifiers `i`, `m` and `s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Flags {
    pub(crate) insensitive: bool,
    pub(crate) multi_line: bool,
    pub(crate) dot_all: bool,
}
