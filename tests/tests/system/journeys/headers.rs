//! What every kind of answer tells browsers: no sniffing, no frames of others, no address passed on, nothing kept that is
//! somebody's. HSTS is the edge's, which alone speaks TLS; the template suite looks at it there.

use reqwest::Method;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::person::Person;
use tests::stack::stack;

use super::team;

/// An answer of any address of the product.
async fn any(person: &Person, method: Method, path: &str) -> Answer {
    // `request` prefixes `/api`; the rest of the product is beside it.
    let request = person.request(method, path).build().expect("a request");
    let mut url = request.url().clone();
    url.set_path(path.split('?').next().unwrap_or_default());
    url.set_query(path.split_once('?').map(|(_, query)| query));
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let again = client.request(request.method().clone(), url).headers(request.headers().clone());
    Answer::to(again).await
}

fn has(answer: &Answer, name: &str, part: &str) {
    let value = answer.header(name);
    assert!(value.contains(part), "{} {}: {name}: {value:?} lacks {part:?}", answer.status, answer.request);
}

/// What holds for whatever a browser may be led to.
fn is_guarded(answer: &Answer) {
    has(answer, "x-content-type-options", "nosniff");
    let policy = answer.header("content-security-policy");
    assert!(!policy.is_empty(), "{} {}: no policy", answer.status, answer.request);
    assert!(!policy.contains("script-src 'unsafe") && !policy.contains("unsafe-eval"), "{}: {policy}", answer.request);
    let framed = answer.header("x-frame-options").to_ascii_uppercase();
    let alone = policy.contains("frame-ancestors 'none'") || policy.contains("frame-ancestors 'self'");
    assert!(alone || framed == "DENY", "{}: may be framed: {policy}", answer.request);
    assert!(!answer.header("referrer-policy").is_empty(), "{} {}: no referrer policy", answer.status, answer.request);
}

#[tokio::test]
async fn answers_of_the_api_are_guarded_and_never_kept() {
    let team = team().await;
    let (anonymous, owner) = (Person::anonymous(&stack().origin), &team.owner);
    let mut answers = vec![
        owner.get("/auth/me").await,
        owner.get("/posts").await,
        owner.post("/posts", &json!({ "text": 7 })).await,
        owner.get("/posts/pst_01ZZZZZZZZZZZZZZZZZZZZZZZZ").await,
        owner.get("/nowhere").await,
        Answer::to(owner.request(Method::PUT, "/auth/me")).await,
        Answer::to(owner.request(Method::POST, "/posts").body("x")).await,
        anonymous.get("/posts").await,
        anonymous.post("/auth/login", &json!({ "email": "a@example.test", "password": "wrong" })).await,
        anonymous.get("/accounts/callback/mastodon").await,
        anonymous.get("/health").await,
    ];
    answers.push(owner.post("/accounts/connect/page", &json!({})).await);
    let mut statuses = Vec::new();
    for answer in &answers {
        is_guarded(answer);
        has(answer, "content-security-policy", "default-src 'none'");
        has(answer, "cache-control", "no-store");
        assert!(answer.header("server").is_empty() && answer.header("x-powered-by").is_empty());
        assert!(answer.header("access-control-allow-origin").is_empty(), "{}: no other origin", answer.request);
        statuses.push(answer.status);
    }
    for status in [200, 201, 302, 400, 401, 404, 405, 415] {
        assert!(statuses.contains(&status), "no {status} among {statuses:?}");
    }
}

#[tokio::test]
async fn pages_are_guarded() {
    let team = team().await;
    team.page().await;
    let anonymous = Person::anonymous(&stack().origin);
    let mut seen = 0;
    for path in [
        format!("/p/{}", team.slug),
        format!("/p/{}/feed.xml", team.slug),
        "/p/no-such-page-anywhere".to_owned(),
        "/api/docs".to_owned(),
        "/api/openapi.json".to_owned(),
        "/_local/login/signin".to_owned(),
        "/_local/mail".to_owned(),
    ] {
        let answer = any(&anonymous, Method::GET, &path).await;
        is_guarded(&answer);
        seen += 1;
    }
    println!("headers: pages={seen}");
}

#[tokio::test]
async fn cookies_are_for_the_browser_alone() {
    let anonymous = Person::anonymous(&stack().origin);
    let form = any(&anonymous, Method::GET, "/_local/login/signin").await;
    let team = team().await;
    let ended = anonymous.get("/accounts/callback/mastodon?state=x").await;
    let signed_in =
        team.owner.post("/auth/refresh", &json!({ "refresh_token": team.owner.tokens["refresh_token"] })).await;
    assert!(signed_in.headers.get_all("set-cookie").iter().next().is_none(), "tokens are never in a cookie");
    for answer in [&ended, &form] {
        let cookies = answer.headers.get_all("set-cookie").iter();
        let cookies: Vec<&str> = cookies.filter_map(|value| value.to_str().ok()).collect();
        assert!(!cookies.is_empty(), "{} {}: {}", answer.status, answer.request, answer.text);
        for cookie in cookies {
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{cookie}");
            assert!(!cookie.contains("Domain="), "for this host alone: {cookie}");
        }
    }
    assert_ne!(ended.body, Value::Bool(true));
}
