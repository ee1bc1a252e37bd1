//! Taking down at the networks: each lets go of exactly that post, with all its parts, and what was done half is mended
//! by doing it again.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use image::ImageFormat;
use serde_json::{Value, json};
use tests::counterparts::Bluesky;
use tests::person::{Team, upload};
use tests::picture::picture;
use tests::server::{Reply, Request, Server};
use tests::stack::sandbox;

use super::consent::{connect, ways};
use super::publishing::{bluesky_collection, bluesky_records, connect_bluesky};
use super::take_down::{again, at, log, publish, published, take_down};
use super::{id, post_for, team};

/// What people see at a simulated network of one account's, by its text.
async fn shown(platform: &str, mark: &str) -> Vec<String> {
    let place = format!("timeline/{platform}.json");
    let place = sandbox().config.sandbox.as_ref().expect("a sandbox").join(&place).expect("a URL");
    let shown: Value = reqwest::get(place).await.expect("an answer").json().await.expect("JSON");
    let texts = shown.as_array().expect("a list").iter().filter_map(|item| item["text"].as_str());
    texts.filter(|text| text.contains(mark)).map(str::to_owned).collect()
}

/// Connects the first account of a network by one of its ways; the first where none is named.
async fn account(team: &Team, platform: &str, way: Option<&str>) -> Value {
    let owner = &team.owner;
    let connected = match platform {
        "bluesky" => {
            let who = json!({ "identifier": "ada.bsky.social", "app_password": "abcd-efgh-ijkl-mnop" });
            return owner.post("/accounts/connect/bluesky", &who).await.expect(201);
        }
        _ => {
            let ways = ways(owner, platform).await;
            let way = ways.iter().find(|own| way.is_none_or(|way| own["name"] == way)).expect("the way").clone();
            connect(owner, platform, &way).await
        }
    };
    connected.into_iter().next().expect("an account")
}

/// A post to one account, with a picture and what the network wants to know.
async fn content(team: &Team, account: &Value, text: &str) -> Value {
    let file = upload(&team.owner, "work.png", "image/png", picture(640, 640, ImageFormat::Png)).await;
    let mut input = post_for(text, &[id(account)]);
    input["media"] = json!([id(&file)]);
    match account["platform"].as_str() {
        Some("pinterest") => {
            let offers = team.owner.get(&format!("/accounts/{}/offers", id(account))).await.expect(200);
            input["targets"][0]["settings"] = json!({ "board": offers["choices"]["board"][0]["value"] });
        }
        Some("tiktok") => {
            input["targets"][0]["settings"] = json!({ "privacy": "PUBLIC_TO_EVERYONE" });
        }
        _ => {}
    }
    input
}

#[tokio::test]
async fn every_network_that_can_lets_go_of_that_post_and_no_other() {
    let team = Team::new(&sandbox().origin).await;
    for (platform, way) in [
        ("bluesky", None),
        ("linkedin", Some("person")),
        ("facebook", None),
        ("instagram", Some("facebook")),
        ("threads", None),
        ("x", None),
        ("pinterest", None),
    ] {
        let account = account(&team, platform, way).await;
        assert_eq!(account["can_take_down"], true, "{platform}");
        let mut posts = Vec::new();
        for word in ["stays", "goes"] {
            let input = content(&team, &account, &format!("{word} {platform} {}", team.slug)).await;
            posts.push(publish(&team, &input).await);
        }
        for post in &posts {
            assert_eq!(post["status"], "published", "{platform}: {post}");
        }
        let mark = format!("{platform} {}", team.slug);
        assert_eq!(shown(platform, &mark).await.len(), 2, "{platform}");
        let done = take_down(&team.owner, id(&account), &posts[1]).await.expect(200);
        assert_eq!(take_down(&team.owner, id(&account), &posts[1]).await.expect(200), done, "{platform}");
        let left = shown(platform, &mark).await;
        assert!(left.len() == 1 && left[0].starts_with("stays"), "{platform}: {left:?}");
        let gone = team.owner.get(&format!("{}/insights", at(id(&account), &posts[1]))).await;
        let gone = gone.problem(409, "conflict");
        assert!(gone["detail"].as_str().is_some_and(|detail| detail.contains("taken down")), "{gone}");
        let figures = team.owner.get(&format!("{}/insights", at(id(&account), &posts[0]))).await;
        if account["tells_figures"] == true {
            let figures = figures.expect(200);
            assert!(figures["as_of"].is_string(), "{figures}");
            let told = figures["figures"].as_object().expect("figures").values().filter(|figure| figure.is_u64());
            assert!(told.count() > 0, "{platform}: {figures}");
        } else {
            figures.problem(409, "not-offered");
        }
    }
}

