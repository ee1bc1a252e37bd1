//! The functions under `cargo lambda watch`, on the embedded back end: what `make watch` starts. And that a function
//! which verifies tokens itself does not start in AWS.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use cloud::{Clock as _, SystemClock};
use jiff::SignedDuration;
use reqwest::{Client, Method};
use serde_json::json;
use tests::answer::Answer;
use tests::person::{Person, Team};
use tests::process::{Scratch, program};
use tests::template::Template;

/// A running `make watch`; dropping it ends it and what it started.
struct Watch {
    script: Child,
    /// Everything at one address.
    origin: String,
    /// Where cargo-lambda answers for the functions.
    functions: String,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // The script ends what it started when it is asked to end; `kill` would not ask.
        drop(Command::new("kill").arg(self.script.id().to_string()).status());
        drop(self.script.wait());
    }
}

/// A command without what the cargo that runs this test has set for it: the cargo in it would build anew.
fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    let own = |name: &str| name.starts_with("CARGO") && !["CARGO_HOME", "CARGO_TARGET_DIR"].contains(&name);
    for (name, _) in std::env::vars().filter(|(name, _)| own(name)) {
        command.env_remove(name);
    }
    command
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

fn watch(data: &Path) -> anyhow::Result<Watch> {
    let page = data.join("page");
    std::fs::create_dir_all(&page)?;
    std::fs::write(page.join("index.html"), "<!doctype html><title>Atelier</title>")?;
    let (port, lambda_port) = (free_port(), free_port());
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../scripts/watch");
    let mut script = command(script)
        .env("PORT", port.to_string())
        .env("LAMBDA_PORT", lambda_port.to_string())
        .env("DATA_DIR", data.join("data"))
        .env("FRONTEND_DIST", page)
        .env("RELOAD", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(script.stdout.take().context("no output")?).lines();
    let watch = Watch {
        script,
        origin: format!("http://localhost:{port}"),
        functions: format!("http://127.0.0.1:{lambda_port}"),
    };
    let mut lines = lines.map_while(Result::ok);
    let ready = lines.find(|line| line.starts_with("watch: ")).context("it ended before it was ready")?;
    anyhow::ensure!(ready.contains(&watch.origin) && ready.contains(&watch.functions), "{ready}");
    // What is said later has a reader, too, so that nobody waits for one.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(watch)
}

async fn posts_of(origin: &str, token: Option<&str>) -> Answer {
    let request = Client::new().get(format!("{origin}/api/posts"));
    Answer::to(match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    })
    .await
}

/// The token with another last claim: what its signature is not for.
fn forged(token: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let other = if parts[1].ends_with('A') { "B" } else { "A" };
    format!("{}.{}{other}.{}", parts[0], &parts[1][..parts[1].len() - 1], parts[2])
}

#[tokio::test]
async fn people_are_served_by_functions_that_verify_their_tokens() {
    let data = Scratch::new("watch").expect("a folder");
    let watch = watch(data.path()).expect("scripts/watch");
    let team = Team::new(&watch.origin).await;
    let token = team.owner.tokens["access_token"].as_str().expect("a token");
    for origin in [&watch.origin, &watch.functions] {
        posts_of(origin, Some(token)).await.expect(200);
        posts_of(origin, None).await.problem(401, "not-signed-in");
        posts_of(origin, Some(&forged(token))).await.problem(401, "not-signed-in");
        let id_token = team.owner.tokens["id_token"].as_str().expect("a token");
        posts_of(origin, Some(id_token)).await.problem(401, "not-signed-in");
    }
    let health = Person::anonymous(&watch.functions).get("/health").await.expect(200);
    assert_eq!(health["status"], "ok");
    let post = published(&team).await;
    assert_eq!(post["status"], "published", "{post}");
}

