//! The answer as one self-contained page: style and pictures inline, no script, nothing fetched.
//!
//! The page opens from a mail attachment on a machine without network, reads well on paper and in one colour, and
//! is harmless whatever the logs hold: every text is a [`Shown`](crate::safe::shown::Shown) that the markup escapes,
//! and a content security policy forbids all but the style. No value becomes a link that leaves the page.
//! Landmarks, headings in order, tables with scopes, contrast and focus follow WCAG 2.2 AA.

mod answer;
mod asked;
mod explained;
mod finding;
mod hit;
mod link_targets;
mod listing;
mod mentions;
mod page;
mod part;
mod race;
mod race_page;
mod sections;
mod since;
mod timeline;
mod work;

pub(crate) use answer::write;
pub(crate) use explained::explained;
pub(crate) use listing::listing;
pub(crate) use mentions::extract;
pub(crate) use race_page::race_page;
