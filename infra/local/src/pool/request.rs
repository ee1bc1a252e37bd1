//! The authorization request that travels along in the address of every sign-in page.

use serde::{Deserialize, Serialize};

use super::{CLIENT, PREFIX};

/// The scopes there are.
const SCOPES: [&str; 3] = ["openid", "email", "profile"];

/// An OAuth 2.0 authorization request, as it came.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Request {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) client_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) redirect_uri: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) response_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nonce: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) code_challenge: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) code_challenge_method: String,
    /// `none` forbids pages, `login` demands one.
    #[serde(skip_serializing)]
    pub(super) prompt: String,
    /// `signup` shows the sign-up page first.
    #[serde(skip_serializing)]
    pub(super) screen_hint: String,
    /// The address to fill in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) login_hint: String,
    /// Which good news a page begins with; ours.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) notice: String,
}

/// What is wrong with an authorization request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It may come from anybody: the person is told, and nobody else.
    Shown(&'static str),
    /// The client is told, at its own address.
    Told(String),
}

impl Request {
    /// Checks everything that does not depend on who is signed in.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(super) fn check(&self, base_url: &str) -> Result<(), Refusal> {
        if self.client_id != CLIENT {
            return Err(Refusal::Shown("The application that sent you here is not known."));
        }
        if !redirects(base_url).contains(&self.redirect_uri) {
            return Err(Refusal::Shown("The address to return to is not one of this application's."));
        }
        let scopes = self.scope.split_whitespace().collect::<Vec<_>>();
        if self.response_type != "code" {
            return Err(self.refuse("unsupported_response_type"));
        }
        if self.code_challenge_method != "S256" || self.code_challenge.len() != 43 {
            return Err(self.refuse("invalid_request"));
        }
        if !scopes.contains(&"openid") || scopes.iter().any(|scope| !SCOPES.contains(scope)) {
            return Err(self.refuse("invalid_scope"));
        }
        Ok(())
    }

    /// A refusal told to the client.
    pub(super) fn refuse(&self, error: &str) -> Refusal {
        Refusal::Told(self.back([("error", error)]))
    }

    /// The client's address with an outcome and the state.
    pub(super) fn back<const N: usize>(&self, outcome: [(&str, &str); N]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(outcome);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        format!("{}?{}", self.redirect_uri, query.finish())
    }

    /// The address of one of our pages, with the request along.
    pub(super) fn page(&self, name: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(self) {
            query.extend_pairs(fields.iter().filter_map(|(name, value)| Some((name, value.as_str()?))));
        }
        format!("{PREFIX}/{name}?{}", query.finish())
    }

    /// Where somebody goes who has just signed in: on with the request, or to the start without one.
    pub(super) fn onward(&self, base_url: &str) -> String {
        if self.client_id.is_empty() {
            return format!("{base_url}/");
        }
        Self { notice: String::new(), login_hint: String::new(), ..self.clone() }.page("oauth2/authorize")
    }

    /// The same request for another address or with another notice.
    pub(super) fn with(&self, login_hint: &str, notice: &str) -> Self {
        Self { login_hint: login_hint.to_owned(), notice: notice.to_owned(), ..self.clone() }
    }
}

/// The addresses that codes are sent to.
fn redirects(base_url: &str) -> [String; 2] {
    [format!("{base_url}/signin/callback"), format!("{base_url}/signin/silent")]
}

#[cfg(test)]
mod tests {
    use super::{Refusal, Request};

    fn request() -> Request {
        Request {
            client_id: "atelier-spa".into(),
            redirect_uri: "http://localhost:4000/signin/callback".into(),
            response_type: "code".into(),
            scope: "openid email profile".into(),
            state: Some("a b".into()),
            code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into(),
            code_challenge_method: "S256".into(),
            ..Request::default()
        }
    }

    #[test]
    fn nothing_is_sent_to_strangers() {
        let base = "http://localhost:4000";
        assert_eq!(request().check(base), Ok(()));
        let elsewhere = Request { redirect_uri: "https://example.com/".into(), ..request() };
        assert!(matches!(elsewhere.check(base), Err(Refusal::Shown(_))));
        let stranger = Request { client_id: "other".into(), ..request() };
        assert!(matches!(stranger.check(base), Err(Refusal::Shown(_))));
    }

    #[test]
    fn proof_of_possession_is_mandatory() {
        let plain = Request { code_challenge_method: "plain".into(), ..request() };
        let answer = plain.check("http://localhost:4000");
        let back = "http://localhost:4000/signin/callback?error=invalid_request&state=a+b".to_owned();
        assert_eq!(answer, Err(Refusal::Told(back)));
    }
}
