//! From sources to the answer: what is read in which order, for every door alike.
//!
//! A door (a command line, a service) makes a [`Question`] of four parts: what to read ([`Inputs`]), which rules
//! are asked ([`RuleChoice`]), what is wanted of the answer ([`Wishes`]), and the moment. [`ask`] reads the sources
//! through the walls, joins them in `findings`, and gives an [`Answered`]. The room knows no terminal: progress is
//! a [`Progress`] that the door brings, and a kind of input in which nothing was readable is data
//! ([`Answered::nothing_in`], [`NothingReadable`]), about which the door decides.
//!
//! ```
//! use model::Timestamp;
//! use pipeline::{Inputs, Question, RuleChoice, Source, Wishes, ask};
//!
//! let advisory: &[u8] = b"# A group\n\nIts server is evil[.]harbour[.]example (T1071.001).\n";
//! let log: &[u8] = b"192.0.2.7 - - [12/Jun/2026:03:14:07 +0000] \"GET /x HTTP/1.1\" 200 5 \"http://evil.harbour.example/\" \"-\"\n";
//! let question = Question {
//!     inputs: Inputs {
//!         advisories: Source::BuiltIn(vec![("advisory.md", advisory)]),
//!         logs: Source::BuiltIn(vec![("web-1/access.log", log)]),
//!         ..Inputs::default()
//!     },
//!     rules: RuleChoice::default(),
//!     wishes: Wishes::default(),
//!     now: Timestamp::parse("2026-07-01T06:00:00Z").unwrap(),
//! };
//! let answered = ask(&question, &()).unwrap();
//! assert_eq!(answered.answer.findings[0].intel.id, "evil.harbour.example");
//! ```
//!
//! Why a room of its own: the order of reading keeps memory small, and every door must keep the same order.
//!
//! Invariants: the answer is a function of what the sources hold, never of threads or of the order within a kind of
//! input; no clock and no environment; files that the program carries come as [`Source::BuiltIn`] from the door.

mod advisories;
mod ask;
mod asked;
mod asked_rules;
mod brief;
mod choice;
mod due;
mod earlier;
mod facts;
mod holes;
mod intake;
mod keeping;
mod learn;
mod logs;
mod machines;
mod mapping;
mod notices;
mod parties;
mod past;
mod progress;
mod publish;
mod question;
mod recall;
mod regroup;
mod remembered;
mod retention;
mod rows;
mod rules;
mod search;
mod sort;
mod source;
mod spool;
mod timeline;
mod watch;

pub use ask::{Answered, NoAnswer, NothingReadable, ask};
pub use asked::AskedValue;
pub use brief::{BriefWish, NoBrief, WatchWish, brief};
pub use choice::RuleChoice;
pub use earlier::{Earlier, Uncomparable};
pub use findings::{
    Key, Newly, Regrouping, SaidBy, Scope, Spool, StepHere, Steps, StoryHere, Turn, What, Why,
};
pub use intake::Intake;
pub use learn::{Fate, Learned, Learning, Learnt, READERS, forget_source, learn};
pub use mapping::mapping;
pub use memory::Event;
pub use notices::{
    Condition, NoticeMeans, Outgoing, Passed, Rehearsed, Sealed, SendNotice, party_of, pass_notices,
    rehearse_notices,
};
pub use parties::{PartyMeans, list_parties, party_page};
pub use past::{Paid, pay};
pub use progress::{InputKind, Progress};
pub use publish::{ListedReport, NotPublished, PublishAct, PublishWish, Published, listed_reports, publish};
pub use question::{Inputs, Question, Wishes};
pub use recall::{recall, recall_ours, recall_with, recall_with_ours};
pub use regroup::{ChooseRegrouping, RegroupAct, RegroupedStories, regroup};
pub use remembered::RaceWish;
pub use retention::{LetGo, Retention, keep_up};
pub use rules::{CompiledRules, EachText, RuleBook};
pub use search::{
    Group, HITS_MAX, Hit, How, SavedSearch, SearchMeans, SearchWish, Searched, TERMS_MAX, TIES_MAX, Terms,
    Tie, Total, UnreadableSearch, search, search_beside,
};
pub use sort::Sort;
pub use source::Source;
pub use spool::Spooled;
pub use timeline::Timeline;
pub use watch::{Joins, PositionOf, WatchPiece, Watched, Watching};
