//! `outpace query` and `outpace export`: everything that is kept, for other programs.

use clap::Args;
use std::path::PathBuf;

/// `outpace query`
#[derive(Args)]
pub struct Query {
    /// One statement that reads; `select * from columns` names tables and columns
    #[arg(value_name = "SQL")]
    pub sql: String,
    /// How many rows are given at most; 0: all
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub limit: u64,
    /// After how many seconds it ends without an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
    /// Leave out the rules that outpace brings along
    #[arg(long)]
    pub no_built_in_rules: bool,
}

/// `outpace export`
#[derive(Args)]
pub struct Export {
    /// A directory that is new or empty
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
    /// Link the files of events in place of copying them: no room and no time, but whoever writes into one writes into the
    /// memory
    #[arg(long)]
    pub link: bool,
    /// Leave out the rules that outpace brings along
    #[arg(long)]
    pub no_built_in_rules: bool,
}
