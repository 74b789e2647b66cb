//! Watched words as a user has them: a list in a table of names, mails in logs and as files, reports; and the page of thirty days.
//!
//! Vessels, firms and addresses are invented.

use crate::program::{Folder, Run, outpace};
use serde_json::Value;

const NOW: &str = "2026-07-01T06:00:00Z";
const NAMES: &str = "name,kind,party,party_name,owner,expires,watchlist\n\
    harbour.example,domain,own,Harbour,network,,\n\
    tide.example,domain,supplier,Tidewise Cranes,engineering,,\n\
    MV Tidal Crane,keyword,own,Harbour,harbour master,,vessels\n\
    Harbour Light,keyword,own,Harbour,harbour master,,vessels; brands\n\
    Old Ferry,keyword,own,Harbour,harbour master,2026-01-01,vessels\n";

/// One mail in three rows, a mail of ours, one that was stopped, one without a word, and one of May.
const EXCHANGE: &str = "#Software: Microsoft Exchange Server\n\
    #Version: 15.02.1544.004\n\
    #Log-type: Message Tracking Log\n\
    #Fields: date-time,client-ip,server-hostname,source,event-id,message-id,recipient-address,recipient-status,message-subject,sender-address,directionality\n\
    2026-06-12T03:14:15.000Z,203.0.113.9,mail-1,SMTP,RECEIVE,<one@docs.example>,berths@harbour.example;duty@harbour.example,,\"TIDAL-CRANE, berth 4\",agent@quay-docs.example,Incoming\n\
    2026-06-12T03:14:16.000Z,203.0.113.9,mail-1,STOREDRIVER,DELIVER,<one@docs.example>,berths@harbour.example,,\"TIDAL-CRANE, berth 4\",agent@quay-docs.example,Incoming\n\
    2026-06-12T03:14:16.000Z,203.0.113.9,mail-1,STOREDRIVER,DELIVER,<one@docs.example>,duty@harbour.example,,\"TIDAL-CRANE, berth 4\",agent@quay-docs.example,Incoming\n\
    2026-06-14T08:00:00.000Z,10.0.0.5,mail-1,SMTP,SEND,<two@harbour.example>,agent@tide.example,,M/V Tidal Crane: pilot,duty@harbour.example,Originating\n\
    2026-06-15T09:30:00.000Z,203.0.113.9,mail-1,AGENT,FAIL,<three@docs.example>,berths@harbour.example,550 5.7.1 malware found,Harb0ur Light invoice,agent@quay-docs.example,Incoming\n\
    2026-06-16T10:00:00.000Z,192.0.2.7,mail-1,SMTP,RECEIVE,<four@shop.example>,berths@harbour.example,,Lunch,desk@shop.example,Incoming\n\
    2026-05-12T03:14:15.000Z,203.0.113.9,mail-1,SMTP,RECEIVE,<old@docs.example>,berths@harbour.example,,Tidal Crane,agent@quay-docs.example,Incoming\n";

