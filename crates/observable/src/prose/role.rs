//! Does the author mean a value as a sign of the threat, or does the text only mention it?
//!
//! The line that holds for nearly all: what is defanged, a hash, or an artefact of a host is an indicator,
//! the rest is context. Moved where it is clearly wrong: public resolvers, address-check services, private
//! addresses, vendors and agencies, the system's own programs are context however they are written; a plain
//! value that is an entry of an indicator list is an indicator.

use super::wordlist::Wordlist;
use crate::kind::{address, domain, path, url};
use crate::{Kind, Observable};
use std::cell::Cell;
use std::sync::LazyLock;

/// What a value is to the text that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// A sign of the threat that the text is about.
    Indicator,
    /// Mentioned: a source, a victim, a tool of everybody, an identifier.
    Context,
}

/// The heading above the current line. What it says is read when a value below it asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Section<'t> {
    heading: &'t str,
    lists_indicators: Cell<Option<bool>>,
    names_other_digests: Cell<Option<bool>>,
    /// The first row of the table that the line is a row of; empty outside of tables.
    head: &'t str,
}

/// How much of the first row of a table is looked at, and of the row of a value.
const ROW_BYTES_MAX: usize = 400;

/// How much of a line is looked at to see whether it is a heading.
const HEADING_BYTES_MAX: usize = 120;

/// Headings of what a report draws on, not of what it reports.
static REFERENCE: LazyLock<Wordlist> = LazyLock::new(|| {
    Wordlist::new(&[
        "reference",
        "source",
        "author",
        "further reading",
        "see also",
        "related article",
        "acknowledg",
        "mitigation",
        "recommend",
    ])
});

/// Headings of lists of indicators.
static INDICATORS: LazyLock<Wordlist> = LazyLock::new(|| {
    Wordlist::new(&[
        "indicator",
        "ioc",
        "c2",
        "c&c",
        "command and control",
        "command-and-control",
        "domain",
        "ip address",
        "url",
        "infrastructure",
        "malicious",
        "network traffic",
        "sha256",
        "hash",
    ])
});

impl<'t> Section<'t> {
    /// Takes note of the line that `rest` starts with.
    pub(super) fn line(&mut self, rest: &'t str) {
        let head = rest.as_bytes().get(..HEADING_BYTES_MAX).unwrap_or(rest.as_bytes());
        let mut length = memchr::memchr(b'\n', head).unwrap_or(head.len());
        while !rest.is_char_boundary(length) {
            length -= 1;
        }
        crate::steps::add(length);
        let row = head_of_table(rest);
        self.head = match row {
            Some(row) if self.head.is_empty() => row,
            Some(_) => self.head,
            None => "",
        };
        let line = trim(rest.get(..length).unwrap_or_default());
        let bytes = line.as_bytes();
        let opens = matches!(bytes.first(), Some(b'#' | b'=')) && line.len() < HEADING_BYTES_MAX;
        let heading =
            opens || bytes.last() == Some(&b':') && !line.starts_with("--") || is_in_capitals(bytes);
        let letters = || bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        if !heading || letters() < 2 || line.contains("://") {
            return;
        }
        *self = Section { heading: line, head: self.head, ..Section::default() };
    }

    /// The head of the column that a value is in, by the cells before it on its row.
    pub(super) fn head_of_column(&self, row: &str) -> Option<&'t str> {
        if self.head.is_empty() || row.len() > ROW_BYTES_MAX {
            return None;
        }
        let column = cells(row).count().checked_sub(1)?;
        cells(self.head).nth(column)
    }

    /// Whether the lines below list indicators.
    fn lists_indicators(&self) -> bool {
        known(&self.lists_indicators, || {
            !REFERENCE.is_in(self.heading.as_bytes()) && INDICATORS.is_in(self.heading.as_bytes())
        })
    }

    /// Whether the digits below are no hashes of files.
    pub(super) fn names_other_digests(&self) -> bool {
        known(&self.names_other_digests, || super::digest::names_other(self.heading))
    }
}

/// The cells of a row of a table, which may have a bar at its begin.
fn cells(row: &str) -> impl Iterator<Item = &str> {
    row.trim_start().trim_start_matches('|').split('|')
}

