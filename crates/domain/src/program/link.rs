//! Links: an address that a partner shares, and where it leads.

use super::destination_rule::Destination;
use super::slug::Slug;
use super::version::Versioned;
use crate::id::{LinkId, PartnerId};
use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// A partner's referral address, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// The number that click ids carry: below 2^36, never given to another link.
    pub number: i64,
    /// Its path, as written.
    pub link_key: Slug,
    /// Whose it is.
    pub partner: PartnerId,
    /// Where it leads.
    pub dest: Destination,
    /// What people call it.
    pub title: Option<String>,
    /// The number of its latest version.
    pub version: i64,
    /// Since when it no longer leads anywhere.
    pub archived_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// What a link was from some moment on: whose, leading where, or put away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkVersion {
    /// Which link.
    pub link: LinkId,
    /// The version's number.
    pub version: i64,
    /// Since when.
    pub from_at: Instant,
    /// Whose it was.
    pub partner: PartnerId,
    /// Where it led.
    pub dest: Destination,
    /// When it was put away, if it was.
    pub archived_at: Option<Instant>,
}

impl Versioned for LinkVersion {
    fn number(&self) -> i64 {
        self.version
    }

    fn since(&self) -> Instant {
        self.from_at
    }
}
