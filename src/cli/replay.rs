//! `mwscope replay`: recorded requests sent again, as they were or changed, and what became of them.

mod ask;
mod batch;
mod changes;
mod consent;
mod editor;
mod environment;
mod explained;
mod fingerprint;
mod flow;
mod judge;
mod kept;
mod masked;
mod minimise;
mod told;
mod way;
mod wsdl;

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::evidence::named::{Thing, find};
use super::output::{Exit, Failure, Format};
use crate::compare::{Comparison, Volatile};
use crate::import;
use crate::model::{Exchange, Gathered};
use crate::proxy::Client;
use crate::replay::Draft;

/// Sends recorded requests again, as they were or changed
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// A case, recording, folder or archive
    #[arg(value_name = "PATH", default_value = "", hide_default_value = true)]
    path: String,
    /// x12, SOURCE#INDEX or the bare index of an exchange; several are sent in this order. May be left out where there is
    /// only one
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Changes one value: /Envelope/Body/..., //ELEMENT[2], //ELEMENT/@ATTRIBUTE, header:NAME, query:NAME, form:NAME,
    /// cookie:NAME, json:/POINTER, method, url, body; of several requests one as ID:PATH=VALUE
    #[arg(long, value_name = "PATH=VALUE", allow_hyphen_values = true)]
    set: Vec<String>,
    /// Takes one value away
    #[arg(long, value_name = "PATH")]
    remove: Vec<String>,
    /// File with the body to send instead of the recorded one, without content coding
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// Opens the request in your editor (VISUAL, EDITOR) before it is sent
    #[arg(long)]
    edit: bool,
    /// User to call as, in the place of the recorded one; without the password it is asked for
    #[arg(long, short, value_name = "USER[:PASSWORD]")]
    user: Option<String>,
    /// Environment of yours to call: its addresses, user, company, certificates and limits
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    /// File with the environments (default environments.toml in the folder of settings)
    #[arg(long, value_name = "FILE", env = "MWSCOPE_ENVIRONMENTS")]
    environments: Option<PathBuf>,
    /// Log file or folder of logs and dumps to follow meanwhile: a call that fails is explained by what is written there
    #[arg(long, value_name = "PATH")]
    follow: Vec<PathBuf>,
    /// Log layout of the followed files, as in log4j or logback, or by name
    #[arg(long, value_name = "PATTERN", requires = "follow")]
    layout: Option<String>,
    /// Time zone of followed logs that name none (+01:00, Europe/Stockholm)
    #[arg(long, value_name = "TZ", requires = "follow")]
    zone: Option<String>,
    /// Prints what would be sent, and sends nothing
    #[arg(long)]
    dry_run: bool,
    /// Sends without asking; to a protected environment with its name alone
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true)]
    #[allow(clippy::option_option, reason = "with a name, without one, or not at all")]
    yes: Option<Option<String>>,
    /// As --yes, for a protected environment
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// How often each is sent
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "data", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    times: u32,
    /// Case that keeps what was sent and answered; it may be that of PATH
    #[arg(long, value_name = "CASE")]
    save: Option<PathBuf>,
    /// Ends with status 1 where an answer differs from the recorded one
    #[arg(long, conflicts_with = "data")]
    compare: bool,
    /// Ends with status 1 where a call failed
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    described: wsdl::Wsdl,
    #[command(flatten)]
    batch: batch::Options,
    #[command(flatten)]
    minimise: minimise::Minimise,
    #[command(flatten)]
    way: way::Way,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Show passwords, tokens and cookies
    #[arg(long)]
    show_secrets: bool,
}

/// One request to be sent, and where it comes from.
#[derive(Clone, Debug)]
struct Call {
    /// The id by which it was named.
    id: String,
    /// The recorded exchange.
    recorded: Exchange,
    /// Source and index of the recorded exchange.
    origin: (String, u32),
    draft: Draft,
}

/// One sending and what became of it.
#[derive(Clone, Debug)]
struct Run {
    /// Which of the calls.
    call: usize,
    /// Redirects on the way, then the final exchange.
    hops: Vec<Exchange>,
}

