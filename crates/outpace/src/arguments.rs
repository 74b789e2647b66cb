//! The command line, as typed. Help, completions and the manual page all come from here.

mod brief;
mod kept;
mod notify;
mod publish;
mod query;
mod reading;
mod search;
mod story;
mod watch;

pub use brief::{Audience, Brief, Paper};
pub use kept::{Doctor, Todo};
pub use notify::NotifyVerb;
pub use publish::{Publish, PublishOptions, PublishVerb};
pub use query::{Export, Query};
pub use reading::Reading;
pub use search::Search;
pub use story::{Join, Said as StorySaid, Split, Story};
pub use watch::Watch;

use crate::moment::Moment;
use clap::{Args, Parser, Subcommand, ValueEnum};
use model::{Severity, Timestamp, Tlp};
use pipeline::AskedValue;
use std::path::PathBuf;

/// From a threat advisory to an answer about your own network
#[derive(Parser)]
#[command(name = "outpace", version, about, max_term_width = 100)]
#[command(
    after_help = "Verbs have `--help`; so does `outpace help VERB`. Start with `outpace demo`. Nothing is scanned, attacked or executed: outpace reads, joins and reports."
)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub verb: Verb,
    /// Options of every verb
    #[command(flatten)]
    pub shared: Shared,
}

