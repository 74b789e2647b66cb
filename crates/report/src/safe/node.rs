//! A JSON value whose members keep the order in which they were written, for forms with wide and sparse objects.
//!
//! The shapes of other people's standards (STIX, OCSF, SARIF, MISP) have hundreds of optional members, of which
//! these forms write a few; a struct for each would hide what is written. Absent members are left out.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// Not written.
    Absent,
    /// A truth value.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object.
    Object(Vec<(&'static str, Node)>),
    /// An object whose names come from outside.
    Named(Vec<(String, Node)>),
}

/// An object of these members.
pub(crate) fn object<const N: usize>(members: [(&'static str, Node); N]) -> Node {
    Node::Object(members.into())
}

/// A text.
pub(crate) fn text(text: impl Into<String>) -> Node {
    Node::Text(text.into())
}

/// A list of texts; absent if there are none.
pub(crate) fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Node {
    list(items.into_iter().map(|item| text(item.as_ref())))
}

/// A list; absent if it is empty.
pub(crate) fn list(items: impl IntoIterator<Item = Node>) -> Node {
    let items: Vec<Node> = items.into_iter().collect();
    if items.is_empty() { Node::Absent } else { Node::List(items) }
}

/// A count, at most what a signed number holds.
pub(crate) fn number(count: u64) -> Node {
    Node::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A text that may be absent; an empty one is.
pub(crate) fn maybe(value: Option<&str>) -> Node {
    value.filter(|value| !value.is_empty()).map_or(Node::Absent, text)
}

impl Node {
    fn is_written(&self) -> bool {
        *self != Node::Absent
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn map<'m, S: Serializer>(
            members: impl Iterator<Item = (&'m str, &'m Node)>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            for (name, node) in members.filter(|(_, node)| node.is_written()) {
                map.serialize_entry(name, node)?;
            }
            map.end()
        }
        match self {
            Node::Absent => serializer.serialize_unit(),
            Node::Flag(flag) => serializer.serialize_bool(*flag),
            Node::Number(number) => serializer.serialize_i64(*number),
            Node::Text(text) => serializer.serialize_str(text),
            Node::List(items) => {
                let mut list = serializer.serialize_seq(None)?;
                for item in items.iter().filter(|item| item.is_written()) {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Node::Object(members) => map(members.iter().map(|(name, node)| (*name, node)), serializer),
            Node::Named(members) => map(members.iter().map(|(name, node)| (name.as_str(), node)), serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_absent_ones_are_left_out() {
        let node =
            object([("z", text("1")), ("b", Node::Absent), ("a", list([number(2), Node::Flag(true)]))]);
        let mut out = Vec::new();
        crate::safe::json::line(&node, &mut out).expect("memory");
        assert_eq!(String::from_utf8(out).expect("text"), "{\"z\":\"1\",\"a\":[2,true]}\n");
        assert_eq!(texts::<&str>([]), Node::Absent);
    }
}