/// A mail whose subject is logged, under a name that a host has; one without a word; one that was turned away.
const POSTFIX: &str = "2026-06-18T04:00:00Z relay-1 postfix/smtpd[811]: 4C6BD13F8B7: client=mx.tidalcrane.example[203.0.113.40]\n\
    2026-06-18T04:00:01Z relay-1 postfix/cleanup[812]: 4C6BD13F8B7: message-id=<five@tidalcrane.example>\n\
    2026-06-18T04:00:01Z relay-1 postfix/cleanup[812]: 4C6BD13F8B7: warning: header Subject: =?UTF-8?Q?Cargo_of_the_Tidal_Crane?= from mx.tidalcrane.example[203.0.113.40]; from=<ops@tidalcrane.example> to=<duty@harbour.example> proto=ESMTP helo=<mx>\n\
    2026-06-18T04:00:02Z relay-1 postfix/qmgr[813]: 4C6BD13F8B7: from=<ops@tidalcrane.example>, size=4096, nrcpt=1 (queue active)\n\
    2026-06-18T04:00:03Z relay-1 postfix/smtp[814]: 4C6BD13F8B7: to=<duty@harbour.example>, relay=mail-1[10.0.0.5]:25, delay=1, dsn=2.0.0, status=sent (250 ok)\n\
    2026-06-18T04:00:03Z relay-1 postfix/qmgr[813]: 4C6BD13F8B7: removed\n\
    2026-06-19T04:00:00Z relay-1 postfix/smtpd[811]: 5D6BD13F8B7: client=mx.shop.example[192.0.2.7]\n\
    2026-06-19T04:00:02Z relay-1 postfix/qmgr[813]: 5D6BD13F8B7: from=<desk@shop.example>, size=4096, nrcpt=1 (queue active)\n\
    2026-06-20T04:00:00Z relay-1 postfix/smtpd[811]: NOQUEUE: reject: RCPT from x.example[203.0.113.41]: 554 5.7.1 <duty@harbour.example>: blocked; from=<tidal-crane@free.example> to=<duty@harbour.example> proto=ESMTP helo=<x>\n";

/// The same mail as the first of the log, as somebody kept it.
const LURE: &str = "From: Agent <agent@quay-docs.example>\nTo: berths@harbour.example\nSubject: TIDAL-CRANE, berth 4\n\
    Date: Fri, 12 Jun 2026 03:14:12 +0000\nMessage-ID: <one@docs.example>\nX-Virus-Found: Trojan.Example\nMIME-Version: 1.0\n\
    Content-Type: text/plain\n\nWords of a body: the Harbour Light has never-kept-1.\n";
const OTHER_LURE: &str = "Return-Path: <a-bounce@mass.example>\nFrom: Agent <agent@light-docs.example>\nTo: berths@harbour.example\nSubject: papers\n\
    Date: Sat, 13 Jun 2026 03:14:12 +0000\nMessage-ID: <six@docs.example>\nMIME-Version: 1.0\n\
    Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nSee it.\n--b\n\
    Content-Type: application/octet-stream; name=\"harbour_light.docm\"\n\
    Content-Disposition: attachment; filename=\"harbour_light.docm\"\n\nx\n--b--\n";
const REPORT: &str = "# Lures at sea\n\nPublished 2026-06-20.\n\nMails in the name of the tidal crane came from 203.0.113.9.\n";

struct Home(Folder);

