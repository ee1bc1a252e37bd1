//! The hosted sign-in as a person meets it, and the OAuth endpoints as the page meets them.

use crate::support::{Browser, claims, code, folder, location, start};
use local::Running;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "a calm long password";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn authorize(running: &Running, extra: &str) -> String {
    let base = &running.base_url;
    format!(
        "{base}/_local/login/oauth2/authorize?response_type=code&client_id=atelier-spa&redirect_uri={base}/signin/callback\
         &scope=openid+email+profile&state=s1&nonce=n1&code_challenge={CHALLENGE}&code_challenge_method=S256{extra}"
    )
}

/// Signs up and confirms in one browser; returns the code it is handed.
async fn join(running: &Running, browser: &mut Browser) -> String {
    let page = location(running, &browser.get(&authorize(running, "&screen_hint=signup")).await);
    assert!(page.contains("/signup?"), "{page}");
    let fields = [("name", "Ada"), ("email", EMAIL), ("password", PASSWORD)];
    let page = location(running, &browser.submit(&page, &fields).await);
    assert!(page.contains("/confirm?"), "{page}");
    let mailed = code(running, EMAIL).await;
    let onward = location(running, &browser.submit(&page, &[("email", EMAIL), ("code", &mailed)]).await);
    handed(running, browser, &onward).await
}

async fn handed(running: &Running, browser: &mut Browser, authorize: &str) -> String {
    let back = location(running, &browser.get(authorize).await);
    assert!(back.starts_with(&format!("{}/signin/callback?code=", running.base_url)), "{back}");
    assert!(back.ends_with("&state=s1"), "{back}");
    back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned()
}

async fn token(running: &Running, fields: &[(&str, &str)]) -> (StatusCode, Value) {
    let address = format!("{}/_local/login/oauth2/token", running.base_url);
    let answer = Client::new().post(address).form(fields).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

async fn exchange(running: &Running, code: &str, verifier: &str) -> (StatusCode, Value) {
    let redirect = format!("{}/signin/callback", running.base_url);
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "atelier-spa"),
        ("code", code),
        ("redirect_uri", redirect.as_str()),
        ("code_verifier", verifier),
    ];
    token(running, &fields).await
}

async fn refresh(running: &Running, refresh_token: &str) -> (StatusCode, Value) {
    token(running, &[("grant_type", "refresh_token"), ("client_id", "atelier-spa"), ("refresh_token", refresh_token)])
        .await
}

#[tokio::test]
async fn a_person_joins_signs_in_stays_and_leaves() {
    let data = folder("journey");
    let trigger = |event: Value| async move {
        let mut event = event;
        if event["version"] == "2" {
            event["response"]["claimsAndScopeOverrideDetails"] = json!({
                "accessTokenGeneration": { "claimsToAddOrOverride": { "role": "owner", "sub": "forged" } },
                "idTokenGeneration": { "claimsToAddOrOverride": { "role": "owner" } },
            });
        }
        Ok(event)
    };
    let running = start(&data, |functions| functions.register("identity", trigger)).await;
    let mut browser = Browser::new();
    let first = join(&running, &mut browser).await;
    let (status, tokens) = exchange(&running, &first, VERIFIER).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let access = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(
        (&access["role"], &access["token_use"], &access["client_id"]),
        (&json!("owner"), &json!("access"), &json!("atelier-spa"))
    );
    assert_ne!(access["sub"], "forged", "a trigger does not change who somebody is");
    assert_eq!(access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(), 300);
    let id = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&id["nonce"], &id["email"], &id["aud"]), (&json!("n1"), &json!(EMAIL), &json!("atelier-spa")));

    // Signed in: the next code comes without a page, also after a restart.
    handed(&running, &mut browser, &authorize(&running, "&prompt=none")).await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap().to_owned();
    running.shutdown().await;
    let running = start(&data, |_| {}).await;
    handed(&running, &mut browser, &authorize(&running, "&prompt=none")).await;
    assert_eq!(refresh(&running, &refresh_token).await.0, StatusCode::OK);

    let home = format!("{}/", running.base_url);
    let logout =
        format!("{}/_local/login/logout?client_id=atelier-spa&post_logout_redirect_uri={home}", running.base_url);
    assert_eq!(location(&running, &browser.get(&logout).await), home);
    let silent = location(&running, &browser.get(&authorize(&running, "&prompt=none")).await);
    assert!(silent.contains("error=login_required"), "{silent}");
    let page = location(&running, &browser.get(&authorize(&running, "")).await);
    let onward =
        location(&running, &browser.submit(&page, &[("email", "Ada@Example.com "), ("password", PASSWORD)]).await);
    handed(&running, &mut browser, &onward).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_code_works_once_for_its_own_verifier_only() {
    let running = start(&folder("codes"), |_| {}).await;
    let mut browser = Browser::new();
    let code = join(&running, &mut browser).await;
    assert_eq!(
        exchange(&running, &code, &"x".repeat(43)).await,
        (StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }))
    );

    let code = handed(&running, &mut browser, &authorize(&running, "")).await;
    let (_, tokens) = exchange(&running, &code, VERIFIER).await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(refresh(&running, refresh_token).await.0, StatusCode::OK);
    assert_eq!(exchange(&running, &code, VERIFIER).await.0, StatusCode::BAD_REQUEST, "used");
    assert_eq!(
        refresh(&running, refresh_token).await.0,
        StatusCode::BAD_REQUEST,
        "a replay ends what the code started"
    );
    running.shutdown().await;
}

#[tokio::test]
async fn guessing_locks_and_says_nothing_about_who_exists() {
    let running = start(&folder("guessing"), |_| {}).await;
    join(&running, &mut Browser::new()).await;
    let page = format!("{}/_local/login/signin", running.base_url);
    for email in [EMAIL, "nobody@example.com"] {
        let mut browser = Browser::new();
        for _ in 0..5 {
            let answer = browser.submit(&page, &[("email", email), ("password", "wrong password")]).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
            assert!(answer.text().await.unwrap().contains("do not match"));
        }
        let answer = browser.submit(&page, &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{email}");
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_ends_old_sign_ins() {
    let running = start(&folder("forgot"), |_| {}).await;
    let mut browser = Browser::new();
    let first = join(&running, &mut browser).await;
    let (_, tokens) = exchange(&running, &first, VERIFIER).await;
    let page = format!("{}/_local/login/forgot", running.base_url);
    let page = location(&running, &browser.submit(&page, &[("email", EMAIL)]).await);
    let mailed = code(&running, EMAIL).await;
    let fields = [("email", EMAIL), ("code", mailed.as_str()), ("password", "another long password")];
    let page = location(&running, &browser.submit(&page, &fields).await);
    assert!(page.contains("notice=reset"), "{page}");
    assert_eq!(refresh(&running, tokens["refresh_token"].as_str().unwrap()).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(
        browser.submit(&page, &[("email", EMAIL), ("password", PASSWORD)]).await.status(),
        StatusCode::BAD_REQUEST
    );
    let onward = browser.submit(&page, &[("email", EMAIL), ("password", "another long password")]).await;
    assert_eq!(location(&running, &onward), format!("{}/", running.base_url));
    running.shutdown().await;
}

#[tokio::test]
async fn forms_of_other_sites_do_nothing() {
    let running = start(&folder("forms"), |_| {}).await;
    let page = format!("{}/_local/login/signup", running.base_url);
    let fields = [("name", "Ada"), ("email", EMAIL), ("password", PASSWORD), ("form", "guessed")];
    let answer = Client::new().post(&page).form(&fields).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert!(running.mail().await.unwrap().is_empty());
    running.shutdown().await;
}
