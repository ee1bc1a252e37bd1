//! Posts: writing, scheduling, listing, and what is refused.

use reqwest::Method;
use serde_json::{Value, json};
use tests::answer::Answer;

use super::{clock_change, each, id, next_year, post_for, team};

#[tokio::test]
async fn a_post_is_written_changed_and_deleted() {
    let team = team().await;
    let page = team.page().await;
    let author = team.member("author").await;
    let created = author.post("/posts", &post_for("First words", &[&page])).await;
    assert_eq!(created.header("etag"), "\"1\"");
    let post = created.expect(201);
    assert_eq!((post["status"].as_str(), post["text"].as_str()), (Some("draft"), Some("First words")));
    let path = format!("/posts/{}", id(&post));
    assert_eq!(author.get(&path).await.expect(200), post);

    let better = post_for("Better words", &[&page]);
    let changed = author.at_version(Method::PUT, &path, &post["version"], &better).await.expect(200);
    assert_eq!(changed["text"], "Better words");
    author.at_version(Method::PUT, &path, &post["version"], &better).await.problem(412, "stale-version");
    Answer::to(author.request(Method::PUT, &path).json(&better)).await.problem(428, "version-required");
    author.at_version(Method::DELETE, &path, &changed["version"], &Value::Null).await.expect(204);
    author.get(&path).await.problem(404, "not-found");
}