#[tokio::test]
async fn all_parts_of_a_thread_go_and_its_first_comment() {
    let team = Team::new(&sandbox().origin).await;
    // Threads takes seconds between one part and the next.
    for (platform, parts) in [("bluesky", 12), ("threads", 3), ("x", 12)] {
        let account = account(&team, platform, None).await;
        let mark = format!("{platform} {}", team.slug);
        let mut input = post_for(&format!("First {mark}"), &[id(&account)]);
        let part = |number: usize| json!({ "text": format!("Part {number} {mark}"), "media": [] });
        input["thread"] = (2..=parts).map(part).collect();
        input["first_comment"] = json!(format!("Comment {mark}"));
        let post = publish(&team, &input).await;
        assert_eq!(post["status"], "published", "{post}");
        assert_eq!(shown(platform, &mark).await.len(), parts + 1, "{platform}");
        take_down(&team.owner, id(&account), &post).await.expect(200);
        assert_eq!(shown(platform, &mark).await, Vec::<String>::new(), "{platform}");
    }
}

#[tokio::test]
async fn a_network_that_cannot_says_where_it_can_be_done() {
    let team = Team::new(&sandbox().origin).await;
    for (platform, way) in [("tiktok", None), ("instagram", Some("instagram"))] {
        let account = account(&team, platform, way).await;
        assert_eq!(account["can_take_down"], false, "{platform}");
        let mark = format!("{platform} {}", team.slug);
        let input = content(&team, &account, &mark).await;
        let post = publish(&team, &input).await;
        assert_eq!(post["status"], "published", "{post}");
        let refused = take_down(&team.owner, id(&account), &post).await.problem(409, "not-offered");
        let (detail, link) = (refused["detail"].as_str(), post["deliveries"][0]["permalink"].as_str());
        assert!(detail.zip(link).is_some_and(|(detail, link)| detail.contains(link)), "{refused}");
        assert_eq!(shown(platform, &mark).await.len(), 1, "{platform}");
        assert_eq!(again(&team.owner, &post).await, post, "nothing happened");
        assert!(log(&team, &post).await.is_empty());
    }
}

#[tokio::test]
async fn the_reference_server_of_bluesky_lets_go_of_a_thread() {
    let server = Bluesky::start(&["ada"]).await.expect("the network");
    let team = team().await;
    let account = connect_bluesky(&team.owner, &server).await;
    let stays = published(&team, "This one stays", &[], &[&account]).await;
    let mut input = post_for("The first part", &[&account]);
    input["thread"] = json!([{ "text": "The second", "media": [] }, { "text": "The third", "media": [] }]);
    input["targets"][0]["settings"] = json!({ "reply_control": "mentioned", "no_quotes": true });
    let thread = publish(&team, &input).await;
    assert_eq!((thread["status"].as_str(), bluesky_records(&server).await.len()), (Some("published"), 4), "{thread}");
    let gates = ["app.bsky.feed.threadgate", "app.bsky.feed.postgate"];
    for gate in gates {
        let records = bluesky_collection(&server, gate).await;
        let key = |uri: &Value| uri.as_str().and_then(|uri| uri.rsplit('/').next()).map(str::to_owned);
        assert_eq!(records.len(), 1, "{gate}: {records:?}");
        assert_eq!(key(&records[0]["uri"]), key(&records[0]["value"]["post"]), "a gate lies under its post's key");
    }
    for _ in 0..2 {
        take_down(&team.owner, &account, &thread).await.expect(200);
        for gate in gates {
            assert!(bluesky_collection(&server, gate).await.is_empty(), "{gate}");
        }
        let left = bluesky_records(&server).await;
        assert_eq!((left.len(), &left[0]["value"]["text"]), (1, &json!("This one stays")));
    }
    drop(server);
    take_down(&team.owner, &account, &stays).await.problem(503, "unavailable");
    assert_eq!(again(&team.owner, &stays).await, stays, "nothing is noted");
    assert!(log(&team, &stays).await.is_empty());
}

