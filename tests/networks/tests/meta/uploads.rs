//! Uploads that go on where they stopped, and what the upload host refuses.

use axum::body::Body;
use bytes::Bytes;
use domain::delivery::Failure;
use domain::platform::Platform;
use domain::target::Format;
use http::StatusCode;
use networks::cases::job;
use networks::faults::{Fault, Kind};
use platforms::{Holding, Job, Steps as _};

use super::{DAY, Recorded, Scene, reel, token};

#[tokio::test]
async fn an_upload_goes_on_where_it_stopped() {
    let scene = Scene::new();
    let (_, page) = scene.page().await;
    let bearer = token(&page).access_token.expose().to_owned();
    let mut content = vec![9_u8; 3_000_000];
    content[4..8].copy_from_slice(b"ftyp");
    let file = scene.library.add("video/mp4", (1080, 1920), Some(10_000), Bytes::from(content.clone()));
    let job = reel(file);
    // An earlier attempt began, and its connection broke after a third.
    let mut steps = Recorded::default();
    scene.world.plan(Fault::next("POST", "/video-upload", Kind::LostRequest));
    let broken = scene.facebook.publish(&job, &page, &mut steps, &scene.library).await;
    assert!(matches!(broken, Err(Failure::Transient { .. })), "{broken:?}");
    let id = steps.get("video").unwrap().to_owned();
    let third = http::Request::post(format!("/rupload.facebook.com/video-upload/v25.0/{id}"))
        .header("authorization", format!("OAuth {bearer}"))
        .header("offset", "0")
        .header("file_size", "3000000")
        .body(Body::from(content[..1_000_000].to_vec()))
        .unwrap();
    assert_eq!(scene.ask(third).await.0, StatusCode::BAD_REQUEST, "a short body is kept, and refused");
    let published = scene.facebook.publish(&job, &page, &mut steps, &scene.library).await.unwrap();
    assert_eq!(published.remote_id, id);
    assert_eq!(published.permalink, format!("https://www.facebook.com/reel/{id}"));
    let shown = scene.world.shown(Platform::Facebook);
    assert_eq!(shown[0].media, ["video video/mp4 3000000 bytes"]);
}

/// How often Instagram was asked to build a container.
fn containers(scene: &Scene) -> usize {
    scene.world.seen().iter().filter(|seen| seen.what.starts_with("POST") && seen.what.ends_with("/media")).count()
}

#[tokio::test]
async fn a_video_s_bytes_go_on_where_they_stopped() {
    for format in [Format::Reel, Format::Story] {
        let scene = Scene::new();
        let (_, account) = scene.account("facebook").await;
        let job = Job { format, ..reel(scene.library.mp4(3_000_000)) };
        let mut steps = Recorded::default();
        scene.world.plan(Fault::next("POST", "/ig-api-upload", Kind::HalfRequest));
        let broken = scene.instagram.publish(&job, &account, &mut steps, &scene.library).await;
        assert!(matches!(broken, Err(Failure::Transient { .. })), "{broken:?}");
        let container = steps.get("container").unwrap().to_owned();
        // Whoever dies in the middle leaves it open whether the post is out; a container without its bytes is not.
        let job = Job { unsettled: true, ..job };
        let held = scene.instagram.read_back(&job, &account, &steps).await;
        assert_eq!(held, Ok(Holding::Nothing));
        scene.instagram.publish(&job, &account, &mut steps, &scene.library).await.unwrap();
        assert_eq!((steps.get("container"), containers(&scene)), (Some(container.as_str()), 1));
        assert_eq!(scene.world.shown(Platform::Instagram)[0].media, ["video video/mp4 3000000 bytes"]);
    }
}

#[tokio::test]
async fn only_what_lacks_bytes_is_sent_again() {
    let scene = Scene::new();
    let (_, account) = scene.account("facebook").await;
    let films = vec![scene.library.mp4(900_000), scene.library.jpeg(), scene.library.mp4(700_000)];
    let (job, mut steps) = (job("Three", films), Recorded::default());
    scene.world.plan(Fault { skip: 1, ..Fault::next("POST", "/ig-api-upload", Kind::HalfRequest) });
    let broken = scene.instagram.publish(&job, &account, &mut steps, &scene.library).await;
    assert!(matches!(broken, Err(Failure::Transient { .. })), "{broken:?}");
    scene.instagram.publish(&job, &account, &mut steps, &scene.library).await.unwrap();
    let uploads = scene.world.seen().iter().filter(|seen| seen.what.contains("/ig-api-upload")).count();
    assert_eq!((uploads, containers(&scene)), (3, 4));
    let expected = ["video video/mp4 900000 bytes", "image image/jpeg 19 bytes", "video video/mp4 700000 bytes"]
        .map(str::to_owned);
    assert_eq!(scene.world.shown(Platform::Instagram)[0].media, expected);
}

