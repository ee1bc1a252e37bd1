use super::*;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// `jobs`, which gives up after two receipts, and `dead`.
async fn open(path: &Path) -> (Store, Queue, Queue) {
    let store = Store::open(path).unwrap();
    let dead = Queue { name: "dead".to_owned(), visibility: SECOND, redrive: None };
    let redrive = Some(Redrive { to: "dead".to_owned(), after: 2 });
    let jobs = Queue { name: "jobs".to_owned(), visibility: SignedDuration::from_secs(30), redrive };
    for queue in [&dead, &jobs] {
        store.set_queue(queue.clone(), at(0)).await.unwrap();
        assert_eq!(store.queue(&queue.name).await.unwrap().as_ref(), Some(queue));
    }
    (store, jobs, dead)
}

async fn send(store: &Store, body: &str, delay: i64) -> String {
    let letter = Letter { body: body.to_owned(), attributes: "{}".to_owned() };
    store.send("jobs", letter, at(0), at(delay)).await.unwrap().unwrap()
}

async fn receive(store: &Store, queue: &Queue, now: i64) -> Vec<Message> {
    store.receive(queue, 10, queue.visibility, at(now)).await.unwrap().0
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.body.as_str()).collect()
}

#[tokio::test]
async fn a_delayed_message_is_received_when_its_time_has_come() {
    let (store, jobs, _) = open(&crate::test_folder("delay").join("q.sqlite")).await;
    send(&store, "later", 40).await;
    send(&store, "now", 0).await;
    let (received, next) = store.receive(&jobs, 10, jobs.visibility, at(0)).await.unwrap();
    assert_eq!((bodies(&received), next), (vec!["now"], Some(at(30))), "its own return comes first");
    assert_eq!(store.counts("jobs", at(0)).await.unwrap(), Counts { visible: 0, in_flight: 1, delayed: 1 });
    store.delete("jobs", vec![received[0].receipt.clone()]).await.unwrap();
    let (received, next) = store.receive(&jobs, 10, jobs.visibility, at(39)).await.unwrap();
    assert_eq!((received.len(), next), (0, Some(at(40))));
    assert_eq!(bodies(&receive(&store, &jobs, 40).await), ["later"]);
}

#[tokio::test]
async fn what_is_not_deleted_in_time_comes_back_under_a_new_handle() {
    let (store, jobs, _) = open(&crate::test_folder("visibility").join("q.sqlite")).await;
    let id = send(&store, "once", 0).await;
    let first = receive(&store, &jobs, 0).await.remove(0);
    assert_eq!((first.message_id.as_str(), first.receives), (id.as_str(), 1));
    assert!(receive(&store, &jobs, 29).await.is_empty());
    assert!(store.show_at("jobs", first.receipt.clone(), at(29), at(60)).await.unwrap(), "more time");
    assert!(receive(&store, &jobs, 59).await.is_empty());
    let second = receive(&store, &jobs, 60).await.remove(0);
    assert_eq!((second.receives, second.first_received), (2, first.first_received));
    store.delete("jobs", vec![first.receipt.clone()]).await.unwrap();
    assert!(!store.show_at("jobs", first.receipt, at(60), at(99)).await.unwrap(), "the old handle is void");
    assert_eq!(store.counts("jobs", at(60)).await.unwrap().in_flight, 1);
    store.delete("jobs", vec![second.receipt]).await.unwrap();
    assert_eq!(store.counts("jobs", at(60)).await.unwrap(), Counts::default());
}

#[tokio::test]
async fn what_is_received_too_often_goes_to_the_dead_letters() {
    let (store, jobs, dead) = open(&crate::test_folder("redrive").join("q.sqlite")).await;
    let id = send(&store, "bad", 0).await;
    for now in [0, 30] {
        assert_eq!(receive(&store, &jobs, now).await.len(), 1);
    }
    assert!(receive(&store, &dead, 59).await.is_empty(), "its last receiver may still finish");
    assert!(receive(&store, &jobs, 60).await.is_empty());
    let letter = receive(&store, &dead, 60).await.remove(0);
    assert_eq!((letter.message_id, letter.source.as_deref()), (id, Some("jobs")));
    assert_eq!(receive(&store, &dead, 61).await.len(), 1, "dead letters are never given up");
}

#[tokio::test]
async fn messages_outlive_the_process_and_its_receipts() {
    let path = crate::test_folder("durable").join("q.sqlite");
    let (store, jobs, _) = open(&path).await;
    send(&store, "held", 0).await;
    send(&store, "delayed", 50).await;
    assert_eq!(receive(&store, &jobs, 0).await.len(), 1);
    drop(store);
    let (store, jobs, _) = open(&path).await;
    assert_eq!(store.show_all("jobs", at(5)).await.unwrap(), 1);
    assert_eq!(bodies(&receive(&store, &jobs, 5).await), ["held"]);
    assert_eq!(bodies(&receive(&store, &jobs, 50).await), ["delayed"]);
}

#[tokio::test]
async fn nothing_is_sent_to_a_queue_that_is_not_there() {
    let (store, ..) = open(&crate::test_folder("missing").join("q.sqlite")).await;
    let letter = Letter { body: "x".to_owned(), attributes: "{}".to_owned() };
    assert_eq!(store.send("none", letter, at(0), at(0)).await.unwrap(), None);
    assert_eq!(store.queue_names("j").await.unwrap(), ["jobs"]);
}
