//! Getting in: registering, confirming, and getting back in after a forgotten password.

use std::sync::Arc;

use api::{ApiError, ApiResult, Json};
use aws_sdk_cognitoidentityprovider::operation::forgot_password::ForgotPasswordError;
use aws_sdk_cognitoidentityprovider::types::AttributeType;
use axum::extract::State;
use domain::org::{normalize_email, validate_email, validate_name};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::pool::{Pool, refusal};

/// A new account.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Registration {
    /// Where the code goes.
    email: String,
    /// At least ten characters.
    password: String,
    /// The name that colleagues see.
    name: String,
}

/// Where a code was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeDelivery {
    /// Always `email`.
    #[schema(example = "email")]
    delivery: String,
    /// The address, masked.
    #[schema(example = "a***@e***")]
    destination: String,
}

/// An address with the code that was mailed to it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Confirmation {
    email: String,
    code: String,
}

/// Whose password was forgotten.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Forgotten {
    email: String,
}

/// A new password, with the code that was mailed.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Reset {
    email: String,
    code: String,
    password: String,
}

/// Register; a code is mailed to confirm the address.
#[utoipa::path(post, path = "/api/auth/register", tag = "auth", request_body = Registration, responses((status = 202, body = CodeDelivery)))]
pub(crate) async fn register(
    State(pool): State<Arc<Pool>>,
    Json(input): Json<Registration>,
) -> ApiResult<(StatusCode, axum::Json<CodeDelivery>)> {
    let email = address(&input.email)?;
    if let Some(problem) = validate_name(&input.name) {
        return Err(ApiError::rule_broken(vec![problem]));
    }
    let attribute = |name: &str, value: &str| AttributeType::builder().name(name).value(value).build();
    let request = pool.client().sign_up().client_id(&pool.client_id).username(&email).password(&input.password);
    request
        .user_attributes(attribute("email", &email).map_err(ApiError::internal)?)
        .user_attributes(attribute("name", input.name.trim()).map_err(ApiError::internal)?)
        .send()
        .await
        .map_err(refusal)?;
    Ok((StatusCode::ACCEPTED, axum::Json(sent_to(&email))))
}

/// Confirm an address with the mailed code.
#[utoipa::path(post, path = "/api/auth/confirm", tag = "auth", request_body = Confirmation, responses((status = 204)))]
pub(crate) async fn confirm(State(pool): State<Arc<Pool>>, Json(input): Json<Confirmation>) -> ApiResult<StatusCode> {
    let request = pool.client().confirm_sign_up().client_id(&pool.client_id).username(address(&input.email)?);
    request.confirmation_code(input.code.trim()).send().await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for a code to choose a new password. The answer is the same whether or not the account exists.
#[utoipa::path(post, path = "/api/auth/forgot", tag = "auth", request_body = Forgotten, responses((status = 202, body = CodeDelivery)))]
pub(crate) async fn forgot(
    State(pool): State<Arc<Pool>>,
    Json(input): Json<Forgotten>,
) -> ApiResult<(StatusCode, axum::Json<CodeDelivery>)> {
    let email = address(&input.email)?;
    let answer = pool.client().forgot_password().client_id(&pool.client_id).username(&email).send().await;
    match answer {
        Err(error) if error.as_service_error().is_some_and(ForgotPasswordError::is_user_not_found_exception) => {}
        other => drop(other.map_err(refusal)?),
    }
    Ok((StatusCode::ACCEPTED, axum::Json(sent_to(&email))))
}

/// Choose a new password with the mailed code.
#[utoipa::path(post, path = "/api/auth/reset", tag = "auth", request_body = Reset, responses((status = 204)))]
pub(crate) async fn reset(State(pool): State<Arc<Pool>>, Json(input): Json<Reset>) -> ApiResult<StatusCode> {
    let request = pool.client().confirm_forgot_password().client_id(&pool.client_id).username(address(&input.email)?);
    request.confirmation_code(input.code.trim()).password(&input.password).send().await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Addresses are compared without regard to case, as the pool does.
pub(crate) fn address(email: &str) -> ApiResult<String> {
    let email = normalize_email(email);
    match validate_email(&email) {
        Some(problem) => Err(ApiError::rule_broken(vec![problem])),
        None => Ok(email),
    }
}

fn sent_to(email: &str) -> CodeDelivery {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let (user, host) = email.split_once('@').unwrap_or((email, ""));
    CodeDelivery { delivery: "email".to_owned(), destination: format!("{}***@{}***", first(user), first(host)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lower_case_and_masked() {
        assert_eq!(address(" Ada@Example.org ").unwrap(), "ada@example.org");
        assert!(address("ada").is_err());
        assert_eq!(sent_to("ada@example.org").destination, "a***@e***");
    }
}
