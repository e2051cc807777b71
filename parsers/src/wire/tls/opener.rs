//! Opening the records of one direction: decryption, and the check of the MAC or tag, which is never left out.
//!
//! Knows nothing of handshakes; a key goes in, records come out in clear. Layouts: RFC 5246 section 6.2.3 (TLS 1.2),
//! RFC 4346 (1.1), RFC 2246 (1.0), RFC 7366 (encrypt-then-MAC), RFC 8446 section 5.2 (1.3), RFC 7905 (ChaCha20).

use super::hash::Hash;
use super::record::Header;
use super::suite::{Algorithms, Bulk};
use super::version::Version;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, Nonce, Tag};
use aes_gcm::{Aes128Gcm, Aes256Gcm, AesGcm, KeyInit};
use cbc::cipher::{Block, BlockCipherDecrypt, BlockModeDecrypt, KeyIvInit};
use ccm::Ccm;
use ccm::consts::{U8, U12, U16};
use chacha20poly1305::ChaCha20Poly1305;
use rc4::{Rc4, StreamCipher};

/// The most records that may have been lost in a gap for the ones behind it to be found again; each is tried.
const MOST_LOST: u64 = 4096;

/// The keys of one direction, as the key block or the traffic secret gives them.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    pub(super) mac: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) iv: Vec<u8>,
}

/// Opens the records of one direction under one set of keys.
pub(super) struct Opener {
    version: Version,
    algorithms: Algorithms,
    encrypt_then_mac: bool,
    mac_key: Vec<u8>,
    /// The fixed part of AEAD's nonce; the last block of the previous record for CBC in TLS 1.0, where it is known.
    iv: Option<Vec<u8>>,
    cipher: Cipher,
    /// The next record's number.
    sequence: u64,
    /// How many records before the next may have been lost.
    lost_at_most: u64,
}

enum Cipher {
    Null,
    Rc4(Box<Rc4>),
    /// Key schedules are set up per record; CBC of legacy peers is no bulk traffic.
    Cbc(Vec<u8>),
    Aes128Gcm(Box<Aes128Gcm>),
    Aes256Gcm(Box<Aes256Gcm>),
    Aria128Gcm(Box<AesGcm<aria::Aria128, U12>>),
    Aria256Gcm(Box<AesGcm<aria::Aria256, U12>>),
    Aes128Ccm(Box<Ccm<aes::Aes128, U16, U12>>),
    Aes256Ccm(Box<Ccm<aes::Aes256, U16, U12>>),
    Aes128Ccm8(Box<Ccm<aes::Aes128, U8, U12>>),
    Aes256Ccm8(Box<Ccm<aes::Aes256, U8, U12>>),
    ChaCha20(Box<ChaCha20Poly1305>),
}

impl std::fmt::Debug for Opener {
    /// Without the keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opener").field("bulk", &self.algorithms.bulk).field("sequence", &self.sequence).finish()
    }
}

/// A record that can't be opened with these keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The MAC or tag is wrong, or the record can't be one.
    Unauthentic,
    /// The record before, whose last block is needed, was lost.
    NoIv,
}

/// A record in clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opened<'a> {
    /// What it carries; TLS 1.3 says so inside only.
    pub(super) kind: u8,
    pub(super) content: &'a [u8],
}

impl Opener {
    /// `None` where the keys don't fit the algorithms.
    pub(super) fn new(version: Version, algorithms: Algorithms, encrypt_then_mac: bool, keys: Keys) -> Option<Self> {
        let cipher = match algorithms.bulk {
            Bulk::Null => Cipher::Null,
            Bulk::Rc4 => Cipher::Rc4(Box::new(Rc4::new_from_slice(&keys.key).ok()?)),
            Bulk::DesCbc | Bulk::TripleDesCbc | Bulk::AesCbc(_) | Bulk::CamelliaCbc(_) => Cipher::Cbc(keys.key),
            Bulk::AesGcm(16) => Cipher::Aes128Gcm(boxed(&keys.key)?),
            Bulk::AesGcm(_) => Cipher::Aes256Gcm(boxed(&keys.key)?),
            Bulk::AriaGcm(16) => Cipher::Aria128Gcm(boxed(&keys.key)?),
            Bulk::AriaGcm(_) => Cipher::Aria256Gcm(boxed(&keys.key)?),
            Bulk::AesCcm(16, 8) => Cipher::Aes128Ccm8(boxed(&keys.key)?),
            Bulk::AesCcm(_, 8) => Cipher::Aes256Ccm8(boxed(&keys.key)?),
            Bulk::AesCcm(16, _) => Cipher::Aes128Ccm(boxed(&keys.key)?),
            Bulk::AesCcm(..) => Cipher::Aes256Ccm(boxed(&keys.key)?),
            Bulk::ChaCha20Poly1305 => Cipher::ChaCha20(boxed(&keys.key)?),
        };
        let encrypt_then_mac = encrypt_then_mac && algorithms.bulk.block() > 0;
        let (mac_key, iv) = (keys.mac, Some(keys.iv));
        Some(Self { version, algorithms, encrypt_then_mac, mac_key, iv, cipher, sequence: 0, lost_at_most: 0 })
    }

