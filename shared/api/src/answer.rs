//! Answers with status and version, which can be kept under an `Idempotency-Key`.

use axum::body::Body;
use axum::extract::{FromRef, FromRequestParts};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{IdempotencyRecord, Page, UserStore, Write};

use crate::app::App;
use crate::caller::Caller;
use crate::extract::ETag;
use crate::problem::{ApiError, ApiResult};

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const HEADER: &str = "idempotency-key";

/// A JSON answer.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    etag: Option<String>,
    body: String,
}

impl Answer {
    /// 200 with a body.
    ///
    /// # Errors
    /// 500 when the body cannot be written as JSON.
    pub fn ok(body: &impl Serialize) -> ApiResult<Self> {
        Self::with(StatusCode::OK, body)
    }

    /// 201 with a body.
    ///
    /// # Errors
    /// 500 when the body cannot be written as JSON.
    pub fn created(body: &impl Serialize) -> ApiResult<Self> {
        Self::with(StatusCode::CREATED, body)
    }

    /// 202 with a body: accepted, under way.
    ///
    /// # Errors
    /// 500 when the body cannot be written as JSON.
    pub fn accepted(body: &impl Serialize) -> ApiResult<Self> {
        Self::with(StatusCode::ACCEPTED, body)
    }

    /// What its body says.
    ///
    /// # Errors
    /// 500 when the body is of another kind.
    pub fn read<T: DeserializeOwned>(&self) -> ApiResult<T> {
        serde_json::from_str(&self.body).map_err(ApiError::internal)
    }

    /// The same with the version as its `ETag`.
    #[must_use]
    pub fn version(mut self, version: u64) -> Self {
        self.etag = Some(ETag(version).to_string());
        self
    }

    fn with(status: StatusCode, body: &impl Serialize) -> ApiResult<Self> {
        let body = serde_json::to_string(body).map_err(ApiError::internal)?;
        Ok(Self { status, etag: None, body })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, Body::from(self.body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(etag) = self.etag.and_then(|etag| HeaderValue::from_str(&etag).ok()) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}

/// One page of a list, as the API answers it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct List<T> {
    /// The items.
    pub items: Vec<T>,
    /// Cursor of the next page; null on the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A stored page, each item turned into what the API shows.
    pub fn of<E>(page: Page<E>, show: impl Fn(E) -> T) -> Self {
        Self { items: page.items.into_iter().map(show).collect(), next_cursor: page.next_cursor }
    }

    /// A list that is always whole.
    #[must_use]
    pub const fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

/// The `Idempotency-Key` of a creating request, if it has one.
///
/// The answer is stored in the same transaction as its effect, so a repeat finds either both or
/// neither: the same payload gets the same answer, another payload 422, a repeat in flight 409.
#[derive(Debug)]
pub struct Idempotency {
    key: Option<String>,
    route: String,
    store: UserStore,
    app: App,
}

impl<S: Send + Sync> FromRequestParts<S> for Idempotency
where
    App: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let key = match parts.headers.get(HEADER) {
            None => None,
            Some(value) => Some(value.to_str().ok().filter(|key| (1..=128).contains(&key.len())).ok_or_else(|| {
                ApiError::bad_request("Idempotency-Key must be 1 to 128 visible characters, such as a UUID.")
            })?),
        };
        let app = App::from_ref(state);
        Ok(Self {
            key: key.map(|key| format!("{:?} {key}", caller.acting.map(|(org, _)| org))),
            route: format!("{} {}", parts.method, parts.uri.path()),
            store: app.table.user(caller.scope()),
            app,
        })
    }
}

impl Idempotency {
    /// What was answered to the same request before.
    ///
    /// # Errors
    /// 422 when the key was used for another payload.
    pub async fn replay(&self, input: &impl Serialize) -> ApiResult<Option<Answer>> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        let Some(record) = self.store.idempotency(key).await? else {
            return Ok(None);
        };
        self.kept(record, input).map(Some)
    }

    /// That the request has a key, for what must never be done twice.
    ///
    /// # Errors
    /// 400 when it has none.
    pub fn must_be_given(&self) -> ApiResult<()> {
        let fix = "Send an Idempotency-Key, such as a UUID, and the same one again when you repeat the request.";
        if self.key.is_some() { Ok(()) } else { Err(ApiError::bad_request(fix)) }
    }

    /// The same for one of several parts of the request, each of which is done by itself: a repeat does those that were
    /// not. Parts go by their number, from 0; another payload under the same number is a mismatch.
    #[must_use]
    pub fn part(&self, number: usize) -> Self {
        // No header has a line break in it, so no key of a request is the key of a part.
        let key = self.key.as_ref().map(|key| format!("{key}\n{number}"));
        Self { key, route: self.route.clone(), store: self.store.clone(), app: self.app.clone() }
    }

    /// What was answered to each part of the same request before, as [`Self::replay`] has it, in one round trip for a
    /// hundred of them; nothing, and no round trip, without a key.
    ///
    /// # Errors
    /// 422 when the key was used for another payload of any part.
    pub async fn replay_parts(&self, inputs: &[impl Serialize]) -> ApiResult<Vec<Option<Answer>>> {
        let keys: Vec<String> = (0..inputs.len()).filter_map(|number| self.part(number).key).collect();
        let mut records = self.store.idempotencies(&keys).await?.into_iter();
        let answer = |input| records.next().flatten().map(|record| self.kept(record, input)).transpose();
        inputs.iter().map(answer).collect()
    }

    fn kept(&self, record: IdempotencyRecord, input: &impl Serialize) -> ApiResult<Answer> {
        if record.request_hash != self.hash(input)? {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-mismatch",
                "Key used for something else",
                "This Idempotency-Key was used with another request. Use a new one.",
            ));
        }
        let status = StatusCode::from_u16(record.status).map_err(ApiError::internal)?;
        Ok(Answer { status, etag: record.etag, body: record.body })
    }

    /// The write that keeps `answer`, for the effect's own transaction; pass it last.
    ///
    /// # Errors
    /// 500 when it cannot be stored.
    pub fn keep(&self, input: &impl Serialize, answer: &Answer) -> ApiResult<Option<Write>> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        let record = IdempotencyRecord {
            request_hash: self.hash(input)?,
            status: answer.status.as_u16(),
            etag: answer.etag.clone(),
            body: answer.body.clone(),
            expires: (self.app.now() + KEPT).as_second(),
        };
        Ok(Some(self.store.put_idempotency(key, &record)?))
    }

    /// Does `writes` and keeps `answer` with them.
    ///
    /// # Errors
    /// 409 when the same request is in flight; otherwise what `explain` makes of the conflict.
    pub async fn commit(
        &self,
        input: &impl Serialize,
        mut writes: Vec<Write>,
        answer: Answer,
        explain: impl FnOnce(store::StoreError) -> ApiError,
    ) -> ApiResult<Answer> {
        let own = writes.len();
        writes.extend(self.keep(input, &answer)?);
        match self.app.table.transact(writes).await {
            Ok(()) => Ok(answer),
            Err(error) if error.is_conflict_at(own) => Err(ApiError::new(
                StatusCode::CONFLICT,
                "idempotency-in-flight",
                "Already on its way",
                "The same request is being worked on. Repeat it in a moment to get its answer.",
            )),
            Err(error) => Err(explain(error)),
        }
    }

    fn hash(&self, input: &impl Serialize) -> ApiResult<String> {
        let input = serde_json::to_string(input).map_err(ApiError::internal)?;
        Ok(cloud::crypto::sha256(format!("{}\n{input}", self.route).as_bytes()))
    }
}
