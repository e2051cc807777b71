//! mwscope finds why an Infor M3 web service call failed: it records the traffic, reads logs and dumps, joins
//! them on one time line and names the layer at fault. `src/README.md` is the map of the house.

pub mod case;
pub mod cli;
pub mod compare;
pub mod demo;
pub mod engine;
pub mod export;
pub mod import;
pub mod lint;
pub mod logs;
pub mod mock;
pub mod model;
pub mod proxy;
pub mod query;
pub mod redact;
pub mod remarks;
pub mod replay;
pub mod report;
pub mod rules;
pub mod telemetry;
pub mod timeline;
pub mod tui;
mod workers;