/// A post that the queue of the back end hands to the function `publish`.
async fn published(team: &Team) -> serde_json::Value {
    let page = team.page().await;
    let target = json!({ "account_id": page, "text": null, "media": null });
    let post = json!({ "text": "From a function", "media": [], "targets": [target] });
    let post = team.owner.post("/posts", &post).await.expect(201);
    let path = format!("/posts/{}", post["id"].as_str().expect("an id"));
    let due = SystemClock.now() + SignedDuration::from_secs(2);
    let time = json!({ "local": due.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "zone": "UTC" });
    let schedule = format!("{path}/schedule");
    team.owner.at_version(Method::POST, &schedule, &post["version"], &time).await.expect(200);
    for _ in 0..300 {
        let post = team.owner.get(&path).await.expect(200);
        if !matches!(post["status"].as_str(), Some("scheduled" | "publishing")) {
            return post;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the post never went out");
}

/// What a function is started with by `make watch`, changed as AWS would.
fn refused(function: &str, changed: &[(&str, &str)]) -> (bool, String) {
    let run = Command::new(program(function).expect("a build"))
        .env_clear()
        .envs([
            ("ATELIER_TABLE", "atelier"),
            ("ATELIER_ISSUER", "http://localhost:4000/_local/login/pool"),
            ("ATELIER_VERIFY_TOKENS", "development"),
            ("ATELIER_VERIFY_KEYS", r#"{"keys":[{"kid":"k","n":"AQAB","e":"AQAB"}]}"#),
            ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_LAMBDA_FUNCTION_NAME", function),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1"),
        ])
        .envs(changed.iter().copied())
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    (!run.status.success(), said.into_owned())
}

#[test]
fn no_function_starts_in_aws_when_it_is_told_to_verify_tokens() {
    for function in ["accounts", "auth", "media", "orgs", "pages", "posts"] {
        let (ended, said) = refused(function, &[("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")]);
        assert!(ended && said.contains("this runs in AWS Lambda (AWS_LAMBDA_INITIALIZATION_TYPE is set)"), "{said}");
    }
    let (ended, said) = refused("posts", &[("AWS_ENDPOINT_URL_DYNAMODB", "")]);
    assert!(ended && said.contains("the table is not on this machine"), "{said}");
    let pool = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc";
    let (ended, said) = refused("posts", &[("ATELIER_ISSUER", pool)]);
    assert!(ended && said.contains("ATELIER_ISSUER is not on this machine"), "{said}");
    // Elsewhere it starts: it goes on to ask for an event, and nobody is there to give one.
    let (_, said) = refused("posts", &[]);
    assert!(!said.contains("ATELIER_VERIFY_TOKENS"), "{said}");
}

/// Prints each route of a template, as `sam local` reads it, and its function.
const ROUTES_OF: &str = "
import os, sys
from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
stacks, _ = SamLocalStackProvider.get_stacks(sys.argv[1])
for route in ApiProvider(stacks, cwd=os.getcwd()).api.routes:
    for method in route.methods:
        print(method, route.path, route.function_name)
";

/// What a Python of the template tools prints.
fn python(arguments: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join("tests/.venv/sam/bin/python");
    let run = Command::new(python).current_dir(root).args(arguments).output().expect("run scripts/setup-tests");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).into_owned()
}

#[test]
fn sam_local_finds_every_route_and_its_function() {
    let folder = Scratch::new("sam-local").expect("a folder");
    let (settings, template) = (folder.path().join("functions.env"), folder.path().join("template.json"));
    std::fs::write(&settings, "ATELIER_TABLE='atelier'\nAWS_REGION='us-east-1'\n").expect("settings");
    let made = python(&["infra/local/sam_template.py", &settings.display().to_string()]);
    assert!(made.contains("\"ATELIER_TABLE\": \"atelier\"") && !made.contains("AWS_REGION"), "{made}");
    std::fs::write(&template, made).expect("a template");
    let found = python(&["-c", ROUTES_OF, &template.display().to_string()]);
    let found: HashSet<&str> = found.lines().collect();
    for route in Template::read().and_then(|template| template.routes()).expect("routes") {
        let method = if route.method == "ANY" { "PATCH" } else { &route.method };
        let line = format!("{method} {} {}", route.path, route.function);
        assert!(found.contains(line.as_str()), "{line} is not in {found:?}");
    }
}