/// The verbs.
#[derive(Subcommand)]
pub enum Verb {
    /// The whole story on a built-in organisation: no network, no set-up
    #[command(after_help = "Example:\n  outpace demo --html report.html")]
    Demo(Demo),
    /// Advisories, what is ours and what our logs say: the answer
    #[command(after_help = "Examples:\n  \
        outpace check aa24-190a.html --estate inventory/ --logs /var/log --knowledge feeds/\n  \
        outpace check report.json --estate sbom.cdx.json --knowledge kev.json --format json\n  \
        outpace check --estate inventory/ --knowledge feeds/ --baseline yesterday.ndjson --fail-on new:high -q\n\n\
        Formats are recognised by content, also inside .gz, .zst, .xz, .bz2, .zip and .tar; see docs in the repository.")]
    Check(Check),
    /// Logs × rules and indicators: sightings, and the stories they make
    #[command(after_help = "Examples:\n  \
        outpace hunt recordings/ --rules sigma/rules/ --min-level medium\n  \
        outpace hunt access.log.gz --intel report.html --since 2026-06-01 --until yesterday\n  \
        outpace hunt access.log.gz --indicator evil[.]example --indicator 203.0.113.0/24\n  \
        outpace hunt evidence.zip --tuning tuning.yml --format timeline > timeline.csv\n  \
        outpace hunt /var/log --summary logons\n\n\
        Unused records in the slack of Windows event logs are counted, not carved.")]
    Hunt(Hunt),
    /// Prose, HTML, STIX, MISP: indicators, CVEs, techniques, groups, controls
    #[command(
        after_help = "Examples:\n  outpace extract report.html\n  curl … | outpace extract - --format csv\n  \
        outpace extract report.html --format list --type ipv4,domain"
    )]
    Extract(Extract),
    /// Why: both sides of a finding, with their places, and what would make it go away
    #[command(after_help = "Example:\n  \
        outpace check advisory.md --estate inventory/ --save last.ndjson\n  \
        outpace explain --in last.ndjson finding--5d0e\n  \
        outpace explain CVE-2021-44228")]
    Explain(Explain),
    /// Rules by themselves: what is wrong with them, which there are, why one does not match
    #[command(subcommand)]
    #[command(after_help = "Examples:\n  \
        outpace rules check sigma/rules/\n  \
        outpace rules test rule.yml recording.evtx")]
    Rules(Rules),
    /// Make a memory: a directory that keeps what was learnt
    #[command(after_help = "Example:\n  outpace init --home /var/lib/outpace")]
    Init,
    /// Learn: what is ours, logs, advisories, knowledge, rules; joined at once with everything that is known
    #[command(after_help = "Examples:\n  \
        outpace ingest inventory/ --source cmdb\n  \
        outpace ingest /var/log/remote --as logs\n  \
        outpace ingest aa24-190a.html && outpace status --changes\n\n\
        What a source said before and does not say now is taken back; a source that lost more than half of what it\n\
        said is held until `outpace ingest PATH --accept`.")]
    Ingest(Ingest),
    /// Follow logs as they grow, standard input and syslog, and learn what is new, until somebody ends it
    #[command(after_help = "Examples:\n  \
        outpace watch /var/log/nginx /var/log/auth.log\n  \
        outpace watch --syslog-udp 0.0.0.0:514 --syslog-tcp 0.0.0.0:601 --metrics 127.0.0.1:9514\n  \
        outpace watch /srv/logs --every 15m /srv/feeds --status /run/outpace.json\n\n\
        SIGTERM ends it after the batch that is being taken; the next start goes on there. What can be lost: docs/watch.md")]
    Watch(Watch),
    /// The answer as of now, over everything that was learnt; --changes: what happened since you last looked
    #[command(after_help = "Examples:\n  \
        outpace status\n  \
        outpace status --changes --cursor night -q --fail-on high\n  \
        outpace status --form handover")]
    Status(Status),
    /// Have we ever seen or known this? Addresses, networks, hashes, domains, URLs, CVEs, techniques, groups, machines,
    /// accounts, file names, words of titles, asked of everything that was learnt
    #[command(after_help = "Examples:\n  \
        outpace search 203.0.113[.]77 --related\n  \
        outpace search '%.evil.example' --since -90d\n  \
        outpace search --from indicators.txt --save night -q && outpace search --new night --save night\n\n\
        `%` at an end of a term is any text. What is about no time counts as of the day on which it was learnt.\n\
        Records of logs are searched by the values in them, not by words: no hit is no proof that it never happened.")]
    Search(Search),
    /// Any other question, in SQL: findings, work, documents, facts, and the kept events; it only reads
    #[command(after_help = "Examples:\n  \
        outpace query \"select severity, count(*) from findings group by severity_rank\"\n  \
        outpace query \"select time, log, raw_data from events_with('ipv4', '203.0.113.9') order by time\"\n  \
        outpace query \"select * from events where source_name = 'gate' and time >= '2026-06-12'\" --format ndjson\n  \
        outpace query \"select * from columns\"\n\n\
        The SQL is that of SQLite. Moments compare by when they are, however they are written. Events are word for word:\n\
        what a log holds, secrets too, is in the answer.")]
    Query(Query),
    /// Everything in open formats, in a directory that is new or empty: Parquet, JSON lines, a script for DuckDB
    #[command(after_help = "Example:\n  outpace export /srv/outpace-2026-07-01\n\n\
        README.md in the directory says what is what. Logs are in it word for word: keep it as closed as the memory.")]
    Export(Export),
    /// The work on findings: acknowledged, in work, accepted until, false positive, resolved
    #[command(after_help = "Examples:\n  \
        outpace triage 5d0e --state in-work --owner anna\n  \
        outpace triage 5d0e --state accepted --until 2027-03-31 --note 'replaced in March'\n  \
        outpace triage --where 'severity:high host:app-1' --state in-work --owner anna\n  \
        outpace triage 5d0e --undo")]
    Triage(Triage),
    /// What people say of stories: these are one intrusion, this does not belong to it
    #[command(subcommand)]
    #[command(
        after_help = "Examples:\n  outpace story join 5d0e 81c2\n  outpace story split 5d0e --off app-2"
    )]
    Story(Story),
    /// Who is faster: of each exploited flaw that touches or touched what is ours the dates of the attackers and ours, the
    /// days won or lost, and the window of exposure
    #[command(after_help = "Examples:\n  \
        outpace race\n  \
        outpace race --zone dmz --json\n  \
        outpace race --format html > race.html\n\n\
        Days count from the first on which a flaw could be attacked (an exploit was public, or a list reports it as\n\
        exploited) to the day on which it was closed here, or to now. What is not known is never counted as zero.")]
    Race(Race),
    /// The briefing of a week: what touches us, what others saw, the world, the race, what is next, what is to be decided
    #[command(after_help = "Examples:\n  \
        outpace brief\n  \
        outpace brief --for management --format pdf --out management.pdf\n  \
        outpace brief --week 2026-W27 --format slides --out slides.html\n  \
        outpace brief --for 'party Tidewise Cranes' --out tidewise.md\n  \
        outpace brief --watch vessels\n\n\
        Numbers are of the period and compared with the one before it; tasks and work are as of now. The same week at the\n\
        same --now gives the same bytes. The shape of --format json: docs/briefing.md")]
    Brief(Brief),
    /// Who must know of what turned gets a notice, once: by mail, webhook, Slack, Teams, ntfy, syslog, CEF, or as a file
    #[command(subcommand)]
    #[command(after_help = "Examples:\n  \
        outpace notify test mail\n  \
        outpace notify dry-run --since -30d\n  \
        outpace notify run\n  \
        outpace notify outbox --failed\n\n\
        Who gets what by which way is in outpace.toml (docs/notices.md). Without configuration notices are files in the\n\
        folder notices of the memory.")]
    Notify(NotifyVerb),
    /// Publish a report of your own: checked, versioned, in every form; correct it, withdraw it
    #[command(after_help = publish::EXAMPLES)]
    Publish(Publish),
    /// What is to be done, the gravest first: one plain list to send on
    #[command(after_help = "Examples:\n  outpace todo\n  outpace todo --owner anna")]
    Todo(Todo),
    /// Take a source back: everything that it said, and what followed from it alone
    #[command(after_help = "Example:\n  outpace forget cmdb")]
    Forget {
        /// The source, as `outpace source list` names it
        source: String,
    },
    /// The sources of a memory
    #[command(subcommand)]
    #[command(after_help = "Examples:\n  outpace source list\n  outpace source rename /srv/export cmdb")]
    Source(SourceVerb),
    /// The whole memory in one file, while others read and learn
    #[command(after_help = "Example:\n  outpace backup /mnt/backup/outpace-2026-07-01.db\n\n\
        The file holds the key too: keep it as closed as the memory. What is there already is never replaced.")]
    Backup {
        /// A file that is not there yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// A memory made of a backup, in a directory that is new or empty (--home)
    #[command(
        after_help = "Example:\n  outpace restore /mnt/backup/outpace-2026-07-01.db --home /var/lib/outpace"
    )]
    Restore {
        /// The file that `outpace backup` has written
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// What is configured, and where it came from: --set, OUTPACE_*, outpace.toml in the memory, built in
    #[command(
        after_help = "Examples:\n  outpace config\n  outpace config check\n  outpace config --set triage.critical=2h"
    )]
    Config {
        /// In place of the values
        #[command(subcommand)]
        verb: Option<ConfigVerb>,
    },
    /// Is everything in the memory whole? --reread: what do its documents say to the program of today?
    #[command(after_help = "Examples:\n  outpace doctor --home /var/lib/outpace\n  outpace doctor --reread")]
    Doctor(Doctor),
    /// Completions for a shell, on standard output
    #[command(after_help = "Example:\n  outpace completions bash > /etc/bash_completion.d/outpace")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The manual page, on standard output
    #[command(after_help = "Example:\n  outpace man | man -l -")]
    Man,
}

