//! A gate before the table: it lets requests pass, refuses some as a table does that is asked too much, or lets somebody
//! else go first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::json;
use tests::server::{Reply, Request, Server};

type Deed = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

pub(super) struct Gate {
    server: Server,
    /// Below which path the table is, there as here: a signature holds for a path.
    path: String,
    keeper: Arc<Keeper>,
}

struct Keeper {
    table: String,
    client: reqwest::Client,
    refusals: AtomicUsize,
    first: Mutex<Option<Deed>>,
}

impl Gate {
    pub(super) async fn before(table: &str) -> Self {
        let table = url::Url::parse(table).expect("an address");
        let path = table.path().trim_end_matches('/').to_owned();
        let table = table.origin().ascii_serialization();
        let (refusals, first) = (AtomicUsize::new(0), Mutex::default());
        let keeper = Arc::new(Keeper { table, client: reqwest::Client::new(), refusals, first });
        let own = Arc::clone(&keeper);
        let server = Server::start(move |request| Arc::clone(&own).pass(request));
        Self { server: server.await.expect("a gate"), path, keeper }
    }

    pub(super) fn address(&self) -> String {
        format!("{}{}", self.server.origin(), self.path)
    }

    /// The next requests are refused, so many of them.
    pub(super) fn refuse(&self, requests: usize) {
        self.keeper.refusals.store(requests, Ordering::SeqCst);
    }

    /// Before the next write passes, this is done.
    pub(super) fn before_write<F: Future<Output = ()> + Send + 'static>(
        &self,
        deed: impl FnOnce() -> F + Send + 'static,
    ) {
        let deed: Deed = Box::new(move || Box::pin(deed()));
        *self.keeper.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(deed);
    }
}

impl Keeper {
    async fn pass(self: Arc<Self>, request: Request) -> Reply {
        let left = self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_ok() {
            let kind = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
            return Reply::json(400, &json!({ "__type": kind, "message": "The level of throughput was exceeded" }));
        }
        let target = request.header("x-amz-target").unwrap_or_default();
        if target.ends_with(".PutItem") || target.ends_with(".TransactWriteItems") {
            let deed = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(deed) = deed {
                deed().await;
            }
        }
        let mut onward = self.client.request(Method::POST, format!("{}{}", self.table, request.path));
        for (name, value) in request.headers().filter(|(name, _)| !["content-length", "connection"].contains(name)) {
            onward = onward.header(name, value);
        }
        let Ok(answer) = onward.body(request.body.clone()).send().await else { return Reply::Cut };
        let status = answer.status().as_u16();
        let Ok(body) = answer.text().await else { return Reply::Cut };
        Reply::Answer { status, headers: Vec::new(), body }
    }
}
