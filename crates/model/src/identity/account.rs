//! Accounts: logon name, `DOMAIN\user`, user principal name, SID, mail address.

use super::pairs::Pairs;
use super::{Entity, EntityKey};
use crate::ours::Account;
use std::collections::BTreeMap;

/// Resolves any written name of an account.
#[derive(Clone, Debug, Default)]
pub struct AccountDirectory {
    /// Keys in order, each with the name for people; an account is meant by its place.
    accounts: Vec<(Box<str>, Box<str>)>,
    /// SIDs, UPNs, mail addresses, `domain\name` → accounts.
    exact: Pairs<Box<str>, u32>,
    /// Bare logon names → accounts.
    bare: Pairs<Box<str>, u32>,
}

/// Names of accounts while rows are gone through.
#[derive(Default)]
struct Names {
    exact: Vec<(Box<str>, u32)>,
    bare: Vec<(Box<str>, u32)>,
}

impl AccountDirectory {
    /// A directory of the accounts in these rows, and the key of each row's account; `None` for a row without a name.
    #[must_use]
    pub fn classes<'a>(rows: impl IntoIterator<Item = &'a Account>) -> (Self, Vec<Option<String>>) {
        let rows: Vec<&Account> = rows.into_iter().collect();
        let classes = super::person::classes(&rows);
        // The surest name among the rows of a class is its key.
        let mut keys: BTreeMap<usize, (usize, String)> = BTreeMap::new();
        for (row, class) in rows.iter().zip(&classes) {
            let key = (Self::rank(row), Self::key_of(row));
            if !key.1.is_empty() {
                let known = keys.entry(*class).or_insert_with(|| key.clone());
                *known = key.min(known.clone());
            }
        }
        let keys = classes.iter().map(|class| keys.get(class).map(|(_, key)| key.clone()));
        let keys: Vec<Option<String>> = keys.collect();
        let named =
            rows.iter().zip(&keys).filter_map(|(row, key)| Some((key.as_deref()?, row.name.as_str())));
        let mut accounts: Vec<(&str, &str)> = named.collect();
        // Of several names of one account the least is for people.
        accounts.sort_unstable();
        accounts.dedup_by(|next, kept| next.0 == kept.0);
        let mut names = Names::default();
        for (row, key) in rows.iter().zip(&keys) {
            let place =
                key.as_deref().and_then(|key| accounts.binary_search_by(|known| known.0.cmp(key)).ok());
            if let Some(place) = place.and_then(|place| u32::try_from(place).ok()) {
                names.learn(row, place);
            }
        }
        let accounts = accounts.into_iter().map(|(key, display)| (Box::from(key), Box::from(display)));
        let directory =
            Self { accounts: accounts.collect(), exact: Pairs::of(names.exact), bare: Pairs::of(names.bare) };
        (directory, keys)
    }

    /// A directory of these accounts.
    #[must_use]
    pub fn new<'a>(accounts: impl IntoIterator<Item = &'a Account>) -> Self {
        Self::classes(accounts).0
    }

    /// How sure the key of a row is: that of a SID comes first.
    fn rank(row: &Account) -> usize {
        let has = [row.sid.is_some(), row.upn.is_some(), row.domain.is_some(), true];
        has.iter().position(|has| *has).unwrap_or(has.len())
    }

    /// The key that a row has by itself: its SID, else its UPN, else `domain\name`, else its name.
    fn key_of(account: &Account) -> String {
        if let Some(name) = account.sid.as_deref().or(account.upn.as_deref()) {
            return normal(name);
        }
        match &account.domain {
            Some(domain) => format!("{}\\{}", normal(domain), normal(&account.name)),
            None => normal(&account.name),
        }
    }

    /// The account that is meant by a written name.
    #[must_use]
    pub fn resolve(&self, written: &str) -> Entity {
        let name = normal(written);
        if let Some(found) = self.one(&self.exact, &name, "full name of the account") {
            return found;
        }
        if !name.contains(['\\', '@'])
            && let Some(found) = self.one(&self.bare, &name, "only account of that name")
        {
            return found;
        }
        let display = written.trim().to_owned();
        Entity { key: EntityKey::account(&name), display, known: false, reason: "not in the account table" }
    }

    fn one(&self, index: &Pairs<Box<str>, u32>, name: &str, reason: &'static str) -> Option<Entity> {
        let (key, display) = self.accounts.get(usize::try_from(*index.only(name)?).ok()?)?;
        Some(Entity { key: EntityKey::account(key), display: display.to_string(), known: true, reason })
    }
}

impl Names {
    fn learn(&mut self, account: &Account, place: u32) {
        for name in [&account.sid, &account.upn, &account.mail].into_iter().flatten() {
            add(&mut self.exact, &normal(name), place);
        }
        let name = normal(&account.name);
        if let Some(domain) = &account.domain {
            let domain = normal(domain);
            let label = domain.split('.').next().unwrap_or(&domain).to_owned();
            add(&mut self.exact, &format!("{domain}\\{name}"), place);
            add(&mut self.exact, &format!("{label}\\{name}"), place);
            add(&mut self.exact, &format!("{name}@{domain}"), place);
        }
        // Where the table names no domain, that of the principal name is it: `harbour\\h.berg`.
        let principal = account.upn.as_ref().or(account.mail.as_ref()).filter(|_| account.domain.is_none());
        if let Some((_, domain)) =
            principal.map(|name| normal(name)).as_deref().and_then(|name| name.split_once('@'))
        {
            let label = domain.split('.').next().unwrap_or(domain);
            add(&mut self.exact, &format!("{domain}\\{name}"), place);
            add(&mut self.exact, &format!("{label}\\{name}"), place);
        }
        add(&mut self.bare, &name, place);
    }
}

