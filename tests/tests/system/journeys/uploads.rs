//! Uploads that go wrong, late or twice, and films.

use domain::media::{DOC, DOCX, PPT, PPTX};
use image::ImageFormat;
use serde_json::{Value, json};
use tests::film::{boxed, film};
use tests::office::{office, old_office};
use tests::person::{Person, put, upload};
use tests::picture::picture;

use super::{each, id, team};

/// Announces and sends a file, without completing it: the announcement and where to complete it.
async fn sent(person: &Person, mime: &str, bytes: Vec<u8>) -> (Value, String) {
    let announced = json!({ "name": "a", "type": mime, "size": bytes.len() });
    let announced = person.post("/media", &announced).await.expect(201);
    assert_eq!(put(&announced["upload"], bytes).await, 200);
    let complete = format!("/media/{}/complete", id(&announced["file"]));
    (announced, complete)
}

#[tokio::test]
async fn a_film_is_measured() {
    let team = team().await;
    let file = upload(&team.owner, "film.mp4", "video/mp4", film()).await;
    assert_eq!((file["width"].as_u64(), file["height"].as_u64()), (Some(1080), Some(1920)), "{file}");
    assert_eq!((file["duration_ms"].as_u64(), &file["thumb_url"]), (Some(2500), &Value::Null), "{file}");
}

/// The same film as a camera of another make writes it, with sound.
fn quick_film() -> Vec<u8> {
    let sound = boxed(b"trak", &boxed(b"mdia", &boxed(b"hdlr", b"\0\0\0\0mhlrsoun\0\0\0\0\0\0\0\0\0\0\0\0\0")));
    let film = film();
    let at = film.windows(4).position(|kind| kind == b"moov").expect("a description") - 4;
    let moov = boxed(b"moov", &[&film[at + 8..], &sound].concat());
    [&boxed(b"ftyp", b"qt  \0\0\0\0qt  ")[..], &boxed(b"wide", b""), &boxed(b"mdat", &vec![7; 300_000]), &moov].concat()
}

#[tokio::test]
async fn a_quicktime_film_and_a_document_are_taken() {
    let team = team().await;
    let film = upload(&team.owner, "film.mov", "video/quicktime", quick_film()).await;
    assert_eq!((film["width"].as_u64(), &film["audio"]), (Some(1080), &json!(true)), "{film}");
    let pages = b"%PDF-1.4\n1 0 obj <</Type/Pages/Kids[]/Count 12>> endobj\ntrailer <<>>\n%%EOF\n".to_vec();
    let document = upload(&team.owner, "deck.pdf", "application/pdf", pages).await;
    assert_eq!((document["pages"].as_u64(), &document["width"]), (Some(12), &Value::Null), "{document}");
    team.owner.delete(&format!("/media/{}", id(&document))).await.expect(204);
    let deck = office(&["ppt/presentation.xml", "ppt/slides/slide1.xml", "ppt/slides/slide2.xml"]);
    let deck = upload(&team.owner, "deck.pptx", PPTX, deck).await;
    assert_eq!((deck["type"].as_str(), deck["pages"].as_u64()), (Some(PPTX), Some(2)), "{deck}");
    let text = upload(&team.owner, "text.docx", DOCX, office(&["word/document.xml"])).await;
    assert_eq!((text["type"].as_str(), &text["pages"]), (Some(DOCX), &Value::Null), "{text}");
    for (name, mime, stream) in [("deck.ppt", PPT, "PowerPoint Document"), ("text.doc", DOC, "WordDocument")] {
        let old = upload(&team.owner, name, mime, old_office(stream)).await;
        assert_eq!((old["type"].as_str(), &old["pages"]), (Some(mime), &Value::Null), "{old}");
    }
}

