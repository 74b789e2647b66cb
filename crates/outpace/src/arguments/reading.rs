//! How logs are read: what they do not say themselves.

use clap::Args;
use telemetry::Zone;

/// What logs do not say themselves.
#[derive(Args)]
pub struct Reading {
    /// The zone of logs that write times without one (+02:00, CET, Europe/Berlin); with NAME=, only for the file, folder
    /// or machine of that name. The first that fits holds
    #[arg(long = "zone", visible_alias = "timezone", value_parser = zone, value_name = "[NAME=]ZONE")]
    pub zones: Vec<(Option<String>, Zone)>,
    /// The machine of the records that name none
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
}

fn zone(text: &str) -> Result<(Option<String>, Zone), String> {
    let (name, zone) =
        text.rsplit_once('=').map_or((None, text), |(name, zone)| (Some(name.to_owned()), zone));
    let help = || "not a zone; write it as +02:00, UTC, CET or Europe/Berlin".to_owned();
    Zone::parse(zone).map(|zone| (name, zone)).ok_or_else(help)
}
