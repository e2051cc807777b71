//! How fast captures are read: `cargo bench --bench captures` measures on generated ones; `cargo bench --bench captures
//! -- generate BYTES FILE [loss]` only writes one, for comparing with other programs (`benches/peers/captures.sh`).
//!
//! The captures are synthetic: many SOAP connections at a time, each with a few calls one after the other, bodies of
//! 0.5 to 20 KiB. With `loss` one packet in twenty with payload isn't where it should be: sent again, late, twice, at
//! its neighbour's place, or not there at all.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::time::Instant;

use mwscope::import::{Options, Wanted, gather, listed};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", bytes, file, loss @ ..] => {
            let bytes = bytes.parse().map_err(|_| io::Error::other("BYTES is no number"))?;
            let made = generate(bytes, loss == ["loss"], BufWriter::with_capacity(1 << 20, File::create(file)?))?;
            writeln!(io::stdout(), "{} packets, {} connections, {} calls", made.packets, made.connections, made.calls)
        }
        _ => measure(),
    }
}

/// Times what a user waits for, on captures of 128 MiB in the system's folder for temporary files.
fn measure() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    for (name, loss) in [("in order", false), ("with loss", true)] {
        let path = dir.path().join(format!("{}.pcap", name.replace(' ', "-")));
        generate(128 << 20, loss, BufWriter::with_capacity(1 << 20, File::create(&path)?))?;
        let (size, paths) = (path.metadata()?.len(), [path.to_string_lossy().into_owned()]);
        for (what, wanted) in
            [("exchanges, listed", Wanted::Lines), ("conversations", Wanted::Streams), ("everything", Wanted::All)]
        {
            let options = Options { wanted, ..Options::default() };
            let mut best = f64::INFINITY;
            for _ in 0..3 {
                let began = Instant::now();
                let read = if wanted == Wanted::Lines {
                    listed(&paths, &options, &mut |_| {}).map(|_| ())
                } else {
                    gather(&paths, &options, &mut |_| {}).map(|_| ())
                };
                read.map_err(|_| io::Error::other("the capture can't be read"))?;
                best = best.min(began.elapsed().as_secs_f64());
            }
            let rate = size as f64 / best / 1_048_576.0;
            writeln!(io::stdout(), "{:<32} {:>9.2} ms {rate:8.0} MiB/s", format!("{what}, {name}"), best * 1000.0)?;
        }
    }
    Ok(())
}

/// How many connections are open at a time.
const AT_A_TIME: usize = 256;
/// Payload bytes of a full packet.
const FULL: usize = 1448;
/// Bytes in front of the payload: Ethernet, IPv4, TCP with timestamps.
const HEADERS: usize = 14 + 20 + 32;

/// What was written.
#[derive(Default)]
struct Written {
    packets: u64,
    connections: u64,
    calls: u64,
}

/// Writes about `bytes` bytes of capture; connections that are open by then are brought to their end.
fn generate(bytes: u64, loss: bool, mut to: impl Write) -> io::Result<Written> {
    let header = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 1];
    to.write_all(&header.map(u32::to_le_bytes).concat())?;
    let (mut chance, mut written, mut size) = (Chance(0x9e37_79b9_7f4a_7c15), Written::default(), 0);
    let mut open: Vec<Connection> = Vec::new();
    let mut now = 1_768_292_102_000_000_u64;
    let mut packet = Vec::with_capacity(2048);
    loop {
        while open.len() < AT_A_TIME && size < bytes {
            open.push(Connection::new(written.connections, loss, &mut chance));
            written.connections += 1;
        }
        if open.is_empty() {
            to.flush()?;
            return Ok(written);
        }
        let index = chance.below(open.len() as u64) as usize;
        let connection = &mut open[index];
        // What the network card hands over at once.
        for _ in 0..=chance.below(6) {
            let Some(next) = connection.next(&mut chance, &mut written.calls) else {
                open.swap_remove(index);
                break;
            };
            now += 1 + chance.below(20);
            connection.frame(&next, now, &mut packet);
            to.write_all(&packet)?;
            written.packets += 1;
            size += packet.len() as u64;
        }
    }
}

/// xorshift64*
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below
    }
}