fn normal(name: &str) -> String {
    name.trim().to_lowercase()
}

fn add(index: &mut Vec<(Box<str>, u32)>, name: &str, place: u32) {
    if !name.is_empty() {
        index.push((Box::from(name), place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn account(name: &str, domain: Option<&str>, mail: Option<&str>) -> Account {
        let (domain, mail) = (domain.map(str::to_owned), mail.map(str::to_owned));
        Account { name: name.into(), domain, mail, ..Account::default() }
    }

    #[test]
    fn every_name_of_an_account_is_the_account() {
        let directory =
            AccountDirectory::new(&[account("h.berg", Some("harbour.example"), Some("hanna@port.example"))]);
        for name in [
            "h.berg",
            "HARBOUR\\H.Berg",
            "harbour.example\\h.berg",
            "h.berg@harbour.example",
            "Hanna@port.example",
        ] {
            assert_eq!(directory.resolve(name).key.as_str(), "account:harbour.example\\h.berg", "{name}");
        }
        assert!(!directory.resolve("OTHER\\h.berg").known);
    }

    /// The classes of rows, as letters in order of appearance.
    fn classes(rows: &[Account]) -> String {
        let (_, keys) = AccountDirectory::classes(rows);
        let mut seen: Vec<Option<String>> = Vec::new();
        let letters = keys.iter().map(|key| {
            let at = seen.iter().position(|known| known == key).unwrap_or_else(|| {
                seen.push(key.clone());
                seen.len() - 1
            });
            char::from(b'a' + u8::try_from(at).expect("few"))
        });
        letters.collect()
    }

    fn row(name: &str, sid: &str, upn: &str, mail: &str) -> Account {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Account { name: name.into(), sid: text(sid), upn: text(upn), mail: text(mail), ..Account::default() }
    }

    #[test]
    fn rows_of_two_systems_meet_by_principal_name_mail_or_sid() {
        let directory = row("h.berg", "S-1-5-21-1-2-3-1104", "h.berg@corp.local", "hanna@port.example");
        for (why, other, expected) in [
            ("principal name", row("h.berg", "", "H.Berg@corp.local", ""), "aa"),
            ("mail as principal name", row("hanna", "", "hanna@port.example", ""), "aa"),
            ("mail", row("h.berg", "", "", "hanna@port.example"), "aa"),
            ("sid", row("renamed", "s-1-5-21-1-2-3-1104", "", ""), "aa"),
            ("bare name", row("h.berg", "", "", ""), "aa"),
            ("another sid", row("h.berg", "S-1-5-21-1-2-3-1105", "h.berg@corp.local", ""), "ab"),
            ("another name", row("o.lind", "", "o.lind@corp.local", ""), "ab"),
        ] {
            assert_eq!(classes(&[directory.clone(), other]), expected, "{why}");
        }
    }

    #[test]
    fn a_mailbox_that_two_accounts_share_joins_neither() {
        let rows = [
            row("a", "", "a@port.example", "info@port.example"),
            row("b", "", "b@port.example", "info@port.example"),
            row("c", "", "", "info@port.example"),
        ];
        assert_eq!(classes(&rows), "abc");
        let rows = [row("a", "S-1", "", "info@port.example"), row("b", "S-2", "", "info@port.example")];
        assert_eq!(classes(&rows), "ab");
    }

    #[test]
    fn the_order_of_rows_decides_nothing() {
        let mut rows = vec![
            row("h.berg", "S-1-5-21-1-2-3-1104", "h.berg@corp.local", "hanna@port.example"),
            row("hanna", "", "hanna@port.example", ""),
            row("h.berg", "", "", ""),
            row("o.lind", "", "o.lind@corp.local", "hanna@port.example"),
            row("o.lind", "", "", ""),
        ];
        let pairs = |rows: &[Account]| -> BTreeSet<(Account, Option<String>)> {
            rows.iter().cloned().zip(AccountDirectory::classes(rows).1).collect()
        };
        let whole = pairs(&rows);
        for _ in 0..rows.len() {
            rows.rotate_left(1);
            assert_eq!(pairs(&rows), whole);
            rows.reverse();
            assert_eq!(pairs(&rows), whole);
        }
    }

    #[test]
    fn the_principal_name_gives_the_domain_that_the_table_leaves_out() {
        let mut person = account("a.weber", None, None);
        person.upn = Some("a.weber@brauhaus.example".into());
        let directory = AccountDirectory::new(&[person]);
        assert!(directory.resolve("BRAUHAUS\\a.weber").known);
        assert!(!directory.resolve("OTHER\\a.weber").known);
    }

    #[test]
    fn a_bare_name_in_two_domains_is_neither() {
        let accounts = [account("admin", Some("a.example"), None), account("admin", Some("b.example"), None)];
        let directory = AccountDirectory::new(&accounts);
        assert!(!directory.resolve("admin").known);
        assert!(directory.resolve("B\\admin").known);
    }
}
