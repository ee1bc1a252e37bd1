//! Posts that repeat: starting, changing, pausing and stopping a series, and what the calendar and a standstill do to it.

use std::sync::Arc;

use cloud::{Clock, Cloud, SystemRandom};
use domain::ids::SeriesId;
use domain::series::Series;
use domain::tenancy::OrgScope;
use image::ImageFormat;
use jiff::{SignedDuration, Timestamp};
use publish::Publisher;
use reqwest::Method;
use serde_json::{Value, json};
use store::{Condition, OrgKey, Table};
use tests::answer::Answer;
use tests::person::{Person, Team, upload};
use tests::picture::picture;
use tests::stack::stack;

use super::{clock_change, daily_rule, each, id, next_year, post_for, series_for, team};

/// The stack's table and scheduler at another time.
#[derive(Debug, Clone, Copy)]
struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Does what the scheduler does when a post's time has come, at `now`.
async fn wake(team: &Team, post: &str, now: Timestamp) {
    let cloud = Cloud::with(stack().config.clone(), Arc::new(At(now)), Arc::new(SystemRandom)).await;
    let event = json!({ "org": team.org, "post": post, "revision": 1 });
    Publisher::new(&cloud).handle(event).await.expect("a publication");
}

async fn start(team: &Team, text: &str) -> Value {
    let page = team.page().await;
    team.owner.post("/series", &series_for(text, &page)).await.expect(201)
}

async fn read(person: &Person, series: &Value) -> Value {
    person.get(&format!("/series/{}", id(series))).await.expect(200)
}

/// `POST` to an action of a series as it was read.
async fn act(person: &Person, series: &Value, action: &str) -> Answer {
    let path = format!("/series/{}/{action}", id(series));
    person.at_version(Method::POST, &path, &series["version"], &Value::Null).await
}

fn next_post(series: &Value) -> &str {
    series["next"]["post_id"].as_str().expect("a waiting post")
}

fn instant(occurrence: &Value) -> Timestamp {
    occurrence["schedule"]["at"].as_str().expect("an instant").parse().expect("an instant")
}

#[tokio::test]
async fn a_series_has_one_waiting_post_in_the_calendar() {
    let team = team().await;
    let series = start(&team, "Every day").await;
    assert_eq!((series["state"].as_str(), series["upcoming"].as_array().map(Vec::len)), (Some("active"), Some(10)));
    assert_eq!(series["upcoming"][0]["schedule"]["at"], next_year("02-01T08:00:00Z"));
    let again = team.owner.get(&format!("/series/{}", id(&series))).await;
    assert_eq!(again.header("etag"), "\"1\"");
    assert_eq!(again.expect(200), series);

    let range = format!("/posts?from={}&to={}", next_year("01-01T00:00:00Z"), next_year("12-31T00:00:00Z"));
    let posts = team.owner.get(&range).await.expect(200);
    assert_eq!(each(&posts, "id"), [next_post(&series)]);
    assert_eq!(posts["items"][0]["series"], json!({ "series_id": id(&series), "number": 1 }));
    let post = team.owner.get(&format!("/posts/{}", next_post(&series))).await.expect(200);
    assert_eq!(
        (post["status"].as_str(), post["deliveries"][0]["state"].as_str()),
        (Some("scheduled"), Some("pending"))
    );

    let list = team.owner.get("/series").await.expect(200);
    assert_eq!((each(&list, "id"), each(&list, "excerpt")), (vec![id(&series)], vec!["Every day"]));
    let audit = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
    assert!(each(&audit, "action").contains(&"series.create"), "{audit}");
}

#[tokio::test]
async fn starting_twice_with_one_key_starts_once() {
    let team = team().await;
    let page = team.page().await;
    let start = |text: &str| {
        let request = team.owner.request(Method::POST, "/series").header("idempotency-key", "one-series");
        Answer::to(request.json(&series_for(text, &page)))
    };
    let first = start("Once").await.expect(201);
    assert_eq!(start("Once").await.expect(201)["id"], first["id"]);
    start("Twice").await.problem(422, "idempotency-mismatch");
    assert_eq!(each(&team.owner.get("/series").await.expect(200), "id"), [id(&first)]);
}

