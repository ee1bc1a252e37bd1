//! Addresses to read objects from: Signature Version 4 in the query, computed without the SDK's whole
//! round of middleware for each. A page of the calendar has hundreds of pictures.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_lc_rs::digest;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_types::SdkConfig;
use jiff::Timestamp;
use tokio::sync::OnceCell;

use crate::clock::{Clock as _, SystemClock};
use crate::objects::{ObjectError, unavailable};
use crate::reach::{self, Across, NO_OBJECT, Reach};

/// Addresses are signed as of the last full quarter of an hour, so that one stays the same for a while.
const QUARTER: i64 = 15 * 60;
/// Seconds an address works from then on: an hour from any moment of the quarter.
const LIFETIME: i64 = 3600 + QUARTER;
/// Credentials this close to their end are asked for again.
const MARGIN: i64 = 5 * 60;

/// Signs addresses of the objects in one bucket.
#[derive(Debug)]
pub(crate) struct ReadSigner {
    provider: Option<SharedCredentialsProvider>,
    region: String,
    place: OnceCell<Place>,
    latest: Mutex<Option<Arc<Stamp>>>,
}

/// Where a bucket is.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// Scheme and authority.
    origin: String,
    /// The authority alone.
    host: String,
    /// What every key follows, with slashes around it.
    folder: String,
}

/// What all addresses of a quarter have in common.
struct Stamp {
    quarter: i64,
    /// When the credentials end, in seconds since 1970.
    ends: i64,
    query: String,
    /// First lines of what is signed.
    head: String,
    key: Vec<u8>,
}

impl ReadSigner {
    pub(crate) fn new(sdk: &SdkConfig) -> Self {
        Self {
            provider: sdk.credentials_provider(),
            region: sdk.region().map(ToString::to_string).unwrap_or_default(),
            place: OnceCell::new(),
            latest: Mutex::new(None),
        }
    }

    /// An address of the object `key` in `bucket`, good for an hour at least.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`] when credentials cannot be had.
    pub(crate) async fn sign(
        &self,
        client: &aws_sdk_s3::Client,
        bucket: &str,
        key: &str,
    ) -> Result<String, ObjectError> {
        reach::demand(key)?;
        let place = self.place.get_or_try_init(|| Place::find(client, bucket)).await?;
        // S3 compares with the real time, whatever clock this process simulates.
        let stamp = self.stamp(SystemClock.now().as_second()).await?;
        Ok(stamp.address(place, key))
    }

    async fn stamp(&self, now: i64) -> Result<Arc<Stamp>, ObjectError> {
        let kept = self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(stamp) = kept.filter(|stamp| stamp.serves(now)) {
            return Ok(stamp);
        }
        let provider = self.provider.as_ref().ok_or_else(|| unavailable(NoCredentials))?;
        let credentials = provider.provide_credentials().await.map_err(unavailable)?;
        let stamp = Arc::new(Stamp::new(&credentials, &self.region, now)?);
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&stamp));
        Ok(stamp)
    }
}

/// The SDK found nobody to ask for credentials.
#[derive(Debug, thiserror::Error)]
#[error("no credentials are configured")]
struct NoCredentials;

impl Place {
    /// Asks the SDK, which knows the rules for buckets, regions and endpoints, by an address of its own.
    async fn find(client: &aws_sdk_s3::Client, bucket: &str) -> Result<Self, ObjectError> {
        let config = PresigningConfig::expires_in(Duration::from_secs(60)).map_err(unavailable)?;
        let request = client.get_object().bucket(bucket).key(NO_OBJECT).presigned(config);
        let request = reach::within(Reach::across(Across::BucketPlace), request).await.map_err(unavailable)?;
        Ok(Self::of(request.uri()))
    }

    /// The place of an address whose key is one character.
    fn of(address: &str) -> Self {
        let path_end = address.find('?').unwrap_or(address.len());
        let base = &address[..path_end.saturating_sub(1)];
        let host_start = base.find("://").map_or(0, |at| at + 3);
        let host_end = base[host_start..].find('/').map_or(base.len(), |at| host_start + at);
        Self {
            origin: base[..host_end].to_owned(),
            host: base[host_start..host_end].to_owned(),
            folder: base[host_end..].to_owned(),
        }
    }
}

impl Stamp {
    fn new(credentials: &Credentials, region: &str, now: i64) -> Result<Self, ObjectError> {
        let quarter = now - now.rem_euclid(QUARTER);
        let signed_at = Timestamp::from_second(quarter).map_err(unavailable)?;
        let (date, time) = (signed_at.strftime("%Y%m%d"), signed_at.strftime("%Y%m%dT%H%M%SZ"));
        let scope = format!("{date}/{region}/s3/aws4_request");
        let credential = encoded(&format!("{}/{scope}", credentials.access_key_id()), "");
        let token = credentials.session_token().map(|token| format!("&X-Amz-Security-Token={}", encoded(token, "")));
        // In the order of their names, as they are signed.
        let query = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={time}\
             &X-Amz-Expires={LIFETIME}{}&X-Amz-SignedHeaders=host",
            token.unwrap_or_default()
        );
        let key = generate_signing_key(credentials.secret_access_key(), SystemTime::from(signed_at), region, "s3");
        Ok(Self {
            quarter,
            ends: credentials.expiry().and_then(|ends| Timestamp::try_from(ends).ok()).map_or(i64::MAX, second),
            query,
            head: format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n"),
            key: key.as_ref().to_vec(),
        })
    }

    fn serves(&self, now: i64) -> bool {
        (self.quarter..self.quarter + QUARTER).contains(&now) && now < self.ends.saturating_sub(MARGIN)
    }

    fn address(&self, place: &Place, key: &str) -> String {
        let path = format!("{}{}", place.folder, encoded(key, "/"));
        let Self { query, head, .. } = self;
        let request = format!("GET\n{path}\n{query}\nhost:{}\n\nhost\nUNSIGNED-PAYLOAD", place.host);
        let signature = calculate_signature(&self.key, format!("{head}{}", hash(&request)).as_bytes());
        format!("{}{path}?{query}&X-Amz-Signature={signature}", place.origin)
    }
}

