//! Passwords: what is accepted, and argon2id off the async threads.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// Hashes and checks passwords, two at a time: each takes 19 MiB while it runs.
#[derive(Clone)]
pub(super) struct Passwords {
    places: Arc<Semaphore>,
    /// Checked when there is no user, so that the answer takes as long.
    decoy: Arc<str>,
}

impl Passwords {
    /// Prepares the decoy.
    ///
    /// # Errors
    /// When hashing fails, which only a lack of memory can cause.
    pub(super) fn new() -> anyhow::Result<Self> {
        let decoy = hash(&crate::random::token())?.into();
        Ok(Self { places: Arc::new(Semaphore::new(2)), decoy })
    }

    /// The argon2id hash with a fresh salt, as a PHC string.
    ///
    /// # Errors
    /// When hashing fails.
    pub(super) async fn hash(&self, password: String) -> anyhow::Result<String> {
        let _place = self.places.acquire().await?;
        tokio::task::spawn_blocking(move || hash(&password)).await?
    }

    /// Whether `password` is the one behind `hashed`; without a hash the answer is no, as slowly.
    pub(super) async fn verify(&self, password: String, hashed: Option<String>) -> bool {
        let known = hashed.is_some();
        let hashed = hashed.unwrap_or_else(|| self.decoy.to_string());
        let Ok(_place) = self.places.acquire().await else { return false };
        let check = move || Argon2::default().verify_password(password.as_bytes(), hashed.as_str()).is_ok();
        tokio::task::spawn_blocking(check).await.unwrap_or(false) && known
    }
}

/// What is wrong with a chosen password, if anything. Length counts, composition rules do not:
/// they make passwords worse.
pub(super) fn objection(password: &str) -> Option<&'static str> {
    match password.chars().count() {
        0..10 => Some("Use at least 10 characters."),
        10..=256 => None,
        _ => Some("Use at most 256 characters."),
    }
}

fn hash(password: &str) -> anyhow::Result<String> {
    let hashed = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| anyhow::anyhow!("the password could not be hashed: {error}"))?;
    Ok(hashed.to_string())
}

#[cfg(test)]
mod tests {
    use super::Passwords;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user_passes() {
        let passwords = Passwords::new().unwrap();
        let hashed = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        assert!(passwords.verify("correct horse".into(), Some(hashed.clone())).await);
        assert!(!passwords.verify("wrong horse".into(), Some(hashed)).await);
        assert!(!passwords.verify("correct horse".into(), None).await);
    }
}
