//! Events of Windows as text: the message that Windows shows, and what forwarders put around it.
//!
//! Splunk's `WinEventLog` input writes `LogName=Security`, `EventCode=4624` and so on, one a line, and the message
//! last. Snare's agent ("Guide to Snare for Windows", event log format) sets the parts off by tabs behind
//! `MSWinEventLog`. EvtxECmd has the data of an event as its own JSON of XML in `Payload`. The message itself is
//! lines: Sysmon writes `Name: value`, the Security log sections of labels.

use crate::names::windows;
use crate::record::draft::{Draft, DraftField, Facts, Piece};
use crate::record::{clock, flatten, words};

/// What Snare's lines have first.
const SNARE: &str = "MSWinEventLog";

/// Lines of rendered messages of the Security log: the section (or its start), the label, the field.
const MESSAGE_LINES: [(&str, &str, &str); 16] = [
    ("Subject", "Account Name", "SubjectUserName"),
    ("Subject", "Account Domain", "SubjectDomainName"),
    ("New Logon", "Account Name", "TargetUserName"),
    ("New Logon", "Account Domain", "TargetDomainName"),
    ("Account For Which Logon Failed", "Account Name", "TargetUserName"),
    ("Account For Which Logon Failed", "Account Domain", "TargetDomainName"),
    ("Account Whose Credentials Were Used", "Account Name", "TargetUserName"),
    ("Target Account", "Account Name", "TargetUserName"),
    ("", "Logon Type", "LogonType"),
    ("", "Source Network Address", "IpAddress"),
    ("", "Client Address", "IpAddress"),
    ("", "Workstation Name", "WorkstationName"),
    ("", "New Process Name", "NewProcessName"),
    ("", "Creator Process Name", "ParentProcessName"),
    ("", "Process Command Line", "CommandLine"),
    ("", "Service File Name", "ImagePath"),
];

/// Names of Splunk's lines, and what rules call them.
const NAMES: [(&str, &str); 8] = [
    ("LogName", "Channel"),
    ("EventCode", "EventID"),
    ("ComputerName", "Computer"),
    ("SourceName", "Provider_Name"),
    ("RecordNumber", "EventRecordID"),
    ("Message", "Message"),
    ("Keywords", "Keywords"),
    ("TaskCategory", "Task"),
];

/// The first sentences of events that rules ask for, and their numbers (Microsoft, "Appendix L: Events to Monitor").
const SENTENCES: [(&str, &str); 24] = [
    ("An account was successfully logged on.", "4624"),
    ("An account failed to log on.", "4625"),
    ("An account was logged off.", "4634"),
    ("User initiated logoff", "4647"),
    ("A logon was attempted using explicit credentials.", "4648"),
    ("Special privileges assigned to new logon.", "4672"),
    ("A new process has been created.", "4688"),
    ("A process has exited.", "4689"),
    ("A service was installed in the system.", "4697"),
    ("A scheduled task was created.", "4698"),
    ("A scheduled task was deleted.", "4699"),
    ("A user account was created.", "4720"),
    ("A user account was enabled.", "4722"),
    ("An attempt was made to change an account's password.", "4723"),
    ("An attempt was made to reset an account's password.", "4724"),
    ("A user account was deleted.", "4726"),
    ("A member was added to a security-enabled global group.", "4728"),
    ("A member was added to a security-enabled local group.", "4732"),
    ("A user account was changed.", "4738"),
    ("A user account was locked out.", "4740"),
    ("A Kerberos authentication ticket (TGT) was requested.", "4768"),
    ("A Kerberos service ticket was requested.", "4769"),
    ("Kerberos pre-authentication failed.", "4771"),
    ("The audit log was cleared.", "1102"),
];

/// Programs as which forwarders send events, and the provider that is meant.
const PROVIDERS: [(&str, &str); 3] = [
    ("Microsoft-Windows-Security-Auditing", "Microsoft-Windows-Security-Auditing"),
    ("Security-Auditing", "Microsoft-Windows-Security-Auditing"),
    ("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon"),
];

