//! Where the memory is, and who is asking: `--home`, `OUTPACE_HOME`, or the user's data directory.

use crate::arguments::Shared;
use crate::config::Config;
use crate::console;
use crate::failure::Failure;
use pipeline::{Spool, Spooled};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::Home;

/// Where details of indicators wait while a home is open.
pub fn spool() -> Arc<dyn Spool> {
    Arc::new(Spooled::default())
}

/// The directory of the home.
pub fn directory(shared: &Shared) -> PathBuf {
    if let Some(home) = &shared.home {
        return home.clone();
    }
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    // The XDG base directories; macOS and Windows have places of their own.
    let data = set("XDG_DATA_HOME").or_else(|| set("LOCALAPPDATA")).or_else(|| {
        let home = set("HOME")?;
        let mac = home.join("Library/Application Support");
        Some(if cfg!(target_os = "macos") { mac } else { home.join(".local/share") })
    });
    data.unwrap_or_else(|| PathBuf::from(".")).join("outpace")
}

/// Opens the home that is there, as it is configured.
pub fn open(shared: &Shared, spool: &Arc<dyn Spool>) -> Result<Home, Failure> {
    let directory = directory(shared);
    let mut home = Home::open(&directory, Arc::clone(spool))?;
    let config = Config::load(&directory, shared)?;
    home.set_lapses(config.lapses());
    home.set_versions(config.versions());
    Ok(home)
}

/// How long one waits for another that is learning.
const WAIT: Duration = Duration::from_secs(600);
/// After this long it is said.
const SAID_AFTER: Duration = Duration::from_secs(2);

/// Keeps others from learning into a home, as soon as who is learning now is done.
pub fn lock(home: &mut Home, shared: &Shared) -> Result<(), Failure> {
    let (begun, mut is_said) = (console::instant(), shared.quiet);
    Ok(home.lock(&mut |holder| {
        if begun.elapsed() >= SAID_AFTER && !std::mem::replace(&mut is_said, true) {
            console::note(&format!("another outpace is learning into this home ({holder}); waiting for it"));
        }
        begun.elapsed() < WAIT
    })?)
}

/// The name of whoever asks.
pub fn user() -> String {
    let name = ["OUTPACE_USER", "USER", "LOGNAME", "USERNAME"];
    #[expect(clippy::disallowed_methods, reason = "the door knows the environment")]
    let name = name.into_iter().find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()));
    name.unwrap_or_else(|| "somebody".to_owned())
}
