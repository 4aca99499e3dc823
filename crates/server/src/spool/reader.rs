//! Reads segments back, piece by piece, for the drain.

use super::frame::{self, HEADER, MAX_PAYLOAD, Step};
use super::log::Position;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes read at a time; more than the longest frame.
const CHUNK: u64 = 1024 * 1024;

/// Something found in a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A sound frame.
    Record {
        /// Where its frame begins.
        offset: u64,
        /// What it holds.
        payload: Vec<u8>,
    },
    /// Bytes that are no frame, with sound ones after them.
    Damaged {
        /// Where they begin.
        offset: u64,
        /// What they are.
        bytes: Vec<u8>,
    },
}

/// What lies between two places of the log.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// In order.
    pub entries: Vec<Entry>,
    /// Where the piece ends.
    pub end: Position,
}

/// How far a log may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A living one: to what is durable.
    Durable(Position),
    /// One that ended: to its end.
    Whole,
}

/// Reads up to `most` entries after `from`, all of one segment. An empty piece means that there is nothing more; its end may still lie in a
/// later segment than `from`.
///
/// # Errors
/// The operating system's, and `InvalidData` for a segment of a format that this program does not know.
pub fn read(folder: &Path, from: Position, limit: Limit, most: usize) -> io::Result<Piece> {
    let segments = super::folder::segments(folder)?;
    let mut piece = Piece { entries: Vec::new(), end: from };
    for segment in segments.into_iter().filter(|segment| *segment >= from.segment) {
        let until = match limit {
            Limit::Durable(durable) if segment > durable.segment => break,
            Limit::Durable(durable) if segment == durable.segment => durable.offset,
            _ => u64::MAX,
        };
        if segment > piece.end.segment {
            piece.end = Position { segment, offset: 0 };
        }
        let path = super::folder::segment(folder, segment);
        read_segment(&path, until, most, &mut piece)?;
        if !piece.entries.is_empty() {
            break;
        }
    }
    Ok(piece)
}

fn read_segment(path: &Path, until: u64, most: usize, piece: &mut Piece) -> io::Result<()> {
    let mut file = File::open(path)?;
    if piece.end.offset < HEADER.len() as u64 {
        if !has_header(&mut file, path)? {
            return Ok(());
        }
        piece.end.offset = HEADER.len() as u64;
    }
    let mut buffer = Vec::new();
    loop {
        let want = CHUNK.min(until.saturating_sub(piece.end.offset));
        buffer.clear();
        file.seek(SeekFrom::Start(piece.end.offset))?;
        (&mut file).take(want).read_to_end(&mut buffer)?;
        let more_follows = buffer.len() as u64 == CHUNK;
        let used = take_entries(&buffer, more_follows, most, piece);
        if used == 0 || !more_follows || piece.entries.len() >= most {
            return Ok(());
        }
    }
}

/// A file shorter than its header was made by a process that died at that moment: it holds nothing.
fn has_header(file: &mut File, path: &Path) -> io::Result<bool> {
    let mut header = [0; HEADER.len()];
    match file.read_exact(&mut header) {
        Ok(()) if header == *HEADER => Ok(true),
        // A header that a power cut left as zeros was never synced, so nothing behind it was acknowledged.
        Ok(()) if header == [0; HEADER.len()] => Ok(false),
        Ok(()) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{} is of a format that this version does not know", path.display()),
        )),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes whole frames from `buffer`; answers how many bytes they took.
fn take_entries(buffer: &[u8], more_follows: bool, most: usize, piece: &mut Piece) -> usize {
    let mut used = 0;
    while piece.entries.len() < most {
        let rest = &buffer[used..];
        let offset = piece.end.offset;
        let size = match frame::step(rest) {
            Step::Frame { payload, size } => {
                piece.entries.push(Entry::Record { offset, payload: payload.to_vec() });
                size
            }
            // Close to the end of what was read, a frame may merely be cut off by that end.
            _ if more_follows && rest.len() < MAX_PAYLOAD + HEADER.len() => break,
            Step::Damaged { size } => {
                piece.entries.push(Entry::Damaged { offset, bytes: rest[..size].to_vec() });
                size
            }
            // Nothing sound in a whole chunk: all of it is damage, and sound frames may follow in the next.
            Step::End if more_follows => {
                let size = rest.len() - MAX_PAYLOAD;
                piece.entries.push(Entry::Damaged { offset, bytes: rest[..size].to_vec() });
                size
            }
            Step::End => break,
        };
        used += size;
        piece.end.offset += size as u64;
    }
    used
}
