//! How a notice is written for a channel, and how it gets there.