impl Home {
    /// A home that has learnt all of it.
    fn new() -> Self {
        let home = Self(Folder::new());
        home.0.file("names.csv", NAMES);
        home.0.file("logs/mail-1/tracking.log", EXCHANGE);
        home.0.file("logs/relay-1/mail.log", POSTFIX);
        home.0.file("mails/one.eml", LURE);
        home.0.file("mails/six.eml", OTHER_LURE);
        home.0.file("lures.md", REPORT);
        for (path, now, more) in [
            ("names.csv", "2026-05-01T06:00:00Z", &[][..]),
            ("logs", NOW, &[]),
            ("mails", NOW, &["--as", "collections"]),
            ("lures.md", NOW, &[]),
        ] {
            let path = home.path(path);
            let run = home.run_at(now, &[&["ingest", path.as_str()], more].concat());
            assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        }
        home
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn run(&self, line: &[&str]) -> Run {
        self.run_at(NOW, line)
    }

    fn run_at(&self, now: &str, line: &[&str]) -> Run {
        let home = self.path("home");
        let rules = if ["ingest", "brief"].contains(&line[0]) { &["--no-built-in-rules"][..] } else { &[] };
        outpace(&[line, &["--home", &home, "--now", now], rules].concat())
    }

    fn brief(&self, more: &[&str]) -> String {
        let run = self.run(&[&["brief"], more].concat());
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        run.out
    }

    fn watched(&self, more: &[&str]) -> Value {
        let text = self.brief(&[more, &["--format", "json"]].concat());
        serde_json::from_str::<Value>(&text).expect("JSON")["watched"].clone()
    }
}

/// Rows as `day subject | detections | sender | found (in)`.
fn rows(watched: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let row = |row: &Value| {
        let detections: Vec<String> =
            row["detections"].as_array().expect("a list").iter().map(text).collect();
        let words = row["words"].as_array().expect("a list").iter().map(|word| {
            let sign = if word["variant"] == true { "~" } else { "" };
            format!("{sign}{} in {}", text(&word["found"]), text(&word["in"]))
        });
        let words: Vec<String> = words.collect();
        let day = text(&row["date"])[..10].to_owned();
        format!(
            "{day} {} | {} | {} | {}",
            text(&row["subject"]),
            detections.join("; "),
            text(&row["sender"]),
            words.join("; ")
        )
    };
    watched["rows"].as_array().expect("rows").iter().map(row).collect()
}

fn counts(of: &Value) -> Vec<String> {
    let one = |one: &Value| format!("{} {}", one["name"].as_str().expect("a name"), one["count"]);
    of["listed"].as_array().expect("a list").iter().map(one).collect()
}

/// The row "keyword or vessel watch" of what a briefing must do.
#[test]
fn keyword_or_vessel_watch() {
    let home = Home::new();
    let watched = home.watched(&["--watch", "vessels"]);
    assert_eq!(
        rows(&watched),
        [
            "2026-06-20  | reject: RCPT from x.example[203.0.113.41]: 554 5.7.1 <duty@harbour.example>: blocked | tidal-crane@free.example | tidal-crane in sender",
            "2026-06-20 Lures at sea |  | - | tidal crane in text",
            "2026-06-18 Cargo of the Tidal Crane |  | ops@tidalcrane.example | Tidal Crane in subject",
            "2026-06-15 Harb0ur Light invoice | FAIL: 550 5.7.1 malware found | agent@quay-docs.example | ~Harb0ur Light in subject",
            "2026-06-14 M/V Tidal Crane: pilot |  | duty@harbour.example | Tidal Crane in subject",
            "2026-06-13 papers |  | agent@light-docs.example | harbour_light in attachment",
            "2026-06-12 TIDAL-CRANE, berth 4 | Virus-Found: Trojan.Example | agent@quay-docs.example | TIDAL-CRANE in subject",
        ]
    );
    assert_eq!((&watched["count"], &watched["variants_only"]), (&7.into(), &1.into()));
    // The one of the supplier's crane is ours to send, and no attacker's.
    assert_eq!(
        counts(&watched["attacker_domains"]),
        ["quay-docs.example 2", "free.example 1", "light-docs.example 1", "tidalcrane.example 1"]
    );
    assert_eq!(watched["known_senders"], 1);
    assert_eq!(counts(&watched["target_domains"]), ["harbour.example 5", "tide.example 1"]);
    assert_eq!(watched["target_domains"]["listed"][0]["whose"], "ours");
    assert_eq!(counts(&watched["subjects"]).len(), 5);
    // A mail that is logged three times and kept as a file is one; that of May is of no day of these thirty.
    let looked = &watched["looked_at"];
    assert_eq!((&looked["mails"], &looked["records"], &looked["reports"]), (&7.into(), &2.into(), &1.into()));
    assert_eq!((&watched["words"], &watched["expired_words"]), (&2.into(), &1.into()));
    assert!(watched["period"]["since"].as_str().expect("a moment").starts_with("2026-06-01T06:00:00"));
}

#[test]
fn the_page_says_what_was_found_and_where_in_every_form() {
    let home = Home::new();
    let text = home.brief(&["--watch", "Vessels"]);
    assert_eq!(text, home.brief(&["--watch", "Vessels"]), "the same bytes");
    let plain = text.replace('\\', "").replace("[.]", ".").replace("[@]", "@");
    for said in [
        "## Watched words: vessels",
        "7 mails, records and reports have one of the 2 words of the list vessels",
        "1 has another spelling only; 1 was sent by us or a partner",
        "Harb0ur Light",
        "variant of Harbour Light",
        "tracking.log, line 9",
        "harbour.example (5, ours)",
        "7 mails of logs, from 2026-06-12 03:14 to 2026-06-20 04:00; 2 records of others; 1 report",
        "not looked for: 1 word whose time is over",
    ] {
        assert!(plain.contains(said), "{said}: {text}");
    }
    assert!(text.contains("agent@quay-docs[.]example") || text.contains("quay-docs\\[.\\]example"), "{text}");
    let management = home.brief(&["--watch", "vessels", "--for", "management"]);
    assert!(management.contains("have one of the 2 words of the list vessels"), "{management}");
    assert!(!management.contains("TIDAL"), "{management}");
    let slides = home.brief(&["--watch", "vessels", "--format", "slides"]);
    assert!(
        slides.contains("words of the list vessels") && slides.contains("Harb0ur Light invoice"),
        "{slides}"
    );
    assert!(home.brief(&["--watch", "vessels", "--format", "html"]).contains("Watched words: vessels"));
    let pdf = home.path("watch.pdf");
    assert_eq!(home.brief(&["--watch", "vessels", "--format", "pdf", "--out", &pdf]), "");
    assert!(std::fs::read(&pdf).expect("a file").starts_with(b"%PDF"));
    // The body names the other word of the list, which no row says (see above); nor is the mail kept as a document.
    let doctor = home.run_at(NOW, &["doctor"]);
    let said = doctor.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("one.eml is not kept word for word: of a mail the body is not kept"), "{said}");
}

