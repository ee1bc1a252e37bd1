//! Posts from a spreadsheet: looked at first, made once, by whom and of what is theirs.

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::film::film;
use tests::person::{Person, Team, upload};
use tests::picture::picture;

use super::consent::{self, connect, ways};
use super::{clock_change, each, id, next_year, team};

fn sheet(csv: &str) -> Value {
    json!({ "csv": csv, "zone": "Europe/Berlin", "accounts": [] })
}

async fn dry_run(person: &Person, sheet: &Value) -> Value {
    let mut sheet = sheet.clone();
    sheet["dry_run"] = json!(true);
    person.post("/posts/import", &sheet).await.expect(200)
}

async fn import(person: &Person, key: &str, sheet: &Value) -> Answer {
    let request = person.request(Method::POST, "/posts/import").header("idempotency-key", key);
    Answer::to(request.json(sheet)).await
}

async fn posts(team: &Team) -> Vec<Value> {
    team.owner.get("/posts?limit=500").await.expect(200)["items"].as_array().expect("items").clone()
}

fn rows<'a>(report: &'a Value, field: &str) -> Vec<&'a Value> {
    report["rows"].as_array().expect("rows").iter().map(|row| &row[field]).collect()
}

/// The codes of a row's problems, each behind its pointer.
fn told(report: &Value, row: usize) -> Vec<String> {
    let problems = report["rows"][row]["problems"].as_array().expect("problems").iter();
    let text = |problem: &Value, field: &str| problem[field].as_str().expect("text").to_owned();
    problems.map(|problem| format!("{} {}", text(problem, "pointer"), text(problem, "code"))).collect()
}

/// Two posts with a time and a draft, for the page.
fn three() -> String {
    let (first, second) = (next_year("03-01 09:00"), next_year("03-02T10:30"));
    format!(
        "Text;When;Accounts;Note\r\n\"Hello; \"\"world\"\"\r\nand all\";{first};page;x\r\nAgain;{second};page;\r\nLater;;page;\r\n"
    )
}

#[tokio::test]
async fn a_dry_run_tells_of_each_row_and_makes_nothing() {
    let team = team().await;
    let page = team.page().await;
    let report = dry_run(&team.owner, &sheet(&three())).await;
    assert_eq!(rows(&report, "state"), ["ready"; 3]);
    assert_eq!(rows(&report, "line"), [2, 4, 5]);
    assert_eq!(rows(&report, "excerpt"), ["Hello; \"world\" and all", "Again", "Later"]);
    assert_eq!(report["rows"][0]["schedule"]["at"], next_year("03-01T08:00:00Z"));
    assert_eq!(report["rows"][2]["schedule"], Value::Null);
    assert_eq!(rows(&report, "accounts"), [&json!([page]); 3]);
    assert_eq!(report["problems"][0]["code"], "column-unknown");
    let counts = json!({ "rows": 3, "ready": 3, "faulty": 0, "made": 0, "left": 0, "drafts": 1, "scheduled": 2 });
    assert_eq!(report["counts"], counts);
    assert!(posts(&team).await.is_empty());
}

#[tokio::test]
async fn every_problem_is_told_at_its_cell_and_stops_everything() {
    let team = team().await;
    team.page().await;
    let (day, gap) = (next_year("03-01"), clock_change(3));
    let csv = format!(
        "text,date,time,zone,accounts,media\n\
         Fine,{day},09:00,,page,\n\
         Nowhere,{day},09:00,,bluesky:nobody,\n\
         Skipped,{gap},02:30,,page,\n\
         Past,2020-01-01,09:00,,page,\n\
         Nothing chosen,{day},09:00,,,\n\
         {},{day},09:00,,page,\n\
         No such picture,,,,page,gone.png\n\
         A draft for nobody,,,,,\n\
         Fine,{day},09:00,,page,\n",
        "word ".repeat(3000)
    );
    let report = dry_run(&team.owner, &sheet(&csv)).await;
    assert_eq!(told(&report, 0), [""; 0]);
    assert_eq!(told(&report, 1), ["/rows/1/accounts account-unknown"]);
    assert_eq!(told(&report, 2), ["/rows/2/time time-in-gap"]);
    assert_eq!(told(&report, 3), ["/rows/3/date time-in-past"]);
    assert_eq!(told(&report, 4), ["/rows/4/targets targets-missing"]);
    assert_eq!(told(&report, 5), ["/rows/5/text text-too-long"]);
    assert_eq!(told(&report, 6), ["/rows/6/media file-unknown"]);
    assert_eq!(told(&report, 7), ["/rows/7/targets targets-missing"], "advice for a draft");
    assert_eq!(told(&report, 8), ["/rows/8 row-twice"]);
    let states = ["ready", "faulty", "faulty", "faulty", "faulty", "faulty", "faulty", "ready", "ready"];
    assert_eq!(rows(&report, "state"), states);
    assert!(report["rows"][1]["problems"][0]["fix"].as_str().is_some_and(|fix| fix.contains("page:")), "{report}");

    let refused = import(&team.owner, "with-faults", &sheet(&csv)).await.problem(422, "rule-broken");
    let errors = refused["errors"].as_array().expect("errors");
    assert!(errors.iter().any(|problem| problem["pointer"] == "/rows/2/time"), "{refused}");
    assert!(posts(&team).await.is_empty(), "not even the rows that are fine");

    let unreadable = dry_run(&team.owner, &sheet("Hello\nworld\n")).await;
    assert_eq!(unreadable["problems"][0]["code"], "column-text-missing");
    assert_eq!(unreadable["rows"], json!([]));
    import(&team.owner, "unreadable", &sheet("Hello\nworld\n")).await.problem(422, "rule-broken");
    let nowhere = json!({ "csv": three(), "zone": "Mars/Base", "accounts": [] });
    let refused = import(&team.owner, "nowhere", &nowhere).await.problem(422, "rule-broken");
    assert_eq!(refused["errors"][0]["pointer"], "/zone");
}

