//! A short fuzz: seeded mutations of the golden fixtures through every entry.

use dice::Dice;
use intel::fuzz;
use std::path::Path;

const JOINTS: &[&[u8]] =
    &[b"\"", b"{", b"}", b"[", b"]", b":", b",", b";", b"\n", b"<", b">", b"#", b"|", b" ", b"\\", b"\xff"];

#[test]
fn mutated_fixtures_do_not_panic() {
    let entries: [fn(&[u8]); 50] = [
        fuzz::fuzz_stix,
        fuzz::fuzz_stix_pattern,
        fuzz::fuzz_misp,
        fuzz::fuzz_kev,
        fuzz::fuzz_kev_table,
        fuzz::fuzz_cve5,
        fuzz::fuzz_nvd,
        fuzz::fuzz_github,
        fuzz::fuzz_epss,
        fuzz::fuzz_vulncheck,
        fuzz::fuzz_euvd,
        fuzz::fuzz_csaf,
        fuzz::fuzz_openvex,
        fuzz::fuzz_cyclonedx_vex,
        fuzz::fuzz_debian,
        fuzz::fuzz_ubuntu,
        fuzz::fuzz_osv,
        fuzz::fuzz_endoflife,
        fuzz::fuzz_exploit_status,
        fuzz::fuzz_shadowserver,
        fuzz::fuzz_have_i_been_pwned,
        fuzz::fuzz_intelmq,
        fuzz::fuzz_leak,
        fuzz::fuzz_n6,
        fuzz::fuzz_stealer_json,
        fuzz::fuzz_stolen_text,
        fuzz::fuzz_bars,
        fuzz::fuzz_abuse,
        fuzz::fuzz_alerts,
        fuzz::fuzz_mail_table,
        fuzz::fuzz_kept_mail,
        fuzz::fuzz_indicator_list,
        fuzz::fuzz_indicator_table,
        fuzz::fuzz_indicator_records,
        fuzz::fuzz_warning_list,
        fuzz::fuzz_mail,
        fuzz::fuzz_pdf,
        fuzz::fuzz_outlook,
        fuzz::fuzz_feed,
        fuzz::fuzz_word,
        fuzz::fuzz_openioc,
        fuzz::fuzz_stix1,
        fuzz::fuzz_network_rules,
        fuzz::fuzz_yara,
        fuzz::fuzz_otx,
        fuzz::fuzz_html,
        fuzz::fuzz_markdown,
        fuzz::fuzz_text,
        fuzz::fuzz_recognised,
        fuzz::fuzz_publication,
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/intel/golden");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    let mut dice = Dice::new(20_240_708);
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "in")) {
        let text = std::io::read_to_string(std::fs::File::open(path).expect("readable")).expect("text");
        for entry in entries {
            entry(text.as_bytes());
            entry(&dice.mutated(text.as_bytes(), JOINTS));
        }
        for _ in 0..4 {
            fuzz::fuzz_recognised(&dice.mutated(text.as_bytes(), JOINTS));
        }
    }
}

#[test]
fn secrets_of_collections_reach_no_fact() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/intel/golden");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("entry").path();
        let text = std::io::read_to_string(std::fs::File::open(&path).expect("readable")).expect("text");
        if path.extension().is_some_and(|extension| extension == "in") {
            seen += usize::from(text.contains("hunter2"));
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let shown = crate::golden::shown(&name, text.as_bytes());
            // Neither the secret nor its base64 form in IntelMQ's `raw`.
            assert!(!shown.contains("hunter2") && !shown.contains("aHVudGVy"), "{name}");
        }
    }
    assert!(seen >= 4, "the fixtures hold secrets");
}

#[test]
fn hostile_sizes_stay_linear() {
    // Each of these took quadratic time once its parts were compared in pairs; a test run shows it by never ending.
    let names = "Leviathan Lead APT40 evil[.]example M1051 ".repeat(20_000);
    fuzz::fuzz_text(names.as_bytes());
    let addresses: Vec<String> = (0..40_000)
        .map(|n| format!("ipv4-addr:value = '10.{}.{}.{}'", n / 65_536, n / 256 % 256, n % 256))
        .collect();
    fuzz::fuzz_stix_pattern(format!("[{}]", addresses.join(" OR ")).as_bytes());
    let quotes = "indicator,type\n\"203.0.113.7,IP\n".repeat(20_000);
    fuzz::fuzz_indicator_table(quotes.as_bytes());
    let ranges = "0.0.0.1 - 255.255.255.254\n".repeat(2_000);
    fuzz::fuzz_indicator_list(ranges.as_bytes());
    let braces = "{\"a\":[".repeat(100_000);
    fuzz::fuzz_indicator_records(braces.as_bytes());
    let dots = "a.".repeat(60_000);
    fuzz::fuzz_indicator_list(dots.as_bytes());
    let tags = "<table><tr><td>".repeat(20_000);
    fuzz::fuzz_html(tags.as_bytes());
}
