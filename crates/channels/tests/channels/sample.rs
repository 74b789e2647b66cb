//! Notices and channels for tests: an invented intrusion at an invented harbour.

use channels::Occasion;
use channels::channel::authorities::Authorities;
use channels::channel::server::Server;
use channels::channel::target::Target;
use channels::channel::{
    Cef, Channel, Folder, Mail, Ntfy, Security, SignIn, Slack, Syslog, Teams, Unsubscribe, Webhook, Wire,
};
use model::{
    FindingId, FindingKind, Happened, Notice, NoticeId, NoticePart, Says, Severity, Timestamp, Tlp, Topic,
};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::FromStr;

/// A value as a person writes it.
pub(crate) fn given<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("a valid value")
}

pub(crate) fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a moment")
}

pub(crate) fn occasion() -> Occasion {
    Occasion {
        date: moment("2026-07-01T06:00:00Z"),
        host: "watch-1.seaward.example".into(),
        before: Vec::new(),
    }
}

fn text(label: &str, says: &str) -> NoticePart {
    NoticePart { label: label.into(), says: Says::Text(says.into()) }
}

const STEPS: &[&str] = &[
    "Berth desk: copy memory and disk of portal-1, then take it off the network. portal-2 shows none of this; let it carry on.",
    "Platform: new passwords for svc-backup, svc-portal, svc-sql, svc-crane, svc-print. Plan restarts with their owners.",
    "Network: block 203[.]0[.]113[.]77, [.]61, [.]45 and *.cdn-tidewatch[.]example both ways; switch off fw-1 rule 80.",
    "Hydrography, engineering: leave files-2 and files-3 running, clean nothing, report what the shares hold.",
    "Lead: decide on reporting duties. Happened 12 June; known 1 July 06:00 UTC.",
];
const PROOF: &[&str] = &[
    "portal-1/access.log.gz 3159",
    "portal-1/sysmon.json.gz 725, 726",
    "dc-1/security.json.gz 3922",
    "fw-1/traffic.log.gz 88, 412, 501, 777",
];
const VALUES: &[(&str, &[&str])] = &[
    ("host", &["portal-1", "files-2", "files-3"]),
    ("account", &["svc-backup", "svc-portal"]),
    ("address", &["203.0.113.77", "203.0.113.61"]),
    ("hash", &["26a5a7e71a601be991073c78d513dee3"]),
    ("technique", &["T1505.003", "T1558.003"]),
    ("owner", &["berth-desk@seaward.example"]),
];

/// A story, as the incident lead gets it.
pub(crate) fn story() -> Notice {
    let thread = "e4d82c85";
    let list = |entries: &[&str]| entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>();
    Notice {
        id: NoticeId::of(thread, "opened 1", "lead"),
        thread: thread.into(),
        number: 1,
        topic: Topic::Finding(FindingKind::Chain),
        happened: Happened::Opened,
        severity: Severity::Critical,
        tlp: Tlp::AmberStrict,
        organisation: "Seaward Harbour Authority".into(),
        at: moment("2026-07-01T06:00:00Z"),
        title: "intruder on portal-1, 21.5 GB sent out".into(),
        audience: "incident lead".into(),
        findings: vec![
            FindingId::derive(&["story", "portal-1"]),
            FindingId::derive(&["sighting", "files-2"]),
        ],
        parts: vec![
            text(
                "WHAT",
                "Somebody has used portal-1 (berth booking) as a way in since Fri 12 June 02:41 UTC. They placed a page that runs commands (uploads/horizon.jsp), took tickets for four service accounts, logged on to files-2 and files-3 as svc-backup and packed files on files-2. 21.5 GB left portal-1 for 203[.]0[.]113[.]77:443 in four sessions, 22 June 01:58 to 26 June 01:49.",
            ),
            text(
                "NOW?",
                "Last sign 26 June 01:49; portal-1's web log runs to 30 June 23:57. No record shows the page removed. Treat it as open.",
            ),
            text(
                "SURE",
                "Certain: a listed file (MD5 26a5a7e71a601be991073c78d513dee3) was there; Tomcat started cmd.exe; the firewall counted the bytes. Likely: svc-backup's password was guessed from its ticket. Unknown: what was packed; where 12 GB of the 21.5 came from.",
            ),
            text(
                "WHO",
                "Consistent with APT40: file, two addresses, one domain are in HC-2026-17. That is no attribution.",
            ),
            text(
                "WHY",
                "svc-backup is in Backup Operators, without second factor, its password from June 2019. It may reach every server.",
            ),
            NoticePart { label: "DO".into(), says: Says::Steps(list(STEPS)) },
            NoticePart { label: "PROOF".into(), says: Says::Lines(list(PROOF)) },
            text(
                "NOT SEEN",
                "before 3 June (web logs); user and ot zones; mail-1 13 June 22:00 to 14 June 05:00.",
            ),
            text(
                "GENUINE?",
                "No link, attachment or password request. On your own console: outpace explain 6a1f. Or ring the security desk on the number in your staff directory, not in this mail.",
            ),
            text(
                "NEXT",
                "You get another notice when this rises, is corrected, or is unclaimed at 06:15. Claim: outpace triage 6a1f --assign me",
            ),
        ],
        values: VALUES.iter().map(|(name, all)| ((*name).to_owned(), list(all))).collect::<BTreeMap<_, _>>(),
    }
}

