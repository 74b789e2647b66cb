//! Sysmon events: processes, connections, files, look-ups of the portals, a file server, jump and backup host.
//!
//! Near-misses in it: the portal writes documents and logs, an administrator deploys pages with a copy program,
//! the backup packs without a password, a monitoring port is opened by day.

use super::actors::json;
use super::log::Logs;
use super::moment::{Moment, at, rhythm};
use super::random::Random;

/// The web server of the berth booking portal.
pub const TOMCAT: &str = "C:\\Program Files\\Apache Software Foundation\\Tomcat 9.0\\bin\\tomcat9.exe";
/// Its web root.
pub const WEB_ROOT: &str = "C:\\Program Files\\Apache Software Foundation\\Tomcat 9.0\\webapps\\berths";
/// The command interpreter.
pub const CMD: &str = "C:\\Windows\\System32\\cmd.exe";

/// The system itself.
const SYSTEM: &str = "NT AUTHORITY\\SYSTEM";

fn members(host: &str, id: u64, time: Moment, rest: &str) -> String {
    format!(
        "\"SourceName\":\"Microsoft-Windows-Sysmon\",\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\
         \"Computer\":\"{host}.seaward.example\",\"EventID\":{id},\"UtcTime\":\"{}\",{rest}",
        time.sysmon()
    )
}

/// A program that starts a program (event 1).
pub struct Start<'a> {
    pub user: &'a str,
    pub image: &'a str,
    pub command: &'a str,
    pub parent: &'a str,
    pub parent_command: &'a str,
}

impl Start<'_> {
    /// Its event.
    pub fn event(&self, host: &str, time: Moment) -> String {
        let rest = format!(
            "\"Image\":\"{}\",\"CommandLine\":\"{}\",\"User\":\"{}\",\"IntegrityLevel\":\"High\",\
             \"Hashes\":\"{}\",\"ParentImage\":\"{}\",\"ParentCommandLine\":\"{}\"",
            json(self.image),
            json(self.command),
            full(self.user),
            hashes(self.image, None),
            json(self.parent),
            json(self.parent_command)
        );
        members(host, 1, time, &rest)
    }
}

/// A file that was made (event 11).
pub fn file(host: &str, time: Moment, user: &str, image: &str, target: &str) -> String {
    let rest = format!(
        "\"Image\":\"{}\",\"TargetFilename\":\"{}\",\"CreationUtcTime\":\"{}\",\"User\":\"{}\"",
        json(image),
        json(target),
        time.sysmon(),
        full(user)
    );
    members(host, 11, time, &rest)
}

/// A file that was deleted, with its hashes (event 26).
pub fn deleted(host: &str, time: Moment, user: &str, image: &str, target: &str, md5: &str) -> String {
    let rest = format!(
        "\"Image\":\"{}\",\"TargetFilename\":\"{}\",\"Hashes\":\"{}\",\"IsExecutable\":\"false\",\
         \"User\":\"{}\"",
        json(image),
        json(target),
        hashes(target, Some(md5)),
        full(user)
    );
    members(host, 26, time, &rest)
}

/// A connection (event 3).
pub fn connection(host: &str, time: Moment, image: &str, from: &str, to: &str, port: u64) -> String {
    let rest = format!(
        "\"Image\":\"{}\",\"Protocol\":\"tcp\",\"Initiated\":\"true\",\"SourceIp\":\"{from}\",\
         \"DestinationIp\":\"{to}\",\"DestinationPort\":\"{port}\"",
        json(image)
    );
    members(host, 3, time, &rest)
}

/// A look-up of a name (event 22).
pub fn look_up(host: &str, time: Moment, image: &str, name: &str, answer: &str) -> String {
    let rest = format!(
        "\"Image\":\"{}\",\"QueryName\":\"{name}\",\"QueryStatus\":\"0\",\"QueryResults\":\"::ffff:{answer};\"",
        json(image)
    );
    members(host, 22, time, &rest)
}

/// An account with its domain, as it is written inside JSON: the harbour's, where none is given.
fn full(user: &str) -> String {
    if user.contains('\\') { json(user) } else { format!("SEAWARD\\\\{user}") }
}