#[tokio::test]
async fn editors_run_series_and_others_look_or_not_even_that() {
    let team = team().await;
    let series = start(&team, "Whose?").await;
    let (editor, author, viewer) =
        (team.member("editor").await, team.member("author").await, team.member("viewer").await);
    let page = series["content"]["targets"][0]["account_id"].as_str().expect("an id");
    for person in [&author, &viewer] {
        person.post("/series", &series_for("Mine", page)).await.problem(403, "forbidden");
        act(person, &series, "pause").await.problem(403, "forbidden");
        let path = format!("/series/{}", id(&series));
        person.at_version(Method::DELETE, &path, &series["version"], &Value::Null).await.problem(403, "forbidden");
        assert_eq!(read(person, &series).await["state"], "active");
    }
    editor.post("/series", &series_for("An editor's", page)).await.expect(201);
    let preview = json!({ "rule": daily_rule() });
    assert_eq!(author.post("/series/preview", &preview).await.expect(200)["upcoming"][0]["number"], 1);
    viewer.post("/series/preview", &preview).await.problem(403, "forbidden");

    let stranger = super::team().await;
    stranger.owner.get(&format!("/series/{}", id(&series))).await.problem(404, "not-found");
    assert_eq!(each(&stranger.owner.get("/series").await.expect(200), "id").len(), 0);
}

#[tokio::test]
async fn broken_rules_and_contents_are_told_at_once_with_their_fields() {
    let team = team().await;
    let page = team.page().await;
    let broken = json!({
        "content": post_for("", &[&page]),
        "rule": { "frequency": { "kind": "weekly", "weekdays": [] }, "interval": 0, "time": "9", "zone": "Mars/Base",
            "starts_on": "soon", "ends": { "kind": "after", "count": 0 } },
    });
    let problem = team.owner.post("/series", &broken).await.problem(422, "rule-broken");
    let pointers: Vec<_> =
        problem["errors"].as_array().expect("errors").iter().filter_map(|error| error["pointer"].as_str()).collect();
    for pointer in ["/frequency/weekdays", "/interval", "/time", "/zone", "/starts_on", "/ends/count"] {
        assert!(pointers.contains(&format!("/rule{pointer}").as_str()), "{pointer}: {problem}");
    }
    assert!(pointers.iter().any(|pointer| pointer.starts_with("/content/")), "{problem}");

    let mut past = series_for("Too late", &page);
    past["rule"]["starts_on"] = json!("2024-01-01");
    let problem = team.owner.post("/series", &past).await.problem(422, "rule-broken");
    assert_eq!(problem["errors"][0]["pointer"], "/rule/starts_on");
    past["rule"]["starts_on"] = json!(problem["choices"][0]["local"].as_str().expect("a choice")[..10]);
    team.owner.post("/series", &past).await.expect(201);

    let mut over = json!({ "rule": daily_rule() });
    over["rule"]["starts_on"] = json!("2024-01-01");
    over["rule"]["ends"] = json!({ "kind": "on_date", "date": "2024-02-01" });
    let problem = team.owner.post("/series/preview", &over).await.problem(422, "rule-broken");
    assert_eq!(problem["errors"][0]["pointer"], "/rule/ends");
    team.owner.post("/series", &json!({ "content": post_for("?", &[&page]) })).await.problem(400, "malformed-json");
}

#[tokio::test]
async fn a_change_of_clocks_is_shown_and_the_wall_clock_stays() {
    let team = team().await;
    let change = clock_change(3);
    let mut rule = daily_rule();
    rule["time"] = json!("02:30");
    rule["starts_on"] = json!(change.yesterday().expect("a day").to_string());
    let preview = team.owner.post("/series/preview", &json!({ "rule": rule })).await.expect(200);
    let upcoming = preview["upcoming"].as_array().expect("occurrences");
    assert_eq!(upcoming[1]["wanted"], format!("{change}T02:30:00"));
    assert_eq!(
        (&upcoming[1]["schedule"]["local"], &upcoming[1]["shift"]),
        (&json!(format!("{change}T03:00:00")), &json!("skipped"))
    );
    assert_eq!((&upcoming[2]["schedule"]["local"], &upcoming[2]["shift"]), (&upcoming[2]["wanted"], &Value::Null));
    let apart = instant(&upcoming[2]).duration_since(instant(&upcoming[1]));
    assert_eq!(apart, SignedDuration::from_mins(23 * 60 + 30));
}

