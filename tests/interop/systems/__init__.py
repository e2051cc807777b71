"""Synthetic logs in the layouts that systems print, and what is true of their records.

    records   what records are made of: times, levels, threads, loggers, messages of one and of many lines, traces
    notation  a layout: from a record to its text and what must be read in it
    java      log4j, logback, java.util.logging, and servers that run Java
    others    databases, Windows and .NET, IBM i, scripts, Go and Rust, syslog, brokers
    objects   a JSON or XML object for each record, and what container runtimes write around lines

Nothing here was read from the reader that is examined. Where a system's documentation shows a layout, that is what stands
here; what is M3's own isn't public and is made up.
"""
