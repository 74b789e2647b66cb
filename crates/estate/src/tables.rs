//! Rows that are no lines of a CSV file: records in JSON, tables as text, and which table a row is of.

pub(crate) mod agents;
pub(crate) mod kind;
pub(crate) mod ordered;
pub(crate) mod osversion;
pub(crate) mod records;
pub(crate) mod systeminfo;
pub(crate) mod text_list;
pub(crate) mod text_table;
