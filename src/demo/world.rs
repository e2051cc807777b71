//! What the simulated MWS and M3 do with a call: the steps from the first log line to the answer. No sockets, no
//! files, no clock: the server carries the steps out and stamps them.

use std::time::Duration;

use http::StatusCode;
use quick_xml::escape::escape;

use super::Dice;
use super::asked::Asked;
use super::dumplog::{Crash, ENVIRONMENT};
use super::gridlog::Line;
use super::services::{Kind, Manner, Operation, Service, namespace};

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A record goes to the log.
    Log(Line),
    /// Time passes.
    Wait(Duration),
    /// A program ends abnormally: a dump is written, then the record that names it.
    Crash {
        /// What the dump says.
        crash: Box<Crash>,
        /// Where the record comes from; its text is made when the dump's path is known.
        line: Line,
    },
    /// Something else happens on its own while the call goes on.
    Meanwhile(Vec<Step>),
}

/// What is sent back.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

/// A call on its way through the simulated server.
pub(super) struct Turn<'a> {
    pub(super) service: &'static Service,
    pub(super) asked: &'a Asked,
    pub(super) user: &'a str,
    /// The worker thread that serves it.
    pub(super) thread: String,
    /// How long a slow operation takes.
    pub(super) slow: Duration,
}

/// The application that MWS is in the Grid.
pub(super) const MWS: &str = "MWS";

impl Turn<'_> {
    /// The steps of this call and its answer.
    pub(super) fn play(&self, dice: &mut Dice) -> (Vec<Step>, Reply) {
        let (name, operation, user) = (self.service.name, &self.asked.operation, self.user);
        let (company, division) = (self.company(), self.division());
        let called = format!("POST /mws-ws/services/{name} user {user} company {company} division {division}");
        let mut steps = vec![
            self.log("DEBUG", "mws.request", called),
            self.log("DEBUG", "mws.service", format!("service {name} operation {operation}")),
        ];
        let Some(known) = self.service.operation(operation) else {
            steps.push(self.log("WARN", "mws.service", format!("service {name} has no operation {operation}")));
            return (steps, fault("soap:Client", &format!("Message part {operation} was not recognized")));
        };
        steps.push(match known.kind {
            Kind::DisplayProgram(program) => self.log("DEBUG", "m3.program", self.mpd(program)),
            Kind::Api(program, transaction) => {
                self.log("DEBUG", "m3.api", format!("{program}.{transaction} for {user}"))
            }
            Kind::Sql => self.log("DEBUG", "m3.sql", format!("prepared statement of {name}.{operation} for {user}")),
        });
        let wait = match known.manner {
            Manner::Crashes(crash) => {
                let reply = self.crash(crash, known, dice, &mut steps);
                return (steps, reply);
            }
            Manner::Slow => self.slow,
            Manner::Succeeds => Duration::from_millis(15 + dice.below(30)),
        };
        steps.push(Step::Wait(wait));
        if known.manner == Manner::Slow {
            steps.push(self.log("WARN", "m3.sql", format!("statement took {} ms", wait.as_millis())));
        }
        let ended = format!("{name}.{operation} user {user} ended, {} rows", known.rows);
        steps.push(self.log("INFO", "mws.service", ended));
        (steps, self.answer(known))
    }

    /// The program ends with a dump, MWS with a fault, and a person's session breaks at nearly the same time.
    fn crash(&self, program: &'static str, operation: &Operation, dice: &mut Dice, steps: &mut Vec<Step>) -> Reply {
        steps.push(Step::Meanwhile(interactive_crash(program, dice)));
        steps.push(Step::Wait(Duration::from_millis(20 + dice.below(20))));
        let sent = operation.input.iter().map(|field| (*field, self.asked.field(field).to_owned()));
        let crash = Crash {
            program,
            panel: "E",
            user: self.user.to_owned(),
            job: dice.job_id(),
            job_type: "Interactive (MWS)",
            company: self.company().to_owned(),
            division: self.division().to_owned(),
            failed_at: "READ_DSP ICFCMD",
            trace: program_trace(program, "PEDSP", "PE"),
            fields: sent.chain([("WWPSEQ", "E".to_owned())]).collect(),
        };
        let line = self.line("ERROR", "m3.program", String::new());
        steps.push(Step::Crash { crash: Box::new(crash), line });
        let called = format!("{}.{} user {}", self.service.name, operation.name, self.user);
        let text = format!("{called} ended with fault: Unable to execute MPD!\n{RUNTIME_TRACE}");
        steps.push(self.log("ERROR", "mws.service", text));
        fault("soap:Server", "Unable to execute MPD!")
    }

    fn answer(&self, operation: &Operation) -> Reply {
        let wrappers = operation.output_wrappers();
        let mut rows = String::new();
        for _ in 0..operation.rows {
            rows.push_str(&self.row(operation, wrappers.last().map_or("", String::as_str)));
        }
        for wrapper in wrappers.iter().rev().skip(1) {
            rows = format!("<{wrapper}>{rows}</{wrapper}>");
        }
        let (name, space) = (operation.name, namespace(self.service.name, operation.name));
        envelope(StatusCode::OK, &format!("<{name}Response xmlns=\"{space}\">{rows}</{name}Response>"))
    }

    /// One row: what was sent comes back, the rest is as the definition says.
    fn row(&self, operation: &Operation, wrapper: &str) -> String {
        let mut row = format!("<{wrapper}>");
        for (field, value) in operation.output {
            let sent = self.asked.field(field);
            let value = if sent.is_empty() { value } else { sent };
            row.push_str(&format!("<{field}>{}</{field}>", escape(value)));
        }
        row.push_str(&format!("</{wrapper}>"));
        row
    }

    /// The panels that MWS hands to M3, as its log shows them.
    fn mpd(&self, program: &str) -> String {
        let (user, company, division) = (escape(self.user), escape(self.company()), escape(self.division()));
        let mut xml = format!("Executing {program} for {}\n<MPD>\n", self.user);
        xml.push_str(&format!("  <PGM name=\"{program}\" user=\"{user}\" cono=\"{company}\" divi=\"{division}\">\n"));
        xml.push_str("    <PANEL id=\"E\">");
        for (field, value) in &self.asked.fields {
            xml.push_str(&format!("<FLD n=\"{field}\">{}</FLD>", escape(value.as_str())));
        }
        xml.push_str("<KEY>ENTER</KEY></PANEL>\n  </PGM>\n</MPD>");
        xml
    }

    fn log(&self, level: &'static str, logger: &'static str, text: String) -> Step {
        Step::Log(self.line(level, logger, text))
    }

    fn line(&self, level: &'static str, logger: &'static str, text: String) -> Line {
        Line { level, application: MWS, thread: self.thread.clone(), logger, text }
    }

    fn company(&self) -> &str {
        self.asked.company.as_deref().unwrap_or("100")
    }

    fn division(&self) -> &str {
        self.asked.division.as_deref().unwrap_or("AAA")
    }
}