/// Options of every verb.
#[derive(Args)]
pub struct Shared {
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = Format::Table, global = true)]
    pub format: Format,
    /// Fix the clock (RFC 3339), so that a run can be repeated to the byte
    #[arg(long, value_parser = moment, global = true, value_name = "TIME")]
    pub now: Option<Timestamp>,
    /// How many threads read logs [default: one a core]
    #[arg(long, global = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true)]
    pub color: Colour,
    /// Who may see what is made of own data: TLP marking, at least this one [default: AMBER+STRICT]. With `extract`: the
    /// marking in place of the reports' own
    #[arg(long, value_parser = publish::marking, global = true, value_name = "MARKING")]
    pub tlp: Option<Tlp>,
    /// Exit with 1 if there is a finding of this severity or worse. `new` or `new:SEVERITY`: only of those that --baseline
    /// does not have, or that are raised or active again since. Exit with 2 if nothing of ours could be judged
    #[arg(long, global = true, value_parser = fail_on, value_name = "[new:]SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Exit with 3 if parts of the input were faulty
    #[arg(long, global = true)]
    pub strict: bool,
    /// The directory of the memory [default: the user's data directory]
    #[arg(long, global = true, env = "OUTPACE_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// A value of outpace.toml for this run, as in `triage.critical=2h`; goes before OUTPACE_* and the file
    #[arg(long, global = true, value_parser = assignment, value_name = "KEY=VALUE")]
    pub set: Vec<(String, String)>,
    /// No progress and no summary on standard error
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// `outpace ingest`
#[derive(Args)]
pub struct Ingest {
    /// Files and directories; formats are recognised by content
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The name of the source that they are of [default: each path]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// As what they are read, where the content does not say
    #[arg(long = "as", value_parser = sort, value_name = "SORT")]
    pub sort: Option<pipeline::Sort>,
    /// Take a source as it is, even if it lost much of what it said
    #[arg(long)]
    pub accept: bool,
    /// How logs are read
    #[command(flatten)]
    pub reading: Reading,
    /// Leave out the rules that outpace brings along
    #[arg(long)]
    pub no_built_in_rules: bool,
}

