//! Who and what appears in the noise: people, programs, addresses. They agree with `demo/estate`.

use super::random::Random;

/// Domain part of the security identifiers.
pub const DOMAIN_SID: &str = "S-1-5-21-2026061120-714425510-3321908574";

/// Addresses that the intrusion uses; the noise keeps away from them.
pub const PROBER: &str = "203.0.113.45";
/// The second address from which the web shell is called.
pub const CALLER: &str = "203.0.113.61";
/// Where the data goes.
pub const DROP: &str = "203.0.113.77";
/// From where the leaked account logs in.
pub const LEAK_USER: &str = "203.0.113.140";

/// People who log on, as `estate/accounts.csv` names them. The busiest first.
pub const PEOPLE: &[&str] = &[
    "p.weir",
    "s.lund",
    "z.quist",
    "q.sutter",
    "u.abbott",
    "b.nolan",
    "c.gallow",
    "e.nolan",
    "y.castell",
    "h.hallam",
    "e.ueda",
    "a.yates",
    "s.vance",
    "l.bright",
    "c.eriksen",
    "q.foss",
    "f.yates",
    "c.joyce",
    "q.mercer",
    "o.lund",
    "s.abbott",
    "f.ewing",
    "u.castell",
    "u.bright",
    "w.farrow",
    "g.calder",
    "x.dunmore",
    "h.gallow",
    "b.vance",
    "o.dray",
    "r.lund",
    "g.rowan",
    "n.hallam",
    "e.penrose",
    "s.dunmore",
    "s.eriksen",
    "a.weir",
    "a.ortega",
    "j.vance",
    "g.abbott",
];

/// Machines of people.
pub const WORKSTATIONS: &[&str] = &["ws-101", "ws-102", "ws-103", "ws-104", "ws-105", "ws-106", "ws-107"];

/// Browsers of people.
pub const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:139.0) Gecko/20100101 Firefox/139.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
];

/// The address of a machine of a person: `10.20.30.101` and on.
pub fn workstation_address(random: &mut Random) -> String {
    format!("10.20.30.{}", 101 + random.below(7).min(random.below(7)))
}

/// Somebody outside: shipping agents, crews, search engines. From the documentation networks, without the
/// addresses of the story and without our own.
pub fn outsider(random: &mut Random) -> String {
    // Few of them, and some of them often.
    let one = random.below(48).min(random.below(48));
    match random.below(3) {
        0 => format!("192.0.2.{}", 100 + one),
        1 => format!("203.0.113.{}", 160 + one),
        _ => format!("198.51.100.{}", 150 + one),
    }
}

/// The text as a JSON string's inside: backslashes and quotes escaped.
pub fn json(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
