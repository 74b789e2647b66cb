//! The one intrusion of the month, 12 to 26 June, after the published case studies of the group.
//!
//! Thirteen steps over portal-1, dc-1, files-2 and files-3 to 203.0.113.77; each function is a step or two and
//! `demo/STORY.md` says what sees it. All times are fixed. Clocks are right and logs complete: what an analyst
//! finds here is what was there.

use super::actors::{CALLER, DROP, PROBER};
use super::log::Logs;
use super::moment::{Moment, at};
use super::network::{DNS, Session, TRAFFIC, query};
use super::sysmon::{CMD, Start, TOMCAT, WEB_ROOT, connection, deleted, file, look_up};
use super::web::Request;
use super::windows::{group_handle, logon, process, share, ticket};

const ACCESS: &str = "portal-1/access.log";
const PORTAL: &str = "10.20.10.41";
const PORTAL_SECURITY: &str = "portal-1/security.json";
const PORTAL_SYSMON: &str = "portal-1/sysmon.json";
const FILES: &str = "files-2/security.json";
/// The script, as the web server serves it.
const PAGE: &str = "/berths/uploads/horizon.jsp";
const TOOL: &str = "C:\\ProgramData\\Berth\\bsync.exe";
const AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36";
/// MD5 of the advisory's `horizon.jsp`.
const HORIZON_MD5: &str = "26a5a7e71a601be991073c78d513dee3";

/// Writes every event of the intrusion.
pub fn write(logs: &mut Logs) {
    probing(logs);
    upload(logs);
    web_shell(logs);
    discovery(logs);
    tickets(logs);
    listener(logs);
    enumeration(logs);
    logon_with_stolen_secret(logs);
    shares(logs);
    staging(logs);
    outbound(logs);
}

/// 1. Names and paths are tried at the upload of the booking portal.
fn probing(logs: &mut Logs) {
    const TRIED: &[(&str, &str, u64)] = &[
        ("GET", "/berths/upload", 405),
        ("POST", "/berths/upload", 400),
        ("POST", "/berths/upload?type=manifest", 400),
        ("POST", "/berths/upload?type=manifest&name=a.txt", 415),
        ("POST", "/berths/upload?type=manifest&name=a.pdf", 200),
        ("POST", "/berths/upload?type=manifest&name=a.jsp", 415),
        ("POST", "/berths/upload?type=manifest&name=a.jsp.pdf", 200),
        ("POST", "/berths/upload?type=image&name=a.pdf", 500),
        ("POST", "/berths/upload?type=image&name=a.jpg", 200),
        ("POST", "/berths/upload?type=image&name=a.jsp", 500),
        ("GET", "/berths/uploads/a.pdf", 200),
        ("GET", "/berths/uploads/a.jsp", 404),
    ];
    // Eleven rounds within twenty minutes, each a little different in pace.
    for (round, (method, target, status)) in (0..).zip(TRIED.iter().cycle().take(132)) {
        let time = at(12, 2, 41, 8).plus(round * 8 + round % 5);
        request(logs, time, PROBER, method, target, *status);
    }
    edge(logs, at(12, 2, 41, 8), PROBER, 443, "allow", 88_320);
}

/// 2 and 3. The upload that is accepted, and the script in the web root.
fn upload(logs: &mut Logs) {
    let time = at(12, 3, 13, 52);
    request(logs, time, PROBER, "POST", "/berths/upload?type=image&name=..%2fuploads%2fhorizon.jsp", 200);
    let page = format!("{WEB_ROOT}\\uploads\\horizon.jsp");
    let written = at(12, 3, 14, 5);
    logs.event(PORTAL_SYSMON, written, file("portal-1", written, "svc-portal", TOMCAT, &page));
    // The server moves the part it received and removes what it parked: the hash is the file's.
    let parked = WEB_ROOT.replace("webapps\\berths", "temp\\upload_6f1b.tmp");
    let removed = at(12, 3, 14, 6);
    let event = deleted("portal-1", removed, "svc-portal", TOMCAT, &parked, HORIZON_MD5);
    logs.event(PORTAL_SYSMON, removed, event);
}

/// 4. The script is called from two addresses, minutes apart, and again on later nights.
fn web_shell(logs: &mut Logs) {
    request(logs, at(12, 3, 19, 22), PROBER, "GET", PAGE, 200);
    request(logs, at(12, 3, 26, 40), CALLER, "GET", PAGE, 200);
    request(logs, at(12, 3, 27, 3), CALLER, "GET", "/berths/uploads/horizon.jsp?q=whoami+/all", 200);
    edge(logs, at(12, 3, 26, 40), CALLER, 443, "allow", 21_504);
    // Calls without a command that is seen: files are moved, the relay is fed. Commands have their own calls.
    for (day, hour, minute, calls) in [
        (12, 3, 36, 4),
        (13, 1, 44, 9),
        (15, 2, 1, 5),
        (16, 2, 24, 4),
        (18, 1, 3, 11),
        (21, 2, 2, 7),
        (22, 1, 14, 5),
    ] {
        for call in 0..calls {
            request(logs, at(day, hour, minute, 11).plus(call * 37), CALLER, "POST", PAGE, 200);
        }
        edge(logs, at(day, hour, minute, 11), CALLER, 443, "allow", calls * 2_048);
    }
}

