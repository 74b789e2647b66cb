//! Logs of Palo Alto Networks' firewalls as PAN-OS sends them to syslog: cells set off by commas.
//!
//! "PAN-OS Administrator's Guide", "Syslog Field Descriptions": the first seven cells are common (reserved, time
//! of receipt, serial number, type, subtype, reserved, time of the event), the rest has an order for each type.
//! Both times are local; since PAN-OS 10 there is a time with zone further behind, and that one is taken.

use crate::record::address;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{address_after, after, name_after, named, word};
use model::{LogSource, Timestamp};
use std::net::IpAddr;
use std::sync::LazyLock;

/// How many cells are looked at; the longest documented type has 130.
const CELLS_MAX: usize = 200;

/// A type of log, and the meaning of its cells.
struct PanosKind {
    name: &'static str,
    cells: &'static [(usize, &'static str)],
}

/// The cells that traffic, threats, tunnels, decryption and SCTP have in common.
const SESSION: &[(usize, &str)] = &[
    (7, "src_ip"),
    (8, "dst_ip"),
    (9, "nat_src_ip"),
    (10, "nat_dst_ip"),
    (11, "rule"),
    (12, "user"),
    (13, "dst_user"),
    (14, "application"),
    (16, "src_zone"),
    (17, "dst_zone"),
    (18, "inbound_interface"),
    (19, "outbound_interface"),
    (22, "session_id"),
    (24, "src_port"),
    (25, "dst_port"),
    (26, "nat_src_port"),
    (27, "nat_dst_port"),
    (29, "protocol"),
    (30, "action"),
];

const TRAFFIC: &[(usize, &str)] = &[
    (31, "bytes"),
    (32, "bytes_out"),
    (33, "bytes_in"),
    (34, "packets"),
    (37, "url_category"),
    (46, "session_end_reason"),
    (52, "host"),
];

const THREAT: &[(usize, &str)] = &[
    (31, "url"),
    (32, "threat"),
    (33, "url_category"),
    (34, "severity"),
    (35, "direction"),
    (43, "file_digest"),
    (46, "user_agent"),
    (47, "file_type"),
    (48, "x_forwarded_for"),
    (49, "referer"),
    (50, "sender"),
    (51, "subject"),
    (52, "recipient"),
    (59, "host"),
];

const KINDS: [PanosKind; 13] = [
    PanosKind { name: "TRAFFIC", cells: TRAFFIC },
    PanosKind { name: "THREAT", cells: THREAT },
    PanosKind { name: "URL", cells: THREAT },
    PanosKind { name: "DATA", cells: THREAT },
    PanosKind { name: "WILDFIRE", cells: THREAT },
    PanosKind { name: "DECRYPTION", cells: &[] },
    PanosKind { name: "TUNNEL", cells: &[(41, "host")] },
    PanosKind {
        name: "SYSTEM",
        cells: &[
            (8, "event"),
            (9, "object"),
            (12, "module"),
            (13, "severity"),
            (14, "description"),
            (22, "host"),
        ],
    },
    PanosKind {
        name: "CONFIG",
        cells: &[
            (7, "src_ip"),
            (9, "command"),
            (10, "user"),
            (11, "client"),
            (12, "result"),
            (13, "path"),
            (23, "host"),
        ],
    },
    PanosKind {
        name: "GLOBALPROTECT",
        cells: &[
            (8, "event"),
            (9, "stage"),
            (10, "auth_method"),
            (11, "tunnel_type"),
            (12, "user"),
            (13, "src_country"),
            (14, "host"),
            (15, "src_ip"),
            (16, "src_ip6"),
            (17, "private_ip"),
            (22, "client_os"),
            (25, "reason"),
            (26, "error"),
            (27, "description"),
            (28, "status"),
            (33, "portal"),
        ],
    },
    PanosKind {
        name: "USERID",
        cells: &[(8, "src_ip"), (9, "user"), (10, "source_name"), (16, "source"), (25, "host")],
    },
    PanosKind {
        name: "HIPMATCH",
        cells: &[(7, "user"), (9, "host"), (10, "client_os"), (11, "src_ip"), (12, "hip"), (24, "firewall")],
    },
    PanosKind {
        name: "AUTH",
        cells: &[(8, "src_ip"), (9, "user"), (18, "description"), (20, "event"), (29, "host")],
    },
];

