//! The OAuth 2.0 and OpenID Connect endpoints.

use std::sync::Arc;

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::PoolError;
use super::pages::browser::Browser;
use super::request::{Refusal, Request};
use super::tokens::{LIFETIME, Tokens};
use super::{CLIENT, PREFIX, Pool, store, view};

type Shared = State<Arc<Pool>>;

pub(super) fn routes() -> Router<Arc<Pool>> {
    let at = |path: &str| format!("{PREFIX}{path}");
    Router::new()
        .route(&at("/oauth2/authorize"), get(authorize))
        .route(&at("/oauth2/token"), post(token).options(preflight))
        .route(&at("/oauth2/revoke"), post(revoke).options(preflight))
        .route(&at("/oauth2/userInfo"), get(user_info).post(user_info).options(preflight))
        .route(&at("/logout"), get(logout))
        .route(&at("/pool/.well-known/openid-configuration"), get(configuration))
        .route(&at("/pool/.well-known/jwks.json"), get(jwks))
}

/// Hands a signed-in browser its code; sends every other to the sign-in page.
async fn authorize(State(pool): Shared, headers: HeaderMap, Query(request): Query<Request>) -> Response {
    match request.check(&pool.base_url) {
        Ok(()) => {}
        Err(Refusal::Shown(why)) => return view::refusal(why),
        Err(Refusal::Told(address)) => return Redirect::to(&address).into_response(),
    }
    let session = pool.session(&Browser::of(&headers)).await.ok().flatten();
    match (session, request.prompt.as_str()) {
        (Some((sub, auth_time)), prompt) if prompt != "login" => match pool.grant(&request, sub, auth_time).await {
            Ok(code) => Redirect::to(&request.back([("code", &code)])).into_response(),
            Err(error) => view::failure(&error),
        },
        (None, "none") => Redirect::to(&request.back([("error", "login_required")])).into_response(),
        _ if request.screen_hint == "signup" => Redirect::to(&request.page("signup")).into_response(),
        _ => Redirect::to(&request.page("signin")).into_response(),
    }
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct TokenRequest {
    grant_type: String,
    client_id: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
    refresh_token: String,
}

async fn token(State(pool): Shared, Form(ask): Form<TokenRequest>) -> Response {
    if ask.client_id != CLIENT {
        return pool.shared(refused("invalid_client"));
    }
    let tokens = match ask.grant_type.as_str() {
        "authorization_code" => pool.exchange(ask.code, ask.redirect_uri, ask.code_verifier).await,
        "refresh_token" => pool.refresh(&ask.refresh_token).await,
        _ => return pool.shared(refused("unsupported_grant_type")),
    };
    pool.shared(match tokens {
        Ok(tokens) => ([(header::CACHE_CONTROL, "no-store")], Json(body(&tokens))).into_response(),
        Err(PoolError::NotAuthorized(_)) => refused("invalid_grant"),
        Err(error) => {
            tracing::error!(%error, "tokens could not be issued");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": "temporarily_unavailable" }))).into_response()
        }
    })
}

#[derive(Deserialize)]
struct RevokeRequest {
    token: String,
}

async fn revoke(State(pool): Shared, Form(ask): Form<RevokeRequest>) -> Response {
    pool.shared(match pool.revoke(&ask.token).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => view::failure(&error),
    })
}

async fn user_info(State(pool): Shared, headers: HeaderMap) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    pool.shared(match pool.bearer(bearer.unwrap_or_default()).await {
        Ok(user) => Json(json!({ "sub": user.sub, "email": user.email, "email_verified": "true",
            "name": user.name, "username": user.sub }))
        .into_response(),
        Err(_) => (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_token" }))).into_response(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Logout {
    logout_uri: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// Ends the browser's session and returns to Atelier; other addresses are not gone to.
async fn logout(State(pool): Shared, headers: HeaderMap, Query(ask): Query<Logout>) -> Response {
    if let Some(token) = Browser::of(&headers).session {
        let ended = pool.database.run(move |c| store::drop_session(c, &token)).await;
        if let Err(error) = ended {
            return view::failure(&error.into());
        }
    }
    let home = format!("{}/", pool.base_url);
    let wish = ask.post_logout_redirect_uri.or(ask.logout_uri).unwrap_or_else(|| home.clone());
    if wish != home {
        return view::refusal("The address to return to is not one of this application's.");
    }
    let state = ask.state.map(|state| url::form_urlencoded::byte_serialize(state.as_bytes()).collect::<String>());
    let target = state.map_or(home.clone(), |state| format!("{home}?state={state}"));
    (pool.cookies([Browser::forget_session()]), Redirect::to(&target)).into_response()
}

async fn configuration(State(pool): Shared) -> Response {
    let at = |path: &str| format!("{}{PREFIX}{path}", pool.base_url);
    pool.shared(
        Json(json!({
            "issuer": pool.issuer(),
            "authorization_endpoint": at("/oauth2/authorize"),
            "token_endpoint": at("/oauth2/token"),
            "revocation_endpoint": at("/oauth2/revoke"),
            "userinfo_endpoint": at("/oauth2/userInfo"),
            "end_session_endpoint": at("/logout"),
            "jwks_uri": at("/pool/.well-known/jwks.json"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
        }))
        .into_response(),
    )
}

async fn jwks(State(pool): Shared) -> Response {
    pool.shared(Json(pool.keys.public_set()).into_response())
}

async fn preflight(State(pool): Shared) -> Response {
    pool.shared(StatusCode::NO_CONTENT.into_response())
}

impl Pool {
    /// Lets Atelier's own pages read an answer.
    fn shared(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if let Ok(origin) = HeaderValue::from_str(&self.base_url) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        response
    }
}

fn refused(error: &'static str) -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store")];
    (StatusCode::BAD_REQUEST, headers, Json(json!({ "error": error }))).into_response()
}

fn body(tokens: &Tokens) -> Value {
    let mut body = json!({
        "access_token": tokens.access, "id_token": tokens.id, "token_type": "Bearer", "expires_in": LIFETIME,
    });
    if let Some(refresh) = &tokens.refresh {
        body["refresh_token"] = refresh.clone().into();
    }
    body
}