/// How the Security log's provider is shown, and its name.
const PROVIDER_SHOWN: (&str, &str) =
    ("Microsoft Windows security auditing.", "Microsoft-Windows-Security-Auditing");

/// An event as one text; `None` when it is none.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    if let Some(rest) = text.strip_prefix(SNARE) {
        return snare(rest, draft);
    }
    if text.starts_with(COLLECT) {
        return collect(text, draft);
    }
    splunk(text, draft)
}

/// The message of a provider, which a forwarder put behind its name: `4624: An account was …`, or without the number.
pub(crate) fn of_provider<'c>(
    program: Option<&str>,
    text: &'c str,
    draft: &mut Draft<'c>,
) -> Option<Facts<'c, 'static>> {
    let (_, provider) = PROVIDERS.iter().find(|(known, _)| Some(*known) == program)?;
    let numbered = text
        .split_once(':')
        .filter(|(id, _)| (1..=5).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit()));
    let (id, message) = match numbered {
        Some((id, message)) => (Some(id), message.trim_start()),
        None => (None, text),
    };
    let sentence = SENTENCES.iter().find(|(sentence, _)| words::find(message, sentence).is_some());
    draft.push_text("EventID", id.or(sentence.map(|(_, id)| *id))?);
    draft.push_text("Provider_Name", provider);
    push_flat(message, draft);
    Some(windows::map(draft))
}

/// What WinCollect of QRadar begins with.
const COLLECT: &str = "AgentDevice=WindowsLog";

/// `AgentDevice=WindowsLog\tAgentLogFile=Security\t…\tEventID=4624\t…\tMessage=An account …`.
fn collect<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    const NAMES: [(&str, &str); 3] =
        [("AgentLogFile", "Channel"), ("Source", "Provider_Name"), ("RecordNumber", "EventRecordID")];
    for pair in text.split('\t') {
        let Some((name, value)) = pair.split_once('=').filter(|(_, value)| !value.is_empty()) else {
            continue;
        };
        let known = NAMES.iter().find(|(theirs, _)| *theirs == name).map_or(name, |(_, ours)| *ours);
        draft.push_text(known, value);
        if name == "Message" {
            push_flat(value, draft);
        }
    }
    Some(windows::map(draft))
}

/// The same as [`push_message`] for a message whose line ends a forwarder has taken out: what is between two labels is
/// the value of the first.
fn push_flat(message: &str, draft: &mut Draft<'_>) {
    if message.contains('\n') {
        push_message(message, draft);
        return;
    }
    let mut marks: Vec<(usize, &str)> = Vec::new();
    for (section, label, _) in &MESSAGE_LINES {
        for name in [section, label].into_iter().filter(|name| !name.is_empty()) {
            marks.extend(message.match_indices(name).filter_map(|(at, _)| {
                let after = message.get(at + name.len()..)?.starts_with(':');
                let before = message.get(..at)?.ends_with([' ', '\t', '.', ':']) || at == 0;
                (after && before).then_some((at, *name))
            }));
        }
    }
    // Of two labels at one place the longer one holds, and one inside of another is none.
    marks.sort_by_key(|(at, name)| (*at, std::cmp::Reverse(name.len())));
    let mut lines = String::new();
    let mut end = 0;
    for (place, (at, name)) in marks.iter().enumerate() {
        if *at < end {
            continue;
        }
        end = at + name.len() + 1;
        let next =
            marks.iter().skip(place + 1).map(|(at, _)| *at).find(|at| *at >= end).unwrap_or(message.len());
        let value = message.get(end..next).unwrap_or_default().trim();
        // A value ends before the blanks that were a line end.
        let value = value.split("  ").next().unwrap_or(value);
        let section = MESSAGE_LINES.iter().any(|(section, _, _)| section == name);
        lines.push_str(if section { "" } else { "\t" });
        lines.push_str(name);
        lines.push(':');
        lines.push_str(if section { "" } else { value });
        lines.push('\n');
    }
    push_message(&lines, draft);
}