/// `outpace status`
#[derive(Args)]
pub struct Status {
    /// What happened to findings since you last looked, in place of the whole answer
    #[arg(long)]
    pub changes: bool,
    /// With --changes: since this moment, written as in `hunt`; the cursor does not move
    #[arg(long, value_parser = Moment::parse, value_name = "TIME", allow_hyphen_values = true, requires = "changes")]
    pub since: Option<Moment>,
    /// With --changes: whose reading it is; each reader has a place of its own [default: the user's name]
    #[arg(long, value_name = "NAME", requires = "changes")]
    pub cursor: Option<String>,
    /// In place of the whole answer, what one page is for (as table or md)
    #[arg(long, value_enum, value_name = "FORM", conflicts_with_all = ["changes", "html", "save", "short"])]
    pub form: Option<StatusForm>,
    /// In place of the whole answer, everything about one party of the table of names: its names, what others saw of it,
    /// what it was given, and whether it can reach us (as table, json or ndjson)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["changes", "form", "html", "save", "short"])]
    pub party: Option<String>,
    /// In place of the whole answer, all parties of the table of names in numbers (as table, json or ndjson)
    #[arg(long, conflicts_with_all = ["changes", "form", "html", "save", "short", "party"])]
    pub parties: bool,
    /// Also write one self-contained report page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// The page (--html, --format html) as short as two printed sheets
    #[arg(long)]
    pub short: bool,
    /// Also write the findings, one a line, for `explain` and --baseline
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Leave out the rules that outpace brings along
    #[arg(long)]
    pub no_built_in_rules: bool,
}

/// What one page of a status is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatusForm {
    /// The change of shift: what is critical and open, who has it, what lapses, what changed, who is silent
    Handover,
}

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

/// `outpace triage`
#[derive(Args)]
pub struct Triage {
    /// Findings, by identifier or the digits that it begins with
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// The findings for which this holds: severity:high, kind:exposure, host:NAME, rule:ID; several, with blanks: all hold
    #[arg(long = "where", value_name = "EXPR", conflicts_with_all = ["ids", "all"])]
    pub condition: Option<String>,
    /// All findings that are there
    #[arg(long, conflicts_with = "ids")]
    pub all: bool,
    /// Also other findings that are there: on the same machine, of the same rule, of the same flaw or value
    #[arg(long, value_enum, value_name = "SCOPE", default_value_t = Reach::This, requires = "ids")]
    pub scope: Reach,
    /// Yes, all of those that a wider --scope or --all means
    #[arg(long)]
    pub yes: bool,
    /// The state of the work
    #[arg(long, value_enum, value_name = "STATE")]
    pub state: Option<WorkState>,
    /// Of what is accepted or false: until this day (YYYY-MM-DD); of what is in work: to be done by then
    #[arg(long, value_parser = day, value_name = "DAY")]
    pub until: Option<model::Date>,
    /// Who does it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// Who does it, if nobody does yet
    #[arg(long, value_name = "WHO", conflicts_with = "owner")]
    pub assign: Option<String>,
    /// A word on it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Keep its evidence for ever
    #[arg(long)]
    pub hold: bool,
    /// Take the last act on it back
    #[arg(long, conflicts_with_all = ["state", "owner", "assign", "note", "hold", "until"])]
    pub undo: bool,
    /// Who is acting [default: the user's name]
    #[arg(long, value_name = "WHO")]
    pub by: Option<String>,
}

