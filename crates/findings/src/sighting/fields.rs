//! A record as rules read it: its fields by name.

use model::{Record, Value};

/// A record as the rules ask for it.
pub(super) struct Fields<'r, 'a>(pub(super) &'r Record<'a>);

impl sigma::Event for Fields<'_, '_> {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, sigma::Value<'e>)) {
        for field in self.0.fields {
            let value = match field.value {
                Value::Text(text) => sigma::Value::Text(text),
                Value::Null => sigma::Value::Null,
            };
            each(field.name, value);
        }
    }
}
