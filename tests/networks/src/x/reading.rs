//! What can be read: oneself, one's posts, and how a post does.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use domain::platform::Platform;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::posts::Post;
use super::{Answer, Limit, Refusal, X, invalid, person, problem};

const SCOPES: [&str; 2] = ["tweet.read", "users.read"];
/// How long the figures are kept that only the author sees.
const PRIVATE_FIGURES: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Characters of a long post that `text` has; `note_tweet` has all.
const SHORT: usize = 280;

type Asked = Query<BTreeMap<String, String>>;

fn fields(asked: &Asked, name: &str) -> Vec<String> {
    asked.get(name).map(|fields| fields.split(',').map(str::to_owned).collect()).unwrap_or_default()
}

pub(super) async fn me(State(x): State<X>, asked: Asked, headers: HeaderMap) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("me", 75), &SCOPES)?;
    let Some(person) = person(&grant.user) else {
        return Err(problem(404, "resource-not-found", "Not Found Error", "Could not find user."));
    };
    let all = json!({
        "profile_image_url": format!("{}/{}.png", x.world.at("pbs.twimg.com"), person.id),
        "public_metrics": {"followers_count": 12, "following_count": 3, "tweet_count": x.state().posts.len(), "listed_count": 0},
        "verified_type": if person.subscription == "None" { "none" } else { "blue" },
        "subscription_type": person.subscription,
    });
    let mut data = json!({"id": person.id, "name": person.name, "username": person.username});
    for field in fields(&asked, "user.fields") {
        if let Some(value) = all.get(&field) {
            data[field] = value.clone();
        } else if !["id", "name", "username"].contains(&field.as_str()) {
            return Err(invalid(
                "user.fields",
                &format!("The `user.fields` query parameter value [{field}] is not one of the known fields"),
            ));
        }
    }
    Ok((told, Json(json!({"data": data}))).into_response())
}

pub(super) async fn timeline(State(x): State<X>, Path(id): Path<String>, asked: Asked, headers: HeaderMap) -> Answer {
    let (_, told) = x.caller(&headers, Limit("timeline", 900), &SCOPES)?;
    let number = asked.get("max_results").map_or(Some(10), |number| number.parse::<usize>().ok());
    let Some(number) = number.filter(|number| (5..=100).contains(number)) else {
        return Err(invalid("max_results", "The `max_results` query parameter value is not between 5 and 100"));
    };
    let since = moment(&asked, "start_time")?.unwrap_or(Timestamp::MIN);
    let end = moment(&asked, "end_time")?.unwrap_or(Timestamp::MAX);
    let without_replies = fields(&asked, "exclude").iter().any(|what| what == "replies");
    let from: usize =
        asked.get("pagination_token").and_then(|token| token.strip_prefix('p')?.parse().ok()).unwrap_or(0);
    let state = x.state();
    let own: Vec<&Post> = state
        .posts
        .iter()
        .rev()
        .filter(|post| {
            post.author == id && post.at >= since && post.at < end && !(without_replies && post.parent.is_some())
        })
        .filter(|post| x.world.find(Platform::X, &post.id).is_some())
        .collect();
    let wanted = fields(&asked, "tweet.fields");
    let page: Vec<Value> = own.iter().skip(from).take(number).map(|post| view(post, &wanted)).collect();
    let mut answer = json!({"meta": {"result_count": page.len()}});
    if own.len() > from + number {
        answer["meta"]["next_token"] = json!(format!("p{}", from + number));
    }
    if !page.is_empty() {
        answer["data"] = json!(page);
    }
    Ok((told, Json(answer)).into_response())
}

/// A bound of the time that is asked about.
fn moment(asked: &Asked, name: &'static str) -> Result<Option<Timestamp>, Refusal> {
    let bound = asked.get(name).map(|time| time.parse::<Timestamp>()).transpose();
    bound.map_err(|_| invalid(name, &format!("invalid '{name}'. Use YYYY-MM-DDTHH:mm:ssZ")))
}

/// A post as the API returns it, with the fields asked for.
fn view(post: &Post, wanted: &[String]) -> Value {
    let long = post.written.chars().count() > SHORT;
    let text: String = if long { post.returned.chars().take(SHORT).collect() } else { post.returned.clone() };
    let mut view = json!({"id": post.id, "text": text, "edit_history_tweet_ids": [post.id]});
    for field in wanted {
        match field.as_str() {
            "created_at" => view["created_at"] = json!(post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()),
            "author_id" => view["author_id"] = json!(post.author),
            "entities" if post.urls.as_array().is_some_and(|urls| !urls.is_empty()) => {
                view["entities"] = json!({"urls": post.urls});
            }
            "referenced_tweets" => {
                if let Some(parent) = &post.parent {
                    view["referenced_tweets"] = json!([{"type": "replied_to", "id": parent}]);
                }
            }
            "note_tweet" if long => {
                view["note_tweet"] = json!({"text": post.returned, "entities": {"urls": post.urls}});
            }
            _ => {}
        }
    }
    view
}

pub(super) async fn lookup(State(x): State<X>, asked: Asked, headers: HeaderMap) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("lookup", 5000), &SCOPES)?;
    let ids = fields(&asked, "ids");
    if ids.is_empty() || ids.len() > 100 {
        return Err(invalid("ids", "must have 1 to 100 ids"));
    }
    let (wanted, now) = (fields(&asked, "tweet.fields"), x.world.now());
    let private = wanted.iter().any(|field| field == "non_public_metrics" || field == "organic_metrics");
    let (mut data, mut errors) = (Vec::new(), Vec::new());
    let state = x.state();
    for id in &ids {
        let post = state.posts.iter().find(|post| post.id == *id && x.world.find(Platform::X, id).is_some());
        let refusal = match post {
            None => Some(("resource-not-found", "Not Found Error", format!("Could not find tweet with ids: [{id}]."))),
            Some(post) if private && (post.author != grant.user || now.duration_since(post.at) > PRIVATE_FIGURES) => {
                let detail =
                    "Sorry, you are not authorized to access 'non_public_metrics.impression_count' on the Tweet.";
                Some(("not-authorized-for-field", "Field Authorization Error", detail.to_owned()))
            }
            Some(post) => {
                data.push(figures(post, &wanted));
                None
            }
        };
        if let Some((kind, title, detail)) = refusal {
            let kind = format!("https://api.x.com/2/problems/{kind}");
            errors.push(json!({"type": kind, "title": title, "detail": detail, "value": id, "resource_type": "tweet"}));
        }
    }
    let mut answer = json!({});
    if !data.is_empty() {
        answer["data"] = json!(data);
    }
    if !errors.is_empty() {
        answer["errors"] = json!(errors);
    }
    Ok((told, Json(answer)).into_response())
}

fn figures(post: &Post, wanted: &[String]) -> Value {
    let mut view = view(post, wanted);
    for field in wanted {
        view[field] = match field.as_str() {
            "public_metrics" => {
                json!({"retweet_count": 2, "reply_count": 1, "like_count": 7, "quote_count": 1, "bookmark_count": 3, "impression_count": 120})
            }
            "non_public_metrics" => {
                json!({"impression_count": 120, "url_link_clicks": 4, "user_profile_clicks": 2, "engagements": 20})
            }
            _ => continue,
        };
    }
    view
}
