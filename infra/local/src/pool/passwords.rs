//! Passwords: what is accepted, and argon2id off the async threads.

use std::sync::{Arc, mpsc};

use anyhow::Context;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Hashes and checks passwords on one thread of its own, one at a time: each takes 19 MiB while it runs,
/// and the allocator keeps that much per thread that ever did it.
#[derive(Clone)]
pub(super) struct Passwords {
    jobs: mpsc::Sender<Job>,
    /// Checked when there is no user, so that the answer takes as long.
    decoy: Arc<str>,
}

impl Passwords {
    /// Prepares the decoy and starts the thread.
    ///
    /// # Errors
    /// When hashing fails, which only a lack of memory can cause.
    pub(super) fn new() -> anyhow::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (answer, decoy) = mpsc::channel();
        std::thread::Builder::new().name("passwords".into()).spawn(move || queue.iter().for_each(|job| job()))?;
        let first: Job = Box::new(move || drop(answer.send(hash(&crate::random::token()))));
        jobs.send(first).ok().context("the password thread is gone")?;
        Ok(Self { jobs, decoy: decoy.recv()??.into() })
    }

    /// The argon2id hash with a fresh salt, as a PHC string.
    ///
    /// # Errors
    /// When hashing fails.
    pub(super) async fn hash(&self, password: String) -> anyhow::Result<String> {
        self.run(move || hash(&password)).await?
    }

    /// Whether `password` is the one behind `hashed`; without a hash the answer is no, as slowly.
    ///
    /// # Errors
    /// When the thread is gone.
    pub(super) async fn verify(&self, password: String, hashed: Option<String>) -> anyhow::Result<bool> {
        let known = hashed.is_some();
        let hashed = hashed.unwrap_or_else(|| self.decoy.to_string());
        let check = move || Argon2::default().verify_password(password.as_bytes(), hashed.as_str()).is_ok();
        Ok(self.run(check).await? && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move || drop(answer.send(work())));
        self.jobs.send(job).ok().context("the password thread is gone")?;
        outcome.await.context("the password thread is gone")
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
        assert!(passwords.verify("correct horse".into(), Some(hashed.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".into(), Some(hashed)).await.unwrap());
        assert!(!passwords.verify("correct horse".into(), None).await.unwrap());
    }
}
