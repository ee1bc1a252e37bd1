//! The hosted pages: sign in, sign up, confirm, forgot and reset password.

pub(super) mod browser;
mod forms;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};

use super::error::PoolError;
use super::request::Request;
use super::view::{self, Form, Page};
use super::{PREFIX, Pool};
use browser::Browser;

type Shared = State<Arc<Pool>>;

pub(super) fn routes() -> Router<Arc<Pool>> {
    let at = |name: &str| format!("{PREFIX}/{name}");
    Router::new()
        .route(&at("signin"), get(sign_in).post(forms::sign_in))
        .route(&at("signup"), get(sign_up).post(forms::sign_up))
        .route(&at("confirm"), get(confirm).post(forms::confirm))
        .route(&at("resend"), post(forms::resend))
        .route(&at("forgot"), get(forgot).post(forms::forgot))
        .route(&at("reset"), get(reset).post(forms::reset))
}

async fn sign_in(State(pool): Shared, headers: HeaderMap, Query(request): Query<Request>) -> Response {
    pool.show(Page::SignIn, &headers, &request)
}

async fn sign_up(State(pool): Shared, headers: HeaderMap, Query(request): Query<Request>) -> Response {
    pool.show(Page::SignUp, &headers, &request)
}

async fn confirm(State(pool): Shared, headers: HeaderMap, Query(request): Query<Request>) -> Response {
    pool.show(Page::Confirm, &headers, &request)
}

async fn forgot(State(pool): Shared, headers: HeaderMap, Query(request): Query<Request>) -> Response {
    pool.show(Page::Forgot, &headers, &request)
}

async fn reset(State(pool): Shared, headers: HeaderMap, Query(request): Query<Request>) -> Response {
    pool.show(Page::Reset, &headers, &request)
}

/// Why a page is shown again.
pub(super) struct Trouble {
    pub(super) status: StatusCode,
    pub(super) words: String,
}

impl Trouble {
    fn expired_form() -> Self {
        let words = "This form was open for too long. Please send it again.".to_owned();
        Self { status: StatusCode::FORBIDDEN, words }
    }

    fn of(error: &PoolError) -> Self {
        let (status, words) = view::words(error);
        Self { status, words }
    }
}

impl Pool {
    /// Shows a page, with the name that was typed before if it comes back with trouble.
    fn show_again(
        &self,
        page: Page,
        headers: &HeaderMap,
        request: &Request,
        name: &str,
        trouble: &Trouble,
    ) -> Response {
        let token = Browser::of(headers).form_token();
        let form = Form { request, token: &token, name, mailbox: self.mailbox_opens, trouble: Some(trouble) };
        let response = view::page(page, &form);
        (self.cookies([Browser::remember_form(&token)]), response).into_response()
    }

    fn show(&self, page: Page, headers: &HeaderMap, request: &Request) -> Response {
        let token = Browser::of(headers).form_token();
        let form = Form { request, token: &token, name: "", mailbox: self.mailbox_opens, trouble: None };
        let response = view::page(page, &form);
        (self.cookies([Browser::remember_form(&token)]), response).into_response()
    }
}