#[tokio::test]
async fn an_occurrence_goes_out_and_the_next_appears() {
    let team = team().await;
    let series = start(&team, "Good morning, every day").await;
    let (first, due) = (next_post(&series).to_owned(), instant(&series["upcoming"][0]));
    wake(&team, &first, due).await;
    let post = team.owner.get(&format!("/posts/{first}")).await.expect(200);
    assert_eq!(post["status"], "published", "{post}");
    let site = reqwest::get(format!("{}/p/{}", team.owner.origin, team.slug)).await.expect("an answer");
    assert!(site.text().await.expect("a page").contains("Good morning, every day"));

    let after = read(&team.owner, &series).await;
    assert_eq!((after["next"]["number"].as_u64(), after["missed_count"].as_u64()), (Some(2), Some(0)));
    assert_eq!(after["next"]["schedule"]["local"], next_year("02-02T09:00:00"));
    // A wake-up may come more than once.
    wake(&team, &first, due).await;
    assert_eq!(read(&team.owner, &series).await, after);
    let posts = team.owner.get("/posts").await.expect(200);
    assert_eq!(each(&posts, "id").len(), 2, "{posts}");
}

#[tokio::test]
async fn after_a_standstill_nothing_goes_out_in_a_burst() {
    let team = team().await;
    let series = start(&team, "Daily, if we are there").await;
    let first = next_post(&series).to_owned();
    let late = instant(&series["upcoming"][0]) + SignedDuration::from_hours(3 * 24 + 2);
    wake(&team, &first, late).await;

    let post = team.owner.get(&format!("/posts/{first}")).await.expect(200);
    assert_eq!((post["status"].as_str(), post["deliveries"][0]["state"].as_str()), (Some("missed"), Some("canceled")));
    let after = read(&team.owner, &series).await;
    let missed: Vec<_> = after["missed"]
        .as_array()
        .expect("missed")
        .iter()
        .map(|missed| (missed["number"].as_u64(), missed["post_id"].as_str()))
        .collect();
    assert_eq!(missed, [(Some(4), None), (Some(3), None), (Some(2), None), (Some(1), Some(first.as_str()))]);
    assert_eq!((after["missed_count"].as_u64(), after["next"]["number"].as_u64()), (Some(4), Some(5)));
    assert_eq!(after["next"]["schedule"]["local"], next_year("02-05T09:00:00"));
    assert_eq!(each(&team.owner.get("/posts").await.expect(200), "id").len(), 2, "no posts for what was missed");
    let audit = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
    for action in ["post.missed", "series.advance"] {
        assert!(each(&audit, "action").contains(&action), "{action}: {audit}");
    }
    wake(&team, &first, late).await;
    assert_eq!(read(&team.owner, &series).await, after);
}

#[tokio::test]
async fn an_hour_is_not_too_late_and_other_posts_never_are() {
    let team = team().await;
    let series = start(&team, "A little late").await;
    let first = next_post(&series).to_owned();
    wake(&team, &first, instant(&series["upcoming"][0]) + SignedDuration::from_mins(59)).await;
    assert_eq!(team.owner.get(&format!("/posts/{first}")).await.expect(200)["status"], "published");

    let page = series["content"]["targets"][0]["account_id"].as_str().expect("an id");
    let post = team.owner.post("/posts", &post_for("Once, whenever", &[page])).await.expect(201);
    let time = json!({ "local": next_year("02-01T09:00"), "zone": "Europe/Berlin" });
    let path = format!("/posts/{}", id(&post));
    let post =
        team.owner.at_version(Method::POST, &format!("{path}/schedule"), &post["version"], &time).await.expect(200);
    let late: Timestamp = next_year("02-03T08:00:00Z").parse().expect("an instant");
    let cloud = Cloud::with(stack().config.clone(), Arc::new(At(late)), Arc::new(SystemRandom)).await;
    let event = json!({ "org": team.org, "post": id(&post), "revision": post["revision"] });
    Publisher::new(&cloud).handle(event).await.expect("a publication");
    assert_eq!(team.owner.get(&path).await.expect(200)["status"], "published");
}

#[tokio::test]
async fn the_sweep_finds_a_series_whose_wake_up_was_lost() {
    let team = team().await;
    let series = start(&team, "Lost and found").await;
    let first = next_post(&series).to_owned();
    let path = format!("/posts/{first}");
    let post = team.owner.get(&path).await.expect(200);
    team.owner.at_version(Method::DELETE, &path, &post["version"], &Value::Null).await.expect(204);
    assert_eq!(read(&team.owner, &series).await["next"]["status"], Value::Null, "this one is left out");

    // Its time comes, though nothing but the due index knows.
    let cloud = Cloud::connect(stack().config.clone()).await;
    let store = Table::new(&cloud).org(OrgScope::from_own_wakeup(team.org.parse().expect("an id")));
    let key = OrgKey::Series(id(&series).parse::<SeriesId>().expect("an id"));
    let mut stored: Series = store.get(&key).await.expect("a read").expect("the series");
    let seen = stored.version;
    stored.upcoming.as_mut().expect("a waiting post").at = cloud.clock.now();
    let put = store.put(&key, &stored, Condition::Version(seen)).expect("a write");
    store.transact(vec![put]).await.expect("stored");
    Publisher::new(&cloud).handle(json!({ "sweep": true })).await.expect("a sweep");
    let after = read(&team.owner, &series).await;
    assert_eq!(after["next"]["status"], "scheduled", "{after}");
}

