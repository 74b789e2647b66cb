//! YAML as a small tree with line numbers, as far as a mapping file needs it.
//!
//! Only events are taken from the parser. Aliases are refused, depth and nodes are bounded, so nothing expands.

use saphyr_parser::{Event, Parser};

/// How deep a file may nest; a mapping needs 4.
const DEPTH_MAX: usize = 8;
/// How many nodes a file may have: a thousand entries of a hundred.
const NODES_MAX: usize = 100_000;

/// A node and the line where it starts.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) line: u64,
    pub(crate) content: Content,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Node {
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The first document of a text; or the line of the fault, and what it is.
pub(crate) fn read(text: &str) -> Result<Option<Node>, (u64, String)> {
    let line = |line: usize| u64::try_from(line).unwrap_or(u64::MAX);
    let mut parser = Parser::new_from_str(text);
    let mut open: Vec<(Node, Option<Node>)> = Vec::new();
    let mut nodes = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| (line(error.marker().line()), error.info().to_owned()))?;
        let here = line(span.start.line());
        let node = match event {
            Event::Scalar(text, ..) => Node { line: here, content: Content::Text(text.into_owned()) },
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() >= DEPTH_MAX {
                    return Err((here, format!("it nests deeper than {DEPTH_MAX} levels")));
                }
                let map = matches!(event, Event::MappingStart(..));
                let content = if map { Content::Map(Vec::new()) } else { Content::List(Vec::new()) };
                open.push((Node { line: here, content }, None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some((node, _)) => node,
                None => continue,
            },
            Event::Alias(_) => return Err((here, "aliases are not read here".into())),
            _ => continue,
        };
        nodes += 1;
        if nodes > NODES_MAX {
            return Err((here, format!("it has more than {NODES_MAX} nodes")));
        }
        let Some((parent, key)) = open.last_mut() else { return Ok(Some(node)) };
        match &mut parent.content {
            Content::List(items) => items.push(node),
            Content::Map(pairs) => match key.take() {
                None => *key = Some(node),
                Some(key) => pairs.push((key, node)),
            },
            Content::Text(_) => {}
        }
    }
    Ok(None)
}
