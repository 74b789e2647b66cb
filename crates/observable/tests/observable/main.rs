//! What the room promises, tested from outside: one binary, one module a promise.

#[cfg(test)]
mod compact;
#[cfg(test)]
mod embedded;
#[cfg(test)]
mod extract;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod prose;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod twin;
