//! Who must know of a turn, when, and that it reaches them once.
