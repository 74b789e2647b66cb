//! `outpace watch PATH…`: follows logs and learns what is new, batch by batch, until somebody ends it.
//!
//! SIGTERM and SIGINT end it after the batch that is being taken. What was taken is committed with its position, so the next
//! start goes on where this one ended.

use super::{built_in_rules, home, notify, turns};
use crate::arguments::{Format, Shared, Watch};
use crate::config::Config;
use crate::console;
use crate::failure::Failure;
use crate::writing::write_file;
use follow::{Batch, Follower, Health, Options, Piece, Position, WholeDocument};
use pipeline::{Joins, Learning, Retention, WatchPiece, Watching, Wishes};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::Home;

/// How long is waited for something new before other work is done.
const WAIT: Duration = Duration::from_secs(1);
/// With `--once`, after so many looks without anything new nothing is there: a log that was rotated away has ended when two
/// looks found it unchanged.
const QUIET_LOOKS: u32 = 4;
/// How often events are kept in order, and the numbers written.
const UPKEEP: Duration = Duration::from_secs(60);
const STATUS: Duration = Duration::from_secs(10);
/// How often it is looked for notices to send, at least and at most.
const SENDING: Duration = Duration::from_secs(5);
const SENDING_MAX: Duration = Duration::from_secs(60);
/// How long records wait to be joined in which nothing was seen: only that a machine speaks again can follow from them.
const QUIET: Duration = Duration::from_secs(60);
/// At most one part in so many of the time goes into joins: what was seen waits longer where a join takes longer.
const SHARE: u32 = 10;

/// What is read again after a while.
struct Feed {
    path: PathBuf,
    every: Duration,
    due: Instant,
}

/// A run.
struct Run<'r> {
    verb: &'r Watch,
    shared: &'r Shared,
    watching: Watching,
    follower: Follower,
    health: Health,
    wishes: Wishes,
    kept: Retention,
    /// When the last join ended, and how long it took.
    joined: Instant,
    took: Duration,
}

/// Watches.
pub fn run(verb: &Watch, shared: &Shared) -> Result<u8, Failure> {
    super::forms::must_have("watch", super::forms::LINES, shared.format)?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|source| Failure::Read { path: PathBuf::from("signals"), source })?;
    }
    let spool = home::spool();
    let directory = home::directory(shared);
    // What is configured wrong is said before anything is followed.
    notify::reach(shared)?;
    let config = Config::load(&directory, shared)?;
    let (mut home, is_new) = Home::make(&directory, Arc::clone(&spool))?;
    home.set_versions(config.versions());
    if is_new && !shared.quiet {
        console::note(&format!("made a memory in {}", directory.display()));
    }
    let wishes = Wishes {
        zones: verb.reading.zones.clone(),
        host: verb.reading.host.clone(),
        threads: console::threads(shared),
        secret_key: Some(home.key()?),
        ..Wishes::default()
    };
    let followed = home.followed()?;
    let positions: Vec<Position> =
        followed.iter().filter_map(|one| serde_json::from_str(&one.position).ok()).collect();
    let built_in = built_in_rules(verb.no_built_in_rules);
    let means = (built_in, wishes.clone());
    // Logs wait as long as somebody else learns, and are read when it is done.
    let ends = Arc::clone(&stop);
    let waits = Box::new(move |_: &str| !ends.load(Ordering::Relaxed));
    let watching = Watching::open(home, means, spool, waits, console::now(shared))?;
    let fixed = shared.now;
    let options = Options::new(Arc::new(move || fixed.unwrap_or_else(console::clock)));
    let paths: Vec<PathBuf> = verb.paths.iter().map(|path| absolute(path)).collect();
    let mut follower = Follower::new(&paths, positions, options, Arc::clone(&stop));
    listen(verb, &mut follower, shared)?;
    let health = follower.health();
    if let Some(address) = &verb.metrics {
        let at = follow::serve_metrics(address, &health, &stop).map_err(|problem| refused(&problem))?;
        note(shared, &format!("numbers at http://{at}/metrics"));
    }
    let kept = config.retention();
    let (joined, took) = (console::instant(), Duration::ZERO);
    let run = Run { verb, shared, watching, follower, health, wishes, kept, joined, took };
    let ended = std::thread::scope(|scope| {
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        scope.spawn(move || sending(verb.no_built_in_rules, shared, &ends));
        let ended = run.until(&stop);
        is_over.store(true, Ordering::Relaxed);
        ended
    });
    match ended {
        // What was waiting to be taken is read again at the next start.
        Err(Failure::Home(store::Fault::Busy { .. })) if stop.load(Ordering::Relaxed) => Ok(0),
        ended => ended,
    }
}