/// The line that a text starts with, where it is a row of a table.
fn head_of_table(rest: &str) -> Option<&str> {
    let line = rest.as_bytes().get(..ROW_BYTES_MAX).unwrap_or(rest.as_bytes());
    let mut length = memchr::memchr(b'\n', line).unwrap_or(line.len());
    memchr::memchr(b'|', line.get(..length)?)?;
    while !rest.is_char_boundary(length) {
        length -= 1;
    }
    crate::steps::add(length);
    rest.get(..length)
}

/// What is known, or else is found out now.
fn known(place: &Cell<Option<bool>>, find_out: impl FnOnce() -> bool) -> bool {
    let known = place.get().unwrap_or_else(find_out);
    place.set(Some(known));
    known
}

/// Trims a line, which mostly needs it at neither end.
fn trim(line: &str) -> &str {
    let bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let ends = (line.as_bytes().first(), line.as_bytes().last());
    if line.is_empty() || bare(ends.0) && bare(ends.1) { line } else { line.trim() }
}

fn is_in_capitals(line: &[u8]) -> bool {
    let mut letters = 0;
    for byte in line {
        match byte {
            b'a'..=b'z' => return false,
            b'A'..=b'Z' => letters += 1,
            _ => {}
        }
    }
    letters >= 4 && letters * 2 > line.len()
}

/// Public resolvers: everybody asks them.
const RESOLVERS: &[&str] = &[
    "1.0.0.1",
    "1.1.1.1",
    "208.67.220.220",
    "208.67.222.222",
    "4.2.2.1",
    "4.2.2.2",
    "8.8.4.4",
    "8.8.8.8",
    "9.9.9.9",
    "149.112.112.112",
    "94.140.14.14",
    "114.114.114.114",
    "77.88.8.8",
    "2001:4860:4860::8888",
    "2001:4860:4860::8844",
    "2606:4700:4700::1111",
];

/// Registered domains of agencies, of vendors that analyse threats, of reputation pages and of services
/// that report an address.
const NEUTRAL: &[&str] = &[
    "abuse.ch",
    "abuseipdb.com",
    "alienvault.com",
    "any.run",
    "attackerkb.com",
    "bleepingcomputer.com",
    "censys.io",
    "cert.org",
    "checkpoint.com",
    "cisa.gov",
    "crowdstrike.com",
    "cve.org",
    "cyber.gc.ca",
    "cyber.gov.au",
    "elastic.co",
    "eset.com",
    "exploit-db.com",
    "fbi.gov",
    "fireeye.com",
    "first.org",
    "fortinet.com",
    "greynoise.io",
    "hybrid-analysis.com",
    "ic3.gov",
    "icanhazip.com",
    "ident.me",
    "ifconfig.co",
    "ifconfig.me",
    "ip-api.com",
    "ipify.org",
    "ipinfo.io",
    "joesandbox.com",
    "kaspersky.com",
    "malwarebytes.com",
    "mandiant.com",
    "mitre.org",
    "myip.opendns.com",
    "ncsc.gov.uk",
    "nist.gov",
    "nsa.gov",
    "paloaltonetworks.com",
    "proofpoint.com",
    "rapid7.com",
    "recordedfuture.com",
    "securelist.com",
    "sentinelone.com",
    "shodan.io",
    "sophos.com",
    "symantec.com",
    "talosintelligence.com",
    "tenable.com",
    "thedfirreport.com",
    "trendmicro.com",
    "tria.ge",
    "urlscan.io",
    "us-cert.gov",
    "virustotal.com",
    "volexity.com",
    "welivesecurity.com",
    "whatismyip.com",
    "whatismyipaddress.com",
    "zscaler.com",
];