#[test]
fn nothing_found_says_what_was_looked_through_and_a_period_that_is_given_holds() {
    let home = Home::new();
    let none = home.brief(&["--watch", "brands", "--since", "2026-06-16", "--until", "2026-06-18"]);
    assert!(
        none.contains("The word of the list brands was not found in mails, records of others and reports"),
        "{none}"
    );
    assert!(
        none.contains("Looked through: 1 mail of logs, from 2026-06-16 10:00 to 2026-06-16 10:00"),
        "{none}"
    );
    let may = home.watched(&["--watch", "vessels", "--since", "2026-05-01", "--until", "2026-07-01"]);
    assert_eq!(may["count"], 8);
    // A brief without the option is as before.
    assert!(home.watched(&[]).is_null());
    assert!(!home.brief(&[]).contains("Watched words"));
}

#[test]
fn an_unknown_list_is_refused_with_those_that_there_are() {
    let home = Home::new();
    for (line, why) in [
        (
            &["brief", "--watch", "ships"][..],
            "no list of watched words has this name: there are brands, vessels",
        ),
        (&["brief", "--watch", "vessels", "--for", "party Tidewise Cranes"], "which are nothing for a party"),
    ] {
        let run = home.run(line);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{line:?}");
        assert!(run.err.contains(why) && run.err.contains("help: "), "{line:?}: {}", run.err);
    }
}

#[test]
fn a_mail_to_us_is_a_record_of_others_and_no_stolen_account() {
    let home = Home::new();
    let found = home.run(&["search", "berths@harbour.example"]);
    assert!(found.out.contains("suspicious mail"), "{}{}", found.out, found.err);
    let status = home.run(&["status", "--format", "json"]);
    let answer: Value = serde_json::from_str(&status.out).expect("JSON");
    let findings = answer["findings"].as_array().expect("findings");
    let titles: Vec<&str> = findings.iter().filter_map(|one| one["title"].as_str()).collect();
    // By the names of vessels alone; that a mail came to us is no finding.
    assert_eq!(
        titles,
        ["mv tidal crane (ours): suspicious mail", "harbour light (ours): suspicious mail"],
        "{}",
        status.err
    );
}
