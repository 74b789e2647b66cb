//! The terminal: how wide, in which colours, and what is said on standard error.

use crate::arguments::{Colour, Format, Shared};
use crate::failure::Failure;
use model::{Fault, Problem, Timestamp};
use pipeline::InputKind;
use report::{Form, Style};
use std::io::{IsTerminal, Read, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// How wide text is when nobody says.
const WIDTH_DEFAULT: usize = 80;
/// Wider than this, lines are hard to follow.
const WIDTH_MAX: usize = 200;
/// How often progress is drawn.
const DRAWN_EVERY: Duration = Duration::from_millis(100);
/// How many problems are reported on standard error; the answer holds all.
const PROBLEMS_REPORTED_MAX: usize = 12;

/// The moment of the question: given, or the clock's.
pub fn now(shared: &Shared) -> Timestamp {
    shared.now.unwrap_or_else(clock)
}

/// What the clock says.
pub fn clock() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the door knows the clock")]
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(0);
    Timestamp::from_seconds(seconds).unwrap_or(Timestamp::EPOCH)
}

/// The name of this machine, for messages that name their sender.
pub fn machine() -> String {
    let mut name = String::new();
    let file = std::fs::File::open("/proc/sys/kernel/hostname");
    _ = file.and_then(|file| file.take(256).read_to_string(&mut name));
    let name = name.trim();
    if name.is_empty() { "localhost".to_owned() } else { name.to_owned() }
}

/// An instant, to measure how long something lasts: it never goes back.
pub fn instant() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the door knows the clock")]
    Instant::now()
}

/// How many threads to use.
pub fn threads(shared: &Shared) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    shared.threads.map_or_else(cores, usize::from)
}

/// The form that was asked for.
pub fn form(format: Format) -> Form {
    match format {
        Format::Table => Form::Table,
        Format::Json => Form::Json,
        Format::Ndjson => Form::Ndjson,
        Format::Csv => Form::Csv,
        Format::Md => Form::Markdown,
        // A verb that has a PDF sets it by itself.
        Format::Html => Form::Html,
        Format::Navigator => Form::Navigator,
        Format::Stix => Form::Stix,
        Format::Ocsf => Form::Ocsf,
        Format::Sarif => Form::Sarif,
        Format::List => Form::List,
        Format::Misp => Form::Misp,
        // A timeline is made of hits, not of the answer; beside it, the answer is as its findings.
        Format::Timeline => Form::Csv,
        Format::TimelineJsonl => Form::Ndjson,
        // Only a briefing has these, and it writes them itself.
        Format::Pdf | Format::Slides | Format::SlidesPdf => Form::Html,
    }
}

/// How to set text on standard output.
pub fn style(shared: &Shared) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let colour = match shared.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            terminal && anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
        }
    };
    let wide = terminal_size::terminal_size().map(|(terminal_size::Width(columns), _)| usize::from(columns));
    let width = wide.filter(|_| terminal).unwrap_or(WIDTH_DEFAULT).clamp(WIDTH_DEFAULT, WIDTH_MAX);
    Style {
        width,
        colour,
        unicode: unicode(),
        own: shared.tlp.unwrap_or(model::Tlp::AmberStrict),
        short: false,
    }
}

/// Whether the locale speaks UTF-8; where no locale is set, it is taken to.
fn unicode() -> bool {
    #[expect(clippy::disallowed_methods, reason = "the door knows the environment")]
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8") || locale == "c" || locale == "posix"
    })
}

/// Says why the run ended.
pub fn complain(failure: &Failure) {
    if let Failure::Write { source, .. } = failure
        && source.kind() == std::io::ErrorKind::BrokenPipe
    {
        return;
    }
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "error: {}", report::printable(&failure.to_string()));
    for (n, line) in failure.help().unwrap_or_default().lines().enumerate() {
        let _ = writeln!(err, "{}{}", if n == 0 { "help: " } else { "  " }, report::printable(line));
    }
}

/// Options that take every path that follows.
const LISTS: [&str; 6] = ["--estate", "--logs", "--knowledge", "--collections", "--rules", "--intel"];

/// Says what became of paths that a list may have taken, where an argument is missing or a path was not read.
pub fn hint_at_lists() {
    let Some(list) = std::env::args().find(|argument| LISTS.contains(&argument.as_str())) else { return };
    let _ = writeln!(
        anstream::stderr().lock(),
        "help: {list} takes every path that follows it; put an advisory or logs before it, or after `--`"
    );
}

