//! A group's routes, and the part of the OpenAPI document that tells of them, which is made only for who asks: a function
//! that starts has no use for thousands of schemas.

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;
use utoipa::openapi::OpenApi;
use utoipa_axum::PathItemExt as _;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Routes that are served and documented from the same annotations.
#[derive(Debug)]
pub struct Routes<S> {
    router: Router<S>,
    documented: Vec<fn() -> UtoipaMethodRouter<S>>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: Router::new(), documented: Vec::new() }
    }
}

impl<S> From<Router<S>> for Routes<S> {
    /// Served, and documented nowhere.
    fn from(router: Router<S>) -> Self {
        Self { router, documented: Vec::new() }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One path more, from [`routes!`](crate::routes).
    #[must_use]
    pub fn routes(mut self, part: Part<S>) -> Self {
        self.router = self.router.route(&part.path, part.methods);
        self.documented.push(part.documented);
        self
    }

    /// What is served.
    pub fn into_router(self) -> Router<S> {
        self.router
    }

    /// What tells of it.
    #[must_use]
    pub fn into_openapi(self) -> OpenApi {
        let all = self.documented.into_iter();
        all.fold(OpenApiRouter::new(), |router, documented| router.routes(documented())).into_openapi()
    }
}

/// The methods of one path.
#[derive(Debug)]
pub struct Part<S> {
    path: String,
    methods: MethodRouter<S>,
    documented: fn() -> UtoipaMethodRouter<S>,
}

impl<S: Clone + Send + Sync + 'static> Part<S> {
    /// No methods yet, and how to document them.
    #[must_use]
    pub fn new(documented: fn() -> UtoipaMethodRouter<S>) -> Self {
        Self { path: String::new(), methods: MethodRouter::new(), documented }
    }

    /// Answered by `handler` at the path and with the methods of its annotation `P`.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a handler is a function's name, as axum takes it")]
    pub fn answered<P: utoipa::Path, H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.path = P::path();
        for method in P::methods() {
            self.methods = self.methods.on(method.to_method_filter(), handler.clone());
        }
        self
    }
}

/// The handlers of one path, each with its `utoipa::path` annotation: `routes!(list::list_posts, write::create_post)`.
#[macro_export]
macro_rules! routes {
    ($($module:ident :: $handler:ident),+ $(,)?) => {
        $crate::utoipa_axum::paste! {
            $crate::Part::new(|| $crate::utoipa_axum::routes!($($module::$handler),+))
                $(.answered::<$module::[<__path_ $handler>], _, _>($module::$handler))+
        }
    };
}
