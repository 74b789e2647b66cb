//! The fields of an event as one JSON object, so that `fields ->> 'CommandLine'` takes one out.
//!
//! The names keep their order. A name that is there several times has the array of its values.

use model::{Field, Value};

/// The object.
pub(crate) fn json_of(fields: &[Field<'_>]) -> String {
    let mut names: Vec<(&str, Vec<Option<&str>>)> = Vec::new();
    let mut places: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for field in fields {
        let value = match field.value {
            Value::Text(text) => Some(text),
            Value::Null => None,
        };
        let place = *places.entry(field.name).or_insert(names.len());
        match names.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => names.push((field.name, vec![value])),
        }
    }
    let mut out = String::from("{");
    for (number, (name, values)) in names.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        out.push_str(&quoted(name));
        out.push(':');
        match values.as_slice() {
            [one] => out.push_str(&value_of(*one)),
            several => {
                let several: Vec<String> = several.iter().map(|one| value_of(*one)).collect();
                out.push_str(&format!("[{}]", several.join(",")));
            }
        }
    }
    out.push('}');
    out
}

fn value_of(value: Option<&str>) -> String {
    value.map_or_else(|| "null".to_owned(), quoted)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_an_object_in_their_order_and_a_name_that_comes_again_has_an_array() {
        let field = |name, value| Field { name, value };
        let fields = [
            field("z", Value::Text("a \"b\"\u{1b}")),
            field("ip", Value::Text("1")),
            field("a", Value::Null),
            field("ip", Value::Null),
            field("ip", Value::Text("2")),
        ];
        assert_eq!(json_of(&fields), "{\"z\":\"a \\\"b\\\"\\u001b\",\"ip\":[\"1\",null,\"2\"],\"a\":null}");
        assert_eq!(json_of(&[]), "{}");
    }
}
