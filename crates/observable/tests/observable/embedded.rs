//! Every value, put between ordinary delimiters, is found in prose and in a log line alike.

use observable::{Kind, Needle, Observable, Scope, Scratch, Set, canonical, defang, recognise, scan_text};
use proptest::prelude::*;

fn label() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{2,10}(-[a-z0-9]{1,4})?"
}

fn host() -> impl Strategy<Value = String> {
    let end =
        prop::sample::select(vec!["com", "net", "org", "co.uk", "example", "com.br", "xyz", "top", "ru"]);
    (prop::collection::vec(label(), 1..4), end)
        .prop_map(|(labels, end)| format!("{}.{end}", labels.join(".")))
}

fn digits(count: usize) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!("[0-9a-f]{{{}}}[0-9][a-f]", count - 2)).unwrap()
}

fn value() -> impl Strategy<Value = Observable> {
    let path = "(/[a-zA-Z0-9_~-]{1,8}){1,3}(\\.php|\\.exe|/|\\?a=[a-z0-9]{1,6}&b=2)?";
    prop_oneof![
        any::<u32>()
            .prop_filter("first octet", |n| n >> 24 > 0)
            .prop_map(|n| (Kind::Ipv4, std::net::Ipv4Addr::from(n).to_string())),
        any::<[u16; 8]>().prop_map(|groups| (
            Kind::Ipv6,
            std::net::Ipv6Addr::from(groups.map(|group| group | 0x1000)).to_string()
        )),
        (any::<u32>(), 8_u8..31)
            .prop_filter("first octet", |n| n.0 >> 24 > 0)
            .prop_map(|(n, p)| (Kind::Network, format!("{}/{p}", std::net::Ipv4Addr::from(n)))),
        host().prop_map(|host| (Kind::Domain, host)),
        (host(), path).prop_map(|(host, path)| (Kind::Url, format!("https://{host}{path}"))),
        ("[a-z][a-z0-9._+]{0,8}[a-z0-9]", host())
            .prop_map(|(local, host)| (Kind::Email, format!("{local}@{host}"))),
        digits(32).prop_map(|text| (Kind::Md5, text)),
        digits(40).prop_map(|text| (Kind::Sha1, text)),
        digits(64).prop_map(|text| (Kind::Sha256, text)),
        digits(128).prop_map(|text| (Kind::Sha512, text)),
        "[a-z][a-z0-9_-]{1,12}\\.(exe|dll|ps1|docx|lnk|vbs)".prop_map(|name| (Kind::FileName, name)),
        "[C-F]:(\\\\[A-Za-z][A-Za-z0-9_]{1,8}){1,4}\\.(exe|dll|dat)".prop_map(|path| (Kind::Path, path)),
        "/(tmp|var|opt|home)(/\\.?[a-z][a-z0-9_]{1,8}){1,3}(\\.sh)?".prop_map(|path| (Kind::Path, path)),
        "HK(LM|CU)(\\\\[A-Za-z][A-Za-z0-9_]{1,8}){1,4}".prop_map(|key| (Kind::RegistryKey, key)),
        "CVE-20[12][0-9]-[1-9][0-9]{3,4}".prop_map(|id| (Kind::Cve, id)),
        "T1[0-6][0-9]{2}(\\.00[1-9])?".prop_map(|id| (Kind::Technique, id)),
        "AS[1-9][0-9]{3,5}".prop_map(|id| (Kind::AutonomousSystem, id)),
    ]
    .prop_filter_map("canonical", |(kind, text)| canonical(kind, &text).filter(|found| found.kind == kind))
}

const AROUND: [(&str, &str); 10] = [
    ("", ""),
    (" ", " "),
    ("\"", "\""),
    ("(", ")"),
    ("'", "'"),
    ("<", ">"),
    ("saw ", ", then"),
    ("saw ", ". Then"),
    ("- ", "\r\n"),
    ("`", "`"),
];

fn shown(found: &Observable, upper: bool) -> String {
    let text = match found.kind {
        Kind::Path if found.value.contains(':') => found.value.replace('/', "\\"),
        _ => found.value.clone(),
    };
    match found.kind {
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 if upper => text.to_ascii_uppercase(),
        _ => text,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn prose_and_set_find_every_value(value in value(), around in prop::sample::select(AROUND.to_vec()), upper in any::<bool>()) {
        let text = format!("{}{}{}", around.0, shown(&value, upper), around.1);
        let found = scan_text(&text);
        prop_assert!(found.iter().any(|found| found.observable == value), "{:?} in {:?}: {:?}", value, text, found);
        for found in &found {
            prop_assert_eq!(&text[found.span.clone()], found.written);
        }

        let mut builder = Set::builder();
        let taken = builder.add(Needle { observable: value.clone(), scope: Scope::Exact, tag: 7 });
        prop_assert!(taken);
        let set = builder.build();
        let mut tags = Vec::new();
        set.scan(text.as_bytes(), &mut Scratch::default(), &mut |hit| tags.push(hit.tag));
        prop_assert!(tags.contains(&7), "{:?} in {:?}", value, text);
        tags.clear();
        set.lookup(&value, &mut |hit| tags.push(hit.tag));
        prop_assert_eq!(&tags, &[7]);
    }

    #[test]
    fn a_defanged_value_is_found_as_it_was(value in value(), around in prop::sample::select(AROUND.to_vec())) {
        let printed = defang(&value);
        prop_assume!(printed != value.value);
        let text = format!("{}{printed}{}", around.0, around.1);
        let found = scan_text(&text);
        let same = found.iter().find(|found| found.observable == value);
        prop_assert!(same.is_some_and(|found| found.defanged), "{:?} in {:?}: {:?}", value, text, found);
        prop_assert_eq!(same.map(|found| found.written), Some(printed.as_str()));
        prop_assert_eq!(recognise(&printed), Some(value));
    }

    #[test]
    fn canonical_forms_stay(value in value()) {
        prop_assert_eq!(canonical(value.kind, &value.value), Some(value.clone()));
    }
}
