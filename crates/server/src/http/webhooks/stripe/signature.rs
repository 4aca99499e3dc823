//! Stripe's signature: `Stripe-Signature: t=<seconds>,v1=<hex HMAC-SHA256 of "t.body">`, over the raw bytes
//! (Stripe's documentation, "Verify webhook signatures manually").

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use whence_domain::Instant;
use whence_domain::investigation::AttemptRefusal;

/// How far the signed time may lie from ours, either way, in seconds. What Stripe's own libraries allow.
pub const TOLERANCE_SECONDS: i64 = 300;

/// Why a delivery was not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The endpoint has no secret, so nothing can be believed.
    #[error("this webhook has no signing secret yet: add it under Integrations")]
    NoSecret,
    /// No header.
    #[error("the Stripe-Signature header is missing")]
    Missing,
    /// A header that is not of the form above.
    #[error("the Stripe-Signature header is malformed")]
    Malformed,
    /// Signed too long ago or too far ahead.
    #[error("the delivery was signed more than five minutes from now")]
    Stale,
    /// No signature in it is right.
    #[error("the signature does not match: is the signing secret of this very webhook entered under Integrations?")]
    Mismatch,
}

impl Refusal {
    /// The reason under which it is counted.
    pub const fn reason(self) -> AttemptRefusal {
        match self {
            Self::NoSecret => AttemptRefusal::NoSecret,
            Self::Missing => AttemptRefusal::SignatureMissing,
            Self::Malformed => AttemptRefusal::SignatureMalformed,
            Self::Stale => AttemptRefusal::SignatureStale,
            Self::Mismatch => AttemptRefusal::SignatureWrong,
        }
    }
}

/// The time that a header says it was signed at, in seconds; not verified.
pub fn signed_at(header: Option<&str>) -> Option<i64> {
    parse(header?)?.0.parse().ok()
}

/// Checks a delivery; answers the time it was signed at, in seconds. The whole secret is the key, its prefix included (`product.md` 5 "Inbound webhooks").
///
/// # Errors
/// The reason to refuse it.
pub fn verify(header: Option<&str>, body: &[u8], secret: Option<&str>, now: Instant) -> Result<i64, Refusal> {
    let secret = secret.filter(|secret| !secret.is_empty()).ok_or(Refusal::NoSecret)?;
    let (time, signatures) =
        parse(header.filter(|header| !header.trim().is_empty()).ok_or(Refusal::Missing)?).ok_or(Refusal::Malformed)?;
    let seconds: i64 = time.parse().map_err(|_| Refusal::Malformed)?;
    let now_seconds = now.micros().div_euclid(1_000_000);
    if now_seconds.saturating_sub(seconds).saturating_abs() > TOLERANCE_SECONDS {
        return Err(Refusal::Stale);
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| Refusal::NoSecret)?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    // `verify_slice` compares in constant time and refuses every other length.
    if signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok()) {
        Ok(seconds)
    } else {
        Err(Refusal::Mismatch)
    }
}

/// The time as it was written, and every well-formed `v1` signature. Two times make it malformed.
fn parse(header: &str) -> Option<(&str, Vec<Vec<u8>>)> {
    let mut time = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        let (name, value) = part.trim().split_once('=')?;
        match name {
            "t" if time.is_some() => return None,
            "t" if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() => time = Some(value),
            "t" => return None,
            "v1" => signatures.extend(hex(value)),
            _ => {}
        }
    }
    Some((time?, signatures))
}

/// 64 hexadecimal digits as 32 bytes.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    (digits.len() == 64).then(|| digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_an_example_secret_for_tests";
    const NOW: Instant = Instant::from_seconds(1_800_000_000);

    fn signed(time: &str, body: &[u8], secret: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{time}.").as_bytes());
        mac.update(body);
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("t={time},v1={hex}")
    }

    #[test]
    fn a_genuine_delivery_is_believed() {
        let header = signed("1800000000", b"{}", SECRET);
        assert_eq!(verify(Some(&header), b"{}", Some(SECRET), NOW), Ok(1_800_000_000));
        let rotated = format!("{},{}", signed("1800000000", b"{}", "whsec_old"), header.split_once(',').unwrap().1);
        assert!(verify(Some(&rotated), b"{}", Some(SECRET), NOW).is_ok(), "any one of several signatures suffices");
    }

    #[test]
    fn five_minutes_are_accepted_and_one_second_more_is_not() {
        for (time, expected) in [
            ("1799999700", Ok(1_799_999_700)),
            ("1799999699", Err(Refusal::Stale)),
            ("1800000300", Ok(1_800_000_300)),
            ("1800000301", Err(Refusal::Stale)),
        ] {
            let header = signed(time, b"{}", SECRET);
            assert_eq!(verify(Some(&header), b"{}", Some(SECRET), NOW), expected, "signed at {time}");
        }
    }

    /// Header, body, secret, and what is answered.
    type Case<'a> = (Option<String>, &'a [u8], Option<&'a str>, Refusal);

    #[test]
    fn everything_else_is_refused() {
        let good = signed("1800000000", b"{}", SECRET);
        let mac = good.split_once("v1=").unwrap().1;
        let cases: [Case<'_>; 18] = [
            (None, b"{}", Some(SECRET), Refusal::Missing),
            (Some(String::new()), b"{}", Some(SECRET), Refusal::Missing),
            (Some("v1".into()), b"{}", Some(SECRET), Refusal::Malformed),
            (Some(format!("v1={mac}")), b"{}", Some(SECRET), Refusal::Malformed),
            (Some(format!("t=1800000000,t=1800000000,v1={mac}")), b"{}", Some(SECRET), Refusal::Malformed),
            (Some(format!("t=-1800000000,v1={mac}")), b"{}", Some(SECRET), Refusal::Malformed),
            (Some(format!("t=99999999999999999999,v1={mac}")), b"{}", Some(SECRET), Refusal::Malformed),
            (Some(format!("t=soon,v1={mac}")), b"{}", Some(SECRET), Refusal::Malformed),
            (Some("t=1800000000".into()), b"{}", Some(SECRET), Refusal::Mismatch),
            (Some("t=1800000000,v1=".into()), b"{}", Some(SECRET), Refusal::Mismatch),
            (Some(format!("t=1800000000,v0={mac}")), b"{}", Some(SECRET), Refusal::Mismatch),
            (Some(format!("t=1800000000,v1={}", &mac[..62])), b"{}", Some(SECRET), Refusal::Mismatch),
            (Some(good.clone()), b"{ }", Some(SECRET), Refusal::Mismatch),
            (Some(good.clone()), b"\xef\xbb\xbf{}", Some(SECRET), Refusal::Mismatch),
            (Some(good.clone()), b"{}", Some("whsec_of_another_tenant"), Refusal::Mismatch),
            (Some(good.clone()), b"{}", Some(SECRET.strip_prefix("whsec_").unwrap()), Refusal::Mismatch),
            (Some(good.clone()), b"{}", Some(""), Refusal::NoSecret),
            (Some(good), b"{}", None, Refusal::NoSecret),
        ];
        for (header, body, secret, refusal) in cases {
            assert_eq!(verify(header.as_deref(), body, secret, NOW), Err(refusal), "{header:?}");
        }
    }
}
