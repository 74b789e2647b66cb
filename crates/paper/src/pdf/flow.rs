//! Blocks become a flow of items, from top to bottom, without any page in mind.
//!
//! A text is one item for each of its lines; the first two and the last two are glued, so that no line is alone at the foot
//! or the head of a page. What is side by side (a sign and its point, a name and what it is, the cells of a row) goes line
//! by line too, so that a row that is higher than a page is only a long row.
//!
//! The name of a section is in the margin, beside what it says. Its height is owed: the next section begins below both.

use super::face::Faces;
use super::frame;
use super::item::{Draw, Item, Node, Role, Tree};
use super::line::{self, Line};
use super::look::{Ink, Look, Type};
use crate::document::{Block, Head, KeyValue, Text};

/// Texts of so many lines are never divided.
const WHOLE_LINES: usize = 3;
/// A name of more lines than this is above its section: what is in the margin is never divided.
pub(super) const ASIDE_LINES: usize = 6;
/// How much of the column a name may have at most, of a name and what it is.
const KEY_SHARE: f32 = 0.34;

/// Lines beside other lines: a cell, a sign, a point.
pub(super) struct Cell {
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) lines: Vec<Line>,
    pub(super) node: Option<Node>,
    /// On the right of its width.
    pub(super) end: bool,
}

/// A flow in the making.
pub(super) struct Flow<'f> {
    pub(super) faces: &'f mut Faces,
    pub(super) look: Look,
    pub(super) items: Vec<Item>,
    pub(super) tree: Tree,
    pub(super) heads: Vec<Vec<Item>>,
    /// How much of the name in the margin has nothing beside it yet.
    owed: f32,
    /// What comes begins beside a name.
    beside: bool,
    /// What comes begins a page.
    breaks: bool,
}

impl<'f> Flow<'f> {
    pub(super) fn new(faces: &'f mut Faces, look: Look) -> Self {
        Self {
            faces,
            look,
            items: Vec::new(),
            tree: Tree::default(),
            heads: Vec::new(),
            owed: 0.0,
            beside: false,
            breaks: false,
        }
    }

    /// Where the text column begins.
    pub(super) fn left(&self) -> f32 {
        self.look.margin + self.look.aside
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        let look = self.look;
        match block {
            Block::Lead(words) => self.lead(words),
            Block::Heading(words) if look.aside > 0.0 => self.heading_aside(words),
            Block::Heading(words) => self.heading(words, 2, look.gap * 1.5),
            Block::Subheading(words) => self.heading(words, 3, look.gap * 1.5),
            Block::Paragraph(words) => self.paragraph(words, look.text, look.gap),
            Block::Note(words) => self.paragraph(words, look.small.soft(), look.gap * 0.75),
            Block::Bullets(items) => self.list(items, false),
            Block::Numbered(items) => self.list(items, true),
            Block::KeyValues(pairs) => self.key_values(pairs),
            Block::Table(table) => self.table(table),
            Block::Bars(bars) => self.bars(bars),
            Block::PageBreak => self.breaks = true,
        }
    }

    /// Adds an item.
    pub(super) fn push(&mut self, mut item: Item) {
        item.breaks |= std::mem::take(&mut self.breaks);
        self.owed = (self.owed - item.space - item.height).max(0.0);
        self.items.push(item);
    }

    /// The space above a block of this type: beside a name that has just begun, what brings both to one baseline.
    pub(super) fn space(&mut self, kind: &Type, space: f32) -> f32 {
        if !std::mem::take(&mut self.beside) {
            return space;
        }
        if self.look.aside > 0.0 { (self.look.text.baseline() - kind.baseline()).max(0.0) } else { 0.0 }
    }

    /// What is still missing until the margin is free again.
    pub(super) fn clear(&mut self) -> f32 {
        self.beside = false;
        std::mem::take(&mut self.owed)
    }

    /// Glues the last item to what comes.
    pub(super) fn keep(&mut self) {
        if let Some(last) = self.items.last_mut() {
            last.glue = true;
        }
    }

