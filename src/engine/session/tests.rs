//! What the recorder hands on of a flood of exchanges.

use super::*;
use crate::model::{ExchangeId, Outcome, Request, Stage};

fn ended(outcome: Outcome) -> Box<Exchange> {
    let mut x = Exchange::new(ExchangeId(0), SourceId(0), 0, "http://h/".to_owned(), Request::default());
    (x.outcome, x.duration_ns) = (outcome, Some(1_000_000));
    Box::new(x)
}

#[test]
fn of_a_flood_everything_is_stored_and_told_and_what_follows_a_failure_is_looked_at() {
    const FLOOD: u64 = 5_000;
    const AFTER: u64 = 100;
    for tell_all in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let case = Case::open_or_create(&folder.path().join("a.mwscope")).expect("a case");
        let mut writer =
            case.write(case::Options { keep_secrets: true, ..case::Options::new(0) }).expect("it can be written");
        let source = writer.add_source(NewSource::recording()).expect("a source");
        let recorder = Arc::new(Mutex::new(Some(Recorder::new(writer, source))));
        let (tap, tapped) = proxy::tap(Patience::default());
        let outcomes = (0..FLOOD).map(|_| Outcome::Complete);
        let failed = Outcome::Failed { stage: Stage::Wait, cause: "late".to_owned() };
        for outcome in outcomes.chain([failed]).chain((0..AFTER).map(|_| Outcome::Complete)) {
            tap.finished(tap.next_key(), None, ended(outcome));
        }
        drop(tap);
        let (tell, told) = mpsc::channel();
        let stored = record(Arc::clone(&recorder), tapped, tell_all, tell)();
        assert_eq!((stored.stored, stored.unstored), (FLOOD + 1 + AFTER, 0));
        let (mut looked_at, mut passed, mut told_of) = (Vec::new(), 0, 0);
        for told in told {
            match told {
                Told::Exchanges(exchanges) => looked_at.extend(exchanges.iter().map(|x| u64::from(x.id.0))),
                Told::Passed(many, exchanges) => {
                    passed += many;
                    told_of += exchanges.len() as u64;
                }
                Told::UnderWay(_) | Told::Noticed(_) | Told::Said(_) => panic!("nothing else happened"),
            }
        }
        assert_eq!(looked_at.len() as u64 + passed, FLOOD + 1 + AFTER);
        assert!(looked_at.ends_with(&(FLOOD..=FLOOD + AFTER).collect::<Vec<u64>>()));
        assert_eq!(told_of, if tell_all { passed } else { 0 });
        drop(recorder.lock().unwrap_or_else(PoisonError::into_inner).take().map(Recorder::close));
        assert_eq!(case.reader().read().expect("it is read").exchanges.len() as u64, FLOOD + 1 + AFTER);
    }
}
