//! What the suites share: a process in a folder of its own, and a browser without scripts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use local::{Invoker, Options, Running};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

/// An empty data folder.
pub(crate) fn folder(name: &str) -> PathBuf {
    let nanos = std::process::id();
    let path = std::env::temp_dir().join(format!("atelier-{name}-{nanos}"));
    drop(std::fs::remove_dir_all(&path));
    path
}

/// A process on a free port, with stand-ins for the event functions.
pub(crate) async fn start(data: &Path, functions: impl FnOnce(&Invoker)) -> Running {
    local::start_with(Options::new(data), functions).await.unwrap()
}

/// The newest code mailed to an address.
pub(crate) async fn code(running: &Running, email: &str) -> String {
    let mail = running.mail().await.unwrap();
    let text = &mail.iter().find(|message| message.to == email).expect("mail to the address").subject;
    text.split(' ').next().unwrap().to_owned()
}

/// A browser: cookies, forms, no scripts; it follows no redirects by itself.
pub(crate) struct Browser {
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new() -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { client, cookies: BTreeMap::new() }
    }

    pub(crate) async fn get(&mut self, address: &str) -> Response {
        let answer = self.client.get(address).header("cookie", self.cookie()).send().await.unwrap();
        self.keep(&answer);
        answer
    }

    /// Opens a page and sends its form with these fields.
    pub(crate) async fn submit(&mut self, page: &str, fields: &[(&str, &str)]) -> Response {
        let shown = self.get(page).await.text().await.unwrap();
        let token = shown.split("name=\"form\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let mut fields = fields.to_vec();
        fields.push(("form", token.unwrap_or_default()));
        let request = self.client.post(page).header("cookie", self.cookie()).form(&fields);
        let answer = request.send().await.unwrap();
        self.keep(&answer);
        answer
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: &Response) {
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Where an answer sends the browser.
pub(crate) fn location(running: &Running, answer: &Response) -> String {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.url());
    let target = answer.headers()["location"].to_str().unwrap().to_owned();
    if target.starts_with('/') { format!("{}{target}", running.base_url) } else { target }
}

/// The payload of a token, unverified.
pub(crate) fn claims(token: &str) -> Value {
    use base64::Engine;
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
