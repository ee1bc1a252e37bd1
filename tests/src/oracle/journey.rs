//! The main journey through the HTTP API, from signing up to a permalink that anybody can read.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::{Clock as _, SystemClock};
use image::ImageFormat;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::Steps;
use super::deploy::{ACCOUNT, Stack};
use crate::person::{PASSWORD, Person, put, upload};
use crate::picture::picture;

/// What the posts say.
const TEXT: &str = "Grüße aus dem Atelier 👋";
/// How long a post may take to come out: the sweep comes each minute, and the oracle looks at schedules every ten seconds.
const PATIENCE: Duration = Duration::from_secs(100);

/// Goes through it; a step that fails ends it, since the next ones stand on it.
pub(super) async fn walk(steps: &mut Steps, stack: &Stack) {
    // Why it ended is said by the step that did.
    let _ended: Option<()> = stages(steps, stack).await;
}

async fn stages(steps: &mut Steps, stack: &Stack) -> Option<()> {
    let origin = stack.front.origin.as_str();
    steps.take("a public route answers without a token", is_there(origin)).await?;
    steps.take("the authorizer refuses others", refuses(origin)).await?;
    let mut person = steps.take("somebody signs up with the code of the mail", sign_up(stack)).await?;
    steps.take("identity stores them when they are confirmed", post_confirmation(stack, &person)).await?;
    person = steps.take("they sign in; the trigger puts their id into the token", sign_in(person)).await?;
    let (mut person, org) = steps.take("they create an organization", create_org(person)).await?;
    steps.take("once it is active, the token names it and their role", activate(&mut person, &org)).await?;
    steps.take("they invite somebody by mail", invite(stack, &person, &org)).await?;
    steps.take("an upload without TLS is refused", refuses_plain(stack, &person)).await?;
    let file = steps.take("they upload a picture", upload_picture(&person)).await?;
    let page = steps.take("they connect their page", connect_page(&person)).await?;
    let soon = publish_soon(&person, &page, Some(&file));
    let link = steps.take("a post goes out at its second, by the queue", soon).await?;
    steps.take("anybody reads it at its permalink", read(origin, &link)).await?;
    // What the sweep finds takes a minute; the schedule is tried meanwhile.
    let lost = steps.take("another post's message is lost", lose_release(stack, &person, &page)).await?;
    steps.take("one of next week has a schedule, which fires publish", by_schedule(stack, &person, &page)).await?;
    steps.take("the sweep, woken by its schedule, publishes what was lost", found(&person, &lost)).await?;
    steps.take("health looks after connections", look_after(stack)).await
}

async fn is_there(origin: &str) -> anyhow::Result<((), String)> {
    let health = Person::anonymous(origin).get("/health").await.expect(200);
    Ok(((), health.to_string()))
}

async fn refuses(origin: &str) -> anyhow::Result<((), String)> {
    let mut person = Person::anonymous(origin);
    let without = person.get("/posts").await;
    ensure!(without.status == 401, "without a token: {} {}", without.status, without.text);
    person.tokens = json!({ "access_token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9." });
    let forged = person.get("/posts").await;
    ensure!(forged.status == 401, "with a made-up token: {} {}", forged.status, forged.text);
    Ok(((), "401 without a token, 401 with a made-up one".to_owned()))
}

async fn sign_up(stack: &Stack) -> anyhow::Result<(Person, String)> {
    let mut person = Person::anonymous(&stack.front.origin);
    (person.email, person.name) = ("ada@example.test".to_owned(), "Ada".to_owned());
    let new = json!({ "email": person.email, "password": PASSWORD, "name": person.name });
    person.post("/auth/register", &new).await.expect(202);
    let code = mailed(stack, &person.email).await?;
    let wrong = person.post("/auth/confirm", &json!({ "email": person.email, "code": "000000" })).await;
    ensure!((400..500).contains(&wrong.status), "a wrong code: {} {}", wrong.status, wrong.text);
    person.post("/auth/confirm", &json!({ "email": person.email, "code": code })).await.expect(204);
    Ok((person, format!("the code of six digits counts, a wrong one is a {}", wrong.status)))
}