/// 5 and 6. The web server starts a shell, the shell looks around.
fn discovery(logs: &mut Logs) {
    let commands = [
        (27, 4, "whoami /all", "whoami.exe"),
        (29, 12, "ipconfig /all", "ipconfig.exe"),
        (30, 1, "tasklist /svc", "tasklist.exe"),
        (31, 40, "net view \\\\files-2", "net.exe"),
        (33, 17, "nltest /domain_trusts", "nltest.exe"),
        (34, 2, "systeminfo", "systeminfo.exe"),
    ];
    for (minute, second, command, program) in commands {
        let time = at(12, 3, minute, second);
        shell(logs, time, command);
        let child = Start {
            user: "svc-portal",
            image: &format!("C:\\Windows\\System32\\{program}"),
            command,
            parent: CMD,
            parent_command: &format!("cmd.exe /c {command}"),
        };
        logs.event(PORTAL_SYSMON, time.plus_ms(330), child.event("portal-1", time.plus_ms(330)));
    }
}

/// A command by the web shell: a call in the access log, then Sysmon and Security both see the process.
fn shell(logs: &mut Logs, called: Moment, command: &str) {
    request(logs, called, CALLER, "POST", PAGE, 200);
    let time = called.plus_ms(240);
    let command = format!("cmd.exe /c {command}");
    let start = Start {
        user: "svc-portal",
        image: CMD,
        command: &command,
        parent: TOMCAT,
        parent_command: "tomcat9.exe //RS//Tomcat9",
    };
    logs.event(PORTAL_SYSMON, time, start.event("portal-1", time));
    logs.event(PORTAL_SECURITY, time, process("portal-1", "svc-portal", CMD, &command, TOMCAT));
}

/// 7. Tickets with RC4 for four service accounts within half a minute.
fn tickets(logs: &mut Logs) {
    shell(logs, at(13, 1, 52, 18), "powershell -nop -w hidden -file C:\\ProgramData\\Berth\\t.ps1");
    for (service, second) in [("svc-backup", 31), ("svc-sql", 36), ("svc-crane", 44), ("svc-print", 58)] {
        let event = ticket("dc-1", "svc-portal", service, "0x17", PORTAL);
        logs.event("dc-1/security.json", at(13, 1, 52, second), event);
    }
}

/// 8. Two ports are opened in the host firewall; the edge firewall drops the first knock on one of them.
fn listener(logs: &mut Logs) {
    let netsh = "netsh advfirewall firewall add rule name=\"Berth sync\" dir=in action=allow protocol=TCP localport=9998";
    shell(logs, at(15, 2, 7, 33), netsh);
    let cmdlet = "powershell -Command New-NetFirewallRule -DisplayName 'Berth sync 2' -Direction Inbound -Protocol TCP -LocalPort 9999 -Action Allow";
    shell(logs, at(15, 2, 9, 2), cmdlet);
    let dropped = at(15, 2, 6, 50);
    logs.event(PORTAL_SYSMON, dropped, file("portal-1", dropped, "svc-portal", CMD, TOOL));
    edge(logs, at(15, 2, 10, 20), CALLER, 9998, "deny", 60);
}

/// 9. The directory is listed: commands on the portal, the handles they leave on dc-1.
fn enumeration(logs: &mut Logs) {
    for (minute, second, command, program) in [
        (31, 5, "setspn -Q */*", "setspn.exe"),
        (33, 48, "net group \"Domain Admins\" /domain", "net.exe"),
        (35, 20, "net group \"Enterprise Admins\" /domain", "net.exe"),
    ] {
        let time = at(16, 2, minute, second);
        shell(logs, time, command);
        let image = format!("C:\\Windows\\System32\\{program}");
        let child = Start {
            user: "svc-portal",
            image: &image,
            command,
            parent: CMD,
            parent_command: &format!("cmd.exe /c {command}"),
        };
        logs.event(PORTAL_SYSMON, time.plus_ms(330), child.event("portal-1", time.plus_ms(330)));
    }
    inner(logs, at(16, 2, 33, 48), "10.20.20.11", 9_216, 22_528);
    let log = "dc-1/security.json";
    logs.event(log, at(16, 2, 33, 48), logon("dc-1", "svc-portal", 3, "Kerberos", PORTAL, "-"));
    for (group, minute, second) in [("512", 33, 49), ("519", 35, 21)] {
        logs.event(log, at(16, 2, minute, second), group_handle("dc-1", "svc-portal", group));
    }
}

