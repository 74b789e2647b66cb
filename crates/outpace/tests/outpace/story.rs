//! Stories as people regroup them: what is joined and split, what is refused, and what comes after it.

use crate::program::{Folder, NOW, Run, outpace};

/// Logs of two machines with a story each, three weeks apart.
pub fn intrusions(folder: &Folder) {
    for (host, day) in [("files-8", "02"), ("files-9", "22")] {
        let commands = [
            (r"C:\\Windows\\System32\\cmd.exe", "cmd.exe /c whoami /all"),
            (
                r"C:\\ProgramData\\bk\\7z.exe",
                r"7z.exe a -mhe=on -pnot-a-password C:\\ProgramData\\bk\\a.7z D:\\Shares",
            ),
            (r"C:\\Windows\\System32\\vssadmin.exe", "vssadmin delete shadows /all /quiet"),
        ];
        let line = |(number, (image, command)): (u64, (&str, &str))| {
            format!(
                "{{\"TimeCreated\":\"2026-06-{day}T0{number}:15:27.000Z\",\"RecordNumber\":{number},\"SourceName\":\
                 \"Microsoft-Windows-Security-Auditing\",\"Channel\":\"Security\",\"Computer\":\"{host}.seaward.example\",\
                 \"EventID\":4688,\"SubjectUserName\":\"svc-backup\",\"SubjectDomainName\":\"SEAWARD\",\
                 \"NewProcessName\":\"{image}\",\"ParentProcessName\":\"C:\\\\Windows\\\\System32\\\\wbem\\\\WmiPrvSE.exe\",\
                 \"CommandLine\":\"{command}\"}}\n"
            )
        };
        let text: String = (1..).zip(commands).map(line).collect();
        folder.file(&format!("intrusions/{host}.json"), &text);
    }
}

struct Stories(Folder);

impl Stories {
    fn new() -> Self {
        let folder = Folder::new();
        intrusions(&folder);
        let stories = Self(folder);
        assert_eq!(stories.run("ingest intrusions").code, 0);
        stories
    }

    fn run(&self, line: &str) -> Run {
        let path = |word: &str| self.0.path().join(word).display().to_string();
        let word = |word: &str| {
            if word == "intrusions" || word.contains('/') { path(word) } else { word.to_owned() }
        };
        let mut all: Vec<String> = line.split_whitespace().map(word).collect();
        all.extend(["--home".to_owned(), path("home"), "--now".to_owned(), NOW.to_owned()]);
        outpace(&all)
    }

    fn done(&self, line: &str) -> Run {
        let run = self.run(line);
        assert_eq!(run.code, 0, "{line}\n{}{}", run.out, run.err);
        run
    }

    /// The digits and title of each story.
    fn there(&self) -> Vec<(String, String)> {
        let run = self.done("status --format ndjson");
        let of = |line: &str| {
            let one: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let id =
                one["id"].as_str().expect("an identifier").trim_start_matches("finding--")[..8].to_owned();
            (one["kind"] == "chain").then(|| (id, one["title"].as_str().expect("a title").to_owned()))
        };
        let mut all: Vec<_> = run.out.lines().filter_map(of).collect();
        all.sort_by(|a, b| a.1.cmp(&b.1));
        all
    }
}

/// Text without its line ends.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const BOTH: &str = "one intrusion, 6 steps: files-8.seaward.example → files-9.seaward.example";

#[test]
fn stories_that_are_joined_are_one_for_every_verb_until_that_is_undone() {
    let stories = Stories::new();
    let before = stories.there();
    let [(early, _), (late, _)] = &before[..] else { panic!("{before:?}") };
    stories.done("status --changes --cursor night");
    stories.done(&format!("triage {early} --state in-work --owner bo"));
    let run = stories.done(&format!("story join {late} {early} --by anna --note campaign"));
    assert!(flat(&run.out).contains(&format!("joined into {late}")), "{}", run.out);
    assert!(run.err.contains("in work, bo) is kept"), "{}", run.err);
    assert_eq!(stories.there(), [(late.clone(), BOTH.to_owned())]);
    let changes = stories.done("status --changes --cursor night");
    assert!(
        changes.out.contains("1 closed") && flat(&changes.out).contains("joined into"),
        "{}",
        changes.out
    );
    // Whoever names the other gets the joined one.
    let explained = stories.done(&format!("explain {early}"));
    assert!(flat(&explained.out).contains("anna joined it with another story"), "{}", explained.out);
    let run = stories.done(&format!("triage {early} --state acknowledged --owner cy"));
    assert!(run.err.contains(&format!("{late}: acknowledged, cy")), "{}", run.err);
    let again = stories.run(&format!("story join {late} {early}"));
    assert_eq!(again.code, 2);
    assert!(again.err.contains("is already in") && again.err.contains("nothing was done"), "{}", again.err);
    // What is read again changes nothing.
    stories.done("ingest intrusions");
    assert_eq!(stories.there(), [(late.clone(), BOTH.to_owned())]);
    // Undone, both are back, and the work of the other too.
    stories.done(&format!("story join {early} --undo"));
    assert_eq!(stories.there(), before);
    let work = stories.done("triage");
    assert!(work.out.contains("in work, bo") && work.out.contains("acknowledged, cy"), "{}", work.out);
    let whole = stories.done("doctor");
    assert!(whole.out.contains("is whole"), "{}", whole.out);
}

