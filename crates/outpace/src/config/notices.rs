//! The keys of notices: who gets them, by which channels, what they subscribe to.
//!
//! ```toml
//! [notify]
//! lead = "lead@seaward.example"
//! zone = "Europe/Berlin"
//! quiet = "22:00-06:00"
//!
//! [channels.mail]
//! server = "relay.seaward.example:587"
//! from = "outpace@seaward.example"
//! password_file = "/etc/outpace/relay"
//!
//! [subscriptions.dmz]
//! to = "network"
//! filter = "zone = dmz and severity >= high"
//! ```
//!
//! Here it is decided which keys there are and of what sort their values are; what they mean is for `desk.rs` of the verb,
//! which names what is wrong by the same places. A secret is never in the file: its key says where it is.

use super::value::{Plain, TEXT_CHARS_MAX, Value, Wrong};

/// Tables whose keys are known, by the table.
const KEYS: &[(&str, &[&str])] = &[
    (
        "notify",
        &[
            "lead",
            "deputy",
            "analyst",
            "operator",
            "zone",
            "quiet",
            "dates",
            "mail",
            "an-hour",
            "second-after",
            "lead-after",
            "built-in",
        ],
    ),
    (
        "channels",
        &[
            "type",
            "server",
            "security",
            "user",
            "password",
            "password_file",
            "from",
            "ca_file",
            "unsubscribe",
            "url",
            "url_file",
            "secret",
            "secret_file",
            "allow",
            "topic",
            "token",
            "token_file",
            "directory",
            "file",
            "facility",
        ],
    ),
    (
        "subscriptions",
        &["to", "by", "filter", "when", "quiet", "zone", "ceiling", "dates", "apart", "nothing-new"],
    ),
];
/// Tables in which each key is a name.
const NAMED: &[&str] = &["owners", "parties", "people"];
/// Tables of tables.
const OF_TABLES: &[&str] = &["channels", "subscriptions"];
/// Keys that may be a list.
const LISTS: &[&str] = &["allow", "by", "secret_file", "secret", "lead", "deputy", "analyst", "operator"];
/// Keys that are yes or no.
const FLAGS: &[&str] = &["built-in", "nothing-new"];
/// How many texts a list has at most.
const LIST_MAX: usize = 50;
/// How long a filter or a URL may be.
const LONG_CHARS_MAX: usize = 4_000;

/// Whether a key is a table of further keys.
pub fn is_table(parts: &[String]) -> bool {
    match parts {
        [one] => one == "notify" || NAMED.contains(&one.as_str()) || OF_TABLES.contains(&one.as_str()),
        [one, _] => OF_TABLES.contains(&one.as_str()),
        _ => false,
    }
}

/// Whether there is this key.
pub fn is_key(parts: &[String]) -> bool {
    match parts {
        [table, _] if NAMED.contains(&table.as_str()) => true,
        [table, key] if table == "notify" => beside(parts).contains(&key.as_str()),
        [table, _, key] if OF_TABLES.contains(&table.as_str()) => beside(parts).contains(&key.as_str()),
        _ => false,
    }
}

/// The keys beside the last part of a key.
pub fn beside(parts: &[String]) -> &'static [&'static str] {
    let table = parts.first().map_or("", String::as_str);
    KEYS.iter().find(|(name, _)| *name == table).map_or(&[], |(_, keys)| keys)
}

/// How a table is written whose key was given a value.
pub fn example(parts: &[String]) -> Option<&'static str> {
    match parts.first()?.as_str() {
        "channels" => Some("write [channels.NAME] and below it type = \"mail\" and the keys of that channel"),
        "subscriptions" => Some("write [subscriptions.NAME] and below it to = \"…\" and filter = \"…\""),
        _ => None,
    }
}

/// The value of a key.
pub fn value(parts: &[String], plain: &Plain) -> Result<Value, Wrong> {
    let key = parts.last().map_or("", String::as_str);
    let is_named = parts.first().is_some_and(|table| NAMED.contains(&table.as_str()));
    let name = parts.join(".");
    match plain {
        Plain::Text(text) => Ok(Value::Text(checked(&name, text)?)),
        Plain::List(all) if is_named || LISTS.contains(&key) => {
            if all.is_empty() || all.len() > LIST_MAX {
                return Err((format!("{name} has {} texts", all.len()), format!("write 1 to {LIST_MAX}")));
            }
            let all = all.iter().map(|text| checked(&name, text)).collect::<Result<Vec<_>, _>>()?;
            let shown = all.join("\", \"");
            Ok(Value::List(all, shown))
        }
        Plain::Flag(is) if FLAGS.contains(&key) => {
            Ok(Value::Text(if *is { "true" } else { "false" }.to_owned()))
        }
        other => {
            let help =
                if FLAGS.contains(&key) { "write true or false" } else { "write a text in quotation marks" };
            Err((format!("{name} is of type {}", other.sort()), help.to_owned()))
        }
    }
}

/// A text without line breaks, of a bounded length.
fn checked(name: &str, text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    let is_long = [".filter", ".url"].iter().any(|end| name.ends_with(end));
    let most = if is_long { LONG_CHARS_MAX } else { TEXT_CHARS_MAX };
    if text.is_empty() || text.chars().any(char::is_control) || text.chars().count() > most {
        let what = format!("{name} is empty, more than one line, or longer than {most} letters");
        return Err((what, "write a shorter text".to_owned()));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(key: &str) -> Vec<String> {
        key.split('.').map(str::to_owned).collect()
    }

    #[test]
    fn keys_are_known_by_their_table() {
        for key in [
            "notify.lead",
            "channels.mail.server",
            "subscriptions.dmz.filter",
            "owners.network",
            "parties.Tidewise",
        ] {
            assert!(is_key(&parts(key)) && !is_table(&parts(key)), "{key}");
        }
        for key in ["notify.leed", "channels.mail", "channels.mail.servre", "owners", "lead"] {
            assert!(!is_key(&parts(key)), "{key}");
        }
    }

    #[test]
    fn values_have_a_sort_and_a_limit() {
        let text = |key: &str, count: usize| value(&parts(key), &Plain::Text("a".repeat(count)));
        assert!(
            text("notify.lead", TEXT_CHARS_MAX).is_ok() && text("notify.lead", TEXT_CHARS_MAX + 1).is_err()
        );
        let long = "subscriptions.dmz.filter";
        assert!(text(long, LONG_CHARS_MAX).is_ok() && text(long, LONG_CHARS_MAX + 1).is_err());
        let list =
            |count| value(&parts("channels.soc.allow"), &Plain::List(vec!["10.0.0.0/8".to_owned(); count]));
        assert!(list(LIST_MAX).is_ok() && list(LIST_MAX + 1).is_err() && list(0).is_err());
        assert!(value(&parts("channels.soc.url"), &Plain::List(vec!["a".to_owned()])).is_err());
        assert!(value(&parts("notify.built-in"), &Plain::Flag(false)).is_ok());
        assert!(value(&parts("notify.lead"), &Plain::Flag(false)).is_err());
    }
}
