//! Passwords: what is accepted, and argon2id off the async threads.

use std::sync::{Arc, mpsc};

use anyhow::Context;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;

use crate::random;

/// Memory (KiB) and passes of a new hash: OWASP's choice for little memory.
const MEMORY: u32 = 7 * 1024;
const PASSES: u32 = 5;

type Job = Box<dyn FnOnce(&mut Hasher) + Send>;

/// Hashes and checks passwords on one thread of its own, one at a time.
#[derive(Clone)]
pub(super) struct Passwords {
    jobs: mpsc::Sender<Job>,
    /// Checked when there is no user, so that the answer takes as long.
    decoy: Arc<str>,
}

/// Argon2id on memory that is allocated once: taking and freeing megabytes for each sign-in leaves the
/// process large.
#[derive(Default)]
struct Hasher {
    memory: Vec<Block>,
}

impl Hasher {
    fn hash(&mut self, password: &str) -> anyhow::Result<String> {
        let parameters = Params::new(MEMORY, PASSES, 1, None)?;
        Ok(self.run(password, &random::bytes::<16>(), &parameters)?.to_string())
    }

    fn verify(&mut self, password: &str, hashed: &str) -> anyhow::Result<bool> {
        let expected = PasswordHash::new(hashed)?;
        let salt = expected.salt.context("a stored password has no salt")?;
        let computed = self.run(password, &salt, &Params::try_from(&expected)?)?;
        Ok(expected.hash.is_some() && expected.hash == computed.hash)
    }

    fn run(&mut self, password: &str, salt: &[u8], parameters: &Params) -> anyhow::Result<PasswordHash> {
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        self.memory.resize_with(parameters.block_count(), Block::new);
        let argon2 = Argon2::from(parameters);
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut self.memory)?;
        Ok(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(parameters)?,
            salt: Some(Salt::new(salt)?),
            hash: Some(Output::new(&output)?),
        })
    }
}

impl Passwords {
    /// Prepares the decoy and starts the thread.
    ///
    /// # Errors
    /// When hashing fails, which only a lack of memory can cause.
    pub(super) fn new() -> anyhow::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (answer, decoy) = mpsc::channel();
        let work = move || {
            let mut hasher = Hasher::default();
            queue.iter().for_each(|job| job(&mut hasher));
        };
        std::thread::Builder::new().name("passwords".into()).spawn(work)?;
        let first: Job = Box::new(move |hasher| drop(answer.send(hasher.hash(&random::token()))));
        jobs.send(first).ok().context("the password thread is gone")?;
        Ok(Self { jobs, decoy: decoy.recv()??.into() })
    }

    /// The argon2id hash with a fresh salt, as a PHC string.
    ///
    /// # Errors
    /// When hashing fails.
    pub(super) async fn hash(&self, password: String) -> anyhow::Result<String> {
        self.run(move |hasher| hasher.hash(&password)).await
    }

    /// Whether `password` is the one behind `hashed`; without a hash the answer is no, as slowly.
    ///
    /// # Errors
    /// When the stored hash is damaged, or the thread is gone.
    pub(super) async fn verify(&self, password: String, hashed: Option<String>) -> anyhow::Result<bool> {
        let known = hashed.is_some();
        let hashed = hashed.unwrap_or_else(|| self.decoy.to_string());
        Ok(self.run(move |hasher| hasher.verify(&password, &hashed)).await? && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Hasher) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move |hasher| drop(answer.send(work(hasher))));
        self.jobs.send(job).ok().context("the password thread is gone")?;
        outcome.await.context("the password thread is gone")?
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

#[cfg(test)]
mod tests {
    use argon2::Argon2;
    use argon2::password_hash::PasswordVerifier as _;

    use super::Passwords;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user_passes() {
        let passwords = Passwords::new().unwrap();
        let hashed = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=7168,t=5,p=1$"), "{hashed}");
        assert!(Argon2::default().verify_password(b"correct horse", hashed.as_str()).is_ok(), "others can read it");
        assert!(passwords.verify("correct horse".into(), Some(hashed.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".into(), Some(hashed)).await.unwrap());
        assert!(!passwords.verify("correct horse".into(), None).await.unwrap());
    }
}
