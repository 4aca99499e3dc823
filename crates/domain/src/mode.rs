//! Test and live data live side by side and never mix; together with the program they name the tenant.

use crate::id::ProgramId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether something is real or made while testing an integration. The key pair of a request, the webhook address of a
/// delivery and the number of a link decide it; nothing in a body can (`wire.md` 3.1 "Test mode").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Real customers and real money.
    Live,
    /// Made while testing; never earns (`wire.md` 1.8).
    Test,
}

impl Mode {
    /// The word stored in SQL and shown in the API: `live` or `test`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// Reads the stored word; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "live" => Some(Self::Live),
            "test" => Some(Self::Test),
            _ => None,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whose data a query may touch: one program, in one mode. Every query names both.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tenant {
    /// The program.
    pub program: ProgramId,
    /// Live or test.
    pub mode: Mode,
}

impl Tenant {
    /// Puts the two halves together.
    pub fn new(program: ProgramId, mode: Mode) -> Self {
        Self { program, mode }
    }
}
