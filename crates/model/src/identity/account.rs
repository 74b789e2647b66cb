//! Accounts: logon name, `DOMAIN\user`, user principal name, SID, mail address.

use super::{Entity, EntityKey};
use crate::ours::Account;
use std::collections::{BTreeMap, BTreeSet};

/// Resolves any written name of an account.
#[derive(Clone, Debug, Default)]
pub struct AccountDirectory {
    displays: BTreeMap<String, String>,
    /// SIDs, UPNs, mail addresses, `domain\name` → keys.
    exact: BTreeMap<String, BTreeSet<String>>,
    /// Bare logon names → keys.
    bare: BTreeMap<String, BTreeSet<String>>,
}

impl AccountDirectory {
    /// A directory of these accounts.
    #[must_use]
    pub fn new<'a>(accounts: impl IntoIterator<Item = &'a Account>) -> Self {
        let mut directory = Self::default();
        for account in accounts {
            directory.learn(account);
        }
        directory
    }

    fn learn(&mut self, account: &Account) {
        let key = Self::key_of(account);
        if key.is_empty() {
            return;
        }
        let display = self.displays.entry(key.clone()).or_insert_with(|| account.name.clone());
        if account.name < *display {
            display.clone_from(&account.name);
        }
        for name in [&account.sid, &account.upn, &account.mail].into_iter().flatten() {
            add(&mut self.exact, &normal(name), &key);
        }
        let name = normal(&account.name);
        if let Some(domain) = &account.domain {
            let domain = normal(domain);
            let label = domain.split('.').next().unwrap_or(&domain).to_owned();
            add(&mut self.exact, &format!("{domain}\\{name}"), &key);
            add(&mut self.exact, &format!("{label}\\{name}"), &key);
            add(&mut self.exact, &format!("{name}@{domain}"), &key);
        }
        // Where the table names no domain, that of the principal name is it: `harbour\\h.berg`.
        let principal = account.upn.as_ref().or(account.mail.as_ref()).filter(|_| account.domain.is_none());
        if let Some((_, domain)) =
            principal.map(|name| normal(name)).as_deref().and_then(|name| name.split_once('@'))
        {
            let label = domain.split('.').next().unwrap_or(domain);
            add(&mut self.exact, &format!("{domain}\\{name}"), &key);
            add(&mut self.exact, &format!("{label}\\{name}"), &key);
        }
        add(&mut self.bare, &name, &key);
    }

    /// The key of an account: its SID, else its UPN, else `domain\name`, else its name.
    #[must_use]
    pub fn key_of(account: &Account) -> String {
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

    fn one(
        &self,
        index: &BTreeMap<String, BTreeSet<String>>,
        name: &str,
        reason: &'static str,
    ) -> Option<Entity> {
        let keys = index.get(name)?;
        let key = keys.first().filter(|_| keys.len() == 1)?;
        let display = self.displays.get(key)?.clone();
        Some(Entity { key: EntityKey::account(key), display, known: true, reason })
    }
}

fn normal(name: &str) -> String {
    name.trim().to_lowercase()
}

fn add(index: &mut BTreeMap<String, BTreeSet<String>>, name: &str, key: &str) {
    if !name.is_empty() {
        index.entry(name.to_owned()).or_default().insert(key.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