/// `outpace config`
#[derive(Subcommand)]
pub enum ConfigVerb {
    /// What is wrong: each wrong key or value with its line and what to do about it
    Check,
}

/// How far an act on a finding reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reach {
    /// This finding
    This,
    /// All on its machine
    Host,
    /// All of its rule, indicator or check
    Rule,
    /// All of its flaw and product, indicator or name, on any machine
    Value,
}

/// States of the work on a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WorkState {
    /// As if nobody had looked
    New,
    /// Seen
    Acknowledged,
    /// Somebody works on it
    InWork,
    /// The risk is accepted, until a day
    Accepted,
    /// It is wrong, until a day
    FalsePositive,
    /// Resolved: the intruder is out
    Contained,
    /// Resolved: the flaw or gap is closed
    Fixed,
    /// Resolved: somebody was meant to do it
    Benign,
    /// Resolved: another finding says the same
    Duplicate,
}

/// `outpace source`
#[derive(Subcommand)]
pub enum SourceVerb {
    /// Which there are, how many documents each has, when each was last read
    List,
    /// Another name for a source
    Rename {
        /// The name now
        from: String,
        /// The name from now on
        to: String,
    },
}

/// Which findings end a run with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOn {
    /// Only those that are new, raised or active again since the baseline.
    pub new: bool,
    /// Of this severity or worse.
    pub severity: Severity,
}

