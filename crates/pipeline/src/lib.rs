//! From sources to the answer: what is read in which order, for every door alike.
//!
//! A door (a command line, a service) makes a [`Question`] of four parts: what to read ([`Inputs`]), which rules
//! are asked ([`RuleChoice`]), what is wanted of the answer ([`Wishes`]), and the moment. [`ask`] reads the sources
//! through the walls, joins them in `findings`, and gives an [`Answered`]. The room knows no terminal: progress is
//! a [`Progress`] that the door brings, and a kind of input in which nothing was readable is data
//! ([`Answered::nothing_in`], [`NothingReadable`]), about which the door decides.
//!
//! Why a room of its own: the order of reading keeps memory small, and every door must keep the same order.
//!
//! Invariants: the answer is a function of what the sources hold, never of threads or of the order within a kind of
//! input; no clock and no environment; files that the program carries come as [`Source::BuiltIn`] from the door.

mod advisories;
mod ask;
mod choice;
mod facts;
mod holes;
mod intake;
mod logs;
mod mapping;
mod progress;
mod question;
mod rules;
mod source;
mod spool;
mod timeline;

pub use ask::{Answered, NothingReadable, ask};
pub use choice::RuleChoice;
pub use findings::Scope;
pub use intake::Intake;
pub use mapping::mapping;
pub use progress::{InputKind, Progress};
pub use question::{Inputs, Question, Wishes};
pub use rules::{CompiledRules, EachText, RuleBook};
pub use source::Source;
pub use spool::Spooled;
pub use timeline::Timeline;
