//! The integration tests of `version`: specification suites, properties of the orders, fuzz smoke.

mod orders;
mod smoke;
mod suites;
