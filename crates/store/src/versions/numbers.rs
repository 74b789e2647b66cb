//! Lists of numbers as text, with runs: `7,9-12`. Slices of a version that were written together follow each other.

/// How many numbers a list may have: 32 times what a document of the largest size has in slices of the least.
const NUMBERS_MAX: usize = 1 << 20;

/// The text of a list.
pub(super) fn shown(numbers: &[i64]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for run in numbers.chunk_by(|one, next| one.checked_add(1) == Some(*next)) {
        match run {
            [one] => parts.push(one.to_string()),
            [first, .., last] => parts.push(format!("{first}-{last}")),
            [] => {}
        }
    }
    parts.join(",")
}

/// The list of a text; `None`: it is damaged.
pub(super) fn read(text: &str) -> Option<Vec<i64>> {
    let mut numbers = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
        let more = usize::try_from(last.checked_sub(first)?.checked_add(1)?).ok()?;
        if numbers.len().checked_add(more)? > NUMBERS_MAX {
            return None;
        }
        numbers.extend(first..=last);
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back() {
        for (numbers, text) in
            [(vec![], ""), (vec![7], "7"), (vec![7, 9, 10, 11, 12, 8], "7,9-12,8"), (vec![3, 3], "3,3")]
        {
            assert_eq!(shown(&numbers), text);
            assert_eq!(read(text), Some(numbers));
        }
    }

    #[test]
    fn a_damaged_list_is_none() {
        for text in ["a", "1-", "5-3", "1-1048577", "1-1048576,2", "-1"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("1-1048576").map(|all| all.len()), Some(NUMBERS_MAX));
    }
}