/// Hashes of a file: invented from its name, but for an MD5 that is given.
fn hashes(name: &str, md5: Option<&str>) -> String {
    let mut random = Random::named(name);
    let mut hex = |words: u64| (0..words).map(|_| format!("{:016X}", random.number())).collect::<String>();
    let (made, sha256) = (hex(2), hex(4));
    format!("MD5={},SHA256={sha256}", md5.map_or(made, str::to_uppercase))
}

/// Writes the Sysmon logs.
pub fn write(logs: &mut Logs) {
    portal(logs, "portal-1", "10.20.10.41", 8);
    portal(logs, "portal-2", "10.20.10.42", 4);
    file_server(logs);
    backup(logs);
    by_day(logs);
}

fn portal(logs: &mut Logs, host: &str, address: &str, peak: u64) {
    let name = format!("{host}/sysmon.json");
    let mut random = Random::named(&name);
    for time in rhythm(&mut random, 1, peak) {
        let event = match random.below(10) {
            0..4 => connection(host, time, TOMCAT, address, "10.20.20.41", 5432),
            4..6 => look_up(host, time, TOMCAT, "db-1.seaward.example", "10.20.20.41"),
            6..8 => {
                let target = format!("{WEB_ROOT}\\uploads\\manifest-{}.pdf", 4100 + random.below(600));
                file(host, time, "svc-portal", TOMCAT, &target)
            }
            8 => {
                let day = random.between(1, 30);
                let target =
                    WEB_ROOT.replace("webapps\\berths", &format!("logs\\access.2026-06-{day:02}.log"));
                file(host, time, "svc-portal", TOMCAT, &target)
            }
            _ => {
                let image = "C:\\Windows\\System32\\svchost.exe";
                let (command, parent) =
                    ("svchost.exe -k netsvcs -p -s Schedule", "C:\\Windows\\System32\\services.exe");
                Start { user: SYSTEM, image, command, parent, parent_command: "services.exe" }
                    .event(host, time)
            }
        };
        logs.event(&name, time, event);
    }
}

fn file_server(logs: &mut Logs) {
    let name = "files-2/sysmon.json";
    let mut random = Random::named(name);
    for time in rhythm(&mut random, 1, 3) {
        let target = format!("D:\\Shares\\Charts\\2026\\sounding-{}.csv", random.between(1, 90));
        logs.event(name, time, file("files-2", time, SYSTEM, "System", &target));
    }
}

/// The backup packs its own catalogue each night, without a password.
fn backup(logs: &mut Logs) {
    let name = "backup-1/sysmon.json";
    for day in 1..=30 {
        let time = at(day, 23, 40, 2);
        let start = Start {
            user: "svc-backup",
            image: "C:\\Program Files\\7-Zip\\7z.exe",
            command: "7z.exe a -t7z E:\\Catalogue\\catalogue.7z E:\\Catalogue\\index",
            parent: CMD,
            parent_command: "cmd.exe /c C:\\Jobs\\catalogue.cmd",
        };
        logs.event(name, time, start.event("backup-1", time));
    }
}

/// What administrators did by day and what looks a little like the intrusion.
fn by_day(logs: &mut Logs) {
    let robocopy = "C:\\Windows\\System32\\Robocopy.exe";
    for (host, minute) in [("portal-1", 5), ("portal-2", 14)] {
        let name = format!("{host}/sysmon.json");
        let time = at(10, 9, minute, 11);
        let page = format!("{WEB_ROOT}\\schedule.jsp");
        logs.event(&name, time, file(host, time, "adm-h.ferris", robocopy, &page));
        let opened = at(17, 10, minute, 30);
        let start = Start {
            user: "adm-m.okafor",
            image: "C:\\Windows\\System32\\netsh.exe",
            command: "netsh advfirewall firewall add rule name=\"Zabbix agent\" dir=in action=allow protocol=TCP localport=10050",
            parent: CMD,
            parent_command: "cmd.exe",
        };
        logs.event(&name, opened, start.event(host, opened));
    }
}
