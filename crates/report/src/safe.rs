//! Text from outside, made safe to write: for people ([`shown`], [`defang`]) and for programs ([`json`], [`csv`]).

pub(crate) mod csv;
mod defang;
pub(crate) mod json;
pub(crate) mod node;
pub(crate) mod shown;

pub use csv::csv_row;
pub use defang::defanged;
pub use json::json_line;
pub use shown::printable;