/// The six digits in the newest mail to somebody.
async fn mailed(stack: &Stack, to: &str) -> anyhow::Result<String> {
    let mails: Value = Client::new().get(format!("{}/_ministack/ses/messages", stack.url)).send().await?.json().await?;
    let mut mine = mails["messages"][ACCOUNT]
        .as_array()
        .into_iter()
        .flatten()
        .map(Value::to_string)
        .filter(|mail| mail.contains(to));
    let mail = mine.next_back().with_context(|| format!("no mail to {to}: {mails}"))?;
    let (_, after) = mail.split_once("code is ").with_context(|| format!("no code in {mail}"))?;
    Ok(after.chars().filter(char::is_ascii_digit).take(6).collect())
}

/// The oracle calls the trigger for tokens, not this one: the run does, as Cognito would.
async fn post_confirmation(stack: &Stack, person: &Person) -> anyhow::Result<((), String)> {
    let event = json!({
        "version": "1", "triggerSource": "PostConfirmation_ConfirmSignUp", "region": super::aws::REGION,
        "userPoolId": stack.resource("UserPool")?, "userName": "oracle",
        "callerContext": { "awsSdkVersion": "aws-sdk", "clientId": stack.resource("UserPoolClient")? },
        "request": { "userAttributes": {
            "sub": "5f0c6c1e-0000-4000-8000-000000000001", "email": "second@example.test", "email_verified": "true",
            "name": person.name, "cognito:user_status": "CONFIRMED",
        } },
        "response": {},
    });
    let answer = invoke(stack, "Identity", &event).await?;
    ensure!(answer["triggerSource"] == event["triggerSource"], "{answer}");
    Ok(((), "the event comes back as it was".to_owned()))
}

async fn sign_in(mut person: Person) -> anyhow::Result<(Person, String)> {
    person.sign_in().await;
    let claims = claims(&person)?;
    ensure!(claims["user_id"].as_str().is_some_and(|id| id.starts_with("usr_")), "{claims}");
    ensure!(claims["org_id"].is_null(), "an organization out of nowhere: {claims}");
    let me = person.get("/auth/me").await.expect(200);
    ensure!(me["user_id"] == claims["user_id"], "{me}");
    Ok((person, format!("user_id={}", claims["user_id"])))
}

fn claims(person: &Person) -> anyhow::Result<Value> {
    let token = person.tokens["access_token"].as_str().context("no token")?;
    let part = token.split('.').nth(1).context("no claims")?;
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part.trim_end_matches('='))?)?)
}

async fn create_org(person: Person) -> anyhow::Result<((Person, String), String)> {
    let new = json!({ "name": "Workshop", "slug": "workshop", "zone": "Europe/Berlin" });
    let org = person.post("/orgs", &new).await.expect(201);
    let id = text(&org, "id")?;
    Ok(((person, id.clone()), id))
}

async fn activate(person: &mut Person, org: &str) -> anyhow::Result<((), String)> {
    person.post(&format!("/orgs/{org}/activate"), &Value::Null).await.expect(204);
    person.refresh().await;
    let claims = claims(person)?;
    ensure!(claims["org_id"] == org && claims["role"] == "owner", "{claims}");
    Ok(((), format!("org_id={} role={}", claims["org_id"], claims["role"])))
}

async fn invite(stack: &Stack, person: &Person, org: &str) -> anyhow::Result<((), String)> {
    let guest = json!({ "email": "grace@example.test", "role": "editor" });
    person.post(&format!("/orgs/{org}/invitations"), &guest).await.expect(201);
    let mails = Client::new().get(format!("{}/_ministack/ses/messages", stack.url)).send().await?.text().await?;
    ensure!(mails.contains("grace@example.test"), "no mail: {mails}");
    Ok(((), "the mail is out".to_owned()))
}

