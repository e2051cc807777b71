//! The shipped cases, end to end: their inputs are what the generators beside this file write.

mod crs008;
