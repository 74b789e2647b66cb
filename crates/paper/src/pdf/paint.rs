//! Pages are painted, and what they say is tagged: PDF 1.7 that follows PDF/UA-1 (ISO 14289-1).
//!
//! Each text belongs to a node of the tree; head and foot of a page, rules and repeated heads of tables are artifacts, which
//! are not read aloud. There is no date and no random number in the file: the same document is the same file.
//!
//! Invariant: each tagged piece has one parent, or the file would not be written.

use super::face::Faces;
use super::item::{Area, Draw, Node, Role, Tree};
use super::line::Line;
use super::look::{Ink, Look};
use super::not_set::NotSet;
use super::pages::Page;
use crate::document::Head;
use krilla::configure::{Accessibility, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

/// The language of our own words.
const LANGUAGE: &str = "en";

/// What is painted: pages, their frames (head and foot), and the tree of what they say.
pub(super) struct Painting<'p> {
    pub(super) head: &'p Head,
    pub(super) look: Look,
    pub(super) pages: Vec<Page>,
    pub(super) frames: Vec<Vec<Draw>>,
    pub(super) tree: Tree,
}

/// The file.
pub(super) fn paint(faces: &Faces, painting: &Painting<'_>) -> Result<Vec<u8>, NotSet> {
    let accessible = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let accessible =
        accessible.map_err(|_| NotSet::new("PDF/UA-1 is not known to this program".to_owned()))?;
    match write(faces, painting, accessible) {
        // A page that cannot be all that the standard asks is better than none.
        Err(KrillaError::Validation(_)) => write(faces, painting, Configuration::default()),
        other => other,
    }
    .map_err(|error| NotSet::new(error.to_string()))
}

fn write(
    faces: &Faces,
    painting: &Painting<'_>,
    configuration: Configuration,
) -> Result<Vec<u8>, KrillaError> {
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut content: Vec<Vec<Identifier>> = vec![Vec::new(); painting.tree.nodes.len()];
    let look = painting.look;
    for (page, frame) in painting.pages.iter().zip(&painting.frames) {
        let Some(size) = PageSettings::from_wh(look.width, look.height) else { continue };
        let mut sheet = document.start_page_with(size);
        let mut brush = Brush { surface: sheet.surface(), faces, content: &mut content };
        for (top, draw) in &page.draws {
            brush.draw(draw, look.margin + top, ArtifactType::Layout);
        }
        // After what the page says: programs that know no tags read in the order of painting.
        for draw in frame {
            brush.draw(draw, 0.0, ArtifactType::Header);
        }
        drop(brush);
        sheet.finish();
    }
    document.set_tag_tree(tags(&painting.tree, content));
    document.set_outline(outline(painting));
    document.set_metadata(metadata(painting.head));
    document.finish()
}

/// What programs show of a file before it is opened.
fn metadata(head: &Head) -> Metadata {
    let mut out =
        Metadata::new().title(title(head)).language(LANGUAGE.to_owned()).creator("outpace".to_owned());
    if !head.organisation.is_empty() {
        out = out.authors(vec![head.organisation.clone()]);
    }
    let line: Vec<&str> = [&head.marking, &head.dateline, &head.id]
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    if line.is_empty() { out } else { out.description(line.join(", ")) }
}

/// What a file is called that must be called something.
fn title(head: &Head) -> String {
    let parts: Vec<&str> = [&head.organisation, &head.title]
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() { "page".to_owned() } else { parts.join(", ") }
}

/// Names of sections, and where they are. A file without any has its title as the one entry.
fn outline(painting: &Painting<'_>) -> Outline {
    let mut out = Outline::new();
    let mut none = true;
    for (number, page) in painting.pages.iter().enumerate() {
        for (top, _, words) in
            page.entries.iter().filter(|(_, level, words)| *level <= 2 && !words.is_empty())
        {
            let at = Point::from_xy(painting.look.margin, painting.look.margin + top);
            out.push_child(OutlineNode::new(words.clone(), XyzDestination::new(number, at)));
            none = false;
        }
    }
    if none {
        let at = Point::from_xy(painting.look.margin, painting.look.margin);
        out.push_child(OutlineNode::new(title(painting.head), XyzDestination::new(0, at)));
    }
    out
}