#[tokio::test]
async fn a_container_that_takes_no_more_bytes_is_built_anew() {
    let refused = |scene: &Scene| {
        let info = serde_json::json!({"debug_info": {"retriable": false, "type": "ProcessingFailedError"}});
        scene.world.plan(Fault::json("POST", "/ig-api-upload", 400, &info));
    };
    let expired = |scene: &Scene| scene.time.pass(DAY);
    for trouble in [refused as fn(&Scene), expired] {
        let scene = Scene::new();
        let (_, account) = scene.account("facebook").await;
        let (job, mut steps) = (reel(scene.library.mp4(3_000_000)), Recorded::default());
        scene.world.plan(Fault::next("POST", "/ig-api-upload", Kind::HalfRequest));
        let mut publish = async || scene.instagram.publish(&job, &account, &mut steps, &scene.library).await;
        assert!(matches!(publish().await, Err(Failure::Transient { .. })));
        trouble(&scene);
        let given_up = publish().await.unwrap_err();
        assert!(given_up.message().contains("anew"), "{given_up:?}");
        publish().await.unwrap();
        assert_eq!(containers(&scene), 2);
        assert_eq!(scene.world.shown(Platform::Instagram)[0].media, ["video video/mp4 3000000 bytes"]);
    }
}

#[tokio::test]
async fn a_container_of_before_is_not_sent_bytes() {
    let scene = Scene::new();
    let (_, direct) = scene.account("instagram").await;
    let (_, by_page) = scene.account("facebook").await;
    let (job, mut steps) = (reel(scene.library.mp4(3_000_000)), Recorded::default());
    scene.instagram.prepare(&job, &direct, &mut steps, &scene.library).await.unwrap();
    steps.0.remove("ready");
    scene.instagram.publish(&job, &by_page, &mut steps, &scene.library).await.unwrap();
    let uploads = scene.world.seen().iter().filter(|seen| seen.what.contains("/ig-api-upload")).count();
    assert_eq!((uploads, containers(&scene)), (0, 1));
}

#[tokio::test]
async fn the_upload_host_takes_only_what_belongs_together() {
    let scene = Scene::new();
    let (_, account) = scene.account("facebook").await;
    let bearer = token(&account).access_token.expose().to_owned();
    let mut steps = Recorded::default();
    scene.world.plan(Fault::next("POST", "/ig-api-upload", Kind::HalfRequest));
    let film = reel(scene.library.mp4(1_000));
    let broken = scene.instagram.publish(&film, &account, &mut steps, &scene.library).await;
    assert!(matches!(broken, Err(Failure::Transient { .. })), "{broken:?}");
    let id = steps.get("container").unwrap();
    let picture = job("A picture", vec![scene.library.jpeg()]);
    let mut others = Recorded::default();
    scene.instagram.prepare(&picture, &account, &mut others, &scene.library).await.unwrap();
    let send = async |id: &str, authorization: &str, offset: u64, size: u64, length: usize| {
        let request = http::Request::post(format!("/rupload.facebook.com/ig-api-upload/v25.0/{id}"))
            .header("authorization", authorization)
            .header("offset", offset)
            .header("file_size", size)
            .body(Body::from(vec![1; length]));
        let (status, body) = scene.ask(request.unwrap()).await;
        (status.as_u16(), body["debug_info"]["type"].as_str().unwrap_or_default().to_owned())
    };
    let refused = |status, kind: &str| (status, kind.to_owned());
    let mine = format!("OAuth {bearer}");
    assert_eq!(send(id, "OAuth other", 500, 1_000, 500).await, refused(401, "NotAuthorizedError"));
    assert_eq!(send(id, &format!("Bearer {bearer}"), 500, 1_000, 500).await, refused(401, "NotAuthorizedError"));
    assert_eq!(send(id, &mine, 0, 1_000, 1_000).await, refused(400, "OffsetInvalidError"));
    assert_eq!(send(id, &mine, 500, 999, 499).await, refused(400, "FileSizeInvalidError"));
    assert_eq!(send(id, &mine, 500, 1_000, 501).await, refused(400, "FileSizeInvalidError"));
    // Built from an address.
    let by_address = others.get("container").unwrap();
    assert_eq!(send(by_address, &mine, 0, 10, 10).await, refused(404, "NotFoundError"));
    assert_eq!(send(id, &mine, 500, 1_000, 100).await, refused(400, "PartialRequestError"));
    assert_eq!(send(id, &mine, 600, 1_000, 400).await, (200, String::new()));
    assert_eq!(send(id, &mine, 1_000, 1_000, 0).await, refused(400, "OffsetInvalidError"));
}