/// `outpace demo`
#[derive(Args)]
pub struct Demo {
    /// Also write one self-contained report page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// The page (--html, --format html) as short as two printed sheets
    #[arg(long)]
    pub short: bool,
    /// Also write the findings, one a line, for `explain` and --baseline
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// An earlier answer, as --save wrote it (or --format ndjson or json): what is new, changed and gone since
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the organisation's files to a directory, to look at and edit
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// `outpace check`
#[derive(Args)]
pub struct Check {
    /// Advisories: text, Markdown, HTML, STIX, MISP; `-` is standard input. Without one, all that --knowledge and the rules
    /// hold is asked about what is ours
    #[arg(required_unless_present_any = ["estate", "logs"], value_name = "ADVISORY")]
    pub advisories: Vec<PathBuf>,
    /// What we own: SBOMs, package lists, tables of devices, accounts, zones, names
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub estate: Vec<PathBuf>,
    /// What happened: logs
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub logs: Vec<PathBuf>,
    /// What the world knows and saw: KEV, CVE, OSV, ATT&CK, end of life, collections
    #[arg(long, num_args = 1.., value_name = "PATH", visible_alias = "collections")]
    pub knowledge: Vec<PathBuf>,
    /// Sigma rules beside the built-in ones
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Only the rules of --rules
    #[arg(long)]
    pub no_built_in_rules: bool,
    /// Tuning of rules: see `outpace hunt --help`
    #[arg(long, value_name = "FILE")]
    pub tuning: Option<PathBuf>,
    /// Your own log sources: which records are of which Sigma log source, and what their fields are called
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// How logs are read
    #[command(flatten)]
    pub reading: Reading,
    /// Also write one self-contained report page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// The page (--html, --format html) as short as two printed sheets
    #[arg(long)]
    pub short: bool,
    /// Also write the findings, one a line, for `explain` and --baseline
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// An earlier answer, as --save wrote it (or --format ndjson or json): what is new, changed and gone since
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
}

/// `outpace hunt`
#[derive(Args)]
pub struct Hunt {
    /// Logs: files, directories, archives; `-` is standard input
    #[arg(required = true, value_name = "LOGS")]
    pub logs: Vec<PathBuf>,
    /// Sigma rules beside the built-in ones
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Only the rules of --rules
    #[arg(long)]
    pub no_built_in_rules: bool,
    /// Indicators: reports, STIX bundles, MISP events
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub intel: Vec<PathBuf>,
    /// One indicator, defanged or not: an address, network, domain, URL, mail address, hash, file name, path, registry
    /// key or user agent. Can be given several times
    #[arg(long, value_name = "VALUE", value_parser = indicator)]
    pub indicator: Vec<AskedValue>,
    /// What we own: names and addresses of machines, so that one machine is one
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub estate: Vec<PathBuf>,
    /// Only records from this moment on: RFC 3339, a day, `today`, `yesterday`, or so long ago (`-7d`, `-12h`)
    #[arg(long, value_parser = Moment::parse, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<Moment>,
    /// Only records before this moment, written as for --since
    #[arg(long, value_parser = Moment::parse, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<Moment>,
    /// Only rules of this level or worse
    #[arg(long, value_parser = level, value_name = "LEVEL")]
    pub min_level: Option<sigma::Level>,
    /// Only rules of this status (stable, test, experimental, deprecated, unsupported)
    #[arg(long, value_parser = status, value_name = "STATUS")]
    pub status: Vec<sigma::Status>,
    /// Only rules with this identifier, or these words in title or file name
    #[arg(long, value_name = "RULE")]
    pub rule: Vec<String>,
    /// No rules with this identifier, or these words in title or file name
    #[arg(long, value_name = "RULE")]
    pub exclude: Vec<String>,
    /// Tuning: rules disabled or given another level, exceptions with owner and expiry, critical hosts, values
    /// of placeholders
    #[arg(long, value_name = "FILE")]
    pub tuning: Option<PathBuf>,
    /// Your own log sources: which records are of which Sigma log source, and what their fields are called
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// How logs are read
    #[command(flatten)]
    pub reading: Reading,
    /// In place of the sightings, a summary (as table, csv, json or ndjson)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub summary: Option<Summary>,
    /// Also write one self-contained report page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// The page (--html, --format html) as short as two printed sheets
    #[arg(long)]
    pub short: bool,
    /// Also write the findings, one a line, for `explain` and --baseline
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// An earlier answer, as --save wrote it (or --format ndjson or json): what is new, changed and gone since
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
}

/// What a hunt can sum up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Summary {
    /// Who logged on where, how, from where, how often
    Logons,
}

/// `outpace extract`
#[derive(Args)]
pub struct Extract {
    /// Files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Only values of these types: ipv4, ipv6, network, domain, url, email, md5, sha1, sha256, sha512, file-name, path,
    /// registry-key, user-agent, autonomous-system, vulnerability, technique, actor, software, control
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',', value_parser = value_type)]
    pub types: Vec<String>,
    /// Names of groups and software beside the built-in ones: ATT&CK or other STIX bundles
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub knowledge: Vec<PathBuf>,
}

/// `outpace explain`
#[derive(Args)]
pub struct Explain {
    /// A finding's identifier, or its beginning; without --in also whatever `search` can be asked for
    pub id: String,
    /// The findings of a run, as `--save` wrote them; `-` is standard input [default: the memory]
    #[arg(long = "in", value_name = "FILE")]
    pub findings: Option<PathBuf>,
    /// Leave out the rules that outpace brings along
    #[arg(long, conflicts_with = "findings")]
    pub no_built_in_rules: bool,
}

