//! Lists from outside: what is one and what only looks like one, bounds, encodings, and a naive twin.

use crate::dump;
use input::{Document, Limits};
use intel::{Format, Lexicon};
use model::world::Fact;
use proptest::prelude::*;
use std::fmt::Write as _;

/// The format of a document and what `read_report` makes of it, a line a fact.
fn read(name: &str, bytes: &[u8]) -> (Option<Format>, Vec<String>, Vec<String>) {
    let mut document = Document::open(name, bytes).expect("memory");
    let mut facts = Vec::new();
    let (format, problems) = intel::read_report(&mut document, &Lexicon::built_in(), &mut |fact| {
        facts.push(match &fact {
            Fact::Indicator(one) => format!("{} {}", one.observable.value, one.context),
            other => dump::fact(other),
        });
    });
    (format, facts, problems.into_vec().iter().map(ToString::to_string).collect())
}

fn is_list(name: &str, text: &str) -> bool {
    intel::is_list(&Document::open(name, text.as_bytes()).expect("memory"))
}

#[test]
fn what_only_looks_like_a_list_is_none_even_where_one_is_expected() {
    for (name, text) in [
        ("note.txt", "The group was seen again.\nIt used 203.0.113.66 as its server.\n"),
        (
            "hosts",
            "127.0.0.1 localhost\n10.0.0.5 dc01 dc01.corp.example\n10.0.0.6 web01 web01.corp.example\n",
        ),
        ("hosts", "127.0.0.1 localhost\n203.0.113.5 www.port.example www\n203.0.113.6 mx.port.example mx\n"),
        (
            "hosts",
            "127.0.0.1 localhost\n127.0.1.1 web01.corp.example web01\n::1 ip6-localhost ip6-loopback\n",
        ),
        ("inventory.txt", "10.0.0.5 dc01\n10.0.0.6 web01\n10.0.0.7 db01\n"),
        ("inventory.txt", "10.0.0.5,dc01,Windows Server 2022\n10.0.0.6,web01,Debian 12\n"),
        (
            "access.log",
            "203.0.113.9 - - [12/Jun/2026:03:14:07 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"curl/8\"\n\
             203.0.113.9 - - [12/Jun/2026:03:14:09 +0000] \"GET /x HTTP/1.1\" 404 5 \"-\" \"curl/8\"\n",
        ),
        ("syslog", "Jun 12 03:14:07 web01 sshd[7]: Failed password for root from 203.0.113.9 port 4 ssh2\n"),
        (
            "fw.log",
            "2026-06-12 03:14:07 203.0.113.9 192.0.2.7 443 drop\n2026-06-12 03:14:08 203.0.113.9 192.0.2.7 22 drop\n",
        ),
        ("requirements.txt", "django==4.2.1\nrequests>=2.31\nzope.interface==5.4\n# tests\npytest\n"),
        ("robots.txt", "User-agent: *\nDisallow: /tmp/\nSitemap: https://www.port.example/sitemap.xml\n"),
        ("devices.csv", "name,address,os,owner\ndc01,10.0.0.5,Windows,anna\nweb01,203.0.113.5,Debian,mo\n"),
        ("devices.csv", "hostname,ip\ndc01,10.0.0.5\nweb01,203.0.113.5\n"),
        ("servers.csv", "name,address\nweb01,203.0.113.5\nmx01,203.0.113.6\n"),
        ("zones.csv", "zone,cidr,kind\ndmz,203.0.113.0/24,dmz\nuser,10.1.0.0/16,user\n"),
        ("names.csv", "name,kind,party\nport.example,domain,own\n203.0.113.0/24,network,own\n"),
        (
            "threats.csv",
            "time,src,dst,action,threat\n2026-06-12 03:14:07,10.0.0.5,203.0.113.9,drop,QuayCat\n",
        ),
        ("alerts.csv", "DeviceName,SHA1,Threat\nws-1,989ac69337997919f076b3c466cafdc6070f40f9,Trojan\n"),
        ("dump.txt", "anna@port.example:hunter2\nmo@port.example:hunter3\n"),
        ("dump.txt", "anna@port.example;hunter2\nmo@port.example;hunter3\n"),
        ("logins.txt", "https://shop.example/login:anna:hunter2\nhttps://mail.example/a:mo:hunter3\n"),
        ("epss.csv", "#model_version:v2025.03.14\ncve,epss,percentile\nCVE-2021-44228,0.9,0.9\n"),
        ("files.txt", "main.rs\nREADME.txt\nsetup.exe\n"),
        ("go.sum", "quay-portal.net/module v1.2.0 h1:abc=\nquay-portal.net/other v1.0.0/go.mod h1:def=\n"),
        ("versions.txt", "openssl 3.0.2\nnginx 1.18.0\n"),
        (
            "rule.yml",
            "title: a rule\nid: x\nstatus: test\nvalues:\n- evil-login.net\n- evil-quay.net\n- a.evil-quay.net\n- b.evil-quay.net\n- c.evil-quay.net\n- d.evil-quay.net\n- e.evil-quay.net\n- f.evil-quay.net\n- g.evil-quay.net\n- h.evil-quay.net\n- i.evil-quay.net\n- j.evil-quay.net\n- k.evil-quay.net\n- l.evil-quay.net\n- m.evil-quay.net\n- n.evil-quay.net\n",
        ),
        ("page.md", "| type | value |\n|---|---|\n| IPv4 | 203.0.113.72 |\n| IPv4 | 203.0.113.73 |\n"),
        (
            "devices.json",
            r#"[{"name":"dc01","ip":"10.0.0.5","os":"Windows"},{"name":"web01","ip":"203.0.113.5","os":"x"}]"#,
        ),
        ("eve.json", "{\"src_ip\":\"10.0.0.5\",\"dest_ip\":\"203.0.113.9\",\"event_type\":\"alert\"}\n"),
        ("names.json", r#"["Anna", "Mo", "203.0.113.5 is ours"]"#),
        ("empty.txt", ""),
        ("comments.txt", "# nothing\n# at all\n"),
    ] {
        assert!(!is_list(name, text), "{name}: {text}");
    }
}

#[test]
fn what_may_be_anything_is_a_list_only_where_one_is_expected() {
    for (name, text) in [
        ("contacts.txt", "anna@port.example\nmo@port.example\n"),
        ("servers.txt", "10.0.0.5\n10.0.0.6\n"),
        ("list.txt", "203.0.113.7 QuayCat\n203.0.113.8 QuayCat\n"),
        ("list.csv", "ip,comment\n203.0.113.7,QuayCat\n203.0.113.8,PortDog\n"),
        ("SHA256SUMS", "3c2df912058b29685f9330b8242856720e660f626e60d85ac8305436bfc32dbb  quay.iso\n"),
    ] {
        assert_eq!(intel::recognise(name, text), None, "{name}");
        assert!(is_list(name, text), "{name}");
    }
}

#[test]
fn a_report_whose_values_are_defanged_is_read_as_the_report_that_it_is() {
    let mut text = "The group QuayCat came back to the harbours of the north.\n\nIndicators\n".to_owned();
    for n in 0..40 {
        let _ = writeln!(text, "a{n}[.]evil-quay[.]example");
    }
    let (format, facts, _) = read("report.txt", text.as_bytes());
    assert_eq!((format, facts.len()), (Some(Format::Text), 41));
    let plain = text.replace("[.]", ".");
    assert_eq!(read("report.txt", plain.as_bytes()).0, Some(Format::IndicatorList));
}

#[test]
fn encodings_and_line_ends_do_not_matter() {
    let text = "# QuayCät\r\n203.0.113.66\r\nevil-login.net # Söhne\r\n";
    let expected = ["203.0.113.66 QuayCät", "evil-login.net Söhne"];
    let (_, facts, problems) = read("a.txt", text.as_bytes());
    assert_eq!((&facts[..2], problems.len()), (&expected.map(str::to_owned)[..], 0));
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let mut seen = Vec::new();
    let lexicon = Lexicon::built_in();
    let walked = input::open_bytes("a.txt", &wide, &Limits::default(), &mut |mut document: Document<'_>| {
        let _ = intel::read(&mut document, &lexicon, &mut |fact| {
            if let Fact::Indicator(one) = fact {
                seen.push(format!("{} {}", one.observable.value, one.context));
            }
        });
    });
    assert_eq!((seen.as_slice(), walked.problems.len()), (&expected.map(str::to_owned)[..], 0));
    let (_, facts, problems) = read("a.txt", b"203.0.113.66 # S\xf6hne\n203.0.113.67\n");
    assert_eq!(facts[0], "203.0.113.66 Söhne");
    assert_eq!(problems, ["a.txt, line 1: not UTF-8: read as Windows-1252"]);
}

