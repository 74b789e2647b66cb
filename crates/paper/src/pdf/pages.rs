//! A flow of items is put on pages.
//!
//! What is glued stays together, as long as a page has room for it. A page that begins inside a table begins with the head
//! of that table. Space above is left out at the top of a page.

use super::item::{Draw, Item};

/// What is on one page: drawings with the height at which their item begins, and entries of the outline.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) draws: Vec<(f32, Draw)>,
    pub(super) entries: Vec<(f32, u16, String)>,
    /// How much of the height is used.
    filled: f32,
}

impl Page {
    fn put(&mut self, item: Item, space: f32) {
        let top = self.filled + space;
        self.entries.extend(item.entry.into_iter().map(|(level, words)| (top, level, words)));
        self.draws.extend(item.draws.into_iter().map(|draw| (top, draw)));
        self.filled = top + item.height;
    }

    fn is_empty(&self) -> bool {
        self.draws.is_empty()
    }
}

/// The pages for these items; at least one.
pub(super) fn pages(items: Vec<Item>, heads: &[Vec<Item>], room: f32) -> Vec<Page> {
    let mut out = Vec::new();
    let mut page = Page::default();
    let mut rest = items.into_iter().peekable();
    while rest.peek().is_some() {
        let group = group(&mut rest);
        let fits = page.filled + height(&group) <= room;
        let breaks = group.first().is_some_and(|item| item.breaks);
        if !page.is_empty() && (breaks || !fits) {
            out.push(std::mem::take(&mut page));
            repeat_head(&mut page, &group, heads, room);
        }
        if page.filled + height(&group) - group.first().map_or(0.0, |item| item.space) <= room {
            for item in group {
                let space = if page.is_empty() { 0.0 } else { item.space };
                page.put(item, space);
            }
            continue;
        }
        // Longer than a page: it goes on wherever a page ends.
        for item in group {
            let space = if page.is_empty() { 0.0 } else { item.space };
            if !page.is_empty() && page.filled + space + item.height > room {
                out.push(std::mem::take(&mut page));
                repeat_head(&mut page, std::slice::from_ref(&item), heads, room);
                page.put(item, 0.0);
            } else {
                page.put(item, space);
            }
        }
    }
    out.push(page);
    out
}

/// The next items that are glued together.
fn group(rest: &mut impl Iterator<Item = Item>) -> Vec<Item> {
    let mut out = Vec::new();
    for item in rest {
        let goes_on = item.glue;
        out.push(item);
        if !goes_on {
            break;
        }
    }
    out
}

/// The height of items with the spaces above them; what an item needs below its top counts, too.
fn height(group: &[Item]) -> f32 {
    let mut filled: f32 = 0.0;
    let mut need: f32 = 0.0;
    for item in group {
        need = need.max(filled + item.space + item.height.max(item.need));
        filled += item.space + item.height;
    }
    need
}

/// Begins a page inside a table with its head, unless that leaves no room for rows.
fn repeat_head(page: &mut Page, group: &[Item], heads: &[Vec<Item>], room: f32) {
    let head = group.first().and_then(|item| item.head).and_then(|head| heads.get(head));
    for item in head.into_iter().filter(|head| height(head) < room / 2.0).flatten() {
        let space = if page.is_empty() { 0.0 } else { item.space };
        page.put(item.clone(), space);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::look::Ink;

    fn item(height: f32, glue: bool) -> Item {
        let rule = Draw::Rule { area: (0.0, 0.0, height, 1.0), ink: Ink::Line };
        Item { space: 1.0, height, glue, draws: vec![rule], ..Item::default() }
    }

    fn tops(items: Vec<Item>, heads: &[Vec<Item>]) -> Vec<Vec<f32>> {
        pages(items, heads, 10.0)
            .iter()
            .map(|page| page.draws.iter().map(|(top, _)| *top).collect())
            .collect()
    }

    #[test]
    fn what_is_glued_goes_to_the_next_page_together() {
        assert_eq!(tops(vec![item(4.0, false), item(4.0, false)], &[]), [vec![0.0, 5.0]]);
        assert_eq!(
            tops(vec![item(4.0, false), item(3.0, true), item(3.0, false)], &[]),
            [vec![0.0], vec![0.0, 4.0]]
        );
        let long = vec![item(4.0, true), item(4.0, true), item(4.0, false)];
        assert_eq!(tops(long, &[]), [vec![0.0, 5.0], vec![0.0]], "longer than a page");
    }

    #[test]
    fn a_table_begins_each_page_with_its_head() {
        let row = || Item { head: Some(0), ..item(3.0, false) };
        let rows = vec![row(), row(), row(), row()];
        assert_eq!(tops(rows, &[vec![item(1.0, true)]]), [vec![0.0, 4.0], vec![0.0, 2.0, 6.0]]);
    }

    #[test]
    fn a_break_begins_a_page_and_no_empty_one() {
        let broken = || Item { breaks: true, ..item(1.0, false) };
        assert_eq!(tops(vec![broken(), broken()], &[]), [vec![0.0], vec![0.0]]);
        assert_eq!(tops(vec![], &[]), [Vec::<f32>::new()]);
    }
}
