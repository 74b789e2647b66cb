//! YAML as a tree of bounded size, in which each node has its place in the file.
//!
//! The tree is built from the events of the parser. The parser's own tree loader is not used, because it overflows
//! the stack on deep input and copies aliases without a bound. Here depth, nodes and the bytes copied by aliases have
//! limits; only the document that exceeds a limit is refused. A file is cut into documents at its marker lines before
//! it is parsed (YAML 1.2.2, 9.1.2: no content line may start with `---` or `...`), so that a broken document does
//! not affect the others.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event as ParserEvent, Marker, Parser, ScalarStyle, Span, Tag};

use crate::parse::diagnostic::{Diagnostics, SourcePlace, shown};

/// Deepest nesting of a document. Rules need 5; much deeper documents are made to exhaust the stack.
pub(crate) const DEPTH_MAX: usize = 32;
/// Nodes of one document, copies through aliases included. The largest public rule has 4,475.
pub(crate) const NODES_MAX: usize = 200_000;
/// Bytes and nodes that aliases may copy in one document. A rule copies a list; an alias bomb doubles with each line.
pub(crate) const ALIAS_WEIGHT_MAX: usize = 1_000_000;
/// Documents of one file: a file of the largest size that holds only the smallest realistic rules has this many.
pub(crate) const DOCUMENTS_MAX: usize = 300_000;

/// A node, and its place in the file.
#[derive(Clone, Debug)]
pub(crate) struct YamlNode {
    pub(crate) place: SourcePlace,
    pub(crate) content: YamlContent,
}

/// The content of a node.
#[derive(Clone, Debug)]
pub(crate) enum YamlContent {
    /// Text. `plain` text is unquoted: it may be null, a number or a truth value.
    Scalar {
        text: String,
        plain: bool,
    },
    Sequence(Vec<YamlNode>),
    /// Keys in the order of the file. Repeated keys are kept; the code that reads the mapping reports them.
    Mapping(Vec<(YamlNode, YamlNode)>),
}

impl YamlNode {
    /// Text of a scalar, null included.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            YamlContent::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// YAML 1.2.2, 10.3.2: the core schema's null.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.content, YamlContent::Scalar { text, plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    pub(crate) fn mapping(&self) -> Option<&[(YamlNode, YamlNode)]> {
        match &self.content {
            YamlContent::Mapping(pairs) => Some(pairs),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&YamlNode> {
        self.mapping()?.iter().rev().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// The kind of node, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.content {
            YamlContent::Scalar { .. } if self.is_null() => "null",
            YamlContent::Scalar { .. } => "a value",
            YamlContent::Sequence(_) => "a list",
            YamlContent::Mapping(_) => "a map",
        }
    }
}

/// Calls `each` with the root of each document that could be read.
pub(crate) fn documents(
    text: &str,
    diagnostics: &mut Diagnostics,
    each: &mut dyn FnMut(YamlNode, &mut Diagnostics),
) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, (first_line, document)) in split(text).enumerate() {
        if number >= DOCUMENTS_MAX {
            let place = SourcePlace { line: first_line, column: 1, length: 0 };
            let message = format!("the file has more than {DOCUMENTS_MAX} documents; the rest is not read");
            diagnostics.error("too-many-documents", place, message, None);
            return;
        }
        diagnostics.begin_document();
        if let Some(root) = document_tree(document, first_line, diagnostics) {
            each(root, diagnostics);
        }
    }
}

