//! What the contenders work on: the embedded stack, filled as people fill it, and one event for each of them.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use domain::ids::OrgId;
use image::ImageFormat;
use local::{Options, Running};
use reqwest::Method;
use serde_json::{Value, json};
use tests::person::{Team, upload};
use tests::picture::picture;
use tests::process::Scratch;
use tests::runtime_api;

use crate::contender::{Contender, Kind};
use crate::event::{claims, request, token_generation};

/// How often to look whether the post is out, and how long between.
const LOOKS: usize = 600;
const LOOK: std::time::Duration = std::time::Duration::from_millis(50);

/// A running stack with an organization, a published post and a picture.
pub(crate) struct Stage {
    running: Running,
    team: Team,
    claims: Value,
    post: Value,
    picture: String,
    /// The folder of the programs.
    built: PathBuf,
    _data: Scratch,
}

impl Stage {
    /// Starts and fills it.
    pub(crate) async fn open(built: PathBuf) -> anyhow::Result<Self> {
        let data = Scratch::new("bench")?;
        let options = Options { allow_loopback: true, rate_limit: None, ..Options::new(data.path()) };
        let running = local::start(options).await?;
        let team = Team::new(&running.base_url).await;
        let page = team.page().await;
        let picture = upload(&team.owner, "bench.png", "image/png", picture(400, 300, ImageFormat::Png)).await;
        let target = json!({ "account_id": page, "text": null, "media": null });
        let post = json!({ "text": "A day at the workbench, in three pictures.", "media": [picture["id"]], "targets": [target] });
        let post = team.owner.post("/posts", &post).await.expect(201);
        let path = format!("/posts/{}", post["id"].as_str().context("an id")?);
        let publish = format!("{path}/publish");
        team.owner.at_version(Method::POST, &publish, &post["version"], &Value::Null).await.expect(202);
        let mut post = Value::Null;
        for _ in 0..LOOKS {
            post = team.owner.get(&path).await.expect(200);
            if post["status"] == "published" {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        ensure!(post["status"] == "published", "the post is not out: {post}");
        let claims = claims(team.owner.tokens["access_token"].as_str().context("a token")?)?;
        let picture = picture["id"].as_str().context("a picture")?.to_owned();
        Ok(Self { running, team, claims, post, picture, built, _data: data })
    }

    /// The table's address.
    pub(crate) fn table(&self) -> &str {
        self.running.cloud.config.endpoints.dynamodb.as_deref().unwrap_or_default()
    }

    /// Everybody who takes part, floors first.
    pub(crate) fn contenders(&self) -> anyhow::Result<Vec<Contender>> {
        let org: OrgId = self.team.org.parse()?;
        let post = self.post["id"].as_str().context("an id")?;
        let key = json!({ "pk": format!("ORG#{org}"), "sk": "ORG" });
        let organization = self.read("GET /api/orgs/{id}", &format!("/api/orgs/{org}"));
        let read = |route, path: String| self.read(route, &path);
        let page = request("GET /p/{slug}", &format!("/p/{}", self.team.slug), None);
        let owner = &self.team.owner;
        let sub = self.claims["sub"].as_str().context("a sub")?;
        let token = token_generation(sub, &owner.email, &owner.name);
        let wake_up = json!({ "org": org, "post": post, "revision": 1 });
        let ok = ("statusCode", json!(200));
        let tried = ("tried", json!(0));
        let stays = ("triggerSource", token["triggerSource"].clone());
        let mut node = self.contender("node", Kind::Node, &organization, "an organization, Node 20", &ok)?;
        node.settings.push(("NODE_NO_WARNINGS", "1".to_owned()));
        node.arguments = vec![
            self.built
                .join("../bench/handler.cjs")
                .canonicalize()
                .context("the Node handler is not bundled: run `make bench`")?,
        ];
        Ok(vec![
            self.contender("floor_hello", Kind::Floor, &json!({}), "nothing", &ok)?,
            self.contender("floor_lean", Kind::Floor, &key, "one GetItem", &ok)?,
            node,
            self.function("auth", &read("GET /api/auth/me", "/api/auth/me".to_owned()), "who is signed in", &ok)?,
            self.function("orgs", &organization, "an organization", &ok)?,
            self.function("accounts", &read("GET /api/accounts", "/api/accounts".to_owned()), "all accounts", &ok)?,
            self.function("posts", &read("GET /api/posts/{id}", format!("/api/posts/{post}")), "a post", &ok)?,
            self.function(
                "media",
                &read("GET /api/media/{id}", format!("/api/media/{}", self.picture)),
                "a picture",
                &ok,
            )?,
            self.function("pages", &page, "a public page", &ok)?,
            self.function("health", &json!({ "check": true }), "a check of nothing due", &("checked", json!(0)))?,
            self.function("identity", &token, "a token's claims", &stays)?,
            self.function("publish", &wake_up, "a repeated wake-up", &tried)?,
        ])
    }

    fn read(&self, route: &str, path: &str) -> Value {
        request(route, path, Some(&self.claims))
    }

    fn function(
        &self,
        name: &'static str,
        event: &Value,
        asked: &'static str,
        answer: &(&'static str, Value),
    ) -> anyhow::Result<Contender> {
        self.contender(name, Kind::Function, event, asked, answer)
    }

    fn contender(
        &self,
        name: &'static str,
        kind: Kind,
        event: &Value,
        asked: &'static str,
        answer: &(&'static str, Value),
    ) -> anyhow::Result<Contender> {
        let program = if kind == Kind::Node { node()? } else { self.built.join(name) };
        let (event, answer) = (event.clone(), answer.clone());
        Ok(Contender { name, kind, program, arguments: Vec::new(), settings: self.settings(), event, asked, answer })
    }

    /// What `template.yaml` gives to functions, with no limit on how fast one person asks.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let config = &self.running.cloud.config;
        let mut settings = runtime_api::settings(config);
        settings.extend([
            ("AWS_ENDPOINT_URL_SESV2", config.endpoints.ses.clone().unwrap_or_default()),
            ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", config.endpoints.cognito.clone().unwrap_or_default()),
            ("ATELIER_ISSUER", config.issuer.clone()),
            ("ATELIER_USER_POOL_CLIENT_ID", config.user_pool_client_id.clone()),
            ("ATELIER_MAIL_FROM", config.mail_from.clone()),
            ("ATELIER_RATE_LIMIT", u32::MAX.to_string()),
        ]);
        settings
    }
}

/// The interpreter, by its whole path: contenders see no `PATH`.
fn node() -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").context("there is no PATH")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join("node")).find(|node| node.is_file());
    found.context("Node is missing: install Node 20 or newer")
}
