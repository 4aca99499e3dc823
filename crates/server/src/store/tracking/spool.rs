//! How far each run's spool is drained, and which incarnation numbers are leased.

use crate::spool::Position;
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_optional};
use whence_domain::Instant;

#[derive(sqlx::FromRow)]
struct PositionRow {
    segment: i64,
    position: i64,
}

/// How far a run has been drained; the beginning, if nobody drained it yet.
pub async fn find_position(conn: &mut Conn, incarnation: u32) -> Result<Option<Position>, StoreError> {
    let Some(row) = fetch_optional!(conn, PositionRow, "spool.find_position", i64::from(incarnation))? else {
        return Ok(None);
    };
    let broken = |error: std::num::TryFromIntError| StoreError::corrupt("drained position", error);
    Ok(Some(Position {
        segment: u32::try_from(row.segment).map_err(broken)?,
        offset: u64::try_from(row.position).map_err(broken)?,
    }))
}

/// Notes that a run is drained from its beginning, unless somebody noted it already.
pub async fn begin(conn: &mut Conn, incarnation: u32, node: &str, slot: i64, now: Instant) -> Result<(), StoreError> {
    execute!(conn, "spool.begin", i64::from(incarnation), node, slot, now.micros())?;
    Ok(())
}

/// Moves the drained place of a run from `from` to `to`; false if it was not at `from`, and then nothing changed.
pub async fn advance(
    conn: &mut Conn,
    incarnation: u32,
    from: Position,
    to: Position,
    now: Instant,
) -> Result<bool, StoreError> {
    let offset = |position: Position| i64::try_from(position.offset).unwrap_or(i64::MAX);
    let moved = execute!(
        conn,
        "spool.advance",
        i64::from(to.segment),
        offset(to),
        now.micros(),
        i64::from(incarnation),
        i64::from(from.segment),
        offset(from)
    )?;
    Ok(moved == 1)
}

/// Leases a block of incarnation numbers to a node; false if another has it.
pub async fn lease_block(conn: &mut Conn, block: u32, node: &str, now: Instant) -> Result<bool, StoreError> {
    let leased = execute!(conn, "spool.lease_block", i64::from(block), node, now.micros())?;
    Ok(leased == 1)
}
