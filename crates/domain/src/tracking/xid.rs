//! The click id (`product.md` 4 "Click id"): 32 letters and digits that prove a genuine click without a look-up.
//!
//! 190 bits, most significant first: key version 4, link number 36, milliseconds since 2024-01-01T00:00Z 41, mode 1,
//! class 4, incarnation 24, counter 16, MAC 64; written in base 62 with exactly 32 digits. Every id has one spelling.

use super::screening::Outcome;
use crate::mode::Mode;
use crate::time::Instant;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;

/// Characters of a click id.
pub const XID_LENGTH: usize = 32;

/// 2024-01-01T00:00Z in milliseconds since 1970, where the ids' own time begins.
pub const XID_EPOCH_MILLIS: i64 = 1_704_067_200_000;

/// The greatest link number that fits.
pub const MAX_LINK_NUMBER: u64 = (1 << 36) - 1;

/// The greatest incarnation number that fits.
pub const MAX_INCARNATION: u32 = (1 << 24) - 1;

const MAX_MILLIS: i64 = (1 << 41) - 1;
const PAYLOAD_BITS: u32 = 126;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62^8, so that eight digits at a time are worked out in one machine word.
const CHUNK: u64 = 218_340_105_584_896;

/// A click id as text: 32 characters of the alphabet, canonical. Says nothing about whether it is genuine.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Xid([u8; XID_LENGTH]);

/// Which click it is: the primary key of a click's row. The text of the id has no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClickKey {
    /// Which run of which process issued it; below 2^24.
    pub incarnation: u32,
    /// When, in milliseconds since 1970 (not since the ids' own epoch).
    pub millis: i64,
    /// Which one within that millisecond.
    pub counter: u16,
}

/// Everything that a click id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct XidFields {
    /// The number of the link, which fixes program and mode and is never given to another.
    pub link_number: u64,
    /// Live or test.
    pub mode: Mode,
    /// What screening said when the click was made.
    pub class: Outcome,
    /// Which click it is.
    pub key: ClickKey,
}

impl XidFields {
    /// When the click was made; attribution orders touches by this.
    pub fn at(&self) -> Instant {
        Instant::from_millis(self.key.millis)
    }
}

/// Why a text is no click id of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XidRefusal {
    /// Not 32 letters and digits in canonical form, or a class that nobody issues.
    #[error("not a click id")]
    Malformed,
    /// Made with a key that we do not have (any more).
    #[error("a click id of an unknown key")]
    UnknownKey,
    /// The proof does not fit: forged, or damaged on the way.
    #[error("a click id that we did not issue")]
    Forged,
}

impl Xid {
    /// Reads 32 characters; refuses any other length, alphabet or a number above 190 bits.
    pub fn parse(text: &str) -> Result<Self, XidRefusal> {
        let bytes: [u8; XID_LENGTH] = text.as_bytes().try_into().map_err(|_| XidRefusal::Malformed)?;
        decode(&bytes).map(|_| Self(bytes)).ok_or(XidRefusal::Malformed)
    }

    /// The 32 characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the digits are ASCII")
    }
}

impl fmt::Display for Xid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Xid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Xid({})", self.as_str())
    }
}

/// The keys that ids are proved with: the one that new ids get, and older ones that still verify until the longest window
/// ends. The padded inner and outer states are computed once, not per click.
#[derive(Clone)]
pub struct KeyRing {
    keys: [Option<Hmac<Sha256>>; 16],
    current: u8,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing(current {})", self.current)
    }
}

