//! Advised controls: what advisories ask defenders to do, under one name each.
//!
//! A control counts when the text advises it (an imperative or *should*, *ensure*, *implement* … in the same
//! sentence), not when it is only mentioned: "the actors disabled MFA" advises nothing. A sentence is walked once
//! for all verbs, and once for all wordings if it advises.

use crate::prose::phrases::Phrases;
use std::sync::LazyLock;

/// A control that advisories advise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Control {
    /// Its name here, as [`model::world::Mentioned::Control`] carries it.
    pub name: &'static str,
    /// The ATT&CK mitigations that it means.
    pub mitigations: &'static [&'static str],
    /// Wordings in lower case; a blank matches any white space or hyphen.
    wordings: &'static [&'static str],
}

/// Every control that is recognised, in order of name.
pub const CONTROLS: &[Control] = &[
    control(
        "application allowlisting",
        &["M1038"],
        &["allowlist", "allow list", "whitelist", "application control", "execution prevention"],
    ),
    control("backups", &["M1053"], &["offline cop", "backup", "back up", "backups"]),
    control(
        "central logging",
        &["M1047"],
        &[
            "keep logs",
            "logs centrally",
            "store logs",
            "log management",
            "forward logs",
            "logs for at least",
            "logs long",
            "save logs",
            "event collection",
            "centralized log",
            "centralised log",
            "central log",
            "centrali",
            "log collection",
            "logging",
            "siem",
            "retain logs",
            "log retention",
            "collect logs",
            "audit log",
            "event forwarding",
            "enable logs",
        ],
    ),
    control(
        "credential hygiene",
        &["M1027"],
        &[
            "strong password",
            "password polic",
            "password manager",
            "unique password",
            "complex password",
            "default credential",
            "default password",
            "passphrase",
            "rotate credential",
            "rotate password",
            "reset password",
            "change password",
        ],
    ),
    control(
        "disabling unused services",
        &["M1042"],
        &[
            "services that are not needed",
            "services that nobody",
            "services, ports",
            "services not in use",
            "unused service",
            "unnecessary service",
            "unused port",
            "unnecessary port",
            "unused protocol",
            "unused or unnecessary",
            "unneeded service",
            "disable port",
            "services ports and protocols",
            "services, ports, and protocols",
            "services, ports and protocols",
            "network services, ports",
            "close port",
            "attack surface",
        ],
    ),
    control(
        "e-mail filtering",
        &["M1031"],
        &[
            "email filter",
            "e mail filter",
            "mail gateway",
            "spam filter",
            "dmarc",
            "email security",
            "email banner",
            "malicious attachments",
        ],
    ),
    control(
        "endpoint detection",
        &["M1049", "M1040"],
        &[
            "endpoint detection",
            "edr",
            "antivirus",
            "anti virus",
            "antimalware",
            "anti malware",
            "endpoint protection",
            "endpoint security",
        ],
    ),
    control(
        "least privilege",
        &["M1026"],
        &[
            "least rights",
            "least privileged",
            "minimum rights",
            "fewest rights",
            "minimal privileges",
            "minimum privileges",
            "limit the rights",
            "limit the privileges",
            "minimal rights",
            "only the access",
            "only the rights",
            "least privilege",
            "principle of least",
            "limit administrative privileges",
            "restrict administrative",
            "limit privileges",
            "restrict admin privileges",
            "just in time access",
            "limit permissions",
            "minimum permissions",
        ],
    ),
    control(
        "multi-factor authentication",
        &["M1032"],
        &[
            "second factor",
            "two step verification",
            "2 step verification",
            "security key",
            "fido",
            "multi factor",
            "multifactor",
            "strong authentication",
            "multi factor authentication",
            "multifactor authentication",
            "mfa",
            "two factor authentication",
            "2fa",
            "phishing resistant",
        ],
    ),
    control(
        "network monitoring",
        &["M1031"],
        &[
            "network monitoring",
            "monitor network traffic",
            "network traffic analysis",
            "intrusion detection",
            "intrusion prevention",
            "ids/ips",
            "netflow",
            "monitor for anomal",
            "network intrusion",
        ],
    ),
    control(
        "network segmentation",
        &["M1030"],
        &[
            "separate networks",
            "separate the network",
            "network zone",
            "network zoning",
            "isolate network",
            "vlan",
            "network separation",
            "segment network",
            "segment the network",
            "segment your network",
            "network segment",
            "segmentation",
            "segregat",
            "demilitarized zone",
            "dmz",
            "micro segment",
            "isolate critical",
            "zero trust",
        ],
    ),
    control(
        "patching",
        &["M1051"],
        &[
            "firmware update",
            "known exploited vulnerabilities",
            "fix known",
            "patch",
            "software update",
            "security update",
            "update software",
            "updates as soon",
            "up to date",
            "apply update",
            "upgrade to",
            "latest version",
            "install update",
            "vulnerability management",
            "apply fixes",
            "update operating system",
        ],
    ),
    control(
        "privileged account audits",
        &["M1026", "M1018"],
        &[
            "audits of privileged",
            "administrator accounts",
            "admin accounts",
            "stale account",
            "former staff",
            "former employees",
            "accounts that are no longer",
            "audit privileged",
            "audit administrat",
            "review privileged",
            "privileged account",
            "audit account",
            "audit user account",
            "review account",
            "dormant account",
            "inactive account",
            "unused account",
            "review domain controllers",
            "unrecognized account",
            "unrecognised account",
            "audit domain controllers",
            "privileged access management",
            "account review",
        ],
    ),
    control(
        "replacing end-of-life devices",
        &["M1051"],
        &[
            "no longer support",
            "no longer receive",
            "end of service",
            "not supported any more",
            "out of date devices",
            "past their support",
            "end of life",
            "end of support",
            "unsupported",
            "no longer supported",
            "obsolete",
            "legacy device",
            "legacy system",
            "eol device",
            "eol equipment",
            "out of support",
        ],
    ),
    control(
        "restricting remote access",
        &["M1035"],
        &[
            "restrict remote",
            "limit remote",
            "restrict rdp",
            "limit rdp",
            "disable rdp",
            "secure rdp",
            "limit the use of rdp",
            "secure remote access",
            "jump host",
            "jump server",
            "management interface",
            "restrict management",
            "smbv1",
            "restrict smb",
            "limit smb",
        ],
    ),
    control(
        "user training",
        &["M1017"],
        &[
            "user training",
            "train user",
            "train employee",
            "awareness",
            "security training",
            "educate",
            "phishing exercise",
            "user education",
        ],
    ),
    control("web application firewall", &["M1050", "M1037"], &["web application firewall", "waf", "wafs"]),
    control(
        "web content restriction",
        &["M1021"],
        &[
            "web filter",
            "block malicious domain",
            "url filter",
            "dns filter",
            "protective dns",
            "block access to",
            "macro",
            "disable script",
        ],
    ),
];