/// The cells of a line; a cell in quotes may have commas.
fn cells(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let quoted = text.strip_prefix('"').and_then(|inside| inside.split_once('"'));
        if let Some((inside, after)) = quoted
            && (after.is_empty() || after.starts_with(','))
        {
            rest = after.strip_prefix(',');
            return Some(inside);
        }
        match text.split_once(',') {
            Some((cell, after)) => {
                rest = Some(after);
                Some(cell)
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
    .take(CELLS_MAX)
}

/// A line: `1,2024/06/12 03:14:15,012345678901,TRAFFIC,end,…`.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim();
    let mut start = text.splitn(5, ',');
    let (reserved, received) = (start.next()?, start.next()?);
    let short = reserved.len() <= 2 && reserved.bytes().all(|byte| byte.is_ascii_digit());
    short.then_some(())?;
    let received = moment(received)?;
    let kind = start.nth(1)?;
    let kind = if kind == "AUTHENTICATION" { "AUTH" } else { kind };
    let index = KINDS.iter().position(|known| known.name == kind)?;
    let kind = KINDS.get(index)?;
    let cells: Vec<&str> = cells(text).collect();
    let cell = |at: usize| cells.get(at).copied().filter(|cell| !cell.is_empty());
    let session = index < 7;
    for (at, name) in [(2, "serial"), (3, "type"), (4, "subtype")] {
        draft.push_text(name, cell(at).unwrap_or_default());
    }
    let common = if session { SESSION } else { &[] };
    for (at, name) in common.iter().chain(kind.cells) {
        if let Some(value) = cell(*at) {
            draft.push_text(name, value);
        }
    }
    let mut facts = Facts::of(SOURCES.get(index)?);
    let zoned = cells.iter().skip(15).rev().find_map(|cell| zoned(cell));
    facts.local = zoned.is_none();
    facts.time = zoned.or_else(|| cell(6).and_then(moment)).or(Some(received));
    facts.host = draft.piece("host");
    facts.account = draft.piece("user").filter(|user| named(draft.text(*user)).is_some());
    let side = |draft: &Draft<'c>, name: &str| {
        draft.get(name).and_then(address::parse).filter(|address| !address.is_unspecified())
    };
    facts.from = side(draft, "src_ip").or_else(|| side(draft, "src_ip6"));
    facts.to = side(draft, "dst_ip");
    if let Some(prose) = draft.get("description").map(self::prose) {
        facts.from = facts.from.or(prose.from);
        facts.to = facts.to.or(prose.to);
    }
    if facts.account.is_none()
        && let Some(description) = cells.get(14).filter(|_| kind.name == "SYSTEM")
    {
        facts.account = self::prose(description).account.map(Piece::Chunk);
    }
    Some(facts)
}

/// `2024/06/12 03:14:15`, or with month first as a firewall of American habits writes it: `6/12/24 3:14`.
fn moment(cell: &str) -> Option<Timestamp> {
    let (date, clock) = cell.split_once(' ')?;
    let mut parts = date.split('/').map(|part| part.parse::<u32>().ok());
    let (first, second, third) = (parts.next()??, parts.next()??, parts.next()??);
    let (year, month, day) = if first > 31 {
        (first, second, third)
    } else {
        (third + if third < 100 { 2000 } else { 0 }, first, second)
    };
    let seconds = if clock.bytes().filter(|byte| *byte == b':').count() == 1 { ":00" } else { "" };
    let hour = if clock.find(':') == Some(1) { "0" } else { "" };
    Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T{hour}{clock}{seconds}Z"))
}

/// The time with zone of newer versions.
fn zoned(cell: &str) -> Option<Timestamp> {
    let wide = (24..=40).contains(&cell.len()) && cell.as_bytes().get(10) == Some(&b'T');
    wide.then(|| Timestamp::parse(cell)).flatten()
}

/// What a sentence of the firewall names.
#[derive(Default)]
pub(crate) struct PanosProse<'t> {
    pub(crate) from: Option<IpAddr>,
    pub(crate) to: Option<IpAddr>,
    pub(crate) account: Option<&'t str>,
}