    /// The lines above the first block: a heavy rule, whose document it is, what, when.
    pub(super) fn masthead(&mut self, head: &Head) {
        let look = self.look;
        let rule = Draw::Rule { area: (look.margin, 0.0, look.full(), 2.5), ink: Ink::Text };
        self.push(Item { height: 7.0, draws: vec![rule], glue: true, ..Item::default() });
        let dateline: Vec<&str> = [&head.dateline, &head.id, &head.remark]
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        // A marking that is cut in the head of each page is whole here.
        let marking = if frame::is_cut(self.faces, &look, &head.marking) {
            head.marking.clone()
        } else {
            String::new()
        };
        let lines = [
            (marking, look.small.semibold(), Role::Paragraph),
            (head.organisation.clone(), look.small.semibold(), Role::Paragraph),
            (head.title.clone(), look.title, Role::Heading(1, head.title.clone())),
            (dateline.join(" · "), look.small.soft(), Role::Paragraph),
        ];
        for (words, kind, role) in lines {
            if words.is_empty() {
                continue;
            }
            let title = matches!(role, Role::Heading(..)).then(|| (1, words.clone()));
            let node = self.tree.add(role, None);
            let from = self.items.len();
            let lines = line::lines(self.faces, &words.into(), &kind, look.full());
            self.side_by_side(vec![self.cell(look.margin, look.full(), lines, node)], &kind, 0.0, None);
            self.entry(from, title);
            self.keep();
        }
        let rule = Draw::Rule { area: (look.margin, 4.0, look.full(), 0.5), ink: Ink::Line };
        self.push(Item { height: 5.0, draws: vec![rule], glue: true, ..Item::default() });
    }

    fn lead(&mut self, words: &Text) {
        let look = self.look;
        let space = self.clear() + look.gap * 2.0;
        let node = self.tree.add(Role::Paragraph, None);
        let lines = line::balanced(self.faces, words, &look.lead, look.full());
        let from = self.items.len();
        self.side_by_side(vec![self.cell(look.margin, look.full(), lines, node)], &look.lead, space, None);
        // A sentence is read at once.
        for item in self.items.iter_mut().skip(from) {
            item.glue = true;
        }
        self.push(Item { height: look.gap * 0.5, ..Item::default() });
    }

    /// The statement of a slide.
    pub(super) fn statement(&mut self, words: &Text) {
        let look = self.look;
        let node = self.tree.add(Role::Heading(1, words.words()), None);
        let lines = line::balanced(self.faces, words, &look.lead, look.full());
        let from = self.items.len();
        // A slide begins with some air; space above would be left out at the top of a page.
        self.push(Item { height: look.gap * 1.5, glue: true, ..Item::default() });
        let from = from + 1;
        self.side_by_side(vec![self.cell(look.margin, look.full(), lines, node)], &look.lead, 0.0, None);
        self.entry(from, Some((1, words.words())));
        self.keep();
        self.push(Item { height: look.gap, glue: true, ..Item::default() });
    }

    /// The name of a section, in the margin, below a rule.
    fn heading_aside(&mut self, words: &Text) {
        let look = self.look;
        let kind = look.text.semibold();
        let lines = line::lines(self.faces, words, &kind, look.aside - look.column_gap);
        if lines.len() > ASIDE_LINES {
            return self.heading(words, 2, look.gap * 2.0);
        }
        let space = self.clear() + look.gap * 2.0;
        let node = self.tree.add(Role::Heading(2, words.words()), None);
        let (rule, below) = (0.6, 4.0);
        let mut draws = vec![Draw::Rule { area: (look.margin, 0.0, look.full(), rule), ink: Ink::Text }];
        let mut top = below;
        for line in lines {
            draws.push(Draw::Text {
                x: look.margin,
                baseline: top + kind.baseline(),
                line,
                node: Some(node),
            });
            top += kind.leading;
        }
        let entry = Some((2, words.words()));
        self.push(Item { space, height: below, need: top, draws, glue: true, entry, ..Item::default() });
        self.owed = top - below;
        self.beside = true;
    }

    fn heading(&mut self, words: &Text, level: u16, space: f32) {
        let kind = self.look.text.semibold();
        let space = self.space(&kind, space);
        let node = self.tree.add(Role::Heading(level, words.words()), None);
        let lines = line::lines(self.faces, words, &kind, self.look.column());
        let from = self.items.len();
        self.side_by_side(vec![self.cell(self.left(), self.look.column(), lines, node)], &kind, space, None);
        self.entry(from, Some((level, words.words())));
        self.keep();
        // What follows is close to its name.
        self.push(Item { height: self.look.row_gap, glue: true, ..Item::default() });
        self.beside = true;
    }

