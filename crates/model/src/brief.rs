//! What a briefing says: a period of a memory in numbers, each with the findings behind it, and what follows for the next.
//!
//! Plain data, so that a page, slides and JSON say the same. What holds at the end of the period is counted from turns;
//! what only holds now (work of people, what to do first) says the moment.
//!
//! Invariants: of each row, what was open before, plus what is new or moved in, less what was closed or moved out, is what
//! is open at the end; a number that nobody knows is absent, which is no zero.

use crate::answer::LookedAt;
use crate::race::{RaceRow, RaceWindow};
use crate::{Date, FindingId, Place, Severity, Timestamp, Tlp};
use std::collections::BTreeMap;

/// For whom a briefing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// Those who decide: one page without jargon.
    Management,
    /// Those who work on it.
    #[default]
    Team,
    /// A party with this name: only what is about it.
    Party(String),
}

/// The period of a briefing: from a moment to before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// What it is called: `2026-W27`, or its days.
    pub name: String,
    /// Its first moment.
    pub since: Timestamp,
    /// The moment at which it ends; what happened at that moment is of the next period.
    pub until: Timestamp,
    /// The same in local time, as if it were UTC.
    pub local: (Timestamp, Timestamp),
    /// The name of the zone in which days begin.
    pub zone: String,
}

impl Period {
    /// Whether a moment is in it.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.since <= at && at < self.until
    }

    /// Whether a day begins in it.
    #[must_use]
    pub fn holds_day(&self, day: Date) -> bool {
        self.local.0 <= day.start() && day.start() < self.local.1
    }

    /// The period of the same length before it.
    #[must_use]
    pub fn before(&self) -> Self {
        let back = |from: Timestamp, until: Timestamp| from.plus_seconds(-until.seconds_since(from));
        Self {
            name: String::new(),
            since: back(self.since, self.until),
            until: self.since,
            local: (back(self.local.0, self.local.1), self.local.0),
            zone: self.zone.clone(),
        }
    }
}

/// A finding that a number counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// How bad it is.
    pub severity: Severity,
    /// Its title at the end of the period.
    pub title: String,
    /// The finding.
    pub id: FindingId,
}

/// Findings: how many, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingsOf {
    /// How many there are.
    pub count: u64,
    /// The first [`FindingsOf::LISTED_MAX`], the gravest first.
    pub listed: Vec<Counted>,
}

impl FindingsOf {
    /// How many findings are listed behind a number.
    pub const LISTED_MAX: usize = 100;
}

/// What a finding is to people who are briefed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Touch {
    /// An intrusion: a story of sightings.
    Intrusion,
    /// An account that was stolen and used here.
    MisusedAccount,
    /// A machine or name of ours that others saw in trouble.
    OwnMachine,
    /// An account of ours that others saw in a leak or theft.
    OwnAccount,
    /// The same of a partner.
    Partner,
    /// A sign in our logs that is part of no story.
    Sign,
    /// A flaw to be closed now.
    FlawAct,
    /// A flaw to be closed soon.
    FlawAttend,
    /// A flaw to be closed in its turn.
    FlawTrack,
    /// An advised control that is missing.
    Control,
}

impl Touch {
    /// All, in the order of a page.
    pub const ALL: [Self; 10] = [
        Self::Intrusion,
        Self::MisusedAccount,
        Self::OwnMachine,
        Self::OwnAccount,
        Self::Partner,
        Self::Sign,
        Self::FlawAct,
        Self::FlawAttend,
        Self::FlawTrack,
        Self::Control,
    ];

    /// The word in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Intrusion => "intrusions",
            Self::MisusedAccount => "misused accounts",
            Self::OwnMachine => "own machines reported",
            Self::OwnAccount => "own accounts reported",
            Self::Partner => "partners reported",
            Self::Sign => "other signs in logs",
            Self::FlawAct => "flaws: act",
            Self::FlawAttend => "flaws: attend",
            Self::FlawTrack => "flaws: track",
            Self::Control => "advised controls failing",
        }
    }
}

