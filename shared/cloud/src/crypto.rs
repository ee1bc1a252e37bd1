//! Sealing, signing and hashing, on `aws-lc-rs`.

use std::collections::HashMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{constant_time, digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::account::Sealed;
use serde::Deserialize;

use crate::clock::Random;

/// Why something could not be sealed, opened or verified. Says nothing about the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The key secret is not of the documented shape.
    #[error("the key secret is malformed")]
    BadKey,
    /// Sealed with a key that the secret no longer holds.
    #[error("sealed with an unknown key")]
    UnknownKey,
    /// Changed since, or bound to something else.
    #[error("the content was altered or belongs elsewhere")]
    Altered,
}

/// The keys that seal social credentials: `{"active":"k1","keys":{"k1":"<base64 of 32 bytes>"}}`.
/// New seals use the active key; older keys stay for opening until everything is sealed anew.
#[derive(Deserialize)]
pub struct Keyring {
    active: String,
    keys: HashMap<String, String>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring").field("active", &self.active).finish_non_exhaustive()
    }
}

impl Keyring {
    /// Reads the secret's text.
    ///
    /// # Errors
    /// [`CryptoError::BadKey`] when it is not of the documented shape or lacks its active key.
    pub fn parse(secret: &str) -> Result<Self, CryptoError> {
        let ring: Self = serde_json::from_str(secret).map_err(|_| CryptoError::BadKey)?;
        ring.key(&ring.active).map_err(|_| CryptoError::BadKey)?;
        Ok(ring)
    }

    /// Seals `plain`, bound to `context`: opening needs the same context.
    ///
    /// # Errors
    /// [`CryptoError::BadKey`] when the active key is malformed.
    pub fn seal(&self, random: &dyn Random, context: &str, plain: &[u8]) -> Result<Sealed, CryptoError> {
        let key = self.key(&self.active)?;
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut buffer = plain.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context.as_bytes()), &mut buffer)
            .map_err(|_| CryptoError::BadKey)?;
        Ok(Sealed { key_id: self.active.clone(), nonce: STANDARD.encode(nonce), ciphertext: STANDARD.encode(buffer) })
    }

    /// Opens what was sealed with the same context.
    ///
    /// # Errors
    /// [`CryptoError::UnknownKey`] or [`CryptoError::Altered`].
    pub fn open(&self, context: &str, sealed: &Sealed) -> Result<Vec<u8>, CryptoError> {
        let key = self.key(&sealed.key_id)?;
        let nonce = STANDARD.decode(&sealed.nonce).map_err(|_| CryptoError::Altered)?;
        let nonce = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| CryptoError::Altered)?;
        let mut buffer = STANDARD.decode(&sealed.ciphertext).map_err(|_| CryptoError::Altered)?;
        let plain = key.open_in_place(nonce, Aad::from(context.as_bytes()), &mut buffer);
        plain.map(|plain| plain.to_vec()).map_err(|_| CryptoError::Altered)
    }

    /// Whether it was sealed with another key than the active one, and should be sealed anew.
    #[must_use]
    pub fn is_outdated(&self, sealed: &Sealed) -> bool {
        sealed.key_id != self.active
    }

    /// Whether the key that it was sealed with is here.
    #[must_use]
    pub fn knows(&self, sealed: &Sealed) -> bool {
        self.keys.contains_key(&sealed.key_id)
    }

    fn key(&self, id: &str) -> Result<LessSafeKey, CryptoError> {
        let text = self.keys.get(id).ok_or(CryptoError::UnknownKey)?;
        let bytes = STANDARD.decode(text).map_err(|_| CryptoError::BadKey)?;
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| CryptoError::BadKey)?;
        Ok(LessSafeKey::new(key))
    }
}

/// SHA-256 as base64url without padding: PKCE challenges, hashes of mailed secrets, request hashes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, bytes))
}

/// Signs `text` for `purpose` with HMAC-SHA-256: `base64url(text).base64url(tag)`.
#[must_use]
pub fn sign(key: &[u8], purpose: &str, text: &str) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), format!("{purpose}\0{text}").as_bytes());
    format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(tag))
}

/// The text inside a value that [`sign`] made for the same purpose with the same key.
///
/// # Errors
/// [`CryptoError::Altered`] for everything else.
pub fn verify(key: &[u8], purpose: &str, signed: &str) -> Result<String, CryptoError> {
    let (text, tag) = signed.split_once('.').ok_or(CryptoError::Altered)?;
    let text = URL_SAFE_NO_PAD.decode(text).map_err(|_| CryptoError::Altered)?;
    let text = String::from_utf8(text).map_err(|_| CryptoError::Altered)?;
    let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| CryptoError::Altered)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::verify(&key, format!("{purpose}\0{text}").as_bytes(), &tag).map_err(|_| CryptoError::Altered)?;
    Ok(text)
}

/// The HMAC-SHA-256 tag of a message, as networks ask for it.
#[must_use]
pub fn tag(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().to_vec()
}

/// Whether `tag` is the HMAC-SHA-256 tag of a message, in time that does not tell where it differs.
#[must_use]
pub fn is_tag(key: &[u8], message: &[u8], tag: &[u8]) -> bool {
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), message, tag).is_ok()
}

/// Whether two texts are equal, in time that does not tell where they differ.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandom;

    fn ring(active: &str) -> Keyring {
        let (one, two) = (STANDARD.encode([1; 32]), STANDARD.encode([2; 32]));
        Keyring::parse(&format!(r#"{{"active":"{active}","keys":{{"k1":"{one}","k2":"{two}"}}}}"#)).unwrap()
    }

    #[test]
    fn a_seal_opens_only_in_its_context() {
        let sealed = ring("k1").seal(&SystemRandom, "org/acc", b"token").unwrap();
        assert_eq!(ring("k2").open("org/acc", &sealed).unwrap(), b"token");
        assert!(ring("k2").is_outdated(&sealed));
        assert_eq!(ring("k1").open("org/other", &sealed), Err(CryptoError::Altered));
        let unknown = Sealed { key_id: "k9".into(), ..sealed };
        assert_eq!(ring("k1").open("org/acc", &unknown), Err(CryptoError::UnknownKey));
    }

    #[test]
    fn a_signature_holds_for_its_purpose_only() {
        let signed = sign(b"key", "state", "hello");
        assert_eq!(verify(b"key", "state", &signed).unwrap(), "hello");
        for (key, purpose, text) in [
            (&b"key"[..], "cursor", &signed[..]),
            (b"other", "state", &signed),
            (b"key", "state", "x.y"),
            (b"key", "state", ""),
        ] {
            assert_eq!(verify(key, purpose, text), Err(CryptoError::Altered));
        }
    }

    #[test]
    fn a_tag_is_the_standard_one() {
        // RFC 4231, test case 2.
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let hex: String = tag(b"Jefe", b"what do ya want for nothing?").iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, known);
        assert!(is_tag(b"Jefe", b"x", &tag(b"Jefe", b"x")) && !is_tag(b"jefe", b"x", &tag(b"Jefe", b"x")));
    }

    #[test]
    fn a_bad_key_secret_is_refused() {
        for secret in ["", "{}", r#"{"active":"k1","keys":{}}"#, r#"{"active":"k1","keys":{"k1":"AAAA"}}"#] {
            assert_eq!(Keyring::parse(secret).err(), Some(CryptoError::BadKey));
        }
    }
}
