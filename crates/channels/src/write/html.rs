//! A page as HTML for mail: one column, all style inline, nothing that is loaded, no link, no script.
//!
//! Severity is a word first, a bar of its own width second, its colour last: it reads in black and white. Colours are
//! those of the light look; each text states its own, so that a mail program that turns colours round turns both.

use super::page::{Page, Part};
use model::{Says, Severity};
use std::fmt::Write;

const PAPER: &str = "#fbfaf7";
const INK: &str = "#1c1f23";
const SOFT: &str = "#5b636c";
const LINE: &str = "#d9d6cf";
const SANS: &str = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const MONO: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

/// The page as a document.
pub(crate) fn write(page: &Page, id: &str) -> String {
    let mut out = String::new();
    let title = escaped(&page.subject());
    let marking = page.marking.map(escaped).unwrap_or_default();
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\">\n\
         <title>{title}</title>\n</head>\n\
         <body style=\"margin:0;padding:0;background:{PAPER};color:{INK}\">\n\
         <div style=\"max-width:600px;margin:0 auto;padding:24px 16px;font-family:{SANS};font-size:16px;line-height:1.5;\
         color:{INK};overflow-wrap:anywhere\">\n"
    );
    push_top(&mut out, page);
    for part in &page.parts {
        push_part(&mut out, part);
    }
    if let Some(left_out) = &page.left_out {
        let _ = writeln!(out, "<p style=\"margin:16px 0 0;color:{SOFT}\">{}</p>", escaped(left_out));
    }
    let _ = write!(
        out,
        "<p style=\"margin:24px 0 0;padding:8px 0 0;border-top:1px solid {LINE};font-size:14px;color:{SOFT}\">outpace, notice \
         <span style=\"font-family:{MONO}\">{id}</span><br>{marking}</p>\n</div>\n</body>\n</html>\n"
    );
    out
}

/// Marking and finding in one line, then what happened behind its bar, then whose it is.
fn push_top(out: &mut String, page: &Page) {
    let (colour, bar) = severity(page.severity);
    let short_id = page.short_id.as_deref().unwrap_or_default();
    if page.marking.is_some() || page.short_id.is_some() {
        let _ = writeln!(
            out,
            "<p style=\"margin:0 0 16px;font-size:14px;color:{SOFT}\"><b style=\"color:{INK}\">{}</b> \
             <span style=\"font-family:{MONO}\">{short_id}</span></p>",
            page.marking.map(escaped).unwrap_or_default()
        );
    }
    let _ = write!(
        out,
        "<div style=\"border-left:{bar} {colour};padding:0 0 0 12px;margin:0 0 16px\">\n\
         <p style=\"margin:0;font-weight:600;color:{colour}\">{}</p>\n\
         <h1 style=\"margin:4px 0 0;font-size:20px;line-height:1.35;font-weight:600;color:{INK}\">{}</h1>\n</div>\n\
         <p style=\"margin:0 0 8px;font-size:14px;color:{SOFT}\">{}</p>\n",
        escaped(&page.verdict()),
        escaped(&page.title),
        escaped(&page.origin()),
    );
}

fn push_part(out: &mut String, part: &Part) {
    let _ = writeln!(
        out,
        "<h2 style=\"margin:16px 0 2px;font-size:14px;line-height:1.5;font-weight:600;letter-spacing:.04em;color:{SOFT}\">{}</h2>",
        escaped(&part.label)
    );
    match &part.says {
        Says::Text(text) => {
            let _ = writeln!(out, "<p style=\"margin:0;color:{INK}\">{}</p>", escaped(text));
        }
        Says::Steps(steps) => {
            let _ = writeln!(out, "<ol style=\"margin:0;padding:0 0 0 24px;color:{INK}\">");
            for step in steps {
                let _ = writeln!(out, "<li style=\"margin:0 0 4px\">{}</li>", escaped(step));
            }
            out.push_str("</ol>\n");
        }
        Says::Lines(lines) => {
            for line in lines {
                let _ = writeln!(
                    out,
                    "<p style=\"margin:0;padding:0 0 0 16px;text-indent:-16px;white-space:pre-wrap;font-family:{MONO};font-size:14px;color:{INK}\">{}</p>",
                    escaped(line)
                );
            }
        }
    }
    if let Some(left_out) = &part.left_out {
        let _ = writeln!(out, "<p style=\"margin:0;font-size:14px;color:{SOFT}\">{}</p>", escaped(left_out));
    }
}

/// The colour of a severity and how its bar is drawn.
fn severity(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Critical => ("#a3162b", "4px solid"),
        Severity::High => ("#b04a00", "3px solid"),
        Severity::Medium => ("#7a6200", "2px solid"),
        Severity::Low => ("#3f6b3a", "1px solid"),
        Severity::Informational => ("#4a5a6a", "1px dotted"),
    }
}

/// Text as HTML, in an element or a quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
