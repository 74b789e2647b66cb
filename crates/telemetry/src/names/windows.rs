//! Windows events, however they were exported, → the names that Sigma rules use.
//!
//! Rules ask for `EventID`, `Channel`, `Provider_Name`, `Computer` and the names of the event's own data, flat.
//! Exporters wrap them: `Event.System` and `Event.EventData` (evtx_dump, SigmaHQ's recordings),
//! `System`/`EventData` (Velociraptor), `winlog.event_data` (winlogbeat, Elastic), or leave them flat with
//! their own names for the system part (NXLog, Mordor, Sentinel). Prefixes are taken off in place; which log
//! source an event belongs to is looked up by channel and event ID ([`crate::names::windows_events`]).

use crate::names::log_source::{Table, log_source};
use crate::names::mapping::Added;
use crate::names::windows_events::{self, Events};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::{address, clock, flatten, words};
use model::LogSource;
use std::net::IpAddr;
use std::sync::LazyLock;

/// Log sources of Windows, made once.
struct Sources {
    services: Table<usize>,
    system: Table<&'static str>,
    kinds: Vec<Service>,
    unknown: LogSource,
}

/// A service: its plain log source, and those of its events.
struct Service {
    plain: LogSource,
    events: Vec<(&'static Events, LogSource)>,
}

static SOURCES: LazyLock<Sources> = LazyLock::new(|| {
    let of = |product: &str, service: Option<&str>, categories: &[&str]| {
        log_source(Some(product), service, categories)
    };
    let source = |service, categories: &[&str]| of("windows", service, categories);
    let mut names: Vec<&'static str> = windows_events::CHANNELS.iter().map(|(_, service)| *service).collect();
    names.sort_unstable();
    names.dedup();
    let kinds = names.iter().map(|name| Service {
        plain: source(Some(name), &[]),
        events: (windows_events::EVENTS.iter().filter(|events| events.service == *name))
            .map(|events| (events, source(Some(name), events.categories)))
            .collect(),
    });
    let mut kinds: Vec<Service> = kinds.collect();
    let sysmon = windows_events::EVENTS.iter().filter(|events| events.service == "sysmon");
    kinds.push(Service {
        plain: of("linux", Some("sysmon"), &[]),
        events: sysmon.map(|events| (events, of("linux", Some("sysmon"), events.categories))).collect(),
    });
    let mut services: Table<usize> = Table::default();
    for (channel, service) in windows_events::CHANNELS {
        services.extend(names.binary_search(service).map(|index| (*channel, index)));
    }
    services.insert(windows_events::LINUX_SYSMON_CHANNEL, kinds.len() - 1);
    for (provider, channel) in windows_events::PROVIDERS {
        let index = services.get(channel).copied();
        services.extend(index.map(|index| (provider, index)));
    }
    Sources {
        services,
        system: windows_events::SYSTEM.into_iter().collect(),
        kinds,
        unknown: source(None, &[]),
    }
});

/// Makes the draft of a Windows event flat under Sigma's names; gives its facts.
pub(crate) fn map<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let mut named = NamedFields::default();
    rename(draft);
    unpack(draft);
    named.find(draft);
    add_flat(draft, &mut named);
    let id = named.text(draft, SLOTS.event_id).and_then(|id| id.parse::<u32>().ok());
    let kind = kind(draft, &named, id);
    let (log, added): (&'static LogSource, &[Added]) =
        kind.map_or((&SOURCES.unknown, &[]), |(log, added)| (log, added));
    for (name, from) in added {
        draft.add(name, from);
    }
    unnamed(draft, log, id);
    if id == Some(windows_events::REGISTRY_VALUE_EVENT) {
        registry(draft);
    }
    let first = |slots: &[usize]| {
        let mut slots = slots.iter();
        slots.find_map(|slot| named.text(draft, *slot).and_then(address::parse))
    };
    let (from, to) = (first(&SLOTS.from), first(&SLOTS.to));
    let mut times = SLOTS.times.iter();
    let time = times.find_map(|slot| named.text(draft, *slot).and_then(clock::parse));
    let account = account(draft, &named, id);
    let (from, account) = from_message(draft, &named, id, from, account);
    let numbers = SLOTS.numbers.iter().find_map(|slot| named.text(draft, *slot)?.parse().ok());
    let sequence = named.get(SLOTS.channel).zip(numbers);
    let host = named.get(SLOTS.computer);
    Facts { time, host, account, from, to, sequence, ..Facts::of(log) }
}

/// The other side and the account, when only the message of the event has them.
fn from_message<'c>(
    draft: &Draft<'c>,
    named: &NamedFields<'c>,
    id: Option<u32>,
    from: Option<IpAddr>,
    account: Option<Piece<'c>>,
) -> (Option<IpAddr>, Option<Piece<'c>>) {
    if from.is_some() {
        return (from, account);
    }
    let row = id.and_then(|id| windows_events::IN_MESSAGE.iter().find(|(ids, _, _)| ids.contains(&id)));
    let (Some((_, before_address, before_account)), Some(message)) = (row, named.get(SLOTS.message)) else {
        return (from, account);
    };
    let text = draft.text(message);
    let value = |before: &str| {
        let rest = words::after(text, before).filter(|_| !before.is_empty())?.trim_start();
        rest.split(['\r', '\n', '\t', '<']).next().filter(|value| !value.is_empty())
    };
    let found = value(before_account).and_then(|name| words::place(text, name));
    let found = found.map(|(start, end)| draft.part(message, start, end));
    (value(before_address).and_then(address::parse), account.or(found))
}

