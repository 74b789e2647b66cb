//! What hostile files cost. Each is read, filtered, compiled and evaluated on an event in a process of its own, which
//! reports the processor time of its thread and the highest memory beyond what it started with.
//!
//! Each case has its own process because memory that one case freed would hide what the next one takes. Processor
//! time is measured because other tests and programs run at the same time. Both come from `/proc`; where there is
//! none, the cases run and only their refusals are checked.

use std::fmt::Write as _;

use crate::shared::{Pairs, alias_bomb, selection};
use sigma::{Correlations, Placeholders, RuleSet, Scratch, apply_filters, parse};

/// What one hostile file may cost in a release build: milliseconds of processor time.
const TIME_MS_MAX: u64 = 1_000;
/// In a debug build, which takes 5 to 24 times as long. Cases of more than half a second are left out there.
const DEBUG_TIME_MS_MAX: u64 = 3_000;
/// The memory of one hostile file: bytes beyond its own text.
const MEMORY_BYTES_MAX: u64 = 100 << 20;
/// The environment variable that names the case to the process that runs it.
const CASE: &str = "SIGMA_HOSTILE_CASE";

/// A file made to exhaust time or memory.
struct Hostile {
    name: &'static str,
    text: fn() -> String,
    /// The event that the rules are evaluated on.
    event: Event,
    /// The name of the first diagnostic; empty if there must be none.
    reported: &'static str,
    /// Whether it takes more than half a second in a debug build, so that only release builds run it.
    large: bool,
}

