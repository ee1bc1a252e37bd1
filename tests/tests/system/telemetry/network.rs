//! A Mastodon instance that does with the next post what it is told. Whatever it is asked, it answers with people's words
//! and secrets in it, as a careless server may.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tests::server::{Reply, Request, Server};

/// What everybody's token is.
pub(super) const TOKEN: &str = "planted-access-token-5f0c";
/// The secret of our registration.
pub(super) const CLIENT_SECRET: &str = "planted-client-secret-77ad";

/// What becomes of the next post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It is out.
    Out,
    /// Too many requests.
    Limited,
    /// The server is broken.
    Broken,
    /// The post is refused.
    Refused,
    /// The token is no longer good.
    Revoked,
    /// It is out, but the answer is lost.
    Lost,
}

pub(super) struct Scripted {
    server: Server,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    next: Mutex<Option<Next>>,
    people: AtomicUsize,
    posts: AtomicUsize,
}

impl Scripted {
    pub(super) async fn start() -> Self {
        let book = Arc::<Book>::default();
        let own = Arc::clone(&book);
        let server = Server::start(move |request| {
            let book = Arc::clone(&own);
            async move { book.answer(&request) }
        });
        Self { server: server.await.expect("a network"), book }
    }

    pub(super) fn origin(&self) -> String {
        self.server.origin()
    }

    pub(super) fn next(&self, next: Next) {
        *self.book.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(next);
    }
}

impl Book {
    fn answer(&self, request: &Request) -> Reply {
        let path: Vec<&str> = request.path.split('/').skip(1).collect();
        match (request.method.as_str(), path.as_slice()) {
            (_, ["api", "v1", "apps"]) => {
                Reply::json(200, &json!({ "client_id": "client", "client_secret": CLIENT_SECRET }))
            }
            (_, ["oauth", "token"]) => {
                Reply::json(200, &json!({ "access_token": TOKEN, "token_type": "Bearer", "scope": "write" }))
            }
            (_, ["api", "v2", "instance"]) => {
                Reply::json(200, &json!({ "configuration": { "statuses": { "max_characters": 500 } } }))
            }
            ("GET", ["api", "v1", "accounts", "verify_credentials"]) => {
                let id = self.people.fetch_add(1, Ordering::Relaxed).to_string();
                Reply::json(200, &json!({ "id": id, "username": format!("told{id}"), "display_name": "Told" }))
            }
            ("POST", ["api", "v2", "media"]) => Reply::json(200, &json!({ "id": "1", "type": "image" })),
            ("GET", ["api", "v1", "accounts", _, "statuses"]) => Reply::json(200, &json!([])),
            ("POST", ["api", "v1", "statuses"]) => self.post(&request.json()),
            _ => Reply::json(404, &json!({ "error": "Record not found" })),
        }
    }

    fn post(&self, body: &Value) -> Reply {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner).take();
        let said = format!("{TOKEN} may not say: {}", body["status"].as_str().unwrap_or_default());
        let refusal = |status| Reply::json(status, &json!({ "error": said, "error_description": said }));
        match next.unwrap_or(Next::Out) {
            Next::Out => {
                let id = self.posts.fetch_add(1, Ordering::Relaxed).to_string();
                let url = format!("{}/@told/{id}", "http://told.test");
                Reply::json(200, &json!({ "id": id, "uri": url, "url": url, "media_attachments": [] }))
            }
            Next::Limited => refusal(429).with("retry-after", "7".to_owned()),
            Next::Broken => refusal(500),
            Next::Refused => refusal(422),
            Next::Revoked => refusal(401),
            Next::Lost => Reply::Cut,
        }
    }
}
