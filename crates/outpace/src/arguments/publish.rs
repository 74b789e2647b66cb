//! `outpace publish`: a report of our own on its way out.

use clap::{Args, Subcommand};
use model::Tlp;
use std::path::PathBuf;

/// Examples of the verb.
pub const EXAMPLES: &str = "Examples:\n  \
    outpace publish report.md\n  \
    outpace publish report.md --format pdf --out report.pdf\n  \
    outpace publish report.md --audience green --cut --format stix > bundle.json\n  \
    outpace publish correct HSIX-2026-17 report.md --note '203.0.113.9 is the mail server of a victim'\n  \
    outpace publish withdraw HSIX-2026-17 --note 'the source took it back' --format misp\n\n\
    The head of a report, its markings and what is checked: docs/publish.md";

/// `outpace publish`
#[derive(Args)]
#[command(subcommand_negates_reqs = true)]
pub struct Publish {
    /// In place of a report that is new
    #[command(subcommand)]
    pub verb: Option<PublishVerb>,
    /// Markdown with a head: id, title, date, tlp, author; `-` is standard input
    #[arg(value_name = "REPORT", required = true)]
    pub report: Option<PathBuf>,
    /// How it is published
    #[command(flatten)]
    pub options: PublishOptions,
}

/// What is done with a report that is published.
#[derive(Subcommand)]
pub enum PublishVerb {
    /// The next version of a report: the same identifiers, what is no longer named is taken back
    #[command(after_help = "Example:\n  \
        outpace publish correct HSIX-2026-17 report.md --note '203.0.113.9 is the mail server of a victim'")]
    Correct {
        /// The report
        id: String,
        /// Its corrected text
        report: PathBuf,
        /// What was wrong; it is printed on every form
        #[arg(long, value_name = "WHY")]
        note: String,
        /// How it is published
        #[command(flatten)]
        options: PublishOptions,
    },
    /// Take a report back: the last version says so in every form
    #[command(after_help = "Example:\n  \
        outpace publish withdraw HSIX-2026-17 --note 'the source took it back' --format stix")]
    Withdraw {
        /// The report
        id: String,
        /// Why; it is printed on every form
        #[arg(long, value_name = "WHY")]
        note: String,
        /// How it is published
        #[command(flatten)]
        options: PublishOptions,
    },
    /// Which reports are published: version, date, marking, state
    #[command(after_help = "Example:\n  outpace publish list --format json")]
    List,
}

/// How a report is published.
#[derive(Args, Default)]
pub struct PublishOptions {
    /// For whom: clear, green, amber, amber+strict, red; what is stricter refuses the report [default: the strictest marking
    /// in it]
    #[arg(long, value_parser = marking, value_name = "MARKING")]
    pub audience: Option<Tlp>,
    /// Leave out the passages that the audience may not see; the report says how many
    #[arg(long)]
    pub cut: bool,
    /// Write to this file in place of standard output; a PDF needs one
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Publish this value although it is known to be good, or is ours. Can be given several times
    #[arg(long, visible_alias = "yes", value_name = "VALUE")]
    pub allow: Vec<String>,
    /// Who is acting [default: the user's name]
    #[arg(long, value_name = "WHO")]
    pub by: Option<String>,
}

/// A marking as people type it.
pub(super) fn marking(text: &str) -> Result<Tlp, String> {
    Tlp::parse(text).ok_or_else(|| "one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED".to_owned())
}
