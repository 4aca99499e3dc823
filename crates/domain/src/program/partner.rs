//! A partner's membership in a program (the API's *partnership*), in versions.

use super::email::Email;
use super::partner_key::PartnerKey;
use super::version::{Versioned, in_force};
use crate::id::{GroupId, PartnerId};
use crate::time::Instant;
use serde::{Deserialize, Serialize};

use crate::closed::closed_list;

closed_list! {
    /// Where a partner stands. Only an active one earns (`money.md` 3, invariant 16).
    pub enum PartnerStatus {
        Pending = "pending", "The partner has applied and waits for approval.";
        Active = "active", "The partner takes part.";
        Declined = "declined", "The application was declined.";
        Archived = "archived", "The partner no longer takes part.";
    }
}

impl PartnerStatus {
    /// Whether clicks and sales of such a partner earn.
    pub const fn earns(self) -> bool {
        matches!(self, Self::Active)
    }

    /// The status after a change, if the change is one that exists: an application is approved or declined once, an
    /// active partner is archived, and an archived or declined one may be taken (back). The same status again is allowed.
    pub fn change_to(self, next: Self) -> Result<Self, PartnerError> {
        let legal = match (self, next) {
            (from, to) if from == to => true,
            (Self::Pending, _) => true,
            (Self::Active, Self::Archived) => true,
            (Self::Declined | Self::Archived, Self::Active) => true,
            _ => false,
        };
        legal.then_some(next).ok_or(PartnerError::Transition { from: self, to: next })
    }
}

/// Why a partner cannot be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartnerError {
    /// There is no way from the one status to the other.
    #[error("a partner that is {from} cannot become {to}")]
    Transition {
        /// What it is.
        from: PartnerStatus,
        /// What was wished.
        to: PartnerStatus,
    },
}

impl PartnerError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Transition { .. } => "partner_transition",
        }
    }
}

/// One partner's membership in one program, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// Its id.
    pub id: PartnerId,
    /// Its public code.
    pub key: PartnerKey,
    /// How to reach it.
    pub email: Email,
    /// First name, perhaps empty.
    pub first_name: String,
    /// Last name, perhaps empty.
    pub last_name: String,
    /// The group whose offers it has.
    pub group: GroupId,
    /// Where it stands.
    pub status: PartnerStatus,
    /// The number of its latest version.
    pub version: i64,
    /// When it joined.
    pub joined_at: Instant,
    /// When the row was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// What a partner was from some moment on. Decisions read this one, never the row of today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerVersion {
    /// Whose.
    pub partner: PartnerId,
    /// Its number.
    pub version: i64,
    /// Since when.
    pub from_at: Instant,
    /// The group it was in.
    pub group: GroupId,
    /// Where it stood.
    pub status: PartnerStatus,
}

impl PartnerVersion {
    /// What `partner` was at `at`, out of the versions of any number of partners; `None` before its first.
    pub fn of<'a>(versions: &'a [Self], partner: &PartnerId, at: Instant) -> Option<&'a Self> {
        in_force(versions.iter().filter(|version| version.partner == *partner), at)
    }

    /// As [`of`](Self::of), but before its first version the first one holds: for what the company itself says of a time
    /// before the partner was entered here, as in an import.
    pub fn of_or_first<'a>(versions: &'a [Self], partner: &PartnerId, at: Instant) -> Option<&'a Self> {
        let first = || {
            let own = versions.iter().filter(|version| version.partner == *partner);
            own.min_by_key(|version| (version.from_at, version.version))
        };
        Self::of(versions, partner, at).or_else(first)
    }
}

impl Versioned for PartnerVersion {
    fn number(&self) -> i64 {
        self.version
    }

    fn since(&self) -> Instant {
        self.from_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_changes_only_along_ways_that_exist() {
        use PartnerStatus::{Active, Archived, Declined, Pending};
        for (from, to) in
            [(Pending, Active), (Pending, Declined), (Active, Archived), (Archived, Active), (Active, Active)]
        {
            assert_eq!(from.change_to(to), Ok(to));
        }
        for (from, to) in [(Active, Pending), (Active, Declined), (Archived, Pending), (Declined, Archived)] {
            assert_eq!(from.change_to(to), Err(PartnerError::Transition { from, to }));
        }
    }

    #[test]
    fn a_version_holds_from_its_moment_to_the_next() {
        let at = Instant::from_seconds;
        let version = |version, from_at, status| PartnerVersion {
            partner: PartnerId::from_bits(1),
            version,
            from_at,
            group: GroupId::from_bits(1),
            status,
        };
        let versions = [version(2, at(20), PartnerStatus::Archived), version(1, at(10), PartnerStatus::Active)];
        let number = |at| PartnerVersion::of(&versions, &PartnerId::from_bits(1), at).map(|version| version.version);
        assert_eq!((number(at(9)), number(at(10)), number(at(20))), (None, Some(1), Some(2)));
        assert_eq!(number(at(20).plus_micros(-1)), Some(1));
        let first = PartnerVersion::of_or_first(&versions, &PartnerId::from_bits(1), at(1));
        assert_eq!(first.map(|version| version.version), Some(1));
        assert!(PartnerVersion::of(&versions, &PartnerId::from_bits(2), at(30)).is_none());
    }
}
