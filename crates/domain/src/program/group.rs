//! Groups: partners that share offers.

use super::slug::Slug;
use crate::id::GroupId;
use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// Partners of a program that have the same offers. Every program has one default group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its short name, unique in the program.
    pub slug: Slug,
    /// What people call it.
    pub name: String,
    /// Since when partners join this one when none is named.
    pub default_at: Option<Instant>,
    /// When it was put away.
    pub archived_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Group {
    /// Whether it is the one that partners join when none is named.
    pub const fn is_default(&self) -> bool {
        self.default_at.is_some()
    }
}
