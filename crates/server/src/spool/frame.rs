//! How records lie in a segment: a header, then frames of length, checksum and payload. Reading survives a torn tail.

use super::record::Record;

/// Bytes before the first frame: eight that name the format and its version.
pub const HEADER: &[u8; 8] = b"WHSPOOL1";

/// Bytes before a payload: its length and its checksum, both 32 bits, little-endian.
const PREFIX: usize = 8;

/// No payload is longer; a length beyond it is damage.
pub const MAX_PAYLOAD: usize = 256 * 1024;

/// Appends a record to `buffer` as one frame.
///
/// # Errors
/// If it is longer than [`MAX_PAYLOAD`]; nothing is appended then.
pub fn encode(record: &Record<'_>, buffer: &mut Vec<u8>) -> Result<(), postcard::Error> {
    let start = buffer.len();
    buffer.extend_from_slice(&[0; PREFIX]);
    let filled = postcard::to_extend(record, std::mem::take(buffer));
    *buffer = filled?;
    let length = buffer.len() - start - PREFIX;
    if length > MAX_PAYLOAD {
        buffer.truncate(start);
        return Err(postcard::Error::SerializeBufferFull);
    }
    let length_bytes = (length as u32).to_le_bytes();
    let checksum = checksum(length_bytes, &buffer[start + PREFIX..]);
    buffer[start..start + 4].copy_from_slice(&length_bytes);
    buffer[start + 4..start + PREFIX].copy_from_slice(&checksum.to_le_bytes());
    Ok(())
}

/// The length is part of what is checked, so that a damaged length is noticed too.
fn checksum(length: [u8; 4], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(payload);
    hasher.finalize()
}

/// One step of reading.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A whole frame: its payload, and where the next one begins.
    Frame {
        /// What was stored.
        payload: &'a [u8],
        /// Bytes that the frame takes.
        size: usize,
    },
    /// Damage, with sound frames after it.
    Damaged {
        /// Bytes up to the next sound frame.
        size: usize,
    },
    /// Nothing sound follows: the end, or a write that a crash cut off.
    End,
}

/// Reads the frame at the beginning of `bytes`.
pub fn step(bytes: &[u8]) -> Step<'_> {
    if let Some((payload, size)) = frame(bytes) {
        return Step::Frame { payload, size };
    }
    // The frame may be whole but cut off by how much the caller read; telling the two apart is the caller's business
    // (it reads segments whole). Damage in the middle is told from a torn tail by what follows.
    (1..bytes.len()).find(|skip| frame(&bytes[*skip..]).is_some()).map_or(Step::End, |size| Step::Damaged { size })
}

fn frame(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let length_bytes: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    let length = u32::from_le_bytes(length_bytes) as usize;
    if length == 0 || length > MAX_PAYLOAD {
        return None;
    }
    let expected = u32::from_le_bytes(bytes.get(4..PREFIX)?.try_into().ok()?);
    let payload = bytes.get(PREFIX..PREFIX + length)?;
    (checksum(length_bytes, payload) == expected).then_some((payload, PREFIX + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spool::record::Miss;
    use proptest::prelude::*;
    use whence_domain::Instant;
    use whence_domain::tracking::Outcome;

    fn miss(path: &str) -> Record<'_> {
        Record::Miss(Miss {
            at: Instant::from_millis(5),
            program: None,
            mode: None,
            host: "go.shop.test",
            path,
            link: None,
            outcome: Outcome::Unknown,
            reason: "no_such_link",
            referrer_host: None,
        })
    }

    fn three() -> (Vec<u8>, Vec<usize>) {
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        for path in ["/a", "/bb", "/ccc"] {
            encode(&miss(path), &mut bytes).expect("small");
            ends.push(bytes.len());
        }
        (bytes, ends)
    }

    fn read_all(mut bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
        let (mut payloads, mut damaged) = (Vec::new(), 0);
        loop {
            match step(bytes) {
                Step::Frame { payload, size } => {
                    payloads.push(payload.to_vec());
                    bytes = &bytes[size..];
                }
                Step::Damaged { size } => {
                    damaged += 1;
                    bytes = &bytes[size..];
                }
                Step::End => return (payloads, damaged),
            }
        }
    }

    #[test]
    fn what_was_framed_reads_back() {
        let (bytes, _) = three();
        let (payloads, damaged) = read_all(&bytes);
        assert_eq!((payloads.len(), damaged), (3, 0));
        assert_eq!(postcard::from_bytes::<Record<'_>>(&payloads[2]).expect("a record"), miss("/ccc"));
    }

    #[test]
    fn a_tail_torn_at_any_byte_loses_only_the_frame_it_tears() {
        let (bytes, ends) = three();
        for cut in 0..=bytes.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count();
            let (payloads, damaged) = read_all(&bytes[..cut]);
            assert_eq!((payloads.len(), damaged), (whole, 0), "cut at {cut}");
        }
    }

    #[test]
    fn a_tail_of_zeros_is_an_end() {
        let (mut bytes, _) = three();
        bytes.extend([0; 4096]);
        assert_eq!(read_all(&bytes).0.len(), 3);
        assert_eq!(step(&[0; 4096]), Step::End);
    }

    proptest! {
        #[test]
        fn damage_in_one_frame_never_hides_the_others(at in 0usize..100, flip in 1u8..=255) {
            let (mut bytes, ends) = three();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            let hit = ends.iter().position(|end| at < *end).expect("within a frame");
            let (payloads, damaged) = read_all(&bytes);
            prop_assert_eq!(payloads.len(), 2);
            // Damage of the last frame cannot be told from a torn tail.
            prop_assert_eq!(damaged, usize::from(hit < 2));
        }
    }
}