async fn refuses_plain(stack: &Stack, person: &Person) -> anyhow::Result<((), String)> {
    let bytes = picture(40, 30, ImageFormat::Png);
    let announced = json!({ "name": "plain.png", "type": "image/png", "size": bytes.len() });
    let announced = person.post("/media", &announced).await.expect(201);
    let address = text(&announced["upload"], "url")?;
    // Straight to the oracle, where nobody says that the request came by TLS; signed for the host of the relay.
    let relay = &stack.relays.get("media").context("no relay")?.origin;
    let direct = address.replacen(relay.as_str(), &stack.url, 1);
    ensure!(direct != address, "{address} is not at {relay}");
    let host = relay.trim_start_matches("http://");
    let kind = [("content-type", "image/png"), ("host", host)];
    let mut request = Client::new().put(&direct).body(bytes);
    for (name, value) in kind {
        request = request.header(name, value);
    }
    let answer = request.send().await?;
    let (status, text) = (answer.status().as_u16(), answer.text().await?);
    ensure!(status == 403 && text.contains("AccessDenied"), "{status} {text}");
    Ok(((), "403 by the bucket's policy".to_owned()))
}

async fn upload_picture(person: &Person) -> anyhow::Result<(String, String)> {
    let bytes = picture(640, 480, ImageFormat::Jpeg);
    let file = upload(person, "bench.jpg", "image/jpeg", bytes).await;
    ensure!(file["status"] == "ready" && file["width"] == 640, "{file}");
    let again = json!({ "url": file["url"], "headers": { "content-type": "image/jpeg" } });
    let refused = put(&again, b"other bytes".to_vec()).await;
    ensure!(refused == 403, "a reading address takes an upload: {refused}");
    let shown = Client::new().get(text(&file, "url")?).send().await?.status().as_u16();
    ensure!(shown == 200, "the picture cannot be read: {shown}");
    Ok((text(&file, "id")?, "by a presigned address; read back by another, which takes no upload".to_owned()))
}

async fn connect_page(person: &Person) -> anyhow::Result<(String, String)> {
    let account = person.post("/accounts/connect/page", &json!({})).await.expect(201);
    Ok((text(&account, "id")?, text(&account, "url")?))
}

/// A draft, scheduled for an instant; as the schedule's answer tells it.
async fn schedule(person: &Person, page: &str, file: Option<&str>, at: Timestamp) -> anyhow::Result<Value> {
    let media: Vec<Value> = file.into_iter().map(Value::from).collect();
    let target = json!({ "account_id": page, "text": null, "media": null });
    let draft = json!({ "text": TEXT, "media": media, "targets": [target] });
    let draft = person.post("/posts", &draft).await.expect(201);
    let time = json!({ "local": at.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "zone": "UTC" });
    let path = format!("/posts/{}/schedule", text(&draft, "id")?);
    Ok(person.at_version(Method::POST, &path, &draft["version"], &time).await.expect(200))
}

fn in_seconds(seconds: i64) -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_second(SystemClock.now().as_second())? + SignedDuration::from_secs(seconds))
}

async fn publish_soon(person: &Person, page: &str, file: Option<&str>) -> anyhow::Result<(String, String)> {
    let post = schedule(person, page, file, in_seconds(4)?).await?;
    let post = settled(person, &post).await?;
    let delivery = &post["deliveries"][0];
    let late = &delivery["late_ms"];
    Ok((text(delivery, "permalink")?, format!("published, {late} ms late")))
}

/// Waits until a post is out.
async fn settled(person: &Person, post: &Value) -> anyhow::Result<Value> {
    let path = format!("/posts/{}", text(post, "id")?);
    let begun = std::time::Instant::now();
    loop {
        let post = person.get(&path).await.expect(200);
        match post["status"].as_str() {
            Some("published") => return Ok(post),
            Some("scheduled" | "publishing") if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            _ => bail!("the post did not go out: {post}"),
        }
    }
}

async fn read(origin: &str, link: &str) -> anyhow::Result<((), String)> {
    let path = link.parse::<url::Url>()?.path().to_owned();
    let answer = Client::new().get(format!("{origin}{path}")).send().await?;
    let (status, page) = (answer.status().as_u16(), answer.text().await?);
    ensure!(status == 200 && page.contains(TEXT), "{status} {page}");
    ensure!(page.contains("<img"), "no picture: {page}");
    Ok(((), format!("{path} shows text and picture")))
}