#[test]
fn what_is_split_off_is_by_itself_and_the_story_keeps_its_identifier() {
    let stories = Stories::new();
    let before = stories.there();
    let (early, late) = (&before[0].0, &before[1].0);
    stories.done(&format!("story join {early} {late}"));
    stories.done(&format!("story split {early} --off files-8"));
    let split = stories.there();
    assert_eq!(split.len(), 2, "{split:?}");
    assert_eq!(split[1], (early.clone(), "one intrusion, 3 steps: files-9.seaward.example".to_owned()));
    assert!(split[0].0 != *early && split[0].1.ends_with("3 steps: files-8.seaward.example"), "{split:?}");
    // A sighting by its digits: what is left of three steps are two.
    let findings = stories.done("status --format ndjson").out;
    let sighting = |line: &&str| {
        line.contains("Archive packed") && line.contains("files-9") && line.contains("\"sighting\"")
    };
    let one: serde_json::Value =
        serde_json::from_str(findings.lines().find(sighting).expect("a sighting")).expect("JSON");
    let id = one["id"].as_str().expect("an identifier");
    stories.done(&format!("story split {early} --off {id} --note backup"));
    let there = stories.there();
    assert!(
        there.contains(&(early.clone(), "one intrusion, 2 steps: files-9.seaward.example".to_owned())),
        "{there:?}"
    );
    // The sighting is listed, and no story has it.
    let findings = stories.done("status --format ndjson").out;
    assert_eq!(findings.lines().filter(|line| line.contains(id)).count(), 1);
    let listed = stories.done("story list --format ndjson");
    assert_eq!(listed.out.lines().count(), 3, "{}", listed.out);
    stories.done(&format!("story split {early} --undo"));
    stories.done(&format!("story split {early} --undo"));
    assert_eq!(stories.there(), [(early.clone(), BOTH.to_owned())]);
    let listed = stories.done("story list");
    assert_eq!(listed.out.matches(", undone").count(), 2, "{}", listed.out);
}

#[test]
fn what_cannot_be_joined_or_split_is_refused_with_what_to_do() {
    let stories = Stories::new();
    let (early, late) = (stories.there()[0].0.clone(), stories.there()[1].0.clone());
    let note = "x".repeat(4_097);
    for (line, said, help) in [
        (format!("story join {early} 0000"), "no story 0000 is there", "triage --where kind:chain"),
        (format!("story join {early}"), "cannot be joined alone", "story join ID ID"),
        (format!("story join {early} {early}"), "is already in", "story list"),
        (format!("story join {early} {late} --undo"), "one join", "name one story"),
        (format!("story join {early} --undo"), "nothing that holds was joined into", "story list"),
        (format!("story join {early} {late} --note {note}"), "more than 4096 bytes", "shorter"),
        (format!("story split {early} --off nobody"), "neither a sighting nor a machine", "explain"),
        (format!("story split {early} --off files-9"), "neither a sighting nor a machine", "explain"),
        (format!("story split {early} --off files-8"), "nothing would be left", "triage"),
        (format!("story split {early} --undo"), "nothing that holds was split off", "story list"),
    ] {
        let run = stories.run(&line);
        assert_eq!(run.code, 2, "{line}\n{}{}", run.out, run.err);
        assert!(run.err.contains(said) && run.err.contains(help), "{line}\n{}", run.err);
        assert_eq!(run.out, "");
    }
    let listed = stories.done("story list");
    assert_eq!(listed.out, "");
    assert!(listed.err.contains("nobody has said anything of a story"), "{}", listed.err);
}
