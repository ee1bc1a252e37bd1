//! Signing up, in and out.

use serde_json::json;
use tests::person::{PASSWORD, Person};
use tests::stack::stack;

#[tokio::test]
async fn a_newcomer_signs_up_and_is_nobody_s_member() {
    let person = Person::sign_up(&stack().origin, "Nora").await;
    let me = person.get("/auth/me").await.expect(200);
    assert_eq!((me["email"].as_str(), me["name"].as_str()), (Some(person.email.as_str()), Some("Nora")));
    assert!(me["user_id"].as_str().is_some_and(|id| id.starts_with("usr_")), "{me}");
    assert!(me["org"].is_null());
    assert_eq!(person.get("/orgs").await.expect(200)["items"], json!([]));
    person.get("/posts").await.problem(403, "forbidden");
}

#[tokio::test]
async fn nobody_gets_in_without_the_mailed_code() {
    let anonymous = Person::anonymous(&stack().origin);
    let email = format!("impatient-{}@example.test", std::process::id());
    let register = json!({ "email": email, "password": PASSWORD, "name": "Ian" });
    let answer = anonymous.post("/auth/register", &register).await.expect(202);
    assert_eq!(answer["delivery"], "email");
    assert!(!answer["destination"].as_str().unwrap_or_default().contains("impatient"), "{answer}");
    let wrong = anonymous.post("/auth/confirm", &json!({ "email": email, "code": "000000" })).await;
    wrong.problem(422, "rule-broken");
    let login = anonymous.post("/auth/login", &json!({ "email": email, "password": PASSWORD })).await;
    login.problem(403, "not-confirmed");
}

#[tokio::test]
async fn weak_passwords_and_strange_addresses_are_refused_with_their_field() {
    let anonymous = Person::anonymous(&stack().origin);
    let weak = json!({ "email": "weak@example.test", "password": "short", "name": "Will" });
    let problem = anonymous.post("/auth/register", &weak).await.problem(422, "rule-broken");
    assert_eq!(problem["errors"][0]["pointer"], "/password", "{problem}");
    let strange = json!({ "email": "not an address", "password": PASSWORD, "name": "Will" });
    let problem = anonymous.post("/auth/register", &strange).await.problem(422, "rule-broken");
    assert_eq!(problem["errors"][0]["pointer"], "/email", "{problem}");
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_look_the_same() {
    let person = Person::sign_up(&stack().origin, "Pia").await;
    let anonymous = Person::anonymous(&stack().origin);
    let login = |email: String| json!({ "email": email, "password": "something wrong" });
    let wrong = anonymous.post("/auth/login", &login(person.email.clone())).await;
    let unknown = anonymous.post("/auth/login", &login(format!("nobody-{}", person.email))).await;
    assert_eq!(wrong.bytes(), unknown.bytes());
    wrong.problem(401, "wrong-credentials");
    for email in [person.email.clone(), format!("nobody-{}", person.email)] {
        anonymous.post("/auth/forgot", &json!({ "email": email })).await.expect(202);
    }
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_mail() {
    let person = Person::sign_up(&stack().origin, "Finn").await;
    let first = person.mailed(|text| Some(text.to_owned())).await;
    person.post("/auth/forgot", &json!({ "email": person.email })).await.expect(202);
    let digits = |text: &str| text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6).map(str::to_owned);
    let code = person.mailed(|text| (text != first).then(|| digits(text)).flatten()).await;
    let reset = json!({ "email": person.email, "code": code, "password": "another good password" });
    person.post("/auth/reset", &reset).await.expect(204);
    let login = |password: &str| json!({ "email": person.email, "password": password });
    person.post("/auth/login", &login(PASSWORD)).await.problem(401, "wrong-credentials");
    person.post("/auth/login", &login("another good password")).await.expect(200);
    person.post("/auth/reset", &reset).await.problem(422, "rule-broken");
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let person = Person::sign_up(&stack().origin, "Lea").await;
    let refresh = json!({ "refresh_token": person.tokens["refresh_token"] });
    let fresh = person.post("/auth/refresh", &refresh).await.expect(200);
    assert_eq!(fresh["token_type"], "Bearer");
    assert_eq!(fresh["expires_in"], 300);
    person.post("/auth/logout", &refresh).await.expect(204);
    person.post("/auth/refresh", &refresh).await.problem(401, "wrong-credentials");
}

#[tokio::test]
async fn guessing_is_locked_out() {
    let person = Person::sign_up(&stack().origin, "Gus").await;
    let anonymous = Person::anonymous(&stack().origin);
    let guess = json!({ "email": person.email, "password": "a wild guess" });
    let mut locked = None;
    for _ in 0..30 {
        let answer = anonymous.post("/auth/login", &guess).await;
        if answer.status == 429 {
            locked = Some(answer);
            break;
        }
    }
    let locked = locked.expect("thirty guesses are too many");
    assert!(locked.header("retry-after").parse::<u64>().is_ok());
    locked.problem(429, "too-many-requests");
}

#[tokio::test]
async fn malformed_bodies_are_told_apart() {
    let anonymous = Person::anonymous(&stack().origin);
    let login = || anonymous.request(reqwest::Method::POST, "/auth/login");
    let send = tests::answer::Answer::to;
    let malformed = send(login().header("content-type", "application/json").body("{\"email\": ")).await;
    let problem = malformed.problem(400, "malformed-json");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("line 1")), "{problem}");
    send(login().header("content-type", "text/plain").body("{}")).await.problem(415, "wrong-content-type");
    let large = format!("{{\"email\": \"{}\"}}", "a".repeat(3 << 20));
    send(login().header("content-type", "application/json").body(large)).await.problem(413, "too-large");
    let field = send(login().json(&json!({ "email": 7, "password": "x" }))).await.problem(400, "malformed-json");
    assert!(field["detail"].as_str().is_some_and(|detail| detail.contains("email")), "{field}");
}