impl Run {
    fn last(&self) -> &Exchange {
        self.hops.last().expect("invariant: a draft that is sent gives an exchange")
    }
}

/// Sends.
///
/// # Errors
/// When the request isn't there, can't be sent or changed as wanted, or nobody said yes.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    if args.path.is_empty() && args.described.wsdl.is_none() {
        let what = "name a case or recording and what of it to send: mwscope replay PATH x12; or --wsdl URL";
        return Err(Failure::Usage(what.to_owned()));
    }
    let data = args.batch.read()?;
    if (data.is_none() && !args.minimise.wanted()) || args.dry_run {
        super::interrupt::ends_the_program();
    }
    let described = args.described.read(&args)?;
    if let Some(answered) = args.described.answers(&args, described.as_ref())? {
        return Ok(answered);
    }
    let gathered = match args.path.as_str() {
        "" => Gathered::new(),
        _ => super::gather(std::slice::from_ref(&args.path), &import::Options::default())?,
    };
    let mut calls = match (&described, args.path.as_str()) {
        (Some(described), "") => vec![described.call(args.described.operation.as_deref().unwrap_or_default())?],
        _ => calls(&args, &gathered)?,
    };
    let file = args.environments.as_deref();
    let chosen = args.env.as_deref().map(|name| environment::Chosen::read(name, file)).transpose()?;
    let chosen = chosen.as_ref();
    prepare(&args, chosen, &mut calls)?;
    if let Some(described) = &described {
        described.hold(&mut calls, args.path.is_empty() && args.body.is_none(), args.described.anyway)?;
    }
    let columns = data.as_ref().map(|data| data.columns.clone()).unwrap_or_default();
    let flow = flow::Flow::of(&mut calls, &args.batch.take, &args.batch.expect, &columns, gathered.bodies.as_ref())?;
    if !args.dry_run {
        masked::ask_for(&mut calls)?;
    }
    let said = chosen.map(|chosen| chosen.way(!args.dry_run)).transpose()?.unwrap_or_default();
    let protected = chosen.and_then(environment::Chosen::protected);
    let sender = args.way.sender(said)?;
    if args.dry_run {
        if let Some(data) = &data {
            flow.show_first(&mut calls, data)?;
        }
        return told::dry(&calls, &sender, args.format, args.show_secrets);
    }
    for call in &calls {
        masked::refuse(&call.id, &call.draft)?;
    }
    if args.minimise.wanted() {
        let setting = minimise::Setting {
            sender,
            follow: args.way.follow(),
            rate: chosen.and_then(|chosen| chosen.limits().0),
            protected,
            yes: args.yes.clone(),
            format: args.format,
            show_secrets: args.show_secrets,
        };
        let followed = match args.follow.is_empty() {
            true => None,
            false => Some(explained::beside(&args.follow, args.layout.as_deref(), args.zone.as_deref())?),
        };
        return minimise::run(&args.minimise, &calls, &setting, followed);
    }
    let drafts: Vec<_> = calls.iter().map(|call| call.draft.clone()).collect();
    let times = data.as_ref().map_or(u64::from(args.times), |data| data.rows.len() as u64);
    let sends = times * drafts.len() as u64;
    consent::given(
        &consent::Said { yes: args.confirm.clone().map(Some).or_else(|| args.yes.clone()) },
        &drafts,
        sends,
        protected,
    )?;
    let mut beside = explained::beside(&args.follow, args.layout.as_deref(), args.zone.as_deref())?;
    let mut kept = args.save.as_deref().map(kept::Case::open).transpose()?;
    if let Some(data) = data {
        let setting = batch::Setting {
            options: &args.batch,
            data,
            flow,
            sender,
            follow: args.way.follow(),
            kept,
            format: args.format,
            show_secrets: args.show_secrets,
            limits: chosen.map(environment::Chosen::limits).unwrap_or_default(),
            check: args.check,
            beside: (!args.follow.is_empty()).then_some(beside),
        };
        return batch::run(&calls, setting);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from)?;
    let (runs, unwell) = runtime.block_on(async {
        let (mut runs, mut unwell) = (Vec::new(), false);
        let mut client = Client::new(sender, args.way.follow());
        for _ in 0..args.times {
            let went = flow.run(&mut client, &|_| None, &|| Ok(()), false).await;
            unwell |= went.stopped.is_some();
            if let Some((id, flow::Stopped::NotSent(why))) = went.stopped.filter(|_| went.runs.len() < calls.len()) {
                super::output::say(&format!("{id} was not sent: {why}"));
            }
            runs.extend(went.runs);
        }
        (runs, unwell)
    });
    if let Some(mut kept) = kept.take() {
        kept.add(&runs)?;
        kept.finish()?;
    }
    let judged = judge::judged(&calls, &runs, &gathered, &Volatile::default());
    let findings = explained::findings(&mut beside, &runs);
    told::runs(&calls, &runs, &judged, &findings, args.format, args.show_secrets)?;
    let differs = args.compare && judged.iter().any(|judged| !judged.as_ref().is_some_and(Comparison::same));
    Ok(if differs || (args.check && unwell) { Exit::Found } else { Exit::Answered })
}

