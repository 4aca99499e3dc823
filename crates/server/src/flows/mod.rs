//! What happens, step by step: load facts, let the domain decide, save the effects. No business rule is decided here,
//! and nothing here knows HTTP.
//!
//! Functions that take a [`Conn`](crate::store::Conn) run inside a unit of work and may run again; those that take the
//! [`App`](crate::app::App) open one.

pub mod earning;
pub mod investigation;
pub mod operations;
pub mod program;
mod refusal;
pub mod tracking;

pub use refusal::{Kind, Refusal};

use crate::app::App;
use crate::store::audit::Actor;
use whence_domain::{AuditId, Instant};

/// What every change carries into its unit of work: who makes it and when, and the id of its audit entry.
#[derive(Clone, Debug)]
pub struct Change {
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Instant,
    /// The id under which it is noted.
    pub audit: AuditId,
}

impl Change {
    /// A change by `actor`, now.
    pub fn by(app: &App, actor: Actor) -> Self {
        let at = app.now();
        Self { actor, at, audit: AuditId::from_bits(app.id_bits(at)) }
    }
}
