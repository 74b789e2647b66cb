//! `outpace search`: terms, and what is wanted of them.

use crate::moment::Moment;
use clap::Args;
use std::path::PathBuf;

/// `outpace search`
#[derive(Args)]
pub struct Search {
    /// What is searched for, defanged or not; several words are one text. Without one, --actor is searched for
    #[arg(required_unless_present_any = ["from", "new", "actor"], value_name = "TERM")]
    pub term: Option<String>,
    /// Terms of a file, one a line; `-` is standard input; lines that begin with # are passed over
    #[arg(long, value_name = "FILE", conflicts_with = "term")]
    pub from: Option<PathBuf>,
    /// Only what is about this moment or later, written as in `hunt`
    #[arg(long, value_parser = Moment::parse, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<Moment>,
    /// Only what is about an earlier moment, written as for --since
    #[arg(long, value_parser = Moment::parse, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<Moment>,
    /// Only what a source ties to this group or software
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Only what holds this text: in a sentence, a note, a title, a value or the name of a document
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// Only of this source, collection or document
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Also what hangs on it, one step: each with its source, how it was derived, when, how sure
    #[arg(long)]
    pub related: bool,
    /// The page of hits, from 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub page: u32,
    /// Keep terms and hits under a name
    #[arg(long, value_name = "NAME")]
    pub save: Option<String>,
    /// Only what is new since a search was saved under this name, with its terms
    #[arg(long, value_name = "NAME", conflicts_with_all = ["term", "from"])]
    pub new: Option<String>,
    /// Leave out the rules that outpace brings along
    #[arg(long)]
    pub no_built_in_rules: bool,
}
