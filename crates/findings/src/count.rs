//! Numbers with their noun.

/// `1 account`, `2 accounts`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", separated(count), if count == 1 { one } else { many })
}

/// A number as people read it: `121,862`.
pub(crate) fn separated(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A list as people write it: `a`, `a and b`, `a, b and c`.
pub(crate) fn listed<T: AsRef<str>>(parts: &[T]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// A title within a sentence: its first letter is small, unless it is a name in capitals.
pub(crate) fn lowered(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators_and_their_noun() {
        for (number, shown) in
            [(1, "1 event"), (999, "999 events"), (1_000, "1,000 events"), (121_862, "121,862 events")]
        {
            assert_eq!(counted(number, "event", "events"), shown);
        }
    }
}
