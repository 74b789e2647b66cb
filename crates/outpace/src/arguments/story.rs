//! `outpace story`: what an analyst says of stories.

use clap::{Args, Subcommand};

/// `outpace story`
#[derive(Subcommand)]
pub enum Story {
    /// Several stories are one intrusion: the first keeps its identifier, the others are joined into it
    #[command(after_help = "Examples:\n  \
        outpace story join 5d0e 81c2 --note 'one campaign'\n  \
        outpace story join 5d0e --undo")]
    Join(Join),
    /// Sightings or machines do not belong to a story: they are taken off, and stay off while they go on
    #[command(after_help = "Examples:\n  \
        outpace story split 5d0e --off 9af3 --note 'the scanner of the auditors'\n  \
        outpace story split 5d0e --off app-2\n  \
        outpace story split 5d0e --undo")]
    Split(Split),
    /// What was said of stories, in order
    #[command(after_help = "Example:\n  outpace story list")]
    List,
}

/// `outpace story join`
#[derive(Args)]
pub struct Join {
    /// The story that keeps its identifier, and those that are one with it: identifiers, or the digits they begin with
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Who says it, and what about
    #[command(flatten)]
    pub said: Said,
}

/// `outpace story split`
#[derive(Args)]
pub struct Split {
    /// The story
    #[arg(value_name = "ID")]
    pub id: String,
    /// What does not belong to it: sightings (identifiers, or the digits they begin with) and machines
    #[arg(long, value_name = "ID", num_args = 1.., required_unless_present = "undo", conflicts_with = "undo")]
    pub off: Vec<String>,
    /// Who says it, and what about
    #[command(flatten)]
    pub said: Said,
}

/// What goes with every word on a story.
#[derive(Args)]
pub struct Said {
    /// A word on it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Take the last join or split of this story back
    #[arg(long, conflicts_with = "note")]
    pub undo: bool,
    /// Who is acting [default: the user's name]
    #[arg(long, value_name = "WHO")]
    pub by: Option<String>,
    /// Leave out the rules that outpace brings along
    #[arg(long)]
    pub no_built_in_rules: bool,
}
