//! How fast one person and one organization may ask: a token bucket each, per process.
//!
//! Behind API Gateway every instance counts for itself, so the limit is a bound per instance; the
//! gateway's own throttle bounds the whole.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// An organization may ask this many times as fast as one person.
const ORG_FACTOR: f64 = 5.0;
/// A bucket holds this many seconds of its rate.
const BURST_SECONDS: f64 = 4.0;
/// Full buckets are forgotten when more than this many are held.
const MOST_BUCKETS: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled_at: Timestamp,
}

/// Buckets by person and organization.
#[derive(Debug)]
pub(crate) struct Limiter {
    rate: Option<f64>,
    buckets: Mutex<HashMap<u128, Bucket>>,
}

impl Limiter {
    pub(crate) fn new(per_second: Option<u32>) -> Self {
        Self { rate: per_second.map(f64::from), buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes a token for the person and one for the organization, or says how many seconds to wait.
    pub(crate) fn take(&self, user: u128, org: Option<u128>, now: Timestamp) -> Result<(), u32> {
        let Some(rate) = self.rate else { return Ok(()) };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > MOST_BUCKETS {
            buckets.retain(|_, bucket| now.duration_since(bucket.filled_at).as_secs_f64() < BURST_SECONDS);
        }
        let wanted = [Some((user, rate)), org.map(|org| (org, rate * ORG_FACTOR))];
        for (id, rate) in wanted.into_iter().flatten() {
            let most = rate * BURST_SECONDS;
            let bucket = buckets.entry(id).or_insert(Bucket { tokens: most, filled_at: now });
            let passed = now.duration_since(bucket.filled_at).as_secs_f64().max(0.0);
            bucket.tokens = passed.mul_add(rate, bucket.tokens).min(most);
            bucket.filled_at = now;
            if bucket.tokens < 1.0 {
                let wait = (1.0 - bucket.tokens) / rate;
                return Err((1..60).find(|seconds| f64::from(*seconds) >= wait).unwrap_or(60));
            }
            bucket.tokens -= 1.0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_waits_then_passes_again() {
        let limiter = Limiter::new(Some(2));
        let at = |second| Timestamp::from_second(second).unwrap();
        for _ in 0..8 {
            assert_eq!(limiter.take(1, Some(9), at(0)), Ok(()));
        }
        assert_eq!(limiter.take(1, Some(9), at(0)), Err(1));
        assert_eq!(limiter.take(2, Some(9), at(0)), Ok(()));
        assert_eq!(limiter.take(1, Some(9), at(1)), Ok(()));
    }

    #[test]
    fn no_limit_is_no_limit() {
        let limiter = Limiter::new(None);
        assert!((0..10_000).all(|_| limiter.take(1, None, Timestamp::UNIX_EPOCH).is_ok()));
    }
}
