//! Media: uploading, checking, the library.

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use tests::person::{put, upload};
use tests::picture::picture;

use super::{each, id, next_year, post_for, team};

#[tokio::test]
async fn a_picture_is_uploaded_checked_and_read_back() {
    let team = team().await;
    let bytes = picture(640, 480, ImageFormat::Jpeg);
    let file = upload(&team.owner, "sunrise.jpg", "image/jpeg", bytes.clone()).await;
    assert_eq!((file["status"].as_str(), file["type"].as_str()), (Some("ready"), Some("image/jpeg")));
    assert_eq!((file["width"].as_u64(), file["height"].as_u64()), (Some(640), Some(480)));
    let read = reqwest::get(file["url"].as_str().expect("an address")).await.expect("an answer");
    assert_eq!(read.headers()["content-type"], "image/jpeg");
    assert_eq!(read.bytes().await.expect("a body").len(), bytes.len());
    let thumb = reqwest::get(file["thumb_url"].as_str().expect("a thumbnail")).await.expect("an answer");
    assert!(thumb.status().is_success());
    assert!(thumb.bytes().await.expect("a body").len() < bytes.len());
}

#[tokio::test]
async fn every_kind_of_picture_is_understood() {
    let team = team().await;
    let kinds = [("png", ImageFormat::Png), ("webp", ImageFormat::WebP), ("gif", ImageFormat::Gif)];
    for (name, format) in kinds {
        let file = upload(&team.owner, &format!("a.{name}"), &format!("image/{name}"), picture(30, 20, format)).await;
        assert_eq!((file["width"].as_u64(), file["height"].as_u64()), (Some(30), Some(20)), "{name}");
    }
}

#[tokio::test]
async fn what_was_not_announced_is_refused() {
    let team = team().await;
    let announce = async |kind: &str, size: usize| {
        team.owner.post("/media", &json!({ "name": "a", "type": kind, "size": size })).await
    };
    announce("text/html", 10).await.problem(422, "rule-broken");
    announce("image/png", 21 * 1024 * 1024).await.problem(413, "too-large");

    let bytes = picture(20, 20, ImageFormat::Png);
    let announced = announce("image/png", bytes.len()).await.expect(201);
    assert!(put(&announced["upload"], [bytes.clone(), vec![0]].concat()).await >= 400, "longer than announced");

    let complete = format!("/media/{}/complete", id(&announced["file"]));
    let nothing = team.owner.post(&complete, &Value::Null).await;
    assert!(matches!(nothing.status, 409 | 422), "nothing was uploaded: {}", nothing.text);

    let disguised = b"<script>alert(1)</script>".to_vec();
    let announced = announce("image/png", disguised.len()).await.expect(201);
    assert_eq!(put(&announced["upload"], disguised).await, 200);
    let complete = format!("/media/{}/complete", id(&announced["file"]));
    team.owner.post(&complete, &Value::Null).await.problem(422, "rule-broken");
}