/// One row of what touches us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchRow {
    /// What is counted.
    pub touch: Touch,
    /// How many were open when the period began.
    pub before: u64,
    /// What was not there before and was opened in the period.
    pub new: FindingsOf,
    /// How many were there before and became of this row in the period: their grade is another.
    pub moved_in: u64,
    /// How many are of another row now.
    pub moved_out: u64,
    /// What is not there any more.
    pub closed: FindingsOf,
    /// What is open at the end of the period.
    pub open: FindingsOf,
    /// How many of these people have set aside, as of now.
    pub set_aside: u64,
}

/// What is known of one intrusion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BriefIntrusion {
    /// The finding.
    pub id: FindingId,
    /// Its title.
    pub title: String,
    /// When its first sign was.
    pub first: Option<Timestamp>,
    /// When its last sign was.
    pub last: Option<Timestamp>,
    /// When it was learnt.
    pub learnt: Timestamp,
    /// Machines, from first touched to last.
    pub hosts: Vec<String>,
    /// Accounts that acted in it.
    pub accounts: Vec<String>,
    /// How many steps.
    pub steps: u64,
    /// Groups it is consistent with.
    pub actors: Vec<String>,
    /// What is known of its time and its open ends.
    pub notes: Vec<String>,
}

/// What one collection saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CollectionRow {
    /// The collection.
    pub name: String,
    /// Records of the period, each counted once.
    pub now: u64,
    /// Records of the period before.
    pub before: u64,
    /// Of the period, those about us.
    pub ours_now: u64,
    /// Of the period before, those about us.
    pub ours_before: u64,
    /// Of the period, those about partners.
    pub partners_now: u64,
    /// Of the period before, those about partners.
    pub partners_before: u64,
    /// Records of an earlier day that were learnt in the period, and are about us or a partner.
    pub late: u64,
    /// Records without a day of their own: they are of the day on which they were learnt.
    pub undated: u64,
    /// About whom of ours or a partner, in these periods: whose value, what was seen, how often.
    pub about: BTreeMap<(String, String), u64>,
    /// The day of its newest record.
    pub newest: Option<Date>,
}

/// What others saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OthersSaw {
    /// Collection by collection, in order of name.
    pub collections: Vec<CollectionRow>,
    /// Addresses with the most records of the period: the address, its records, whether it is ours or a partner's.
    pub addresses: Vec<(String, u64, bool)>,
    /// Families of malware with the most records of the period, and with those of the period before.
    pub families: Vec<(String, u64, u64)>,
    /// Records that may not be passed on to the party.
    pub kept_back: u64,
}

/// A flaw of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldFlaw {
    /// The vulnerability.
    pub id: String,
    /// The product, as the list names it.
    pub product: String,
    /// On which day.
    pub day: Date,
    /// Until when it is to be closed, where a list says so.
    pub due: Option<Date>,
    /// How many exposures of ours it has now.
    pub ours: u64,
    /// The first of our machines with it.
    pub hosts: Vec<String>,
}

/// An advisory that was learnt in the period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BriefAdvisory {
    /// Its title.
    pub title: String,
    /// Who published it.
    pub publisher: Option<String>,
    /// Groups it names.
    pub actors: Vec<String>,
    /// How many flaws it names.
    pub flaws: u64,
    /// Those of ours: the flaw, and where.
    pub flaws_ours: Vec<(String, String)>,
    /// Those that are not with us.
    pub flaws_not_ours: Vec<String>,
    /// Those about which nothing can be said.
    pub flaws_unknown: Vec<String>,
    /// How many indicators it lists.
    pub indicators: u64,
    /// Kinds of its indicators that were met here, each with what is known.
    pub seen: Vec<(String, String)>,
}

/// What the world learnt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BriefWorld {
    /// Flaws that were added to KEV in the period, those of ours first.
    pub kev: Vec<WorldFlaw>,
    /// The day of the newest entry of KEV that was known at the end of the period.
    pub kev_newest: Option<Date>,
    /// Flaws whose exploit was made public in the period, those of ours first.
    pub exploits: Vec<WorldFlaw>,
    /// The day of the newest exploit that was known.
    pub exploits_newest: Option<Date>,
    /// Advisories that were learnt in the period.
    pub advisories: Vec<BriefAdvisory>,
    /// Mistakes of sources.
    pub slips: Vec<String>,
}