    /// Puts an entry of the outline at an item.
    fn entry(&mut self, at: usize, entry: Option<(u16, String)>) {
        if let Some(item) = self.items.get_mut(at) {
            item.entry = entry;
        }
    }

    pub(super) fn paragraph(&mut self, words: &Text, kind: Type, space: f32) {
        let space = self.space(&kind, space);
        let node = self.tree.add(Role::Paragraph, None);
        let lines = line::lines(self.faces, words, &kind, self.look.column());
        self.side_by_side(vec![self.cell(self.left(), self.look.column(), lines, node)], &kind, space, None);
    }

    fn list(&mut self, items: &[Text], numbered: bool) {
        let kind = self.look.text;
        let sign = |n: usize| if numbered { format!("{}.", n + 1) } else { "•".to_owned() };
        let widest = self.faces.width(kind.face, &sign(items.len().saturating_sub(1))) * kind.size;
        let indent = widest + kind.size * 0.6;
        let list = self.tree.add(Role::List { numbered }, None);
        for (n, item) in items.iter().enumerate() {
            let node = self.tree.add(Role::ListItem, Some(list));
            let label = self.tree.add(Role::Label, Some(node));
            let body = self.tree.add(Role::Body, Some(node));
            let width = self.look.column() - indent;
            let signs = line::lines(self.faces, &sign(n).into(), &kind.soft(), indent);
            let mut signs = self.cell(self.left(), widest, signs, label);
            signs.end = numbered;
            let lines = line::lines(self.faces, item, &kind, width);
            let body = self.cell(self.left() + indent, width, lines, body);
            let space = self.space(&kind, if n == 0 { self.look.gap } else { self.look.row_gap });
            self.side_by_side(vec![signs, body], &kind, space, None);
        }
    }

    fn key_values(&mut self, pairs: &[KeyValue]) {
        let look = self.look;
        let kind = look.text;
        let mut widest: f32 = 0.0;
        for pair in pairs {
            let whole = line::lines(self.faces, &pair.key, &kind.semibold(), f32::MAX);
            widest = whole.iter().map(|line| line.width).fold(widest, f32::max);
        }
        let keys = (widest + 0.1).min(look.column() * KEY_SHARE);
        let values = look.column() - keys - look.column_gap;
        let list = self.tree.add(Role::Pairs, None);
        for (n, pair) in pairs.iter().enumerate() {
            let node = self.tree.add(Role::ListItem, Some(list));
            let label = self.tree.add(Role::Label, Some(node));
            let body = self.tree.add(Role::Body, Some(node));
            let key = line::lines(self.faces, &pair.key, &kind.semibold(), keys);
            let value = line::lines(self.faces, &pair.value, &kind, values);
            let cells = vec![
                self.cell(self.left(), keys, key, label),
                self.cell(self.left() + keys + look.column_gap, values, value, body),
            ];
            let space = self.space(&kind, if n == 0 { look.gap } else { look.row_gap });
            self.side_by_side(cells, &kind, space, None);
        }
    }

    pub(super) fn cell(&self, x: f32, width: f32, lines: Vec<Line>, node: Node) -> Cell {
        Cell { x, width, lines, node: Some(node), end: false }
    }

    /// Cells side by side, one item for each line of the highest.
    pub(super) fn side_by_side(&mut self, cells: Vec<Cell>, kind: &Type, space: f32, head: Option<usize>) {
        let high = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).max(1);
        let mut rows: Vec<Vec<Draw>> = vec![Vec::new(); high];
        for cell in cells {
            for (line, row) in cell.lines.into_iter().zip(&mut rows) {
                let x = if cell.end { cell.x + (cell.width - line.width).max(0.0) } else { cell.x };
                row.push(Draw::Text { x, baseline: kind.baseline(), line, node: cell.node });
            }
        }
        for (n, draws) in rows.into_iter().enumerate() {
            let left = high - n - 1;
            self.push(Item {
                space: if n == 0 { space } else { 0.0 },
                height: kind.leading,
                draws,
                glue: left > 0 && (high <= WHOLE_LINES || n == 0 || left == 1),
                head,
                ..Item::default()
            });
        }
    }
}
