//! Whence.