impl KeyRing {
    /// Puts the keys together; each is a version (0 to 15) and its secret. The greatest version signs new ids. `None` if
    /// there is no key, a version above 15, or an empty secret.
    pub fn new<'a>(keys: impl IntoIterator<Item = (u8, &'a [u8])>) -> Option<Self> {
        let mut ring = Self { keys: std::array::from_fn(|_| None), current: 0 };
        let mut any = false;
        for (version, secret) in keys {
            if secret.is_empty() {
                return None;
            }
            let state = Hmac::<Sha256>::new_from_slice(secret).ok()?;
            *ring.keys.get_mut(usize::from(version))? = Some(state);
            ring.current = if any { ring.current.max(version) } else { version };
            any = true;
        }
        any.then_some(ring)
    }

    /// The version that new ids get.
    pub fn current(&self) -> u8 {
        self.current
    }

    /// Issues the id of a click. Numbers that do not fit their bits are cut to them; the callers' own limits keep them
    /// from that (links and incarnations are counted by the database, time fits until 2093).
    pub fn mint(&self, fields: &XidFields) -> Xid {
        let payload = pack(self.current, fields);
        let mac = self.mac(self.current, payload).expect("the current key is in the ring");
        encode(payload, mac)
    }

    /// Reads an id that came back and says what it states, if it is one of ours. Constant in time over the proof.
    pub fn verify(&self, text: &str) -> Result<XidFields, XidRefusal> {
        let bytes: &[u8; XID_LENGTH] = text.as_bytes().try_into().map_err(|_| XidRefusal::Malformed)?;
        let (payload, mac) = decode(bytes).ok_or(XidRefusal::Malformed)?;
        let (version, fields) = unpack(payload);
        let expected = self.mac(version, payload).ok_or(XidRefusal::UnknownKey)?;
        if !bool::from(expected.to_be_bytes().ct_eq(&mac.to_be_bytes())) {
            return Err(XidRefusal::Forged);
        }
        fields.ok_or(XidRefusal::Malformed)
    }

    fn mac(&self, version: u8, payload: u128) -> Option<u64> {
        let mut state = self.keys.get(usize::from(version))?.clone()?;
        state.update(&payload.to_be_bytes());
        let full = state.finalize().into_bytes();
        let first: [u8; 8] = full[..8].try_into().expect("a SHA-256 has 32 bytes");
        Some(u64::from_be_bytes(first))
    }
}

fn pack(version: u8, fields: &XidFields) -> u128 {
    let millis = (fields.key.millis - XID_EPOCH_MILLIS).clamp(0, MAX_MILLIS);
    let mode = u128::from(fields.mode == Mode::Test);
    let mut bits = u128::from(version & 15);
    bits = (bits << 36) | u128::from(fields.link_number & MAX_LINK_NUMBER);
    bits = (bits << 41) | u128::from(millis.unsigned_abs());
    bits = (bits << 1) | mode;
    bits = (bits << 4) | u128::from(fields.class.code() & 15);
    bits = (bits << 24) | u128::from(fields.key.incarnation & MAX_INCARNATION);
    (bits << 16) | u128::from(fields.key.counter)
}

/// The key version, and the fields unless the class is one that nobody issues.
fn unpack(payload: u128) -> (u8, Option<XidFields>) {
    let take = |shift: u32, bits: u32| (payload >> shift) as u64 & ((1 << bits) - 1);
    let version = take(122, 4) as u8;
    let fields = Outcome::from_code(take(40, 4) as u8).map(|class| XidFields {
        link_number: take(86, 36),
        mode: if take(44, 1) == 1 { Mode::Test } else { Mode::Live },
        class,
        key: ClickKey {
            incarnation: take(16, 24) as u32,
            millis: take(45, 41) as i64 + XID_EPOCH_MILLIS,
            counter: take(0, 16) as u16,
        },
    });
    (version, fields)
}

fn encode(payload: u128, mac: u64) -> Xid {
    let mut limbs = [(payload >> 64) as u64, payload as u64, mac];
    let mut text = [b'0'; XID_LENGTH];
    for eight in text.rchunks_exact_mut(8) {
        let mut rest = divide(&mut limbs, CHUNK);
        for digit in eight.iter_mut().rev() {
            *digit = DIGITS[(rest % 62) as usize];
            rest /= 62;
        }
    }
    Xid(text)
}

/// Divides a number of three words in place and answers the remainder.
fn divide(limbs: &mut [u64; 3], by: u64) -> u64 {
    let mut rest = 0u128;
    for limb in limbs {
        let here = (rest << 64) | u128::from(*limb);
        *limb = (here / u128::from(by)) as u64;
        rest = here % u128::from(by);
    }
    rest as u64
}