const fn control(
    name: &'static str,
    mitigations: &'static [&'static str],
    wordings: &'static [&'static str],
) -> Control {
    Control { name, mitigations, wordings }
}

/// The control that an ATT&CK mitigation number means, the first when there are several.
#[must_use]
pub fn of_mitigation(attack_id: &str) -> Option<&'static Control> {
    CONTROLS.iter().find(|control| control.mitigations.contains(&attack_id))
}

/// Verbs that advise anywhere in a sentence.
const ADVICE: &[&str] = &[
    "should",
    "must",
    "recommend",
    "recommends",
    "recommended",
    "ensure",
    "ensuring",
    "advise",
    "advised",
    "encourage",
    "encourages",
    "urge",
    "urges",
    "consider",
    "need to",
    "strongly",
    "mitigations",
    "mitigation",
    "best practice",
    "best practices",
    "please",
];

/// Verbs that advise when the sentence, or a row of a list, starts with them.
const IMPERATIVES: &[&str] = &[
    "adopt",
    "apply",
    "assess",
    "audit",
    "back",
    "block",
    "change",
    "close",
    "collect",
    "configure",
    "create",
    "deploy",
    "develop",
    "disable",
    "do",
    "enable",
    "enforce",
    "establish",
    "evaluate",
    "follow",
    "harden",
    "identify",
    "implement",
    "improve",
    "increase",
    "initiate",
    "install",
    "isolate",
    "keep",
    "limit",
    "log",
    "maintain",
    "manage",
    "mandate",
    "minimise",
    "minimize",
    "monitor",
    "patch",
    "perform",
    "prevent",
    "prioritise",
    "prioritize",
    "protect",
    "reduce",
    "regularly",
    "remediate",
    "remove",
    "replace",
    "require",
    "reset",
    "restrict",
    "retain",
    "retire",
    "review",
    "rotate",
    "run",
    "scan",
    "schedule",
    "secure",
    "segment",
    "segregate",
    "set",
    "store",
    "strengthen",
    "switch",
    "test",
    "train",
    "turn",
    "uninstall",
    "update",
    "upgrade",
    "use",
    "validate",
    "verify",
];

