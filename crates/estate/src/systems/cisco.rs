//! `show version` of Cisco IOS, IOS XE, ASA and NX-OS (cisco.com, "Command References").

use super::lines::{Stated, TextLines, version, word};

pub(crate) fn of(lines: &TextLines) -> Option<Stated> {
    let system = [
        ("Cisco IOS XE Software", "IOS XE Software"),
        ("Cisco IOS-XE software", "IOS XE Software"),
        ("Cisco Adaptive Security Appliance Software", "Adaptive Security Appliance Software"),
        ("Cisco Nexus Operating System", "NX-OS Software"),
        ("Cisco IOS Software", "IOS Software"),
        ("Cisco Internetwork Operating System Software", "IOS Software"),
    ];
    let (_, system) = system.into_iter().find(|(mark, _)| lines.begins(mark))?;
    let version = match system {
        "IOS XE Software" => {
            lines.behind("Cisco IOS XE Software, Version ").and_then(word).map(|text| of_xe(&text))
        }
        "NX-OS Software" => {
            let of = lines.value("NXOS").or_else(|| lines.value("system"));
            of.and_then(|text| word(text.strip_prefix("version ")?))
        }
        _ => None,
    };
    let (name, model) = (name(lines), model(lines));
    // An advisory names systems and versions, too.
    if name.is_none() && model.is_none() {
        return None;
    }
    Some(Stated {
        name,
        vendor: "Cisco",
        model,
        system,
        version: version.or_else(|| lines.behind("Version ").and_then(version_of_ios)),
        address: None,
    })
}

/// `15.2(7)E3,` without what follows it.
fn version_of_ios(text: &str) -> Option<String> {
    word(text).filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).or_else(|| version(text))
}

/// `17.09.04a` is 17.9.4a, `03.16.05.S` is 3.16.5S in records.
fn of_xe(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut out = String::new();
    for part in text.split('.') {
        let of_number = part.starts_with(is_digit);
        let bare = part.trim_start_matches('0');
        out.push_str(if of_number && !out.is_empty() { "." } else { "" });
        out.push_str(if of_number && !bare.starts_with(is_digit) { "0" } else { "" });
        out.push_str(bare);
    }
    out
}

/// `gate-1 uptime is 7 weeks`, `gate-1 up 7 days`, `Device name: gate-1`.
fn name(lines: &TextLines) -> Option<String> {
    let one = |text: &str| word(text).filter(|name| name.len() == text.trim().len());
    let by_uptime = lines.all().find_map(|line| one(line.split_once(" uptime is ")?.0));
    let of_asa = || {
        lines.all().find_map(|line| {
            let (name, rest) = line.split_once(" up ")?;
            rest.starts_with(|c: char| c.is_ascii_digit()).then(|| one(name))?
        })
    };
    by_uptime.or_else(|| lines.value("Device name").and_then(word)).or_else(of_asa)
}

fn model(lines: &TextLines) -> Option<String> {
    if let Some(model) = lines.value("Model number").or_else(|| lines.value("Hardware")).and_then(word) {
        return Some(model);
    }
    lines.all().find_map(|line| {
        let rest = line.strip_prefix("cisco ").or_else(|| line.strip_prefix("Cisco "))?;
        if let Some((model, _)) = rest.split_once(" chassis") {
            return Some(model.trim().to_owned());
        }
        rest.contains("processor").then(|| word(rest))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_written_as_in_records() {
        for (shown, recorded) in [
            ("17.09.04a", "17.9.4a"),
            ("03.16.05.S", "3.16.5S"),
            ("16.12.10", "16.12.10"),
            ("17.06.00", "17.6.0"),
        ] {
            assert_eq!(of_xe(shown), recorded);
        }
    }
}