/// Takes the wrappers off the names. The name space of the XML is no field.
fn rename(draft: &mut Draft<'_>) {
    if let Some(first) = draft.fields.first()
        && draft.text(first.name).starts_with("Event.#attributes.")
    {
        draft.fields.remove(0);
    }
    let mut blanks = false;
    for index in 0..draft.fields.len() {
        let Some(name) = draft.fields.get(index).map(|field| field.name) else { break };
        let text = draft.text(name);
        // The names of flat exports have neither wrapper nor another spelling.
        // Names are short: a search of blocks would cost more than the bytes do.
        if !text.bytes().any(|byte| matches!(byte, b'.' | b'_' | b' ')) && text != "channel" {
            continue;
        }
        blanks |= text.contains(' ');
        let mut at = 0;
        let rest = |at: usize| text.get(at..).unwrap_or_default();
        for wrapper in ["Event.", "winlog."] {
            if rest(at).starts_with(wrapper) {
                at += wrapper.len();
            }
        }
        let mut data = false;
        for wrapper in ["EventData.", "event_data."] {
            if rest(at).starts_with(wrapper) {
                (at, data) = (at + wrapper.len(), true);
            }
        }
        for wrapper in ["UserData.", "user_data."] {
            if rest(at).starts_with(wrapper) {
                (at, data) = (at + wrapper.len(), true);
                // The provider's own element around the data.
                if let Some((element, _)) = rest(at).split_once('.').filter(|_| wrapper == "UserData.") {
                    at += element.len() + 1;
                }
            }
        }
        if rest(at).starts_with("System.") {
            at += "System.".len();
        }
        // Unnamed data: `<Data>…</Data>` is the field `Data`.
        let renamed = if data && matches!(rest(at), "Data.#text" | "Data") {
            Piece::Chunk("Data")
        } else if data {
            draft.tail(name, at)
        } else {
            let known = SOURCES.system.get(rest(at)).map(|known| Piece::Chunk(known));
            known.unwrap_or(draft.tail(name, at))
        };
        if let Some(field) = draft.fields.get_mut(index) {
            field.name = renamed;
        }
    }
    if blanks {
        without_blanks(draft);
    }
}

/// Adds data whose name has blanks (`Threat Name`) under the name without them, as rules ask for it.
fn without_blanks(draft: &mut Draft<'_>) {
    for index in 0..draft.fields.len() {
        let Some(field) = draft.fields.get(index).copied() else { break };
        let plain = draft.text(field.name);
        if plain.contains(' ') {
            let plain = plain.replace(' ', "");
            let name = draft.keep(&plain);
            draft.push(name, field.value);
        }
    }
}

