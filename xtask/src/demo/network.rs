//! The firewall's traffic log (syslog of RFC 5424, key=value) and the sensor's DNS log (Zeek).
//!
//! Near-misses in it: backups of many gigabytes that stay inside, one restore, a person's large upload below the
//! threshold, denied knocks on administration ports.

use super::actors::{PEOPLE, outsider, workstation_address};
use super::log::Logs;
use super::moment::{Moment, at, rhythm};
use super::random::Random;

/// The firewall's log.
pub const TRAFFIC: &str = "fw-1/traffic.log";
/// The sensor's log.
pub const DNS: &str = "sensor-1/dns.log";

/// One session at the firewall.
pub struct Session<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub zones: (&'a str, &'a str),
    pub port: u64,
    pub protocol: &'a str,
    pub action: &'a str,
    pub sent: u64,
    pub received: u64,
}

impl Session<'_> {
    /// Its line. Facility local0, severity informational.
    pub fn line(&self, time: Moment) -> String {
        format!(
            "<134>1 {} fw-1 traffic - - - srcip={} srcport={} dstip={} dstport={} proto={} action={} srczone={} \
             dstzone={} sentbyte={} rcvdbyte={}",
            time.iso_seconds(),
            self.from,
            49_152 + (self.sent + self.received) % 16_000,
            self.to,
            self.port,
            self.protocol,
            self.action,
            self.zones.0,
            self.zones.1,
            self.sent,
            self.received
        )
    }
}

/// A line of Zeek's dns.log: an A query and its answer.
pub fn query(number: u64, time: Moment, client: &str, name: &str, answer: &str) -> String {
    let (code, code_name) = if answer == "-" { (3, "NXDOMAIN") } else { (0, "NOERROR") };
    format!(
        "{}\tCd{number:06}\t{client}\t{}\t10.20.20.11\t53\tudp\t{}\t0.001000\t{name}\t1\tC_INTERNET\t1\tA\t{code}\t\
         {code_name}\tF\tF\tT\tT\t0\t{answer}\t{}\tF",
        time.zeek(),
        50_000 + number % 97,
        number % 251,
        if answer == "-" { "-" } else { "300.000000" }
    )
}

const DNS_HEAD: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n\
#open\t2026-06-01-00-00-00\n\
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\trtt\tquery\tqclass\tqclass_name\t\
qtype\tqtype_name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected\n\
#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tinterval\tstring\tcount\tstring\tcount\tstring\tcount\t\
string\tbool\tbool\tbool\tbool\tcount\tvector[string]\tvector[interval]\tbool\n";

/// Writes both logs.
pub fn write(logs: &mut Logs) {
    traffic(logs);
    inside_volumes(logs);
    names(logs);
}

fn traffic(logs: &mut Logs) {
    let mut random = Random::named(TRAFFIC);
    for time in rhythm(&mut random, 1, 92) {
        let workstation = workstation_address(&mut random);
        let outside = outsider(&mut random);
        // Round volumes: nobody reads them, and they pack well.
        let (sent, received) = (random.below(40) * 128 + 320, random.below(60) * 1024 + 900);
        let mut session = Session {
            from: &workstation,
            to: "10.20.20.11",
            zones: ("user", "server"),
            port: 445,
            protocol: "tcp",
            action: "allow",
            sent,
            received,
        };
        match random.below(100) {
            0..34 => {
                (session.to, session.zones, session.port) = (&outside, ("user", "internet"), 443);
            }
            34..50 => {
                session.to = random.pick(&["10.20.20.21", "10.20.20.22", "10.20.20.23"]);
            }
            50..62 => (session.port, session.protocol) = (88, "udp"),
            62..82 => {
                session.from = &outside;
                session.to = random.pick(&[
                    "198.51.100.10",
                    "198.51.100.5",
                    "198.51.100.4",
                    "198.51.100.11",
                    "198.51.100.6",
                ]);
                (session.zones, session.port) = (("internet", "dmz"), 443);
            }
            82..88 => {
                session.from = random.pick(&["10.20.10.41", "10.20.10.42"]);
                (session.to, session.zones, session.port) = ("10.20.20.41", ("dmz", "server"), 5432);
            }
            88..90 => {
                (session.from, session.to) =
                    ("10.20.40.10", random.pick(&["10.20.20.31", "10.20.20.41", "10.20.20.71"]));
                (session.zones, session.port) = (("management", "server"), 22);
            }
            _ => {
                session.from = &outside;
                session.to =
                    random.pick(&["198.51.100.1", "198.51.100.23", "198.51.100.20", "198.51.100.10"]);
                (session.zones, session.action) = (("internet", "dmz"), "deny");
                (session.port, session.sent, session.received) = (knocked(&mut random), 60, 0);
            }
        }
        logs.line(TRAFFIC, time, session.line(time));
    }
}

