//! `mwscope record`: records calls through the proxy into a case while logs and dump folders are followed.

mod breaks;
mod choices;
mod headless;
pub(super) mod identities;
pub(super) mod limits;
mod push;
pub(super) mod screen;
pub(super) mod system_proxy;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use clap::{Args as ClapArgs, ValueEnum};

use super::output::{Exit, Failure, say};
use crate::case::Case;
use crate::engine::{Before, Options, Session, now};
use crate::import;
use crate::proxy::clients;
use crate::rules;
use crate::timeline::{self, Zone};

/// Records calls through a proxy into a case, while following logs and dump folders
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The case to record into; continued where it exists, made where not (default: recording-TIME.mwscope)
    #[arg(value_name = "CASE")]
    case: Option<PathBuf>,
    /// Address of the forward proxy (default 127.0.0.1:8888; port 0 takes any free one)
    #[arg(long, value_name = "ADDR")]
    listen: Vec<String>,
    /// Server to stand in for, for clients that know no proxy; without ADDR under the address of --listen
    #[arg(long, value_name = "[ADDR=]URL")]
    reverse: Vec<String>,
    /// Log file or folder of logs and dumps to follow
    #[arg(long, value_name = "PATH")]
    follow: Vec<PathBuf>,
    /// Prints what happens instead of opening the screen
    #[arg(long)]
    headless: bool,
    /// How --headless prints: text, or ndjson with an object for each event
    #[arg(long, value_enum, default_value_t)]
    format: Lines,
    /// Log layout of the followed files, as in log4j or logback, or by name
    #[arg(long, value_name = "PATTERN")]
    layout: Option<String>,
    /// Time zone of followed logs that name none (+01:00, Europe/Stockholm)
    #[arg(long, value_name = "TZ")]
    zone: Option<String>,
    #[command(flatten)]
    choices: choices::Choices,
    #[command(flatten)]
    breaks: breaks::Breakpoints,
    #[command(flatten)]
    push: push::Push,
    /// Makes the recording the system's proxy until it ends (Windows)
    #[arg(long)]
    system_proxy: bool,
    /// Says what to do for this client alone
    #[arg(long, value_name = "CLIENT", value_parser = clients::WORDS)]
    client: Option<String>,
    /// Keeps passwords and tokens in what is recorded
    #[arg(long)]
    keep_secrets: bool,
    /// MiB kept of each body; all of it is forwarded
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    body_limit: u64,
}

/// How a recording without a screen prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Lines {
    /// Addresses, verdicts and counts, for people.
    #[default]
    Text,
    /// An object for each event.
    Ndjson,
}

/// Records until it is interrupted.
///
/// # Errors
/// When the arguments contradict each other, the case can't be written, or an address can't be listened on.
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let format = args.format;
    let screen = !args.headless && format == Lines::Text && io::stdout().is_terminal() && io::stdin().is_terminal();
    let (system_proxy, client) = (args.system_proxy, args.client.clone());
    if system_proxy && !system_proxy::THERE_IS_ONE {
        return Err(of_system_proxy(system_proxy::NOT_HERE));
    }
    let breaks = args.breaks.any();
    let (mut options, ca) = options(args)?;
    if breaks && !screen {
        let text = "--break: there is no screen on which held calls could be let go; leave out --headless and --format, and \
                    start it in a terminal";
        return Err(Failure::Usage(text.to_owned()));
    }
    options.tell_all = screen || format == Lines::Ndjson;
    let follow = options.follow.clone();
    if screen {
        options.before = before(&options);
    }
    let (held, hold) = (options.before.clone(), options.hold.clone());
    raise_handles();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from)?;
    let session = runtime.block_on(Session::start(options))?;
    let interrupted = Arc::new(Interrupted::default());
    runtime.spawn(watch_for_interrupts(Arc::clone(&interrupted)));
    let forward = session.listening().iter().find(|listening| listening.to.is_none()).map(|l| l.address);
    let place = forward.map(|address| clients::Place::new(address, ca.display().to_string()));
    // Held until the recording has ended.
    let _system_proxy = match (system_proxy, &place) {
        (false, _) => None,
        (true, Some(place)) => Some(system_proxy::SystemProxy::set(place.proxy).map_err(of_system_proxy)?),
        (true, None) => {
            return Err(of_system_proxy("there is no forward proxy: add --listen 127.0.0.1:8888"));
        }
    };
    if screen {
        return screen::run(&runtime, session, screen::About { ca, follow, before: held, hold }, &interrupted);
    }
    if let (Some(place), Lines::Text) = (&place, format) {
        // A closed standard error must not end the recording.
        let _closed = write!(io::stderr(), "{}", clients::text(place, client.as_deref()));
    }
    headless::run(&runtime, session, &ca, format, &interrupted)
}

