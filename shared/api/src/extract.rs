//! Extractors whose refusals say what to do.

use std::fmt;
use std::str::FromStr;

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Request};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use store::PageRequest;

use crate::problem::{ApiError, ApiResult};

/// Largest JSON body in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// A JSON body.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> ApiResult<Self> {
        if !is_json(request.headers()) {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "wrong-content-type",
                "Wrong content type",
                "Send JSON, with the header Content-Type: application/json.",
            ));
        }
        let body = Bytes::from_request(request, state).await.map_err(|error| body_error(&error))?;
        let mut deserializer = serde_json::Deserializer::from_slice(&body);
        let value = serde_path_to_error::deserialize(&mut deserializer)
            .map_err(|error| json_error(&error.path().to_string(), error.inner()))?;
        deserializer.end().map_err(|error| json_error(NOWHERE, &error))?;
        Ok(Self(value))
    }
}

/// A body as it came, for handlers that read another kind than JSON.
#[derive(Debug, Clone)]
pub struct Raw(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> ApiResult<Self> {
        Bytes::from_request(request, state).await.map(Self).map_err(|error| body_error(&error))
    }
}

/// A body that may be left out, and then says nothing of its type.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> ApiResult<Option<Self>> {
        if !request.headers().contains_key(header::CONTENT_TYPE) {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn body_error(error: &BytesRejection) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "Too large",
            format!("The body is larger than {} KiB. Send less at once.", BODY_LIMIT / 1024),
        );
    }
    ApiError::bad_request("The body broke off. Send it again.")
}

/// The path of no field in particular.
const NOWHERE: &str = ".";

/// Says where and what was expected. What came instead is left out: it may be a password.
fn json_error(field: &str, error: &serde_json::Error) -> ApiError {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    let what =
        what.split_once(", expected ").map_or_else(|| what.to_owned(), |(_, wanted)| format!("expected {wanted}"));
    let at = if field == NOWHERE { String::new() } else { format!(", in {field}") };
    ApiError::malformed_json(format!("At line {}, column {}{at}: {what}.", error.line(), error.column()))
}

/// An id, or ids, in the path. One that is not even of the right form is as unknown as any other.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(ids)| Self(ids)).map_err(|_| ApiError::not_found())
    }
}

/// The query string.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|error| ApiError::bad_request(format!("The query string is wrong: {}.", error.body_text())))
    }
}

/// Paging parameters of a list.
#[derive(Debug, Clone, Default, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Most items wanted.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<usize>,
}

impl Paging {
    /// The page to load; `default` and `most` are items.
    ///
    /// # Errors
    /// 400 when the limit is out of bounds.
    pub fn request(self, default: usize, most: usize) -> ApiResult<PageRequest> {
        let limit = self.limit.unwrap_or(default);
        if (1..=most).contains(&limit) {
            Ok(PageRequest { cursor: self.cursor, limit })
        } else {
            Err(ApiError::bad_request(format!("limit must be between 1 and {most}.")))
        }
    }
}

/// The version that the client last saw, from `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub u64);

impl IfMatch {
    /// That it is the present version.
    ///
    /// # Errors
    /// 412 when it is not.
    pub fn must_be(self, version: u64) -> ApiResult<()> {
        if self.0 == version { Ok(()) } else { Err(ApiError::stale_version()) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Self> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(ApiError::new(
                StatusCode::PRECONDITION_REQUIRED,
                "version-required",
                "Version required",
                "Send the ETag that you last read as If-Match, so that nobody's change is overwritten.",
            ));
        };
        let text = value.to_str().unwrap_or_default().trim();
        let version =
            text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| u64::from_str(text).ok());
        version.map(Self).ok_or_else(ApiError::stale_version)
    }
}

/// A version as an `ETag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETag(pub u64);

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::response::IntoResponse as _;
    use http_body_util::BodyExt as _;

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Login {
        email: String,
        tries: Vec<u8>,
    }

    async fn refusal(body: &'static str) -> String {
        let request =
            Request::builder().header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap();
        let error = <Json<Login> as FromRequest<()>>::from_request(request, &()).await.unwrap_err();
        let bytes = error.into_response().into_body().collect().await.unwrap().to_bytes();
        let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        document["detail"].as_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn an_optional_body_is_read_when_there_is_one() {
        let ask = async |body: &'static str, kind: Option<&str>| {
            let request = Request::builder().header(header::ACCEPT, "*/*");
            let request = kind.iter().fold(request, |request, kind| request.header(header::CONTENT_TYPE, *kind));
            let body = request.body(Body::from(body)).unwrap();
            <Json<bool> as OptionalFromRequest<()>>::from_request(body, &()).await
        };
        assert!(ask("", None).await.unwrap().is_none());
        assert!(ask("true", Some("application/json")).await.unwrap().is_some_and(|Json(read)| read));
        assert!(ask("", Some("application/json")).await.is_err(), "it was announced");
        assert!(ask("true", Some("text/plain")).await.is_err());
    }

    #[tokio::test]
    async fn malformed_json_is_told_with_its_place_and_field_but_not_quoted() {
        for (body, detail) in [
            (r#"{"email": "#, "At line 1, column 10, in email: EOF while parsing a value."),
            (r#"{"email": 4711, "tries": []}"#, "At line 1, column 14, in email: expected a string."),
            (r#"{"email": "a", "tries": [1, "secret"]}"#, "At line 1, column 36, in tries[1]: expected u8."),
            (r#"{"tries": []}"#, "At line 1, column 13: missing field `email`."),
            (r#"{"email": "a", "tries": []} x"#, "At line 1, column 29: trailing characters."),
        ] {
            assert_eq!(refusal(body).await, detail);
        }
    }
}
