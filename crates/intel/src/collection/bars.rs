//! Lines of cells parted by bars, as Team Cymru gives what it saw of a network: `bots|203.0.113.7|64500|time|details|name`.
//!
//! The order of the cells changed over the years, so each is known by what it is: an address, a number, a time. The
//! details are pairs of a word and its value (`srcport 1050 mwtype Mozi destaddr 203.0.113.9`). Source: Team Cymru's
//! description of its reports to incident teams.

use super::{CollectionRecord, Counterpart, Seen, Subject, give};
use crate::body::{self, DOCUMENT_BYTES_MAX};
use crate::sink::Sink;
use input::{Document, Head};
use model::world::ObservationNature;
use model::{Fault, Place, Problems, Timestamp, Tlp};
use observable::{Kind, recognise};

/// How many lines are looked at to recognise a document, how many cells one has, and how many pairs its details.
const SAMPLE: usize = 20;
const CELLS_MAX: usize = 32;
const PAIRS_MAX: usize = 64;

/// Words of categories that mean that compromise is likely.
const MALICIOUS: [&str; 12] = [
    "bot",
    "infected",
    "malware",
    "controller",
    "phishing",
    "bruteforce",
    "brute",
    "backdoor",
    "beagle",
    "blaster",
    "dipnet",
    "ddos",
];

/// What the cells of a line are.
#[derive(Default)]
struct Cells<'l> {
    address: Option<&'l str>,
    system: Option<&'l str>,
    time: Option<Timestamp>,
    others: Vec<&'l str>,
}

fn cells(line: &str) -> Option<Cells<'_>> {
    let mut cells = Cells::default();
    for cell in line.split('|').take(CELLS_MAX).map(str::trim).filter(|cell| !cell.is_empty()) {
        let is_address =
            || recognise(cell).is_some_and(|found| matches!(found.kind, Kind::Ipv4 | Kind::Ipv6));
        if cells.address.is_none() && is_address() {
            cells.address = Some(cell);
        } else if cells.system.is_none()
            && !cell.is_empty()
            && cell.trim_start_matches("AS").bytes().all(|byte| byte.is_ascii_digit())
        {
            cells.system = Some(cell);
        } else if cells.time.is_none()
            && cell.len() >= 16
            && let Some(time) = Timestamp::parse(cell)
        {
            cells.time = Some(time);
        } else {
            cells.others.push(cell);
        }
    }
    let all = cells.address.is_some() && cells.system.is_some() && cells.time.is_some();
    all.then_some(cells)
}

/// Whether a document is of these lines.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let lines: Vec<&str> = head.lines(SAMPLE).filter(|line| !line.starts_with('#')).collect();
    // The category comes first; lists of addresses with bars begin with the number of a network.
    let category = |line: &str| {
        line.split('|').next().is_some_and(|first| first.trim().starts_with(char::is_alphabetic))
    };
    let known = lines
        .iter()
        .filter(|line| line.matches('|').count() >= 3 && category(line) && cells(line).is_some())
        .count();
    known > 0 && known * 5 >= lines.len() * 3
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, DOCUMENT_BYTES_MAX, problems) else { return };
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        match cells(line) {
            Some(cells) => one(&cells, Place::Line(number), sink),
            // The names of the columns.
            None if number < 3 => {}
            None => problems.add(
                Place::Line(number),
                Fault::Partial,
                "a line without an address, a number of a network and a time was passed over",
                None,
            ),
        }
    }
}

fn one(cells: &Cells<'_>, place: Place, sink: &mut Sink<'_>) {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let (mut category, mut details, mut holder) = (None, None, None);
    for cell in &cells.others {
        match cell {
            cell if category.is_none() && details.is_none() && !cell.contains(' ') => category = Some(*cell),
            cell if details.is_none() => details = Some(*cell),
            cell => holder = holder.or(Some(*cell)),
        }
    }
    let mut fields = vec![
        field("category", category.unwrap_or("report")),
        field("address", cells.address.unwrap_or_default()),
        field("asn", cells.system.unwrap_or_default()),
        field("asname", holder.unwrap_or_default()),
    ];
    let words: Vec<&str> = details.unwrap_or_default().split_whitespace().take(2 * PAIRS_MAX).collect();
    for pair in words.chunks(2) {
        if let [name, value] = pair {
            fields.push(field(name.trim_end_matches([':', '=']), value.trim_end_matches([';', ','])));
        }
    }
    let mut record = CollectionRecord::of(fields);
    record.hosts(Subject, &["address"]);
    let system = cells.system.map(|number| format!("AS{}", number.trim_start_matches("AS")));
    record.term(Subject, Kind::AutonomousSystem, system);
    record.hosts(Counterpart, &["destaddr", "dstaddr", "destip", "dstip", "cc", "ccip"]);
    record.terms(Subject, Kind::Url, &["url"]);
    record.words(&["mwtype", "category", "hostname"]);
    let category = category.unwrap_or("report").replace('_', " ");
    let lower = category.to_ascii_lowercase();
    let malicious = MALICIOUS.iter().any(|word| lower.contains(word)) || record.get(&["mwtype"]).is_some();
    let detail = record.owned(&["mwtype"]);
    let seen = Seen {
        collection: "cymru".to_owned(),
        what: detail.map_or_else(|| category.clone(), |detail| format!("{category} ({detail})")),
        classification: Some(if malicious { "infected-system" } else { "other" }.to_owned()),
        nature: if malicious { ObservationNature::Malicious } else { ObservationNature::Suspicious },
        time: cells.time,
        known_since: None,
        tlp: Tlp::Amber,
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}
