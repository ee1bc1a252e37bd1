//! Rotation: when a process that is warm goes by what an operator wrote.

use std::sync::Mutex as Plain;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::Cloud;
use crate::config::Endpoints;

/// A clock that a test turns.
#[derive(Debug)]
struct Turned(Plain<Timestamp>);

impl Turned {
    fn by(&self, time: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now += time;
    }
}

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A service with one secret, which counts who asks; nothing when it is down.
async fn service(secret: &Arc<Plain<Option<String>>>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (asked, secret) = (Arc::new(AtomicUsize::new(0)), Arc::clone(secret));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4096];
            drop(stream.read(&mut request).await);
            let (status, body) = match secret.lock().unwrap().clone() {
                Some(text) => (200, serde_json::json!({ "Name": "atelier/a", "SecretString": text }).to_string()),
                None => (400, r#"{"__type":"InternalServiceError"}"#.to_owned()),
            };
            let length = body.len();
            let head = format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
            drop(stream.write_all(format!("{head}{body}").as_bytes()).await);
        }
    });
    (address, asked)
}

#[tokio::test]
async fn a_rotated_secret_counts_within_a_quarter_of_an_hour() {
    let secret = Arc::new(Plain::new(Some("first".to_owned())));
    let (address, asked) = service(&secret).await;
    let clock = Arc::new(Turned(Plain::new("2026-03-01T09:00:00Z".parse().unwrap())));
    let config = Config {
        region: "us-east-1".into(),
        secrets_prefix: "atelier".into(),
        endpoints: Endpoints { secrets: Some(address), ..Endpoints::default() },
        static_credentials: Some(("id".into(), "secret".into())),
        ..Config::default()
    };
    let cloud = Cloud::with(config, Arc::<Turned>::clone(&clock), Arc::new(crate::SystemRandom)).await;
    let read = async || cloud.secrets().get("a").await.unwrap().to_string();
    assert_eq!(read().await, "first");
    *secret.lock().unwrap() = Some("second".into());
    clock.by(FRESH - SignedDuration::from_secs(1));
    assert_eq!((read().await, asked.load(Ordering::SeqCst)), ("first".into(), 1), "a warm process asks for nothing");
    clock.by(SignedDuration::from_secs(1));
    assert_eq!((read().await, asked.load(Ordering::SeqCst)), ("second".into(), 2));

    // While the service is out of reach, what was known goes on to work.
    *secret.lock().unwrap() = None;
    clock.by(FRESH);
    assert_eq!(read().await, "second");
    assert!(cloud.secrets().get("another").await.is_err());
    let text = format!("{:?}", cloud.secrets());
    assert!(!text.contains("second"), "{text}");
}

#[test]
fn a_state_key_is_rotated_while_states_are_under_way() {
    let (old, new) = (STANDARD.encode([1; 32]), STANDARD.encode([2; 32]));
    let keys = |text: String| StateKeys::parse(&text).unwrap();
    let before = keys(old.clone());
    let announced = keys(format!("{old}\n{new}\n"));
    let rotated = keys(format!("{new}\n{old}"));
    let after = keys(new);
    let ours = |keys: &StateKeys, state: &str| keys.verify("connect", state).is_ok();
    // At each step, whoever is a step behind or ahead accepts what the other signed.
    for (one, other) in [(&before, &announced), (&announced, &rotated), (&rotated, &after)] {
        let (first, second) = (one.sign("connect", "x"), other.sign("connect", "x"));
        assert!(ours(one, &first) && ours(other, &second), "its own");
        assert!(ours(other, &first) && ours(one, &second), "the other's");
    }
    assert!(!ours(&after, &before.sign("connect", "x")), "the old key is gone");
    assert!(before.verify("another purpose", &before.sign("connect", "x")).is_err());
    for none in ["", "\n", "no base64!", &format!("{old}\n?")] {
        assert!(StateKeys::parse(none).is_none(), "{none:?}");
    }
    assert!(!format!("{before:?}").contains(&old));
}
