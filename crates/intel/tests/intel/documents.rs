//! PDF and Outlook files, made here from text: what comes of them, and what hostile ones cost.

use crate::golden::shown;
use dice::Dice;
use intel::fuzz;

/// A PDF of these objects, the first of which is the catalogue.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.7\n");
    for (number, object) in (1..).zip(objects) {
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    file.push_str("trailer <</Root 1 0 R>>\n%%EOF\n");
    file.into_bytes()
}

/// A PDF whose pages draw this, with Helvetica as `F1`.
fn pages(contents: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..contents.len()).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type/Pages/Kids[{}]/Resources<</Font<</F1 3 0 R>>>>/Count {}>>",
            kids.join(" "),
            kids.len()
        ),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    for (page, content) in contents.iter().enumerate() {
        objects.push(format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", 5 + 2 * page));
        objects.push(format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()));
    }
    pdf(&objects)
}

fn of_pdf(bytes: &[u8]) -> String {
    shown("advisory.pdf", bytes)
}

fn lines_with<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.trim_start().starts_with(word)).collect()
}

/// One line of text at a place.
fn at(x: u32, y: u32, text: &str) -> String {
    format!("BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n")
}

const HALF: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn rows_of_a_table_are_lines_and_wrapped_values_are_one() {
    let table = [
        at(50, 700, "Type"),
        at(120, 700, "Indicator"),
        at(350, 700, "Note"),
        at(50, 680, "SHA-256"),
        at(120, 680, HALF),
        at(120, 668, HALF),
        at(350, 680, "loader"),
        at(50, 640, "URL"),
        at(120, 640, "hxxp://quay[.]example/a-long-way/to-th"),
        at(120, 628, "e-end.bin"),
        at(350, 640, "second stage"),
    ]
    .concat();
    let text = of_pdf(&pages(&["BT ET", &table]));
    let indicators: Vec<String> = lines_with(&text, "indicator ")
        .iter()
        .map(|line| line.split(' ').skip(1).take(2).collect::<Vec<_>>().join(" "))
        .collect();
    let whole = format!("sha256 {HALF}{HALF}");
    assert_eq!(indicators, [whole.as_str(), "url http://quay.example/a-long-way/to-the-end.bin"], "{text}");
    assert!(text.contains("page 2"), "{text}");
}

#[test]
fn columns_are_read_one_after_the_other() {
    let mut page = String::new();
    for (column, x) in [(1, 50), (2, 320)] {
        for line in 0..30 {
            let words = format!("Column {column} and line {line} of the text that is on this page");
            let words = if line == 29 && column == 1 { "it ended at evil-quay[.]".to_owned() } else { words };
            let words = if line == 0 && column == 2 { "example and more of it".to_owned() } else { words };
            page.push_str(&at(x, 700 - 12 * line, &words));
        }
    }
    page.push_str(&at(320, 300, "See CVE-2031-4711."));
    let text = of_pdf(&pages(&[&page]));
    assert!(text.contains("CVE-2031-4711"), "{text}");
    assert!(!text.contains("| Column 2"), "{text}");
}

#[test]
fn words_that_kerning_parts_and_hyphens_break_are_whole() {
    let page = "BT /F1 10 Tf 50 700 Td [(Log in fr)-20(om 2)10(03.0.1)(13[.]7)-300(with)] TJ \
                0 -12 Td (a very long line that reaches the edge of the column and ends in the infra-) Tj \
                0 -12 Td (structure of APT40, which is a group that everybody knows since many years.) Tj ET";
    let text = of_pdf(&pages(&[page]));
    assert!(text.contains("indicator ipv4 203.0.113.7"), "{text}");
    assert!(text.contains("the infrastructure of APT40"), "{text}");
}