#[tokio::test]
async fn creating_twice_with_one_key_creates_once() {
    let team = team().await;
    let page = team.page().await;
    let create = |text: &str| {
        let request = team.owner.request(Method::POST, "/posts").header("idempotency-key", "only-once");
        Answer::to(request.json(&post_for(text, &[&page])))
    };
    let first = create("Hello").await.expect(201);
    assert_eq!(create("Hello").await.expect(201)["id"], first["id"]);
    create("Something else").await.problem(422, "idempotency-mismatch");
    assert_eq!(team.owner.get("/posts").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn authors_write_and_editors_publish() {
    let team = team().await;
    let page = team.page().await;
    let (author, editor) = (team.member("author").await, team.member("editor").await);
    let post = author.post("/posts", &post_for("For review", &[&page])).await.expect(201);
    let time = json!({ "local": next_year("03-01T09:00"), "zone": "Europe/Berlin" });
    let schedule = format!("/posts/{}/schedule", id(&post));
    author.at_version(Method::POST, &schedule, &post["version"], &time).await.problem(403, "forbidden");
    let scheduled = editor.at_version(Method::POST, &schedule, &post["version"], &time).await.expect(200);
    assert_eq!(scheduled["status"], "scheduled");
    assert_eq!(scheduled["schedule"]["at"], next_year("03-01T08:00:00Z"));
    assert_eq!(scheduled["deliveries"][0]["state"], "pending");
    let unschedule = format!("/posts/{}/unschedule", id(&post));
    let draft = editor.at_version(Method::POST, &unschedule, &scheduled["version"], &Value::Null).await.expect(200);
    assert_eq!((draft["status"].as_str(), draft["schedule"].is_null()), (Some("draft"), true));
}

#[tokio::test]
async fn a_post_is_written_and_scheduled_in_one_request() {
    let team = team().await;
    let page = team.page().await;
    let input = |text: &str, local: &str| {
        let mut input = post_for(text, &[&page]);
        input["schedule"] = json!({ "local": local, "zone": "Europe/Berlin" });
        input
    };
    let march = next_year("03-01T09:00");
    let create = async |input: &Value| {
        let request = team.owner.request(Method::POST, "/posts").header("idempotency-key", "at-once");
        Answer::to(request.json(input)).await
    };
    let created = create(&input("In one go", &march)).await;
    assert_eq!(created.header("etag"), "\"1\"");
    let post = created.expect(201);
    assert_eq!((post["status"].as_str(), post["text"].as_str()), (Some("scheduled"), Some("In one go")));
    assert_eq!(post["schedule"]["at"], next_year("03-01T08:00:00Z"));
    assert_eq!((post["deliveries"][0]["state"].as_str(), post["revision"].as_u64()), (Some("pending"), Some(1)));
    assert_eq!(team.owner.get(&format!("/posts/{}", id(&post))).await.expect(200), post, "what is answered is stored");

    assert_eq!(create(&input("In one go", &march)).await.expect(201), post, "a repeat gets the same answer");
    create(&input("In one go", &next_year("03-02T09:00"))).await.problem(422, "idempotency-mismatch");
    create(&post_for("In one go", &[&page])).await.problem(422, "idempotency-mismatch");
    assert_eq!(team.owner.get("/posts").await.expect(200)["items"].as_array().map(Vec::len), Some(1));

    let audit = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
    let of_post = |entry: &&Value| entry["target"] == post["id"];
    let entries: Vec<_> = audit["items"].as_array().expect("entries").iter().filter(of_post).collect();
    assert_eq!(entries.len(), 1, "{audit}");
    assert_eq!(
        entries[0]["summary"],
        format!("Scheduled for {} Europe/Berlin", post["schedule"]["local"].as_str().expect("a time"))
    );
    let move_to = json!({ "local": next_year("04-01T09:00"), "zone": "Europe/Berlin" });
    let path = format!("/posts/{}/schedule", id(&post));
    let moved = team.owner.at_version(Method::POST, &path, &post["version"], &move_to).await.expect(200);
    assert_eq!(moved["schedule"]["at"], next_year("04-01T07:00:00Z"), "from then on it is a post like any other");
}

#[tokio::test]
async fn what_cannot_be_scheduled_at_once_is_not_stored() {
    let team = team().await;
    let page = team.page().await;
    let (author, editor) = (team.member("author").await, team.member("editor").await);
    let input = |text: &str, local: &str, zone: &str| {
        let mut input = post_for(text, &[&page]);
        input["schedule"] = json!({ "local": local, "zone": zone });
        input
    };
    let later = next_year("03-01T09:00");
    author.post("/posts", &input("Not mine to say", &later, "UTC")).await.problem(403, "forbidden");
    let past = editor.post("/posts", &input("Too late", "2020-01-01T09:00", "UTC")).await.problem(422, "time-in-past");
    assert!(past["choices"].as_array().is_some_and(|choices| !choices.is_empty()), "{past}");
    let unknown = editor.post("/posts", &input("Where?", &later, "Mars/Olympus")).await.problem(422, "rule-broken");
    assert_eq!(unknown["errors"][0]["pointer"], "/schedule/zone");
    let long = editor.post("/posts", &input(&"word ".repeat(3000), &later, "UTC")).await.problem(422, "rule-broken");
    assert_eq!(long["errors"][0]["pointer"], "/text");
    let mut nowhere = input("To nobody", &later, "UTC");
    nowhere["targets"] = json!([]);
    editor.post("/posts", &nowhere).await.problem(422, "rule-broken");
    let mut misspelt = input("When?", &later, "UTC");
    misspelt["schedule"]["zome"] = json!("UTC");
    editor.post("/posts", &misspelt).await.problem(400, "malformed-json");
    assert_eq!(team.owner.get("/posts").await.expect(200)["items"], json!([]));
    let written = author.post("/posts", &post_for("For review", &[&page])).await.expect(201);
    assert_eq!(written["status"], "draft", "an author writes as before");
}

#[tokio::test]
async fn strange_times_are_answered_with_choices() {
    let team = team().await;
    let page = team.page().await;
    let post = team.owner.post("/posts", &post_for("When?", &[&page])).await.expect(201);
    let path = format!("/posts/{}/schedule", id(&post));
    let at = |local: &str| json!({ "local": local, "zone": "Europe/Berlin" });
    let schedule = async |time: Value| team.owner.at_version(Method::POST, &path, &post["version"], &time).await;

    schedule(at("2020-01-01T09:00")).await.problem(422, "time-in-past");
    let gap = schedule(at(&format!("{}T02:30", clock_change(3)))).await.problem(422, "time-in-gap");
    assert!(gap["choices"].as_array().is_some_and(|choices| !choices.is_empty()), "{gap}");
    let twice = schedule(at(&format!("{}T02:30", clock_change(10)))).await.problem(422, "time-ambiguous");
    let choices = twice["choices"].as_array().expect("choices").clone();
    assert_eq!(choices.len(), 2, "{twice}");
    let chosen = &choices[1];
    let answer =
        json!({ "local": chosen["local"], "zone": chosen["zone"], "disambiguation": chosen["disambiguation"] });
    assert_eq!(schedule(answer).await.expect(200)["schedule"]["at"], chosen["at"]);
    let unknown = json!({ "local": next_year("01-01T09:00"), "zone": "Mars/Olympus" });
    let current = team.owner.get(&format!("/posts/{}", id(&post))).await.expect(200);
    let unknown = team.owner.at_version(Method::POST, &path, &current["version"], &unknown).await;
    assert_eq!(unknown.problem(422, "rule-broken")["errors"][0]["pointer"], "/zone");
}

#[tokio::test]
async fn the_dry_run_finds_every_problem_with_its_field() {
    let team = team().await;
    let page = team.page().await;
    let long = "word ".repeat(3000);
    let input = json!({ "text": long, "media": [], "targets": [{ "account_id": page, "text": null, "media": null }] });
    let verdict = team.owner.post("/posts/validate", &input).await.expect(200);
    assert_eq!(verdict["counts"][0]["account_id"], page);
    assert!(verdict["counts"][0]["used"].as_u64() > verdict["counts"][0]["limit"].as_u64(), "{verdict}");
    let problem = &verdict["problems"][0];
    for field in ["pointer", "code", "detail", "fix"] {
        assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {problem}");
    }
    let empty = json!({ "text": "", "media": [], "targets": [{ "account_id": page, "text": null, "media": null }] });
    let verdict = team.owner.post("/posts/validate", &empty).await.expect(200);
    assert!(!verdict["problems"].as_array().expect("problems").is_empty(), "nothing to say is a problem");
    let fine = team.owner.post("/posts/validate", &post_for("Fine", &[&page])).await.expect(200);
    assert!(
        fine["problems"].as_array().expect("problems").iter().all(|problem| problem["severity"] != "error"),
        "{fine}"
    );
}

#[tokio::test]
async fn the_calendar_lists_a_range_in_order_page_by_page() {
    let team = team().await;
    let page = team.page().await;
    for day in [3, 1, 2, 9] {
        let post = team.owner.post("/posts", &post_for(&format!("Day {day}"), &[&page])).await.expect(201);
        let time = json!({ "local": next_year(&format!("05-0{day}T10:00")), "zone": "UTC" });
        let path = format!("/posts/{}/schedule", id(&post));
        team.owner.at_version(Method::POST, &path, &post["version"], &time).await.expect(200);
    }
    team.owner.post("/posts", &post_for("No day yet", &[&page])).await.expect(201);
    let (from, to) = (next_year("05-01T00:00:00Z"), next_year("05-08T00:00:00Z"));
    let range = format!("/posts?from={from}&to={to}&limit=2");
    let first = team.owner.get(&range).await.expect(200);
    assert_eq!(each(&first, "excerpt"), ["Day 1", "Day 2"]);
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let second = team.owner.get(&format!("{range}&cursor={cursor}")).await.expect(200);
    assert_eq!(each(&second, "excerpt"), ["Day 3"]);
    assert!(second["next_cursor"].is_null());

    let drafts = team.owner.get("/posts?status=draft").await.expect(200);
    assert_eq!(each(&drafts, "excerpt"), ["No day yet"]);
    assert_eq!(each(&team.owner.get("/posts").await.expect(200), "excerpt").len(), 5);
    let other_filter = team.owner.get(&format!("/posts?status=scheduled&cursor={cursor}")).await;
    other_filter.problem(400, "bad-request");
    team.owner.get("/posts?limit=nonsense").await.problem(400, "bad-request");
}

#[tokio::test]
async fn a_copy_is_a_draft_of_its_own() {
    let team = team().await;
    let page = team.page().await;
    let post = team.owner.post("/posts", &post_for("Again", &[&page])).await.expect(201);
    let copy = team.owner.post(&format!("/posts/{}/duplicate", id(&post)), &Value::Null).await.expect(201);
    assert_ne!(copy["id"], post["id"]);
    assert_eq!((copy["text"].as_str(), copy["status"].as_str()), (Some("Again"), Some("draft")));
}

#[tokio::test]
async fn unknown_accounts_are_refused_with_their_field() {
    let (team, stranger) = (team().await, team().await);
    let foreign = stranger.page().await;
    let missing = foreign.replace(&foreign[4..10], "01AAAA");
    for account in [foreign, missing] {
        let refused = team.owner.post("/posts", &post_for("Whose?", &[&account])).await;
        let problem = refused.problem(422, "rule-broken");
        assert_eq!(problem["errors"][0]["pointer"], "/targets/0/account_id", "{problem}");
    }
}