fn of_system_proxy(what: impl Into<String>) -> Failure {
    Failure::Usage(format!("--system-proxy: {}", what.into()))
}

/// Lets this process have as many open files and connections as the system allows it: each call takes two.
fn raise_handles() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        // Where it can't be raised, fewer calls go at the same time; connections beyond wait and that is said.
        let _as_before = setrlimit(Resource::Nofile, rustix::process::Rlimit { current: limit.maximum, ..limit });
    }
}

fn options(args: Args) -> Result<(Options, PathBuf), Failure> {
    let zone = args.zone.as_deref().map(|text| {
        let unknown = || Failure::Usage(format!("--zone {text}: no time zone; write +01:00 or Europe/Stockholm"));
        Zone::parse(text).ok_or_else(unknown)
    });
    let timeline = timeline::Options { zone: zone.transpose()?, ..timeline::Options::default() };
    for path in &args.follow {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        if path.exists() {
            continue;
        }
        if parent.is_some_and(|parent| !parent.is_dir()) {
            let remedy = "name the log, or the folder in which it will appear";
            return Err(Failure::path(path.display().to_string(), "there is no such file or folder", remedy));
        }
        say(&format!("{}: is not there yet; it is followed once it appears", path.display()));
    }
    let paths: Vec<String> = args.case.iter().map(|case| case.display().to_string()).collect();
    let hold = args.breaks.filters(&paths)?;
    let mut proxy = args.choices.config(&args.listen, &args.reverse)?;
    proxy.breaks = args.breaks.proxy()?;
    let ca = proxy.authority.certificate_path();
    let body_limit = args.body_limit.saturating_mul(1 << 20);
    let case = args.case.unwrap_or_else(|| default_case().into());
    let layout = super::log::layout::pattern(args.layout.as_deref())?;
    let (follow, keep_secrets) = (args.follow, args.keep_secrets);
    let (tell_all, push, before) = (true, args.push.targets(&case)?, None);
    Ok((Options { case, proxy, follow, layout, keep_secrets, body_limit, tell_all, timeline, before, push, hold }, ca))
}

/// What the case holds that is continued, for screens that show it beside what is new. None where it holds nothing.
fn before(options: &Options) -> Option<Before> {
    let path = Case::is_case(&options.case).then(|| options.case.display().to_string())?;
    // A case that can't be read is told by whoever takes it for writing; an empty one holds nothing.
    let gathered = import::gather(&[path], &import::Options::default(), &mut |_| ()).ok()?;
    let investigation = Arc::new(rules::investigate(&gathered, &options.timeline));
    Some(Before { gathered: Arc::new(gathered), investigation })
}

fn default_case() -> String {
    let now = jiff::Timestamp::from_nanosecond(now::utc_ns().into()).unwrap_or_default();
    let local = now.to_zoned_datetime(jiff::tz::TimeZone::system());
    local.strftime("recording-%Y%m%d-%H%M%S.mwscope").to_string()
}

/// How often the user has asked for the end.
#[derive(Debug, Default)]
pub(super) struct Interrupted(AtomicU8);

impl Interrupted {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// The first interrupt ends the recording in order, the second at once: what was stored stays readable either way.
pub(super) async fn watch_for_interrupts(interrupted: Arc<Interrupted>) {
    loop {
        interrupt().await;
        if interrupted.0.fetch_add(1, Ordering::Relaxed) > 0 {
            std::process::exit(130);
        }
    }
}

#[cfg(windows)]
async fn interrupt() {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
    let (Ok(mut c), Ok(mut pause), Ok(mut close), Ok(mut off)) =
        (ctrl_c(), ctrl_break(), ctrl_close(), ctrl_shutdown())
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = c.recv() => {}
        _ = pause.recv() => {}
        _ = close.recv() => {}
        _ = off.recv() => {}
    }
}

#[cfg(not(windows))]
async fn interrupt() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hang_up)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
}
