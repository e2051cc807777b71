//! The options of `mwscope record` that are about receivers which get what is recorded while it is.

use std::path::Path;

use clap::Args as ClapArgs;

use crate::cli::export::receiver::{self, Names, WIRES};
use crate::cli::output::Failure;
use crate::engine::push::Target;

#[derive(Debug, ClapArgs)]
pub(super) struct Push {
    /// Receiver that gets calls, verdicts, and their records and dumps while they are recorded:
    /// otlp=http://collector:4318, otlp-grpc=http://collector:4317, opensearch=https://search:9200,
    /// clickhouse=http://clickhouse:8123; otlp=env is what the OTEL_EXPORTER_OTLP_ variables say
    #[arg(long, value_name = "FORMAT=URL")]
    push: Vec<String>,
    /// Header that a receiver wants; where there are several, with the FORMAT of the one it is for
    #[arg(long, value_name = "[FORMAT=]NAME: VALUE", hide_default_value = true)]
    push_header: Vec<String>,
    /// Name under which pushed calls are found (service.name)
    #[arg(long, value_name = "NAME", default_value = "mws")]
    push_service: String,
    /// Index of --push opensearch
    #[arg(long, value_name = "NAME", default_value = "mwscope")]
    push_index: String,
    /// Table of --push clickhouse, DATABASE.TABLE where it isn't in the default one
    #[arg(long, value_name = "TABLE", default_value = "mwscope")]
    push_table: String,
}

impl Push {
    /// The receivers of what is recorded into `case`.
    ///
    /// # Errors
    /// When one can't be understood, or it isn't clear whom a header is for.
    pub(super) fn targets(&self, case: &Path) -> Result<Vec<Target>, Failure> {
        let names = Names { index: self.push_index.clone(), table: self.push_table.clone() };
        let origin = crate::engine::push::origin(&self.push_service, case);
        let mut targets: Vec<Target> = Vec::new();
        for text in &self.push {
            let said = text.split_once('=').and_then(|(word, url)| Some((receiver::wire(word.trim(), &names)?, url)));
            let (wire, url) = said.ok_or_else(|| {
                let words = WIRES.map(|(word, _)| word).join(", ");
                let text = receiver::repeated(text);
                Failure::Usage(format!(
                    "--push {text}: write FORMAT=URL, as otlp=http://localhost:4318; formats: {words}"
                ))
            })?;
            targets.push(receiver::target("--push", wire, url.trim(), origin.clone())?);
        }
        for text in &self.push_header {
            let (word, header) = receiver::header("--push-header", text)?;
            // Credentials are for the receiver that they were given for.
            let mut its: Vec<&mut Target> =
                targets.iter_mut().filter(|target| word.is_none_or(|word| word == target.wire.word())).collect();
            match its.len() {
                // A setting may stand where nothing is pushed.
                0 if self.push.is_empty() => {}
                0 => {
                    return Err(Failure::Usage(format!(
                        "--push-header {}=...: nothing is pushed there",
                        word.unwrap_or_default()
                    )));
                }
                1 => its[0].headers.push(header),
                _ => {
                    let what =
                        "--push-header: there are several receivers; write FORMAT=NAME: VALUE for the one it is for";
                    return Err(Failure::Usage(what.to_owned()));
                }
            }
        }
        Ok(targets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(push: &[&str], headers: &[&str]) -> Result<Vec<(String, &'static str, usize)>, String> {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let options = Push {
            push: own(push),
            push_header: own(headers),
            push_service: "mws".to_owned(),
            push_index: "i".to_owned(),
            push_table: "t".to_owned(),
        };
        let targets = options.targets(Path::new("a.mwscope")).map_err(|error| error.to_string())?;
        Ok(targets.into_iter().map(|t| (t.url.clone(), t.wire.word(), t.headers.len())).collect())
    }

    #[test]
    fn a_header_goes_to_the_receiver_that_it_is_for_and_no_other() {
        let both = ["otlp=http://c:4318", "opensearch=https://s:9200"];
        assert_eq!(targets(&both[..1], &["A: b"]), Ok(vec![("http://c:4318".to_owned(), "otlp", 1)]));
        let told = targets(&both, &["opensearch=Authorization: Basic eA=="]).expect("targets");
        assert_eq!(told.iter().map(|(_, word, n)| (*word, *n)).collect::<Vec<_>>(), [("otlp", 0), ("opensearch", 1)]);
        assert!(targets(&both, &["Authorization: Basic eA=="]).is_err_and(|what| what.contains("several receivers")));
        assert!(targets(&both[..1], &["opensearch=A: b"]).is_err_and(|what| what.contains("nothing is pushed there")));
        // It may be a secret: what is wrong is said without it.
        assert!(targets(&both[..1], &["geheim"]).is_err_and(|what| !what.contains("geheim")));
        assert_eq!(targets(&[], &["A: b"]), Ok(vec![]));
    }

    #[test]
    fn what_is_no_receiver_is_said() {
        for text in ["http://c:4318", "jaeger=http://c", "otlp=c:4318", "otlp=http://"] {
            assert!(targets(&[text], &[]).is_err_and(|what| what.contains("http://localhost:4318")), "{text}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        for text in ["otlp=http://jdoe:hunter2@c:4318", "otlp=https://hunter2@c/x?y"] {
            let what = targets(&[text], &[]).expect_err("an address with a password");
            assert!(what.contains("--push-header") && !what.contains("hunter2"), "{what}");
        }
        for text in ["http://jdoe:hunter2@c:4318", "otlp=jdoe:hunter2@c:4318", "otlp=c?password=hunter2"] {
            assert!(targets(&[text], &[]).is_err_and(|what| !what.contains("hunter2")), "{text}");
        }
        assert!(targets(&["otlp=http://c:4318/a@b"], &[]).is_ok());
    }
}