#[tokio::test]
async fn the_library_is_searched_described_and_emptied() {
    let team = team().await;
    let mut files = Vec::new();
    for name in ["harbour.png", "hill.png", "house.png"] {
        files.push(upload(&team.owner, name, "image/png", picture(10, 10, ImageFormat::Png)).await);
    }
    let all = team.owner.get("/media").await.expect(200);
    assert_eq!(each(&all, "name"), ["house.png", "hill.png", "harbour.png"], "newest first");
    assert_eq!(each(&team.owner.get("/media?q=HILL").await.expect(200), "name"), ["hill.png"]);
    let first = team.owner.get("/media?limit=2").await.expect(200);
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let rest = team.owner.get(&format!("/media?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(each(&rest, "name"), ["harbour.png"]);

    let path = format!("/media/{}", id(&files[0]));
    let alt = json!({ "alt": "Boats at anchor" });
    let described = team.owner.at_version(Method::PATCH, &path, &files[0]["version"], &alt).await.expect(200);
    assert_eq!(described["alt"], "Boats at anchor");
    team.owner.at_version(Method::PATCH, &path, &files[0]["version"], &alt).await.problem(412, "stale-version");
    team.owner.delete(&path).await.expect(204);
    team.owner.get(&path).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_file_stays_while_a_pending_post_uses_it() {
    let team = team().await;
    let page = team.page().await;
    let file = upload(&team.owner, "kept.png", "image/png", picture(10, 10, ImageFormat::Png)).await;
    let mut input = post_for("With a picture", &[&page]);
    input["media"] = json!([id(&file)]);
    let post = team.owner.post("/posts", &input).await.expect(201);
    let time = json!({ "local": next_year("06-01T09:00"), "zone": "UTC" });
    let schedule = format!("/posts/{}/schedule", id(&post));
    let post = team.owner.at_version(Method::POST, &schedule, &post["version"], &time).await.expect(200);
    let path = format!("/media/{}", id(&file));
    team.owner.delete(&path).await.problem(409, "in-use");
    let remove = format!("/posts/{}", id(&post));
    team.owner.at_version(Method::DELETE, &remove, &post["version"], &Value::Null).await.expect(204);
    team.owner.delete(&path).await.expect(204);
}

#[tokio::test]
async fn a_cover_is_checked_kept_and_not_deleted_under_its_post() {
    let team = team().await;
    let page = team.page().await;
    let file = upload(&team.owner, "cover.png", "image/png", picture(10, 10, ImageFormat::Png)).await;
    let with = |cover: Value| {
        let mut input = post_for("With a cover", &[&page]);
        input["targets"][0]["cover"] = cover;
        input
    };
    let chosen = json!({ "media_id": id(&file) });
    let verdict = team.owner.post("/posts/validate", &with(chosen.clone())).await.expect(200);
    assert_eq!(each(&json!({ "items": verdict["problems"] }), "pointer"), ["/targets/0/cover"]);
    assert_eq!(verdict["problems"][0]["code"], "cover-not-offered");
    for wrong in [json!({}), json!({ "at_ms": 5, "media_id": id(&file) }), json!({ "at_ms": -1 }), json!("first")] {
        team.owner.post("/posts", &with(wrong)).await.problem(400, "malformed-json");
    }
    let gone = with(json!({ "media_id": "fil_01JD0000000000000000000099" }));
    let refused = team.owner.post("/posts", &gone).await.problem(422, "rule-broken");
    assert_eq!(refused["errors"][0]["pointer"], "/targets/0/cover/media_id");

    let post = team.owner.post("/posts", &with(chosen.clone())).await.expect(201);
    assert_eq!((&post["targets"][0]["cover"], &post["files"][0]["file_id"]), (&chosen, &file["id"]));
    let path = format!("/media/{}", id(&file));
    team.owner.delete(&path).await.problem(409, "in-use");
    let duplicate = format!("/posts/{}/duplicate", id(&post));
    let copy = team.owner.post(&duplicate, &Value::Null).await.expect(201);
    assert_eq!(copy["targets"][0]["cover"], chosen);

    let moment = with(json!({ "at_ms": 1500 }));
    for post in [&post, &copy] {
        let path = format!("/posts/{}", id(post));
        let changed = team.owner.at_version(Method::PUT, &path, &post["version"], &moment).await.expect(200);
        assert_eq!(changed["targets"][0]["cover"], json!({ "at_ms": 1500 }));
    }
    team.owner.delete(&path).await.expect(204);
}

const SRT: &str = "application/x-subrip";

#[tokio::test]
async fn subtitles_are_told_by_their_content() {
    let team = team().await;
    let srt = b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,500\r\nThe harbour\r\n".to_vec();
    let file = upload(&team.owner, "harbour.srt", SRT, srt.clone()).await;
    assert_eq!((file["status"].as_str(), file["type"].as_str()), (Some("ready"), Some(SRT)));
    assert!(file["thumb_url"].is_null() && file["pages"].is_null());
    let read = reqwest::get(file["url"].as_str().expect("an address")).await.expect("an answer");
    assert_eq!(read.headers()["content-type"], SRT);
    assert_eq!(read.bytes().await.expect("a body"), srt);
    let vtt = b"WEBVTT\n\n00:01.000 --> 00:02.500\nDer Hafen\n".to_vec();
    upload(&team.owner, "hafen.vtt", "text/vtt", vtt.clone()).await;
    assert_eq!(each(&team.owner.get("/media?q=.srt").await.expect(200), "name"), ["harbour.srt"]);

    let latin = b"1\n00:00:01,000 --> 00:00:02,500\nGr\xfc\xdfe\n".to_vec();
    let silent = b"WEBVTT\n\nNOTE to be written\n".to_vec();
    for (kind, bytes, code) in [
        (SRT, vtt, "type-differs"),
        (SRT, b"%PDF-1.7\n%%EOF".to_vec(), "type-differs"),
        (SRT, latin, "subtitles-encoding"),
        ("text/vtt", silent, "subtitles-empty"),
    ] {
        let announced = json!({ "name": "a", "type": kind, "size": bytes.len() });
        let announced = team.owner.post("/media", &announced).await.expect(201);
        assert_eq!(put(&announced["upload"], bytes).await, 200);
        let complete = format!("/media/{}/complete", id(&announced["file"]));
        let refused = team.owner.post(&complete, &Value::Null).await.problem(422, "rule-broken");
        assert_eq!(refused["errors"][0]["code"], code);
    }
    let large = json!({ "name": "a", "type": SRT, "size": 1024 * 1024 + 1 });
    team.owner.post("/media", &large).await.problem(413, "too-large");
}

#[tokio::test]
async fn subtitles_are_checked_kept_and_not_deleted_under_their_post() {
    let team = team().await;
    let page = team.page().await;
    let srt = b"1\n00:00:01,000 --> 00:00:02,500\nThe harbour\n".to_vec();
    let file = upload(&team.owner, "harbour.srt", SRT, srt).await;
    let with = |subtitles: Value| {
        let mut input = post_for("With subtitles", &[&page]);
        input["targets"][0]["subtitles"] = subtitles;
        input
    };
    let chosen = json!([{ "media_id": id(&file), "language": "en" }]);
    let verdict = team.owner.post("/posts/validate", &with(chosen.clone())).await.expect(200);
    assert_eq!(each(&json!({ "items": verdict["problems"] }), "pointer"), ["/targets/0/subtitles"]);
    assert_eq!(verdict["problems"][0]["code"], "subtitles-not-offered");
    let mut attached = post_for("Attached", &[&page]);
    attached["media"] = json!([id(&file)]);
    let verdict = team.owner.post("/posts/validate", &attached).await.expect(200);
    assert_eq!(each(&json!({ "items": verdict["problems"] }), "code"), ["subtitles-attached"]);
    for wrong in [json!([{}]), json!([{ "media_id": id(&file) }]), json!("en"), json!([{ "language": "en" }])] {
        team.owner.post("/posts", &with(wrong)).await.problem(400, "malformed-json");
    }
    let gone = with(json!([{ "media_id": "fil_01JD0000000000000000000099", "language": "en" }]));
    let refused = team.owner.post("/posts", &gone).await.problem(422, "rule-broken");
    assert_eq!(refused["errors"][0]["pointer"], "/targets/0/subtitles/0/media_id");

    let post = team.owner.post("/posts", &with(chosen.clone())).await.expect(201);
    assert_eq!((&post["targets"][0]["subtitles"], &post["files"][0]["file_id"]), (&chosen, &file["id"]));
    let path = format!("/media/{}", id(&file));
    team.owner.delete(&path).await.problem(409, "in-use");
    let duplicate = format!("/posts/{}/duplicate", id(&post));
    let copy = team.owner.post(&duplicate, &Value::Null).await.expect(201);
    assert_eq!(copy["targets"][0]["subtitles"], chosen);
    for post in [&post, &copy] {
        let path = format!("/posts/{}", id(post));
        let without = with(json!([]));
        let changed = team.owner.at_version(Method::PUT, &path, &post["version"], &without).await.expect(200);
        assert_eq!(changed["targets"][0]["subtitles"], json!([]));
    }
    team.owner.delete(&path).await.expect(204);
}
