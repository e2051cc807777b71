//! `--wsdl`: a request from nothing but a service's description, and requests held against it before they are sent.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use clap::Args as ClapArgs;
use mwscope_parsers::wsdl::{Operation, SoapVersion, Style, skeleton, validate, without_placeholders};
use mwscope_parsers::xml;
use serde_json::{Value, json};

use super::{Args, Call};
use crate::cli::output::{self, Exit, Failure, Format};
use crate::import;
use crate::model::gathered::InMemory;
use crate::model::{Body, Exchange, ExchangeId, Header, Headers, Request, SourceId, coding};
use crate::proxy::{Client, Follow, Sender};
use crate::replay::draft::coded;
use crate::replay::wsdl::{Fetch, Loaded, Recorded, load};
use crate::replay::{Credentials, Draft};
use crate::report::safe;

#[derive(Debug, ClapArgs)]
pub(super) struct Wsdl {
    /// Description of the service: a URL, a file, or a recording that has it. Alone it lists the operations; with PATH and
    /// ID the request is held against it before it is sent
    #[arg(long, value_name = "URL|FILE|CASE")]
    pub(super) wsdl: Option<String>,
    /// Operation to call, as Create or Facility.Create: prints the request with ? where values belong; with --set or --body
    /// it is sent, without what was not filled in
    #[arg(long, value_name = "NAME", requires = "wsdl")]
    pub(super) operation: Option<String>,
    /// Sends although the request doesn't fit the description
    #[arg(long, requires = "wsdl")]
    pub(super) anyway: bool,
}

impl Wsdl {
    /// Reads the description, where one is named.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn read(&self, args: &Args) -> Result<Option<Described>, Failure> {
        let Some(from) = &self.wsdl else { return Ok(None) };
        let sender = args.way.sender(super::way::Said::default())?;
        Described::read(from, &sender, args.user.as_deref()).map(Some)
    }

    /// Lists the operations, or prints a request, where nothing is to be sent.
    ///
    /// # Errors
    /// When there is no such operation, or standard output can't be written.
    pub(super) fn answers(&self, args: &Args, described: Option<&Described>) -> Result<Option<Exit>, Failure> {
        let Some(described) = described.filter(|_| args.path.is_empty()) else { return Ok(None) };
        let Some(operation) = &self.operation else { return described.list(args.format).map(Some) };
        let sends = !args.set.is_empty() || args.body.is_some() || args.edit || args.yes.is_some() || args.dry_run;
        if sends { Ok(None) } else { described.print(operation).map(Some) }
    }
}

/// Descriptions that were read.
pub(super) struct Described {
    from: String,
    loaded: Vec<Loaded>,
}

/// Documents of a server, or of a file system.
struct Elsewhere {
    sender: Arc<Sender>,
    credentials: Credentials,
}

impl Fetch for Elsewhere {
    async fn fetch(&mut self, address: &str) -> Result<Bytes, String> {
        if !address.contains("://") {
            return std::fs::read(address).map(Bytes::from).map_err(|error| error.to_string());
        }
        let mut draft = Draft { method: "GET".to_owned(), url: address.to_owned(), ..Draft::default() };
        draft.headers.0.push(Header::new("Accept", "text/xml, application/xml, */*"));
        self.credentials.put(&mut draft).map_err(|why| why.to_string())?;
        let sent = Client::new(Arc::clone(&self.sender), Follow::AsClients).send_all(&draft).await;
        let Some(exchange) = sent.last() else { return Err("nothing came of asking for it".to_owned()) };
        match (&exchange.response, exchange.outcome.broke_at()) {
            (_, Some((stage, cause))) => Err(format!("{}: {cause}", stage.word())),
            (Some(response), None) if response.status == 200 => {
                let crate::model::Kept::Here(kept) = &response.body.kept else { return Ok(Bytes::new()) };
                Ok(coding::decode(&response.body, kept).bytes)
            }
            (Some(response), None) if response.status == 401 => {
                Err("the server wants credentials; give --user USER:PASSWORD".to_owned())
            }
            (Some(response), None) => Err(format!("the server answers {} {}", response.status, response.reason)),
            (None, None) => Err("there was no answer".to_owned()),
        }
    }
}