/// How a heading begins to speak of advice.
const HEADINGS: &[&str] = &[
    "mitigation",
    "recommend",
    "hardening",
    "protect",
    "best practice",
    "defend",
    "remediation",
    "what to do",
];

/// The number of the control that a wording means.
static WORDED: LazyLock<Phrases<usize>> = LazyLock::new(|| {
    // Short wordings (`mfa`, `waf`, `edr`) are whole words; longer ones may go on (`patch`, `patches`).
    let worded = |(number, control): (usize, &Control)| {
        let wordings = control.wordings.iter();
        wordings.map(move |wording| (*wording, wording.len() <= WHOLE_BYTES_MAX, number)).collect::<Vec<_>>()
    };
    Phrases::new(CONTROLS.iter().enumerate().flat_map(worded))
});

static ADVISING: LazyLock<Phrases<()>> =
    LazyLock::new(|| Phrases::new(ADVICE.iter().map(|word| (*word, true, ()))));

/// The length of each verb.
static IMPERATIVE: LazyLock<Phrases<usize>> =
    LazyLock::new(|| Phrases::new(IMPERATIVES.iter().map(|word| (*word, true, word.len()))));

static HEADING: LazyLock<Phrases<()>> =
    LazyLock::new(|| Phrases::new(HEADINGS.iter().map(|word| (*word, false, ()))));

/// A wording of at most so many bytes is whole words.
const WHOLE_BYTES_MAX: usize = 4;

/// A sentence in the form in which wordings are looked for: lower case, white space and hyphens as single blanks,
/// list marks gone, a blank at both ends. One of them serves for many sentences.
#[derive(Default)]
pub(crate) struct PlainWords(String);

impl PlainWords {
    /// Takes in a sentence in place of the one before.
    pub(crate) fn set(&mut self, sentence: &str) -> &Self {
        self.0.clear();
        self.0.push(' ');
        let mut blank = true;
        let mut push = |c: char| {
            let c = if c.is_whitespace() || matches!(c, '-' | '‑' | '–') { ' ' } else { c };
            if c != ' ' || !blank {
                self.0.push(c);
            }
            blank = c == ' ';
        };
        for c in sentence.trim_start_matches(|c: char| !c.is_alphanumeric()).chars() {
            if c.is_ascii() {
                push(c.to_ascii_lowercase());
            } else {
                c.to_lowercase().for_each(&mut push);
            }
        }
        self.0.push(' ');
        self
    }

    /// The controls that the sentence advises, in order of name; `under_advice` says that the heading above it is
    /// about mitigations, where a row may name a control without a verb.
    pub(crate) fn advised(&self, under_advice: bool) -> Vec<&'static str> {
        if !under_advice && !self.advises() {
            return Vec::new();
        }
        let mut numbers: Vec<usize> = WORDED.found(&self.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().filter_map(|number| CONTROLS.get(number)).map(|control| control.name).collect()
    }

    /// Whether a heading opens advice: `Mitigations`, `Recommended actions`.
    pub(crate) fn heads_advice(&self) -> bool {
        HEADING.found(&self.0).next().is_some()
    }

    fn advises(&self) -> bool {
        let plain = self.0.as_str();
        let opens = |at: usize| {
            let mut lengths = IMPERATIVE.at(plain, at);
            lengths.any(|length| plain.as_bytes().get(at + length) == Some(&b' '))
        };
        // Numbers may precede the first word.
        let letter = plain.find(char::is_alphabetic).unwrap_or(0);
        let first = plain.get(..letter).and_then(|before| before.rfind(' ')).map_or(0, |blank| blank + 1);
        opens(first)
            || ADVISING.found(plain).next().is_some()
            || plain
                .match_indices(':')
                .any(|(at, _)| plain.as_bytes().get(at + 1) == Some(&b' ') && opens(at + 2))
    }
}