    /// Bytes that protection adds to a record's content, at least.
    pub(super) fn overhead(&self) -> usize {
        let bulk = self.algorithms.bulk;
        let mac = self.algorithms.mac.map_or(0, Hash::size);
        match self.version {
            Version::Tls13 => bulk.tag() + 1,
            _ if bulk == Bulk::ChaCha20Poly1305 => bulk.tag(),
            _ if bulk.is_aead() => 8 + bulk.tag(),
            _ if bulk.block() > 0 && self.has_explicit_iv() => bulk.block() + mac + 1,
            _ if bulk.block() > 0 => mac + 1,
            _ => mac,
        }
    }

    /// Notes that one record with so many bytes behind its header was lost.
    pub(super) fn lost_one(&mut self, length: usize) {
        self.sequence += 1;
        if !self.has_explicit_iv() {
            self.iv = None;
        }
        if let Cipher::Rc4(rc4) = &mut self.cipher {
            rc4.apply_keystream(&mut vec![0; length]);
        }
    }

    /// Notes that an unknown number of records was lost, at most so many. False where that can't be made good.
    pub(super) fn lost_some(&mut self, at_most: u64) -> bool {
        self.lost_at_most = self.lost_at_most.saturating_add(at_most);
        if !self.has_explicit_iv() {
            self.iv = None;
        }
        self.lost_at_most <= MOST_LOST && !matches!(self.cipher, Cipher::Rc4(_))
    }

    /// Opens the next record in place.
    pub(super) fn open<'a>(&mut self, header: Header, fragment: &'a mut [u8]) -> Result<Opened<'a>, Refused> {
        if self.lost_at_most == 0 {
            return self.open_as(self.sequence, header, fragment);
        }
        // The number isn't known: only the right one opens the record.
        for sequence in self.sequence..=self.sequence.saturating_add(self.lost_at_most) {
            let mut copy = fragment.to_vec();
            let iv = self.iv.clone();
            match self.open_as(sequence, header, &mut copy) {
                Ok(_) => {
                    self.lost_at_most = 0;
                    self.iv = iv;
                    return self.open_as(sequence, header, fragment);
                }
                Err(Refused::NoIv) => return Err(Refused::NoIv),
                Err(Refused::Unauthentic) => self.iv = iv,
            }
        }
        Err(Refused::Unauthentic)
    }

    fn open_as<'a>(&mut self, sequence: u64, header: Header, fragment: &'a mut [u8]) -> Result<Opened<'a>, Refused> {
        let opened = if self.algorithms.bulk.is_aead() {
            self.open_aead(sequence, header, fragment)?
        } else {
            self.open_with_mac(sequence, header, fragment)?
        };
        self.sequence = sequence + 1;
        Ok(opened)
    }

    fn open_aead<'a>(&self, sequence: u64, header: Header, fragment: &'a mut [u8]) -> Result<Opened<'a>, Refused> {
        let fixed = self.iv.as_deref().ok_or(Refused::NoIv)?;
        let explicit = if fixed.len() == 4 { 8 } else { 0 };
        let tag = self.algorithms.bulk.tag();
        let length = fragment.len().checked_sub(explicit + tag).ok_or(Refused::Unauthentic)?;
        let mut nonce = [0; 12];
        if explicit > 0 {
            nonce[..4].copy_from_slice(fixed);
            nonce[4..].copy_from_slice(&fragment[..8]);
        } else {
            nonce[4..].copy_from_slice(&sequence.to_be_bytes());
            nonce.iter_mut().zip(fixed).for_each(|(n, f)| *n ^= f);
        }
        let tls13 = self.version == Version::Tls13;
        let aad = if tls13 { header.bytes().to_vec() } else { header.authenticated(sequence, length).to_vec() };
        let (body, tag) = fragment[explicit..].split_at_mut(length);
        self.decrypt_aead(&nonce, &aad, body, tag).ok_or(Refused::Unauthentic)?;
        if !tls13 {
            return Ok(Opened { kind: header.kind, content: body });
        }
        // The real kind is the last byte that isn't padding (RFC 8446 section 5.4).
        let end = body.iter().rposition(|&byte| byte != 0).ok_or(Refused::Unauthentic)?;
        Ok(Opened { kind: body[end], content: &body[..end] })
    }

    fn decrypt_aead(&self, nonce: &[u8; 12], aad: &[u8], body: &mut [u8], tag: &[u8]) -> Option<()> {
        match &self.cipher {
            Cipher::Aes128Gcm(c) => decrypt(&**c, nonce, aad, body, tag),
            Cipher::Aes256Gcm(c) => decrypt(&**c, nonce, aad, body, tag),
            Cipher::Aria128Gcm(c) => decrypt(&**c, nonce, aad, body, tag),
            Cipher::Aria256Gcm(c) => decrypt(&**c, nonce, aad, body, tag),
            Cipher::Aes128Ccm(c) => decrypt(&**c, nonce, aad, body, tag),
            Cipher::Aes256Ccm(c) => decrypt(&**c, nonce, aad, body, tag),
            Cipher::Aes128Ccm8(c) => decrypt(&**c, nonce, aad, body, tag),
            Cipher::Aes256Ccm8(c) => decrypt(&**c, nonce, aad, body, tag),
            Cipher::ChaCha20(c) => decrypt(&**c, nonce, aad, body, tag),
            Cipher::Null | Cipher::Rc4(_) | Cipher::Cbc(_) => None,
        }
    }

    fn open_with_mac<'a>(
        &mut self,
        sequence: u64,
        header: Header,
        fragment: &'a mut [u8],
    ) -> Result<Opened<'a>, Refused> {
        let hash = self.algorithms.mac.ok_or(Refused::Unauthentic)?;
        let mut fragment = fragment;
        if self.encrypt_then_mac {
            let length = fragment.len().checked_sub(hash.size()).ok_or(Refused::Unauthentic)?;
            let (protected, mac) = fragment.split_at_mut(length);
            let sealed = header.authenticated(sequence, length);
            if !hash.verify(&self.mac_key, &[&sealed, protected], mac) {
                return Err(Refused::Unauthentic);
            }
            fragment = protected;
        }
        let bulk = self.algorithms.bulk;
        let content = match &mut self.cipher {
            Cipher::Rc4(rc4) => {
                rc4.apply_keystream(fragment);
                fragment
            }
            Cipher::Cbc(key) => {
                let block = bulk.block();
                let next = fragment.len().checked_sub(block).map(|at| fragment[at..].to_vec());
                let (iv, body) = if self.version.has_explicit_iv() {
                    let (iv, body) = fragment.split_at_mut_checked(block).ok_or(Refused::Unauthentic)?;
                    (Some(iv.to_vec()), body)
                } else {
                    (std::mem::replace(&mut self.iv, next), fragment)
                };
                let iv = iv.ok_or(Refused::NoIv)?;
                decrypt_cbc(bulk, key, &iv, body).ok_or(Refused::Unauthentic)?;
                let length = unpadded(body).ok_or(Refused::Unauthentic)?;
                &mut body[..length]
            }
            _ => fragment,
        };
        if self.encrypt_then_mac {
            return Ok(Opened { kind: header.kind, content });
        }
        let length = content.len().checked_sub(hash.size()).ok_or(Refused::Unauthentic)?;
        let (content, mac) = content.split_at_mut(length);
        let sealed = header.authenticated(sequence, length);
        if !hash.verify(&self.mac_key, &[&sealed, content], mac) {
            return Err(Refused::Unauthentic);
        }
        Ok(Opened { kind: header.kind, content })
    }

    /// Whether every record can be opened without the one before.
    fn has_explicit_iv(&self) -> bool {
        self.algorithms.bulk.block() == 0 || self.version.has_explicit_iv()
    }
}

