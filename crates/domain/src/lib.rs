//! The rules of Whence.
