//! What the hosted pages' forms do.

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use serde::Deserialize;

use super::browser::Browser;
use super::{Shared, Trouble};
use crate::pool::Pool;
use crate::pool::error::PoolError;
use crate::pool::people::{Unconfirmed, address};
use crate::pool::request::Request;
use crate::pool::view::Page;

/// The fields of all forms; each uses some.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    /// The token that proves the form is ours.
    form: String,
    email: String,
    password: String,
    name: String,
    code: String,
}

type Ask = Query<Request>;

pub(super) async fn sign_in(
    State(pool): Shared,
    headers: HeaderMap,
    Query(request): Ask,
    Form(fields): Form<Fields>,
) -> Response {
    let outcome = match pool.admit(&headers, &fields) {
        Ok(()) => pool.try_sign_in(&request, &fields).await,
        Err(trouble) => Err(trouble),
    };
    pool.next(Page::SignIn, &headers, &request, &fields, outcome)
}

pub(super) async fn sign_up(
    State(pool): Shared,
    headers: HeaderMap,
    Query(request): Ask,
    Form(fields): Form<Fields>,
) -> Response {
    let outcome = match pool.admit(&headers, &fields) {
        Ok(()) => pool.try_sign_up(&request, &fields).await,
        Err(trouble) => Err(trouble),
    };
    pool.next(Page::SignUp, &headers, &request, &fields, outcome)
}

pub(super) async fn confirm(
    State(pool): Shared,
    headers: HeaderMap,
    Query(request): Ask,
    Form(fields): Form<Fields>,
) -> Response {
    let outcome = match pool.admit(&headers, &fields) {
        Ok(()) => pool.try_confirm(&headers, &request, &fields).await,
        Err(trouble) => Err(trouble),
    };
    pool.next(Page::Confirm, &headers, &request, &fields, outcome)
}

pub(super) async fn resend(
    State(pool): Shared,
    headers: HeaderMap,
    Query(request): Ask,
    Form(fields): Form<Fields>,
) -> Response {
    let outcome = match pool.admit(&headers, &fields) {
        Ok(()) => pool.resend(&fields.email).await.map_err(|error| Trouble::of(&error)),
        Err(trouble) => Err(trouble),
    };
    let next = outcome.map(|()| Redirect::to(&request.with(&fields.email, "sent").page("confirm")).into_response());
    pool.next(Page::Confirm, &headers, &request, &fields, next)
}

pub(super) async fn forgot(
    State(pool): Shared,
    headers: HeaderMap,
    Query(request): Ask,
    Form(fields): Form<Fields>,
) -> Response {
    let outcome = match pool.admit(&headers, &fields) {
        Ok(()) => pool.forgot(&fields.email).await.map_err(|error| Trouble::of(&error)),
        Err(trouble) => Err(trouble),
    };
    let next = outcome.map(|()| Redirect::to(&request.with(&fields.email, "").page("reset")).into_response());
    pool.next(Page::Forgot, &headers, &request, &fields, next)
}

pub(super) async fn reset(
    State(pool): Shared,
    headers: HeaderMap,
    Query(request): Ask,
    Form(fields): Form<Fields>,
) -> Response {
    let outcome = match pool.admit(&headers, &fields) {
        Ok(()) => {
            let reset = pool.reset(&fields.email, &fields.code, fields.password.clone()).await;
            reset.map_err(|error| Trouble::of(&error))
        }
        Err(trouble) => Err(trouble),
    };
    let next = outcome.map(|()| Redirect::to(&request.with(&fields.email, "reset").page("signin")).into_response());
    pool.next(Page::Reset, &headers, &request, &fields, next)
}

impl Pool {
    /// Refuses forms that we did not show to this browser.
    fn admit(&self, headers: &HeaderMap, fields: &Fields) -> Result<(), Trouble> {
        let elsewhere = headers.get("origin").is_some_and(|origin| origin != self.base_url.as_str());
        let ours = Browser::of(headers).sent(&fields.form) && !elsewhere;
        if ours { Ok(()) } else { Err(Trouble::expired_form()) }
    }

    /// The next page, or the same one with what went wrong and what was typed.
    fn next(
        &self,
        page: Page,
        headers: &HeaderMap,
        request: &Request,
        fields: &Fields,
        next: Result<Response, Trouble>,
    ) -> Response {
        next.unwrap_or_else(|trouble| {
            self.show_again(page, headers, &request.with(&fields.email, ""), &fields.name, &trouble)
        })
    }

    async fn try_sign_in(&self, request: &Request, fields: &Fields) -> Result<Response, Trouble> {
        match self.authenticate(&fields.email, fields.password.clone()).await {
            Ok(user) => self.enter(request, user.sub).await,
            Err(PoolError::UserNotConfirmed) => {
                // Right password: the person only lacks the code. One may be on its way already.
                let sent = self.resend(&fields.email).await;
                let notice = if sent.is_ok() { "unconfirmed" } else { "" };
                Ok(Redirect::to(&request.with(&fields.email, notice).page("confirm")).into_response())
            }
            Err(error) => Err(Trouble::of(&error)),
        }
    }

    /// Looks the same whether or not the address has an account; its owner learns it by mail.
    async fn try_sign_up(&self, request: &Request, fields: &Fields) -> Result<Response, Trouble> {
        let outcome = self.sign_up(&fields.email, fields.password.clone(), &fields.name, Unconfirmed::StartOver).await;
        let sub = match outcome {
            Ok(sub) => sub,
            Err(PoolError::UsernameExists) => {
                self.tell_owner(&fields.email).await.map_err(|error| Trouble::of(&error))?;
                return Ok(Redirect::to(&request.with(&fields.email, "").page("confirm")).into_response());
            }
            Err(error) => return Err(Trouble::of(&error)),
        };
        let cookie = self.begin_pending(sub).await.map_err(|error| Trouble::of(&error))?;
        let next = Redirect::to(&request.with(&fields.email, "").page("confirm"));
        Ok((self.cookies([cookie]), next).into_response())
    }

    /// Signs in at once who began the sign-up in this browser; everybody else needs the password.
    async fn try_confirm(&self, headers: &HeaderMap, request: &Request, fields: &Fields) -> Result<Response, Trouble> {
        let trouble = |error| Trouble::of(&error);
        let user = self.confirm(&fields.email, &fields.code).await.map_err(trouble)?;
        let pending = self.pending(&Browser::of(headers)).await.map_err(trouble)?;
        if pending.as_deref() == Some(user.sub.as_str()) {
            return self.enter(request, user.sub).await;
        }
        Ok(Redirect::to(&request.with(&fields.email, "confirmed").page("signin")).into_response())
    }

    async fn enter(&self, request: &Request, sub: String) -> Result<Response, Trouble> {
        let cookie = self.begin_session(sub).await.map_err(|error| Trouble::of(&error))?;
        Ok((self.cookies([cookie]), Redirect::to(&request.onward(&self.base_url))).into_response())
    }

    async fn tell_owner(&self, email: &str) -> Result<(), PoolError> {
        let email = address(email)?;
        let text = format!(
            "Somebody, perhaps you, signed up for Atelier with this address. It has an account already: sign in at {}/, \
             or choose \"Forgot password?\" there.\n\nIf it was not you, you can ignore this message.",
            self.base_url
        );
        self.mailbox.deliver(&email, "You already have an account", &text).await?;
        Ok(())
    }
}