/// Programs of the operating systems that attackers use where they lie.
const SYSTEM_PROGRAMS: &[&str] = &[
    "advapi32.dll",
    "amsi.dll",
    "arp.exe",
    "at.exe",
    "bitsadmin.exe",
    "calc.exe",
    "certutil.exe",
    "cmd.exe",
    "cmstp.exe",
    "comsvcs.dll",
    "conhost.exe",
    "control.exe",
    "cscript.exe",
    "csrss.exe",
    "curl.exe",
    "dllhost.exe",
    "excel.exe",
    "explorer.exe",
    "finger.exe",
    "ftp.exe",
    "hh.exe",
    "iexplore.exe",
    "installutil.exe",
    "ipconfig.exe",
    "kernel32.dll",
    "lsass.exe",
    "mmc.exe",
    "msbuild.exe",
    "msedge.exe",
    "mshta.exe",
    "msiexec.exe",
    "net.exe",
    "net1.exe",
    "netsh.exe",
    "nltest.exe",
    "notepad.exe",
    "nslookup.exe",
    "ntdll.dll",
    "ntds.dit",
    "outlook.exe",
    "ping.exe",
    "powershell.exe",
    "powershell_ise.exe",
    "pwsh.exe",
    "reg.exe",
    "regasm.exe",
    "regedit.exe",
    "regsvcs.exe",
    "regsvr32.exe",
    "rundll32.exe",
    "sc.exe",
    "schtasks.exe",
    "searchindexer.exe",
    "services.exe",
    "spoolsv.exe",
    "svchost.exe",
    "systeminfo.exe",
    "taskhost.exe",
    "taskhostw.exe",
    "taskkill.exe",
    "tasklist.exe",
    "taskmgr.exe",
    "user32.dll",
    "userinit.exe",
    "vssadmin.exe",
    "w3wp.exe",
    "wbadmin.exe",
    "werfault.exe",
    "wevtutil.exe",
    "whoami.exe",
    "winhttp.dll",
    "wininet.dll",
    "winlogon.exe",
    "winword.exe",
    "wmic.exe",
    "wmiprvse.exe",
    "ws2_32.dll",
    "wscript.exe",
];

/// Places of the system itself.
const SYSTEM_PLACES: &[&str] =
    &["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/dev/", "/proc/", "/sys/", "/etc/", "/system/"];

/// Judges one value. `alone`: it opens its line.
pub(super) fn judge(observable: &Observable, defanged: bool, alone: bool, section: &Section<'_>) -> Role {
    let indicator = match observable.kind {
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 | Kind::RegistryKey | Kind::UserAgent => true,
        Kind::FileName => !is_system_program(&observable.value),
        Kind::Path => !is_system_place(&observable.value),
        Kind::Cve | Kind::Technique | Kind::AutonomousSystem => false,
        _ => (defanged || alone && section.lists_indicators()) && !is_neutral(observable, defanged),
    };
    if indicator { Role::Indicator } else { Role::Context }
}

static SYSTEM_PROGRAM_NAMES: LazyLock<Wordlist> = LazyLock::new(|| Wordlist::new(SYSTEM_PROGRAMS));
static NEUTRAL_NAMES: LazyLock<Wordlist> = LazyLock::new(|| Wordlist::new(NEUTRAL));

fn is_system_program(name: &str) -> bool {
    SYSTEM_PROGRAM_NAMES.has(name)
}

fn is_neutral(observable: &Observable, defanged: bool) -> bool {
    match observable.kind {
        Kind::Domain => is_neutral_name(&observable.value),
        Kind::Url | Kind::Email => match plain_host(observable) {
            Some(name) => is_neutral_name(name),
            None => observable.host().is_none_or(|host| is_neutral(&host, defanged)),
        },
        _ => observable.address().is_none_or(|address| {
            let documentation = address::is_documentation(address);
            let public = if documentation { defanged } else { address::is_public(address) };
            !public || RESOLVERS.contains(&observable.value.as_str())
        }),
    }
}

/// The host of a URL or mail address when it is a name that needs no other form.
fn plain_host(observable: &Observable) -> Option<&str> {
    let host = match observable.kind {
        Kind::Url => url::split(observable.value.as_bytes())?.host,
        _ => observable.value.rsplit_once('@')?.1.as_bytes(),
    };
    let name = std::str::from_utf8(host).ok()?;
    (domain::is_well_formed(host) && domain::is_plain(name)).then_some(name)
}

fn is_neutral_name(name: &str) -> bool {
    let labels = std::iter::once(0).chain(memchr::memchr_iter(b'.', name.as_bytes()).map(|dot| dot + 1));
    let ends_neutral = labels.filter_map(|start| name.get(start..)).any(|end| NEUTRAL_NAMES.has(end));
    ends_neutral && domain::registered(name).is_some_and(|name| NEUTRAL_NAMES.has(name))
}

fn is_system_place(value: &str) -> bool {
    let place = || {
        let windows =
            ["/windows/system32/", "/windows/syswow64/", "%systemroot%", "%windir%", "/windowspowershell/"];
        value.starts_with("c:/windows/") || windows.iter().any(|place| value.contains(place))
    };
    is_system_program(path::last_part(value)) && place()
        || SYSTEM_PLACES.iter().any(|place| value.starts_with(place))
}