/// `outpace rules`
#[derive(Subcommand)]
pub enum Rules {
    /// What is wrong with rules: name, file, line, underlined place, help
    #[command(after_help = "Example:\n  outpace rules check sigma/rules/ --strict")]
    Check {
        /// Files and directories of Sigma rules
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// A tuning file, checked and applied: it may hold values of placeholders
        #[arg(long, value_name = "FILE")]
        tuning: Option<PathBuf>,
    },
    /// Which rules there are: level, status, log source, title, techniques
    #[command(after_help = "Examples:\n  outpace rules list\n  outpace rules list rules/ --format csv")]
    List {
        /// Files and directories of Sigma rules; without them the built-in ones
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Why a rule did or did not match, value by value, or why it was not even asked
    #[command(after_help = "Example:\n  outpace rules test rule.yml recording.evtx")]
    Test {
        /// A file of Sigma rules
        rule: PathBuf,
        /// Logs
        #[arg(required = true, value_name = "LOGS")]
        logs: Vec<PathBuf>,
        /// A tuning file: values of placeholders, disabled rules
        #[arg(long, value_name = "FILE")]
        tuning: Option<PathBuf>,
        /// A mapping file: log sources and names of your own logs
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        /// How logs are read
        #[command(flatten)]
        reading: Reading,
    },
}

/// Forms of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on a terminal
    Table,
    /// One document
    Json,
    /// One finding a line
    Ndjson,
    /// One finding a row
    Csv,
    /// Markdown
    Md,
    /// One self-contained page
    Html,
    /// A layer of the ATT&CK Navigator
    Navigator,
    /// Every hit in order of time, as CSV with the columns of Hayabusa's standard profile
    Timeline,
    /// The same as JSON lines
    TimelineJsonl,
    /// A STIX 2.1 bundle
    Stix,
    /// One OCSF event a line
    Ocsf,
    /// A SARIF 2.1.0 log
    Sarif,
    /// Bare values, one a line
    List,
    /// Events of MISP
    Misp,
    /// A page to print
    Pdf,
    /// Slides in one HTML file
    Slides,
    /// Slides to print, one a page
    SlidesPdf,
}

impl Format {
    /// The name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "not a time; write it as 2026-07-01T06:00:00Z".to_owned())
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
    parts.ok_or_else(|| "not a key with a value; write it as triage.critical=2h".to_owned())
}

fn indicator(text: &str) -> Result<AskedValue, String> {
    text.parse()
}

fn value_type(text: &str) -> Result<String, String> {
    let types = report::extract_types();
    let known = types.iter().find(|name| name.eq_ignore_ascii_case(text.trim()));
    known.map(|name| (*name).to_owned()).ok_or_else(|| format!("one of {}", types.join(", ")))
}

fn fail_on(text: &str) -> Result<FailOn, String> {
    let (new, severity) = match text.trim().split_once(':') {
        None if text.trim().eq_ignore_ascii_case("new") => (true, "informational"),
        None => (false, text),
        Some((word, severity)) if word.trim().eq_ignore_ascii_case("new") => (true, severity),
        Some(_) => (false, ""),
    };
    let help = "one of critical, high, medium, low, informational, or new, or new: and one of them";
    Severity::parse(severity).map(|severity| FailOn { new, severity }).ok_or_else(|| help.to_owned())
}

fn level(text: &str) -> Result<sigma::Level, String> {
    sigma::Level::parse(text).ok_or_else(|| "one of critical, high, medium, low, informational".to_owned())
}

fn status(text: &str) -> Result<sigma::Status, String> {
    sigma::Status::parse(text)
        .ok_or_else(|| "one of stable, test, experimental, deprecated, unsupported".to_owned())
}

fn sort(text: &str) -> Result<pipeline::Sort, String> {
    pipeline::Sort::parse(text).ok_or_else(|| {
        "one of estate, logs, intel, knowledge, collections, rules, tuning, mapping".to_owned()
    })
}

fn day(text: &str) -> Result<model::Date, String> {
    model::Date::parse(text).ok_or_else(|| "not a day; write it as 2027-03-31".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_fails_a_run_is_a_severity_of_all_findings_or_of_the_new() {
        let of = |new, severity| Ok(FailOn { new, severity });
        assert_eq!(fail_on("HIGH"), of(false, Severity::High));
        assert_eq!(fail_on("new"), of(true, Severity::Informational));
        assert_eq!(fail_on("New: medium"), of(true, Severity::Medium));
        for text in ["", "newer", "old:high", "new:", "high:new", ":high"] {
            assert!(fail_on(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_verb_has_an_example() {
        for verb in Arguments::command().get_subcommands().filter(|verb| verb.get_name() != "help") {
            let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{} has no example", verb.get_name());
        }
    }
}
