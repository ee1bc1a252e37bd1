//! Measuring: many callers, each with a connection of its own, and what their waiting looked like.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::wire::Wire;

/// How long each of many requests took.
#[derive(Debug, Default)]
pub struct Samples {
    sorted: Vec<Duration>,
    /// From the first request to the last answer.
    pub elapsed: Duration,
}

impl Samples {
    /// Milliseconds that `percent` of all requests stayed below.
    #[must_use]
    pub fn percentile_ms(&self, percent: usize) -> f64 {
        let last = self.sorted.len().saturating_sub(1);
        let place = (self.sorted.len() * percent / 100).min(last);
        self.sorted.get(place).map_or(0.0, |sample| sample.as_secs_f64() * 1000.0)
    }

    /// Requests a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.count() / self.elapsed.as_secs_f64()
    }

    /// Number of requests.
    #[must_use]
    pub fn count(&self) -> f64 {
        u32::try_from(self.sorted.len()).map_or(f64::INFINITY, f64::from)
    }
}

/// Who sends requests, and where to.
#[derive(Debug, Clone)]
pub struct Caller<'a> {
    /// Origin of the product.
    pub origin: &'a str,
    /// Access token.
    pub token: &'a str,
}

impl Caller<'_> {
    /// Does `work` `total` times, on as many connections as `callers`, each as fast as it is answered. The number that
    /// `work` gets counts up.
    ///
    /// # Errors
    /// The first that any of them meets.
    pub fn run(
        &self,
        callers: usize,
        total: usize,
        work: impl Fn(&mut Wire, usize) -> anyhow::Result<()> + Sync,
    ) -> anyhow::Result<Samples> {
        let next = AtomicUsize::new(0);
        let started = Instant::now();
        let one = || {
            let mut wire = Wire::connect(self.origin, self.token)?;
            let mut samples = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= total {
                    return anyhow::Ok(samples);
                }
                let before = Instant::now();
                work(&mut wire, number)?;
                samples.push(before.elapsed());
            }
        };
        let mut sorted = Vec::with_capacity(total);
        thread::scope(|scope| {
            let threads: Vec<_> = (0..callers).map(|_| scope.spawn(one)).collect();
            for thread in threads {
                sorted.extend(thread.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??);
            }
            anyhow::Ok(())
        })?;
        let elapsed = started.elapsed();
        sorted.sort_unstable();
        Ok(Samples { sorted, elapsed })
    }
}

/// The text of a field in an answer, without reading the rest.
#[must_use]
pub fn text_field(body: &[u8], name: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    body[name].as_str().map(str::to_owned)
}
