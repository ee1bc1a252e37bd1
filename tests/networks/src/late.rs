//! Requests that are on their way for longer than their callers wait: a network carries them out all the same.
//!
//! One lands at the first request or look after its moment, and what it does bears that moment. Nothing waits for real.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};

use crate::world::{Seen, World};

tokio::task_local! {
    /// Set while a network works on a request: to the moment at which it landed, if that was late.
    static AT_WORK: Option<Timestamp>;
}

/// A request on its way.
pub(crate) struct Late {
    /// When it lands.
    pub(crate) at: Timestamp,
    work: BoxFuture<'static, ()>,
}

/// The moment at which the request landed that is being worked on, if it was late.
pub(crate) fn moment() -> Option<Timestamp> {
    AT_WORK.try_with(|at| *at).ok().flatten()
}

/// Works on a request that just arrived.
pub(crate) async fn on_time(request: Request, next: Next) -> Response {
    AT_WORK.scope(None, next.run(request)).await
}

/// Lets a request land only after `delay`. One whose body breaks off never does.
pub(crate) async fn hold(world: &World, delay: SignedDuration, request: Request, next: Next, seen: Seen) {
    let at = world.now() + delay;
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return };
    let request = Request::from_parts(parts, Body::from(body.to_bytes()));
    let there = world.clone();
    let work = async move {
        next.run(request).await;
        there.note(Seen { at, ..seen });
    };
    world.on_its_way(Late { at, work: AT_WORK.scope(Some(at), work).boxed() });
}

/// Carries out what has landed by now, in its order.
pub(crate) async fn land(world: &World) {
    while let Some(late) = world.landed() {
        late.work.await;
    }
}

/// The same for somebody who looks and cannot wait: what a network does not finish at once stays on its way.
pub(crate) fn land_at_once(world: &World) {
    // Whoever works on a request may hold what another needs; what has landed was carried out before it.
    if AT_WORK.try_with(|_| ()).is_ok() {
        return;
    }
    while let Some(mut late) = world.landed() {
        if (&mut late.work).now_or_never().is_none() {
            return world.on_its_way(late);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use axum::Router;
    use axum::extract::State;
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use cloud::Clock;
    use domain::platform::Platform;
    use http::StatusCode;
    use tower::ServiceExt as _;

    use super::*;
    use crate::faults::{self, Fault, Kind, NoAnswer};
    use crate::fetch::Shelf;
    use crate::world::Shown;

    #[derive(Debug)]
    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
    }

    async fn say(State(world): State<World>, text: String) -> StatusCode {
        world.show(Shown {
            platform: Platform::X,
            account: "ada".into(),
            id: world.number().to_string(),
            kind: "post",
            parent: None,
            text,
            media: Vec::new(),
            notes: BTreeMap::new(),
            at: world.now(),
        });
        StatusCode::CREATED
    }

    async fn send(router: &Router, text: &str) -> Response {
        let request = Request::post("/net.test/posts").body(Body::from(text.to_owned())).unwrap();
        router.clone().oneshot(request).await.unwrap()
    }

    fn there(world: &World) -> Vec<(String, i64)> {
        world.shown(Platform::X).into_iter().map(|shown| (shown.text, shown.at.as_second())).collect()
    }

    #[tokio::test]
    async fn it_lands_at_its_moment_whoever_looks_and_in_its_order() {
        let world = World::new(Arc::new(Still), "http://net.test", Arc::new(Shelf::default()));
        let router = Router::new().route("/net.test/posts", post(say)).with_state(world.clone());
        let router = router.layer(from_fn_with_state(world.clone(), faults::apply));
        for (text, delay) in [("slow", 59), ("slower", 70), ("slowest", 300)] {
            world.plan(Fault::next("POST", "", Kind::Late(SignedDuration::from_secs(delay))));
            let answer = send(&router, text).await;
            assert_eq!(answer.extensions().get(), Some(&NoAnswer::Unknown), "{text}");
        }
        world.pass(SignedDuration::from_secs(58));
        assert_eq!(there(&world), []);
        assert!(world.seen().is_empty(), "nothing has arrived");
        world.pass(SignedDuration::from_secs(2));
        assert_eq!(there(&world), [("slow".to_owned(), 59)]);
        world.pass(SignedDuration::from_secs(40));
        assert_eq!(send(&router, "quick").await.status(), StatusCode::CREATED);
        let all = [("slow", 59), ("slower", 70), ("quick", 100)];
        assert_eq!(there(&world), all.map(|(text, at)| (text.to_owned(), at)));
        assert_eq!(world.seen().iter().map(|seen| seen.status).collect::<Vec<_>>(), [0, 0, 201]);
    }
}