/// `\t1\tSecurity\t123\tFri Jun 12 03:14:15 2026\t4624\tMicrosoft-Windows-Security-Auditing\tmo\t…\tdc-1\tLogon\t\tAn account …`
fn snare<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    // A syslog server may have written tabs as `#011`, or as blanks.
    let separator = ["\t", "#011"].into_iter().find(|separator| text.starts_with(separator))?;
    let cells: Vec<&str> = text.get(separator.len()..)?.splitn(14, separator).collect();
    let cell = |index: usize| cells.get(index).copied().filter(|cell| !cell.is_empty());
    let id = cell(4).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))?;
    for (name, value) in [
        ("Channel", cell(1)),
        ("EventID", Some(id)),
        ("Provider_Name", cell(5)),
        ("Computer", cell(9)),
        ("Message", cell(12)),
    ] {
        if let Some(value) = value {
            draft.push_text(name, value);
        }
    }
    if let Some(message) = cell(12) {
        push_flat(message, draft);
    }
    let mut facts = windows::map(draft);
    if facts.time.is_none() {
        facts.time = cell(3).and_then(clock::week_day_first);
        facts.local = facts.time.is_some();
    }
    if facts.account.is_none() {
        facts.account = cell(6).filter(|name| *name != "N/A").map(Piece::Chunk);
    }
    Some(facts)
}

/// A time, then lines of `name=value`, of which `Message` is the last and goes on to the end.
fn splunk<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    // Nearly all texts are one line.
    memchr::memchr(b'\n', text.as_bytes())?;
    let (before, head) = words::split(text, "LogName=").filter(|(before, _)| before.len() <= 64)?;
    words::find(head, "\nEventCode=")?;
    let mut at = before.len();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = rest.lines().next().unwrap_or_default();
        at += rest.find('\n').map_or(rest.len(), |end| end + 1);
        let Some((name, value)) = line.split_once('=') else { continue };
        let known = NAMES.iter().find(|(theirs, _)| *theirs == name).map_or(name, |(_, ours)| *ours);
        if name == "Message" {
            let message = rest.get(name.len() + 1..).unwrap_or_default().trim_end();
            draft.push_text(known, message);
            push_message(message, draft);
            break;
        }
        let shown = PROVIDER_SHOWN.0 == value && name == "SourceName";
        draft.push_text(known, if shown { PROVIDER_SHOWN.1 } else { value });
    }
    let mut facts = windows::map(draft);
    if facts.time.is_none() {
        facts.time = clock::local(before.trim(), false);
        facts.local = facts.time.is_some();
    }
    Some(facts)
}

/// Columns of EvtxECmd, and what rules call them.
const EVTXECMD: [(&str, &str); 5] = [
    ("EventId", "EventID"),
    ("Provider", "Provider_Name"),
    ("EventRecordId", "EventRecordID"),
    ("ProcessId", "Execution_ProcessID"),
    ("ThreadId", "Execution_ThreadID"),
];

/// Whether a record is one of EvtxECmd's.
pub(crate) fn is_evtxecmd(draft: &Draft<'_>) -> bool {
    ["EventId", "Channel", "Provider"].iter().all(|name| draft.get(name).is_some())
}

/// Gives the columns of EvtxECmd the names of rules, and adds the data of the event.
pub(crate) fn evtxecmd(draft: &mut Draft<'_>) {
    let mut fields = std::mem::take(&mut draft.fields);
    // What EvtxECmd writes for an account without domain and name.
    fields.retain(|field| field.value.is_none_or(|value| draft.text(value) != "-\\-"));
    for field in &mut fields {
        let name = draft.text(field.name);
        if let Some((_, ours)) = EVTXECMD.iter().find(|(theirs, _)| *theirs == name) {
            field.name = Piece::Chunk(ours);
        }
    }
    draft.fields = fields;
    if let Some(payload) = draft.get("Payload").filter(|payload| payload.starts_with('{')).map(str::to_owned)
    {
        push_payload(&payload, draft);
    }
}

