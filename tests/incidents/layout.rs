//! Layouts of log heads: how a record's time, level, thread, logger and message stand in a line. All made up.

use mwscope_parsers::Civil;

/// What a record says.
pub(super) struct Head<'a> {
    pub(super) node: &'a str,
    pub(super) application: &'a str,
    pub(super) level: &'a str,
    pub(super) thread: &'a str,
    pub(super) logger: &'a str,
}

/// How times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    Comma,
    Dot,
    Zulu,
    Offset,
    Named,
    German,
    Slashes,
    Compact,
    Month,
    Micro,
    NoYear,
}

/// A layout: how it writes times, and a line in which `%d %n %a %l %t %c %m` stand for time, node, application, level,
/// thread, logger and message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    time: Time,
    line: &'static str,
}

const fn layout(time: Time, line: &'static str) -> Layout {
    Layout { time, line }
}

/// Every fourth is held out from tuning.
pub(super) const LAYOUTS: [Layout; 28] = [
    layout(Time::Comma, "%d %n %a %l [%t] %c - %m"),
    layout(Time::Dot, "%d | %n | %a | %l | %t | %c | %m"),
    layout(Time::Dot, "%d %l [%t] %c: %m"),
    layout(Time::Comma, "[%d] [%t] %l %c - %m"),
    layout(Time::German, "%d [%t] %l %c - %m"),
    layout(Time::Offset, "%d %l %n [%t] %c - %m"),
    layout(Time::Comma, "%d %l %a %c (%t) %m"),
    layout(Time::Zulu, "%d %l %t %c %m"),
    layout(Time::Micro, "%l %d --- [%t] %c : %m"),
    layout(Time::Comma, "%t %d %l %c %m"),
    layout(Time::Month, "%d %l [%c] (%t) %m"),
    layout(Time::Slashes, "%d %n %l %c [%t] %m"),
    layout(Time::Compact, "%d;%l;%n;%a;%t;%c;%m"),
    layout(Time::Named, "%d %l [%a] [%t] %c - %m"),
    layout(Time::Comma, "%d,%n,%a,%l,%t,%c,%m"),
    layout(Time::Zulu, "%d [%n/%a] %l <%t> %c: %m"),
    layout(Time::Offset, "time=%d level=%l thread=%t logger=%c msg=%m"),
    layout(Time::Comma, "%l [%t] (%c) %d %m"),
    layout(Time::Dot, "%d\t%n\t%a\t%l\t%t\t%c\t%m"),
    layout(Time::Comma, "%d %l %m [%t]"),
    layout(Time::Comma, "%d - %l - %t - %c - %m"),
    layout(Time::Dot, "%n %d %l [%t] %c - %m"),
    layout(Time::German, "%d;%a;%l;%t;%m"),
    layout(Time::Offset, "[%d] %l %c@%n {%t} %m"),
    layout(Time::Comma, "%d %l %c %m"),
    layout(Time::Dot, "%d [%l] [%n] [%a] [%t] [%c] %m"),
    layout(Time::NoYear, "%d %n %a[%t]: %l %c: %m"),
    layout(Time::Slashes, "%d %l [%t] %m"),
];

impl Layout {
    pub(super) fn is_held_out(number: usize) -> bool {
        number % 4 == 3
    }

    pub(super) fn has_zone(self) -> bool {
        matches!(self.time, Time::Zulu | Time::Offset | Time::Named)
    }

    /// One record; `utc_ms` is the server's own time.
    pub(super) fn render(self, utc_ms: i64, zone_minutes: i64, head: &Head<'_>, message: &str) -> String {
        let mut out = String::new();
        let mut letters = self.line.chars();
        while let Some(letter) = letters.next() {
            if letter != '%' {
                out.push(letter);
                continue;
            }
            match letters.next() {
                Some('d') => out.push_str(&self.time.render(utc_ms, zone_minutes)),
                Some('n') => out.push_str(head.node),
                Some('a') => out.push_str(head.application),
                Some('l') => out.push_str(&format!("{:<5}", head.level)),
                Some('t') => out.push_str(head.thread),
                Some('c') => out.push_str(head.logger),
                _ => out.push_str(message),
            }
        }
        out.push('\n');
        out
    }
}

impl Time {
    fn render(self, utc_ms: i64, zone_minutes: i64) -> String {
        let local = if self == Self::Zulu { utc_ms } else { utc_ms + zone_minutes * 60_000 };
        let (y, mo, d, h, mi, s, ns) = Civil { ns: local * 1_000_000 }.parts();
        let ms = ns / 1_000_000;
        let sign = if zone_minutes < 0 { '-' } else { '+' };
        let (zh, zm) = (zone_minutes.abs() / 60, zone_minutes.abs() % 60);
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let month = MONTHS[mo as usize - 1];
        match self {
            Self::Comma => format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02},{ms:03}"),
            Self::Dot => format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{ms:03}"),
            Self::Zulu => format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{ms:03}Z"),
            Self::Offset => {
                format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{ms:03}{sign}{zh:02}:{zm:02}")
            }
            Self::Named => format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02},{ms:03} GMT{sign}{zh:02}:{zm:02}"),
            Self::German => format!("{d:02}.{mo:02}.{y:04} {h:02}:{mi:02}:{s:02}.{ms:03}"),
            Self::Slashes => format!("{y:04}/{mo:02}/{d:02} {h:02}:{mi:02}:{s:02}.{ms:03}"),
            Self::Compact => format!("{y:04}{mo:02}{d:02}-{h:02}{mi:02}{s:02}.{ms:03}"),
            Self::Month => format!("{d:02} {month} {y:04} {h:02}:{mi:02}:{s:02},{ms:03}"),
            Self::Micro => format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}.{ms:03}000"),
            Self::NoYear => format!("{month} {d:02} {h:02}:{mi:02}:{s:02}.{ms:03}"),
        }
    }
}