/// 10. The guessed secret of the backup account is used against files-2, from the portal.
fn logon_with_stolen_secret(logs: &mut Logs) {
    for (second, address) in [(40, PORTAL), (52, PORTAL)] {
        logs.event(
            FILES,
            at(18, 1, 12, second),
            logon("files-2", "svc-backup", 3, "NTLM", address, "DESKTOP-7QH2K1"),
        );
    }
    let time = at(19, 1, 39, 30);
    logs.event(
        "files-3/security.json",
        time,
        logon("files-3", "svc-backup", 3, "NTLM", PORTAL, "DESKTOP-7QH2K1"),
    );
}

/// 11. Shares of files-2 and files-3 are read from the DMZ, through the rule made for the backup.
fn shares(logs: &mut Logs) {
    let read = [
        (18, 1, 13, "Charts", "Approach\\north-channel.dwg"),
        (18, 1, 15, "Charts", "Approach\\berth-depths-2026.xlsx"),
        (20, 2, 3, "Charts", "Security\\port-facility-plan.docx"),
    ];
    for (day, hour, minute, name, path) in read {
        let time = at(day, hour, minute, 4);
        logs.event(FILES, time, share("files-2", "svc-backup", PORTAL, name, None));
        logs.event(FILES, time.plus(9), share("files-2", "svc-backup", PORTAL, name, Some(path)));
        inner(logs, time, "10.20.20.22", 4_096, 2_883_584);
    }
    let time = at(19, 1, 40, 2);
    let log = "files-3/security.json";
    logs.event(log, time, share("files-3", "svc-backup", PORTAL, "Drawings", None));
    let path = Some("Quay4\\crane-foundation.dwg");
    logs.event(log, time.plus(21), share("files-3", "svc-backup", PORTAL, "Drawings", path));
    inner(logs, time, "10.20.20.23", 8_192, 61_341_696);
}

/// 12. Archives with a password are made on files-2 and fetched to the portal.
fn staging(logs: &mut Logs) {
    let image = "C:\\ProgramData\\bk\\7z.exe";
    let parent = "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe";
    for (minute, part, folder) in [(15, "c1", "Approach"), (52, "c2", "Security")] {
        let time = at(21, 2, minute, 27);
        let command = format!(
            "7z.exe a -mhe=on -pnot-a-real-password C:\\ProgramData\\bk\\{part}.7z D:\\Shares\\Charts\\{folder}"
        );
        let start = Start {
            user: "svc-backup",
            image,
            command: &command,
            parent,
            parent_command: "wmiprvse.exe -Embedding",
        };
        logs.event("files-2/sysmon.json", time, start.event("files-2", time));
        logs.event(FILES, time, process("files-2", "svc-backup", image, &command, parent));
    }
    inner(logs, at(21, 3, 20, 0), "10.20.20.22", 1_204_224, 9_104_000_000);
}

/// 13. A name of the advisory is looked up and gigabytes leave, on two nights.
fn outbound(logs: &mut Logs) {
    let name = "sync.cdn-tidewatch.example";
    for (number, time) in [(900_001, at(22, 1, 21, 14)), (900_002, at(26, 1, 12, 40))] {
        logs.line(DNS, time, query(number, time, PORTAL, name, DROP));
        logs.event(PORTAL_SYSMON, time, look_up("portal-1", time, TOOL, name, DROP));
        logs.event(
            PORTAL_SYSMON,
            time.plus(1),
            connection("portal-1", time.plus(1), TOOL, PORTAL, DROP, 443),
        );
    }
    let volumes = [
        (22, 1, 58, 3_214_880_000),
        (22, 2, 44, 8_702_336_000),
        (22, 3, 31, 5_120_512_000),
        (26, 1, 49, 4_488_192_000),
    ];
    for (day, hour, minute, sent) in volumes {
        let time = at(day, hour, minute, 10);
        let session = Session {
            from: PORTAL,
            to: DROP,
            zones: ("dmz", "internet"),
            port: 443,
            protocol: "tcp",
            action: "allow",
            sent,
            received: sent / 4096,
        };
        logs.line(TRAFFIC, time, session.line(time));
    }
}

fn request(logs: &mut Logs, time: Moment, client: &str, method: &str, target: &str, status: u64) {
    let bytes = if status == 200 { 612 } else { 431 };
    let request = Request { client, user: "-", method, target, status, bytes, referer: "-", agent: AGENT };
    logs.line(ACCESS, time, request.line(time));
}

/// A session from outside to the portal, as the firewall saw it.
fn edge(logs: &mut Logs, time: Moment, from: &str, port: u64, action: &str, sent: u64) {
    let received = if action == "allow" { sent * 3 } else { 0 };
    let zones = ("internet", "dmz");
    let session = Session { from, to: "198.51.100.10", zones, port, protocol: "tcp", action, sent, received };
    logs.line(TRAFFIC, time, session.line(time));
}

/// A file sharing session from the portal to a file server.
fn inner(logs: &mut Logs, time: Moment, to: &str, sent: u64, received: u64) {
    let zones = ("dmz", "server");
    let session =
        Session { from: PORTAL, to, zones, port: 445, protocol: "tcp", action: "allow", sent, received };
    logs.line(TRAFFIC, time, session.line(time));
}
