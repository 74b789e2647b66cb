//! What an intruder leaves and comes back to: scripts by their path, and the account and place that somebody logged on
//! from. They stay the same whenever they are met, so they tie steps of a story over any time.

use super::logon::attempt;
use super::times::{Timed, Times, keep};
use model::Record;
use serde::{Deserialize, Serialize};

/// Endings of files that a web server runs.
const SCRIPTS: &[&str] =
    &[".jsp", ".jspx", ".asp", ".aspx", ".ashx", ".asmx", ".php", ".phtml", ".cfm", ".pl", ".cgi"];
/// The longest path that is kept.
const PATH_BYTES_MAX: usize = 512;

/// The path of a script: of a file, or of a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum ScriptPath {
    File(Box<str>),
    Page(Box<str>),
}

/// The traces of one cause on one machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Traces {
    /// Scripts that were written or asked for, in lower case, with `/` between folders.
    pub(crate) scripts: Timed<ScriptPath>,
    /// Log-ons that were let in: the account, and the workstation or address that it came from.
    pub(crate) logons: Timed<(Box<str>, Box<str>)>,
}

impl Traces {
    /// The traces in a record; nearly always none.
    pub(super) fn of(record: &Record<'_>) -> Option<Box<Self>> {
        let times = Times::of(record.time);
        let mut traces = Self::default();
        let file = record.get("TargetFilename").and_then(script).map(ScriptPath::File);
        let page = record.get("cs-uri-stem").and_then(script).map(ScriptPath::Page);
        file.into_iter().chain(page).for_each(|path| keep(&mut traces.scripts, path, times));
        if let Some(tried) = attempt::may_report(record.log).then(|| attempt::of(record)).flatten() {
            let workstation = record.get("WorkstationName").filter(|name| !matches!(*name, "" | "-"));
            let origin = workstation.map(str::to_lowercase);
            let origin = origin.or_else(|| record.from.map(|address| address.to_string()));
            if let Some(origin) = origin {
                let logon = (tried.account.to_lowercase().into_boxed_str(), origin.into_boxed_str());
                keep(&mut traces.logons, logon, times);
            }
        }
        let has_any = !traces.scripts.is_empty() || !traces.logons.is_empty();
        has_any.then(|| Box::new(traces))
    }

    /// Adds others.
    pub(super) fn merge(&mut self, other: Self) {
        other.scripts.into_iter().for_each(|(path, times)| keep(&mut self.scripts, path, times));
        other.logons.into_iter().for_each(|(logon, times)| keep(&mut self.logons, logon, times));
    }
}

/// The path, if it ends as a script does.
fn script(path: &str) -> Option<Box<str>> {
    if path.len() > PATH_BYTES_MAX {
        return None;
    }
    let path = path.to_lowercase().replace('\\', "/");
    SCRIPTS.iter().any(|end| path.ends_with(end)).then(|| path.into_boxed_str())
}

impl ScriptPath {
    /// Whether this is the file, or a page of it: the path of a page is the end of the path of its file.
    pub(crate) fn is_of(&self, file: &str) -> bool {
        match self {
            Self::File(path) => **path == *file,
            Self::Page(page) => page.starts_with('/') && page.len() > 1 && file.ends_with(&**page),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_of_the_file_whose_path_it_ends() {
        let file = script(r"C:\tomcat\webapps\Berths\uploads\horizon.jsp").expect("a script");
        for (page, expected) in [
            ("/berths/uploads/horizon.jsp", true),
            ("/horizon.jsp", true),
            ("/uploads/berths/horizon.jsp", false),
            ("/zon.jsp", false),
            ("horizon.jsp", false),
        ] {
            assert_eq!(ScriptPath::Page(page.into()).is_of(&file), expected, "{page}");
        }
        assert!(script("/berths/picture.png").is_none());
        assert!(script(&format!("/{}.php", "a".repeat(PATH_BYTES_MAX))).is_none());
    }
}
