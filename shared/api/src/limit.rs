//! How fast one person, one organization and one address may ask: a token bucket each, per process.
//!
//! Behind API Gateway every instance counts for itself, so the limit is a bound per instance. The whole is bounded by the
//! gateway's own throttle, and sign-ins by the user pool's. A count that all instances share would cost a write with
//! every request, more than most requests themselves; docs/capacity.md has the sums.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method};
use jiff::Timestamp;
use lambda_http::request::RequestContext;

use crate::app::App;
use crate::problem::ApiError;

/// After this long every bucket is full again.
const FULL_AFTER_SECONDS: f64 = 60.0;
/// Full buckets are forgotten when more than this many are held.
const MOST_BUCKETS: usize = 10_000;
/// Where passwords and codes could be guessed.
const GUESSES: &str = "/api/auth/";

/// Whose requests a bucket counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    /// A person's.
    User(u128),
    /// An organization's: five times as many as one person's.
    Org(u128),
    /// Those that come from an address without a token: as many as one person's.
    Address(IpAddr),
    /// Those among them that could guess a password or a code: a fiftieth of that.
    Guesses(IpAddr),
    /// Those that one neighbour hands over, CloudFront or whoever says that they come from elsewhere: twenty times
    /// as many as one person's.
    Neighbour(IpAddr),
}

impl Whose {
    /// Tokens a second, and the most that the bucket holds; `rate` is one person's.
    fn terms(self, rate: f64) -> (f64, f64) {
        match self {
            Self::User(_) | Self::Address(_) => (rate, rate * 4.0),
            Self::Org(_) => (rate * 5.0, rate * 20.0),
            Self::Guesses(_) => (rate / 50.0, (rate / 2.5).max(1.0)),
            Self::Neighbour(_) => (rate * 20.0, rate * 80.0),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled_at: Timestamp,
}

/// The buckets of a process.
#[derive(Debug)]
pub(crate) struct Limiter {
    rate: Option<f64>,
    buckets: Mutex<HashMap<Whose, Bucket>>,
}

impl Limiter {
    pub(crate) fn new(per_second: Option<u32>) -> Self {
        Self { rate: per_second.map(f64::from), buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes a token from each bucket, or says how many seconds to wait.
    pub(crate) fn take(&self, wanted: impl IntoIterator<Item = Whose>, now: Timestamp) -> Result<(), u32> {
        let Some(rate) = self.rate else { return Ok(()) };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > MOST_BUCKETS {
            buckets.retain(|_, bucket| now.duration_since(bucket.filled_at).as_secs_f64() < FULL_AFTER_SECONDS);
        }
        for whose in wanted {
            let (rate, most) = whose.terms(rate);
            let bucket = buckets.entry(whose).or_insert(Bucket { tokens: most, filled_at: now });
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

/// Limits whoever asks without a token, by address. Whoever has one is limited where it is read.
pub(crate) async fn strangers(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().get::<RequestContext>() else {
        return next.run(request).await;
    };
    let known = context.authorizer.as_ref().is_some_and(|authorizer| authorizer.jwt.is_some());
    let neighbour = context.http.source_ip.as_deref().and_then(|address| address.parse::<IpAddr>().ok());
    let Some(neighbour) = neighbour.filter(|_| !known) else { return next.run(request).await };
    let address = subnet(viewer(request.headers()).unwrap_or(neighbour));
    let guesses = request.method() == Method::POST && request.uri().path().starts_with(GUESSES);
    let wanted =
        [Some(Whose::Neighbour(neighbour)), Some(Whose::Address(address)), guesses.then_some(Whose::Guesses(address))];
    match app.limiter.take(wanted.into_iter().flatten(), app.now()) {
        Ok(()) => next.run(request).await,
        Err(wait) => ApiError::too_many_requests(wait).into_response(),
    }
}

/// Who asked CloudFront, as it says: it appends the viewer's address, and the gateway appends CloudFront's. Whoever asks
/// the gateway itself may claim any; that is what the neighbour's bucket is for.
fn viewer(headers: &HeaderMap) -> Option<IpAddr> {
    let hops = headers.get("x-forwarded-for")?.to_str().ok()?;
    hops.rsplit(',').nth(1)?.trim().parse().ok()
}

/// One household or server has a whole /64 of version 6.
fn subnet(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_burst_passes_then_waits_then_passes_again() {
        let limiter = Limiter::new(Some(2));
        let take = |user, second| limiter.take([Whose::User(user), Whose::Org(9)], at(second));
        for _ in 0..8 {
            assert_eq!(take(1, 0), Ok(()));
        }
        assert_eq!(take(1, 0), Err(1));
        assert_eq!(take(2, 0), Ok(()));
        assert_eq!(take(1, 1), Ok(()));
    }

    #[test]
    fn an_organization_has_five_times_as_much_as_one_person() {
        let limiter = Limiter::new(Some(2));
        let passed = (0..100).filter(|user| limiter.take([Whose::User(*user), Whose::Org(9)], at(0)).is_ok()).count();
        assert_eq!(passed, 40);
        assert_eq!(limiter.take([Whose::User(1_000), Whose::Org(8)], at(0)), Ok(()), "another one is free");
    }

    #[test]
    fn guesses_are_few() {
        let limiter = Limiter::new(Some(50));
        let address: IpAddr = "203.0.113.9".parse().unwrap();
        let guess = |second| limiter.take([Whose::Address(address), Whose::Guesses(address)], at(second));
        assert_eq!((0..100).filter(|_| guess(0).is_ok()).count(), 20);
        assert_eq!(guess(0), Err(1));
        assert_eq!((0..100).filter(|_| guess(3).is_ok()).count(), 3);
    }

    #[test]
    fn no_limit_is_no_limit() {
        let limiter = Limiter::new(None);
        assert!((0..10_000).all(|_| limiter.take([Whose::User(1)], Timestamp::UNIX_EPOCH).is_ok()));
    }

    #[test]
    fn the_viewer_is_who_asked_cloudfront() {
        let said = |hops: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", HeaderValue::from_static(hops));
            viewer(&headers).map(|address| address.to_string())
        };
        assert_eq!(said("198.51.100.7, 203.0.113.9, 70.132.1.1").as_deref(), Some("203.0.113.9"));
        assert_eq!(said("203.0.113.9"), None, "nobody but the neighbour itself");
        assert_eq!(said("not an address, 70.132.1.1"), None);
        let network = subnet("2001:db8:1:2:3:4:5:6".parse().unwrap());
        assert_eq!(network.to_string(), "2001:db8:1:2::");
    }
}