type Event = fn() -> Vec<(&'static str, String)>;

const fn hostile(name: &'static str, reported: &'static str, text: fn() -> String) -> Hostile {
    Hostile { name, text, event: || vec![("A", "x".to_owned())], reported, large: false }
}

const fn large(name: &'static str, reported: &'static str, text: fn() -> String) -> Hostile {
    Hostile { large: true, ..hostile(name, reported, text) }
}

const fn with_event(name: &'static str, text: fn() -> String, event: Event) -> Hostile {
    Hostile { name, text, event, reported: "", large: false }
}

const fn large_with_event(name: &'static str, text: fn() -> String, event: Event) -> Hostile {
    Hostile { large: true, ..with_event(name, text, event) }
}

fn rule(detection: &str) -> String {
    format!("title: t\nlogsource: {{product: p}}\ndetection:\n{detection}\n")
}

fn list(count: usize, value: impl Fn(usize) -> String) -> String {
    let mut text = String::from("[");
    (0..count).for_each(|at| _ = write!(text, "{}, ", value(at)));
    text + "]"
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// A rule with a name.
fn named(name: &str) -> String {
    format!("name: {name}\n{}", selection("{A: x}"))
}

/// A correlation rule `c` and its number, of one rule, with its marker line.
fn correlation(number: usize, of: &str, fields: &str) -> String {
    format!(
        "title: c\nname: c{number}\ncorrelation: {{type: event_count, rules: [{of}], timespan: 1m, \
         condition: {{gte: 1}}, group-by: {fields}}}\n---\n"
    )
}

/// Rules, and a filter of all of them with these values.
fn filter(rules: usize, values: &str) -> String {
    let rules = lines(rules, |at| format!("{}---\n", selection(&format!("{{A: x{at}}}"))));
    format!(
        "{rules}title: f\nlogsource: {{product: p}}\nfilter: {{rules: any, f: {{B: {values}}}, condition: not f}}\n"
    )
}

const HOSTILE: &[Hostile] = &[
    hostile("windash, 40 values of 12 dashes", "", || {
        let value = |at| format!("'-a -b -c -d -e -f -g -h -i -j -k -l {at}'");
        selection(&format!("{{A|contains|windash: {}}}", list(40, value)))
    }),
    large("windash, 100 values of 16 kB", "", || {
        let value = |at| format!("' -{at} -{}'", "a".repeat(16_000));
        selection(&format!("{{A|contains|windash: {}}}", list(100, value)))
    }),
    hostile("windash, 16,000 dashes", "too-many-wildcards", || {
        selection(&format!("{{A|windash: '{}'}}", "-".repeat(16_000)))
    }),
    hostile("é, 4,000 times", "", || selection(&format!("{{A|contains: {}}}", "é".repeat(4_000)))),
    hostile("a letter 10,000 times, wide and base64offset", "", || {
        selection(&format!("{{A|wide|base64offset|contains: {}}}", "a".repeat(10_000)))
    }),
    hostile("a letter 500,000 times", "value-too-long", || {
        selection(&format!("{{A|contains: {}}}", "a".repeat(500_000)))
    }),
    large("wide and base64offset, 100 values of 16 kB", "file-too-large", || {
        let value = |at| format!("{at}{}", "a".repeat(16_000));
        selection(&format!("{{A|wide|base64offset|contains: {}}}", list(100, value)))
    }),
    hostile("windash, utf16 and base64offset together", "encoding-of-wildcard", || {
        let value = |_| format!("'{}'", " -e".repeat(5_000));
        selection(&format!("{{A|windash|utf16|base64offset|contains: {}}}", list(40, value)))
    }),
    hostile("brackets, 60,000", "yaml-syntax", || {
        selection(&format!("{}{}", "[".repeat(60_000), "]".repeat(60_000)))
    }),
    hostile("braces, 60,000", "yaml-too-deep", || selection(&"{a: ".repeat(60_000))),
    hostile("dashes of lists, 60,000", "yaml-too-deep", || "- ".repeat(60_000)),
    hostile("questions of keys, 60,000", "yaml-too-deep", || "? ".repeat(60_000)),
    hostile("an alias bomb", "yaml-alias", || alias_bomb(30)),
    hostile("aliases of empty values, as many as may be", "not-a-rule", || {
        let many = list(1_000, |_| "''".to_owned());
        format!("a: &a {many}\nb: {}\n", list(990, |_| "*a".to_owned()))
    }),
    hostile("an alias of what contains it", "yaml-alias", || selection("&s {A: [*s]}")),
    hostile("a merge key of what contains it", "yaml-alias", || selection("&s {<<: *s}")),
    hostile("merge keys of 10,000 keys, 4 times", "not-a-rule", || {
        let map = lines(10_000, |at| format!("k{at}: , "));
        format!("a: &a {{{map}}}\nb: {{{}}}\n", "<<: *a, ".repeat(4))
    }),
    hostile("values, 20,000", "", || selection(&format!("{{A: {}}}", list(20_000, |at| format!("v{at}"))))),
    hostile("values, 199,000", "rule-too-large", || {
        selection(&format!("{{A: {}}}", list(199_000, |at| format!("v{at}"))))
    }),
    hostile("values, 1,000,000", "yaml-too-large", || {
        selection(&format!("{{A: {}}}", list(1_000_000, |_| "v".to_owned())))
    }),
    hostile("one key 90,000 times", "duplicate-key", || {
        selection(&format!("{{{}}}", lines(90_000, |_| "A: x, ".to_owned())))
    }),
    hostile("a key of 10 MB", "unknown-modifier", || {
        selection(&format!("{{'A|{}': x}}", "a".repeat(10 << 20)))
    }),
    hostile("a NUL", "nul-character", || selection(&format!("{{A: '{}\0'}}", "a".repeat(1 << 20)))),
    hostile("an expression of 16 kB", "", || selection(&format!("{{A|re: '{}'}}", "[ab]".repeat(4_000)))),
    hostile("an expression repeated thrice", "invalid-expression", || {
        selection("{A|re: '((a{1000}){1000}){1000}'}")
    }),
    hostile("an expression of 16,000 brackets", "invalid-expression", || {
        selection(&format!("{{A|re: '{}'}}", "(".repeat(16_000)))
    }),
    hostile("an expression one larger than may be", "invalid-expression", || selection("{A|re: '\\pL{40}'}")),
    hostile("expressions of the size of public ones, 200", "", || {
        selection(&format!("{{A|re: {}}}", list(200, |at| format!("'{at}[a-z]{{2,20}}\\.(exe|dll)$'"))))
    }),
    hostile("networks, 20,000", "", || {
        let value = |at: usize| format!("10.{}.{}.0/24", at / 250, at % 250);
        selection(&format!("{{A|cidr: {}}}", list(20_000, value)))
    }),
    hostile("a condition of 64 kB", "", || {
        rule(&format!("  s: {{A: x}}\n  condition: {}s", "s or not s and ".repeat(4_300)))
    }),
    hostile("a condition of 10,000 brackets", "condition-too-deep", || {
        rule(&format!("  s: {{A: x}}\n  condition: {}s", "not (".repeat(10_000)))
    }),
    hostile("10,000 values, used 20 times", "", || {
        let values = list(9_990, |at| format!("v{at}"));
        rule(&format!("  s: {{A: {values}}}\n  condition: {}s", "s or ".repeat(19)))
    }),
    hostile("450 values, used 440 times", "", || {
        let values = list(450, |at| format!("v{at}"));
        rule(&format!("  s: {{A: {values}}}\n  condition: {}s", "s and ".repeat(440)))
    }),
    large("1 of 15,000 searches", "", || {
        let searches = lines(15_000, |at| format!("  s{at}: {{A: x{at}}}\n"));
        rule(&format!("{searches}  condition: 1 of s*"))
    }),
    large("1 of 5,000 searches, 5,000 times each another", "", || {
        let searches = lines(5_000, |at| format!("  s{at:05}: {{A: x{at}}}\n"));
        let condition = lines(5_000, |at| format!("1 of s{at:05}* or "));
        rule(&format!(
            "{searches}  condition:\n  - {}s00000\n  - {}s00000",
            &condition[..60_000],
            &condition[60_000..]
        ))
    }),
    hostile("all of 200 searches, 240 times", "", || {
        let searches = lines(200, |at| format!("  s{at}: {{A: x{at}}}\n"));
        rule(&format!("{searches}  condition: {}s1", "all of s* or ".repeat(240)))
    }),
    hostile("all of 200 searches, 260 times", "rule-too-large", || {
        let searches = lines(200, |at| format!("  s{at}: {{A: x{at}}}\n"));
        rule(&format!("{searches}  condition: {}s1", "all of s* or ".repeat(260)))
    }),
    hostile("documents, 20,001", "not-a-rule", || "--- a\n".repeat(20_001)),
    hostile("broken documents, 20,000", "yaml-syntax", || "--- [\n".repeat(20_000)),
    hostile("correlations in a circle of 5,000", "correlation-cycle", || {
        let one = |at: usize| {
            let next = (at + 1) % 5_000;
            format!(
                "title: c\nname: c{at}\ncorrelation: {{type: temporal, rules: [c{next}], timespan: 1m, group-by: [a]}}\n---\n"
            )
        };
        lines(5_000, one)
    }),
    hostile("correlations in 16 levels, each of 64", "correlation-too-large", || {
        let one = |at: usize| {
            let of = |count| list(count, |inner| format!("c{}", (at / 64).saturating_sub(1) * 64 + inner));
            let rules = if at < 64 { "[r]".to_owned() } else { of(64) };
            format!(
                "title: c\nname: c{at}\ncorrelation: {{type: temporal, rules: {rules}, timespan: 1m, group-by: [a]}}\n---\n"
            )
        };
        format!(
            "title: r\nname: r\nlogsource: {{product: p}}\ndetection: {{s: {{A: x}}, condition: s}}\n---\n{}",
            lines(1_024, one)
        )
    }),
    hostile("a filter of 3,000 rules", "", || filter(3_000, &list(100, |at| format!("f{at}")))),
    hostile("filters of 3,000 rules that would add too much", "filter-too-large", || {
        filter(3_000, &list(1_000, |at| format!("f{at}")))
    }),
    with_event(
        "64 wildcards, evaluated on 200 kB that nearly match",
        || selection(&format!("{{A: 'aaa*{}b?c'}}", "a*".repeat(62))),
        || vec![("A", "aaab".repeat(50_000))],
    ),
    with_event(
        "30 pieces around single characters, evaluated on 200 kB that nearly match",
        || selection(&format!("{{A: '*{}b*'}}", "aaaa?".repeat(30))),
        || vec![("A", "a".repeat(200_000))],
    ),
    large_with_event(
        "a literal of 8 kB between wildcards, evaluated on 20 kB",
        || selection(&format!("{{A: '*{}?b*'}}", "a".repeat(8_000))),
        || vec![("A", "a".repeat(20_000))],
    ),
    with_event(
        "an expression that goes back and forth, evaluated on 1 MB",
        || selection("{A|re: '^(a|a)*(a*)*(.*a){12}b$'}"),
        || vec![("A", "a".repeat(1 << 20))],
    ),
    with_event(
        "keywords, 20,000, evaluated on 1 MB",
        || selection(&list(20_000, |at| format!("aaaa{at}"))),
        || vec![("A", "a".repeat(1 << 20))],
    ),
    with_event(
        "windash in 61 places, evaluated on 200 kB that nearly match",
        || selection(&format!("{{A|contains|windash: '{}x'}}", "-a".repeat(61))),
        || vec![("A", "-a/a".repeat(50_000) + "ax")],
    ),
    with_event(
        "an expression that remembers 900 places, evaluated on 200 kB",
        || selection("{A|re: 'a.{900}b'}"),
        || vec![("A", "ab".repeat(500) + &"a".repeat(199_000))],
    ),
    with_event(
        "expressions that remember 100 places, 200, evaluated on 20 kB",
        || selection(&format!("{{A|re: {}}}", list(200, |at| format!("'[ac].{{100}}b{at}'")))),
        || vec![("A", "a".repeat(20_000))],
    ),
    large("expressions of 1 MB, 200", "file-too-large", || {
        selection(&format!("{{A|re: {}}}", list(200, |at| format!("'{at}\\pL{{20}}'"))))
    }),
    large("expressions of 1 MB without properties, 200", "file-too-large", || {
        selection(&format!("{{A|re|i: {}}}", list(200, |at| format!("'{at}[a-z]{{3000}}'"))))
    }),
    large("expressions of 1 MB, 2,000 in ten rules", "file-too-large", || {
        let one = |rule| {
            let value = |at| format!("'{rule}{at}[a-z]{{3000}}'");
            format!("{}---\n", selection(&format!("{{A|re: {}}}", list(200, value))))
        };
        lines(10, one)
    }),
    large("merge keys, 2,000, behind 20,000 keys", "not-a-rule", || {
        format!("a: {{{}{}}}", lines(20_000, |at| format!("k{at}: , ")), "<<: {}, ".repeat(2_000))
    }),
    large("base64, 60 times", "too-many-modifiers", || {
        selection(&format!("{{A{}: x}}", "|base64".repeat(60)))
    }),
    large("correlations, 3,000, of 16 fields each", "", || {
        let one = |at: usize| {
            let fields = list(16, |field| format!("f{at}x{field}"));
            correlation(at, "r", &fields)
        };
        format!("{}---\n{}", named("r"), lines(3_000, one))
    }),
    large("rules of one name, 2,000, each with a correlation", "ambiguous-rule", || {
        lines(2_000, |at| format!("{}---\n{}", named("r"), correlation(at, "r", "[a]")))
    }),
    large("correlations, 5,000, of names that nothing has", "unknown-rule", || {
        lines(5_000, |at| correlation(at, &format!("x{at}"), "[a]"))
    }),
    large("windash, 20,000 values of 2 dashes", "", || {
        selection(&format!("{{A|contains|windash: {}}}", list(20_000, |at| format!("' -a{at} -b'"))))
    }),
    large("windash, 1,000 values of 16 kB", "file-too-large", || {
        let value = |at| format!("' -{at} -{}'", "a".repeat(16_000));
        selection(&format!("{{A|contains|windash: {}}}", list(1_000, value)))
    }),
    large("wide and base64offset, 1,000 values of 16 kB", "file-too-large", || {
        let value = |at| format!("{at}{}", "a".repeat(16_000));
        selection(&format!("{{A|wide|base64offset|contains: {}}}", list(1_000, value)))
    }),
    large("450 values used 440 times, in 500 rules", "rule-too-large", || {
        let values = list(450, |at| format!("v{at}"));
        let condition = "s and ".repeat(440);
        lines(500, |_| format!("{}---\n", rule(&format!("  s: {{A: {values}}}\n  condition: {condition}s"))))
    }),
    large("all of 200 searches, 240 times, in 500 rules", "rule-too-large", || {
        let searches = lines(200, |at| format!("  s{at}: {{A: x{at}}}\n"));
        let condition = "all of s* or ".repeat(240);
        lines(500, |_| format!("{}---\n", rule(&format!("{searches}  condition: {condition}s1"))))
    }),
    large("1 of 20,000 searches, 48,000 times", "rule-too-large", || {
        let searches = lines(19_990, |at| format!("  s{at:05}: {{A: x{at}}}\n"));
        let one = |from: usize| lines(4_000, |at| format!("1 of s{:05}* or ", from * 1_000 + at));
        let conditions = lines(12, |from| format!("  - {}s00000\n", one(from)));
        rule(&format!("{searches}  condition:\n{conditions}"))
    }),
    large("20,000 searches, 48,000 of them used", "unused-search", || {
        let searches = lines(19_990, |at| format!("  s{at:05}: {{A: x{at}}}\n"));
        let one = |from: usize| lines(6_000, |at| format!("s{:05} or ", 13_000 + from + at));
        let conditions = lines(8, |from| format!("  - {}s00000\n", one(from)));
        rule(&format!("{searches}  condition:\n{conditions}"))
    }),
    large("a filter of 640 values, of 3,000 rules", "filter-too-large", || {
        filter(3_000, &list(640, |at| format!("f{at}")))
    }),
    large("a filter of 20 values of 16 kB, of 1,000 rules", "filter-too-large", || {
        filter(1_000, &list(20, |at| format!("{at}{}", "a".repeat(16_000))))
    }),
    large("a filter whose title has 200 kB, of 1,000 rules", "filter-too-large", || {
        filter(1_000, "x").replace("title: f", &format!("title: {}", "f".repeat(200_000)))
    }),
    large("placeholders of 100 values, 20,000 times", "rule-too-large", || {
        selection(&format!("{{A|expand: {}}}", list(20_000, |at| format!("'{at}%Hundred%'"))))
    }),
    large_with_event(
        "a literal of 16 kB between wildcards, evaluated on 100 kB",
        || selection(&format!("{{A: '*{}?b*'}}", "a".repeat(16_000))),
        || vec![("A", "a".repeat(100_000))],
    ),
    large_with_event(
        "a reference to a field, evaluated on two arrays of 20,000",
        || selection("{A|fieldref: B}"),
        || {
            let array = |name: &'static str| (0..20_000).map(move |at| (name, format!("{name}{at}")));
            array("A").chain(array("B")).collect()
        },
    ),
];

/// Reads, filters, compiles and evaluates; returns the name of the first diagnostic.
fn run(text: &str, event: &Pairs) -> String {
    let mut parsed = parse(text, "hostile.yml");
    let filtered = apply_filters(&mut parsed.rules, &parsed.filters);
    let hundred = (0..100).map(|at| format!("value {at}")).collect();
    let placeholders = Placeholders::from([("Hundred".to_owned(), hundred)]);
    let (set, compiled) = RuleSet::compile_with(parsed.rules, &placeholders);
    let (_correlations, correlated) = Correlations::compile(&set, parsed.correlations);
    let (route, mut scratch) = (set.route_all(), Scratch::default());
    set.evaluate(&route, event, &mut scratch, &mut |_| ());
    let mut all = parsed.diagnostics.iter().chain(&filtered).chain(&compiled).chain(&correlated);
    all.next().map(|reported| reported.rule.to_owned()).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the kernel's own small files, of this process")]
fn kernel(file: &str) -> Option<String> {
    std::fs::read_to_string(format!("/proc/{file}")).ok()
}

/// Bytes of a line of this process's status.
fn status(line: &str) -> Option<u64> {
    let text = kernel("self/status")?;
    let found = text.lines().find_map(|text| text.strip_prefix(line))?;
    found.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kb| kb << 10)
}

/// Nanoseconds that this thread has run.
fn time() -> Option<u64> {
    kernel("thread-self/schedstat")?.split(' ').next()?.parse().ok()
}

/// Run by [`cost`] in a process of its own; does nothing otherwise.
#[test]
fn one_alone() {
    #[expect(clippy::disallowed_methods, reason = "the parent process names the case by it")]
    let Ok(name) = std::env::var(CASE) else { return };
    let case = HOSTILE.iter().find(|case| case.name == name).unwrap();
    let pairs = (case.event)().into_iter().map(|(name, value)| (name.to_owned(), Some(value)));
    let (text, event) = ((case.text)(), Pairs(pairs.collect()));
    // Resets the highest memory so far, because making the text used memory.
    _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = (time(), status("VmRSS"));
    let reported = run(&text, &event);
    let spent = time().zip(before.0).map_or(0, |(after, before)| after - before);
    let taken = status("VmHWM").zip(before.1).map_or(0, |(after, before)| after.saturating_sub(before));
    println!("\ncost {} {taken} {reported}", spent / 1_000);
}

/// Microseconds, bytes, and the name of the first diagnostic.
fn cost(case: &Hostile) -> (u64, u64, String) {
    #[expect(clippy::disallowed_methods, reason = "this test binary itself, for one case")]
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hostile::cost::one_alone", "--nocapture", "--test-threads=1"])
        .env(CASE, case.name)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("cost "));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(line.is_some(), "{} did not end well: {text}{errors}", case.name);
    let mut fields = line.unwrap_or_default().splitn(3, ' ');
    let mut number = || fields.next().and_then(|field| field.parse().ok()).unwrap();
    let (spent, taken) = (number(), number());
    (spent, taken, fields.next().unwrap_or_default().to_owned())
}

/// The files that cost too much or have another first diagnostic, one for each line.
fn dear(cases: &[&Hostile]) -> Vec<String> {
    let time_ms_max = if cfg!(debug_assertions) { DEBUG_TIME_MS_MAX } else { TIME_MS_MAX };
    let mut dear = Vec::new();
    for case in cases {
        let (spent, taken, reported) = cost(case);
        let line = format!("{:>6} ms {:>5} MB  {}: {reported}", spent / 1_000, taken >> 20, case.name);
        println!("{line}");
        if spent / 1_000 > time_ms_max || taken > MEMORY_BYTES_MAX || reported != case.reported {
            dear.push(line);
        }
    }
    dear
}

#[test]
fn each_hostile_file_costs_less_than_a_second_and_100_mb() {
    let (large, small): (Vec<&Hostile>, Vec<&Hostile>) = HOSTILE.iter().partition(|case| case.large);
    let mut wrong = dear(&small);
    if !cfg!(debug_assertions) {
        wrong.extend(dear(&large));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