/// The second notice of a thread of the service, short and not in ASCII.
pub(crate) fn silence() -> Notice {
    Notice {
        id: NoticeId::of("silent mail-1", "raised 2", "operator"),
        thread: "silent mail-1".into(),
        number: 2,
        topic: Topic::Service,
        happened: Happened::Raised,
        severity: Severity::Medium,
        tlp: Tlp::Unmarked,
        organisation: "Hafenbeh\u{f6}rde Seewart".into(),
        at: moment("2026-07-02T04:30:00Z"),
        title: "the mail log of mail-1 is silent for 7 hours \u{2013} since 21:30".into(),
        audience: "operator".into(),
        findings: Vec::new(),
        parts: vec![text("WHAT", "Nothing was received from mail-1 since 1 July 21:30 UTC.")],
        values: BTreeMap::new(),
    }
}

pub(crate) fn target(url: &str, allow: &[&str]) -> Target {
    let allow = allow.iter().map(|text| given(text)).collect();
    Target::new(given(url), allow, Authorities::default()).expect("a target")
}

pub(crate) fn mail(host: &str, port: u16) -> Mail {
    Mail {
        server: Server::new(host, port).expect("a server"),
        security: Security::Plain { allowed: false },
        sign_in: None,
        from: given("outpace@seaward.example"),
        to: vec![given("lead@seaward.example"), given("soc@seaward.example")],
        authorities: Authorities::default(),
        unsubscribe: Some(Unsubscribe::OneClick(given("https://watch.seaward.example/u/3f9c"))),
    }
}

pub(crate) fn wire(host: &str, port: u16) -> Wire {
    let server = Server::new(host, port).expect("a server");
    Wire { server, tls: false, authorities: Authorities::default() }
}

/// One channel of each sort.
pub(crate) fn all() -> Vec<Channel> {
    let signed = SignIn { user: "outpace".into(), password: given("correct horse") };
    let syslog = || Syslog { wire: wire("siem.seaward.example", 6514), facility: 13 };
    let hook = || target("https://hooks.example/T0/opensesame", &[]);
    vec![
        Channel::Mail(Mail { sign_in: Some(signed), ..mail("relay.seaward.example", 587) }),
        Channel::Webhook(Webhook {
            target: hook(),
            secrets: vec![given("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
        }),
        Channel::Slack(Slack { target: hook() }),
        Channel::Teams(Teams { target: hook() }),
        Channel::Ntfy(Ntfy {
            target: hook(),
            topic: "seaward-lead".into(),
            token: Some(given("tk_opensesame")),
        }),
        Channel::Syslog(syslog()),
        Channel::Cef(Cef::Syslog(syslog())),
        Channel::Cef(Cef::File("siem.cef".into())),
        Channel::Folder(Folder { directory: "out".into() }),
    ]
}