fn knocked(random: &mut Random) -> u64 {
    match random.below(6) {
        0 => 22,
        1 => 23,
        2 => 3389,
        3 => 445,
        4 => 8291,
        _ => 8080,
    }
}

/// Large volumes that are as they should be.
fn inside_volumes(logs: &mut Logs) {
    let mut random = Random::named("volumes");
    for day in 1..=30 {
        for (to, minute) in [("10.20.10.41", 50), ("10.20.10.25", 55)] {
            let time = at(day, 22, minute, 0);
            let received = random.between(4200, 7900) * 1_000_000;
            let session = Session {
                from: "10.20.20.51",
                to,
                zones: ("server", "dmz"),
                port: 6162,
                protocol: "tcp",
                action: "allow",
                sent: 48_000_000,
                received,
            };
            logs.line(TRAFFIC, time, session.line(time));
        }
    }
    let restore = Session {
        from: "10.20.20.51",
        to: "10.20.10.42",
        zones: ("server", "dmz"),
        port: 6162,
        protocol: "tcp",
        action: "allow",
        sent: 5_412_000_000,
        received: 61_000_000,
    };
    logs.line(TRAFFIC, at(11, 10, 31, 0), restore.line(at(11, 10, 31, 0)));
    let film = Session {
        from: "10.20.30.103",
        to: "192.0.2.120",
        zones: ("user", "internet"),
        port: 443,
        protocol: "tcp",
        action: "allow",
        sent: 742_000_000,
        received: 3_100_000,
    };
    logs.line(TRAFFIC, at(19, 15, 4, 0), film.line(at(19, 15, 4, 0)));
}

fn names(logs: &mut Logs) {
    const OURS: &[(&str, &str)] = &[
        ("files-1.seaward.example", "10.20.20.21"),
        ("mail.seaward.example", "10.20.10.25"),
        ("dc-1.seaward.example", "10.20.20.11"),
        ("files-2.seaward.example", "10.20.20.22"),
        ("wiki.seaward.example", "10.20.10.30"),
        ("print-1.seaward.example", "10.20.20.61"),
        ("berths.seaward.example", "10.20.10.41"),
    ];
    const OTHERS: &[&str] = &[
        "tides.hydro-office.example",
        "www.northquay-agents.example",
        "ais.vesselwatch.example",
        "updates.software.example",
        "weather.coast.example",
        "api.tidewise-cranes.example",
        "news.shipping-daily.example",
        "time.clock.example",
        "cdn.fonts.example",
        "video.meetings.example",
    ];
    logs.head(DNS, DNS_HEAD);
    let mut random = Random::named(DNS);
    for (time, number) in rhythm(&mut random, 1, 88).into_iter().zip(1..) {
        let client = match random.below(10) {
            0 => random.pick(&["10.20.10.41", "10.20.10.42", "10.20.10.25", "10.20.10.20"]).to_owned(),
            1 => random.pick(&["10.20.40.20", "10.20.20.31", "10.20.20.32", "10.20.20.51"]).to_owned(),
            _ => workstation_address(&mut random),
        };
        let line = if random.per_mille(520) {
            let at = random.below(7).min(random.below(7));
            let (name, answer) = usize::try_from(at)
                .ok()
                .and_then(|at| OURS.get(at))
                .copied()
                .unwrap_or(("seaward.example", "10.20.20.11"));
            query(number, time, &client, name, answer)
        } else if random.per_mille(60) {
            // A mistyped name of a colleague's machine.
            query(
                number,
                time,
                &client,
                &format!("{}-pc.seaward.example", random.pick(PEOPLE).replace('.', "")),
                "-",
            )
        } else {
            let name = random.pick(OTHERS);
            query(number, time, &client, name, &format!("192.0.2.{}", 150 + name.len()))
        };
        logs.line(DNS, time, line);
    }
}