/// Adds the names of data that have none, by their order.
fn unnamed(draft: &mut Draft<'_>, log: &LogSource, id: Option<u32>) {
    let fits = |(service, number, _): &&(&str, u32, &[&str])| {
        id == Some(*number) && log.service.as_deref() == Some(*service)
    };
    let Some((_, _, names)) = windows_events::UNNAMED.iter().find(fits) else { return };
    let data = draft.fields.iter().filter(|field| draft.text(field.name) == "Data").map(|field| field.value);
    let data: Vec<_> = data.collect();
    if data.len() < names.len() / 2 || names.first().is_some_and(|name| draft.piece(name).is_some()) {
        return;
    }
    for (name, value) in names.iter().zip(data) {
        draft.push(Piece::Chunk(name), value);
    }
}

/// Security 4657 writes a key as the kernel names it (`\\REGISTRY\\MACHINE\\…`), and the value beside it; rules ask as
/// Sysmon writes both.
fn registry(draft: &mut Draft<'_>) {
    const ROOTS: [(&str, &str); 2] = [("\\REGISTRY\\MACHINE", "HKLM"), ("\\REGISTRY\\USER", "HKU")];
    let Some(key) = draft.piece("ObjectName").filter(|_| draft.piece("TargetObject").is_none()) else {
        return;
    };
    let text = draft.text(key);
    let root = ROOTS
        .iter()
        .find(|(kernel, _)| text.get(..kernel.len()).is_some_and(|start| start.eq_ignore_ascii_case(kernel)));
    let (root, path) = root.map_or(("", key), |(kernel, short)| (*short, draft.tail(key, kernel.len())));
    let mut pieces = vec![Piece::Chunk(root), path];
    if let Some(value) = draft.piece("ObjectValueName") {
        pieces.extend([Piece::Chunk("\\"), value]);
    }
    let whole = draft.join(&pieces);
    draft.push(Piece::Chunk("TargetObject"), Some(whole));
}

/// Log Analytics exports the event's data as JSON in a string.
fn unpack(draft: &mut Draft<'_>) {
    let Some(data) = draft.get("EventData").filter(|data| data.starts_with('{')).map(str::to_owned) else {
        return;
    };
    flatten::nested(&data, "", draft);
}

/// Adds the names of the system part that flat exports have under other names.
fn add_flat<'c>(draft: &mut Draft<'c>, named: &mut NamedFields<'c>) {
    for (name, slot, from) in &SLOTS.flat {
        if named.get(*slot).is_none()
            && let Some(value) = from.iter().find_map(|from| named.get(*from))
        {
            draft.push(Piece::Chunk(name), Some(value));
            named.set(*slot, value);
        }
    }
}

/// The log source of the event, and the names to add.
fn kind<'c>(
    draft: &Draft<'c>,
    named: &NamedFields<'c>,
    id: Option<u32>,
) -> Option<(&'static LogSource, &'static [Added])> {
    let mut by = [SLOTS.channel, SLOTS.provider].into_iter();
    let service = by.find_map(|slot| SOURCES.services.get(named.text(draft, slot)?))?;
    let service = SOURCES.kinds.get(*service)?;
    let fits = |events: &Events| {
        id.is_some_and(|id| events.ids.contains(&id))
            && events.when.is_none_or(|(field, begins)| {
                draft.get(field).is_some_and(|value| value.starts_with(begins))
                    || said_in_message(draft, named, field, begins)
            })
    };
    let found = service.events.iter().find(|(events, _)| fits(events));
    Some(found.map_or((&service.plain, &[]), |(events, log)| (log, events.added)))
}

/// NXLog puts its own `EventType` over that of the event; the event's own is in its message.
fn said_in_message(draft: &Draft<'_>, named: &NamedFields<'_>, field: &str, begins: &str) -> bool {
    let Some(message) = named.text(draft, SLOTS.message) else { return false };
    let mut lines = message.lines();
    lines.any(|line| {
        let value = line.strip_prefix(field).and_then(|rest| rest.strip_prefix(": "));
        value.is_some_and(|value| value.starts_with(begins))
    })
}