#[test]
fn one_past_the_bounds_of_line_and_context() {
    let comment = "x".repeat(400);
    let long = format!("203.0.113.66 # {comment}\n203.0.113.67 # {comment}y\n");
    let (_, facts, _) = read("a.txt", long.as_bytes());
    assert_eq!(facts[0].len(), facts[1].len());
    assert!(facts[1].ends_with('x'));
    let row = format!("indicator,comment\n203.0.113.66,{comment}y\n");
    let (_, facts, _) = read("a.csv", row.as_bytes());
    assert_eq!(facts[0].len(), "203.0.113.66 ".len() + 400);

    let line =
        |bytes: usize| format!("203.0.113.66\n203.0.113.67 # {}\n203.0.113.68\n", "x".repeat(bytes - 15));
    let (_, facts, problems) = read("a.txt", line(64 << 10).as_bytes());
    assert_eq!((facts.len(), problems.len()), (4, 0));
    let (_, facts, problems) = read("a.txt", line((64 << 10) + 1).as_bytes());
    assert_eq!(facts.len(), 3);
    assert_eq!(problems, ["a.txt, line 2: this line is longer than 64 KiB; it was passed over"]);
}

#[test]
fn a_title_goes_before_the_name_of_the_file_and_numbers_are_by_kind() {
    let text = "# Names of QuayCat\n# Published by: Port CERT\n# TLP:AMBER\n# Date: 2026-11-27\n\n\
                evil-login.net\n203.0.113.66\nevil-quay.net\n";
    let (_, facts, _) = read("folder/names.txt", text.as_bytes());
    let report = "report \"Names of QuayCat\" publisher=\"Port CERT\" published=2026-11-27 tlp=TLP:AMBER\n  listed ipv4 1\n  listed domain 2";
    assert_eq!(facts.last().map(String::as_str), Some(report));
    let (_, facts, _) = read("folder/names.txt", b"evil-login.net\n");
    assert!(facts.last().is_some_and(|fact| fact.starts_with("report \"names.txt\"")), "{facts:?}");
}

