//! `epoch:version-release`, as rpm and pacman write it, and one step of their common order of segments.
//!
//! A missing epoch is zero and a missing release the lowest, which keeps the order total. A colon that does not follow
//! digits belongs to the version.

use std::cmp::Ordering;

use crate::runs::{compare_digits, cut_digits, cut_letters, is_number};

/// The parts of one version.
pub(super) struct Evr<'text> {
    pub(super) epoch: &'text str,
    pub(super) version: &'text str,
    pub(super) release: Option<&'text str>,
}

impl<'text> Evr<'text> {
    /// The parts of a text; whether they are a version is for each order to decide.
    pub(super) fn of(text: &'text str) -> Self {
        let (epoch, rest) = text
            .split_once(':')
            .filter(|(epoch, _)| epoch.is_empty() || is_number(epoch))
            .unwrap_or(("0", text));
        let (version, release) = match rest.rsplit_once('-') {
            Some((version, release)) if !version.is_empty() => (version, Some(release)),
            _ => (rest, None),
        };
        Self { epoch, version, release }
    }

    /// Compares epochs, then versions and releases by their segments.
    pub(super) fn compare(&self, other: &Self, segments: fn(&str, &str) -> Ordering) -> Ordering {
        compare_digits(self.epoch, other.epoch).then_with(|| segments(self.version, other.version)).then_with(
            || match (self.release, other.release) {
                (Some(left), Some(right)) => segments(left, right),
                (left, right) => left.is_some().cmp(&right.is_some()),
            },
        )
    }
}

/// Compares the segments with which two texts begin, runs of digits or of letters, and steps over them; digits are newer
/// than letters.
pub(super) fn step(left: &mut &str, right: &mut &str) -> Ordering {
    let (left_digits, left_after) = cut_digits(left);
    let (right_digits, right_after) = cut_digits(right);
    match (left_digits.is_empty(), right_digits.is_empty()) {
        (false, false) => {
            (*left, *right) = (left_after, right_after);
            compare_digits(left_digits, right_digits)
        }
        (true, true) => {
            let (left_word, left_after) = cut_letters(left);
            let (right_word, right_after) = cut_letters(right);
            (*left, *right) = (left_after, right_after);
            left_word.cmp(right_word)
        }
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
    }
}
