//! Which sources are overdue: an inventory that nobody exports any more looks like one in which nothing changes.

use super::home;
use crate::arguments::Shared;
use crate::config::Config;
use crate::console;
use crate::failure::Failure;
use model::Timestamp;
use store::Home;

/// Says which sources are older than their rhythm, and whether any is. A source that has a rhythm and was never read is.
///
/// # Errors
/// When the home or its configuration cannot be read.
pub fn is_overdue(home: &Home, shared: &Shared, now: Timestamp) -> Result<bool, Failure> {
    let overdue = overdue(home, shared, now)?;
    overdue.iter().for_each(|one| console::note(one));
    Ok(!overdue.is_empty())
}

/// The same as sentences.
///
/// # Errors
/// When the home or its configuration cannot be read.
pub fn overdue(home: &Home, shared: &Shared, now: Timestamp) -> Result<Vec<String>, Failure> {
    let config = Config::load(&home::directory(shared), shared)?;
    let sources = home.sources()?;
    let mut overdue = Vec::new();
    for (name, seconds, shown) in config.rhythms() {
        let read = sources.iter().find(|source| source.name == name).map(|source| source.last_read);
        let what = match read {
            Some(at) if now.seconds_since(at) <= seconds => continue,
            Some(at) => format!("was last read {at}"),
            None => "was never read".to_owned(),
        };
        let name = report::printable(name);
        overdue.push(format!("{name} is overdue: it {what}, and a new state is expected every {shown}"));
    }
    Ok(overdue)
}