/// The requests that are named.
fn calls(args: &Args, gathered: &Gathered) -> Result<Vec<Call>, Failure> {
    let ids = match (args.ids.as_slice(), gathered.exchanges.as_slice()) {
        ([], [only]) => vec![only.id.to_string()],
        ([], []) => {
            return Err(Failure::path(&args.path, "there are no exchanges in it", "name a case or an HTTP archive"));
        }
        ([], several) => {
            let what = format!("there are {} exchanges in it", several.len());
            return Err(Failure::path(&args.path, what, "name those to send, as x12; mwscope list shows them"));
        }
        (ids, _) => ids.to_vec(),
    };
    ids.into_iter().map(|id| call(args, gathered, id)).collect()
}

fn call(args: &Args, gathered: &Gathered, id: String) -> Result<Call, Failure> {
    let exchange = match find(gathered, &id) {
        Ok(Thing::Exchange(exchange)) => exchange,
        Ok(_) => {
            return Err(Failure::path(
                &args.path,
                format!("{id} is no exchange"),
                "name one, as x12; mwscope list shows them",
            ));
        }
        Err(what) => return Err(Failure::path(&args.path, what, "mwscope list shows the ids")),
    };
    let bodies = gathered.bodies.as_ref();
    // Where another body is given, the recorded one need not be there.
    let draft = if args.body.is_some() { Draft::without_body(exchange, bodies) } else { Draft::of(exchange, bodies) };
    let draft = draft.map_err(|why| Failure::path(&args.path, why.what, why.remedy))?;
    let origin = (gathered.path(exchange.source).to_owned(), exchange.index);
    Ok(Call { id, recorded: exchange.clone(), origin, draft })
}

/// Changes the requests as it was said: another body, credentials, single values, and what the editor makes of them.
fn prepare(args: &Args, chosen: Option<&environment::Chosen>, calls: &mut [Call]) -> Result<(), Failure> {
    if let Some(file) = &args.body {
        let bytes = std::fs::read(file).map_err(|error| {
            Failure::path(file.display().to_string(), format!("can't be read: {error}"), "name the file with the body")
        })?;
        for call in calls.iter_mut() {
            call.draft.replace_body(bytes.clone().into()).map_err(|why| Failure::Usage(why.to_string()))?;
        }
    }
    let ids: Vec<String> = calls.iter().map(|call| call.id.clone()).collect();
    let wanted = changes::read(&args.set, &args.remove, &ids)?;
    if let Some(chosen) = chosen {
        chosen.put(calls, !args.dry_run)?;
    }
    if let Some(user) = &args.user {
        masked::sign_on(user, calls)?;
    }
    let mut drafts: Vec<(String, Draft)> = calls.iter().map(|call| (call.id.clone(), call.draft.clone())).collect();
    for wanted in &wanted {
        changes::make(wanted, &mut drafts).map_err(|why| Failure::Usage(why.to_string()))?;
    }
    for (call, (_, draft)) in calls.iter_mut().zip(drafts) {
        call.draft = draft;
        if args.edit {
            editor::edit(&mut call.draft)?;
        } else if !wanted.is_empty() || args.body.is_some() {
            editor::warn(&call.draft);
        }
    }
    Ok(())
}
