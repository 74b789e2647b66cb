//! Artefacts that tie a story over any time, each with its benign twin.

use crate::pool::{Case, Logged, ask, everything, shell};
use model::answer::Story;

const RULES: &str = r"
title: Script written
id: 8d1f2b7e-0000-4000-8000-000000000031
status: test
logsource: {product: windows, category: file_event}
detection: {sel: {'TargetFilename|endswith': '.jsp'}, condition: sel}
tags: [attack.persistence, attack.t1505.003]
level: high
---
title: Script asked
id: 8d1f2b7e-0000-4000-8000-000000000032
status: test
logsource: {category: webserver}
detection: {sel: {'cs-uri-stem|endswith': '.jsp', sc-status: '200'}, condition: sel}
tags: [attack.persistence, attack.t1505.003]
level: high
---
title: Web server starts a shell
id: 8d1f2b7e-0000-4000-8000-000000000033
status: test
logsource: {product: windows, category: process_creation}
detection: {sel: {'ParentImage|endswith': 'w3wp.exe'}, condition: sel}
tags: [attack.persistence, attack.t1505.003]
level: high
---
title: Service account logged on
id: 8d1f2b7e-0000-4000-8000-000000000034
status: test
logsource: {product: windows, category: authentication}
detection: {sel: {EventID: '4624'}, condition: sel}
tags: [attack.lateral-movement, attack.t1078.002]
level: high
";

fn written(time: &'static str, number: u64) -> Logged {
    let fields = vec![("TargetFilename", r"C:\tomcat\webapps\berths\uploads\horizon.jsp")];
    Logged { log: ("windows", "file_event"), fields, ..shell("portal-1", time, number) }
}

fn asked(page: &'static str, time: &'static str, number: u64) -> Logged {
    Logged {
        document: "web.log",
        log: ("any", "webserver"),
        from: Some("203.0.113.61"),
        account: None,
        fields: vec![("cs-uri-stem", page), ("sc-status", "200")],
        ..shell("portal-1", time, number)
    }
}

fn logged_on(host: &'static str, workstation: &'static str, time: &'static str, number: u64) -> Logged {
    Logged {
        document: "security.jsonl",
        log: ("windows", "authentication"),
        account: Some("SEAWARD\\svc-backup"),
        fields: vec![("EventID", "4624"), ("WorkstationName", workstation)],
        ..shell(host, time, number)
    }
}

fn stories(logs: Vec<Logged>) -> Vec<Story> {
    ask(&Case { world: Vec::new(), rules: RULES, logs, ..everything() }, 1).stories
}

fn whats(story: &Story) -> Vec<&str> {
    story.steps.iter().map(|step| step.what.as_str()).collect()
}

#[test]
fn a_script_that_is_asked_for_months_after_it_was_written_is_the_same_story() {
    let logs = |page: &'static str| {
        vec![
            written("2026-03-01T03:00:00Z", 1),
            shell("portal-1", "2026-03-01T03:04:00Z", 2),
            asked(page, "2026-05-30T02:00:00Z", 3),
        ]
    };
    let found = stories(logs("/berths/uploads/horizon.jsp"));
    assert_eq!(found.len(), 1);
    assert_eq!(whats(&found[0]), ["Script written", "Web server starts a shell", "Script asked"]);
    assert!(
        found[0]
            .notes
            .contains(&"active again on 2026-05-30 after 89 days: Script asked on portal-1".to_owned()),
        "{:?}",
        found[0].notes
    );
    // Another page of the same site is not the shell.
    let found = stories(logs("/berths/schedule.jsp"));
    assert_eq!(found.len(), 1);
    assert_eq!(whats(&found[0]), ["Script written", "Web server starts a shell"]);
}

#[test]
fn what_is_done_through_the_script_months_later_is_the_same_story() {
    let mut logs = vec![
        written("2026-03-01T03:00:00Z", 1),
        asked("/berths/uploads/horizon.jsp", "2026-05-30T02:00:00Z", 2),
        shell("portal-1", "2026-05-30T02:00:09Z", 3),
    ];
    let found = stories(logs.clone());
    assert_eq!(found.len(), 1);
    assert_eq!(whats(&found[0]), ["Script written", "Script asked", "Web server starts a shell"]);
    // Without the request nothing ties the two.
    logs.remove(1);
    assert!(stories(logs).is_empty());
}

#[test]
fn an_account_that_comes_from_the_same_strange_workstation_is_the_same_story() {
    let logs = |workstation: &'static str| {
        vec![
            shell("portal-1", "2026-03-01T03:04:00Z", 1),
            logged_on("portal-1", workstation, "2026-03-02T01:00:00Z", 2),
            logged_on("dc-1", workstation, "2026-05-30T01:00:00Z", 3),
        ]
    };
    let found = stories(logs("DESKTOP-7QH2K1"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].hosts, ["portal-1", "dc-1"]);
    assert!(found[0].notes.iter().any(|note| note.starts_with("active again on 2026-05-30 after 89 days")));
    // A machine of ours from which a rule is hit now and then ties nothing.
    let found = stories(logs("APP-3"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].hosts, ["portal-1"]);
}
