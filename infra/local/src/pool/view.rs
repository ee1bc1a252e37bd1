//! The hosted pages' words and forms.

use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};

use super::error::PoolError;
use super::pages::Trouble;
use super::request::Request;
use crate::look;

/// The hosted pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    SignIn,
    SignUp,
    Confirm,
    Forgot,
    Reset,
}

/// What a page needs to know.
pub(super) struct Form<'a> {
    /// The authorization request that travels along.
    pub(super) request: &'a Request,
    /// What proves that the form is ours.
    pub(super) token: &'a str,
    /// The name that was typed before.
    pub(super) name: &'a str,
    /// Whether the mailbox is worth a hint.
    pub(super) mailbox: bool,
    /// Why the page is shown again.
    pub(super) trouble: Option<&'a Trouble>,
}

/// One of the hosted pages.
pub(super) fn page(page: Page, form: &Form<'_>) -> Response {
    let (title, content) = match page {
        Page::SignIn => ("Sign in", form.sign_in()),
        Page::SignUp => ("Create your account", form.sign_up()),
        Page::Confirm => ("Check your mail", form.confirm()),
        Page::Forgot => ("Reset your password", form.forgot()),
        Page::Reset => ("Choose a new password", form.reset()),
    };
    let status = form.trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    let content = html! {
        div.card {
            h1 { (title) }
            @if let Some(trouble) = form.trouble {
                p.note.bad role="alert" id="trouble" { (trouble.words) }
            } @else if let Some(notice) = notice(&form.request.notice) {
                p.note.good role="status" { (notice) }
            }
            (content)
        }
        @if form.mailbox && matches!(page, Page::Confirm | Page::Reset | Page::Forgot) {
            p.below { "On this machine, mail is kept in the " a href=(crate::mail::PATH) target="_blank" rel="noopener" { "mailbox" } "." }
        }
    };
    look::page(status, "narrow", title, &content)
}

/// A page for a request that cannot be answered by sending the browser back.
pub(super) fn refusal(why: &str) -> Response {
    let content =
        html! { div.card { h1 { "This link does not work" } p.lead { (why) } a.button href="/" { "Go to Atelier" } } };
    look::page(StatusCode::BAD_REQUEST, "narrow", "This link does not work", &content)
}

/// A page for a fault of ours.
pub(super) fn failure(error: &PoolError) -> Response {
    let (status, words) = words(error);
    let content =
        html! { div.card { h1 { "That did not work" } p.lead { (words) } a.button href="/" { "Go to Atelier" } } };
    look::page(status, "narrow", "That did not work", &content)
}

/// What a person is told, and what to do.
pub(super) fn words(error: &PoolError) -> (StatusCode, String) {
    let words = match error {
        PoolError::NotAuthorized(_) => "Address and password do not match. Check both and try again.".into(),
        PoolError::UserNotConfirmed => "Confirm your address first.".into(),
        PoolError::UsernameExists => "This address has an account already. Sign in instead.".into(),
        PoolError::InvalidPassword(objection) => (*objection).to_owned(),
        PoolError::InvalidParameter(what) if what.contains("email") => "Enter a complete e-mail address.".into(),
        PoolError::InvalidParameter(what) => what.clone(),
        PoolError::CodeMismatch => "This code is not right. Use the one from the newest message.".into(),
        PoolError::ExpiredCode => "This code is too old. Ask for a new one.".into(),
        PoolError::Locked { seconds } => {
            return (StatusCode::TOO_MANY_REQUESTS, format!("Too many attempts. Try again in {}.", pause(*seconds)));
        }
        PoolError::LimitExceeded => {
            let words = "Several codes went to this address already. Try again in an hour.";
            return (StatusCode::TOO_MANY_REQUESTS, words.into());
        }
        PoolError::Trigger(_) | PoolError::Internal(_) => {
            tracing::error!(?error, "a sign-in page failed");
            return (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side. Try again in a moment.".into(),
            );
        }
    };
    (StatusCode::BAD_REQUEST, words)
}

fn pause(seconds: i64) -> String {
    match seconds {
        1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    }
}

fn notice(name: &str) -> Option<&'static str> {
    match name {
        "confirmed" => Some("Your address is confirmed. Sign in to go on."),
        "reset" => Some("Your new password is set. Sign in with it."),
        "sent" => Some("A new code is on its way."),
        "unconfirmed" => Some("Your address is not confirmed yet. We sent you a new code."),
        _ => None,
    }
}

