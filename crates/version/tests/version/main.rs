//! The integration tests of `version`: specification suites, properties of the orders, fuzz smoke.

#[cfg(test)]
mod exceptions;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod smoke;
#[cfg(test)]
mod suites;