/// One packet of a connection.
#[derive(Clone)]
struct Packet {
    from_client: bool,
    flags: u8,
    seq: u32,
    ack: u32,
    payload: Vec<u8>,
}

/// A connection: packets that are made, a call at a time.
struct Connection {
    number: u64,
    calls_left: u64,
    loss: bool,
    /// The next sequence number of the client and the server.
    next: [u32; 2],
    made: VecDeque<Packet>,
    over: bool,
}

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const PSH: u8 = 0x08;
const ACK: u8 = 0x10;

impl Connection {
    fn new(number: u64, loss: bool, chance: &mut Chance) -> Self {
        let next = [chance.below(1 << 32) as u32, chance.below(1 << 32) as u32];
        let mut this = Self { number, calls_left: 1 + chance.below(4), loss, next, made: VecDeque::new(), over: false };
        this.add(true, SYN, &[]);
        this.add(false, SYN | ACK, &[]);
        this.add(true, ACK, &[]);
        this
    }

    fn next(&mut self, chance: &mut Chance, calls: &mut u64) -> Option<Packet> {
        if self.made.is_empty() && self.calls_left > 0 {
            self.calls_left -= 1;
            *calls += 1;
            let (request, response) = call(chance);
            self.message(true, &request);
            self.message(false, &response);
            if self.loss {
                self.lose(chance);
            }
        } else if self.made.is_empty() && !self.over {
            self.over = true;
            self.add(true, FIN | ACK, &[]);
            self.add(false, FIN | ACK, &[]);
            self.add(true, ACK, &[]);
        }
        self.made.pop_front()
    }

    /// Every second full packet is acknowledged at once, and the last one of a message.
    fn message(&mut self, from_client: bool, bytes: &[u8]) {
        let count = bytes.len().div_ceil(FULL);
        for (n, part) in bytes.chunks(FULL).enumerate() {
            let last = n + 1 == count;
            self.add(from_client, if last { ACK | PSH } else { ACK }, part);
            if last || n % 2 == 1 {
                self.add(!from_client, ACK, &[]);
            }
        }
    }

    fn add(&mut self, from_client: bool, flags: u8, payload: &[u8]) {
        let own = usize::from(!from_client);
        let ack = if flags & ACK == 0 { 0 } else { self.next[1 - own] };
        self.made.push_back(Packet { from_client, flags, seq: self.next[own], ack, payload: payload.to_vec() });
        let counted = payload.len() as u32 + u32::from(flags & (SYN | FIN) != 0);
        self.next[own] = self.next[own].wrapping_add(counted);
    }

    /// Of the packets with payload: two in a hundred were lost on the way and are seen when they are sent again, one
    /// is seen twice, one changes places with the next, and of another one in five isn't in the capture at all.
    fn lose(&mut self, chance: &mut Chance) {
        let mut at = 0;
        while at < self.made.len() {
            let chances = if self.made[at].payload.is_empty() { 100 } else { chance.below(100) };
            let later = (at + 2 + chance.below(4) as usize).min(self.made.len() - 1);
            match chances {
                0 | 1 => {
                    if let Some(packet) = self.made.remove(at) {
                        self.made.insert(later, packet);
                    }
                }
                2 => {
                    let again = self.made[at].clone();
                    self.made.insert(later, again);
                    at += 1;
                }
                3 if at + 1 < self.made.len() => self.made.swap(at, at + 1),
                4 if chance.below(5) == 0 => _ = self.made.remove(at),
                _ => at += 1,
            }
            if chances < 4 {
                at += 1;
            }
        }
    }

    /// Writes the record of a packet into `to`; checksums are left to the network card.
    fn frame(&self, packet: &Packet, now: u64, to: &mut Vec<u8>) {
        to.clear();
        let len = (HEADERS + packet.payload.len()) as u32;
        for word in [(now / 1_000_000) as u32, (now % 1_000_000) as u32, len, len] {
            to.extend(word.to_le_bytes());
        }
        to.extend([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0]);
        to.extend(((len - 14) as u16).to_be_bytes());
        to.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
        let client = [10, 1, (self.number / 200 % 250) as u8, (1 + self.number % 200) as u8];
        let (client, server) = ((client, 20_000 + (self.number / 50_000) as u16), ([10, 0, 0, 5], 21_007_u16));
        let (from, into) = if packet.from_client { (client, server) } else { (server, client) };
        to.extend(from.0);
        to.extend(into.0);
        to.extend(from.1.to_be_bytes());
        to.extend(into.1.to_be_bytes());
        to.extend(packet.seq.to_be_bytes());
        to.extend(packet.ack.to_be_bytes());
        to.extend([0x80, packet.flags, 0xff, 0xff, 0, 0, 0, 0, 1, 1, 8, 10]);
        to.extend(((now / 1000) as u32).to_be_bytes());
        to.extend([0; 4]);
        to.extend_from_slice(&packet.payload);
    }
}

