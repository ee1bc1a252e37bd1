//! Calls of the API and the classes of its errors.

use domain::delivery::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::Tiktok;
use crate::http::{Body, Effect, Request, Response};

/// The API, version 2.
const API: &str = "https://open.tiktokapis.com/v2/";
/// Limits count over a sliding minute, and no header says how much is left.
const RATE_PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// When to try again after a limit that counts over a day.
const DAY_LIMIT_PAUSE: SignedDuration = SignedDuration::from_hours(2);

/// The envelope of every answer, successes included: what counts is `error.code`, whatever the status.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    data: Value,
    error: ErrorBody,
}

#[derive(Deserialize)]
struct ErrorBody {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// The address of an endpoint.
pub(super) fn at(path: &str) -> Result<Url, Failure> {
    format!("{API}{path}").parse().map_err(|_| Failure::Transient { message: "an address is malformed".to_owned() })
}

impl Tiktok {
    /// Posts `body` to an endpoint and reads the `data` of its answer.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        path: &'static str,
        query: &str,
        body: Value,
        token: &str,
        effect: Effect,
    ) -> Result<T, Failure> {
        let mut url = at(path)?;
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        let request = Request::post(url, path, Body::Json(body)).bearer(token);
        self.call(request, effect).await
    }

    /// Sends a request and reads the `data` of its answer.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: Request, effect: Effect) -> Result<T, Failure> {
        let response = self.http.send(request).await.map_err(|error| error.classify(effect))?;
        match response.json::<Envelope>() {
            Some(Envelope { data, error }) if error.code == "ok" => serde_json::from_value(data)
                .map_err(|_| without_answer("TikTok sent an unreadable answer".to_owned(), effect)),
            Some(Envelope { error, .. }) => Err(self.classify(&response, error, effect)),
            None => Err(self.classify(&response, ErrorBody { code: String::new(), message: String::new() }, effect)),
        }
    }

    /// One answer, one class: the table of this network's errors (document API v2 Error Handling).
    fn classify(&self, response: &Response, error: ErrorBody, effect: Effect) -> Failure {
        let ErrorBody { code, message } = error;
        let status = response.status.as_u16();
        let message = if message.is_empty() { format!("TikTok answered {status} {code}") } else { message };
        match (code.as_str(), status) {
            ("access_token_invalid", _) | ("", 401) => Failure::TokenExpired { message },
            ("scope_not_authorized" | "scope_permission_missed", _) => Failure::Revoked { message },
            ("rate_limit_exceeded", _) | (_, 429) => self.limited(RATE_PAUSE, message),
            ("spam_risk_too_many_posts" | "spam_risk_too_many_pending_share" | "reached_active_user_cap", _) => {
                self.limited(DAY_LIMIT_PAUSE, message)
            }
            // Nothing of TikTok's own: a proxy, a page, half an answer.
            ("", _) | ("internal_error", _) | (_, 500..) => without_answer(message, effect),
            _ => rejected(&code, message, advice(&code)),
        }
    }

    /// The class of a post's `fail_reason` (document Get Post Status): it is surely not there.
    pub(super) fn failed(&self, reason: &str) -> Failure {
        let message = format!("TikTok did not post it: {reason}");
        match reason {
            "internal" | "video_pull_failed" | "photo_pull_failed" => Failure::Transient { message },
            "spam_risk_too_many_posts" => self.limited(DAY_LIMIT_PAUSE, message),
            "auth_removed" => Failure::Revoked { message },
            _ => rejected(reason, message, advice(reason)),
        }
    }

    fn limited(&self, pause: SignedDuration, message: String) -> Failure {
        let retry_at: Timestamp = self.clock.now() + pause;
        Failure::RateLimited { retry_at: Some(retry_at), message }
    }
}

/// What a user can do about an error or a reason.
fn advice(code: &str) -> &'static str {
    match code {
        "privacy_level_option_mismatch" => "Choose again who may see it: the account's own settings have changed.",
        "unaudited_client_can_only_post_to_private_accounts" => {
            "The app of this installation has not passed TikTok's audit: its operator must apply for it. Until then set the \
             TikTok account to private and choose \"only me\"."
        }
        "url_ownership_unverified" => {
            "The operator must verify the address of the media files in TikTok's developer portal."
        }
        "spam_risk_user_banned_from_posting" => "TikTok does not let this account post: see the TikTok app.",
        "spam_risk" | "spam_risk_text" => "TikTok takes this for spam: change the text, or post it in the TikTok app.",
        "app_version_check_failed" => "Update the TikTok app of the account's owner, then try again.",
        "file_format_check_failed" => {
            "Save the video again as MP4 with H.264 (photos as JPEG or WebP), then attach it anew."
        }
        "duration_check_failed" => "Shorten the video: the account's longest is shown in the composer.",
        "frame_rate_check_failed" => "Save the video again with 23 to 60 pictures a second.",
        "picture_size_check_failed" => "Use at least 360 pixels on each side; photos have at most 1080.",
        "publish_cancelled" => "It was canceled at TikTok.",
        _ => "Change what TikTok objects to, then try again.",
    }
}

/// The request arrived, but what became of it is unknown.
pub(super) fn without_answer(message: String, effect: Effect) -> Failure {
    match effect {
        Effect::None => Failure::Transient { message },
        Effect::Visible => Failure::Ambiguous { message },
    }
}

pub(super) fn rejected(code: &str, message: impl Into<String>, advice: &str) -> Failure {
    Failure::Rejected { code: code.to_owned(), message: message.into(), advice: advice.to_owned() }
}
