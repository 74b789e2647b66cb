//! `outpace watch`: what is followed, and where the numbers go.

use super::reading::Reading;
use clap::Args;
use std::path::PathBuf;

/// `outpace watch`
#[derive(Args)]
pub struct Watch {
    /// Files and directories; `-` is standard input
    #[arg(value_name = "PATH", required_unless_present_any = ["syslog_udp", "syslog_tcp", "syslog_tls"])]
    pub paths: Vec<PathBuf>,
    /// Listen for syslog over UDP
    #[arg(long, value_name = "ADDRESS")]
    pub syslog_udp: Vec<String>,
    /// Listen for syslog over TCP
    #[arg(long, value_name = "ADDRESS")]
    pub syslog_tcp: Vec<String>,
    /// Listen for syslog over TLS
    #[arg(long, value_name = "ADDRESS", requires = "cert", requires = "key")]
    pub syslog_tls: Vec<String>,
    /// The certificate for --syslog-tls, and those of its issuers (PEM)
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// Its key (PEM)
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Also learn what a directory holds, now and again after this time: feeds, inventories
    #[arg(long, num_args = 2, value_names = ["TIME", "DIR"])]
    pub every: Vec<String>,
    /// Write the numbers, one line of JSON, into a file; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub status: Option<PathBuf>,
    /// Give the numbers to Prometheus at http://ADDRESS/metrics
    #[arg(long, value_name = "ADDRESS")]
    pub metrics: Option<String>,
    /// Take what is there now, and end
    #[arg(long)]
    pub once: bool,
    /// How logs are read
    #[command(flatten)]
    pub reading: Reading,
    /// Leave out the rules that outpace brings along
    #[arg(long)]
    pub no_built_in_rules: bool,
}