/// Cuts a file at its document markers: first line number and text of each document that has content.
fn split(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut rest = text;
    let mut line_number: u32 = 1;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let first_line = line_number;
            let mut length = 0;
            let mut has_content = false;
            for (index, line) in rest.split_inclusive('\n').enumerate() {
                // The marker line belongs to the next document: content may follow the marker on the same line.
                if index > 0 && is_marker(line) {
                    break;
                }
                length += line.len();
                line_number = line_number.saturating_add(1);
                let content = line.strip_prefix("---").or(line.strip_prefix("...")).unwrap_or(line).trim();
                // A directive is not content: it applies to the document after the next marker.
                let directive = line.starts_with('%') && !has_content;
                has_content |= !content.is_empty() && !content.starts_with('#') && !directive;
            }
            let (document, after) = rest.split_at_checked(length)?;
            rest = after;
            if has_content {
                let document = if document.starts_with("...") { document.get(3..)? } else { document };
                return Some((first_line, document));
            }
        }
    })
}

fn is_marker(line: &str) -> bool {
    line.strip_prefix("---")
        .or_else(|| line.strip_prefix("..."))
        .is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t', '\r', '\n']))
}

/// A collection whose end has not been read yet.
struct Frame {
    place: SourcePlace,
    anchor: usize,
    weight: usize,
    content: YamlContent,
    key: Option<YamlNode>,
    /// The maps of merge keys. They are merged when all keys are known, because keys of the map itself win.
    merged: Vec<YamlNode>,
}

struct Anchored {
    node: YamlNode,
    weight: usize,
    depth: usize,
}

struct TreeBuilder<'d> {
    first_line: u32,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
    alias_weight: usize,
    root: Option<YamlNode>,
    diagnostics: &'d mut Diagnostics,
}

fn document_tree(text: &str, first_line: u32, diagnostics: &mut Diagnostics) -> Option<YamlNode> {
    let mut builder = TreeBuilder {
        first_line,
        frames: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        alias_weight: 0,
        root: None,
        diagnostics,
    };
    if let Some(offset) = text.find('\0') {
        let before = text.get(..offset).unwrap_or_default();
        let line = u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX).saturating_add(first_line);
        let place = SourcePlace { line, column: 1, length: 0 };
        let message = "the document contains a NUL character, which YAML forbids".to_owned();
        builder.diagnostics.error("nul-character", place, message, None);
        return None;
    }
    let mut parser = Parser::new_from_str(text);
    loop {
        match parser.next_event() {
            None => break,
            Some(Err(error)) => {
                let place = builder.place(*error.marker(), 1);
                let message = format!("this is not YAML: {}", shown(error.info()));
                builder.diagnostics.error("yaml-syntax", place, message, None);
                return None;
            }
            Some(Ok((event, span))) => {
                if !builder.take(event, span) {
                    return None;
                }
            }
        }
    }
    builder.root
}

