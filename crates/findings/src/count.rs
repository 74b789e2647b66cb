//! Numbers with their noun.

/// `1 account`, `2 accounts`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
