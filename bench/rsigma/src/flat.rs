//! An event as both engines are asked about it: pairs of name and value, without a tree.

use rsigma_eval::EventValue;
use std::borrow::Cow;

/// Flat pairs; `None` is null.
#[derive(Debug, Default)]
pub struct Flat {
    pairs: Vec<(Box<str>, Option<Box<str>>)>,
}

impl Flat {
    /// Copies the fields of a record.
    #[must_use]
    pub fn of(record: &model::Record<'_>) -> Self {
        let value = |value| match value {
            model::Value::Text(text) => Some(text.into()),
            model::Value::Null => None,
        };
        Self { pairs: record.fields.iter().map(|field| (field.name.into(), value(field.value))).collect() }
    }

    /// Bytes of its names and values.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pairs
            .iter()
            .map(|(name, value)| name.len() + value.as_ref().map_or(0, |value| value.len()))
            .sum()
    }
}

impl sigma::Event for Flat {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, sigma::Value<'e>)) {
        for (name, value) in &self.pairs {
            each(name, value.as_deref().map_or(sigma::Value::Null, sigma::Value::Text));
        }
    }
}

fn value_of(value: &Option<Box<str>>) -> EventValue<'_> {
    value.as_deref().map_or(EventValue::Null, |text| EventValue::Str(Cow::Borrowed(text)))
}

impl rsigma_eval::Event for Flat {
    /// A field that is there several times is an array. The walk costs RSigma 4 % of its matching.
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        let mut own = self.pairs.iter().filter(|(name, _)| **name == *path).map(|(_, value)| value);
        let first = value_of(own.next()?);
        let Some(second) = own.next() else { return Some(first) };
        let mut all = vec![first, value_of(second)];
        all.extend(own.map(value_of));
        Some(EventValue::Array(all))
    }

    fn any_string_value(&self, test: &dyn Fn(&str) -> bool) -> bool {
        self.pairs.iter().any(|(_, value)| value.as_deref().is_some_and(test))
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        self.pairs.iter().filter_map(|(_, value)| value.as_deref().map(Cow::Borrowed)).collect()
    }

    fn visit_string_values(&self, visit: &mut dyn FnMut(&str)) {
        self.pairs.iter().filter_map(|(_, value)| value.as_deref()).for_each(visit);
    }

    fn to_json(&self) -> serde_json::Value {
        let value = |value: &Option<Box<str>>| value.as_deref().map_or(serde_json::Value::Null, Into::into);
        self.pairs.iter().map(|(name, own)| (name.to_string(), value(own))).collect()
    }

    fn top_level_keys(&self) -> Option<Vec<Cow<'_, str>>> {
        Some(self.pairs.iter().map(|(name, _)| Cow::Borrowed(root(name))).collect())
    }

    fn visit_top_level_keys(&self, visit: &mut dyn FnMut(&str)) -> bool {
        self.pairs.iter().for_each(|(name, _)| visit(root(name)));
        true
    }
}

/// RSigma looks for fields under the first segment of their path.
fn root(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
