//! People who use the product over HTTP: anonymous, of any role, of another organization.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::answer::Answer;

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse battery";

/// Somebody with a browser's worth of state: an address to talk to and, once signed in, tokens.
#[derive(Debug, Clone)]
pub struct Person {
    /// Origin of the product.
    pub origin: String,
    /// Their mail address; empty for somebody anonymous.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Tokens as the API gave them; null for somebody anonymous.
    pub tokens: Value,
    client: Client,
}

impl Person {
    /// Somebody who is not signed in.
    #[must_use]
    pub fn anonymous(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            email: String::new(),
            name: String::new(),
            tokens: Value::Null,
            client: Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap_or_default(),
        }
    }

    /// Signs up somebody new, confirms their address with the mailed code and signs them in. The address is unique.
    pub async fn sign_up(origin: &str, name: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let email = format!("{}-{}-{number}@example.test", name.to_lowercase(), std::process::id());
        let mut person = Self { email, name: name.to_owned(), ..Self::anonymous(origin) };
        person
            .post("/auth/register", &json!({ "email": person.email, "password": PASSWORD, "name": name }))
            .await
            .expect(202);
        let code = person.mailed(code_in).await;
        person.post("/auth/confirm", &json!({ "email": person.email, "code": code })).await.expect(204);
        person.sign_in().await;
        person
    }

    /// Signs in anew, so that the tokens carry the present organization and role.
    pub async fn sign_in(&mut self) {
        self.tokens = Value::Null;
        let login = json!({ "email": self.email, "password": PASSWORD });
        self.tokens = self.post("/auth/login", &login).await.expect(200);
    }

    /// Fetches fresh tokens, as the page does after a change of organization.
    pub async fn refresh(&mut self) {
        let refresh_token = self.tokens["refresh_token"].clone();
        let anonymous = Self::anonymous(&self.origin);
        let fresh = anonymous.post("/auth/refresh", &json!({ "refresh_token": refresh_token })).await.expect(200);
        self.tokens["access_token"] = fresh["access_token"].clone();
        self.tokens["id_token"] = fresh["id_token"].clone();
    }

    /// What `find` finds in the newest mail to them; waits for it to come.
    ///
    /// # Panics
    /// When nothing comes for ten seconds.
    pub async fn mailed<T>(&self, find: impl Fn(&str) -> Option<T>) -> T {
        for _ in 0..200 {
            let mailbox = self.client.get(format!("{}/_local/mail?format=json", self.origin));
            let mails = Answer::to(mailbox).await.expect(200);
            let own = mails.as_array().into_iter().flatten().filter(|mail| mail["to"] == self.email.as_str());
            if let Some(found) = own.filter_map(|mail| find(mail["text"].as_str()?)).next() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no such mail to {}", self.email);
    }

    /// A request of theirs to a path below `/api`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}/api{path}", self.origin));
        match self.tokens["access_token"].as_str() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    /// Creates or acts.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body)).await
    }

    /// Removes something that has no version.
    pub async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    /// Changes something that is at `version`, as it was read.
    pub async fn at_version(&self, method: Method, path: &str, version: &Value, body: &Value) -> Answer {
        let request = self.request(method, path).header("if-match", format!("\"{version}\""));
        Answer::to(if body.is_null() { request } else { request.json(body) }).await
    }
}

/// The six digits of a confirmation mail.
fn code_in(text: &str) -> Option<String> {
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6)?;
    Some(code.to_owned())
}

/// What an invitation's link carries.
fn invitation_in(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("/invitation?token=")?;
    rest.split_whitespace().next().map(str::to_owned)
}

/// An organization with its owner, and more people as a test needs them.
#[derive(Debug, Clone)]
pub struct Team {
    /// Who created it.
    pub owner: Person,
    /// Its id.
    pub org: String,
    /// Its public address.
    pub slug: String,
}

impl Team {
    /// A new organization with a new owner, who acts in it.
    ///
    /// # Panics
    /// When the product does not let them.
    pub async fn new(origin: &str) -> Self {
        let mut owner = Person::sign_up(origin, "Olive").await;
        let slug = owner.email.replace(['@', '.'], "-");
        let new = json!({ "name": "Workshop", "slug": slug, "zone": "Europe/Berlin" });
        let org = owner.post("/orgs", &new).await.expect(201);
        let org = org["id"].as_str().expect("an id").to_owned();
        owner.post(&format!("/orgs/{org}/activate"), &Value::Null).await.expect(204);
        owner.refresh().await;
        Self { owner, org, slug }
    }

    /// Somebody new with a role, invited by the owner, who acts in this organization.
    pub async fn member(&self, role: &str) -> Person {
        let mut person = Person::sign_up(&self.owner.origin, &format!("{role}-of")).await;
        self.invite(&person, role).await;
        let token = person.mailed(invitation_in).await;
        person.post("/invitations/accept", &json!({ "token": token })).await.expect(200);
        person.post(&format!("/orgs/{}/activate", self.org), &Value::Null).await.expect(204);
        person.refresh().await;
        person
    }

    /// Invites somebody and yields the invitation.
    pub async fn invite(&self, person: &Person, role: &str) -> Value {
        let invitation = json!({ "email": person.email, "role": role });
        self.owner.post(&format!("/orgs/{}/invitations", self.org), &invitation).await.expect(201)
    }

    /// Connects the organization's own public page and yields the account's id.
    ///
    /// # Panics
    /// When the product does not let them.
    pub async fn page(&self) -> String {
        let account = self.owner.post("/accounts/connect/page", &json!({})).await.expect(201);
        account["id"].as_str().expect("an id").to_owned()
    }
}

impl Team {
    /// Connects an account of the Mastodon instance at `origin`, as a browser would come back from the instance's own form
    /// with `code`, and yields the account's id.
    ///
    /// # Panics
    /// When the product does not let them.
    pub async fn mastodon(&self, origin: &str) -> String {
        let begun = self.owner.post("/accounts/connect/mastodon", &json!({ "instance": origin })).await;
        let cookie = begun.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        let address = begun.expect(200)["authorize_url"].as_str().unwrap_or_default().parse::<url::Url>();
        let address = address.expect("an address");
        let state = address.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
        let back = self.owner.request(Method::GET, "/accounts/callback/mastodon");
        let back = back.query(&[("code", "code"), ("state", &state)]).header("cookie", cookie);
        let back = Answer::to(back).await;
        let location = back.header("location").to_owned();
        let (_, account) = location.split_once("connected=").unwrap_or_else(|| panic!("not connected: {location}"));
        account.to_owned()
    }
}

/// A file uploaded the way the page does it: announced, sent straight to the object store, completed.
///
/// # Panics
/// When any of that is refused.
pub async fn upload(person: &Person, name: &str, mime: &str, bytes: Vec<u8>) -> Value {
    let announced = json!({ "name": name, "type": mime, "size": bytes.len() });
    let announced = person.post("/media", &announced).await.expect(201);
    let status = put(&announced["upload"], bytes).await;
    assert_eq!(status, 200, "the object store took {name}");
    let id = announced["file"]["id"].as_str().expect("an id");
    person.post(&format!("/media/{id}/complete"), &Value::Null).await.expect(200)
}

/// Sends bytes to where an upload may go, and yields the status.
///
/// # Panics
/// When there is no answer.
pub async fn put(upload: &Value, bytes: Vec<u8>) -> u16 {
    let mut request = Client::new().put(upload["url"].as_str().expect("an address")).body(bytes);
    for (name, value) in upload["headers"].as_object().into_iter().flatten() {
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    request.send().await.expect("an answer").status().as_u16()
}
