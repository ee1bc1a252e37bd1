//! The user pool's triggers: a confirmed person gets a profile, a token gets the claims that every
//! route group relies on.
//!
//! Events and answers are those of Cognito's post-confirmation and pre-token-generation (version 2)
//! triggers; the embedded user pool sends the same.

use std::sync::Arc;

use cloud::Cloud;
use domain::ids::{InvalidId, UserId};
use domain::org::User;
use domain::tenancy::UserScope;
use serde_json::{Map, Value, json};
use store::{Condition, StoreError, Table, UserStore};

/// Why a trigger failed; the user pool then refuses the sign-up or the token.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The event names nobody.
    #[error("the event has no valid sub: {0}")]
    Sub(#[from] InvalidId),
    /// The table was out of reach.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Handles one trigger event and returns it with the response filled in. Events of other triggers go
/// back unchanged.
///
/// # Errors
/// [`IdentityError`]; the user pool shows its text to nobody but the log.
pub async fn handle(cloud: &Arc<Cloud>, mut event: Value) -> Result<Value, IdentityError> {
    let source = event["triggerSource"].as_str().unwrap_or_default().to_owned();
    if source == "PostConfirmation_ConfirmSignUp" {
        let person = Person::of(cloud, &event)?;
        person.welcome().await?;
    } else if source.starts_with("TokenGeneration_") {
        let person = Person::of(cloud, &event)?;
        let claims = person.claims().await?;
        let overrides = json!({ "claimsToAddOrOverride": claims });
        event["response"] = json!({
            "claimsAndScopeOverrideDetails": {
                "idTokenGeneration": overrides,
                "accessTokenGeneration": overrides,
            }
        });
    }
    Ok(event)
}

/// What woke the function, for the log: the trigger.
#[must_use]
pub fn woken_by(event: &Value) -> String {
    event["triggerSource"].as_str().unwrap_or("other").to_owned()
}

struct Person {
    cloud: Arc<Cloud>,
    table: Table,
    user: UserId,
    email: String,
    email_verified: bool,
    name: String,
}

impl Person {
    fn of(cloud: &Arc<Cloud>, event: &Value) -> Result<Self, InvalidId> {
        let attributes = &event["request"]["userAttributes"];
        let text = |name: &str| attributes[name].as_str().unwrap_or_default().to_owned();
        let email = text("email");
        let name = Some(text("name")).filter(|name| !name.trim().is_empty());
        Ok(Self {
            user: UserId::from_sub(&text("sub"))?,
            name: name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned()),
            email,
            email_verified: text("email_verified") == "true",
            table: Table::new(cloud),
            cloud: Arc::clone(cloud),
        })
    }

    const fn scope(&self) -> UserScope {
        UserScope::from_verified_claims(self.user)
    }

    fn store(&self) -> UserStore {
        self.table.user(self.scope())
    }

    /// Makes the profile. The pool repeats a trigger whose answer it lost, so one that is there stays.
    async fn welcome(&self) -> Result<(), StoreError> {
        let user = User {
            id: self.user,
            email: self.email.clone(),
            name: self.name.clone(),
            active_org: None,
            created_at: self.cloud.clock.now(),
        };
        let store = self.store();
        match self.table.transact(vec![store.put_profile(&user, Condition::Absent)?]).await {
            Err(error) if error.is_conflict() => Ok(()),
            other => other,
        }
    }

    /// Who they are, and as what they act where: read anew for each token, so that a change of role
    /// or a removal takes effect within a token's five minutes.
    async fn claims(&self) -> Result<Map<String, Value>, StoreError> {
        let profile = self.store().profile().await?;
        let email = address(&self.email, self.email_verified, profile.as_ref());
        let mut claims = Map::new();
        claims.insert("user_id".to_owned(), json!(self.user));
        claims.insert("email".to_owned(), json!(email));
        claims.insert("name".to_owned(), json!(self.name));
        if let Some(org) = profile.and_then(|profile| profile.active_org)
            && let Some(member) = self.table.membership(self.scope(), org).await?
        {
            claims.insert("org_id".to_owned(), json!(org));
            claims.insert("role".to_owned(), json!(member.role.as_str()));
        }
        Ok(claims)
    }
}

/// The address that counts. The pool lets people change theirs, so a new one counts only once it is
/// verified: invitations go by it.
fn address<'a>(given: &'a str, verified: bool, profile: Option<&'a User>) -> &'a str {
    profile.filter(|_| !verified).map_or(given, |profile| &profile.email)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::Ulid;

    #[test]
    fn a_new_address_counts_once_it_is_verified() {
        let user = User {
            id: UserId::new(Ulid::from(1)),
            email: "ada@example.org".into(),
            name: "Ada".into(),
            active_org: None,
            created_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        };
        assert_eq!(address("boss@example.org", false, Some(&user)), "ada@example.org");
        assert_eq!(address("lovelace@example.org", true, Some(&user)), "lovelace@example.org");
        assert_eq!(address("new@example.org", false, None), "new@example.org");
    }
}