/// A secret never gets into a log.
impl std::fmt::Debug for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stamp").field("quarter", &self.quarter).finish_non_exhaustive()
    }
}

/// SHA-256 in hexadecimal.
fn hash(text: &str) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    digest.as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn second(at: Timestamp) -> i64 {
    at.as_second()
}

/// Percent-encoded as the signature wants it: everything but unreserved characters and those of `plain`.
fn encoded(text: &str, plain: &str) -> String {
    let byte = |byte: u8| {
        let keep = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.as_bytes().contains(&byte);
        if keep { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(token: Option<&str>, ends: Option<SystemTime>) -> Credentials {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        Credentials::new("AKIAIOSFODNN7EXAMPLE", secret, token.map(str::to_owned), ends, "test")
    }

    #[test]
    fn the_place_is_what_precedes_the_key() {
        let place = |origin: &str, host: &str, folder: &str| Place {
            origin: origin.into(),
            host: host.into(),
            folder: folder.into(),
        };
        let local = Place::of("http://localhost:4000/media/k?x-id=GetObject&X-Amz-Date=1");
        assert_eq!(local, place("http://localhost:4000", "localhost:4000", "/media/"));
        let aws = Place::of("https://media.s3.eu-central-1.amazonaws.com/k?x-id=GetObject");
        let host = "media.s3.eu-central-1.amazonaws.com";
        assert_eq!(aws, place(&format!("https://{host}"), host, "/"));
    }

    /// The example of the Signature Version 4 documentation, with this lifetime.
    #[tokio::test]
    async fn an_address_is_the_one_that_the_sdk_computes() {
        let now: Timestamp = "2013-05-24T00:00:00Z".parse().unwrap();
        for token in [None, Some("a/token+with=signs")] {
            let stamp = Stamp::new(&credentials(token, None), "us-east-1", now.as_second() + 899).unwrap();
            let config = aws_sdk_s3::Config::builder()
                .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
                .region(aws_sdk_s3::config::Region::new("us-east-1"))
                .credentials_provider(credentials(token, None))
                .build();
            let client = aws_sdk_s3::Client::from_conf(config);
            let presigning = PresigningConfig::builder()
                .start_time(SystemTime::from(now))
                .expires_in(Duration::from_secs(LIFETIME.unsigned_abs()))
                .build()
                .unwrap();
            let request = client.get_object().bucket("examplebucket").key("org_1/a b+ü.png").presigned(presigning);
            let theirs = request.await.unwrap().uri().to_owned();
            let ours = stamp.address(&Place::find(&client, "examplebucket").await.unwrap(), "org_1/a b+ü.png");
            // The SDK also names the operation, which S3 does not ask for: only that and the signature differ.
            let parts = |address: &str| {
                let named = |part: &&str| !part.starts_with("x-id=") && !part.starts_with("X-Amz-Signature=");
                let mut parts: Vec<_> = address.split(['?', '&']).filter(named).map(str::to_owned).collect();
                parts.sort_unstable();
                parts
            };
            assert_eq!(parts(&ours), parts(&theirs));
        }
    }

    /// The documentation's own figures for `GET /test.txt`, a day long.
    #[test]
    fn the_signature_is_the_documented_one() {
        let now: Timestamp = "2013-05-24T00:00:00Z".parse().unwrap();
        let mut stamp = Stamp::new(&credentials(None, None), "us-east-1", now.as_second()).unwrap();
        stamp.query = stamp.query.replace(&format!("Expires={LIFETIME}"), "Expires=86400");
        let address = stamp.address(&Place::of("https://examplebucket.s3.amazonaws.com/k?"), "test.txt");
        let signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        assert!(address.ends_with(&format!("&X-Amz-Signature={signature}")), "{address}");
    }

    #[test]
    fn an_address_stays_for_a_quarter_and_credentials_until_near_their_end() {
        let now = 1_800_000_000 / QUARTER * QUARTER;
        let ends = SystemTime::UNIX_EPOCH + Duration::from_secs((now + 10 * 60).unsigned_abs());
        let stamp = |ends| Stamp::new(&credentials(None, ends), "local", now + 7).unwrap();
        let lasting = stamp(None);
        assert!(lasting.serves(now) && lasting.serves(now + QUARTER - 1));
        assert!(!lasting.serves(now + QUARTER) && !lasting.serves(now - 1));
        let ending = stamp(Some(ends));
        assert!(ending.serves(now + 10 * 60 - MARGIN - 1) && !ending.serves(now + 10 * 60 - MARGIN));
    }
}
