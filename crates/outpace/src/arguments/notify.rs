//! `outpace notify`: one pass over the outbox, and what people ask of it.

use crate::moment::Moment;
use clap::Subcommand;

/// `outpace notify`
#[derive(Subcommand)]
pub enum NotifyVerb {
    /// Route what turned, send what is due, and end: for cron; `outpace watch` does the same while it runs
    Run {
        /// Leave out the rules that outpace brings along
        #[arg(long)]
        no_built_in_rules: bool,
    },
    /// Send a notice that says that it is a test
    Test {
        /// The channel, as it is called in outpace.toml, or a destination as `notify outbox` shows it
        channel: String,
    },
    /// What would have been sent to whom, from what turned since a moment; nothing is sent
    DryRun {
        /// Since this moment, written as in `hunt`
        #[arg(long, value_parser = Moment::parse, value_name = "TIME", allow_hyphen_values = true, default_value = "-30d")]
        since: Moment,
        /// Each notice as its text, not as one line
        #[arg(long)]
        full: bool,
        /// Leave out the rules that outpace brings along
        #[arg(long)]
        no_built_in_rules: bool,
    },
    /// Every notice: to whom, in which state, and why it was dropped or failed
    Outbox {
        /// Only those that could not be sent
        #[arg(long)]
        failed: bool,
        /// Only the notice with these first digits, with its text
        #[arg(value_name = "ID")]
        id: Option<String>,
    },
    /// Try again what could not be sent
    Retry {
        /// The first digits of the notice, as `notify outbox` shows them
        id: String,
    },
    /// Release what others reported about a party to that party
    Release {
        /// The first digits of the finding
        id: String,
    },
}