/// EvtxECmd's payload: the data of the event as its own JSON of XML.
pub(crate) fn push_payload(text: &str, draft: &mut Draft<'_>) {
    let mut inner = Draft::default();
    if flatten::flatten(text, Piece::Chunk(""), &mut inner).is_err() {
        return;
    }
    let mut name: Option<&DraftField<'_>> = None;
    for field in &inner.fields {
        let path = inner.text(field.name);
        let Some(value) = field.value else { continue };
        if path.ends_with("Data.@Name") {
            name = Some(field);
            continue;
        }
        let text = inner.text(value);
        let named = name.take().filter(|_| path.ends_with("Data.#text"));
        let own = match named.and_then(|named| named.value) {
            Some(named) => draft.keep(inner.text(named)),
            None if path == "EventData.Data" => draft.keep("Data"),
            None if path.contains("@xmlns") => continue,
            None => draft.keep(path),
        };
        let value = draft.keep(text);
        draft.push(own, Some(value));
    }
}

/// Adds the fields in a rendered message.
pub(crate) fn push_message(message: &str, draft: &mut Draft<'_>) {
    let sysmon = ["ProviderName", "Provider_Name"]
        .iter()
        .any(|name| draft.get(name).is_some_and(|one| one.contains("Sysmon")));
    let mut section = "";
    for line in message.lines() {
        let Some((label, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        if !line.starts_with([' ', '\t']) && value.is_empty() {
            section = label;
            continue;
        }
        let label = label.trim();
        let known =
            MESSAGE_LINES.iter().find(|(of, name, _)| *name == label && (of.is_empty() || *of == section));
        let plain = sysmon && !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let Some(name) = known.map(|(_, _, name)| *name).or(plain.then_some(label)) else { continue };
        let name = draft.keep(name);
        let value = draft.keep(value);
        draft.push(name, Some(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::message::{self, Message};

    fn shown(program: Option<&str>, text: &str) -> String {
        let mut draft = Draft::default();
        let sent = Message { program, text, body: text, ..Message::default() };
        let facts = message::read(&sent, &mut draft).facts;
        let get = |name| draft.get(name).unwrap_or("-").to_owned();
        let account = facts.account.map_or("-".to_owned(), |account| draft.text(account).to_owned());
        let from = facts.from.map_or("-".to_owned(), |from| from.to_string());
        format!(
            "{} {} {account} {from} {}",
            facts.log.service.as_deref().unwrap_or("-"),
            get("EventID"),
            get("LogonType")
        )
    }

    #[test]
    fn events_that_were_forwarded_as_text() {
        let message = "An account was successfully logged on.\n\nSubject:\n\tAccount Name:\t\t-\n\nLogon Type:\t\t\t10\n\nNew Logon:\n\tAccount Name:\t\tmo\n\tAccount Domain:\t\tGATE\n\nNetwork Information:\n\tSource Network Address:\t192.0.2.1\n";
        let flat = message.replace(['\n', '\t'], "  ");
        let expected = "security 4624 GATE\\mo 192.0.2.1 10";
        let splunk = format!(
            "06/12/2024 03:14:15 AM\nLogName=Security\nEventCode=4624\nEventType=0\nComputerName=dc-1.gate.example\nMessage={message}"
        );
        assert_eq!(shown(None, &splunk), expected);
        let snare = format!(
            "MSWinEventLog\t1\tSecurity\t77\tWed Jun 12 03:14:15 2024\t4624\tMicrosoft-Windows-Security-Auditing\tN/A\tN/A\tSuccess Audit\tdc-1\tLogon\t\t{flat}\t5"
        );
        assert_eq!(shown(None, &snare), expected);
        assert_eq!(shown(Some("Microsoft-Windows-Security-Auditing"), &flat), expected);
        assert_eq!(shown(Some("Security-Auditing"), &format!("4624: {flat}")), expected);
        let collect = format!(
            "AgentDevice=WindowsLog\tAgentLogFile=Security\tSource=Microsoft-Windows-Security-Auditing\tComputer=dc-1\tUser=\tEventID=4624\tMessage={flat}"
        );
        assert_eq!(shown(None, &collect), expected);
    }
}