impl Described {
    /// Reads the description that is named.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn read(from: &str, sender: &Arc<Sender>, user: Option<&str>) -> Result<Self, Failure> {
        let nothing = |what: String| {
            Failure::path(
                from,
                what,
                "name an address that ends in ?wsdl, a file saved from there, or a recording of it",
            )
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from)?;
        let (user, password) = user.and_then(|user| user.split_once(':')).unzip();
        let credentials = Credentials {
            user: user.map(str::to_owned),
            password: password.map(str::to_owned),
            ..Credentials::default()
        };
        let mut elsewhere = Elsewhere { sender: Arc::clone(sender), credentials };
        let loaded = if from.contains("://") || is_description(from) {
            vec![runtime.block_on(load(from, &mut elsewhere))]
        } else {
            let gathered = crate::cli::gather(&[from.to_owned()], &import::Options::default())?;
            let mut recorded = Recorded(&gathered);
            let addresses = recorded.descriptions();
            if addresses.is_empty() {
                return Err(nothing("no service description was recorded in it".to_owned()));
            }
            addresses.iter().map(|address| runtime.block_on(load(address, &mut recorded))).collect()
        };
        for loaded in &loaded {
            for (address, why) in &loaded.missing {
                if !loaded.documents.is_empty() {
                    output::say(&format!("{address}: not there, so what it describes is let through: {why}"));
                }
            }
        }
        let described = Self { from: from.to_owned(), loaded };
        if described.operations().next().is_none() {
            let first = described.loaded.first();
            let missing = first.and_then(|loaded| loaded.missing.first().map(|(_, why)| why.clone()));
            let problem =
                first.and_then(|loaded| loaded.description.problems.last().map(|(_, problem)| problem.what.clone()));
            let unread = first.is_some_and(|loaded| loaded.documents.is_empty());
            let what = if unread { missing } else { problem };
            return Err(nothing(what.unwrap_or_else(|| "it describes no operation".to_owned())));
        }
        Ok(described)
    }

    fn operations(&self) -> impl Iterator<Item = (&Loaded, &Operation)> {
        self.loaded
            .iter()
            .flat_map(|loaded| loaded.description.operations.iter().map(move |operation| (loaded, operation)))
    }

    fn operation(&self, name: &str) -> Result<(&Loaded, &Operation), Failure> {
        let found = self.loaded.iter().find_map(|loaded| Some((loaded, loaded.description.operation(name)?)));
        found.ok_or_else(|| {
            let mut names: Vec<_> =
                self.operations().map(|(_, o)| (o.name.clone(), format!("{}.{}", o.service, o.name))).collect();
            names.dedup();
            let known = crate::replay::nearest(name, names).join(", ");
            Failure::path(&self.from, format!("there is no operation {name} in it"), format!("there are {known}"))
        })
    }

    /// Lists the operations.
    ///
    /// # Errors
    /// When standard output can't be written.
    pub(super) fn list(&self, format: Format) -> Result<Exit, Failure> {
        let mut out = io::stdout().lock();
        match format {
            Format::Text => {
                for loaded in &self.loaded {
                    writeln!(out, "{}", safe::line(loaded.documents.first().map_or("", String::as_str)))?;
                    for operation in &loaded.description.operations {
                        let address = operation.address.as_deref().unwrap_or("(no address)");
                        let said = operation.documentation.as_ref().map(|said| format!("  {said}")).unwrap_or_default();
                        let version = version(operation.version);
                        let line =
                            format!("  {}.{}  SOAP {version}  {address}{said}", operation.service, operation.name);
                        writeln!(out, "{}", safe::line(&line))?;
                    }
                }
            }
            Format::Json => {
                let operations: Vec<Value> = self.operations().map(|(_, operation)| value(operation)).collect();
                let documents: Vec<&String> = self.loaded.iter().flat_map(|loaded| &loaded.documents).collect();
                let missing = self.loaded.iter().flat_map(|loaded| &loaded.missing);
                let missing: Vec<Value> = missing.map(|(address, why)| json!({"path": address, "what": why})).collect();
                writeln!(out, "{:#}", json!({"operations": operations, "documents": documents, "missing": missing}))?;
            }
            Format::Ndjson => {
                for (_, operation) in self.operations() {
                    writeln!(out, "{}", value(operation))?;
                }
            }
        }
        out.flush()?;
        Ok(Exit::Answered)
    }

    /// Prints the request of an operation, to be filled in.
    ///
    /// # Errors
    /// When there is no such operation, or standard output can't be written.
    pub(super) fn print(&self, name: &str) -> Result<Exit, Failure> {
        let (loaded, operation) = self.operation(name)?;
        let mut out = io::stdout().lock();
        out.write_all(skeleton(&loaded.description, operation).as_bytes())?;
        out.flush()?;
        Ok(Exit::Answered)
    }

    /// The request of an operation as a call that was never made.
    ///
    /// # Errors
    /// When there is no such operation, or nobody says where it is called.
    pub(super) fn call(&self, name: &str) -> Result<Call, Failure> {
        let (loaded, operation) = self.operation(name)?;
        let Some(url) = operation.address.clone() else {
            let what = format!("it doesn't say where {name} is called");
            return Err(Failure::path(&self.from, what, "give the address with --set url=http://..."));
        };
        let text = skeleton(&loaded.description, operation);
        let mut headers = vec![Header::new("Accept-Encoding", "gzip")];
        match operation.version {
            SoapVersion::Soap11 => {
                headers.push(Header::new("Content-Type", "text/xml; charset=utf-8"));
                headers.push(Header::new("SOAPAction", format!("\"{}\"", operation.action)));
            }
            SoapVersion::Soap12 => {
                let action = if operation.action.is_empty() {
                    String::new()
                } else {
                    format!("; action=\"{}\"", operation.action)
                };
                headers.push(Header::new("Content-Type", format!("application/soap+xml; charset=utf-8{action}")));
            }
        }
        let target = Draft { url: url.clone(), ..Draft::default() }.target().to_owned();
        let body = Body::whole(Bytes::from(text.into_bytes()));
        let headers = Headers(headers);
        let request = Request { method: "POST".to_owned(), target, headers, body, ..Request::default() };
        let recorded = Exchange::new(ExchangeId(0), SourceId(0), 0, url, request);
        let draft = Draft::of(&recorded, &InMemory).map_err(|why| Failure::path(&self.from, why.what, why.remedy))?;
        let id = format!("{}.{}", operation.service, operation.name);
        Ok(Call { id, recorded, origin: (self.from.clone(), 0), draft })
    }

    /// Holds requests against the description, those made from it without what was not filled in.
    ///
    /// # Errors
    /// As [`Described::check`].
    pub(super) fn hold(&self, calls: &mut [Call], made_from_it: bool, anyway: bool) -> Result<(), Failure> {
        if made_from_it {
            calls.iter_mut().try_for_each(prune)?;
        }
        self.check(calls, anyway)
    }

    /// Holds requests against the description.
    ///
    /// # Errors
    /// When one doesn't fit, unless it is sent anyway; everything that doesn't fit is said.
    fn check(&self, calls: &[Call], anyway: bool) -> Result<(), Failure> {
        let mut wrong = 0;
        for call in calls {
            let unheld = |why: &str| output::say(&format!("{}: not held against the description: {why}", call.id));
            let plain = match coded::plain(&call.draft) {
                Ok(plain) => plain,
                Err(why) => {
                    unheld(&why.what);
                    continue;
                }
            };
            let text = xml::decode(&plain, None).text;
            let called = call
                .recorded
                .call
                .operation
                .clone()
                .or_else(|| call.id.rsplit_once('.').map(|(_, name)| name.to_owned()));
            let named = |name: &str| match &call.recorded.call.service {
                Some(service) => self.operation(&format!("{service}.{name}")).or_else(|_| self.operation(name)),
                None => self.operation(&call.id).or_else(|_| self.operation(name)),
            };
            let Some(name) = called else {
                unheld("it names no operation");
                continue;
            };
            let (loaded, operation) = named(&name)?;
            let faults = validate(&loaded.description, operation, &text);
            // What a row puts there is known when it is sent.
            let filled_in_later =
                |range: &std::ops::Range<usize>| text.get(range.clone()).is_some_and(|text| text.contains("{{"));
            for fault in faults.into_iter().filter(|fault| !filled_in_later(&fault.range)) {
                wrong += 1;
                output::say(&format!("{}: {}: {}; {}", call.id, fault.path, fault.what, fault.remedy));
            }
        }
        if wrong > 0 && !anyway {
            let what = format!(
                "the request doesn't fit the description in {wrong} {}",
                if wrong == 1 { "place" } else { "places" }
            );
            return Err(Failure::Usage(format!("{what}; mend it with --set PATH=VALUE, or send it with --anyway")));
        }
        Ok(())
    }
}

