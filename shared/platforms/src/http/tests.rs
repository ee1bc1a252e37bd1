use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A server on loopback that answers each connection with the next text and counts connections;
/// an empty text keeps the connection open without answering.
async fn server(answers: Vec<String>) -> (Url, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/start?secret=1", listener.local_addr().unwrap().port());
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await;
                if answer.is_empty() {
                    tokio::time::sleep(Duration::from_secs(30)).await;
                }
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    (Url::parse(&url).unwrap(), seen)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

fn http(allow_loopback: bool) -> Http {
    Http::new("https://atelier.test", allow_loopback)
}

/// Resolves every name to `addresses`.
fn resolving(addresses: &[&str], allow_loopback: bool) -> Http {
    let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
    let lookup = Arc::new(move |_: String| {
        let addresses = addresses.clone();
        Box::pin(async move { Ok(addresses) }) as futures::future::BoxFuture<'static, _>
    });
    let direct = Direct::with_lookup(allow_loopback, lookup);
    Http::with(Arc::new(direct), "https://atelier.test", allow_loopback)
}

fn get(url: &str) -> Request {
    Request::get(Url::parse(url).unwrap(), "/test")
}

#[tokio::test]
async fn loopback_answers_only_with_the_switch() {
    let (url, seen) = server(vec![ok("hello")]).await;
    let refused = http(false).send(Request::get(url.clone(), "/")).await;
    assert!(matches!(refused, Err(SendError::Refused(_))));
    let mut https = url.clone();
    https.set_scheme("https").unwrap();
    assert!(matches!(http(false).send(Request::get(https, "/")).await, Err(SendError::Refused(_))));
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    let answer = http(true).send(Request::get(url, "/")).await.unwrap();
    assert_eq!(&answer.body[..], b"hello");
}

#[tokio::test]
async fn a_name_that_resolves_to_anything_private_is_refused() {
    for private in ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"] {
        for addresses in [vec![private], vec!["1.1.1.1", private]] {
            let result = resolving(&addresses, false).send(get("https://innocent.example/")).await;
            assert!(matches!(result, Err(SendError::Refused(_))), "{addresses:?}: {result:?}");
        }
    }
    let result = resolving(&["192.168.0.1"], true).send(get("https://innocent.example/")).await;
    assert!(matches!(result, Err(SendError::Refused(_))));
}

