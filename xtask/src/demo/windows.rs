//! Windows Security events, flat JSON lines as exporters write them: logons, tickets, shares, processes, accounts.
//!
//! Near-misses in it: RC4 tickets for machine accounts, AES tickets for services, handles to groups by machine
//! accounts, NTLM logons of people, the nightly logon of the backup account by Kerberos.

use super::actors::{DOMAIN_SID, PEOPLE, WORKSTATIONS, json, workstation_address};
use super::log::Logs;
use super::moment::{Moment, at, clockwork, rhythm};
use super::random::Random;

/// The members common to all Security events of a machine.
pub fn security(host: &str, id: u64, rest: &str) -> String {
    format!(
        "\"SourceName\":\"Microsoft-Windows-Security-Auditing\",\"Channel\":\"Security\",\
         \"Computer\":\"{host}.seaward.example\",\"EventID\":{id},{rest}"
    )
}

/// A logon (4624): account, type, package, from where.
pub fn logon(host: &str, account: &str, kind: u64, package: &str, address: &str, station: &str) -> String {
    let rest = format!(
        "\"SubjectUserSid\":\"S-1-0-0\",\"SubjectUserName\":\"-\",\"SubjectDomainName\":\"-\",\
         \"TargetUserName\":\"{account}\",\"TargetDomainName\":\"SEAWARD\",\"LogonType\":\"{kind}\",\
         \"LogonProcessName\":\"{}\",\"AuthenticationPackageName\":\"{package}\",\
         \"WorkstationName\":\"{station}\",\"IpAddress\":\"{address}\",\"IpPort\":\"{}\"",
        if package == "NTLM" { "NtLmSsp" } else { "Kerberos" },
        49_152 + account.len() * 7
    );
    security(host, 4624, &rest)
}

/// A service ticket (4769).
pub fn ticket(host: &str, account: &str, service: &str, encryption: &str, address: &str) -> String {
    let rest = format!(
        "\"TargetUserName\":\"{account}@SEAWARD.EXAMPLE\",\"TargetDomainName\":\"SEAWARD.EXAMPLE\",\
         \"ServiceName\":\"{service}\",\"TicketOptions\":\"0x40810000\",\
         \"TicketEncryptionType\":\"{encryption}\",\"IpAddress\":\"::ffff:{address}\",\"IpPort\":\"50{:03}\",\
         \"Status\":\"0x0\",\"TransmittedServices\":\"-\"",
        service.len() * 13
    );
    security(host, 4769, &rest)
}

/// A share reached (5140), or with a file (5145).
pub fn share(host: &str, account: &str, address: &str, share: &str, file: Option<&str>) -> String {
    let file_members = file.map_or(String::new(), |file| {
        format!(",\"RelativeTargetName\":\"{}\",\"AccessList\":\"%%4416\"", json(file))
    });
    let rest = format!(
        "\"SubjectUserName\":\"{account}\",\"SubjectDomainName\":\"SEAWARD\",\"ObjectType\":\"File\",\
         \"IpAddress\":\"{address}\",\"IpPort\":\"49743\",\"ShareName\":\"\\\\\\\\*\\\\{share}\",\
         \"ShareLocalPath\":\"\\\\??\\\\D:\\\\Shares\\\\{share}\",\"AccessMask\":\"0x1\"{file_members}"
    );
    security(host, if file.is_some() { 5145 } else { 5140 }, &rest)
}

/// A process (4688).
pub fn process(host: &str, account: &str, image: &str, command: &str, parent: &str) -> String {
    let rest = format!(
        "\"SubjectUserName\":\"{account}\",\"SubjectDomainName\":\"SEAWARD\",\"NewProcessName\":\"{}\",\
         \"ParentProcessName\":\"{}\",\"CommandLine\":\"{}\",\"TokenElevationType\":\"%%1936\"",
        json(image),
        json(parent),
        json(command)
    );
    security(host, 4688, &rest)
}

/// Writes the Security logs of controllers, file servers, jump host and mail server.
pub fn write(logs: &mut Logs) {
    for (host, peak) in [("dc-1", 34), ("dc-2", 20)] {
        controller(logs, host, peak);
    }
    for (host, name, peak) in
        [("files-1", "Office", 14), ("files-2", "Charts", 11), ("files-3", "Drawings", 9)]
    {
        files(logs, host, name, peak);
    }
    for (host, peak) in [("mail-1", 8), ("portal-1", 4), ("portal-2", 3)] {
        member(logs, host, peak);
    }
    jump_host(logs);
    new_account(logs);
}

fn controller(logs: &mut Logs, host: &str, peak: u64) {
    let name = format!("{host}/security.json");
    let mut random = Random::named(&name);
    for time in rhythm(&mut random, 1, peak) {
        let (person, address) = (random.pick(PEOPLE), workstation_address(&mut random));
        let station = random.pick(WORKSTATIONS);
        let members = match random.below(100) {
            0..30 => {
                let service =
                    random.pick(&["FILES-1$", "FILES-2$", "MAIL-1$", "FILES-3$", "PRINT-1$", "svc-wiki"]);
                ticket(host, person, service, "0x12", &address)
            }
            30..55 => logon(host, person, 3, "Kerberos", &address, "-"),
            55..75 => logon(host, &format!("{}$", station.to_uppercase()), 3, "Kerberos", &address, "-"),
            75..78 => logon(host, person, 3, "NTLM", &address, &station.to_uppercase()),
            78..80 => failed(host, person, &address, station),
            // An old print server whose machine account never learnt AES.
            80..83 => ticket(host, person, "PRINT-1$", "0x17", &address),
            83..85 => ticket(host, person, "krbtgt", "0x12", &address),
            _ => logon(
                host,
                random.pick(&["svc-monitor", "svc-wiki", "svc-tickets"]),
                3,
                "Kerberos",
                random.pick(&["10.20.40.20", "10.20.10.30", "10.20.10.31"]),
                "-",
            ),
        };
        logs.event(&name, time, members);
    }
    for time in clockwork(&mut random, 1, 60) {
        let other = if host == "dc-1" { ("DC-2$", "10.20.20.12") } else { ("DC-1$", "10.20.20.11") };
        logs.event(&name, time, logon(host, other.0, 3, "Kerberos", other.1, "-"));
        logs.event(&name, time.plus(1), group_handle(host, other.0, "512"));
    }
}