#[tokio::test]
async fn what_is_not_what_it_is_called_is_refused() {
    let team = team().await;
    let film = film();
    let at = film.windows(4).position(|kind| kind == b"trak").expect("a track");
    let silent = [&film[..at], b"free", &film[at + 4..]].concat();
    for (mime, bytes, code) in [
        ("image/jpeg", b"%PDF-1.7\n%%EOF".to_vec(), "type-differs"),
        ("application/pdf", picture(30, 20, ImageFormat::Png), "type-differs"),
        ("application/pdf", b"%PDF-1.7\nand no end".to_vec(), "file-cut-off"),
        (PPTX, office(&["word/document.xml"]), "type-differs"),
        (DOCX, office(&["word/document.xml", "word/vbaProject.bin"]), "type-differs"),
        (DOCX, office(&["xl/workbook.xml"]), "type-differs"),
        (DOCX, office(&["word/document.xml"])[..90].to_vec(), "type-differs"),
        (PPT, old_office("WordDocument"), "type-differs"),
        (DOC, old_office("EncryptedPackage"), "type-differs"),
        (DOC, old_office("WordDocument")[..1000].to_vec(), "type-differs"),
        ("video/mp4", silent, "video-unreadable"),
    ] {
        let (_, complete) = sent(&team.owner, mime, bytes).await;
        let refused = team.owner.post(&complete, &Value::Null).await.problem(422, "rule-broken");
        assert_eq!(refused["errors"][0]["code"], code, "{mime}");
    }
    let announce = |mime: &str, size: u64| json!({ "name": "a", "type": mime, "size": size });
    let empty = team.owner.post("/media", &announce("image/png", 0)).await.problem(422, "rule-broken");
    assert_eq!(empty["errors"][0]["code"], "file-empty");
    let gigabytes = team.owner.post("/media", &announce("video/mp4", 5 << 30)).await.problem(413, "too-large");
    assert!(gigabytes["detail"].as_str().is_some_and(|detail| detail.contains("4 GB")), "{gigabytes}");
    team.owner.post("/media", &announce("video/mp4", 4 << 30)).await.expect(201);
}

#[tokio::test]
async fn what_is_cut_off_is_refused_and_leaves_nothing_behind() {
    let team = team().await;
    let mut jpeg = picture(300, 200, ImageFormat::Jpeg);
    jpeg.truncate(jpeg.len() * 9 / 10);
    let mut movie = film();
    movie.truncate(movie.len() - 10);
    for (mime, bytes) in [("image/jpeg", jpeg), ("video/mp4", movie)] {
        let (_, complete) = sent(&team.owner, mime, bytes).await;
        let refused = team.owner.post(&complete, &Value::Null).await.problem(422, "rule-broken");
        assert_eq!(refused["errors"][0]["code"], "file-cut-off", "{mime}");
        team.owner.post(&complete, &Value::Null).await.problem(404, "not-found");
    }
    assert!(each(&team.owner.get("/media").await.expect(200), "id").is_empty());
}

#[tokio::test]
async fn completing_again_changes_nothing_and_neither_does_uploading_again() {
    let team = team().await;
    let bytes = picture(30, 20, ImageFormat::Png);
    let (announced, complete) = sent(&team.owner, "image/png", bytes.clone()).await;
    let first = team.owner.post(&complete, &Value::Null).await.expect(200);
    // The address still works, but leads beside the library.
    assert_eq!(put(&announced["upload"], vec![0; bytes.len()]).await, 200);
    let again = team.owner.post(&complete, &Value::Null).await.expect(200);
    assert_eq!(first["version"], again["version"]);
    let read = reqwest::get(again["url"].as_str().expect("an address")).await.expect("an answer");
    assert_eq!(read.bytes().await.expect("a body"), bytes);
}

#[tokio::test]
async fn two_who_complete_at_once_agree() {
    let team = team().await;
    let (_, complete) = sent(&team.owner, "image/png", picture(300, 200, ImageFormat::Png)).await;
    let (one, other) = tokio::join!(team.owner.post(&complete, &Value::Null), team.owner.post(&complete, &Value::Null));
    let statuses = [one.status, other.status];
    assert!(statuses.contains(&200) && statuses.iter().all(|status| matches!(status, 200 | 409)), "{statuses:?}");
    assert_eq!(team.owner.post(&complete, &Value::Null).await.expect(200)["status"], "ready");
}