fn decode(text: &[u8; XID_LENGTH]) -> Option<(u128, u64)> {
    let mut limbs = [0u64; 3];
    for eight in text.chunks_exact(8) {
        let mut value = 0u64;
        for &character in eight {
            value = value * 62 + u64::from(digit(character)?);
        }
        let mut carry = u128::from(value);
        for limb in limbs.iter_mut().rev() {
            let here = u128::from(*limb) * u128::from(CHUNK) + carry;
            *limb = here as u64;
            carry = here >> 64;
        }
        if carry != 0 {
            return None;
        }
    }
    let payload = (u128::from(limbs[0]) << 64) | u128::from(limbs[1]);
    (payload >> PAYLOAD_BITS == 0).then_some((payload, limbs[2]))
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'A'..=b'Z' => Some(character - b'A' + 10),
        b'a'..=b'z' => Some(character - b'a' + 36),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring() -> KeyRing {
        KeyRing::new([(3, b"an older secret".as_slice()), (4, b"the current secret".as_slice())]).expect("two keys")
    }

    fn some_fields() -> impl Strategy<Value = XidFields> {
        (0..=MAX_LINK_NUMBER, 0..=MAX_MILLIS, any::<bool>(), 0u8..13, 0..=MAX_INCARNATION, any::<u16>()).prop_map(
            |(link_number, millis, test, class, incarnation, counter)| XidFields {
                link_number,
                mode: if test { Mode::Test } else { Mode::Live },
                class: Outcome::from_code(class).expect("below 13"),
                key: ClickKey { incarnation, millis: millis + XID_EPOCH_MILLIS, counter },
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_minted_verifies_to_the_same_fields(fields in some_fields()) {
            let xid = ring().mint(&fields);
            prop_assert_eq!(xid.as_str().len(), XID_LENGTH);
            prop_assert!(xid.as_str().bytes().all(|b| b.is_ascii_alphanumeric()));
            prop_assert_eq!(ring().verify(xid.as_str()), Ok(fields));
            prop_assert_eq!(Xid::parse(xid.as_str()), Ok(xid));
        }

        #[test]
        fn an_id_with_any_character_changed_is_refused(fields in some_fields(), place in 0..XID_LENGTH, with in 0usize..62) {
            let xid = ring().mint(&fields);
            let mut bytes = xid.as_str().as_bytes().to_vec();
            prop_assume!(bytes[place] != DIGITS[with]);
            bytes[place] = DIGITS[with];
            let changed = String::from_utf8(bytes).expect("ASCII");
            prop_assert!(ring().verify(&changed).is_err());
        }

        #[test]
        fn random_text_is_refused_without_a_panic(text in ".{0,40}") {
            prop_assert!(ring().verify(&text).is_err());
        }
    }

    fn fields() -> XidFields {
        XidFields {
            link_number: 77,
            mode: Mode::Live,
            class: Outcome::Counted,
            key: ClickKey { incarnation: 9, millis: 1_772_323_200_123, counter: 5 },
        }
    }

    #[test]
    fn a_number_above_190_bits_is_no_id() {
        let all_z = "z".repeat(XID_LENGTH);
        assert_eq!(Xid::parse(&all_z), Err(XidRefusal::Malformed));
        let greatest = encode((1 << PAYLOAD_BITS) - 1, u64::MAX);
        assert_eq!(Xid::parse(greatest.as_str()), Ok(greatest));
        let one_more = {
            let mut bytes = greatest.as_str().as_bytes().to_vec();
            let last = bytes.last_mut().expect("32 digits");
            *last = DIGITS[usize::from(digit(*last).expect("a digit")) + 1];
            String::from_utf8(bytes).expect("ASCII")
        };
        assert_eq!(Xid::parse(&one_more), Err(XidRefusal::Malformed));
    }

    #[test]
    fn another_length_is_no_id() {
        let xid = ring().mint(&fields());
        assert_eq!(ring().verify(&xid.as_str()[1..]), Err(XidRefusal::Malformed));
        assert_eq!(ring().verify(&format!("0{xid}")), Err(XidRefusal::Malformed));
        assert_eq!(ring().verify(""), Err(XidRefusal::Malformed));
    }

    #[test]
    fn a_retired_key_still_verifies_and_an_unknown_one_does_not() {
        let old = KeyRing::new([(3, b"an older secret".as_slice())]).expect("one key");
        assert_eq!(ring().verify(old.mint(&fields()).as_str()), Ok(fields()));
        assert_eq!(old.verify(ring().mint(&fields()).as_str()), Err(XidRefusal::UnknownKey));
    }

    #[test]
    fn an_id_of_another_installation_is_forged() {
        let other = KeyRing::new([(4, b"somebody else's secret".as_slice())]).expect("one key");
        assert_eq!(ring().verify(other.mint(&fields()).as_str()), Err(XidRefusal::Forged));
    }

    #[test]
    fn a_ring_needs_a_key_a_version_below_16_and_a_secret() {
        assert!(KeyRing::new([]).is_none());
        assert!(KeyRing::new([(16, b"x".as_slice())]).is_none());
        assert!(KeyRing::new([(0, b"".as_slice())]).is_none());
    }

    #[test]
    fn the_spelling_of_an_id_is_fixed_for_good() {
        // Ids live for years in cookies and in other companies' databases: this must never change.
        let ring = KeyRing::new([(1, b"0123456789abcdef0123456789abcdef".as_slice())]).expect("one key");
        assert_eq!(ring.mint(&fields()).as_str(), "2ftNLh3YOsRINf5H4cCmxgUf5buEhViP");
    }
}
