//! Checks AWS Signature Version 4 on requests to the loopback services, so that neither another
//! program on the machine nor a page in a browser can use them.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{constant_time, digest, hmac};
use http::request::Parts;

use super::AwsError;

/// The one key pair that this process accepts.
#[derive(Clone)]
pub(crate) struct Verifier {
    access_key: String,
    secret_key: String,
    /// The keys of the latest scopes: one serves a service for a day.
    latest: Arc<Mutex<Vec<(String, hmac::Key)>>>,
}

/// How many derived keys are remembered: one for each service, on two days.
const REMEMBERED: usize = 10;

impl Verifier {
    /// Accepts requests signed with this pair only.
    pub(crate) fn new(access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Self { access_key: access_key.into(), secret_key: secret_key.into(), latest: Arc::default() }
    }

    /// Checks the signature in the `Authorization` header over method, path, query, signed headers
    /// and body. The age of the request is not checked: the listener is on loopback.
    ///
    /// # Errors
    /// `MissingAuthenticationTokenException` without one, `InvalidSignatureException` when it is wrong.
    pub(crate) fn verify(&self, parts: &Parts, body: &[u8]) -> Result<(), AwsError> {
        let header = header(parts, "authorization").ok_or_else(|| {
            let message = "the request is not signed";
            AwsError::new(http::StatusCode::FORBIDDEN, "MissingAuthenticationTokenException", message)
        })?;
        self.matches(parts, body, header).ok_or_else(|| {
            let message = "the signature does not match";
            AwsError::new(http::StatusCode::FORBIDDEN, "InvalidSignatureException", message)
        })
    }

    fn matches(&self, parts: &Parts, body: &[u8], authorization: &str) -> Option<()> {
        let fields = authorization.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
        let (access_key, scope) = field("Credential")?.split_once('/')?;
        let signed_headers = field("SignedHeaders")?;
        let names: Vec<&str> = signed_headers.split(';').collect();
        if access_key != self.access_key || !names.contains(&"host") {
            return None;
        }
        let body_hash = hex(digest::digest(&digest::SHA256, body).as_ref());
        if header(parts, "x-amz-content-sha256").is_some_and(|stated| stated != body_hash) {
            return None;
        }
        let canonical = canonical_request(parts, &names, signed_headers, &body_hash)?;
        let text = format!(
            "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
            header(parts, "x-amz-date")?,
            hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref()),
        );
        let expected = hex(hmac::sign(&self.signing_key(scope), text.as_bytes()).as_ref());
        constant_time::verify_slices_are_equal(expected.as_bytes(), field("Signature")?.as_bytes()).ok()
    }

    /// The key derived for a scope `date/region/service/aws4_request`.
    fn signing_key(&self, scope: &str) -> hmac::Key {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, key)) = latest.iter().find(|(known, _)| known == scope) {
            return key.clone();
        }
        let key = |bytes: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let start = key(format!("AWS4{}", self.secret_key).as_bytes());
        let derived = scope.split('/').fold(start, |last, part| key(hmac::sign(&last, part.as_bytes()).as_ref()));
        latest.truncate(REMEMBERED - 1);
        latest.insert(0, (scope.to_owned(), derived.clone()));
        derived
    }
}

fn canonical_request(parts: &Parts, names: &[&str], signed: &str, body_hash: &str) -> Option<String> {
    let mut query: Vec<String> = parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") })
        .collect();
    query.sort_unstable();
    // Every service but S3 signs the path encoded once more than it is sent.
    let path = parts.uri.path().replace('%', "%25");
    let mut canonical = format!("{}\n{path}\n{}\n", parts.method, query.join("&"));
    for name in names {
        let value = header(parts, name)?;
        let words: Vec<&str> = value.split_whitespace().collect();
        canonical.push_str(&format!("{name}:{}\n", words.join(" ")));
    }
    canonical.push_str(&format!("\n{signed}\n{body_hash}"));
    Some(canonical)
}

fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::Verifier;

    // The example of the Signature Version 4 documentation (IAM ListUsers).
    fn documented() -> http::Request<()> {
        http::Request::get("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08")
            .header("host", "iam.amazonaws.com")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .header("x-amz-date", "20150830T123600Z")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, \
                 Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            )
            .body(())
            .unwrap()
    }

    #[test]
    fn accepts_the_documented_example_and_nothing_else() {
        let verifier = Verifier::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        let (mut parts, ()) = documented().into_parts();
        assert_eq!(verifier.verify(&parts, b""), Ok(()));
        assert!(verifier.verify(&parts, b"another body").is_err());
        assert!(Verifier::new("AKIDEXAMPLE", "other").verify(&parts, b"").is_err());
        parts.headers.remove("authorization");
        assert!(verifier.verify(&parts, b"").is_err());
    }
}
