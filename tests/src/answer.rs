//! An answer of the API, read whole, with the assertions that every test makes.

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer of the API.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Method and address, for messages.
    pub request: String,
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null when it is something else.
    pub body: Value,
}

impl Answer {
    /// Sends a request and reads what comes back.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn to(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.expect("a well-formed request");
        let name = format!("{} {}", request.method(), request.url().path());
        let answer = client.execute(request).await.unwrap_or_else(|error| panic!("{name}: no answer: {error:?}"));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap_or_default();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Self { request: name, status, headers, text, body }
    }

    /// Demands a status and yields the body.
    ///
    /// # Panics
    /// When it is another one, with the whole answer.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} answered {}", self.request, self.text);
        self.body
    }

    /// Demands a problem of a status and kind, such as `stale-version`.
    ///
    /// # Panics
    /// When it is another one or no problem at all.
    #[track_caller]
    pub fn problem(self, status: u16, slug: &str) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}: {}", self.request, self.text);
        let identified = !self.header("x-request-id").is_empty();
        let body = self.expect(status);
        assert_eq!(body["type"], format!("urn:atelier:problem:{slug}"), "{body}");
        assert_eq!(body["status"], status, "{body}");
        assert!(identified, "no x-request-id: {body}");
        for field in ["title", "detail"] {
            assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "no {field}: {body}");
        }
        body
    }

    /// A header's text, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Status and body byte for byte: what two people may compare.
    #[must_use]
    pub fn bytes(&self) -> String {
        format!("{} {}", self.status, self.text)
    }
}
