//! An advisory as text with places: what HTML, Markdown and plain text come down to before it is read.

mod front;
mod html;
mod plain;
mod text;

pub(crate) use front::{dates_in, front, tlp};
pub(crate) use html::html;
pub(crate) use plain::{markdown, plain};
pub(crate) use text::{ARTICLE_BYTES_MAX, Article, title_of};
