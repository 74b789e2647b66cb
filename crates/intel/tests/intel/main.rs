//! The readers of this room from outside: text in, facts out; and a run over real data where it is there.

mod dump;
mod golden;
mod real;
mod smoke;
