//! The readers of this room from outside: text in, facts out; and a run over real data where it is there.

#![allow(clippy::print_stdout, reason = "a skipped test says so")]

#[cfg(test)]
mod documents;
#[cfg(test)]
mod dump;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod publication;
#[cfg(test)]
mod ranges;
mod real;
#[cfg(test)]
mod smoke;