#[tokio::test]
async fn plain_http_reaches_loopback_and_nothing_else_even_with_the_switch() {
    let result = resolving(&["1.1.1.1"], true).send(get("http://innocent.example/")).await;
    assert!(matches!(result, Err(SendError::Refused(_))));
    let result = http(true).send(get("http://1.1.1.1/")).await;
    assert!(matches!(result, Err(SendError::Refused(_))));
    let (url, _) = server(vec![ok("named")]).await;
    let named = format!("http://some.name:{}/", url.port().unwrap());
    let answer = resolving(&["127.0.0.1"], true).send(get(&named)).await.unwrap();
    assert_eq!(&answer.body[..], b"named");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_was_not_sent() {
    let lookup = Arc::new(|_: String| {
        Box::pin(async { Err(std::io::Error::other("no such host")) }) as futures::future::BoxFuture<'static, _>
    });
    let http = Http::with(Arc::new(Direct::with_lookup(false, lookup)), "", false);
    let result = http.send(get("https://nowhere.example/")).await;
    assert!(matches!(&result, Err(SendError::NotSent(text)) if text.contains("no such host")), "{result:?}");
}

#[tokio::test]
async fn a_get_follows_three_redirects_and_no_more() {
    let (url, _) = server(vec![moved("/a"), moved("/b"), moved("/c"), ok("arrived")]).await;
    assert_eq!(&http(true).send(Request::get(url, "/")).await.unwrap().body[..], b"arrived");
    let (url, seen) = server(vec![moved("/a"), moved("/b"), moved("/c"), moved("/d"), ok("never")]).await;
    assert!(matches!(http(true).send(Request::get(url, "/")).await, Err(SendError::MaybeSent(_))));
    assert_eq!(seen.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn a_redirect_is_checked_like_any_address() {
    for target in
        ["http://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "file:///etc/passwd", "http://[fd00::1]/"]
    {
        let (url, _) = server(vec![moved(target)]).await;
        let result = http(true).send(Request::get(url, "/")).await;
        assert!(matches!(result, Err(SendError::Refused(_))), "{target}: {result:?}");
    }
}

#[tokio::test]
async fn a_post_is_not_redirected() {
    let (url, seen) = server(vec![moved("/elsewhere"), ok("never")]).await;
    let answer = http(true).send(Request::post(url, "/", Body::Empty)).await.unwrap();
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_does_not_follow_to_another_origin() {
    use crate::testing::Script;
    let script = Script::new();
    script.on("GET", "/start").answer(307, "").with_header("location", "https://other.example/next");
    script.on("GET", "/next").answer(200, "{}");
    let request = get("https://one.example/start").bearer("token");
    script.http().send(request).await.unwrap();
    let sent = script.sent();
    assert!(sent[0].headers.contains_key(AUTHORIZATION));
    assert!(!sent[1].headers.contains_key(AUTHORIZATION));
    assert_eq!(sent[1].headers[USER_AGENT], concat!("Atelier/", env!("CARGO_PKG_VERSION"), " (+https://atelier.test)"));
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let (url, _) = server(vec![ok(&"x".repeat(ANSWER_MAX_BYTES + 1))]).await;
    assert!(matches!(http(true).send(Request::get(url, "/")).await, Err(SendError::MaybeSent(_))));
    let (url, _) = server(vec![ok(&"x".repeat(ANSWER_MAX_BYTES))]).await;
    assert_eq!(http(true).send(Request::get(url, "/")).await.unwrap().body.len(), ANSWER_MAX_BYTES);
}

#[tokio::test]
async fn silence_after_sending_is_ambiguous_and_never_repeated() {
    let (url, seen) = server(vec![String::new(), ok("never")]).await;
    let mut request = Request::post(url, "/", Body::Json(serde_json::json!({})));
    request.timeout = Duration::from_millis(200);
    let result = http(true).send(request).await;
    assert!(matches!(&result, Err(SendError::MaybeSent(_))), "{result:?}");
    assert!(!result.unwrap_err().to_string().contains("secret"), "the query must not show");
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_ambiguous_and_never_repeated() {
    let (url, seen) = server(vec!["HTTP/1.1 200".to_owned(), ok("never")]).await;
    let result = http(true).send(Request::post(url, "/", Body::Empty)).await;
    assert!(matches!(result, Err(SendError::MaybeSent(_))), "{result:?}");
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_refused_connection_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    drop(listener);
    let result = http(true).send(Request::post(Url::parse(&url).unwrap(), "/", Body::Empty)).await;
    assert!(matches!(result, Err(SendError::NotSent(_))), "{result:?}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_not_the_server_s_fault() {
    let broken = Chunks::new(|| {
        let pieces = [Ok(Bytes::from_static(b"the beginning")), Err(Failure::internal("the store is out of reach"))];
        Box::pin(futures::stream::iter(pieces))
    });
    let mime = || "video/mp4".to_owned();
    let part =
        Part::Stream { name: "file", file_name: "a.mp4".into(), mime: mime(), length: 99, chunks: broken.clone() };
    for body in [Body::Stream { mime: mime(), length: 99, chunks: broken }, Body::Multipart(vec![part])] {
        let (url, seen) = server(vec![String::new()]).await;
        let error = http(true).send(Request::post(url, "/", body)).await.unwrap_err();
        assert_eq!(error, SendError::Unread(Failure::internal("the store is out of reach")));
        assert!(error.to_string().starts_with("not sent whole"));
        assert_eq!(error.classify(Effect::Visible), Failure::internal("the store is out of reach"));
        assert_eq!(seen.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn an_error_is_classified_by_what_the_request_would_have_done() {
    let lost = SendError::MaybeSent("timeout".into());
    assert!(matches!(lost.clone().classify(Effect::Visible), Failure::Ambiguous { .. }));
    assert!(matches!(lost.classify(Effect::None), Failure::Transient { .. }));
    assert!(matches!(SendError::NotSent(String::new()).classify(Effect::Visible), Failure::Transient { .. }));
    assert!(matches!(SendError::Refused(String::new()).classify(Effect::None), Failure::Rejected { .. }));
}

#[test]
fn debug_output_shows_neither_query_nor_token() {
    let request = get("https://one.example/x?code=hush").bearer("token");
    let text = format!("{request:?} {:?}", request.headers);
    assert!(!text.contains("hush") && !text.contains("token"), "{text}");
}
