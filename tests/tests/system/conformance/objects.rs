//! The bucket: what a presigned request may do and, above all, what it may not.

use cloud::{Clock as _, ObjectError, Presigned, SystemClock};
use jiff::SignedDuration;
use reqwest::{Client, StatusCode};

use super::backend::Backend;
use super::on_both;

on_both!(
    an_upload_can_be_read_back,
    a_read_address_is_for_its_object_only,
    an_upload_is_only_what_was_signed,
    a_part_can_be_read,
    what_is_gone_is_gone
);

const PICTURE: &[u8] = b"pretend picture";

fn lifetime() -> SignedDuration {
    SignedDuration::from_mins(5)
}

async fn upload(presigned: &Presigned, url: &str, mime: Option<&str>, body: &[u8]) -> StatusCode {
    let mut request = Client::new().put(url).body(body.to_vec());
    for (name, value) in &presigned.headers {
        let changed = mime.filter(|_| name.eq_ignore_ascii_case("content-type"));
        request = request.header(name, changed.unwrap_or(value));
    }
    request.send().await.expect("an answer").status()
}

async fn presign(backend: &Backend, scope: &domain::tenancy::OrgScope) -> Presigned {
    let bytes = u64::try_from(PICTURE.len()).expect("a size");
    let presigned =
        backend.cloud.objects().presign_put(scope, "a.png", "image/png", bytes, SystemClock.now(), lifetime()).await;
    presigned.expect("an address")
}

async fn an_upload_can_be_read_back(backend: Backend) {
    let (objects, org) = (backend.cloud.objects(), backend.org());
    let presigned = presign(&backend, org.scope()).await;
    assert_eq!(upload(&presigned, &presigned.url, None, PICTURE).await, StatusCode::OK);

    assert_eq!(objects.head(org.scope(), "a.png").await.expect("the object").bytes, PICTURE.len() as u64);
    let address = objects.presign_get(org.scope(), "a.png").await.expect("an address");
    let read = Client::new().get(address).send().await.expect("an answer");
    assert_eq!(read.headers()["content-type"], "image/png");
    assert_eq!(read.bytes().await.expect("a body"), PICTURE);
}

async fn a_read_address_is_for_its_object_only(backend: Backend) {
    let (objects, org) = (backend.cloud.objects(), backend.org());
    for name in ["a.png", "b.png"] {
        objects.put(org.scope(), name, "image/png", PICTURE.to_vec()).await.expect("stored");
    }
    let address = objects.presign_get(org.scope(), "a.png").await.expect("an address");
    let status = async |address: &str| Client::new().get(address).send().await.expect("an answer").status();
    assert_eq!(status(&address).await, StatusCode::OK);
    for (was, other) in [("a.png", "b.png"), ("X-Amz-Expires=", "X-Amz-Expires=9"), ("X-Amz-Date=2", "X-Amz-Date=3")] {
        assert!(status(&address.replacen(was, other, 1)).await.is_client_error(), "{other}");
    }
    let (unsigned, _) = address.split_once('?').expect("a query");
    assert!(status(unsigned).await.is_client_error(), "no signature");
}

async fn an_upload_is_only_what_was_signed(backend: Backend) {
    let org = backend.org();
    let presigned = presign(&backend, org.scope()).await;
    let refused = |status: StatusCode| status.is_client_error();

    assert!(refused(upload(&presigned, &presigned.url, Some("text/html"), PICTURE).await), "another type");
    let elsewhere = presigned.url.replacen("a.png", "b.png", 1);
    assert!(refused(upload(&presigned, &elsewhere, None, PICTURE).await), "another key");
    let other = backend.org().org().to_string();
    let foreign = presigned.url.replacen(&org.org().to_string(), &other, 1);
    assert!(refused(upload(&presigned, &foreign, None, PICTURE).await), "another tenant");
    let (unsigned, _) = presigned.url.split_once('?').expect("a query");
    assert!(refused(upload(&presigned, unsigned, None, PICTURE).await), "no signature");

    let found = backend.cloud.objects().head(org.scope(), "a.png").await;
    assert!(matches!(found, Err(ObjectError::NotFound)), "nothing was stored: {found:?}");
}

async fn a_part_can_be_read(backend: Backend) {
    let (objects, org) = (backend.cloud.objects(), backend.org());
    objects.put(org.scope(), "b.webp", "image/webp", PICTURE.to_vec()).await.expect("stored");
    let part = objects.get(org.scope(), "b.webp", Some(7)).await.expect("the start");
    assert_eq!(part.as_ref(), b"pretend");
    let whole = objects.get(org.scope(), "b.webp", None).await.expect("all of it");
    assert_eq!(whole.as_ref(), PICTURE);
}

async fn what_is_gone_is_gone(backend: Backend) {
    let (objects, org) = (backend.cloud.objects(), backend.org());
    objects.put(org.scope(), "c.png", "image/png", PICTURE.to_vec()).await.expect("stored");
    objects.delete(org.scope(), "c.png").await.expect("deleted");
    objects.delete(org.scope(), "c.png").await.expect("deleting what is gone is fine");
    assert!(matches!(objects.head(org.scope(), "c.png").await, Err(ObjectError::NotFound)));
    assert!(matches!(objects.get(org.scope(), "c.png", None).await, Err(ObjectError::NotFound)));
}