/// `authenticated for user 'mo'. … server address '198.51.100.1', … From: 192.0.2.1.`
pub(crate) fn prose(text: &str) -> PanosProse<'_> {
    let quoted = ["user '", "User '", "user name: ", "User name: "];
    let words = ["User ", "for user ", "by user ", "user "];
    // `Initiated SA: 192.0.2.1[500]-198.51.100.1[500] message id:…`
    if let Some((from, to)) = after(text, "SA: ").and_then(|rest| word(rest).split_once("]-")) {
        let side = |text: &str| address::parse(text.split('[').next().unwrap_or(text));
        if let (Some(from), Some(to)) = (side(from), side(to)) {
            return PanosProse { from: Some(from), to: Some(to), account: None };
        }
    }
    let named = name_after(text, &quoted).or_else(|| name_after(text, &words));
    PanosProse {
        from: address_after(
            text,
            &[
                "From: ",
                "from: ",
                " from ",
                "initiated by ",
                "client ip ",
                "Client IP: ",
                ", ip ",
                "source IP: ",
            ],
        ),
        to: address_after(
            text,
            &["server address '", "server address ", "to address: ", "IP: ", "server: ", "server ip "],
        ),
        account: named.map(|name| name.trim_end_matches(['\'', '.', ','])),
    }
}

static SOURCES: LazyLock<Vec<LogSource>> = LazyLock::new(|| {
    let of = |(index, kind): (usize, &PanosKind)| LogSource {
        product: Some("paloalto".into()),
        service: (kind.name == "GLOBALPROTECT").then(|| "globalprotect".to_owned()),
        categories: match kind.name {
            "GLOBALPROTECT" => vec!["appliance".into()],
            _ if index < 7 => vec!["firewall".into()],
            _ => Vec::new(),
        },
    };
    KINDS.iter().enumerate().map(of).collect()
});

#[cfg(test)]
mod tests {
    use super::super::tests::{account_and_sides, time_host_and_sides};

    #[test]
    fn each_type_has_its_own_order() {
        for (text, expected) in [
            (
                "1,2024/06/12 03:14:15,0123,TRAFFIC,end,2816,2024/06/12 03:14:15,192.0.2.1,198.51.100.1,0.0.0.0,0.0.0.0,rule1,corp\\mo,,ssl,vsys1,in,out,ethernet1/1,ethernet1/2,log,2024/06/12 03:14:15,7,1,53211,443,0,0,0x0,tcp,allow,30,10,20,3,2024/06/12 03:14:10,0,any,,1,0x0,a,b,,1,2,aged-out,0,0,0,0,,fw1,from-policy",
                "2024-06-12T03:14:15Z fw1 corp\\mo 192.0.2.1 198.51.100.1",
            ),
            (
                "1,6/12/24 3:14,0123,SYSTEM,auth,2561,6/12/24 3:14,,auth-fail,P,0,0,general,medium,\"failed authentication for user 'mo'. Reason: Invalid username/password. auth profile 'P', server address '198.51.100.1', From: 192.0.2.1.\",1,0x0,0,0,0,0,,fw1,0,0,2024-06-12T03:14:16.865+02:00",
                "2024-06-12T01:14:16.865Z fw1 mo 192.0.2.1 198.51.100.1",
            ),
            (
                "1,2024/06/12 03:14:15,0123,GLOBALPROTECT,0,2562,2024/06/12 03:14:15,vsys1,gateway-connected,connected,,SSLVPN,corp\\mo,DE,laptop1,192.0.2.1,0.0.0.0,10.0.0.2,0.0.0.0,id,,6.0,Windows",
                "2024-06-12T03:14:15Z laptop1 corp\\mo 192.0.2.1 -",
            ),
            (
                "1,2024/06/12 03:14:15,0123,CONFIG,0,0,2024/06/12 03:14:15,192.0.2.1,,set,admin,Web,Succeeded,deviceconfig,,,1,0x0,0,0,0,0,,fw1",
                "2024-06-12T03:14:15Z fw1 admin 192.0.2.1 -",
            ),
        ] {
            assert_eq!(time_host_and_sides(text), expected, "{text}");
        }
        let tunnel = super::prose(
            "IKE phase-2 negotiation is started. Initiated SA: 192.0.2.1[500]-198.51.100.1[500] message id:0x1.",
        );
        assert_eq!(
            tunnel.from.zip(tunnel.to).map(|(from, to)| format!("{from} {to}")).as_deref(),
            Some("192.0.2.1 198.51.100.1")
        );
        let portal = super::prose(
            "GlobalProtect portal user authentication succeeded. Login from: 192.0.2.1, Source region: DE, User name: mo, Auth type: profile.",
        );
        assert_eq!(
            (portal.from.map(|from| from.to_string()).as_deref(), portal.account),
            (Some("192.0.2.1"), Some("mo"))
        );
        assert_eq!(account_and_sides("1,2024/06/12 03:14:15,0123,NOTHING,0"), "");
        assert_eq!(account_and_sides("1,a table,of,something"), "");
    }
}
