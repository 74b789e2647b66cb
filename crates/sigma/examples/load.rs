//! Loads a folder of rules and prints counts, time and every diagnostic.
//!
//! `cargo run --release -p sigma --example load -- DIR…`
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "an example is a program of its own")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use sigma::{FILE_BYTES_MAX, LogSource, RuleSet, Severity, parse};

fn main() {
    let mut files = Vec::new();
    for folder in std::env::args_os().skip(1) {
        collect(Path::new(&folder), &mut files);
    }
    files.sort();
    let start = Instant::now();
    let (mut rules, mut diagnostics, mut unevaluated) = (Vec::new(), Vec::new(), 0);
    for file in &files {
        let too_long = std::fs::metadata(file).is_ok_and(|meta| meta.len() > FILE_BYTES_MAX as u64);
        match std::fs::read_to_string(file) {
            Ok(text) if !too_long => {
                let mut parsed = parse(&text, &file.display().to_string());
                rules.append(&mut parsed.rules);
                diagnostics.append(&mut parsed.diagnostics);
                unevaluated += parsed.unevaluated.len();
            }
            Ok(_) => println!("{}: too long", file.display()),
            Err(error) => println!("{}: {error}", file.display()),
        }
    }
    let parsed_in = start.elapsed();
    let memory_parsed = resident_kilobytes();
    let count = rules.len();
    let (set, mut refused) = RuleSet::compile(rules);
    diagnostics.append(&mut refused);
    let compiled_in = start.elapsed() - parsed_in;
    let memory_compiled = resident_kilobytes();
    let windows = |categories: &[&str], service: Option<&str>| LogSource {
        product: Some("windows".into()),
        service: service.map(str::to_owned),
        categories: categories.iter().map(|category| (*category).to_owned()).collect(),
    };
    let route_start = Instant::now();
    let route = set.route(&windows(&["process_creation"], Some("sysmon")));
    for rule in set.rules().iter().filter(|rule| rule.logsource.product.as_deref() == Some("windows")) {
        let categories: Vec<&str> = rule.logsource.category.as_deref().into_iter().collect();
        set.route(&windows(&categories, rule.logsource.service.as_deref()));
    }
    for diagnostic in &diagnostics {
        println!("{diagnostic}");
    }
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    println!(
        "{} files, {count} rules parsed, {} compiled, {unevaluated} not evaluated, {errors} errors, {} other diagnostics",
        files.len(),
        set.rules().len(),
        diagnostics.len() - errors
    );
    println!(
        "parsed in {parsed_in:.0?}, compiled in {compiled_in:.0?}, all routes in {:.0?}",
        route_start.elapsed()
    );
    println!("process_creation has {} rules", route.rules().count());
    println!(
        "resident: {memory_parsed} kB parsed, {memory_compiled} kB compiled, {} kB with all routes",
        resident_kilobytes()
    );
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        entries.flatten().for_each(|entry| collect(&entry.path(), files));
    } else if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") {
        files.push(path.to_owned());
    }
}

fn resident_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}