#[test]
fn a_pdf_without_text_says_why() {
    let problems = |bytes: &[u8]| lines_with(&of_pdf(bytes), "problem").join("\n");
    assert!(problems(b"%PDF-1.7\n1 0 obj <<>> endobj trailer <</Encrypt 9 0 R>>").contains("encrypted PDF"));
    assert!(problems(b"%PDF-1.4\nnothing").contains("no page was found"));
    assert!(problems(&pages(&["BI /W 1 /H 1 ID x EI"])).contains("a scan"));
    assert!(problems(&pages(&["0 0 m"])).contains("a PDF without text"));
    let unmapped = pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Kids[3 0 R]/Resources<</Font<</F1 5 0 R>>>>>>".to_owned(),
        "<</Type/Page/Contents 4 0 R>>".to_owned(),
        "<</Length 40>>\nstream\nBT /F1 9 Tf <000100020003000400050006> Tj ET\nendstream".to_owned(),
        "<</Type/Font/Subtype/Type0/Encoding/Identity-H>>".to_owned(),
    ]);
    assert!(problems(&unmapped).contains("fonts do not say which text"), "{}", problems(&unmapped));
}

/// Each of these would take minutes or gigabytes if a bound were missing.
#[test]
fn hostile_files_end_soon() {
    let form = |inner: &str| {
        pdf(&[
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            "<</Kids[3 0 R]>>".to_owned(),
            format!(
                "<</Type/Page/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>/Font<</F1 6 0 R>>>>{inner}>>"
            ),
            "<</Length 19>>\nstream\n/A Do /A Do /A Do  \nendstream".to_owned(),
            "<</Subtype/Form/Length 41>>\nstream\n/A Do /A Do /A Do /A Do BT (x) Tj ET/A Do\nendstream"
                .to_owned(),
            "<</Type/Font/Subtype/Type1/BaseFont/Courier>>".to_owned(),
        ])
    };
    let cases = [
        form(""),
        form("/Parent 3 0 R/Kids[3 0 R 2 0 R]"),
        b"%PDF-1.7\n1 0 obj (".repeat(40_000),
        b"%PDF-1.7\n1 0 obj [".repeat(40_000),
        b"%PDF-1.7\n1 0 obj <</Length 2 0 R>> stream\n".repeat(20_000),
        [b"%PDF-1.7\n1 0 obj ".to_vec(), b"<<".repeat(500_000)].concat(),
    ];
    for case in cases {
        let text = of_pdf(&case);
        assert!(text.contains("problem"), "{text}");
    }
}