/// Leaves out what wasn't filled in of a request that was made from the description.
///
/// # Errors
/// When its coding can't be taken off or put on.
fn prune(call: &mut Call) -> Result<(), Failure> {
    let usage = |why: crate::replay::Unsendable| Failure::Usage(why.to_string());
    let plain = coded::plain(&call.draft).map_err(usage)?;
    let text = String::from_utf8_lossy(&plain).into_owned();
    let (text, left_out) = without_placeholders(&text);
    if !left_out.is_empty() {
        let names: Vec<&str> = left_out.iter().map(|path| path.rsplit('/').next().unwrap_or(path)).collect();
        output::say(&format!("left out, since nothing was given: {}", names.join(", ")));
    }
    let edits = call.draft.edits.clone();
    call.draft.replace_body(text.into_bytes().into()).map_err(usage)?;
    // What was never in a recorded request is no change of one.
    call.draft.edits = edits;
    Ok(())
}

/// Whether a file is a description, by its first bytes.
fn is_description(path: &str) -> bool {
    use std::io::Read;
    let mut first = Vec::new();
    let read = std::fs::File::open(Path::new(path)).and_then(|file| file.take(64 << 10).read_to_end(&mut first));
    let text = xml::decode(&first, None).text;
    read.is_ok()
        && (text.contains("definitions") || text.contains("http://www.w3.org/ns/wsdl"))
        && text.trim_start().starts_with('<')
}

fn version(version: SoapVersion) -> &'static str {
    match version {
        SoapVersion::Soap11 => "1.1",
        SoapVersion::Soap12 => "1.2",
    }
}

fn value(operation: &Operation) -> Value {
    let style = match &operation.style {
        Style::Document => "document/literal",
        Style::Rpc { encoded: true, .. } => "rpc/encoded",
        Style::Rpc { encoded: false, .. } => "rpc/literal",
    };
    json!({
        "service": operation.service, "port": operation.port, "operation": operation.name, "address": operation.address,
        "action": operation.action, "soap": version(operation.version), "style": style,
        "headers": operation.headers.iter().map(|header| header.element.to_string()).collect::<Vec<_>>(),
        "documentation": operation.documentation,
    })
}
