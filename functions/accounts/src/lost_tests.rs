use std::sync::Mutex;

use async_trait::async_trait;
use domain::account::Account;
use domain::delivery::{BEGUN, COMMENT, Receipt};
use domain::ids::{AccountId, PostId, Ulid, UserId};
use domain::platform::{Class, Platform};
use domain::post::Part;
use domain::when;
use platforms::network::MediaSource;
use platforms::{Holding, Published, Steps};

use super::*;

fn org() -> OrgId {
    OrgId::new(Ulid::from(9))
}

/// A post with a first comment, published at an account, with what was recorded of the comment.
fn published(note: Option<&str>) -> (Publication, Post) {
    let (at, user) = (Timestamp::UNIX_EPOCH, UserId::new(Ulid::from(7)));
    let fresh = Account::new(AccountId::new(Ulid::from(2)), Platform::X, user, at);
    let account = Account { remote_id: "77".into(), ..fresh };
    let target = Target::new(account.id, Platform::X);
    let post = Post {
        id: PostId::new(Ulid::from(1)),
        version: 4,
        revision: 3,
        text: "First".into(),
        media: Vec::new(),
        thread: vec![Part { text: "Second".into(), media: Vec::new() }],
        first_comment: Some("And a comment".into()),
        files: Vec::new(),
        targets: vec![target],
        schedule: Some(when::immediately("UTC", at)),
        outcomes: [].into(),
        series: None,
        slot: None,
        created_by: user,
        created_at: at,
        updated_at: at,
    };
    let claimed = Delivery::new(post.id, account.id, Platform::X, 3, at).claim(3, at, Ulid::from(5)).expect("claimed");
    let receipt = Receipt { remote_id: "100".into(), permalink: "https://net.test/100".into(), published_at: at };
    let mut delivery = claimed.conclude(at, Ok(receipt), Class::Searchable, 0.5);
    delivery.steps.extend(note.map(|note| (COMMENT.to_owned(), note.to_owned())));
    (Publication { account, delivery }, post)
}

fn known() -> Vec<String> {
    vec!["101".into(), "100".into()]
}

#[test]
fn what_is_looked_for_is_told_by_its_words_its_parent_and_its_time() {
    for note in [Some(BEGUN), None] {
        let (published, post) = published(note);
        let lost = comment(org(), &published, &post, &known()).expect("it is lost");
        let key = published.delivery.key.as_ref().expect("a key");
        assert_eq!((lost.text(), lost.parent(), lost.job.thread.len()), ("And a comment", Some("100"), 1));
        assert_eq!((&lost.job.key, lost.job.created_at), (&key.id, key.created_at));
        assert_eq!((lost.job.org, lost.job.profile.remote_id.as_str()), (org(), "77"));
        assert!(lost.is_other("101") && !lost.is_other("102") && lost.until > key.created_at);
    }
}

#[test]
fn what_goes_after_the_post_is_not_what_a_comment_answers() {
    let (published, post) = published(Some(BEGUN));
    let all = [known(), vec!["gate".into()]].concat();
    let lost = comment(org(), &published, &post, &all).expect("it is lost");
    assert_eq!((lost.parent(), &lost.known), (Some("100"), &known()));
}

#[test]
fn what_has_a_name_or_failed_or_cannot_be_known_is_not_looked_for() {
    for note in ["102", "failed: no links"] {
        let (published, post) = published(Some(note));
        assert!(comment(org(), &published, &post, &known()).is_none(), "{note}");
    }
    let (published, post) = published(Some(BEGUN));
    let edited = Post { revision: 4, ..post.clone() };
    let silent = Post { first_comment: None, ..post.clone() };
    let elsewhere = Post { targets: Vec::new(), ..post };
    for post in [edited, silent, elsewhere] {
        assert!(comment(org(), &published, &post, &known()).is_none());
    }
}

/// A network that answers the one question.
#[derive(Debug)]
struct Asked(Mutex<Option<Result<Option<String>, Failure>>>);

#[async_trait]
impl Network for Asked {
    fn platform(&self) -> Platform {
        Platform::X
    }

    fn class(&self) -> Class {
        Class::Searchable
    }

    async fn publish(
        &self,
        _: &Job,
        _: &Credentials,
        _: &mut dyn Steps,
        _: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        Err(Failure::ClaimLost)
    }

    async fn read_back(&self, _: &Job, _: &Credentials, _: &dyn Steps) -> Result<Holding, Failure> {
        Ok(Holding::Nothing)
    }

    async fn check(&self, _: &Credentials) -> Result<Profile, Failure> {
        Ok(Profile::default())
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        Ok(credentials.clone())
    }

    async fn revoke(&self, _: &Credentials) -> Result<(), Failure> {
        Ok(())
    }

    async fn find_comment(&self, _: &LostComment, _: &Credentials) -> Result<Option<String>, Failure> {
        self.0.lock().expect("free").take().expect("asked once")
    }
}

#[tokio::test]
async fn only_an_answer_settles_it_and_only_what_passes_holds_the_post_back() {
    let (published, post) = published(Some(BEGUN));
    let lost = comment(org(), &published, &post, &known()).expect("it is lost");
    let look = async |answer| look(&Asked(Mutex::new(Some(answer))), Some(&lost), &Credentials::Page).await;
    let words = || "words".to_owned();
    let rejected = Failure::Rejected { code: "credits".into(), message: words(), advice: words() };
    let limited = Failure::RateLimited { retry_at: None, message: words() };
    for refused in [rejected, limited, Failure::Revoked { message: words() }] {
        assert_eq!(look(Err(refused)).await, Ok(Looked::Away));
    }
    for passing in [Failure::Transient { message: words() }, Failure::TokenExpired { message: words() }] {
        assert_eq!(look(Err(passing.clone())).await, Err(passing));
    }
    assert_eq!(look(Ok(Some("102".into()))).await, Ok(Looked::Found("102".into())));
    assert_eq!(look(Ok(None)).await, Ok(Looked::Nowhere));

    let is_open = |looked: Looked| looked.noted(&published.delivery, lost.until).has_lost_comment(true);
    assert!(is_open(Looked::Away), "the words stay");
    assert!(!is_open(Looked::Found("102".into())) && !is_open(Looked::Nowhere));
}