impl Form<'_> {
    fn sign_in(&self) -> Markup {
        let typed = !self.request.login_hint.is_empty();
        html! {
            form method="post" action=(self.to("signin")) {
                (self.token())
                (self.email(!typed))
                div.field {
                    div.row { label for="password" { "Password" } a href=(self.to("forgot")) { "Forgot password?" } }
                    (self.password("current-password", typed))
                }
                button type="submit" { "Sign in" }
            }
            div.after { p { "New here?" } a href=(self.to("signup")) { "Create an account" } }
        }
    }

    fn sign_up(&self) -> Markup {
        html! {
            form method="post" action=(self.to("signup")) {
                (self.token())
                div.field {
                    label for="name" { "Your name" }
                    input id="name" name="name" type="text" autocomplete="name" required maxlength="100" value=(self.name) autofocus[!self.bad()];
                }
                (self.email(false))
                div.field {
                    label for="password" { "Password" }
                    (self.new_password())
                }
                button type="submit" { "Create account" }
            }
            div.after { p { "Have an account?" } a href=(self.to("signin")) { "Sign in" } }
        }
    }

    fn confirm(&self) -> Markup {
        html! {
            p.lead {
                @if self.request.login_hint.is_empty() { "Enter your address and the code we sent to it." }
                @else { "We sent a code to " strong { (self.request.login_hint) } ". Enter it here to confirm that the address is yours." }
            }
            form method="post" action=(self.to("confirm")) {
                (self.token())
                (self.known_email())
                (self.code())
                button type="submit" { "Confirm" }
            }
            @if !self.request.login_hint.is_empty() {
                form.after method="post" action=(self.to("resend")) {
                    (self.token())
                    input type="hidden" name="email" value=(self.request.login_hint);
                    p { "No message? Look in the spam folder, or " button.quiet type="submit" { "send a new code" } }
                }
            }
            div.after { p { "Wrong address?" } a href=(self.to("signup")) { "Start over" } }
        }
    }

    fn forgot(&self) -> Markup {
        html! {
            p.lead { "Enter the address you sign in with. If it has an account, we send it a code." }
            form method="post" action=(self.to("forgot")) {
                (self.token())
                (self.email(true))
                button type="submit" { "Send the code" }
            }
            div.after { a href=(self.to("signin")) { "Back to sign in" } }
        }
    }

    fn reset(&self) -> Markup {
        html! {
            p.lead {
                @if self.request.login_hint.is_empty() { "Enter your address, the code we sent to it, and a new password." }
                @else { "If " strong { (self.request.login_hint) } " has an account, a code is on its way to it." }
            }
            form method="post" action=(self.to("reset")) {
                (self.token())
                (self.known_email())
                (self.code())
                div.field { label for="password" { "New password" } (self.new_password()) }
                button type="submit" { "Set the new password" }
            }
            div.after { a href=(self.to("forgot")) { "Send another code" } a href=(self.to("signin")) { "Back to sign in" } }
        }
    }

    fn bad(&self) -> bool {
        self.trouble.is_some()
    }

    fn to(&self, page: &str) -> String {
        Request { notice: String::new(), ..self.request.clone() }.page(page)
    }

    fn token(&self) -> Markup {
        html! { input type="hidden" name="form" value=(self.token); }
    }

    fn email(&self, focus: bool) -> Markup {
        html! {
            div.field {
                label for="email" { "E-mail address" }
                input id="email" name="email" type="email" autocomplete="username" inputmode="email" spellcheck="false"
                    autocapitalize="none" required maxlength="254" value=(self.request.login_hint) autofocus[focus]
                    aria-invalid=[self.bad().then_some("true")] aria-describedby=[self.bad().then_some("trouble")];
            }
        }
    }

    /// The address where it is known from the page before.
    fn known_email(&self) -> Markup {
        if self.request.login_hint.is_empty() {
            return self.email(true);
        }
        html! { input type="hidden" name="email" autocomplete="username" value=(self.request.login_hint); }
    }

    fn code(&self) -> Markup {
        html! {
            div.field {
                label for="code" { "Code of six digits" }
                input.code id="code" name="code" type="text" autocomplete="one-time-code" inputmode="numeric" required
                    pattern="[0-9 ]{6,9}" maxlength="9" autofocus[!self.request.login_hint.is_empty()]
                    aria-invalid=[self.bad().then_some("true")] aria-describedby=[self.bad().then_some("trouble")];
            }
        }
    }

    fn password(&self, autocomplete: &str, focus: bool) -> Markup {
        html! {
            input id="password" name="password" type="password" autocomplete=(autocomplete) required maxlength="256" autofocus[focus]
                aria-invalid=[self.bad().then_some("true")] aria-describedby=[self.bad().then_some("trouble")];
        }
    }

    fn new_password(&self) -> Markup {
        html! {
            input id="password" name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="256"
                aria-describedby="rule";
            p.hint id="rule" { "At least 10 characters. A few words are easy to keep and hard to guess." }
        }
    }
}