/// Sends notices until the run is over, if anybody is configured; beside the logs, so that a server that hangs does not hold
/// them up. A pass takes at most one part in so many of the time, as joins do.
fn sending(no_built_in_rules: bool, shared: &Shared, is_over: &AtomicBool) {
    let Ok((mut reach, config)) = notify::reach(shared) else { return };
    if !reach.is_configured {
        return;
    }
    let opened = home::open(shared, &home::spool()).and_then(|mut home| {
        home.lock_notices()?;
        Ok(home)
    });
    let Ok(mut home) = opened else {
        note(shared, "another outpace sends notices of this memory; this one does not");
        return;
    };
    loop {
        let begun = console::instant();
        let is_last = is_over.load(Ordering::Relaxed);
        match notify::one_pass(&mut home, (&mut reach, &config), no_built_in_rules, shared, &()) {
            Ok(passed) => {
                for (destination, why) in &passed.troubles {
                    console::note(&format!("{destination}: {why}"));
                }
            }
            Err(failure) => console::complain(&failure),
        }
        let pause = begun.elapsed().saturating_mul(SHARE - 1).clamp(SENDING, SENDING_MAX);
        if is_last {
            return;
        }
        let slept = console::instant();
        while slept.elapsed() < pause && !is_over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Opens the listeners that are asked for.
fn listen(verb: &Watch, follower: &mut Follower, shared: &Shared) -> Result<(), Failure> {
    for address in &verb.syslog_udp {
        let at = follower.syslog_udp(address).map_err(|problem| refused(&problem))?;
        note(shared, &format!("listening for syslog at {at} (UDP)"));
    }
    for address in &verb.syslog_tcp {
        let at = follower.syslog_tcp(address).map_err(|problem| refused(&problem))?;
        note(shared, &format!("listening for syslog at {at} (TCP)"));
    }
    let pair = verb.cert.as_deref().zip(verb.key.as_deref());
    for address in &verb.syslog_tls {
        let (cert, key) = pair.unwrap_or((Path::new(""), Path::new("")));
        let at = follower.syslog_tls(address, cert, key).map_err(|problem| refused(&problem))?;
        note(shared, &format!("listening for syslog at {at} (TLS)"));
    }
    Ok(())
}

impl Run<'_> {
    /// Goes on until the flag is set, all sources have ended or, where that is wished for, nothing more is there.
    fn until(mut self, stop: &AtomicBool) -> Result<u8, Failure> {
        let begun = console::instant();
        let mut feeds = feeds(self.verb, begun)?;
        let (mut upkept, mut said, mut quiet) = (begun, begun, 0_u32);
        loop {
            let batch = self.follower.next(WAIT);
            let is_idle = batch.is_empty();
            quiet = if is_idle { quiet + 1 } else { 0 };
            let is_over = batch.finished || (self.verb.once && quiet >= QUIET_LOOKS);
            self.take(batch)?;
            for feed in feeds.iter_mut().filter(|feed| feed.due <= console::instant()) {
                self.feed(&feed.path)?;
                feed.due = console::instant() + feed.every;
            }
            let due = self.watching.join_due(console::now(self.shared))?;
            self.show(&due)?;
            if is_idle || upkept.elapsed() >= UPKEEP {
                let is_due = upkept.elapsed() >= UPKEEP || is_over || stop.load(Ordering::Relaxed);
                if is_due || self.owes()? {
                    let (events, _) = self.watching.keep_up(console::now(self.shared), &self.kept)?;
                    self.show(&events)?;
                    upkept = console::instant();
                }
            }
            let is_last = is_over && !self.owes()? || stop.load(Ordering::Relaxed);
            let joins = self.joins();
            if self
                .watching
                .unjoined()
                .is_some_and(|seen| is_last || if seen { joins.seen } else { joins.quiet })
            {
                let begun = console::instant();
                let events = self.watching.join(console::now(self.shared))?;
                self.has_joined(begun);
                self.show(&events)?;
            }
            if is_last || said.elapsed() >= STATUS {
                self.status()?;
                said = console::instant();
            }
            if is_last {
                return Ok(0);
            }
        }
    }

    /// Which batches are joined at once now.
    fn joins(&self) -> Joins {
        let since = self.joined.elapsed();
        let seen = since >= self.took.saturating_mul(SHARE - 1);
        Joins { seen, quiet: seen && since >= QUIET }
    }

    fn has_joined(&mut self, begun: Instant) {
        self.joined = console::instant();
        self.took = self.joined.saturating_duration_since(begun);
    }

    fn owes(&self) -> Result<bool, Failure> {
        let Some(home) = self.watching.home() else { return Ok(false) };
        Ok(!home.debts()?.is_empty())
    }

    /// Takes a batch in: the pieces of one document one after the other, those of several together.
    fn take(&mut self, batch: Batch) -> Result<(), Failure> {
        console::report_problems(&batch.problems, self.shared);
        let mut rest = batch.pieces;
        let mut left = batch.forgotten;
        while !rest.is_empty() || !left.is_empty() {
            let mut documents = BTreeSet::new();
            let (now, later): (Vec<Piece>, Vec<Piece>) =
                rest.into_iter().partition(|piece| documents.insert(piece.document.clone()));
            rest = later;
            let pieces: Vec<WatchPiece> = now.iter().map(piece_of).collect();
            let joins = self.joins();
            let follower = &mut self.follower;
            let mut position = |number: usize, taken: usize| {
                let position = now.get(number).map(|piece| follower.took(piece, taken));
                position.and_then(|position| serde_json::to_string(&position).ok()).unwrap_or_default()
            };
            let moment = console::now(self.shared);
            let (begun, wish) = (console::instant(), (moment, joins));
            let watched = self.watching.take(&pieces, &std::mem::take(&mut left), wish, &mut position)?;
            if watched.joined {
                self.has_joined(begun);
            }
            self.health.committed(watched.records);
            console::report_problems(&watched.problems, self.shared);
            self.show(&watched.events)?;
        }
        for whole in &batch.whole {
            self.whole(whole)?;
        }
        Ok(())
    }

    /// Reads a document whole that cannot be read in pieces.
    fn whole(&mut self, whole: &WholeDocument) -> Result<(), Failure> {
        self.feed(&whole.path)?;
        let text = serde_json::to_string(&whole.after).unwrap_or_default();
        let (document, generation) = (whole.document.as_str(), whole.after.generation);
        Ok(self.watching.followed_whole(document, generation, &text, console::now(self.shared))?)
    }

    /// Learns what a path holds now.
    fn feed(&mut self, path: &Path) -> Result<(), Failure> {
        let learning = Learning {
            paths: vec![path.to_owned()],
            source: None,
            sort: None,
            accepts: false,
            rereads: false,
            built_in: built_in_rules(self.verb.no_built_in_rules),
            wishes: self.wishes.clone(),
            now: console::now(self.shared),
        };
        let events = self.watching.learn(&learning, &())?;
        self.show(&events)
    }

    /// Says what happened to findings, a line each.
    fn show(&self, events: &[pipeline::Event]) -> Result<(), Failure> {
        if events.is_empty() {
            return Ok(());
        }
        let lines = turns::of_events(events, console::now(self.shared));
        let style = console::style(self.shared);
        console::output(|out| match self.shared.format {
            Format::Table => report::write_turns(&lines, &style, out),
            format => turns::rows("turns", turns::data(&lines), format, out),
        })
    }

    /// Writes the numbers where they are wanted.
    fn status(&self) -> Result<(), Failure> {
        let line = format!("{}\n", self.health.json().trim_end());
        match self.verb.status.as_deref() {
            None => Ok(()),
            Some(path) if path.as_os_str() == "-" => console::output(|out| out.write_all(line.as_bytes())),
            Some(path) => write_file(path, &mut |out| out.write_all(line.as_bytes())),
        }
    }
}

fn piece_of(piece: &Piece) -> WatchPiece {
    WatchPiece {
        document: piece.document.clone(),
        generation: piece.after.generation,
        bytes: piece.bytes.clone(),
        begins: piece.begins(),
        ended: piece.ended,
    }
}

/// A path as it is known whatever the directory one is in.
fn absolute(path: &Path) -> PathBuf {
    if path.as_os_str() == "-" {
        return path.to_owned();
    }
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The directories of `--every`, due at once.
fn feeds(verb: &Watch, due: Instant) -> Result<Vec<Feed>, Failure> {
    let pairs = verb.every.chunks_exact(2).filter_map(|pair| pair.first().zip(pair.last()));
    pairs
        .map(|(time, directory)| {
            let every = crate::config::seconds(time).and_then(|seconds| u64::try_from(seconds).ok());
            let every = every.filter(|seconds| *seconds > 0).ok_or_else(|| Failure::Refused {
                why: format!("--every {time} is not a time"),
                help: "write a number and a unit: 30m, 24h or 7d",
            })?;
            Ok(Feed { path: absolute(Path::new(directory)), every: Duration::from_secs(every), due })
        })
        .collect()
}

fn refused(problem: &model::Problem) -> Failure {
    Failure::Refused { why: problem.to_string(), help: "give another address, or end what listens there" }
}

fn note(shared: &Shared, text: &str) {
    if !shared.quiet {
        console::note(text);
    }
}
