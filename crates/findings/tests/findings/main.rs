//! The joins as their users meet them: facts in, findings out; and the law that they all keep.

mod compromise;
mod exposure;
mod gap;
mod law;
mod pool;
mod story;