impl TreeBuilder<'_> {
    fn place(&self, start: Marker, length: usize) -> SourcePlace {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        SourcePlace {
            line: number(start.line()).saturating_add(self.first_line).saturating_sub(1),
            column: number(start.col()).saturating_add(1),
            length: number(length),
        }
    }

    fn refuse(&mut self, rule: &'static str, place: SourcePlace, message: String) -> bool {
        self.diagnostics.error(rule, place, message, None);
        false
    }

    /// Handles one event of the parser; returns false when the document is refused.
    fn take(&mut self, event: ParserEvent<'_>, span: Span) -> bool {
        match event {
            ParserEvent::Scalar(text, style, anchor, tag) => {
                let place = self.place(span.start, span.len());
                let Some(plain) = is_plain(style, tag.as_deref()) else {
                    let message = "a custom tag has no meaning in a Sigma rule".to_owned();
                    return self.refuse("yaml-tag", place, message);
                };
                let weight = 1 + text.len();
                let content = YamlContent::Scalar { text: text.into_owned(), plain };
                self.add(YamlNode { place, content }, anchor, weight, 0)
            }
            ParserEvent::SequenceStart(anchor, _) => {
                self.open(self.place(span.start, span.len()), anchor, YamlContent::Sequence(Vec::new()))
            }
            ParserEvent::MappingStart(anchor, _) => {
                self.open(self.place(span.start, span.len()), anchor, YamlContent::Mapping(Vec::new()))
            }
            ParserEvent::SequenceEnd | ParserEvent::MappingEnd => match self.frames.pop() {
                Some(mut frame) => {
                    merge(&mut frame.content, std::mem::take(&mut frame.merged));
                    let node = YamlNode { place: frame.place, content: frame.content };
                    let depth = if frame.anchor > 0 { depth_of(&node) } else { 0 };
                    self.add(node, frame.anchor, frame.weight, depth)
                }
                None => true,
            },
            ParserEvent::Alias(anchor) => self.alias(anchor, self.place(span.start, span.len())),
            _ => true,
        }
    }

    fn open(&mut self, place: SourcePlace, anchor: usize, content: YamlContent) -> bool {
        if self.frames.len() >= DEPTH_MAX {
            let message = format!("the document nests deeper than {DEPTH_MAX} levels");
            return self.refuse("yaml-too-deep", place, message);
        }
        self.frames.push(Frame { place, anchor, weight: 1, content, key: None, merged: Vec::new() });
        true
    }

    fn alias(&mut self, anchor: usize, place: SourcePlace) -> bool {
        let Some(anchored) = self.anchors.get(&anchor) else {
            let message = "the alias refers to a node that contains it".to_owned();
            return self.refuse("yaml-alias", place, message);
        };
        let (weight, depth) = (anchored.weight, anchored.depth);
        self.alias_weight = self.alias_weight.saturating_add(weight);
        if self.alias_weight > ALIAS_WEIGHT_MAX || self.frames.len() + depth > DEPTH_MAX {
            let message = "the aliases of the document copy more than a rule can need".to_owned();
            return self.refuse("yaml-alias", place, message);
        }
        let mut node = anchored.node.clone();
        node.place = place;
        self.add(node, 0, weight, depth)
    }

    fn add(&mut self, node: YamlNode, anchor: usize, weight: usize, depth: usize) -> bool {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            let message = format!("the document has more than {NODES_MAX} nodes");
            return self.refuse("yaml-too-large", node.place, message);
        }
        if anchor > 0 {
            // An anchored node is kept twice; with nested anchors the memory would grow quadratically.
            self.alias_weight = self.alias_weight.saturating_add(weight);
            if self.alias_weight > ALIAS_WEIGHT_MAX {
                let message = "the anchors of the document hold more than a rule can need".to_owned();
                return self.refuse("yaml-alias", node.place, message);
            }
            self.anchors.insert(anchor, Anchored { node: node.clone(), weight, depth });
        }
        let Some(frame) = self.frames.last_mut() else {
            self.root.get_or_insert(node);
            return true;
        };
        frame.weight = frame.weight.saturating_add(weight);
        match &mut frame.content {
            YamlContent::Sequence(items) => items.push(node),
            YamlContent::Mapping(pairs) => match frame.key.take() {
                None => frame.key = Some(node),
                Some(key) if key.text() == Some("<<") => frame.merged.push(node),
                Some(key) => pairs.push((key, node)),
            },
            YamlContent::Scalar { .. } => {}
        }
        true
    }
}

/// Applies the merge keys of a map, which are of YAML 1.1; rules written for PyYAML may use them. Keys of the map
/// itself win, then the keys of the first merged map.
fn merge(content: &mut YamlContent, merged: Vec<YamlNode>) {
    let YamlContent::Mapping(pairs) = content else { return };
    if merged.is_empty() {
        return;
    }
    let mut names: HashSet<String> =
        pairs.iter().filter_map(|(name, _)| name.text().map(str::to_owned)).collect();
    let sources = merged.into_iter().flat_map(|node| match node.content {
        YamlContent::Sequence(items) => items,
        content => vec![YamlNode { place: node.place, content }],
    });
    for source in sources {
        if let YamlContent::Mapping(merged) = source.content {
            for (key, value) in merged {
                if key.text().is_none_or(|name| names.insert(name.to_owned())) {
                    pairs.push((key, value));
                }
            }
        }
    }
}

