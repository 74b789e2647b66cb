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
    let config = Config::load(&home::directory(shared), shared)?;
    let sources = home.sources()?;
    let mut is_any = false;
    for (name, seconds, shown) in config.rhythms() {
        let read = sources.iter().find(|source| source.name == name).map(|source| source.last_read);
        let what = match read {
            Some(at) if now.seconds_since(at) <= seconds => continue,
            Some(at) => format!("was last read {at}"),
            None => "was never read".to_owned(),
        };
        is_any = true;
        let name = report::printable(name);
        console::note(&format!("{name} is overdue: it {what}, and a new state is expected every {shown}"));
    }
    Ok(is_any)
}
