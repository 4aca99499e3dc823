//! Why a flow did not do what it was asked.

use crate::store::StoreError;

/// What a caller can make of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What was asked for, or named, is not there for this caller.
    Missing,
    /// It contradicts what is there.
    Conflict,
    /// It makes no sense as it is.
    Invalid,
    /// The database failed; it is no fault of the caller's.
    Failed,
}

/// A flow's error. Its text is a sentence for a person.
pub trait Refusal: std::error::Error {
    /// A stable code for programs.
    fn code(&self) -> &'static str;
    /// What the caller can make of it.
    fn kind(&self) -> Kind;
    /// Which field of the request it is about.
    fn field(&self) -> Option<&'static str> {
        None
    }
    /// The database's failure inside, if it is one.
    fn failure(&self) -> Option<&StoreError> {
        None
    }
}

impl Refusal for StoreError {
    fn code(&self) -> &'static str {
        "database_failed"
    }

    fn kind(&self) -> Kind {
        Kind::Failed
    }

    fn failure(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// Declares the error of a flow: `Name { Variant = Kind, "code", field, "Sentence."; }`. A variant `Store` for the
/// database's failures is added. The
/// field is the request's own name for it, or empty.
#[macro_export]
macro_rules! refusals {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $($variant:ident = $kind:ident, $code:literal, $field:literal, $sentence:literal;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, thiserror::Error)]
        pub enum $name {
            $(
                #[doc = $sentence]
                #[error($sentence)]
                $variant,
            )*
            /// The database failed.
            #[error(transparent)]
            Store(#[from] $crate::store::StoreError),
        }

        impl $crate::flows::Refusal for $name {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                    Self::Store(failure) => failure.code(),
                }
            }

            fn kind(&self) -> $crate::flows::Kind {
                match self {
                    $(Self::$variant => $crate::flows::Kind::$kind,)*
                    Self::Store(failure) => failure.kind(),
                }
            }

            fn field(&self) -> Option<&'static str> {
                let field = match self {
                    $(Self::$variant => $field,)*
                    Self::Store(_) => "",
                };
                (!field.is_empty()).then_some(field)
            }

            fn failure(&self) -> Option<&$crate::store::StoreError> {
                match self {
                    Self::Store(failure) => Some(failure),
                    #[allow(unreachable_patterns, reason = "a flow may have no refusal of its own")]
                    _ => None,
                }
            }
        }

        impl $crate::store::UnitError for $name {
            fn store_error(&self) -> Option<&$crate::store::StoreError> {
                $crate::flows::Refusal::failure(self)
            }
        }
    };
}
