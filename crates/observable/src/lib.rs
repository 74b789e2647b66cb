//! observable