/// The account that acted, as `DOMAIN\user` when both are known.
fn account<'c>(draft: &mut Draft<'c>, named: &NamedFields<'c>, id: Option<u32>) -> Option<Piece<'c>> {
    let logon = id.is_some_and(|id| windows_events::LOGON_EVENTS.contains(&id));
    let mut names = logon.then_some(&SLOTS.target).into_iter().chain(&SLOTS.accounts);
    let (domain, name) = names.find_map(|(domain, name)| Some((*domain, named.get(*name)?)))?;
    let text = draft.text(name);
    match named.get(domain) {
        Some(domain) if !text.contains(['\\', '@']) => Some(draft.join(&[domain, Piece::Chunk("\\"), name])),
        _ => Some(name),
    }
}

/// The slots of the names that this file uses, so that one pass over a record's fields finds all values.
struct Slots {
    by_name: Table<usize>,
    event_id: usize,
    channel: usize,
    provider: usize,
    computer: usize,
    message: usize,
    numbers: Vec<usize>,
    times: Vec<usize>,
    from: Vec<usize>,
    to: Vec<usize>,
    target: (usize, usize),
    accounts: Vec<(usize, usize)>,
    flat: Vec<(&'static str, usize, Vec<usize>)>,
}

static SLOTS: LazyLock<Slots> = LazyLock::new(|| {
    // Slot 0 belongs to the empty name, which is never asked for: it is always empty.
    let mut by_name: Table<usize> = [("", 0)].into_iter().collect();
    let mut slot = |name: &'static str| {
        let next = by_name.len();
        *by_name.entry(name).or_insert(next)
    };
    let slots = Slots {
        by_name: Table::default(),
        event_id: slot("EventID"),
        channel: slot("Channel"),
        provider: slot("Provider_Name"),
        computer: slot("Computer"),
        message: slot("Message"),
        numbers: windows_events::NUMBERS.map(&mut slot).to_vec(),
        times: windows_events::TIMES.map(&mut slot).to_vec(),
        from: windows_events::FROM.map(&mut slot).to_vec(),
        to: windows_events::TO.map(&mut slot).to_vec(),
        target: (slot("TargetDomainName"), slot("TargetUserName")),
        accounts: windows_events::ACCOUNTS.map(|(domain, name)| (slot(domain), slot(name))).to_vec(),
        flat: windows_events::FLAT
            .map(|(name, from)| (name, slot(name), from.iter().map(|from| slot(from)).collect()))
            .to_vec(),
    };
    by_name.remove("");
    Slots { by_name, ..slots }
});

/// The values in the slots: of each name the first that is text and neither empty nor `-`.
struct NamedFields<'c>(Vec<Option<Piece<'c>>>);

impl Default for NamedFields<'_> {
    fn default() -> Self {
        Self(vec![None; SLOTS.by_name.len() + 1])
    }
}

impl<'c> NamedFields<'c> {
    fn find(&mut self, draft: &Draft<'c>) {
        for field in &draft.fields {
            let Some(value) = field.value else { continue };
            let Some(slot) = SLOTS.by_name.get(draft.text(field.name)) else { continue };
            if let Some(slot @ None) = self.0.get_mut(*slot)
                && !matches!(draft.text(value), "" | "-")
            {
                *slot = Some(value);
            }
        }
    }

    fn get(&self, slot: usize) -> Option<Piece<'c>> {
        self.0.get(slot).copied().flatten()
    }

    fn set(&mut self, slot: usize, value: Piece<'c>) {
        if let Some(slot) = self.0.get_mut(slot) {
            *slot = Some(value);
        }
    }

    fn text<'d>(&self, draft: &'d Draft<'c>, slot: usize) -> Option<&'d str> {
        self.get(slot).map(|piece| draft.text(piece))
    }
}