/// The race at the end of the period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BriefRace {
    /// In numbers.
    pub window: RaceWindow,
    /// How many flaws were closed before they could be attacked, and how many after, or are open.
    pub ahead: u64,
    /// The others, of which days are known.
    pub behind: u64,
    /// The numbers at the end of the period before, where the memory reaches back.
    pub before: Option<RaceWindow>,
    /// The flaw that could be attacked for the longest time and is open.
    pub oldest: Option<RaceRow>,
    /// How many days it could be attacked.
    pub oldest_days: Option<i64>,
    /// Flaws whose last exposure was closed in the period.
    pub closed: Vec<String>,
}

/// By when something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// It was to be done by this day.
    Overdue(Date),
    /// Now.
    AtOnce,
    /// By the end of this day.
    By(Date),
    /// No day is set.
    Open,
}

/// Something that is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BriefTask {
    /// What.
    pub what: String,
    /// On what.
    pub entity: String,
    /// Who has to.
    pub owner: Option<String>,
    /// By when.
    pub due: Due,
    /// Why that day: `on KEV`, `in work`.
    pub due_why: &'static str,
    /// How bad what it answers is.
    pub severity: Severity,
    /// What it answers.
    pub findings: Vec<FindingId>,
}

/// What somebody is asked to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionWanted {
    /// About what.
    pub about: DecisionAbout,
    /// How many things it is about.
    pub count: u64,
    /// How many of them face the internet, where that matters.
    pub facing: Option<u64>,
    /// The first of them by name.
    pub names: Vec<String>,
    /// The findings behind it.
    pub findings: Vec<FindingId>,
    /// The first day that matters for it.
    pub day: Option<Date>,
}

/// About what somebody is asked to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DecisionAbout {
    /// Who leads on what is critical and nobody has.
    Unclaimed,
    /// Whether an intrusion or misuse must be reported.
    Reporting,
    /// Devices at the edge that nobody maintains any more.
    Unsupported,
    /// Risks that were accepted and whose time ends.
    AcceptanceEnds,
}

impl DecisionAbout {
    /// The word in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unclaimed => "unclaimed",
            Self::Reporting => "reporting",
            Self::Unsupported => "unsupported devices",
            Self::AcceptanceEnds => "acceptance ends",
        }
    }
}

/// Something that people or the passing of time did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BriefDone {
    /// In a few words: `closed, fixed: another version is there`.
    pub what: String,
    /// Whether people did it.
    pub by_people: bool,
    /// The findings: how many, and the first by title.
    pub count: u64,
    /// The first of them.
    pub findings: Vec<Counted>,
}

/// What a party's briefing has of one record about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyRow {
    /// The value that was reported.
    pub value: String,
    /// What was seen.
    pub what: String,
    /// Who saw it.
    pub collection: String,
    /// How many records.
    pub count: u64,
    /// When it was first seen.
    pub first: Option<Timestamp>,
    /// When it was last seen.
    pub last: Option<Timestamp>,
    /// Whether it became known in the period.
    pub is_new: bool,
    /// What to do.
    pub remedy: String,
    /// The finding.
    pub id: FindingId,
}

/// Where a watched word was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatchedWord {
    /// The word as the list has it.
    pub word: String,
    /// As it was found.
    pub found: String,
    /// Whether letters look like others there, or one is dropped or exchanged.
    pub is_variant: bool,
    /// In what of the mail, record or report: `subject`, `sender`, `text` …
    pub place: String,
}

/// What sort of thing a watched word was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WatchedIn {
    /// A mail, by the log of a mail server.
    MailLog,
    /// A record of a collection.
    Collection,
    /// A report.
    Report,
}

impl WatchedIn {
    /// The word in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MailLog => "mail log",
            Self::Collection => "collection",
            Self::Report => "report",
        }
    }
}

/// A mail, record or report with a watched word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatchedRow {
    /// When; of a report without a moment the one at which it was learnt.
    pub time: Timestamp,
    /// The subject, or what the record or report is called.
    pub subject: String,
    /// What a server, gateway or source says was found in it.
    pub detections: Vec<String>,
    /// Who sent it; of a report who published it.
    pub sender: Option<String>,
    /// Who got it: the first of them.
    pub recipients: Vec<String>,
    /// The words that were found.
    pub words: Vec<WatchedWord>,
    /// What sort of thing it is.
    pub of: WatchedIn,
    /// The document or collection.
    pub source: String,
    /// Where in it.
    pub place: Place,
}

