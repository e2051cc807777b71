//! What the simulated MWS and M3 do with a call: the steps from the first log line to the answer. No sockets, no
//! files, no clock: the server carries the steps out and stamps them.

use std::time::Duration;

use http::StatusCode;
use quick_xml::escape::escape;

use super::Dice;
use super::asked::Asked;
use super::dumplog::Crash;
use super::gridlog::Line;
use super::services::{Kind, Manner, Operation, Service, namespace};

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A record goes to the log.
    Log(Line),
    /// Time passes.
    Wait(Duration),
    /// A program ends abnormally: a dump is written, then the record that names it, with these words around it.
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

const MWS: &str = "MWS/mws-1";
const M3: &str = "M3BE/m3be-1";
const XML: &str = "text/xml;charset=UTF-8";

impl Turn<'_> {
    /// The steps of this call and its answer.
    pub(super) fn play(&self, dice: &mut Dice) -> (Vec<Step>, Reply) {
        let Asked { operation, .. } = self.asked;
        let name = self.service.name;
        let called = format!(
            "Call {name}.{operation} user={} company={} division={}",
            self.user,
            self.company(),
            self.division()
        );
        let mut steps = vec![self.log("INFO", "mws.server.Dispatcher", called)];
        let Some(known) = self.service.operation(operation) else {
            steps.push(self.log(
                "WARN",
                "mws.server.Dispatcher",
                format!("Service {name} has no operation {operation}"),
            ));
            return (steps, fault("soap:Client", &format!("Message part {operation} was not recognized")));
        };
        if let Kind::DisplayProgram(program) = known.kind {
            steps.push(self.log("DEBUG", "m3.program", self.mpd(program)));
        }
        let reply = match known.manner {
            Manner::Succeeds => {
                steps.push(Step::Wait(Duration::from_millis(15 + dice.below(30))));
                self.answer(known)
            }
            Manner::Slow => {
                steps.push(self.log(
                    "DEBUG",
                    "mws.sql.Statement",
                    "Waiting for a connection to the database".to_owned(),
                ));
                steps.push(Step::Wait(self.slow));
                steps.push(self.log(
                    "WARN",
                    "mws.sql.Statement",
                    format!("Statement of {name}.{operation} took {} ms", self.slow.as_millis()),
                ));
                self.answer(known)
            }
            Manner::Crashes => self.crash(known, dice, &mut steps),
        };
        let done = format!("Done {name}.{operation} status={}", reply.status.as_u16());
        steps.push(self.log("INFO", "mws.server.Dispatcher", done));
        (steps, reply)
    }

    /// The program ends with a dump, MWS with a fault, and a person's session meets the same error next door.
    fn crash(&self, operation: &Operation, dice: &mut Dice, steps: &mut Vec<Step>) -> Reply {
        let Kind::DisplayProgram(program) = operation.kind else { return self.answer(operation) };
        steps.push(Step::Meanwhile(interactive_crash(program, dice)));
        steps.push(Step::Wait(Duration::from_millis(20 + dice.below(20))));
        let mut fields: Vec<(&'static str, String)> =
            operation.input.iter().map(|f| (*f, self.asked.field(f).to_owned())).collect();
        fields.push(("ICFCMD", "*NULL".to_owned()));
        steps.push(Step::Crash {
            crash: Box::new(Crash {
                program,
                panel: "E",
                user: self.user.to_owned(),
                job: dice.job_id(),
                job_type: "Batch",
                company: self.company().to_owned(),
                division: self.division().to_owned(),
                failed_at: "READ_DSP ICFCMD",
                trace: program_trace(program, "Batch"),
                fields,
            }),
            line: self.line("ERROR", "m3.program", String::new()),
        });
        let trace = format!(
            "Unable to execute MPD! service={} operation={} program={program}\n{}",
            self.service.name,
            operation.name,
            runtime_trace()
        );
        steps.push(self.log("ERROR", "mws.server.MpdRunner", trace));
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

    /// The panel sequence that MWS hands to M3, as its log shows it.
    fn mpd(&self, program: &str) -> String {
        let mut xml = format!(
            "m3.program {program} is run\n<MPD>\n  <Program name=\"{program}\" company=\"{}\" division=\"{}\" user=\"{}\">\n    <Panel name=\"E\">\n",
            escape(self.company()),
            escape(self.division()),
            escape(self.user)
        );
        for (field, value) in &self.asked.fields {
            xml.push_str(&format!("      <Field name=\"{field}\">{}</Field>\n", escape(value.as_str())));
        }
        xml.push_str("    </Panel>\n  </Program>\n</MPD>");
        xml
    }

    fn log(&self, level: &'static str, logger: &'static str, text: String) -> Step {
        Step::Log(self.line(level, logger, text))
    }

    fn line(&self, level: &'static str, logger: &'static str, text: String) -> Line {
        Line { level, node: MWS, thread: self.thread.clone(), logger, text }
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
    let fault =
        format!("<soap:Fault><faultcode>{code}</faultcode><faultstring>{}</faultstring></soap:Fault>", escape(text));
    envelope(StatusCode::INTERNAL_SERVER_ERROR, &fault)
}

/// M3's refusal as the M3 API over REST words it: status 200, padded text.
/// Shape: <https://github.com/infor-cloud/m3-h5-sdk>, `service.spec.ts`.
pub(super) fn nok() -> Reply {
    let message = format!("{:<70}", "Customer number is invalid");
    let body = serde_json::json!({"Message": message, "@type": "ServerReturnedNOK", "@code": "XIM0002", "@cfg": null, "@field": "CUNO"});
    Reply { status: StatusCode::OK, content_type: "application/json;charset=UTF-8", body: body.to_string() }
}

fn envelope(status: StatusCode, body: &str) -> Reply {
    let body = format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{body}</soap:Body></soap:Envelope>"
    );
    Reply { status, content_type: XML, body }
}

/// A person in a client of their own meets the same error at nearly the same time: not the call's.
fn interactive_crash(program: &'static str, dice: &mut Dice) -> Vec<Step> {
    let thread = format!("interactive-{}", 40 + dice.below(9));
    let user = ["ANNSMI", "PETMUL", "JOHDOE"][dice.below(3) as usize];
    let crash = Crash {
        program,
        panel: "B",
        user: user.to_owned(),
        job: dice.job_id(),
        job_type: "Interactive",
        company: "200".to_owned(),
        division: "BBB".to_owned(),
        failed_at: "CHAIN CFACIL",
        trace: program_trace(program, "Interactive").replace("PEDSP", "PBINZ"),
        fields: vec![("Facility", "B07".to_owned())],
    };
    let line = Line { level: "ERROR", node: M3, thread, logger: "m3.program", text: String::new() };
    vec![Step::Wait(Duration::from_millis(dice.below(60))), Step::Crash { crash: Box::new(crash), line }]
}

fn program_trace(program: &str, job_type: &str) -> String {
    let pgm = format!("mvx.app.pgm.{program}");
    format!(
        "java.lang.NullPointerException\n\
         \tat mvx.dsp.common.GenericDSP.readDisplay(GenericDSP.java:412)\n\
         \tat {pgm}.PEDSP({program}.java:1187)\n\
         \tat {pgm}.PEMAIN({program}.java:1031)\n\
         \tat {pgm}.main({program}.java:164)\n\
         \tat mvx.app.common.{job_type}.run({job_type}.java:88)\n\
         \tat java.lang.Thread.run(Thread.java:748)"
    )
}

fn runtime_trace() -> &'static str {
    "mws.server.MpdException: Unable to execute MPD!\n\
     \tat mws.server.MpdRunner.execute(MpdRunner.java:214)\n\
     \tat mws.server.Dispatcher.call(Dispatcher.java:97)\n\
     \tat org.apache.cxf.service.invoker.AbstractInvoker.performInvocation(AbstractInvoker.java:179)\n\
     \tat org.apache.cxf.service.invoker.AbstractInvoker.invoke(AbstractInvoker.java:96)\n\
     \tat java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1149)\n\
     \tat java.util.concurrent.ThreadPoolExecutor$Worker.run(ThreadPoolExecutor.java:624)\n\
     \tat java.lang.Thread.run(Thread.java:748)"
}
