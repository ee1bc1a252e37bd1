//! `signed_request`: what Meta posts when a user removes the app or asks for their data to be deleted
//! ("Data Deletion Request Callback", "Parsing the Signed Request").
//!
//! It is `base64url(signature).base64url(payload)`, where the signature is the HMAC-SHA-256 of the second half, as it
//! was sent, under the app's secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::crypto;
use jiff::Timestamp;
use serde::Deserialize;

use crate::network::Secret;

/// Longer ones are not Meta's.
const MAX_BYTES: usize = 16 * 1024;

/// What a verified request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// The user's id as this app knows it; tokens keep it as the extra [`super::login::USER_ID`].
    pub user_id: String,
    /// When Meta made the request, if it says so.
    pub issued_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Payload {
    algorithm: String,
    user_id: UserId,
    issued_at: Option<i64>,
}

/// Ids come as texts, or as numbers in older payloads.
#[derive(Deserialize)]
#[serde(untagged)]
enum UserId {
    Text(String),
    Number(u64),
}

/// The content of a signed request, when its signature is that of the app's secret; absent for everything else.
#[must_use]
pub fn verify(signed_request: &str, app_secret: &Secret) -> Option<SignedRequest> {
    if signed_request.len() > MAX_BYTES || app_secret.expose().is_empty() {
        return None;
    }
    let (signature, payload) = signed_request.trim().split_once('.')?;
    let signature = decode(signature)?;
    if !crypto::is_tag(app_secret.expose().as_bytes(), payload.as_bytes(), &signature) {
        return None;
    }
    let payload: Payload = serde_json::from_slice(&decode(payload)?).ok()?;
    if !payload.algorithm.eq_ignore_ascii_case("HMAC-SHA256") {
        return None;
    }
    let user_id = match payload.user_id {
        UserId::Text(id) => id,
        UserId::Number(id) => id.to_string(),
    };
    let issued_at = payload.issued_at.and_then(|seconds| Timestamp::from_second(seconds).ok());
    Some(SignedRequest { user_id, issued_at }).filter(|request| !request.user_id.is_empty())
}

/// Meta leaves the padding out; a proxy may have put it in.
fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secret() -> Secret {
        Secret::new("app-secret")
    }

    fn signed(payload: &str, secret: &str) -> String {
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let signature = URL_SAFE_NO_PAD.encode(crypto::tag(secret.as_bytes(), payload.as_bytes()));
        format!("{signature}.{payload}")
    }

    #[test]
    fn what_the_apps_secret_signed_is_read() {
        let request = signed(r#"{"algorithm":"HMAC-SHA256","user_id":"218471","issued_at":1291836800}"#, "app-secret");
        let read = verify(&request, &secret()).unwrap();
        assert_eq!(read.user_id, "218471");
        assert_eq!(read.issued_at, Timestamp::from_second(1_291_836_800).ok());
        let numbered = signed(r#"{"algorithm":"hmac-sha256","user_id":218471}"#, "app-secret");
        let read = verify(&numbered, &secret()).unwrap();
        assert_eq!(read, SignedRequest { user_id: "218471".to_owned(), issued_at: None });
    }

    #[test]
    fn a_request_made_elsewhere_is_verified() {
        // Made with OpenSSL: HMAC-SHA-256 under the key "secret".
        let payload = "eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsInVzZXJfaWQiOiI0MiJ9";
        let request = format!("n6MsaRFMwEJYU9u41vCy-z-JG1PBzE0BgXlUCKO3CO0.{payload}");
        assert_eq!(verify(&request, &Secret::new("secret")).unwrap().user_id, "42");
    }

    #[test]
    fn everything_else_is_refused() {
        let good = r#"{"algorithm":"HMAC-SHA256","user_id":"1"}"#;
        let request = signed(good, "app-secret");
        let (signature, _) = request.split_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(good.replace('1', "2"));
        for forged in [
            signed(good, "other-secret"),
            format!("{signature}.{other}"),
            request.replace('.', ""),
            format!(".{}", URL_SAFE_NO_PAD.encode(good)),
            signed(r#"{"algorithm":"none","user_id":"1"}"#, "app-secret"),
            signed(r#"{"algorithm":"HMAC-SHA256"}"#, "app-secret"),
            signed(r#"{"algorithm":"HMAC-SHA256","user_id":""}"#, "app-secret"),
            signed("not json", "app-secret"),
            String::new(),
            ".".to_owned(),
        ] {
            assert_eq!(verify(&forged, &secret()), None, "{forged}");
        }
        // An app without a secret must not be an app that anybody can sign for.
        assert_eq!(verify(&signed(good, ""), &Secret::new("")), None);
    }

    proptest! {
        #[test]
        fn no_text_panics_or_passes(text in "[A-Za-z0-9_.=-]{0,200}") {
            prop_assert_eq!(verify(&text, &secret()), None);
        }
    }
}