/// Takes away what would wake publish for a post, while nobody receives it.
async fn lose_release(stack: &Stack, person: &Person, page: &str) -> anyhow::Result<(Value, String)> {
    let mapping = format!("/2015-03-31/event-source-mappings/{}", stack.resource("PublishReleases")?);
    let switch = async |enabled: bool| {
        let answer = stack.admin.rest("lambda", Method::PUT, &mapping, &json!({ "Enabled": enabled })).await?;
        answer.json().map(drop)
    };
    switch(false).await?;
    let post = schedule(person, page, None, in_seconds(2)?).await?;
    let queue = json!({ "QueueUrl": stack.resource("ReleaseQueue")? });
    stack.admin.target("sqs", "AmazonSQS.PurgeQueue", &queue).await?.good()?;
    switch(true).await?;
    Ok((post, "taken out of the queue".to_owned()))
}

async fn by_schedule(stack: &Stack, person: &Person, page: &str) -> anyhow::Result<((), String)> {
    let post = schedule(person, page, None, in_seconds(7 * 24 * 3600)?).await?;
    let id = text(&post, "id")?;
    let group = stack.resource("ScheduleGroup")?;
    let listed = stack.admin.rest("scheduler", Method::GET, "/schedules", &Value::Null).await?.json()?;
    let mine = listed["Schedules"].as_array().into_iter().flatten();
    let mine = mine.filter_map(|schedule| schedule["Name"].as_str()).find(|name| name.starts_with(&id));
    let name = mine.with_context(|| format!("no schedule of {id}: {listed}"))?.to_owned();
    let path = format!("/schedules/{name}?groupName={group}");
    let mut set = stack.admin.rest("scheduler", Method::GET, &path, &Value::Null).await?.json()?;
    let target = set["Target"]["Arn"].as_str().unwrap_or_default().to_owned();
    ensure!(target.contains(&format!(":{ACCOUNT}:function:")) && target.contains("publish"), "{set}");
    let before = invocations(stack);
    set["ScheduleExpression"] = format!("at({})", in_seconds(-1)?.strftime("%Y-%m-%dT%H:%M:%S")).into();
    for read_only in ["Arn", "CreationDate", "LastModificationDate"] {
        set.as_object_mut().context("a schedule")?.remove(read_only);
    }
    stack.admin.rest("scheduler", Method::PUT, &format!("/schedules/{name}"), &set).await?.good()?;
    let begun = std::time::Instant::now();
    while stack.admin.rest("scheduler", Method::GET, &path, &Value::Null).await?.status != 404 {
        ensure!(begun.elapsed() < PATIENCE, "it does not fire");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    while invocations(stack) == before {
        ensure!(begun.elapsed() < PATIENCE, "publish was not called");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let post = person.get(&format!("/posts/{id}")).await.expect(200);
    ensure!(post["status"] == "scheduled", "it went out a week early: {post}");
    Ok(((), "brought forward, it called publish, which left the post for its time; the schedule is gone".to_owned()))
}

/// How often publish read a post or the due index so far.
fn invocations(stack: &Stack) -> usize {
    let calls = stack.relays.get("publish").map(super::relay::Relay::calls).unwrap_or_default();
    calls.iter().filter(|(name, _)| name.starts_with("dynamodb:")).map(|(_, (count, _))| count).sum()
}

async fn found(person: &Person, post: &Value) -> anyhow::Result<((), String)> {
    let post = settled(person, post).await?;
    Ok(((), format!("published, {} ms late", post["deliveries"][0]["late_ms"])))
}

async fn look_after(stack: &Stack) -> anyhow::Result<((), String)> {
    let answer = invoke(stack, "Health", &json!({ "check": true })).await?;
    ensure!(answer["errorMessage"].is_null(), "{answer}");
    Ok(((), answer.to_string()))
}

async fn invoke(stack: &Stack, function: &str, event: &Value) -> anyhow::Result<Value> {
    let path = format!("/2015-03-31/functions/{}/invocations", stack.resource(function)?);
    stack.admin.rest("lambda", Method::POST, &path, event).await?.json()
}

fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    value[field].as_str().map(str::to_owned).with_context(|| format!("no {field}: {value}"))
}