/// A SOAP fault as Apache CXF writes it, on which MWS runs.
pub(super) fn fault(code: &str, text: &str) -> Reply {
    let text = escape(text);
    let fault = format!("<soap:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></soap:Fault>");
    envelope(StatusCode::INTERNAL_SERVER_ERROR, &fault)
}

/// M3's refusal as the M3 API over REST words it: status 200, padded text.
/// Shape: <https://github.com/infor-cloud/m3-h5-sdk>, `service.spec.ts`.
pub(super) fn nok() -> Reply {
    let message = format!("{:<70}", "Customer number is invalid");
    let body = serde_json::json!({
        "Message": message, "@type": "ServerReturnedNOK", "@code": "XIM0002", "@cfg": null, "@field": "CUNO"
    });
    Reply { status: StatusCode::OK, content_type: "application/json;charset=UTF-8", body: body.to_string() }
}

fn envelope(status: StatusCode, body: &str) -> Reply {
    let body = format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{body}</soap:Body></soap:Envelope>"
    );
    Reply { status, content_type: "text/xml;charset=UTF-8", body }
}

/// A person at a terminal breaks the same program at nearly the same time: not the call's doing.
fn interactive_crash(program: &'static str, dice: &mut Dice) -> Vec<Step> {
    let user = ["ASMITH", "PMULLER", "JDOE"][dice.below(3) as usize];
    let thread = format!("{program}-{user}-{:06}", 400 + dice.below(90));
    let wait = Duration::from_millis(dice.below(60));
    let crash = Crash {
        program,
        panel: "B",
        user: user.to_owned(),
        job: dice.job_id(),
        job_type: "Interactive",
        company: "100".to_owned(),
        division: "AAA".to_owned(),
        failed_at: "READ_DSP CRS008B",
        trace: program_trace(program, "PBCHK", "PB"),
        fields: vec![("WWFACI", "B07".to_owned())],
    };
    let line =
        Line { level: "ERROR", application: ENVIRONMENT, thread, logger: "mvx.runtime.Job", text: String::new() };
    vec![Step::Wait(wait), Step::Crash { crash: Box::new(crash), line }]
}

fn program_trace(program: &str, method: &str, panel: &str) -> String {
    let class = format!("mvx.app.pgm.{program}");
    format!(
        "java.lang.NullPointerException\n\
         \tat {class}.{method}({program}.java:1412)\n\
         \tat {class}.{panel}({program}.java:1380)\n\
         \tat {class}.process({program}.java:331)\n\
         \tat {class}.main({program}.java:208)\n\
         \tat mvx.app.common.Interactive.run(Interactive.java:77)\n\
         \tat mvx.runtime.Job.run(Job.java:512)\n\
         \tat java.lang.Thread.run(Thread.java:748)"
    )
}

const RUNTIME_TRACE: &str = "org.apache.cxf.interceptor.Fault: Unable to execute MPD!\n\
    \tat org.apache.cxf.service.invoker.AbstractInvoker.createFault(AbstractInvoker.java:162)\n\
    \tat org.apache.cxf.service.invoker.AbstractInvoker.invoke(AbstractInvoker.java:128)\n\
    \tat org.apache.cxf.interceptor.ServiceInvokerInterceptor$1.run(ServiceInvokerInterceptor.java:59)\n\
    \tat org.apache.cxf.phase.PhaseInterceptorChain.doIntercept(PhaseInterceptorChain.java:308)\n\
    \tat java.lang.Thread.run(Thread.java:748)";
