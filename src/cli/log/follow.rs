//! Records as they are written, of one log or several, across rotation.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::{Args, Query, Writing};
use crate::cli::output::{self, Exit, Failure};
use crate::logs::{Follow, Log, News, Told};
use crate::model::{Records, SourceId};

/// Time between two looks at the files.
const PAUSE: Duration = Duration::from_millis(20);

/// Follows until nobody reads any more, or until Ctrl-C ends the program: nothing is half-written by then, since each
/// look at the files ends with writing out.
pub(super) fn run(args: &Args, query: &Query) -> Result<Exit, Failure> {
    let mut followed = Vec::new();
    for path in &args.paths {
        let can_be_followed = path != "-" && !Path::new(path).is_dir();
        if !can_be_followed {
            return Err(Failure::path(path, "only files can be followed", "name the files"));
        }
        let told = Told { layout: args.layout.clone(), day: args.date };
        let follow = Follow::start(Path::new(path), told).map_err(|error| {
            Failure::path(path, format!("it can't be followed: {error}"), "look at its permissions")
        })?;
        if follow.first_line() > 1 {
            output::say(&format!(
                "{path}: followed from line {}; mwscope log without --follow shows the rest",
                follow.first_line()
            ));
        }
        followed.push(Followed { log: Arc::clone(follow.log()), follow, shown: 0, shown_to: 0 });
    }
    let mut writing = Writing::new(args, followed.len() > 1);
    let mut out = BufWriter::new(io::stdout().lock());
    let start = Instant::now();
    loop {
        let now = i64::try_from(start.elapsed().as_nanos()).unwrap_or(i64::MAX);
        for one in &mut followed {
            one.poll(now, query, &mut writing, &mut out)?;
        }
        out.flush()?;
        thread::sleep(PAUSE);
    }
}

/// One file that is followed.
struct Followed {
    follow: Follow,
    log: Arc<Log>,
    /// The next record to look at, of the file as it is now.
    shown: usize,
    /// Where the last record ended that was shown: while its layout is still being learned, a log may be split
    /// anew from its start, and what was shown isn't shown again unless it grew.
    shown_to: u64,
}

impl Followed {
    fn poll(&mut self, now: i64, query: &Query, writing: &mut Writing<'_>, out: &mut impl Write) -> io::Result<()> {
        let path = self.follow.path().display().to_string();
        let news = match self.follow.poll(now) {
            Ok(news) => news,
            Err(error) => {
                output::say(&format!("{path}: it can't be read: {error}; following goes on"));
                return Ok(());
            }
        };
        for one in news {
            match one {
                // A record that grew after it was shown is shown again, whole.
                News::Records { from } => self.shown = self.shown.min(from),
                News::Rotated { begins, lost, .. } => {
                    self.show(&path, query, writing, out)?;
                    if lost {
                        writing.gap(out, &path, SystemTime::now())?;
                    }
                    self.log = begins;
                    (self.shown, self.shown_to) = (0, 0);
                }
            }
            self.show(&path, query, writing, out)?;
        }
        Ok(())
    }

    fn show(&mut self, path: &str, query: &Query, writing: &mut Writing<'_>, out: &mut impl Write) -> io::Result<()> {
        while let Some(head) = self.log.head(self.shown) {
            if head.span.end() > self.shown_to && query.may_match(&head) {
                let record = self.log.read(self.shown)?;
                if query.matches(SourceId(0), self.shown, &record) {
                    writing.record(out, path, None, record)?;
                }
            }
            self.shown_to = self.shown_to.max(head.span.end());
            self.shown += 1;
        }
        Ok(())
    }
}