/// A Mastodon instance with one account that can be told to fail, and remembers what is there.
struct Instance {
    server: Server,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    /// Whether it does what it is asked to delete and then has no answer; otherwise it does nothing when down.
    forgets: AtomicBool,
    down: AtomicBool,
    /// Whether posting is refused for now.
    busy: AtomicBool,
    /// Whether it makes an answer to a status and then has no answer of its own.
    hushes: AtomicBool,
    /// Whether it lists nothing for this account.
    hides: AtomicBool,
    next: AtomicUsize,
    there: Mutex<Vec<Status>>,
}

struct Status {
    id: String,
    text: String,
    answers: Value,
}

impl Instance {
    async fn start() -> Self {
        let book = Arc::<Book>::default();
        let own = Arc::clone(&book);
        let server = Server::start(move |request| {
            let book = Arc::clone(&own);
            async move { book.answer(&request) }
        });
        Self { server: server.await.expect("an instance"), book }
    }

    fn there(&self) -> usize {
        self.book.there.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Book {
    fn answer(&self, request: &Request) -> Reply {
        let path: Vec<&str> = request.path.split('/').skip(1).collect();
        let is = |flag: &AtomicBool| flag.load(Ordering::SeqCst);
        match (request.method.as_str(), path.as_slice()) {
            (_, ["api", "v1", "apps"]) => Reply::json(200, &json!({ "client_id": "client", "client_secret": "s" })),
            (_, ["oauth", "token"]) => Reply::json(200, &json!({ "access_token": "t", "token_type": "Bearer" })),
            (_, ["api", "v2", "instance"]) => Reply::json(200, &json!({ "configuration": {} })),
            ("GET", ["api", "v1", "accounts", "verify_credentials"]) => {
                Reply::json(200, &json!({ "id": "1", "username": "ada", "display_name": "Ada" }))
            }
            ("GET", ["api", "v1", "accounts", _, "statuses"]) if is(&self.hides) => {
                Reply::json(403, &json!({ "error": "This action is not allowed" }))
            }
            ("GET", ["api", "v1", "accounts", _, "statuses"]) => Reply::json(200, &self.list()),
            ("POST", ["api", "v1", "statuses"]) if is(&self.busy) => Reply::json(503, &json!({ "error": "busy" })),
            ("POST", ["api", "v1", "statuses"]) => {
                let (id, body) = (self.next.fetch_add(1, Ordering::SeqCst).to_string(), request.json());
                let text = body["status"].as_str().unwrap_or_default().to_owned();
                let answers = body["in_reply_to_id"].clone();
                let hushed = is(&self.hushes) && answers.is_string();
                let status = Status { id: id.clone(), text, answers };
                self.there.lock().unwrap_or_else(PoisonError::into_inner).push(status);
                if hushed {
                    return Reply::Cut;
                }
                let url = format!("http://instance.test/@ada/{id}");
                Reply::json(200, &json!({ "id": id, "uri": url, "url": url, "media_attachments": [] }))
            }
            ("DELETE", ["api", "v1", "statuses", _]) if is(&self.down) => Reply::json(503, &json!({ "error": "down" })),
            ("DELETE", ["api", "v1", "statuses", id]) => self.delete(id),
            _ => Reply::json(404, &json!({ "error": "Record not found" })),
        }
    }

    /// What is there, newest first.
    fn list(&self) -> Value {
        let there = self.there.lock().unwrap_or_else(PoisonError::into_inner);
        let view = |status: &Status| {
            let Status { id, text, answers } = status;
            json!({ "id": id, "content": format!("<p>{text}</p>"), "in_reply_to_id": answers, "media_attachments": [] })
        };
        there.iter().rev().map(view).collect()
    }

    fn delete(&self, id: &str) -> Reply {
        let mut there = self.there.lock().unwrap_or_else(PoisonError::into_inner);
        let before = there.len();
        there.retain(|own| own.id != id);
        if self.forgets.load(Ordering::SeqCst) {
            return Reply::Cut;
        }
        if there.len() == before {
            return Reply::json(404, &json!({ "error": "Record not found" }));
        }
        Reply::json(200, &json!({ "id": id }))
    }
}

#[tokio::test]
async fn what_was_done_and_not_noted_is_mended_by_doing_it_again() {
    let (team, instance) = (team().await, Instance::start().await);
    let account = team.mastodon(&instance.server.origin()).await;
    let mut input = post_for("The first part", &[&account]);
    input["thread"] = json!([{ "text": "The second", "media": [] }]);
    let post = publish(&team, &input).await;
    assert_eq!((post["status"].as_str(), instance.there()), (Some("published"), 2), "{post}");

    instance.book.down.store(true, Ordering::SeqCst);
    take_down(&team.owner, &account, &post).await.problem(503, "unavailable");
    assert_eq!(
        (instance.there(), again(&team.owner, &post).await),
        (2, post.clone()),
        "nothing is done, nothing noted"
    );
    instance.book.down.store(false, Ordering::SeqCst);

    // It is done, and the answer is lost, at one part after the other.
    instance.book.forgets.store(true, Ordering::SeqCst);
    take_down(&team.owner, &account, &post).await.problem(503, "unavailable");
    assert_eq!((instance.there(), again(&team.owner, &post).await), (1, post.clone()), "the last part went first");
    instance.book.forgets.store(false, Ordering::SeqCst);

    let done = take_down(&team.owner, &account, &post).await.expect(200);
    assert_eq!((instance.there(), log(&team, &post).await.len()), (0, 1));
    assert_eq!(again(&team.owner, &post).await["deliveries"][0]["taken_down"], done);
}

#[tokio::test]
async fn a_first_comment_that_was_never_named_goes_too_or_is_told_of() {
    let (team, instance) = (team().await, Instance::start().await);
    let account = team.mastodon(&instance.server.origin()).await;
    for hides in [false, true] {
        let before = instance.there();
        instance.book.hushes.store(true, Ordering::SeqCst);
        let mut input = post_for("A post", &[&account]);
        input["first_comment"] = json!("And a comment");
        let post = publish(&team, &input).await;
        assert_eq!((post["status"].as_str(), instance.there()), (Some("published"), before + 2), "{post}");
        let open = json!([{ "what": "first_comment", "reason": null, "language": null }]);
        assert_eq!(post["deliveries"][0]["shortfalls"], open, "{post}");
        instance.book.hides.store(hides, Ordering::SeqCst);
        take_down(&team.owner, &account, &post).await.expect(200);
        let left = again(&team.owner, &post).await["deliveries"][0]["shortfalls"].clone();
        let expected = if hides { (before + 1, open) } else { (before, json!([])) };
        assert_eq!((instance.there(), left), expected, "hides: {hides}");
    }
}

#[tokio::test]
async fn one_delivery_is_taken_down_while_another_is_still_tried() {
    let (team, instance) = (team().await, Instance::start().await);
    let (page, account) = (team.page().await, team.mastodon(&instance.server.origin()).await);
    instance.book.busy.store(true, Ordering::SeqCst);
    let input = post_for("On its way to two", &[&page, &account]);
    let post = team.owner.post("/posts", &input).await.expect(201);
    let path = format!("/posts/{}/publish", id(&post));
    let post = team.owner.at_version(reqwest::Method::POST, &path, &post["version"], &Value::Null).await.expect(202);
    let state = |post: &Value, account: &str| {
        let deliveries = post["deliveries"].as_array().expect("deliveries");
        deliveries.iter().find(|delivery| delivery["account_id"] == account).expect("the delivery").clone()
    };
    let mut now = again(&team.owner, &post).await;
    for _ in 0..300 {
        if state(&now, &page)["state"] == "published" && state(&now, &account)["state"] == "retrying" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        now = again(&team.owner, &post).await;
    }
    let done = take_down(&team.owner, &page, &post).await.expect(200);
    take_down(&team.owner, &account, &post).await.problem(409, "conflict");
    instance.book.busy.store(false, Ordering::SeqCst);
    let end = super::publishing::settled(&team.owner, &post).await;
    assert_eq!((end["status"].as_str(), instance.there()), (Some("published"), 1), "{end}");
    assert_eq!(state(&end, &page)["taken_down"], done);
    assert_eq!(state(&end, &account)["taken_down"], Value::Null);
    assert_eq!(state(&end, &page)["attempts"].as_array().map(Vec::len), Some(1), "{end}");
}
