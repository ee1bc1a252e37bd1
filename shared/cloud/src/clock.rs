//! Time and randomness, which come in from outside so that everything can be simulated.

use std::fmt::Debug;
use std::time::SystemTime;

use aws_lc_rs::rand;
use domain::ids::Ulid;
use jiff::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync + Debug {
    /// The present instant, in whole milliseconds: finer than any network or user knows, and as fine as ids and sort keys.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where real time comes in")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis())
            .ok()
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Draws random bits.
pub trait Random: Send + Sync + Debug {
    /// Fills `bytes` with random bits fit for secrets.
    fn fill(&self, bytes: &mut [u8]);

    /// A ULID for `now`.
    fn ulid(&self, now: Timestamp) -> Ulid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        Ulid::from_parts(millis, u128::from_be_bytes(bytes))
    }

    /// A number from `0.0..1.0`, to spread retries.
    fn fraction(&self) -> f64 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_be_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    }

    /// 256 random bits as base64url: a secret to mail or to hand to a browser.
    fn secret(&self) -> String {
        use base64::Engine as _;
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// The system's generator.
#[derive(Debug, Clone, Copy)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// # Panics
    /// When the system has no randomness: nothing that needs secrets may go on then.
    #[expect(clippy::expect_used, reason = "going on without randomness would make guessable secrets")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes).expect("the system's random generator works");
    }
}
