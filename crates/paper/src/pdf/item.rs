//! What is drawn, in pieces that are not broken, and what each piece is for those who listen to the page.
//!
//! A flow of items is made without any page in mind; pages are filled afterwards. Beside it grows a tree of roles: each
//! text that is drawn belongs to one of its nodes, and becomes its content when it is painted.

use super::line::Line;
use super::look::Ink;

/// What a node of the tree is. The names are those of PDF's structure types (ISO 32000-1, 14.8.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Its level, and its words: PDF/UA wants them beside the heading, too.
    Heading(u16, String),
    Paragraph,
    List {
        numbered: bool,
    },
    /// Names, each with what it is: a list without signs.
    Pairs,
    ListItem,
    Label,
    Body,
    Table,
    TableHead,
    TableBody,
    TableFoot,
    Row,
    HeadCell,
    Cell,
    Caption,
    /// A picture, and what it says in words.
    Figure(String),
}

/// A node of the tree, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node(pub(super) usize);

/// What the parts of the document are, in reading order. A node without a parent is a part of the document itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<(Role, Option<Node>)>,
}

impl Tree {
    pub(super) fn add(&mut self, role: Role, parent: Option<Node>) -> Node {
        self.nodes.push((role, parent));
        Node(self.nodes.len() - 1)
    }
}

/// A rectangle: left, top, width, height.
pub(super) type Area = (f32, f32, f32, f32);

/// Something to draw, measured from the left edge of the sheet and the top of its item.
#[derive(Clone, Debug)]
pub(super) enum Draw {
    /// A line of text; without a node it is an artifact.
    Text { x: f32, baseline: f32, line: Line, node: Option<Node> },
    /// A rule: an artifact.
    Rule { area: Area, ink: Ink },
    /// Rectangles that are one picture.
    Picture { areas: Vec<(Area, Ink)>, node: Node },
}

/// A piece that is not broken.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// The space above, which is left out at the top of a page.
    pub(super) space: f32,
    pub(super) height: f32,
    /// What it needs at least below its top, though the next item begins earlier.
    pub(super) need: f32,
    pub(super) draws: Vec<Draw>,
    /// The next item is on the same page.
    pub(super) glue: bool,
    /// The head of its table, repeated when a page begins with it.
    pub(super) head: Option<usize>,
    /// A page ends before it.
    pub(super) breaks: bool,
    /// An entry of the outline: level, words.
    pub(super) entry: Option<(u16, String)>,
}
