//! The program as a user runs it: the demo, bad input, hostile input, the report page, real data.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on should say so")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![expect(clippy::disallowed_methods, reason = "tests run the program and read their own files")]

mod acceptance;
mod baseline;
mod brief;
mod bundles;
mod chaos;
mod demo;
mod due;
mod durable;
mod exits;
mod export;
mod faults;
mod hostile;
mod hunt;
mod hunted;
mod indicator_list;
mod inert;
mod inventory;
mod keep;
mod memory;
mod multiplicity;
mod notices;
mod order;
mod page;
mod pages;
mod partners;
mod past;
mod poison;
mod program;
mod publish;
mod query;
mod race;
mod real;
mod reread;
mod retention;
mod rules;
mod search;
mod secrets;
mod story;
mod streams;
mod walkthrough;
mod watch;
mod watchlist;
mod writing;
mod years;
