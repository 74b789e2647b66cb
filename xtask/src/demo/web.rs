//! Web access logs (Combined) of the berth booking portal, the wiki and the mail server, from 3 June on.
//!
//! Near-misses in it: uploads of documents, mail clients at the autodiscover endpoint, and one scanner from the
//! internet that asks for setup pages and scripts and gets nothing but 404.

use super::actors::{BROWSERS, PEOPLE, outsider, workstation_address};
use super::log::Logs;
use super::moment::{Moment, at, clockwork, rhythm};
use super::random::Random;

/// The day the web logs begin: the servers were not connected to the collector before.
const FIRST_DAY: u64 = 3;

/// The scanner of the near-misses: a public survey of the whole internet.
const SURVEY: &str = "192.0.2.230";
const SURVEY_AGENT: &str = "Mozilla/5.0 (compatible; OpenPortSurvey/2.1; +https://survey.example/about)";

/// One request.
pub struct Request<'a> {
    pub client: &'a str,
    pub user: &'a str,
    pub method: &'a str,
    pub target: &'a str,
    pub status: u64,
    pub bytes: u64,
    pub referer: &'a str,
    pub agent: &'a str,
}

impl Request<'_> {
    /// The line in the Combined format.
    pub fn line(&self, time: Moment) -> String {
        format!(
            "{} - {} [{}] \"{} {} HTTP/1.1\" {} {} \"{}\" \"{}\"",
            self.client,
            self.user,
            time.web(),
            self.method,
            self.target,
            self.status,
            self.bytes,
            self.referer,
            self.agent
        )
    }
}

/// Writes the three logs.
pub fn write(logs: &mut Logs) {
    portal(logs, "portal-1/access.log", 36);
    portal(logs, "portal-2/access.log", 14);
    wiki(logs);
    mail(logs);
    survey(logs);
}

const PORTAL_PAGES: &[&str] = &[
    "/berths/static/app.css",
    "/berths/static/app.js",
    "/berths/schedule",
    "/berths/api/tides?station=SWD",
    "/berths/",
    "/berths/static/chart.svg",
    "/berths/login.do",
    "/berths/request/new",
    "/berths/api/berths?state=free",
    "/berths/help/tariff-2026.pdf",
];

fn portal(logs: &mut Logs, name: &str, peak: u64) {
    let mut random = Random::named(name);
    for time in rhythm(&mut random, FIRST_DAY, peak) {
        let client =
            if random.per_mille(350) { workstation_address(&mut random) } else { outsider(&mut random) };
        let agent = random.pick(BROWSERS);
        let document = format!("/berths/upload?type=manifest&name=manifest-{}.pdf", 4100 + random.below(600));
        let (method, target, status) = match random.below(100) {
            0..4 => ("POST", document.as_str(), 200),
            4..9 => ("POST", "/berths/login.do", if random.per_mille(120) { 401 } else { 302 }),
            9..12 => ("POST", "/berths/request", 303),
            12 => ("GET", "/favicon.ico", 404),
            _ => {
                let target = random.pick(PORTAL_PAGES);
                ("GET", target, if random.per_mille(180) { 304 } else { 200 })
            }
        };
        let bytes = size(target, status);
        let referer = "-";
        let request = Request { client: &client, user: "-", method, target, status, bytes, referer, agent };
        logs.line(name, time, request.line(time));
    }
    for time in clockwork(&mut random, FIRST_DAY, 30) {
        let (client, agent) = ("10.20.40.20", "Zabbix 6.4.6");
        let request = Request {
            client,
            user: "-",
            method: "GET",
            target: "/berths/health",
            status: 200,
            bytes: 17,
            referer: "-",
            agent,
        };
        logs.line(name, time, request.line(time));
    }
}

const WIKI_PAGES: &[&str] = &[
    "/s/-qx2mfd/8703/1h6q9dz/_/download/contextbatch/js/_super/batch.js",
    "/rest/api/user/current",
    "/display/OPS/Duty+roster",
    "/display/OPS/Tug+allocation",
    "/rest/quickreload/latest/1638417",
    "/display/PILOT/Approach+notes",
    "/download/attachments/1638417/approach-chart-7.pdf",
    "/dashboard.action",
    "/display/ENG/Crane+4+maintenance",
    "/dosearchsite.action?queryString=bollard",
    "/login.action",
    "/server-info.action",
];

