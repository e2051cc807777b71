//! Tar archives (POSIX ustar and pax, and GNU's long names),
//! <https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06>.

use std::io::{Read, Seek, SeekFrom};

use super::{Archive, Member, clean, take};
use crate::import::content::{Content, ReadSeek};
use crate::import::limits::Limits;

const BLOCK: u64 = 512;
/// The longest name or set of pax attributes that is read.
const LONGEST_NAME: u64 = 64 << 10;

/// An open tar archive.
pub(in crate::import) struct Tar<'a> {
    reader: Box<dyn ReadSeek + 'a>,
    files: Vec<(String, u64, u64)>,
}

impl<'a> Tar<'a> {
    /// Opens an archive and lists it, as far as it goes; the words say why not to its end.
    pub(in crate::import) fn open(content: &'a Content, limits: &Limits) -> Result<(Self, Option<String>), String> {
        let mut reader = content.reader().map_err(|error| error.to_string())?;
        let mut files = Vec::new();
        let trouble = list(&mut *reader, content.len(), limits, &mut files).err();
        Ok((Self { reader, files }, trouble))
    }
}

fn list(
    reader: &mut (dyn ReadSeek + '_),
    end: u64,
    limits: &Limits,
    files: &mut Vec<(String, u64, u64)>,
) -> Result<(), String> {
    let mut at = 0;
    let mut long_name: Option<String> = None;
    while at + BLOCK <= end {
        let header = read(reader, at, BLOCK)?;
        if header.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        let size = number(&header[124..136]).ok_or("the tar archive has a header that can't be read")?;
        let body = at + BLOCK;
        match header[156] {
            b'L' => long_name = Some(text(&read(reader, body, size.min(LONGEST_NAME))?)),
            b'x' => long_name = pax_path(&read(reader, body, size.min(LONGEST_NAME))?).or(long_name),
            b'0' | 0 | b'7' => {
                let name = long_name.take().unwrap_or_else(|| short_name(&header));
                if body + size > end {
                    files.push((name, body, end.saturating_sub(body)));
                    return Err("the tar archive ends in the middle of a member".to_owned());
                }
                files.push((name, body, size));
            }
            _ => long_name = None,
        }
        if files.len() > limits.members {
            return Err(format!("the tar archive has more than {} members", limits.members));
        }
        at = body.saturating_add(size.div_ceil(BLOCK).saturating_mul(BLOCK));
    }
    Ok(())
}

fn read(reader: &mut (dyn ReadSeek + '_), at: u64, len: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = reader.seek(SeekFrom::Start(at)).and_then(|_| reader.take(len).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    if (bytes.len() as u64) < len {
        return Err("the tar archive ends in the middle of a header".to_owned());
    }
    Ok(bytes)
}

/// Octal digits, or GNU's binary form for sizes beyond them.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|byte| byte & 0x80 != 0) {
        let tail = field.get(field.len() - 8..)?;
        return Some(u64::from_be_bytes(tail.try_into().ok()?)).filter(|size| *size < 1 << 50);
    }
    u64::from_str_radix(text(field).trim(), 8).ok()
}

fn text(field: &[u8]) -> String {
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

fn short_name(header: &[u8]) -> String {
    let (name, prefix) = (text(&header[..100]), text(&header[345..500]));
    if prefix.is_empty() || &header[257..263] != b"ustar\0" { name } else { format!("{prefix}/{name}") }
}

/// `path` of a pax header: records of `LEN KEY=VALUE\n`.
fn pax_path(records: &[u8]) -> Option<String> {
    let records = String::from_utf8_lossy(records);
    let mut paths = records.lines().filter_map(|line| line.split_once(' ')?.1.strip_prefix("path="));
    paths.next_back().map(str::to_owned)
}

impl Archive for Tar<'_> {
    fn members(&mut self) -> Vec<Member> {
        let files = self.files.iter().enumerate();
        let mut members: Vec<_> =
            files.map(|(index, (name, _, size))| Member { name: clean(name), index, packed: *size }).collect();
        members.retain(|member| !member.name.is_empty());
        members.sort_by(|a, b| a.name.cmp(&b.name).then(a.index.cmp(&b.index)));
        members
    }

    fn read(&mut self, member: &Member, limits: &Limits) -> Result<(Content, Option<String>), String> {
        let (_, at, size) = self.files.get(member.index).ok_or("there is no such member")?;
        self.reader.seek(SeekFrom::Start(*at)).map_err(|error| error.to_string())?;
        take((&mut self.reader).take(*size), *size, limits)
    }
}
