//! All integration tests in one program, which links once: a file each, listed here.

mod case;
mod cases;
mod tidy;