fn wiki(logs: &mut Logs) {
    let name = "wiki-1/access.log";
    let mut random = Random::named(name);
    for time in rhythm(&mut random, FIRST_DAY, 44) {
        let inside = random.per_mille(800);
        let client = if inside { workstation_address(&mut random) } else { outsider(&mut random) };
        let user = if inside { random.pick(PEOPLE) } else { "-" };
        let agent = random.pick(BROWSERS);
        let (method, target, status) = match random.below(100) {
            0..3 => ("POST", "/dologin.action", 302),
            3..5 => ("POST", "/rest/tinymce/1/drafts", 200),
            _ if !inside => ("GET", random.pick(&["/login.action", "/", "/display/OPS/Tug+allocation"]), 302),
            _ => ("GET", random.pick(WIKI_PAGES), 200),
        };
        let bytes = size(target, status);
        let request = Request { client: &client, user, method, target, status, bytes, referer: "-", agent };
        logs.line(name, time, request.line(time));
    }
}

fn mail(logs: &mut Logs) {
    let name = "mail-1/access.log";
    let mut random = Random::named(name);
    for time in rhythm(&mut random, FIRST_DAY, 46) {
        let inside = random.per_mille(600);
        let client = if inside { workstation_address(&mut random) } else { outsider(&mut random) };
        let person = random.pick(PEOPLE);
        let user = format!("SEAWARD\\{person}");
        let sync = format!("/Microsoft-Server-ActiveSync?Cmd=Sync&User={person}&DeviceType=phone");
        let discover =
            format!("/autodiscover/autodiscover.json/v1.0/{person}@seaward.example?Protocol=ActiveSync");
        let (method, target, status, agent) = match random.below(100) {
            0..40 => (
                "POST",
                "/mapi/emsmdb/?MailboxId=mbx@seaward.example",
                200,
                "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)",
            ),
            40..62 => ("POST", sync.as_str(), 200, "Apple-iPhone14C2/2205.116"),
            62..72 => (
                "POST",
                "/ews/exchange.asmx",
                200,
                "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)",
            ),
            72..76 => (
                "GET",
                discover.as_str(),
                200,
                "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)",
            ),
            76..80 => ("POST", "/ews/exchange.asmx", 401, "Apple-iPhone14C2/2205.116"),
            _ => (
                "GET",
                random.pick(&["/owa/", "/owa/service.svc?action=FindItem", "/owa/auth/logon.aspx"]),
                200,
                random.pick(BROWSERS),
            ),
        };
        let user = if status == 401 { "-" } else { user.as_str() };
        let bytes = size(target, status);
        let request = Request { client: &client, user, method, target, status, bytes, referer: "-", agent };
        logs.line(name, time, request.line(time));
    }
}

/// One night in June a public scanner walks by: everything it asks for is not there.
fn survey(logs: &mut Logs) {
    const ASKED: &[&str] = &[
        "/setup/setupadministrator-start.action",
        "/uploads/shell.jsp",
        "/uploads/cmd.php?cmd=whoami",
        "/wp-login.php",
        "/.git/config",
        "/cgi-bin/luci",
        "/autodiscover/autodiscover.json?a=probe@survey.example/none",
        "/manager/html",
        "/actuator/env",
        "/phpmyadmin/index.php",
        "/images/up.php",
        "/.env",
    ];
    for (host, minute) in [("portal-1", 2), ("portal-2", 9), ("wiki-1", 17), ("mail-1", 25)] {
        let begin = at(9, 23, minute, 0);
        for (target, second) in ASKED.iter().zip((0..).step_by(7)) {
            let time = begin.plus(second);
            let request = Request {
                client: SURVEY,
                user: "-",
                method: "GET",
                target,
                status: 404,
                bytes: 196,
                referer: "-",
                agent: SURVEY_AGENT,
            };
            logs.line(&format!("{host}/access.log"), time, request.line(time));
        }
    }
}

/// The same page has the same size; a size that follows from the path needs no bytes in the packed file.
fn size(target: &str, status: u64) -> u64 {
    match status {
        304 => 0,
        302 | 303 => 20,
        401 | 404 => 196,
        _ => {
            let path = target.split('?').next().unwrap_or(target);
            400 + path.bytes().fold(7_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 48_611)
        }
    }
}