/// What paints on one page.
struct Brush<'b> {
    surface: Surface<'b>,
    faces: &'b Faces,
    content: &'b mut Vec<Vec<Identifier>>,
}

impl Brush<'_> {
    fn draw(&mut self, draw: &Draw, top: f32, artifact: ArtifactType) {
        match draw {
            Draw::Text { x, baseline, line, node } if !line.runs.is_empty() => {
                self.begin(*node, ContentTag::Span(SpanTag::empty()), artifact);
                self.line(line, *x, top + baseline);
                self.surface.end_tagged();
            }
            Draw::Text { .. } => {}
            Draw::Rule { area, ink } => {
                self.begin(None, ContentTag::Other, artifact);
                self.area(*area, top, *ink);
                self.surface.end_tagged();
            }
            Draw::Picture { areas, node } => {
                self.begin(Some(*node), ContentTag::Other, artifact);
                for (area, ink) in areas {
                    self.area(*area, top, *ink);
                }
                self.surface.end_tagged();
            }
        }
    }

    /// Begins a tagged piece: of a node, or an artifact.
    fn begin(&mut self, node: Option<Node>, tag: ContentTag<'_>, artifact: ArtifactType) {
        match node.and_then(|Node(index)| self.content.get_mut(index)) {
            Some(content) => content.push(self.surface.start_tagged(tag)),
            None => {
                self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(artifact)));
            }
        }
    }

    fn line(&mut self, line: &Line, x: f32, y: f32) {
        let mut x = x;
        for run in &line.runs {
            if let Some(font) = self.faces.font(run.face) {
                self.fill(run.ink);
                self.surface.draw_glyphs(Point::from_xy(x, y), &run.glyphs, font, &run.text, run.size, false);
            }
            x += run.width;
        }
    }

    fn area(&mut self, (x, y, width, height): Area, top: f32, ink: Ink) {
        // A count of zero has no bar.
        let Some(rect) = Rect::from_xywh(x, top + y, width, height).filter(|_| width > 0.0 && height > 0.0)
        else {
            return;
        };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        if let Some(path) = path.finish() {
            self.fill(ink);
            self.surface.draw_path(&path);
        }
    }

    fn fill(&mut self, ink: Ink) {
        let fill = Fill { paint: ink.colour().into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero };
        self.surface.set_fill(Some(fill));
    }
}

/// The tree with the pieces that were painted.
fn tags(tree: &Tree, content: Vec<Vec<Identifier>>) -> TagTree {
    let mut groups: Vec<TagGroup> = Vec::new();
    for ((role, _), content) in tree.nodes.iter().zip(content) {
        let mut group = TagGroup::new(kind(role));
        for piece in content {
            group.push(piece);
        }
        groups.push(group);
    }
    let mut out = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    // A node comes after its parent, so the last one has all its children: from the end, each goes to its parent.
    let mut first = Vec::new();
    while let Some(mut group) = groups.pop() {
        // What came from behind came in reverse; pieces that were painted are before it, in order.
        let painted =
            group.children.iter().take_while(|child| matches!(child, krilla::tagging::Node::Leaf(_))).count();
        if let Some(children) = group.children.get_mut(painted..) {
            children.reverse();
        }
        match tree.nodes.get(groups.len()).and_then(|(_, parent)| *parent) {
            Some(Node(parent)) => {
                if let Some(parent) = groups.get_mut(parent) {
                    parent.push(group);
                }
            }
            None => first.push(group),
        }
    }
    for group in first.into_iter().rev() {
        out.push(group);
    }
    out
}

fn kind(role: &Role) -> TagKind {
    match role {
        Role::Heading(level, words) => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(words.clone())).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::List { numbered: true } => Tag::L(ListNumbering::Decimal).into(),
        Role::List { numbered: false } => Tag::L(ListNumbering::Disc).into(),
        Role::Pairs => Tag::L(ListNumbering::None).into(),
        Role::ListItem => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::TableHead => Tag::THead.into(),
        Role::TableBody => Tag::TBody.into(),
        Role::TableFoot => Tag::TFoot.into(),
        Role::Row => Tag::TR.into(),
        Role::HeadCell => Tag::TH(TableHeaderScope::Column).into(),
        Role::Cell => Tag::TD.into(),
        Role::Caption => Tag::Caption.into(),
        Role::Figure(words) => Tag::Figure(Some(words.clone())).into(),
    }
}