const SERVICES: [(&str, &str, &str); 4] = [
    ("Facility", "Create", "CRS008MI"),
    ("ItemBasics", "LstByNumber", "MMS200MI"),
    ("CustomerOrder", "AddBatchHead", "OIS100MI"),
    ("Customer", "GetBasicData", "CRS610MI"),
];
const FIELDS: [&str; 8] =
    ["Facility", "ItemNumber", "Warehouse", "CustomerNumber", "OrderNumber", "Description", "Status", "Amount"];

/// A request and its response, as they go over the wire.
fn call(chance: &mut Chance) -> (Vec<u8>, Vec<u8>) {
    let (service, operation, program) = SERVICES[chance.below(4) as usize];
    // From half a KiB to 2 and 20 KiB, small ones more often.
    let asked = 512 + chance.below(1536);
    let answered = (512 << chance.below(6)) + chance.below(4096);
    let request = envelope(chance, asked as usize, &format!("{operation}Item"), |body, inside| {
        let _infallible =
            write!(body, "<ns:{operation} xmlns:ns=\"http://m3.example/{service}\">{inside}</ns:{operation}>");
    });
    let fails = chance.below(50) == 0;
    let response = if fails {
        envelope(chance, 0, "", |body, _| {
            let _infallible = write!(
                body,
                "<soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>{program} ended abnormally\
                 </faultstring></soapenv:Fault>"
            );
        })
    } else {
        let name = format!("{operation}Response");
        envelope(chance, answered.min(20_000) as usize, &format!("{name}Item"), |body, inside| {
            let _infallible = write!(body, "<ns:{name} xmlns:ns=\"http://m3.example/{service}\">{inside}</ns:{name}>");
        })
    };
    let request_head = format!(
        "POST /mws-ws/services/{service} HTTP/1.1\r\nAccept-Encoding: identity\r\nContent-Type: text/xml;charset=UTF-8\
         \r\nSOAPAction: \"{operation}\"\r\nAuthorization: Basic TVdTVVNSOnNlY3JldA==\r\nHost: m3.example:21007\r\n\
         User-Agent: Apache-HttpClient/4.5.14 (Java/17.0.9)\r\nConnection: Keep-Alive\r\nContent-Length: {}\r\n\r\n",
        request.len()
    );
    let status = if fails { "500 Internal Server Error" } else { "200 OK" };
    let response_head = format!(
        "HTTP/1.1 {status}\r\nDate: Tue, 13 Jan 2026 08:15:02 GMT\r\nContent-Type: text/xml;charset=utf-8\r\n\
         Content-Length: {}\r\nServer: Jetty(9.4.51)\r\n\r\n",
        response.len()
    );
    ((request_head + &request).into_bytes(), (response_head + &response).into_bytes())
}

/// A SOAP envelope around about `len` bytes of rows.
fn envelope(chance: &mut Chance, len: usize, row: &str, body: impl FnOnce(&mut String, &str)) -> String {
    let mut inside = String::with_capacity(len + 512);
    while inside.len() < len {
        let _infallible = writeln!(inside, "      <ns:{row}>");
        for field in FIELDS {
            let _infallible = writeln!(inside, "        <ns:{field}>{}</ns:{field}>", chance.below(1_000_000_000));
        }
        let _infallible = writeln!(inside, "      </ns:{row}>");
    }
    let mut text = String::with_capacity(len + 512);
    text.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\n  <soapenv:Body>\n",
    );
    body(&mut text, &inside);
    text.push_str("\n  </soapenv:Body>\n</soapenv:Envelope>\n");
    text
}