#[test]
fn a_report_of_a_list_is_named_after_its_content() {
    let id = |text: &str| {
        let mut document = Document::open("a.txt", text.as_bytes()).expect("memory");
        let mut id = String::new();
        let _ = intel::read_report(&mut document, &Lexicon::built_in(), &mut |fact| {
            if let Fact::Report(report) = fact {
                id = report.id;
            }
        });
        id
    };
    assert!(id("203.0.113.66\n").starts_with("report--"));
    assert_eq!(id("203.0.113.66\n"), id("203[.]0[.]113[.]66\r\n"));
    assert_ne!(id("203.0.113.66\n"), id("203.0.113.67\n"));
}

/// A value as lists hold them, in the one form. Addresses are of the internet: lines of addresses inside, each with
/// words beside it, are a plan of a network and no list.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(|[a, b, c, d]| format!("{}.{b}.{c}.{d}", a % 89 + 11)),
        any::<u32>().prop_map(|n| format!("2001:db8::{:x}:{:x}", (n >> 16) | 1, (n & 0xffff) | 1)),
        (any::<u16>(), 8_u8..=32).prop_map(|(n, prefix)| {
            observable::canonical(
                observable::Kind::Network,
                &format!("{}.{}.0.0/{prefix}", (n >> 8) % 89 + 11, n & 255),
            )
            .map(|network| network.value)
            .unwrap_or_default()
        }),
        "[a-z]{1,8}(-[a-z0-9]{1,5})?\\.(com|net|example|co\\.uk)",
        "https?://[a-z]{1,8}\\.example/[a-z0-9/._-]{0,12}",
        "[a-z]{1,8}@[a-z]{1,8}\\.example",
        "[0-9a-f]{31}[1-9]a{0}",
    ]
}

proptest! {
    /// The twin splits at line ends and asks the shared tokenizer for each value.
    #[test]
    fn every_way_to_write_a_list_gives_its_values_in_order(
        values in prop::collection::vec((value(), 0_usize..6), 1..30),
        crlf in any::<bool>(),
    ) {
        let twin: Vec<String> =
            values.iter().filter_map(|(value, _)| observable::recognise(value)).map(|one| one.value).collect();
        prop_assume!(twin.len() == values.len());
        let end = if crlf { "\r\n" } else { "\n" };
        let mut text = String::new();
        for (value, form) in &values {
            match form {
                0 => text.push_str(value),
                1 => { let _ = write!(text, "{value} # seen twice"); }
                2 => { let _ = write!(text, "  - {value}"); }
                3 => { let _ = write!(text, "\"{value}\","); }
                4 => { let _ = write!(text, "{}", value.replacen('.', "[.]", 1)); }
                _ => { let _ = write!(text, "# a comment{end}{value}"); }
            }
            text.push_str(end);
        }
        let mut document = Document::open("a.txt", text.as_bytes()).expect("memory");
        let mut read = Vec::new();
        let (format, problems) = intel::read_report(&mut document, &Lexicon::built_in(), &mut |fact| {
            if let Fact::Indicator(one) = fact {
                read.push(one.observable.value);
            }
        });
        prop_assert_eq!(format, Some(Format::IndicatorList));
        prop_assert_eq!(read, twin, "{}", text);
        prop_assert!(problems.is_empty());
    }
}
