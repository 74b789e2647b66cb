//! Stolen accounts as text: blocks of a stealer log (`URL:`, `Username:`, `Password:`), and combination lists, one
//! `account:password` or `site:account:password` a line.
//!
//! The secret is cut off while the line is read: it reaches no fact and no problem. Sources: what stealers write
//! (`Passwords.txt`, `All Passwords.txt`), seen in public analyses. Invariant: a line that is neither is counted, never
//! shown.

use super::secrets::{MASK, masked};
use super::{CollectionRecord, leak, stem};
use crate::body::{self, DOCUMENT_BYTES_MAX};
use crate::sink::Sink;
use input::{Document, Head, table};
use model::{Fault, Place, Problems};
use std::borrow::Cow;

/// How many lines are looked at to recognise a document, and how many accounts are given.
const SAMPLE: usize = 40;
const ACCOUNTS_MAX: u64 = 2_000_000;

/// What a line of a block holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Site,
    Account,
    Secret,
    Other,
}

/// A line of a block: its part, name and value.
fn part(line: &str) -> Option<(Part, &str, &str)> {
    let (name, value) = line.split_once(':')?;
    let part = match table::normal(name).as_str() {
        "url" | "host" | "hostname" | "site" | "link" | "website" | "originurl" | "actionurl" => Part::Site,
        "username" | "user" | "login" | "userlogin" | "email" | "account" | "loginname" => Part::Account,
        "password" | "pass" | "pwd" | "userpassword" | "passwort" => Part::Secret,
        "application" | "soft" | "software" | "browser" | "storage" | "profile" | "app" | "date"
        | "source" => Part::Other,
        _ => return None,
    };
    Some((part, name.trim(), value.trim()))
}

/// Site, account and secret of a line of a combination list.
fn combination(line: &str) -> Option<(Option<&str>, &str, &str)> {
    let line = line.trim();
    if line.contains([' ', '\t', '<', '"', ',']) || line.len() > 1000 {
        return None;
    }
    let (scheme, rest) = line.split_once("://").map_or((0, line), |(scheme, rest)| (scheme.len() + 3, rest));
    let sign = rest.find(['|', ';', ':'])?;
    let (separator, _) = rest.get(sign..).and_then(|rest| Some((rest.chars().next()?, ())))?;
    let parts: Vec<&str> = rest.split(separator).collect();
    let is_mail = |text: &str| {
        text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.contains('.')
                && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        })
    };
    let end_of = |count: usize| parts.iter().take(count).map(|part| part.len() + 1).sum::<usize>();
    if scheme == 0 && is_mail(parts.first()?) && parts.get(1).is_some_and(|secret| !secret.is_empty()) {
        return Some((None, parts.first()?, rest.get(end_of(1)..)?));
    }
    // A port is part of the site.
    let port = parts.get(1).is_some_and(|port| {
        let digits = port.split('/').next().unwrap_or_default();
        separator == ':'
            && !digits.is_empty()
            && digits.len() <= 5
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let site_parts = if port && parts.len() > 3 { 2 } else { 1 };
    let site = line.get(..scheme + end_of(site_parts) - 1)?;
    let account = parts.get(site_parts).filter(|account| !account.is_empty())?;
    let secret = rest.get(end_of(site_parts + 1)..).filter(|secret| !secret.is_empty())?;
    let dotted = parts.first().is_some_and(|host| host.contains('.') && !host.contains('@'));
    (dotted && (scheme > 0 || is_mail(account))).then_some((Some(site), *account, secret))
}

/// Whether a document is a stealer log or a combination list.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    if head.is_json() || head.text.trim_start().starts_with('<') {
        return false;
    }
    let (mut lines, mut combinations) = (0, 0);
    let mut parts = [0; 3];
    for line in head.lines(SAMPLE) {
        // Lines of signs part blocks, and advertise who took them.
        if !line.chars().any(char::is_alphanumeric) {
            continue;
        }
        lines += 1;
        combinations += usize::from(combination(line).is_some());
        match part(line) {
            Some((Part::Site, _, value)) if value.contains('.') || value.contains("://") => parts[0] += 1,
            Some((Part::Account, _, _)) => parts[1] += 1,
            Some((Part::Secret, _, _)) => parts[2] += 1,
            _ => {}
        }
    }
    let [sites, accounts, secrets] = parts;
    let blocks = secrets > 0 && accounts > 0 && sites > 0 && (sites + accounts + secrets) * 2 > lines;
    blocks || (combinations > 0 && combinations * 5 > lines * 4)
}

