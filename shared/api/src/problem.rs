//! The one error type of the HTTP edge: RFC 9457 `application/problem+json`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::problem::Problem;
use domain::when::{TimeChoice, TimeTrouble};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use store::StoreError;

/// An error answer as clients see it. Its `type` is stable; its words may change.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = ProblemDocument)]
pub struct ProblemDocument {
    /// Stable name, `urn:atelier:problem:<slug>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem, in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// Each broken rule with its field.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<Problem>,
    /// Ways out to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub choices: Vec<TimeChoice>,
    /// Seconds to wait before trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// An error on its way to the client. The source is logged, never shown.
#[derive(Debug)]
pub struct ApiError {
    document: Box<ProblemDocument>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What a handler answers.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A problem of this kind.
    pub fn new(status: StatusCode, slug: &str, title: &str, detail: impl Into<String>) -> Self {
        Self {
            document: Box::new(ProblemDocument {
                kind: format!("urn:atelier:problem:{slug}"),
                title: title.to_owned(),
                status: status.as_u16(),
                detail: detail.into(),
                errors: Vec::new(),
                choices: Vec::new(),
                retry_after: None,
            }),
            source: None,
        }
    }

    /// 404: missing, or another tenant's, which is the same.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "Not found",
            "There is nothing here, or it is not yours to see. Check the address.",
        )
    }

    /// 400: the request itself is wrong.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "Bad request", detail)
    }

    /// 400: the body is not the JSON it should be.
    pub fn malformed_json(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed-json", "Malformed JSON", detail)
    }

    /// 401: nobody is signed in.
    #[must_use]
    pub fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not-signed-in", "Not signed in", "Sign in and try again.")
    }

    /// 401: the credentials given are wrong.
    pub fn wrong_credentials(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "wrong-credentials", "Wrong credentials", detail)
    }

    /// 403: signed in, but the role does not allow it.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// 409: it does not fit the present state.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "Not possible now", detail)
    }

    /// 409: something else needs it.
    pub fn in_use(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "in-use", "Still in use", detail)
    }

    /// 412: somebody changed it in between.
    #[must_use]
    pub fn stale_version() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "stale-version",
            "Changed in the meantime",
            "Somebody changed it since you loaded it. Load it again, then repeat your change.",
        )
    }

    /// 422: rules are broken, each with its field.
    #[must_use]
    pub fn rule_broken(errors: Vec<Problem>) -> Self {
        let detail = match errors.iter().find(|problem| problem.is_error()) {
            Some(first) => format!("{} {}", first.detail, first.fix),
            None => "Some of it cannot be accepted.".to_owned(),
        };
        let mut error =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "rule-broken", "Some of it cannot be accepted", detail);
        error.document.errors = errors;
        error
    }

    /// 422: a wall-clock time that cannot be scheduled, with the ways out.
    #[must_use]
    pub fn time_trouble(trouble: TimeTrouble) -> Self {
        let detail = trouble.to_string();
        let (slug, title, choices) = match trouble {
            TimeTrouble::Past(choices) => ("time-in-past", "That time has passed", choices),
            TimeTrouble::Gap(choices) => ("time-in-gap", "That time does not exist", choices),
            TimeTrouble::Ambiguous(choices) => ("time-ambiguous", "That time happens twice", choices),
            TimeTrouble::NotATime | TimeTrouble::UnknownZone | TimeTrouble::TooFar => {
                let pointer = if trouble == TimeTrouble::UnknownZone { "/zone" } else { "/local" };
                return Self::rule_broken(vec![Problem::error(pointer, "time-invalid", detail, "")]);
            }
        };
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, slug, title, detail);
        error.document.choices = choices;
        error
    }

    /// The same with the fields at fault below `pointer`: for a document that is part of another.
    #[must_use]
    pub fn below(mut self, pointer: &str) -> Self {
        for problem in &mut self.document.errors {
            problem.pointer.insert_str(0, pointer);
        }
        self
    }

    /// 429: too fast.
    #[must_use]
    pub fn too_many_requests(retry_after: u32) -> Self {
        let detail = format!("Too many requests at once. Wait {retry_after} s, then try again.");
        let mut error = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", detail);
        error.document.retry_after = Some(retry_after);
        error
    }

    /// 500: a bug. The source is logged.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let detail = "Something went wrong on our side. Nothing was half-done; try again, and tell us the request id if it happens again.";
        let error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong", detail);
        Self { source: Some(source.into()), ..error }
    }

    /// 503: something we stand on is out of reach. The source is logged.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let detail = "Something we need cannot be reached right now. Try again in a few seconds.";
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Try again", detail);
        error.document.retry_after = Some(2);
        Self { source: Some(source.into()), ..error }
    }

    /// Its HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.document.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The same problem with ways out to choose from.
    #[must_use]
    pub fn offering(mut self, choices: Vec<TimeChoice>) -> Self {
        self.document.choices = choices;
        self
    }

    /// The same problem with this `detail`.
    #[must_use]
    pub fn saying(mut self, detail: impl Into<String>) -> Self {
        self.document.detail = detail.into();
        self
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => {
                Self::conflict("It changed while you were at it. Load it again and repeat your change.")
            }
            StoreError::Cursor => Self::bad_request("The cursor belongs to another list. Begin again without one."),
            StoreError::Shape(_) | StoreError::Outside(_) => Self::internal(error),
            StoreError::Unavailable(_) => Self::unavailable(error),
        }
    }
}

macro_rules! unavailable {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for ApiError {
            fn from(error: $error) -> Self {
                Self::unavailable(error)
            }
        }
    )*};
}
unavailable!(cloud::ScheduleError, cloud::SecretError);

impl From<cloud::ObjectError> for ApiError {
    fn from(error: cloud::ObjectError) -> Self {
        match error {
            cloud::ObjectError::Outside(_) => Self::internal(error),
            error => Self::unavailable(error),
        }
    }
}

impl From<cloud::MailError> for ApiError {
    fn from(error: cloud::MailError) -> Self {
        match error {
            cloud::MailError::NoSender => Self::new(
                StatusCode::NOT_IMPLEMENTED,
                "no-mail",
                "No mail is set up",
                "This installation cannot send mail. Ask its operator to give it a sender (MailFrom), then try again.",
            ),
            cloud::MailError::Unavailable(_) => Self::unavailable(error),
        }
    }
}

impl ApiError {
    /// What the client is told; the source is logged here and goes no further. For an answer that tells of several
    /// things, of which some failed.
    #[must_use]
    pub fn told(self) -> ProblemDocument {
        if let Some(source) = &self.source {
            tracing::error!(status = self.document.status, error = %chain(source.as_ref()), "request failed");
        }
        *self.document
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let document = self.told();
        let retry_after = document.retry_after;
        let mut response = (status, Json(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An error with its sources, for the log: errors themselves never print theirs.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_nobody_can_be_mailed_is_the_operators_to_mend() {
        let error = ApiError::from(cloud::MailError::NoSender);
        assert_eq!((error.status(), error.document.retry_after), (StatusCode::NOT_IMPLEMENTED, None));
        assert!(error.document.detail.contains("MailFrom"));
        let error = ApiError::from(cloud::MailError::Unavailable("busy".into()));
        assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