/// Says one thing that the answer does not.
pub fn note(what: &str) {
    let _ = writeln!(anstream::stderr().lock(), "note: {}", report::printable(what));
}

/// Says what went wrong in the input, the gravest first.
pub fn report_problems(problems: &[Problem], shared: &Shared) {
    if shared.quiet || problems.is_empty() {
        return;
    }
    let mut sorted: Vec<&Problem> = problems.iter().filter(|problem| problem.fault != Fault::Note).collect();
    sorted.sort_by_key(|problem| problem.fault);
    // A directory of foreign files says the same thing a thousand times: once, with a number, is enough.
    let mut alike: Vec<(&Problem, usize)> = Vec::new();
    for problem in sorted {
        if let Some((_, count)) = alike.iter_mut().find(|(known, _)| known.what == problem.what) {
            *count += 1;
        } else if alike.len() < PROBLEMS_REPORTED_MAX * 10 {
            alike.push((problem, 0));
        }
    }
    let mut err = anstream::stderr().lock();
    for (problem, more) in alike.iter().take(PROBLEMS_REPORTED_MAX) {
        let more = if *more > 0 { format!(" (and {more} more like it)") } else { String::new() };
        let _ = writeln!(err, "warning: {}{more}", report::printable(&problem.to_string()));
        if let Some(help) = &problem.help {
            let _ = writeln!(err, "help: {}", report::printable(help));
        }
    }
    let more = alike.len().saturating_sub(PROBLEMS_REPORTED_MAX);
    if more > 0 {
        let _ = writeln!(err, "warning: {more} more like these; --format json shows all");
    }
}

/// Writes standard output through one buffer.
pub fn output(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::with_capacity(64 << 10, std::io::stdout().lock());
    write(&mut out).and_then(|()| out.flush()).map_err(|source| Failure::Write { path: None, source })
}

/// One line on standard error while long work goes on; gone when it is done.
pub struct Progress {
    shown: bool,
    started: Instant,
    bytes: AtomicU64,
    drawn: Mutex<Instant>,
    what: Mutex<Option<InputKind>>,
}

impl Progress {
    /// Draws only on a terminal.
    #[expect(clippy::disallowed_methods, reason = "the door knows the clock")]
    pub fn new(shared: &Shared) -> Self {
        let started = Instant::now();
        Self {
            shown: !shared.quiet && std::io::stderr().is_terminal(),
            started,
            bytes: AtomicU64::new(0),
            drawn: Mutex::new(started),
            what: Mutex::new(None),
        }
    }

    /// Clears the line and says how long it took.
    #[expect(clippy::disallowed_methods, reason = "the door knows the clock")]
    pub fn done(&self, quiet: bool) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
        if !quiet && std::io::stderr().is_terminal() {
            let elapsed = Instant::now().duration_since(self.started);
            let read = size(u128::from(self.bytes.load(Ordering::Relaxed)));
            let _ = writeln!(std::io::stderr(), "{read} read in {:.1} s", elapsed.as_secs_f64());
        }
    }
}

impl pipeline::Progress for Progress {
    fn on(&self, kind: InputKind) {
        if let Ok(mut current) = self.what.lock() {
            *current = Some(kind);
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the door knows the clock")]
    fn add(&self, bytes: u64) {
        let all = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if !self.shown {
            return;
        }
        let Ok(mut drawn) = self.drawn.try_lock() else { return };
        let now = Instant::now();
        if now.duration_since(*drawn) < DRAWN_EVERY {
            return;
        }
        *drawn = now;
        let elapsed = now.duration_since(self.started).as_millis().max(1);
        let rate = u128::from(all) * 1000 / elapsed;
        let what = self.what.lock().ok().and_then(|what| *what).map_or("reading", InputKind::name);
        let _ = write!(std::io::stderr(), "\r\x1b[K{what}  {}  {}/s", size(u128::from(all)), size(rate));
    }
}

/// Bytes for people.
pub fn size(bytes: u128) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes * 10, 0);
    while value >= 10_000 && unit + 1 < UNITS.len() {
        value /= 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or("B");
    if unit == 0 { format!("{bytes} B") } else { format!("{}.{} {name}", value / 10, value % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(1_000), "1.0 kB");
        assert_eq!(size(412_318_000), "412.3 MB");
    }
}
