//! `outpace doctor` and `outpace todo`: what a memory keeps, and what is to be done about it.

use clap::Args;

/// `outpace doctor`
#[derive(Args)]
pub struct Doctor {
    /// Read every document that is kept word for word again: a reader has changed, or names have arrived
    #[arg(long)]
    pub reread: bool,
    /// With --reread: leave out the rules that outpace brings along
    #[arg(long, requires = "reread")]
    pub no_built_in_rules: bool,
}

/// `outpace todo`
#[derive(Args)]
pub struct Todo {
    /// Only what this person has
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
}
