//! Cognito's JSON protocol: the operations that the `auth` routes use.

use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::error::PoolError;
use super::people::{Unconfirmed, veiled};
use super::store::{Family, User};
use super::tokens::{LIFETIME, Tokens};
use super::trigger::Source;
use super::{CLIENT, Pool};
use crate::aws::{AwsError, json_answer, operation};

/// The scope of tokens that were not asked for on the hosted pages.
const OWN_SCOPE: &str = "aws.cognito.signin.user.admin";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SignUp {
    client_id: String,
    username: String,
    password: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ByUser {
    client_id: String,
    username: String,
    confirmation_code: Option<String>,
    password: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InitiateAuth {
    client_id: String,
    auth_flow: String,
    #[serde(default)]
    auth_parameters: AuthParameters,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "UPPERCASE", default)]
struct AuthParameters {
    username: String,
    password: String,
    refresh_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ByToken {
    client_id: Option<String>,
    access_token: Option<String>,
    token: Option<String>,
}

impl Pool {
    /// Answers one request of the protocol. These operations are public in Cognito too: they carry
    /// their own proof (a password, a code, a token).
    ///
    /// # Errors
    /// Cognito's exceptions.
    pub(crate) async fn answer(&self, headers: &HeaderMap, body: &[u8]) -> Result<Response, AwsError> {
        let answer = match operation(headers, "AWSCognitoIdentityProviderService") {
            Some("SignUp") => self.api_sign_up(read(body)?).await?,
            Some("ConfirmSignUp") => self.api_confirm(read(body)?).await?,
            Some("ResendConfirmationCode") => self.api_resend(read(body)?).await?,
            Some("InitiateAuth") => self.api_initiate(read(body)?).await?,
            Some("ForgotPassword") => self.api_forgot(read(body)?).await?,
            Some("ConfirmForgotPassword") => self.api_reset(read(body)?).await?,
            Some("RevokeToken") => self.api_revoke(read(body)?).await?,
            Some("GlobalSignOut") => self.api_sign_out(read(body)?).await?,
            Some("GetUser") => self.api_user(read(body)?).await?,
            _ => return Err(AwsError::bad_request("InvalidParameterException", "this operation is not offered here")),
        };
        Ok(json_answer("application/x-amz-json-1.1", &answer))
    }

    async fn api_sign_up(&self, ask: SignUp) -> Result<Value, AwsError> {
        check_client(Some(&ask.client_id))?;
        let attribute = |name: &str| ask.user_attributes.iter().find(|attribute| attribute.name == name);
        let name = attribute("name").and_then(|attribute| attribute.value.clone());
        let email = attribute("email").and_then(|attribute| attribute.value.clone()).unwrap_or(ask.username);
        let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
        let sub = self.sign_up(&email, ask.password, &name, Unconfirmed::Refuse).await?;
        Ok(json!({ "UserConfirmed": false, "UserSub": sub, "CodeDeliveryDetails": delivery(&email) }))
    }

    async fn api_confirm(&self, ask: ByUser) -> Result<Value, AwsError> {
        check_client(Some(&ask.client_id))?;
        self.confirm(&ask.username, &ask.confirmation_code.unwrap_or_default()).await?;
        Ok(json!({}))
    }

    async fn api_resend(&self, ask: ByUser) -> Result<Value, AwsError> {
        check_client(Some(&ask.client_id))?;
        self.resend(&ask.username).await?;
        Ok(json!({ "CodeDeliveryDetails": delivery(&ask.username) }))
    }

    async fn api_initiate(&self, ask: InitiateAuth) -> Result<Value, AwsError> {
        check_client(Some(&ask.client_id))?;
        let parameters = ask.auth_parameters;
        let tokens = match ask.auth_flow.as_str() {
            "USER_PASSWORD_AUTH" => {
                let user = self.authenticate(&parameters.username, parameters.password).await?;
                let family = Family::new(&user.sub, OWN_SCOPE, self.now());
                self.issue(&user, family, Source::Authentication, None).await?
            }
            "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => self.refresh(&parameters.refresh_token).await?,
            other => {
                let message = format!("Auth flow {other} is not enabled for this client");
                return Err(PoolError::InvalidParameter(message).into());
            }
        };
        Ok(json!({ "ChallengeParameters": {}, "AuthenticationResult": result(&tokens) }))
    }

    async fn api_forgot(&self, ask: ByUser) -> Result<Value, AwsError> {
        check_client(Some(&ask.client_id))?;
        self.forgot(&ask.username).await?;
        Ok(json!({ "CodeDeliveryDetails": delivery(&ask.username) }))
    }

    async fn api_reset(&self, ask: ByUser) -> Result<Value, AwsError> {
        check_client(Some(&ask.client_id))?;
        let code = ask.confirmation_code.unwrap_or_default();
        self.reset(&ask.username, &code, ask.password.unwrap_or_default()).await?;
        Ok(json!({}))
    }

    async fn api_revoke(&self, ask: ByToken) -> Result<Value, AwsError> {
        check_client(ask.client_id.as_deref())?;
        self.revoke(&ask.token.unwrap_or_default()).await?;
        Ok(json!({}))
    }

    async fn api_sign_out(&self, ask: ByToken) -> Result<Value, AwsError> {
        let user = self.bearer(&ask.access_token.unwrap_or_default()).await?;
        self.sign_out(user.sub).await?;
        Ok(json!({}))
    }

    async fn api_user(&self, ask: ByToken) -> Result<Value, AwsError> {
        let user = self.bearer(&ask.access_token.unwrap_or_default()).await?;
        Ok(json!({ "Username": user.sub, "UserAttributes": attributes(&user) }))
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AwsError> {
    serde_json::from_slice(body).map_err(|error| AwsError::bad_request("InvalidParameterException", error.to_string()))
}

fn check_client(id: Option<&str>) -> Result<(), AwsError> {
    let id = id.unwrap_or_default();
    if id == CLIENT {
        return Ok(());
    }
    let message = format!("User pool client {id} does not exist.");
    Err(AwsError::bad_request("ResourceNotFoundException", message))
}

fn delivery(email: &str) -> Value {
    json!({ "Destination": veiled(email), "DeliveryMedium": "EMAIL", "AttributeName": "email" })
}

fn attributes(user: &User) -> Value {
    let attribute = |name: &str, value: &str| json!({ "Name": name, "Value": value });
    json!([
        attribute("sub", &user.sub),
        attribute("email", &user.email),
        attribute("email_verified", if user.confirmed { "true" } else { "false" }),
        attribute("name", &user.name),
    ])
}

fn result(tokens: &Tokens) -> Value {
    let mut result = json!({
        "AccessToken": tokens.access, "IdToken": tokens.id, "TokenType": "Bearer", "ExpiresIn": LIFETIME,
    });
    if let Some(refresh) = &tokens.refresh {
        result["RefreshToken"] = refresh.clone().into();
    }
    result
}