fn is_plain(style: ScalarStyle, tag: Option<&Tag>) -> Option<bool> {
    match tag {
        None => Some(style == ScalarStyle::Plain),
        Some(tag) if tag.is_yaml_core_schema() => Some(tag.suffix != "str"),
        Some(_) => None,
    }
}

/// The depth of a tree. The recursion is bounded: no tree is deeper than [`DEPTH_MAX`].
fn depth_of(node: &YamlNode) -> usize {
    match &node.content {
        YamlContent::Scalar { .. } => 0,
        YamlContent::Sequence(items) => 1 + items.iter().map(depth_of).max().unwrap_or(0),
        YamlContent::Mapping(pairs) => 1 + pairs.iter().map(|(_, value)| depth_of(value)).max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<YamlNode>, Vec<String>) {
        let mut diagnostics = Diagnostics::new("test.yml");
        let mut nodes = Vec::new();
        documents(text, &mut diagnostics, &mut |node, _| nodes.push(node));
        let reported = diagnostics.finish().iter().map(|d| format!("{}:{}", d.line, d.rule)).collect();
        (nodes, reported)
    }

    #[test]
    fn a_broken_document_does_not_affect_the_others() {
        let (nodes, reported) = read("a: 1\n---\nb: [\n---\nc: 3\n...\n# only a comment\n---\nd: 4\n");
        assert_eq!(nodes.len(), 3);
        assert_eq!(nodes[1].get("c").unwrap().place.line, 5);
        assert_eq!(reported, ["4:yaml-syntax"]);
    }

    #[test]
    fn places_count_from_one_in_characters() {
        let (nodes, _) = read("é: x\nkey: 'two words'\n");
        let value = nodes[0].get("key").unwrap();
        assert_eq!(value.place, SourcePlace { line: 2, column: 6, length: 11 });
    }

    #[test]
    fn depth_one_past_the_limit_is_refused() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(read(&nested(DEPTH_MAX)).1, [""; 0]);
        assert_eq!(read(&nested(DEPTH_MAX + 1)).1, ["1:yaml-too-deep"]);
    }

    #[test]
    fn nodes_one_past_the_limit_are_refused() {
        let list = |nodes: usize| "- a\n".repeat(nodes - 1);
        assert_eq!(read(&list(NODES_MAX)).1, [""; 0]);
        assert_eq!(read(&list(NODES_MAX + 1)).1.len(), 1);
    }

    #[test]
    fn documents_one_past_the_limit_are_not_read() {
        let (nodes, reported) = read(&"--- a\n".repeat(DOCUMENTS_MAX + 1));
        assert_eq!(nodes.len(), DOCUMENTS_MAX);
        assert_eq!(reported.len(), 1);
    }

    #[test]
    fn an_alias_bomb_is_refused_and_an_honest_alias_is_not() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
        }
        assert!(read(&bomb).1[0].ends_with("yaml-alias"));
        let (nodes, reported) = read("a: &list [x, y]\nb: *list\nc:\n  <<: {k: v}\n  d: 1\n");
        assert_eq!(reported, [""; 0]);
        assert!(
            matches!(&nodes[0].get("b").unwrap().content, YamlContent::Sequence(items) if items.len() == 2)
        );
        assert_eq!(nodes[0].get("c").unwrap().get("k").unwrap().text(), Some("v"));
        assert!(read("a: &a [*a]").1[0].ends_with("yaml-alias"));
    }

    #[test]
    fn a_nul_is_reported_and_does_not_end_the_document() {
        assert_eq!(read("a: 1\nb: \0\n").1, ["2:nul-character"]);
    }

    #[test]
    fn null_is_plain_only() {
        let (nodes, _) = read("a: null\nb: 'null'\nc:\nd: ''\ne: !!str null\n");
        let null: Vec<bool> = nodes[0].mapping().unwrap().iter().map(|(_, v)| v.is_null()).collect();
        assert_eq!(null, [true, false, true, false, false]);
    }
}
