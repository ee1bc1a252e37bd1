//! The other services through the AWS SDK, and what the listeners refuse.

use std::time::Duration;

use crate::support::{claims, code, folder, start};
use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType};
use aws_sdk_s3::presigning::PresigningConfig;
use local::Running;
use reqwest::{Client, StatusCode};
use serde_json::Value;

fn cognito(running: &Running) -> aws_sdk_cognitoidentityprovider::Client {
    let config = aws_sdk_cognitoidentityprovider::config::Builder::from(running.cloud.sdk());
    let endpoint = running.cloud.config.endpoints.cognito.clone().unwrap();
    aws_sdk_cognitoidentityprovider::Client::from_conf(config.endpoint_url(endpoint).build())
}

fn s3(running: &Running) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(running.cloud.sdk());
    aws_sdk_s3::Client::from_conf(config.endpoint_url(&running.base_url).force_path_style(true).build())
}

#[tokio::test]
async fn the_user_pool_answers_as_cognito() {
    let running = start(&folder("cognito"), |_| {}).await;
    let client = cognito(&running);
    let (email, password) = ("grace@example.com", "a calm long password");
    let sign_up = |password: &str| {
        let name = AttributeType::builder().name("name").value("Grace").build().unwrap();
        client.sign_up().client_id("atelier-spa").username(email).password(password).user_attributes(name).send()
    };
    assert!(sign_up("short").await.unwrap_err().into_service_error().is_invalid_password_exception());
    let joined = sign_up(password).await.unwrap();
    assert_eq!(joined.code_delivery_details().unwrap().destination(), Some("g***@example.com"));
    assert!(sign_up(password).await.unwrap_err().into_service_error().is_username_exists_exception());

    let sign_in = |password: &str| {
        let ask = client.initiate_auth().client_id("atelier-spa").auth_flow(AuthFlowType::UserPasswordAuth);
        ask.auth_parameters("USERNAME", email).auth_parameters("PASSWORD", password).send()
    };
    assert!(sign_in(password).await.unwrap_err().into_service_error().is_user_not_confirmed_exception());
    let confirm =
        |code: &str| client.confirm_sign_up().client_id("atelier-spa").username(email).confirmation_code(code).send();
    assert!(confirm("x").await.unwrap_err().into_service_error().is_code_mismatch_exception());
    confirm(&code(&running, email).await).await.unwrap();
    assert!(sign_in("wrong password").await.unwrap_err().into_service_error().is_not_authorized_exception());

    let tokens = sign_in(password).await.unwrap().authentication_result.unwrap();
    let access = tokens.access_token().unwrap();
    assert_eq!(claims(access)["sub"], joined.user_sub);
    let user = client.get_user().access_token(access).send().await.unwrap();
    assert!(user.user_attributes().iter().any(|a| a.name() == "email" && a.value() == Some(email)));

    let refresh = || {
        let ask = client.initiate_auth().client_id("atelier-spa").auth_flow(AuthFlowType::RefreshTokenAuth);
        ask.auth_parameters("REFRESH_TOKEN", tokens.refresh_token().unwrap()).send()
    };
    assert!(refresh().await.unwrap().authentication_result.unwrap().refresh_token.is_none());
    client.global_sign_out().access_token(access).send().await.unwrap();
    assert!(refresh().await.unwrap_err().into_service_error().is_not_authorized_exception());
    assert!(
        client
            .get_user()
            .access_token(access)
            .send()
            .await
            .unwrap_err()
            .into_service_error()
            .is_not_authorized_exception()
    );
    running.shutdown().await;
}

