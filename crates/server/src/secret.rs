//! What is kept of secrets: the SHA-256 of those long enough to be guessed by nobody, argon2id of passwords.

use crate::clock::random_text;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// Characters of every key and token after its prefix (`product.md` 5 "Hosts and defaults").
const LENGTH: usize = 32;

/// A new key or token: the prefix and 32 letters and digits.
pub fn draw(prefix: &str) -> String {
    format!("{prefix}{}", random_text(LENGTH))
}

/// SHA-256 in hexadecimal. Enough for what [`draw`] made; a password needs [`hash_password`].
pub fn hash(secret: impl AsRef<[u8]>) -> String {
    Sha256::digest(secret.as_ref()).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether a secret has this hash; takes as long for a near miss as for a far one.
pub fn matches(secret: impl AsRef<[u8]>, expected: &str) -> bool {
    hash(secret).as_bytes().ct_eq(expected.as_bytes()).into()
}

/// Argon2id of a password, with a fresh salt, as a PHC string. Takes tens of milliseconds of a core: call it through
/// `spawn_blocking`.
///
/// # Errors
/// If the password is too long to be hashed.
pub fn hash_password(password: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| anyhow::anyhow!("the password could not be hashed: {error}"))?.to_string())
}

/// Whether a password has this hash. Takes as long as [`hash_password`].
pub fn password_matches(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_prefix_and_32_letters_and_digits() {
        let key = draw("sk_test_");
        let body = key.strip_prefix("sk_test_").expect("the prefix");
        assert!(body.len() == 32 && body.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn only_the_secret_itself_matches_its_hash() {
        let key = draw("sk_");
        assert!(matches(&key, &hash(&key)));
        assert!(!matches(&key[1..], &hash(&key)));
        assert!(!matches("", &hash(&key)));
    }

    #[test]
    fn only_the_password_itself_matches_its_hash() {
        let hash = hash_password("correct horse").expect("hashed");
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_matches("correct horse", &hash));
        assert!(!password_matches("correct hors", &hash));
    }
}