/// The controls that one sentence advises, as [`PlainWords::advised`] says.
pub(crate) fn advised(sentence: &str, under_advice: bool) -> Vec<&'static str> {
    PlainWords::default().set(sentence).advised(under_advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::phrases::tests::says;
    use proptest::prelude::*;

    #[test]
    fn tables_are_sorted() {
        assert!(CONTROLS.iter().map(|control| control.name).is_sorted());
    }

    #[test]
    fn a_control_counts_when_it_is_advised() {
        assert_eq!(
            advised("Enforce multi-factor authentication on all remote access.", false),
            ["multi-factor authentication"]
        );
        assert_eq!(
            advised("Organisations should segment networks to limit lateral movement.", false),
            ["network segmentation"]
        );
        assert_eq!(
            advised("- Disable unused or unnecessary network services, ports and protocols", false),
            ["disabling unused services"]
        );
        assert_eq!(
            advised("We recommend replacing end-of-life equipment.", false),
            ["replacing end-of-life devices"]
        );
    }

    #[test]
    fn controls_are_known_in_other_words() {
        let cases = [
            ("Keep logs centrally and for a long time.", "central logging"),
            ("Give accounts the least rights that do.", "least privilege"),
            ("Ask for a second factor on all remote access.", "multi-factor authentication"),
            ("Replace equipment that its maker no longer supports.", "replacing end-of-life devices"),
            ("Agencies recommend regular audits of privileged accounts.", "privileged account audits"),
        ];
        for (sentence, control) in cases {
            assert!(advised(sentence, true).contains(&control), "{sentence}");
        }
    }

    #[test]
    fn a_mention_is_no_advice() {
        assert!(advised("The actors bypassed MFA and exploited an unpatched server.", false).is_empty());
        assert!(advised("The dispatch of goods should be quick.", false).is_empty());
    }

    #[test]
    fn under_a_heading_of_mitigations_a_bare_name_is_advice() {
        assert!(PlainWords::default().set("## Mitigations").heads_advice());
        assert_eq!(advised("Web application firewalls (WAFs)", true), ["web application firewall"]);
    }

    #[test]
    fn mitigation_numbers_lead_to_controls() {
        assert_eq!(of_mitigation("M1032").map(|control| control.name), Some("multi-factor authentication"));
        assert_eq!(of_mitigation("M9999"), None);
    }

    /// The twin: a search for each verb and each wording.
    fn advised_by_searches(sentence: &str, under_advice: bool) -> Vec<&'static str> {
        let plain = sentence.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let blank = |c: char| if c.is_whitespace() || matches!(c, '-' | '‑' | '–') { ' ' } else { c };
        let plain: String = plain.chars().map(blank).collect();
        let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
        let plain = format!(" {} ", words.join(" "));
        let imperative = |word: &str| IMPERATIVES.contains(&word);
        let advises = words
            .iter()
            .find(|word| word.chars().any(char::is_alphabetic))
            .is_some_and(|word| imperative(word))
            || ADVICE.iter().any(|word| says(&plain, word, true))
            || words.windows(2).any(|pair| pair[0].ends_with(':') && imperative(pair[1]));
        let said = |control: &&Control| {
            control.wordings.iter().any(|wording| says(&plain, wording, wording.len() <= 4))
        };
        let said = CONTROLS.iter().filter(said).map(|control| control.name);
        if under_advice || advises { said.collect() } else { Vec::new() }
    }

    fn piece() -> impl Strategy<Value = &'static str> {
        let words = CONTROLS
            .iter()
            .flat_map(|control| control.wordings)
            .chain(ADVICE)
            .chain(IMPERATIVES)
            .chain(HEADINGS);
        let between = [" ", "  ", "-", "‑", "\n", ": ", ":", ", ", "s", "x", "é", "É", "²", "1", "- "];
        let of = |all: Vec<&'static str>| prop::sample::select(all);
        prop_oneof![of(words.copied().collect()), of(between.to_vec())]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn advice_is_that_of_a_search_for_each(pieces in prop::collection::vec(piece(), 0..12), under in any::<bool>()) {
            let sentence = pieces.concat();
            prop_assert_eq!(advised(&sentence, under), advised_by_searches(&sentence, under), "{:?}", sentence);
            let mut plain = PlainWords::default();
            let heads = plain.set(&sentence).heads_advice();
            prop_assert_eq!(heads, HEADINGS.iter().any(|word| says(&plain.0, word, false)), "{:?}", sentence);
        }
    }
}
