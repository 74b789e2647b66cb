//! The head and the foot of each page, in its margins: who may see it, whose it is, which page of how many.

use super::face::Faces;
use super::item::Draw;
use super::line::{self, Line};
use super::look::{Ink, Look, Type};
use crate::document::{Head, Text};

/// Between the margin and what is in it.
const DISTANCE: f32 = 14.0;
/// What the marking may take of the width.
const MARKING_SHARE: f32 = 0.4;

/// Whether a marking is longer than the head of a page has room for.
pub(super) fn is_cut(faces: &mut Faces, look: &Look, marking: &str) -> bool {
    let kind = look.small.semibold();
    faces.width(kind.face, marking) * kind.size > look.full() * MARKING_SHARE
}

/// The head and foot of one page of a document.
pub(super) fn of_page(faces: &mut Faces, look: &Look, head: &Head, page: usize, pages: usize) -> Vec<Draw> {
    let small = look.small;
    let name = if page == 1 { String::new() } else { joined(&[&head.organisation, &head.title]) };
    let top = look.margin - DISTANCE;
    let foot = look.height - look.margin + DISTANCE + small.size;
    let mut frame = Frame { faces, look, out: Vec::new() };
    frame.right(&head.marking, &small.semibold(), top);
    frame.left(&name, &small.soft(), top, &head.marking);
    frame.left(&head.marking, &small.semibold(), foot, "");
    frame.right(&format!("page {page} of {pages}"), &small.soft(), foot);
    frame.middle(&head.id, &small.soft(), foot);
    frame.out
}

/// The head and foot of one slide.
pub(super) fn of_slide(faces: &mut Faces, look: &Look, head: &Head, page: usize, pages: usize) -> Vec<Draw> {
    let kind = look.title;
    let soft = Type { face: super::face::Face::Sans, ..kind.soft() };
    let top = look.margin - DISTANCE;
    let foot = look.height - look.margin + DISTANCE + kind.size;
    let mut frame = Frame { faces, look, out: Vec::new() };
    let area = (look.margin, look.margin - DISTANCE - 24.0, look.full(), 4.0);
    frame.out.push(Draw::Rule { area, ink: Ink::Text });
    frame.right(&head.marking, &kind, top);
    frame.left(&head.organisation, &soft, top, &head.marking);
    frame.left(&head.marking, &kind, foot, "");
    frame.right(&format!("{page} of {pages}"), &soft, foot);
    frame.middle(&joined(&[&head.title, &head.dateline]), &soft, foot);
    frame.out
}

fn joined(parts: &[&String]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

struct Frame<'f> {
    faces: &'f mut Faces,
    look: &'f Look,
    out: Vec<Draw>,
}

impl Frame<'_> {
    /// One line of it: what does not fit is cut, and the cut is seen.
    fn line(&mut self, words: &str, kind: &Type, width: f32) -> Option<Line> {
        let mut lines = line::lines(self.faces, &words.into(), kind, width);
        let first: String = lines.first()?.runs.iter().map(|run| run.text.as_str()).collect();
        let mut kept = first.trim_end().chars().count();
        while lines.len() > 1 && kept > 0 {
            kept -= 1;
            let cut: String = first.chars().take(kept).chain(['…']).collect();
            lines = line::lines(self.faces, &Text::from(cut), kind, width);
        }
        lines.into_iter().next()
    }

    fn left(&mut self, words: &str, kind: &Type, baseline: f32, beside: &str) {
        let share = if beside.is_empty() { MARKING_SHARE } else { 0.55 };
        let line = self.line(words, kind, self.look.full() * share);
        self.out.extend(line.map(|line| Draw::Text { x: self.look.margin, baseline, line, node: None }));
    }

    fn right(&mut self, words: &str, kind: &Type, baseline: f32) {
        let line = self.line(words, kind, self.look.full() * MARKING_SHARE);
        let right = self.look.margin + self.look.full();
        self.out.extend(line.map(|line| Draw::Text { x: right - line.width, baseline, line, node: None }));
    }

    fn middle(&mut self, words: &str, kind: &Type, baseline: f32) {
        let line = self.line(words, kind, self.look.full() * MARKING_SHARE);
        let middle = self.look.width / 2.0;
        self.out.extend(line.map(|line| Draw::Text {
            x: middle - line.width / 2.0,
            baseline,
            line,
            node: None,
        }));
    }
}
