//! Records in step, and found again behind lost bytes.

use super::*;

/// A record of application data with so many bytes of `fill`.
fn record(length: usize, fill: u8) -> Vec<u8> {
    let header = Header { kind: kind::APPLICATION_DATA, version: 0x0303, length };
    [&header.bytes()[..], &vec![fill; length]].concat()
}

fn items(records: &mut Records) -> Vec<Item> {
    std::iter::from_fn(|| records.next()).collect()
}

#[test]
fn records_come_whole_however_they_are_split() {
    let bytes = [record(3, 1), record(0, 0), record(300, 2)].concat();
    for cut in 0..bytes.len() {
        let mut records = Records::default();
        let mut lengths = Vec::new();
        for part in [&bytes[..cut], &bytes[cut..]] {
            records.push(part);
            for item in items(&mut records) {
                let Item::Record { header, start } = item else { panic!("{item:?}") };
                assert!(records.buffer[start..start + header.length].iter().all(|&b| b == 1 || b == 2));
                lengths.push(header.length);
            }
        }
        assert_eq!(lengths, [3, 0, 300], "cut at {cut}");
    }
}

#[test]
fn a_gap_inside_a_record_costs_that_record_alone() {
    let (first, second) = (record(100, 1), record(7, 2));
    let mut records = Records::default();
    records.push(&first[..20]);
    assert_eq!(records.next(), None);
    records.gap(30);
    records.push(&[&first[50..], &second[..]].concat());
    let lost = Header { kind: kind::APPLICATION_DATA, version: 0x0303, length: 100 };
    let found = items(&mut records);
    assert_eq!(found[0], Item::LostOne(lost));
    assert!(matches!(found[1], Item::Record { header: Header { length: 7, .. }, .. }), "{found:?}");
}

#[test]
fn a_gap_over_records_is_searched_for_the_next_pair() {
    let bytes = [record(100, 1), record(100, 0x17), record(50, 3), record(60, 4)].concat();
    let mut records = Records::default();
    records.push(&bytes[..50]);
    assert_eq!(records.next(), None);
    records.gap(110); // into the second record
    records.push(&bytes[160..]);
    let found = items(&mut records);
    let Item::LostSome { at_most, bytes: lost } = found[0] else { panic!("{found:?}") };
    assert_eq!(lost, 210, "both records");
    assert!(at_most >= 2);
    let lengths: Vec<usize> = found[1..]
        .iter()
        .map(|item| match item {
            Item::Record { header, .. } => header.length,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(lengths, [50, 60]);
}

#[test]
fn what_are_no_records_is_said_once() {
    let mut records = Records::default();
    records.push(b"GET / HTTP/1.1\r\n");
    assert_eq!(items(&mut records), [Item::Broken]);
    records.push(&record(3, 1));
    assert_eq!(items(&mut records), []);
}
