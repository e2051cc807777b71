//! Everything that is tested from outside, in one program.

mod case;
//! All integration tests in one program, which links once: a file each, listed here.

mod cases;
mod tidy;