/// Domains or subjects with their numbers: the most frequent, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MostFrequent {
    /// The most frequent first, each with whose it is where that is known.
    pub listed: Vec<(String, u64, Option<String>)>,
    /// How many different ones there are.
    pub count: u64,
}

/// What was looked through for watched words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchedLooked {
    /// Mails of the period in logs of mail servers, each once.
    pub mails: u64,
    /// The time of the first line of them.
    pub first: Option<Timestamp>,
    /// The time of the last.
    pub last: Option<Timestamp>,
    /// Lines of mail servers without a time: of no period.
    pub untimed: u64,
    /// Logs of mail servers, of whatever period.
    pub logs: u64,
    /// Records of collections of the period.
    pub records: u64,
    /// Reports that are of the period or were learnt in it.
    pub reports: u64,
    /// Of these, those whose text is not kept: only titles and the sentences that name something were looked through.
    pub without_text: u64,
}

/// What was found of a list of watched words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The list.
    pub list: String,
    /// In which period it was looked.
    pub period: Period,
    /// How many words are looked for.
    pub words: u64,
    /// Words of the list whose time is over.
    pub expired: u64,
    /// What was found, the newest first: the first [`Watched::ROWS_MAX`].
    pub rows: Vec<WatchedRow>,
    /// How many mails, records and reports there are.
    pub count: u64,
    /// Of these, those in which the words are variants only.
    pub variants: u64,
    /// The most frequent subjects of mails and records.
    pub subjects: MostFrequent,
    /// Domains of senders that are neither ours nor a partner's.
    pub attackers: MostFrequent,
    /// Mails and records whose sender is ours or a partner.
    pub known_senders: u64,
    /// Domains of recipients.
    pub targets: MostFrequent,
    /// What was looked through.
    pub looked: WatchedLooked,
    /// Bounds that were hit, and what could not be read, in sentences.
    pub bounds: Vec<String>,
}

impl Watched {
    /// How many rows are listed.
    pub const ROWS_MAX: usize = 1_000;
}

/// A briefing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// Whose it is.
    pub organisation: String,
    /// For whom.
    pub audience: Audience,
    /// Of which period.
    pub period: Period,
    /// The moment at which it was made.
    pub now: Timestamp,
    /// The same in local time, as if it were UTC.
    pub now_local: Timestamp,
    /// When the memory began.
    pub began: Timestamp,
    /// Whether the memory reaches back before the period: only then there is something to compare with.
    pub has_past: bool,
    /// What touches us.
    pub touches: Vec<TouchRow>,
    /// Intrusions that are open, the gravest first.
    pub intrusions: Vec<BriefIntrusion>,
    /// What others saw.
    pub others: OthersSaw,
    /// The world.
    pub world: BriefWorld,
    /// The race.
    pub race: BriefRace,
    /// What could not be checked.
    pub unchecked: Vec<String>,
    /// What was done or went in the period.
    pub done: Vec<BriefDone>,
    /// What is next.
    pub next: Vec<BriefTask>,
    /// What is to be decided.
    pub decisions: Vec<DecisionWanted>,
    /// What was looked at.
    pub looked_at: LookedAt,
    /// Of a party's briefing: what is about it.
    pub party: Vec<PartyRow>,
    /// What was found of a list of watched words, where one was asked for.
    pub watched: Option<Watched>,
    /// Who may see it.
    pub tlp: Tlp,
}

impl Brief {
    /// The row of something that touches us.
    #[must_use]
    pub fn row(&self, touch: Touch) -> Option<&TouchRow> {
        self.touches.iter().find(|row| row.touch == touch)
    }

    /// How many are open at the end of the period and not set aside.
    #[must_use]
    pub fn open(&self, touch: Touch) -> u64 {
        self.row(touch).map_or(0, |row| row.open.count.saturating_sub(row.set_aside))
    }
}