/// A line without the secret in it; one that is no account may be the rest of a secret, and is cut whole.
pub(super) fn without_secret(line: &str) -> Cow<'_, str> {
    if let Some((_, _, secret)) = combination(line) {
        let end = line.trim_end().len().saturating_sub(secret.len());
        return Cow::Owned(format!("{}{MASK}", line.get(..end).unwrap_or_default()));
    }
    match part(line) {
        Some((Part::Secret, _, value)) if !value.is_empty() => {
            let end = line.trim_end().len().saturating_sub(value.len());
            Cow::Owned(format!("{}{MASK}", line.get(..end).unwrap_or_default()))
        }
        Some(_) => Cow::Owned(masked(line).0),
        None if line.chars().any(char::is_alphanumeric) => Cow::Borrowed(MASK),
        None => Cow::Borrowed(line),
    }
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, DOCUMENT_BYTES_MAX, problems) else { return };
    let name = stem(&sink.source);
    let (mut others, mut given) = (0_u64, 0_u64);
    let mut block: Vec<(String, String)> = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    let mut started = 1;
    for (number, line) in (1..).zip(text.lines()) {
        if given >= ACCOUNTS_MAX {
            let what = format!("more than {ACCOUNTS_MAX} accounts; the rest was not read");
            problems.add(Place::Line(number), Fault::Partial, what, Some("split the file"));
            break;
        }
        if let Some((part, key, value)) = part(line).filter(|_| combination(line).is_none()) {
            // A part that comes again begins the next block; so does a program that is named after the secret.
            let again = parts.contains(&part) && part != Part::Other;
            if again || (parts.contains(&Part::Secret) && part != Part::Other) {
                given += end(&mut block, &mut parts, &name, started, sink, problems);
            }
            if block.is_empty() {
                started = number;
            }
            let key = if part == Part::Site { "url" } else { key };
            block.push((key.to_owned(), value.to_owned()));
            parts.push(part);
            continue;
        }
        if line.trim().is_empty() || !line.chars().any(char::is_alphanumeric) {
            given += end(&mut block, &mut parts, &name, started, sink, problems);
        } else if let Some((site, account, secret)) = combination(line) {
            let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let mut fields = vec![field("login", account), field("password", secret)];
            fields.extend(site.map(|site| field("url", site)));
            let stolen = site.is_some();
            leak::account(CollectionRecord::of(fields), stolen, &name, Place::Line(number), sink, problems);
            given += 1;
        } else {
            others += 1;
        }
    }
    given += end(&mut block, &mut parts, &name, started, sink, problems);
    if others > 0 {
        let what = format!("{others} lines are no account; {given} accounts were read");
        problems.add(Place::Whole, Fault::Note, what, None);
    }
}

/// Gives a block, if it has an account or a site; how many were given.
fn end(
    block: &mut Vec<(String, String)>,
    parts: &mut Vec<Part>,
    name: &str,
    line: u64,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) -> u64 {
    let fields = std::mem::take(block);
    let had = std::mem::take(parts);
    let opened = had.contains(&Part::Site) && had.contains(&Part::Secret);
    if !opened && !had.contains(&Part::Account) {
        return 0;
    }
    leak::account(CollectionRecord::of(fields), true, name, Place::Line(line), sink, problems);
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_combinations() {
        assert_eq!(combination("a@port.example:hunter2:x"), Some((None, "a@port.example", "hunter2:x")));
        assert_eq!(
            combination("https://crm.port.example/login:anna:hunter2"),
            Some((Some("https://crm.port.example/login"), "anna", "hunter2"))
        );
        assert_eq!(
            combination("https://crm.port.example:8443/x:anna:hunter2"),
            Some((Some("https://crm.port.example:8443/x"), "anna", "hunter2"))
        );
        assert_eq!(
            combination("crm.port.example|a@port.example|h"),
            Some((Some("crm.port.example"), "a@port.example", "h"))
        );
        for line in [
            "a@port.example",
            "https://port.example/",
            "203.0.113.7:443",
            "url: x",
            "2001:db8::7",
            "http://port.example:80/a",
        ] {
            assert_eq!(combination(line), None, "{line}");
        }
    }
}
