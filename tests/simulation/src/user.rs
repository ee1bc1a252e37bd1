//! What people do meanwhile: requests to the production handlers.

use std::collections::HashMap;

use axum::body::Body;
use domain::ids::PostId;
use http::{Method, Request, header};
use jiff::{SignedDuration, Timestamp};
use lambda_http::aws_lambda_events::apigw::{
    ApiGatewayRequestAuthorizer, ApiGatewayRequestAuthorizerJwtDescription, ApiGatewayV2httpRequestContext,
};
use lambda_http::request::RequestContext;
use serde_json::{Value, json};
use store::OrgKey;

use crate::memory::{integer, text};
use crate::setup;
use crate::world::World;

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Schedules, or moves to another time.
    Schedule,
    /// Takes off the schedule.
    Unschedule,
    /// Changes the text.
    Edit,
    /// Publishes now.
    Publish,
    /// Sends what failed or is unknown again.
    Retry,
    /// Says that what is unknown is there.
    Confirm,
    /// Deletes.
    Delete,
}

impl Verb {
    /// Everything a person does.
    pub const ALL: [Self; 7] =
        [Self::Schedule, Self::Unschedule, Self::Edit, Self::Publish, Self::Retry, Self::Confirm, Self::Delete];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Unschedule => "cancel",
            Self::Edit => "edit",
            Self::Publish => "publish now",
            Self::Retry => "retry",
            Self::Confirm => "it is there",
            Self::Delete => "delete",
        }
    }
}

/// What a person does to which post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// What.
    pub verb: Verb,
    /// To which.
    pub post: PostId,
}

/// The request context of an editor, as API Gateway would pass it.
#[must_use]
pub fn context() -> RequestContext {
    let claims = [
        ("user_id", setup::USER.to_string()),
        ("org_id", setup::ORG.to_string()),
        ("role", "editor".to_owned()),
        ("email", "ada@example.test".to_owned()),
        ("name", "Ada".to_owned()),
    ];
    let mut jwt = ApiGatewayRequestAuthorizerJwtDescription::default();
    jwt.claims = claims.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<HashMap<_, _>>();
    let mut authorizer = ApiGatewayRequestAuthorizer::default();
    authorizer.jwt = Some(jwt);
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.authorizer = Some(authorizer);
    RequestContext::ApiGatewayV2(context)
}

/// The request that does it, for the post as the person last saw it.
pub fn request(world: &mut World, action: Action, context: &RequestContext) -> Option<Request<Body>> {
    let key = (format!("ORG#{}", setup::ORG), OrgKey::Post(action.post).to_string());
    let post = world.table.at(&key)?;
    let version = integer(post, "version");
    let path = format!("/api/posts/{}", action.post);
    let (method, path, body) = match action.verb {
        Verb::Schedule => {
            let at = world.now + SignedDuration::from_secs(world.choice.between(20, 400));
            (Method::POST, format!("{path}/schedule"), time(at))
        }
        Verb::Unschedule => (Method::POST, format!("{path}/unschedule"), Value::Null),
        Verb::Publish => (Method::POST, format!("{path}/publish"), Value::Null),
        Verb::Delete => (Method::DELETE, path, Value::Null),
        Verb::Edit => {
            let targets = post.get("targets").and_then(|targets| targets.as_l().ok()).cloned().unwrap_or_default();
            let account =
                |target: &store::AttributeValue| target.as_m().ok().map(|map| text(map, "account_id").to_owned());
            let targets: Vec<Value> = targets
                .iter()
                .filter_map(account)
                .map(|id| json!({ "account_id": id, "text": null, "media": null }))
                .collect();
            let text = format!("edited at version {version}");
            (Method::PUT, path, json!({ "text": text, "media": [], "targets": targets }))
        }
        Verb::Retry | Verb::Confirm => {
            let accounts = setup::NETWORKS.map(setup::account);
            let wants = |account: &domain::ids::AccountId| {
                let key = (key.0.clone(), OrgKey::Delivery(action.post, *account).to_string());
                let state = world.table.at(&key).map_or("", |item| text(item, "state"));
                state == "unknown" || (state == "failed" && action.verb == Verb::Retry)
            };
            let account = accounts.iter().find(|account| wants(account))?;
            match action.verb {
                Verb::Confirm => (Method::POST, format!("{path}/deliveries/{account}/confirm"), json!({})),
                _ => (Method::POST, format!("{path}/deliveries/{account}/retry"), Value::Null),
            }
        }
    };
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::IF_MATCH, format!("\"{version}\""))
        .extension(context.clone())
        .body(body);
    Some(request.expect("the request is well formed"))
}

/// A time as a person says it. On the night when clocks go back some are doubled: the answer then asks back.
fn time(at: Timestamp) -> Value {
    let local = at.in_tz(setup::ZONE).map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%dT%H:%M:%S").to_string());
    json!({ "local": local, "zone": setup::ZONE })
}
