//! The key of a machine or account: what identifiers are derived from and joins meet by.
//!
//! A name alone would not say whether it is of a machine or of an account, and a text would have to be split to know.
//! So a key is a type: it is made of a sort and a name, and gives the name back by sort.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

const HOST: &str = "host:";
const ACCOUNT: &str = "account:";
const DOCUMENT: &str = "document:";

/// `host:portal-1.harbour.example`, `account:s-1-5-21-…-1104`, `document:…` where no machine is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct EntityKey(Arc<str>);

impl EntityKey {
    /// The key of a machine; without a name, of no known machine.
    #[must_use]
    pub fn host(name: &str) -> Self {
        Self(Arc::from(format!("{HOST}{name}")))
    }

    /// The key of an account.
    #[must_use]
    pub fn account(name: &str) -> Self {
        Self(Arc::from(format!("{ACCOUNT}{name}")))
    }

    /// The key of what a document is about that names no machine.
    #[must_use]
    pub fn document(lineage: &str) -> Self {
        Self(Arc::from(format!("{DOCUMENT}{lineage}")))
    }

    /// The key that this is the text of.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [HOST, ACCOUNT, DOCUMENT].iter().any(|sort| text.starts_with(sort)).then(|| Self(Arc::from(text)))
    }

    /// The name of the machine, if it is the key of one.
    #[must_use]
    pub fn host_name(&self) -> Option<&str> {
        self.0.strip_prefix(HOST)
    }

    /// The name of the account, if it is the key of one.
    #[must_use]
    pub fn account_name(&self) -> Option<&str> {
        self.0.strip_prefix(ACCOUNT)
    }

    /// The key as identifiers are derived from it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for EntityKey {
    /// The key of no known machine.
    fn default() -> Self {
        Self::host("")
    }
}

impl Borrow<str> for EntityKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gives_its_name_by_sort_only() {
        let host = EntityKey::host("portal-1");
        assert_eq!(
            (host.as_str(), host.host_name(), host.account_name()),
            ("host:portal-1", Some("portal-1"), None)
        );
        assert_eq!(EntityKey::account("a").account_name(), Some("a"));
        assert_eq!(EntityKey::document("1").host_name(), None);
        assert_eq!(EntityKey::default().as_str(), "host:");
    }
}