fn boxed<C: KeyInit>(key: &[u8]) -> Option<Box<C>> {
    C::new_from_slice(key).ok().map(Box::new)
}

fn decrypt<C: AeadInOut>(cipher: &C, nonce: &[u8; 12], aad: &[u8], body: &mut [u8], tag: &[u8]) -> Option<()> {
    let nonce = <&Nonce<C>>::try_from(&nonce[..]).ok()?;
    let tag = <&Tag<C>>::try_from(tag).ok()?;
    cipher.decrypt_inout_detached(nonce, aad, InOutBuf::from(body), tag).ok()
}

fn decrypt_cbc(bulk: Bulk, key: &[u8], iv: &[u8], body: &mut [u8]) -> Option<()> {
    fn run<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], body: &mut [u8]) -> Option<()> {
        let mut cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
        let (blocks, rest) = Block::<C>::slice_as_chunks_mut(body);
        if !rest.is_empty() || blocks.is_empty() {
            return None;
        }
        cipher.decrypt_blocks(blocks);
        Some(())
    }
    match bulk {
        Bulk::DesCbc => run::<des::Des>(key, iv, body),
        Bulk::TripleDesCbc => run::<des::TdesEde3>(key, iv, body),
        Bulk::AesCbc(16) => run::<aes::Aes128>(key, iv, body),
        Bulk::AesCbc(_) => run::<aes::Aes256>(key, iv, body),
        Bulk::CamelliaCbc(16) => run::<camellia::Camellia128>(key, iv, body),
        Bulk::CamelliaCbc(_) => run::<camellia::Camellia256>(key, iv, body),
        _ => None,
    }
}

/// The length without padding: every byte of it says how many there are before the last.
fn unpadded(body: &[u8]) -> Option<usize> {
    let padding = *body.last()?;
    let length = body.len().checked_sub(usize::from(padding) + 1)?;
    body[length..].iter().all(|&byte| byte == padding).then_some(length)
}