#[tokio::test]
async fn a_sheet_is_imported_once_however_often_it_is_sent() {
    let team = team().await;
    team.page().await;
    let sheet = sheet(&three());
    team.owner.post("/posts/import", &sheet).await.problem(400, "bad-request");
    let (one, other) = tokio::join!(import(&team.owner, "once", &sheet), import(&team.owner, "once", &sheet));
    let (one, other) = (one.expect(200), other.expect(200));
    assert_eq!(rows(&one, "state"), ["made"; 3]);
    assert_eq!(rows(&one, "post_id"), rows(&other, "post_id"), "two at once");
    assert_eq!(import(&team.owner, "once", &sheet).await.expect(200), one, "and again");
    let stored = posts(&team).await;
    assert_eq!(stored.len(), 3);
    let mut ids: Vec<&str> = stored.iter().map(id).collect();
    let mut made: Vec<&str> = rows(&one, "post_id").into_iter().filter_map(Value::as_str).collect();
    ids.sort_unstable();
    made.sort_unstable();
    assert_eq!(ids, made);

    let first =
        team.owner.get(&format!("/posts/{}", one["rows"][0]["post_id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(
        (first["status"].as_str(), first["text"].as_str()),
        (Some("scheduled"), Some("Hello; \"world\"\nand all"))
    );
    assert_eq!(first["deliveries"][0]["state"], "pending");
    let draft =
        team.owner.get(&format!("/posts/{}", one["rows"][2]["post_id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!((draft["status"].as_str(), draft["targets"].as_array().map(Vec::len)), (Some("draft"), Some(1)));
    let audit = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
    assert_eq!(each(&audit, "action").iter().filter(|action| **action == "post.create").count(), 3);

    let again = dry_run(&team.owner, &sheet).await;
    assert_eq!(told(&again, 0), ["/rows/0 post-there"], "under another key it would be made again");
}

#[tokio::test]
async fn an_import_that_broke_off_goes_on_where_it_was() {
    let team = team().await;
    team.page().await;
    let time = next_year("03-01 09:00");
    let csv = |rows: &[&str]| sheet(&format!("text,when,accounts\n{}\n", rows.join("\n")));
    let (one, two) = (format!("One,{time},page"), format!("Two,{time},page"));
    let begun = import(&team.owner, "broken-off", &csv(&[&one, &two])).await.expect(200);
    // What follows is what a request that broke off behind the second row left to do; one row is at fault by now.
    let rest = csv(&[&one, &two, &format!("Three,{time},page"), "Four,2020-01-01 09:00,page", "Five,,"]);
    let report = import(&team.owner, "broken-off", &rest).await.expect(200);
    assert_eq!(rows(&report, "state"), ["made", "made", "made", "faulty", "made"]);
    assert_eq!(rows(&report, "post_id")[..2], rows(&begun, "post_id")[..]);
    assert_eq!(told(&report, 3), ["/rows/3/when time-in-past"]);
    assert_eq!(posts(&team).await.len(), 4);
    let mut dry = rest.clone();
    dry["dry_run"] = json!(true);
    let dry = import(&team.owner, "broken-off", &dry).await.expect(200);
    assert_eq!(rows(&dry, "state"), ["made", "made", "made", "faulty", "made"], "a dry run knows what is there");
    // Mended in its place, it is made beside them.
    let mended = csv(&[&one, &two, &format!("Three,{time},page"), &format!("Four,{time},page"), "Five,,"]);
    let report = import(&team.owner, "broken-off", &mended).await.expect(200);
    assert_eq!(rows(&report, "state"), ["made"; 5]);
    assert_eq!(posts(&team).await.len(), 5);
    // A row that is there is not another one.
    let other = csv(&["One and a half,,page", &two]);
    import(&team.owner, "broken-off", &other).await.problem(422, "idempotency-mismatch");
    assert_eq!(posts(&team).await.len(), 5);
}

#[tokio::test]
async fn authors_import_drafts_and_viewers_nothing() {
    let team = team().await;
    let page = team.page().await;
    let anonymous = Person::anonymous(&team.owner.origin);
    anonymous.post("/posts/import", &sheet(&three())).await.problem(401, "not-signed-in");
    let viewer = team.member("viewer").await;
    import(&viewer, "viewer", &sheet(&three())).await.problem(403, "forbidden");
    let mut dry = sheet(&three());
    dry["dry_run"] = json!(true);
    viewer.post("/posts/import", &dry).await.problem(403, "forbidden");

    let author = team.member("author").await;
    let report = dry_run(&author, &sheet(&three())).await;
    assert_eq!(told(&report, 0), ["/rows/0/when schedule-not-allowed"]);
    assert_eq!(rows(&report, "state"), ["faulty", "faulty", "ready"]);
    import(&author, "author", &sheet(&three())).await.problem(403, "forbidden");
    let drafts = json!({ "csv": "text\nOne\nTwo\n", "zone": "UTC", "accounts": [page] });
    let report = import(&author, "author", &drafts).await.expect(200);
    assert_eq!((rows(&report, "state"), rows(&report, "accounts")), (vec![&json!("made"); 2], vec![&json!([page]); 2]));
    let editor = team.member("editor").await;
    import(&editor, "editor", &sheet(&three())).await.expect(200);
    assert_eq!(posts(&team).await.len(), 5);
}

#[tokio::test]
async fn what_another_organization_has_is_unknown() {
    let (team, stranger) = (team().await, team().await);
    let (theirs, own) = (team.page().await, stranger.page().await);
    let file = upload(&team.owner, "theirs.png", "image/png", picture(9, 9, ImageFormat::Png)).await;
    let never = "acc_01ZZZZZZZZZZZZZZZZZZZZZZZZ";
    let of = |account: &str, media: &str| sheet(&format!("text,accounts,media\nMine,{account},{media}\n"));
    let foreign = dry_run(&stranger.owner, &of(&theirs, id(&file))).await;
    let absent = dry_run(&stranger.owner, &of(never, "fil_01ZZZZZZZZZZZZZZZZZZZZZZZZ")).await;
    assert_eq!(told(&foreign, 0), ["/rows/0/accounts account-unknown", "/rows/0/media file-unknown"]);
    let blind =
        |report: &Value, names: [&str; 2]| names.iter().fold(report.to_string(), |text, name| text.replace(name, "x"));
    let never_file = "fil_01ZZZZZZZZZZZZZZZZZZZZZZZZ";
    assert_eq!(blind(&foreign, [&theirs, id(&file)]), blind(&absent, [never, never_file]), "as what never was");
    let named = dry_run(&stranger.owner, &of("page", "theirs.png")).await;
    assert_eq!(named["rows"][0]["accounts"], json!([own]), "a name is one's own");
    assert_eq!(told(&named, 0), ["/rows/0/media file-unknown"]);
    let mut usual = sheet("text\nMine\n");
    usual["accounts"] = json!([theirs]);
    let report = dry_run(&stranger.owner, &usual).await;
    assert_eq!(told(&report, 0), ["/rows/0/targets/0/account_id account-unknown"]);
    import(&stranger.owner, "foreign", &usual).await.problem(422, "rule-broken");
    assert!(posts(&stranger).await.is_empty() && posts(&team).await.is_empty());
}

#[tokio::test]
async fn many_rows_share_a_picture_of_the_library() {
    let team = team().await;
    team.page().await;
    let file = upload(&team.owner, "work.png", "image/png", picture(64, 48, ImageFormat::Png)).await;
    let time = next_year("03-01 09:00");
    let rows_of = |count: usize| (0..count).map(|row| format!("Row {row},{time},page,WORK.png\n")).collect::<String>();
    let csv = format!("text,when,accounts,media\n{}", rows_of(40));
    let report = import(&team.owner, "a-shared-picture", &sheet(&csv)).await.expect(200);
    assert_eq!(report["counts"]["made"], 40, "{report}");
    assert_eq!(rows(&report, "media"), [&json!([id(&file)]); 40]);
    let post = report["rows"][39]["post_id"].as_str().expect("an id");
    let post = team.owner.get(&format!("/posts/{post}")).await.expect(200);
    assert_eq!((post["media"][0]["file_id"].as_str(), post["text"].as_str()), (Some(id(&file)), Some("Row 39")));
    let too_many = format!("text,when,accounts,media\n{}", rows_of(201));
    let report = dry_run(&team.owner, &sheet(&too_many)).await;
    assert_eq!(report["problems"][0]["code"], "sheet-too-long");
}

/// The accounts of these networks, each network's first way.
async fn connected(team: &Team, platforms: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for platform in platforms {
        let way = &ways(&team.owner, platform).await[0];
        ids.push(id(&connect(&team.owner, platform, way).await[0]).to_owned());
    }
    ids
}

/// What an account's network offers for a setting, the first of it: its value and its name.
async fn offered(team: &Team, account: &str, setting: &str) -> (String, String) {
    let offers = team.owner.get(&format!("/accounts/{account}/offers")).await.expect(200);
    let first = &offers["choices"][setting][0];
    let text = |field: &str| first[field].as_str().expect("text").to_owned();
    (text("value"), text("label"))
}

#[tokio::test]
async fn a_sheet_says_what_networks_want_to_know_and_describes_its_files() {
    let team = consent::team().await;
    let ids = connected(&team, &["tiktok", "youtube", "pinterest"]).await;
    let video = upload(&team.owner, "kiln.mp4", "video/mp4", film()).await;
    let bowl = upload(&team.owner, "bowl.png", "image/png", picture(640, 640, ImageFormat::Png)).await;
    let columns = "text,when,accounts,media,alt,tiktok.privacy,YouTube title,youtube.made_for_kids,pinterest.board";
    let time = next_year("03-01 09:00");
    let csv = |board: &str| {
        sheet(&format!(
            "{columns}\n\
             The kiln opens,{time},tiktok; youtube,kiln.mp4,Hands at a kiln,only you,Kiln day,NO,\n\
             A bowl,{time},pinterest,bowl.png,A blue bowl,,,,{board}\n"
        ))
    };
    let report = dry_run(&team.owner, &csv("Somewhere")).await;
    assert_eq!(told(&report, 0), ["/rows/0/tiktok.privacy choices-unknown"], "TikTok was never asked");
    assert_eq!(told(&report, 1), ["/rows/1/pinterest.board choices-unknown"]);
    offered(&team, &ids[0], "privacy").await;
    let (board, name) = offered(&team, &ids[2], "board").await;
    let report = dry_run(&team.owner, &csv("Somewhere")).await;
    assert_eq!(told(&report, 1), ["/rows/1/pinterest.board setting-choice"]);
    let fix = report["rows"][1]["problems"][0]["fix"].as_str().expect("a fix");
    assert!(fix.contains(&name), "{fix}");

    let sheet = csv(&name.to_uppercase());
    let report = dry_run(&team.owner, &sheet).await;
    assert_eq!(rows(&report, "state"), ["ready"; 2], "{report}");
    assert_eq!(rows(&report, "alts"), [&json!(["Hands at a kiln"]), &json!(["A blue bowl"])]);
    assert_eq!(report["rows"][1]["settings"], json!({ "pinterest.board": name.to_uppercase() }));
    let undescribed = team.owner.get(&format!("/media/{}", id(&bowl))).await.expect(200);
    assert_eq!(undescribed["alt"], "", "a dry run describes nothing");

    let report = import(&team.owner, "with-settings", &sheet).await.expect(200);
    assert_eq!((&report["counts"]["made"], &report["counts"]["scheduled"]), (&json!(2), &json!(2)), "{report}");
    let mut posts = Vec::new();
    for row in 0..2 {
        let post = report["rows"][row]["post_id"].as_str().expect("an id");
        posts.push(team.owner.get(&format!("/posts/{post}")).await.expect(200));
    }
    let settings = |post: &Value, account: &str| {
        let targets = post["targets"].as_array().expect("targets").iter();
        targets.clone().find(|target| target["account_id"] == account).expect("the target")["settings"].clone()
    };
    assert_eq!(settings(&posts[0], &ids[0]), json!({ "privacy": "SELF_ONLY" }));
    assert_eq!(settings(&posts[0], &ids[1]), json!({ "title": "Kiln day", "made_for_kids": "no" }));
    assert_eq!(settings(&posts[1], &ids[2]), json!({ "board": board }));
    assert_eq!((&posts[0]["status"], &posts[1]["status"]), (&json!("scheduled"), &json!("scheduled")));
    assert_eq!(posts[1]["media"][0]["alt"], "A blue bowl", "the post has the description that it was made with");
    let described = team.owner.get(&format!("/media/{}", id(&video))).await.expect(200);
    assert_eq!(described["alt"], "Hands at a kiln");
    assert_eq!(import(&team.owner, "with-settings", &sheet).await.expect(200), report, "and again");
    let audit = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
    assert_eq!(each(&audit, "action").iter().filter(|action| **action == "media.update").count(), 2, "once each");
}

#[tokio::test]
async fn what_cells_say_of_networks_and_files_is_judged_at_its_cell() {
    let team = consent::team().await;
    team.page().await;
    connected(&team, &["tiktok", "youtube"]).await;
    upload(&team.owner, "kiln.mp4", "video/mp4", film()).await;
    let bowl = upload(&team.owner, "bowl.png", "image/png", picture(640, 640, ImageFormat::Png)).await;
    let first = "text,accounts,media,alt\nHello,page,bowl.png,A blue bowl\n";
    import(&team.owner, "a-bowl", &sheet(first)).await.expect(200);
    let time = next_year("03-01 09:00");
    let csv = format!(
        "text,when,accounts,media,alt,youtube.title,youtube.made_for_kids,youtube.privacy\n\
         No title,{time},youtube,kiln.mp4,A kiln,,no,\n\
         A title for nobody,{time},page,,,Kiln day,,\n\
         Too long,{time},youtube,kiln.mp4,,{},no,\n\
         Not offered,{time},youtube,kiln.mp4,,Kiln day,no,friends\n\
         Another bowl,,page,bowl.png,A green bowl,,,\n\
         Too many,,page,bowl.png,A blue bowl; from above,,,\n\
         Just a draft,,youtube,,,,,\n",
        "k".repeat(101)
    );
    let report = dry_run(&team.owner, &sheet(&csv)).await;
    assert_eq!(told(&report, 0), ["/rows/0/targets/0/settings/title setting-missing"]);
    let fix = report["rows"][0]["problems"][0]["fix"].as_str().expect("a fix");
    assert!(fix.contains("“youtube.title”"), "{fix}");
    assert_eq!(told(&report, 1), ["/rows/1/youtube.title setting-without-account"]);
    assert_eq!(told(&report, 2), ["/rows/2/targets/0/settings/title setting-too-long"]);
    assert_eq!(told(&report, 3), ["/rows/3/youtube.privacy setting-choice"]);
    assert_eq!(told(&report, 4), ["/rows/4/alt alt-differs"]);
    assert_eq!(told(&report, 5), ["/rows/5/alt alt-too-many"]);
    assert_eq!(report["rows"][6]["state"], "ready", "a draft may lack what the network needs");
    import(&team.owner, "with-faults", &sheet(&csv)).await.problem(422, "rule-broken");
    let kept = team.owner.get(&format!("/media/{}", id(&bowl))).await.expect(200);
    assert_eq!(kept["alt"], "A blue bowl", "no text is replaced");
    let report = dry_run(&team.owner, &sheet("text,tiktok.privcy\nHello,x\n")).await;
    assert_eq!(report["problems"][0]["code"], "column-setting-unknown");
}

#[tokio::test]
async fn a_row_becomes_what_its_form_says() {
    let team = consent::team().await;
    let ids = connected(&team, &["instagram", "facebook"]).await;
    upload(&team.owner, "bowl.jpg", "image/jpeg", picture(640, 640, ImageFormat::Jpeg)).await;
    let accounts = ids.join(";");
    let csv =
        |form: &str| sheet(&format!("text,accounts,media,alt,form\nA bowl,{accounts},bowl.jpg,A blue bowl,{form}\n"));
    let report = dry_run(&team.owner, &csv("clip")).await;
    assert_eq!(told(&report, 0), ["/rows/0/form form-unknown"]);

    let report = import(&team.owner, "with-forms", &csv("story; facebook: post")).await.expect(200);
    assert_eq!(report["rows"][0]["form"], "story; facebook: post");
    let post = report["rows"][0]["post_id"].as_str().expect("an id");
    let post = team.owner.get(&format!("/posts/{post}")).await.expect(200);
    let form = |account: &str| {
        let mut targets = post["targets"].as_array().expect("targets").iter();
        targets.find(|target| target["account_id"] == account).expect("the target")["format"].clone()
    };
    assert_eq!((form(&ids[0]), form(&ids[1])), (json!("story"), json!("post")), "{post}");
}