#[tokio::test]
async fn objects_are_reached_by_signed_requests_only_and_survive_a_restart() {
    let data = folder("objects");
    let running = start(&data, |_| {}).await;
    let object = |running: &Running| s3(running).put_object().bucket("atelier-media").key("org_1/fil_1.png");
    let hour = || PresigningConfig::expires_in(Duration::from_secs(3600)).unwrap();
    let upload = object(&running).content_type("image/png").content_length(5).presigned(hour()).await.unwrap();
    let http = Client::new();
    let put = |body: &'static str| {
        let request = http.put(upload.uri()).header("origin", &running.base_url).header("content-type", "image/png");
        request.body(body).send()
    };
    assert_eq!(put("longer than signed").await.unwrap().status(), StatusCode::FORBIDDEN);
    let answer = put("hello").await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["access-control-allow-origin"], running.base_url);
    assert_eq!(answer.headers()["access-control-expose-headers"], "ETag");

    let plain = format!("{}/atelier-media/org_1/fil_1.png", running.base_url);
    assert_eq!(http.get(&plain).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(http.put(&plain).body("x").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(
        http.get(format!("{}/atelier-media?list-type=2", running.base_url)).send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    running.shutdown().await;

    let running = start(&data, |_| {}).await;
    let stored = s3(&running).get_object().bucket("atelier-media").key("org_1/fil_1.png").send().await.unwrap();
    assert_eq!(stored.content_type(), Some("image/png"));
    assert_eq!(stored.body.collect().await.unwrap().into_bytes(), "hello");
    let missing = s3(&running).get_object().bucket("atelier-media").key("org_1/none").send().await.unwrap_err();
    assert!(missing.into_service_error().is_no_such_key());
    running.shutdown().await;
}

#[tokio::test]
async fn secrets_and_mail_speak_their_protocols() {
    let running = start(&folder("secrets"), |_| {}).await;
    let config = aws_sdk_secretsmanager::config::Builder::from(running.cloud.sdk());
    let endpoint = running.cloud.config.endpoints.secrets.clone().unwrap();
    let secrets = aws_sdk_secretsmanager::Client::from_conf(config.endpoint_url(endpoint).build());
    let key = secrets.get_secret_value().secret_id("atelier/token-key").send().await.unwrap();
    let key: Value = serde_json::from_str(key.secret_string().unwrap()).unwrap();
    assert!(key["keys"]["k1"].is_string());
    let none = secrets.get_secret_value().secret_id("atelier/none").send().await.unwrap_err().into_service_error();
    assert!(none.is_resource_not_found_exception());
    secrets.create_secret().name("atelier/new").secret_string("1").send().await.unwrap();
    let again = secrets.create_secret().name("atelier/new").secret_string("1").send().await.unwrap_err();
    assert!(again.into_service_error().is_resource_exists_exception());
    secrets.put_secret_value().secret_id("atelier/new").secret_string("2").send().await.unwrap();
    assert_eq!(secrets.get_secret_value().secret_id("atelier/new").send().await.unwrap().secret_string(), Some("2"));

    running.cloud.mail().send("b@example.com", "Hello", "See https://example.com/x").await.unwrap();
    let address = format!("{}/_local/mail", running.base_url);
    let mail: Value = reqwest::get(format!("{address}?format=json")).await.unwrap().json().await.unwrap();
    assert_eq!((&mail[0]["to"], &mail[0]["subject"]), (&"b@example.com".into(), &"Hello".into()));
    let page = reqwest::get(&address).await.unwrap().text().await.unwrap();
    assert!(page.contains("href=\"https://example.com/x\""), "{page}");
    running.shutdown().await;
}

#[tokio::test]
async fn the_loopback_services_take_signed_requests_only() {
    let running = start(&folder("unsigned"), |_| {}).await;
    let endpoints = &running.cloud.config.endpoints;
    for endpoint in [&endpoints.dynamodb, &endpoints.scheduler, &endpoints.secrets, &endpoints.ses] {
        let address = format!("{}/schedules", endpoint.clone().unwrap());
        let answer = Client::new().post(address).body("{}").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{endpoint:?}");
        assert!(answer.headers().get("access-control-allow-origin").is_none());
    }
    running.shutdown().await;
}

#[tokio::test]
async fn the_gateway_wants_an_access_token_and_bodies_of_at_most_ten_megabytes() {
    let running = start(&folder("gateway"), |_| {}).await;
    let base = &running.base_url;
    let answer = reqwest::get(format!("{base}/api/nothing")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert!(answer.headers().contains_key("x-request-id"));
    let forged = Client::new().get(format!("{base}/api/nothing")).bearer_auth("e30.e30.e30").send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::UNAUTHORIZED);
    let large = Client::new().post(format!("{base}/api/auth/nothing")).body(vec![0; 11_000_000]).send().await.unwrap();
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let config: Value = reqwest::get(format!("{base}/config.json")).await.unwrap().json().await.unwrap();
    assert_eq!((&config["client_id"], &config["embedded"]), (&"atelier-spa".into(), &true.into()));
    let issuer = config["issuer"].as_str().unwrap();
    let found: Value =
        reqwest::get(format!("{issuer}/.well-known/openid-configuration")).await.unwrap().json().await.unwrap();
    assert_eq!(found["issuer"], config["issuer"]);
    assert_eq!(found["token_endpoint"], config["token_endpoint"]);
    running.shutdown().await;
}
