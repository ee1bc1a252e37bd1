//! Sessions: signing in, renewing tokens, signing out.

use std::sync::Arc;

use api::{ApiError, ApiResult, Json};
use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, AuthenticationResultType};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::pool::{Pool, refusal};
use crate::sign_up::address;

/// An address and its password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Login {
    email: String,
    password: String,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Refresh {
    refresh_token: String,
}

/// Tokens of a session.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// Who it is for.
    id_token: String,
    /// Gets new tokens; absent when the one that was sent stays valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Always `Bearer`.
    token_type: String,
    /// Seconds until the access token ends.
    expires_in: i32,
}

/// Sign in with address and password.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", request_body = Login, responses((status = 200, body = Tokens)))]
pub(crate) async fn login(State(pool): State<Arc<Pool>>, Json(input): Json<Login>) -> ApiResult<axum::Json<Tokens>> {
    let request = pool.client().initiate_auth().client_id(&pool.client_id).auth_flow(AuthFlowType::UserPasswordAuth);
    let request = request.auth_parameters("USERNAME", address(&input.email)?);
    let answer = request.auth_parameters("PASSWORD", &input.password).send().await.map_err(refusal)?;
    tokens(answer.authentication_result)
}

/// Get new tokens, with the claims of the organization that is active now.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "auth", request_body = Refresh, responses((status = 200, body = Tokens)))]
pub(crate) async fn refresh(
    State(pool): State<Arc<Pool>>,
    Json(input): Json<Refresh>,
) -> ApiResult<axum::Json<Tokens>> {
    let request = pool.client().initiate_auth().client_id(&pool.client_id).auth_flow(AuthFlowType::RefreshTokenAuth);
    let answer = request.auth_parameters("REFRESH_TOKEN", &input.refresh_token).send().await.map_err(refusal)?;
    tokens(answer.authentication_result)
}

/// Sign out: the refresh token ends; access tokens end by themselves within five minutes.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth", request_body = Refresh, responses((status = 204)))]
pub(crate) async fn logout(State(pool): State<Arc<Pool>>, Json(input): Json<Refresh>) -> ApiResult<StatusCode> {
    let request = pool.client().revoke_token().client_id(&pool.client_id).token(&input.refresh_token);
    request.send().await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A pool that asks for more than a password (a second factor) is used through its hosted login.
fn tokens(result: Option<AuthenticationResultType>) -> ApiResult<axum::Json<Tokens>> {
    let result = result.ok_or_else(|| ApiError::wrong_credentials("This account signs in on the page, not here."))?;
    Ok(axum::Json(Tokens {
        access_token: result.access_token.unwrap_or_default(),
        id_token: result.id_token.unwrap_or_default(),
        refresh_token: result.refresh_token,
        token_type: "Bearer".to_owned(),
        expires_in: result.expires_in,
    }))
}