/// The head of a compound file: eight sectors of the table, then the directory.
fn head() -> Vec<u8> {
    const END: u32 = 0xffff_fffe;
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(512, 0xff);
    file[8..76].fill(0);
    file[30..32].copy_from_slice(&9_u16.to_le_bytes());
    file[48..52].copy_from_slice(&8_u32.to_le_bytes());
    file[60..64].copy_from_slice(&END.to_le_bytes());
    file[68..72].copy_from_slice(&END.to_le_bytes());
    for number in 0..8_u32 {
        let at = usize::try_from(76 + 4 * number).unwrap();
        file[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    file
}

/// A compound file with these streams, each by its path, in sectors of 512 bytes and without small ones.
fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    const END: u32 = 0xffff_fffe;
    // Entries in the order in which they are met: name, kind, parent, bytes.
    let mut entries: Vec<(String, u8, usize, Vec<u8>)> = vec![("Root Entry".to_owned(), 5, 0, Vec::new())];
    for (path, bytes) in streams {
        let mut parent = 0;
        let parts: Vec<&str> = path.split('/').collect();
        for (number, part) in parts.iter().enumerate() {
            let leaf = number + 1 == parts.len();
            let known = entries.iter().position(|one| one.0 == *part && one.1 == 1 && one.2 == parent);
            parent = known.filter(|_| !leaf).unwrap_or_else(|| {
                let kind = if leaf { 2 } else { 1 };
                entries.push((
                    (*part).to_owned(),
                    kind,
                    parent,
                    if leaf { bytes.clone() } else { Vec::new() },
                ));
                entries.len() - 1
            });
        }
    }
    let directory_sectors = entries.len().div_ceil(4);
    let (mut table, mut data): (Vec<u32>, Vec<u8>) = (vec![0xffff_fffd; 8], Vec::new());
    for number in 0..directory_sectors {
        table.push(if number + 1 == directory_sectors { END } else { u32::try_from(9 + number).unwrap() });
    }
    let mut directory = Vec::new();
    let number_of = |entry: Option<usize>| entry.map_or(u32::MAX, |entry| u32::try_from(entry).unwrap());
    for (number, (name, kind, _, bytes)) in entries.iter().enumerate() {
        let start = table.len();
        for sector in 0..bytes.len().div_ceil(512) {
            let last = (sector + 1) * 512 >= bytes.len();
            table.push(if last { END } else { u32::try_from(start + sector + 1).unwrap() });
        }
        data.extend(bytes);
        data.resize(data.len().next_multiple_of(512), 0);
        let mut entry = vec![0_u8; 128];
        for (at, unit) in name.encode_utf16().enumerate() {
            entry[2 * at..2 * at + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64..66].copy_from_slice(&u16::try_from(name.len() * 2 + 2).unwrap().to_le_bytes());
        entry[66] = *kind;
        // The tree of a storage is a list to the right.
        let next =
            (number + 1..entries.len()).find(|next| number > 0 && entries[*next].2 == entries[number].2);
        let child = (1..entries.len()).find(|child| entries[*child].2 == number && *child != number);
        entry[68..72].copy_from_slice(&u32::MAX.to_le_bytes());
        entry[72..76].copy_from_slice(&number_of(next).to_le_bytes());
        entry[76..80].copy_from_slice(&number_of(child.filter(|_| *kind != 2)).to_le_bytes());
        entry[116..120].copy_from_slice(&u32::try_from(start).unwrap().to_le_bytes());
        entry[120..124].copy_from_slice(&u32::try_from(bytes.len()).unwrap().to_le_bytes());
        directory.extend(entry);
    }
    directory.resize(directory_sectors * 512, 0);
    let mut file = head();
    table.resize(8 * 128, u32::MAX);
    file.extend(table.iter().flat_map(|number| number.to_le_bytes()));
    file.extend(directory);
    file.extend(data);
    file
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A message with this body and attachments.
fn message() -> Vec<u8> {
    let mut times = vec![0_u8; 32];
    // PidTagClientSubmitTime, 1 May 2031.
    times.extend([0x40, 0, 0x39, 0, 0, 0, 0, 0]);
    times.extend(((1_935_360_000_i64 + 11_644_473_600) * 10_000_000).to_le_bytes());
    let inner = "__attach_version1.0_#00000001/__substg1.0_3701000D";
    compound(&[
        ("__properties_version1.0", times),
        ("__substg1.0_0037001F", wide("TLP:GREEN Cranes")),
        ("__substg1.0_0C1A001F", wide("Port CERT")),
        ("__substg1.0_007D001F", wide("Received: from 192[.]0[.]2[.]99")),
        (
            "__substg1.0_10130102",
            b"<table><tr><td>MD5<td>0123456789abcdef<br>0123456789abcdef</table> at 203[.]0[.]113[.]7"
                .to_vec(),
        ),
        ("__attach_version1.0_#00000000/__substg1.0_3707001F", wide("more.pdf")),
        (
            "__attach_version1.0_#00000000/__substg1.0_37010102",
            pages(&["BT /F1 9 Tf (203[.]0[.]113[.]8) Tj ET"]),
        ),
        (&format!("{inner}/__properties_version1.0"), vec![0; 24]),
        (&format!("{inner}/__substg1.0_0037001E"), b"Inner".to_vec()),
        (&format!("{inner}/__substg1.0_1000001E"), b"from quay[.]example".to_vec()),
    ])
}

#[test]
fn a_message_of_outlook_is_read_with_what_it_holds() {
    let text = shown("advisory.msg", &message());
    let indicators = lines_with(&text, "indicator ").join("\n");
    for value in [
        "md5 0123456789abcdef0123456789abcdef",
        "ipv4 203.0.113.7",
        "ipv4 203.0.113.8",
        "domain quay.example",
    ] {
        assert!(indicators.contains(value), "{value}: {text}");
    }
    assert!(text.contains("\"TLP:GREEN Cranes\" publisher=\"Port CERT\" published=2031-05-01"), "{text}");
    assert!(!text.contains("192.0.2.99"), "headers are no advice: {text}");
    let other = shown("advisory.doc", &compound(&[("WordDocument", vec![1; 600])]));
    assert!(other.contains("an old Office document"), "{other}");
}

#[test]
fn mutated_documents_do_not_panic() {
    let mut dice = Dice::new(20_310_501);
    let pdf = pages(&[&at(50, 700, "203[.]0[.]113[.]7"), "[(a)-900(b)] TJ"]);
    let message = message();
    for _ in 0..150 {
        fuzz::fuzz_pdf(&dice.mutated(&pdf, &[b"obj", b"<<", b"[", b"(", b"R", b"stream", b"\xff"]));
        fuzz::fuzz_outlook(&dice.mutated(&message, &[b"\0", b"\xff\xff\xff\xff", b"_", b"\x01"]));
    }
}

/// A mail that was handed over, with this head and body.
fn handed_over(head: &str, body: &str) -> String {
    let mail = format!(
        "From: a@quay.example\nSubject: berth\nDate: Fri, 12 Jun 2026 03:14:12 +0000\n{head}\n{body}"
    );
    shown("mail.eml", mail.as_bytes())
}

/// A text in another encoding than UTF-8: the digest is that of the file (`printf 'T\\344glich' | sha256sum`).
#[test]
fn the_digest_of_a_text_that_is_attached_is_that_of_the_file() {
    let head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n";
    for (encoding, body) in [("base64", "VORnbGljaA=="), ("quoted-printable", "T=E4glich")] {
        let part = format!(
            "--b\nContent-Type: text/plain; charset=iso-8859-1; name=\"a.txt\"\nContent-Disposition: attachment\n\
             Content-Transfer-Encoding: {encoding}\n\n{body}\n--b--\n"
        );
        let out = handed_over(head, &part);
        assert!(
            out.contains("af884d2183d798d20509a2919b01c1a0a06228396a0b460b4b47cc2a13aef1b3"),
            "{encoding}: {out}"
        );
    }
}

#[test]
fn what_is_kept_of_a_mail_has_limits() {
    let to = |count: usize| {
        let all: Vec<String> = (0..count).map(|n| format!("r{n}@harbour.example")).collect();
        handed_over(&format!("To: {}\n", all.join(", ")), "x\n").matches("Counterpart:email=r").count()
    };
    assert_eq!((to(100), to(101)), (100, 100));
    let links = |count: usize| {
        let body: String = (0..count).map(|n| format!("https://quay.example/{n}\n")).collect();
        handed_over("To: b@harbour.example\n", &body).matches("Counterpart:url=").count()
    };
    assert_eq!((links(100), links(101)), (100, 100));
    let attached = |count: usize| {
        let part = "--b\nContent-Type: application/octet-stream; name=\"a.bin\"\nContent-Disposition: attachment\n\nx\n";
        let head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n";
        handed_over(head, &format!("{}--b--\n", part.repeat(count)))
    };
    assert!(!attached(50).contains("problem") && attached(51).contains("more than 50 attachments"));
    let inside = |count: usize| {
        let part = "--b\nContent-Type: message/rfc822\n\nFrom: x@quay.example\nSubject: inner\n\ny\n";
        let head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n";
        handed_over(head, &format!("{}--b--\n", part.repeat(count)))
    };
    assert_eq!(inside(256).matches("subject=inner").count(), 256);
    assert!(!inside(256).contains("problem"), "{}", inside(256));
    assert_eq!(inside(257).matches("subject=inner").count(), 256);
    assert!(inside(257).contains("more than 256 mails in one"));
}
