//! What to ask the customer for, and where it is found: only what Infor's public documents say of the Grid's pages.

/// The merged log at the level that shows what the call did.
pub(in crate::rules) const LOG_AT_DEBUG: &str = "merged log of the time of the call, with the log levels Subsystem and MWS at DEBUG \
     (and TRACE); both are switched in Grid Management under Logging > Log Levels, for the application or node alone, \
     and off again at once";

/// The merged log as it is.
pub(in crate::rules) const LOG: &str = "merged log that covers the time of the call, from Grid Management";

/// The dump of a program.
pub(in crate::rules) const DUMP: &str =
    "M3 dumplog of the program; the log record \"Dump log created:\" names its path on the M3 host";

/// The request itself.
pub(in crate::rules) const RECORDING: &str = "recording of the call (mwscope record, a HAR or a capture): which service, operation and \
     values were sent";

/// The job's log.
pub(in crate::rules) const JOBLOG: &str = "job log of the M3 job, with Log to file on: a file that begins with JOBLOG- on the Business \
     Engine Logs page; its configuration ends by itself after 4 hours";