#[tokio::test]
async fn a_pause_takes_the_post_back_and_resuming_makes_it_again() {
    let team = team().await;
    let series = start(&team, "On and off").await;
    let first = next_post(&series).to_owned();
    let paused = act(&team.owner, &series, "pause").await.expect(200);
    assert_eq!((paused["state"].as_str(), paused["next"].is_null()), (Some("paused"), true));
    team.owner.get(&format!("/posts/{first}")).await.problem(404, "not-found");
    act(&team.owner, &series, "resume").await.problem(412, "stale-version");
    act(&team.owner, &paused, "pause").await.problem(409, "conflict");
    let resumed = act(&team.owner, &paused, "resume").await.expect(200);
    assert_eq!((resumed["state"].as_str(), next_post(&resumed)), (Some("active"), first.as_str()));
    act(&team.owner, &resumed, "resume").await.problem(409, "conflict");
    assert_eq!(team.owner.get(&format!("/posts/{first}")).await.expect(200)["status"], "scheduled");
}

#[tokio::test]
async fn a_change_reaches_the_waiting_post() {
    let team = team().await;
    let series = start(&team, "Before").await;
    let first = next_post(&series).to_owned();
    let page = series["content"]["targets"][0]["account_id"].as_str().expect("an id");
    let path = format!("/series/{}", id(&series));
    let changed = team.owner.at_version(Method::PUT, &path, &series["version"], &series_for("After", page)).await;
    let changed = changed.expect(200);
    assert_eq!((next_post(&changed), changed["content"]["text"].as_str()), (first.as_str(), Some("After")));
    assert_eq!(team.owner.get(&format!("/posts/{first}")).await.expect(200)["text"], "After");
    team.owner
        .at_version(Method::PUT, &path, &series["version"], &series_for("Stale", page))
        .await
        .problem(412, "stale-version");
    let without = Answer::to(team.owner.request(Method::PUT, &path).json(&series_for("No version", page))).await;
    without.problem(428, "version-required");

    let mut weekly = series_for("After", page);
    weekly["rule"]["frequency"] = json!({ "kind": "weekly", "weekdays": ["friday"] });
    let weekly = team.owner.at_version(Method::PUT, &path, &changed["version"], &weekly).await.expect(200);
    assert_ne!(next_post(&weekly), first);
    team.owner.get(&format!("/posts/{first}")).await.problem(404, "not-found");
    let day: jiff::civil::DateTime =
        weekly["next"]["schedule"]["local"].as_str().expect("a time").parse().expect("a time");
    assert_eq!(day.weekday(), jiff::civil::Weekday::Friday);
}

#[tokio::test]
async fn stopping_takes_the_post_back_and_frees_its_files() {
    let team = team().await;
    let page = team.page().await;
    let file = upload(&team.owner, "daily.png", "image/png", picture(30, 20, ImageFormat::Png)).await;
    let mut input = series_for("With a picture", &page);
    input["content"]["media"] = json!([id(&file)]);
    let series = team.owner.post("/series", &input).await.expect(201);
    let (first, path) = (next_post(&series).to_owned(), format!("/series/{}", id(&series)));
    team.owner.delete(&format!("/media/{}", id(&file))).await.problem(409, "in-use");
    // Paused it has no post, but will need the file again.
    let paused = act(&team.owner, &series, "pause").await.expect(200);
    team.owner.delete(&format!("/media/{}", id(&file))).await.problem(409, "in-use");
    let resumed = act(&team.owner, &paused, "resume").await.expect(200);
    team.owner.at_version(Method::DELETE, &path, &resumed["version"], &Value::Null).await.expect(204);
    team.owner.get(&path).await.problem(404, "not-found");
    team.owner.get(&format!("/posts/{first}")).await.problem(404, "not-found");
    team.owner.delete(&format!("/media/{}", id(&file))).await.expect(204);
}
