//! `outpace race` as typed.

use clap::Args;

/// `outpace race`
#[derive(Args)]
pub struct Race {
    /// Only machines of this zone
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// The same as --format json
    #[arg(long)]
    pub json: bool,
    /// Leave out the rules that outpace brings along
    #[arg(long)]
    pub no_built_in_rules: bool,
}