/// A handle to a group of the domain (4661).
pub fn group_handle(host: &str, account: &str, group: &str) -> String {
    let rest = format!(
        "\"SubjectUserName\":\"{account}\",\"SubjectDomainName\":\"SEAWARD\",\
         \"ObjectServer\":\"Security Account Manager\",\"ObjectType\":\"SAM_GROUP\",\
         \"ObjectName\":\"{DOMAIN_SID}-{group}\",\"AccessMask\":\"0x2d\",\
         \"ProcessName\":\"C:\\\\Windows\\\\System32\\\\lsass.exe\""
    );
    security(host, 4661, &rest)
}

fn failed(host: &str, account: &str, address: &str, station: &str) -> String {
    let rest = format!(
        "\"SubjectUserName\":\"-\",\"TargetUserName\":\"{account}\",\"TargetDomainName\":\"SEAWARD\",\
         \"Status\":\"0xc000006d\",\"SubStatus\":\"0xc000006a\",\"LogonType\":\"3\",\
         \"AuthenticationPackageName\":\"NTLM\",\"WorkstationName\":\"{}\",\"IpAddress\":\"{address}\"",
        station.to_uppercase()
    );
    security(host, 4625, &rest)
}

fn files(logs: &mut Logs, host: &str, name_of_share: &str, peak: u64) {
    let name = format!("{host}/security.json");
    let mut random = Random::named(&name);
    for time in rhythm(&mut random, 1, peak) {
        let (person, address) = (random.pick(PEOPLE), workstation_address(&mut random));
        logs.event(&name, time, logon(host, person, 3, "Kerberos", &address, "-"));
        logs.event(&name, time, share(host, person, &address, name_of_share, None));
        if random.per_mille(300) {
            let file = random.pick(&[
                "2026\\roster.xlsx",
                "2026\\berth-plan.docx",
                "tides\\june.csv",
                "old\\index.txt",
            ]);
            logs.event(&name, time.plus(1), share(host, person, &address, name_of_share, Some(file)));
        }
    }
    nightly_backup(logs, host, &name, name_of_share);
}

fn nightly_backup(logs: &mut Logs, host: &str, name: &str, name_of_share: &str) {
    for day in 1..=30 {
        let time = at(day, 22, 30, 4);
        logs.event(name, time, logon(host, "svc-backup", 3, "Kerberos", "10.20.20.51", "-"));
        logs.event(name, time.plus(2), share(host, "svc-backup", "10.20.20.51", name_of_share, None));
    }
}

/// A server of the DMZ: people and the monitoring log on.
fn member(logs: &mut Logs, host: &str, peak: u64) {
    let name = format!("{host}/security.json");
    let mut random = Random::named(&name);
    for time in rhythm(&mut random, 1, peak) {
        let (person, address) = (random.pick(PEOPLE), workstation_address(&mut random));
        logs.event(&name, time, logon(host, person, 3, "Kerberos", &address, "-"));
    }
    for time in clockwork(&mut random, 1, 240) {
        logs.event(&name, time, logon(host, "svc-monitor", 3, "Kerberos", "10.20.40.20", "-"));
    }
}

/// Administrators at work on the jump host: PowerShell by day, harmless look-ups.
fn jump_host(logs: &mut Logs) {
    const POWERSHELL: &str = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
    const EXPLORER: &str = "C:\\Windows\\explorer.exe";
    let name = "jump-1/security.json";
    let mut random = Random::named(name);
    for time in rhythm(&mut random, 1, 3) {
        let admin = random.pick(&["adm-h.ferris", "adm-m.okafor", "adm-r.doyle"]);
        let members = match random.below(4) {
            0 => logon("jump-1", admin, 10, "Negotiate", "10.20.30.105", "WS-105"),
            1 => process(
                "jump-1",
                admin,
                POWERSHELL,
                "powershell.exe -NoProfile -File C:\\Admin\\patch-state.ps1",
                EXPLORER,
            ),
            2 => process(
                "jump-1",
                admin,
                POWERSHELL,
                "powershell.exe Get-ADUser -Identity s.lund -Properties LockedOut",
                EXPLORER,
            ),
            _ => process(
                "jump-1",
                admin,
                "C:\\Windows\\System32\\nltest.exe",
                "nltest /sc_verify:SEAWARD",
                POWERSHELL,
            ),
        };
        logs.event(name, time, members);
    }
}

/// The new administrator's account, made by a colleague in the morning.
fn new_account(logs: &mut Logs) {
    let time: Moment = at(8, 9, 12, 40);
    let rest = "\"SubjectUserName\":\"adm-h.ferris\",\"SubjectDomainName\":\"SEAWARD\",\
                \"TargetUserName\":\"adm-t.lind\",\"TargetDomainName\":\"SEAWARD\",\"SamAccountName\":\"adm-t.lind\"";
    logs.event("dc-1/security.json", time, security("dc-1", 4720, rest));
}
