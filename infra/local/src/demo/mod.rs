//! The demo organization that `DEMO=1` adds to an installation: weeks of posts behind it and ahead of
//! it, so that nothing looks empty. Made once; what people change in it stays changed.

mod pictures;
mod posts;

use std::sync::Arc;

use anyhow::Context;
use aws_sdk_cognitoidentityprovider as cognito;
use aws_sdk_cognitoidentityprovider::operation::sign_up::SignUpError;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType};
use cloud::Cloud;
use domain::account::Account;
use domain::ids::{AccountId, OrgId, UserId};
use domain::org::{Member, Organization};
use domain::platform::Platform;
use domain::role::Role;
use domain::tenancy::{OrgScope, UserScope};
use store::{Change, Condition, OrgKey, OrgStore, RemoteReservation, Table};

use crate::mail::Mailbox;

/// Who signs in to the demo organization.
pub(crate) const EMAIL: &str = "demo@atelier.example";
/// Their password. Everybody may know it: a demo holds nothing of anybody's.
pub(crate) const PASSWORD: &str = "atelier-demo-2026";
const NAME: &str = "Mara Lindqvist";
const SLUG: &str = "tidewater";
const ZONE: &str = "Europe/Berlin";

/// The demo organization, to be filled.
pub(crate) struct Demo {
    cloud: Arc<Cloud>,
    store: OrgStore,
    user: UserId,
    account: AccountId,
    base_url: String,
}

/// Makes the demo organization, unless it is there already.
///
/// # Errors
/// When a service refuses.
pub(crate) async fn seed(cloud: &Arc<Cloud>, mailbox: &Mailbox) -> anyhow::Result<()> {
    let table = Table::new(cloud);
    if table.page_scope(SLUG).await?.is_some() {
        return Ok(());
    }
    let user = sign_up(cloud, mailbox).await?;
    let now = cloud.clock.now();
    let store = table.org(OrgScope::for_new_org(OrgId::new(cloud.random.ulid(now))));
    let demo = Demo {
        account: AccountId::new(cloud.random.ulid(now)),
        base_url: cloud.config.base_url.clone(),
        cloud: Arc::clone(cloud),
        store,
        user,
    };
    let pictures = pictures::store(&demo).await?;
    posts::write(&demo, &pictures).await?;
    // Last: only a complete demo counts as there.
    demo.found(&table).await
}

/// Signs the demo person up as anybody would, code from the mailbox included.
async fn sign_up(cloud: &Cloud, mailbox: &Mailbox) -> anyhow::Result<UserId> {
    let mut builder = cognito::config::Builder::from(cloud.sdk());
    builder.set_endpoint_url(cloud.config.endpoints.cognito.clone());
    let client = cognito::Client::from_conf(builder.build());
    let id = &cloud.config.user_pool_client_id;
    let attribute = |name: &str, value: &str| AttributeType::builder().name(name).value(value).build();
    let answer = client
        .sign_up()
        .client_id(id)
        .username(EMAIL)
        .password(PASSWORD)
        .user_attributes(attribute("email", EMAIL)?)
        .user_attributes(attribute("name", NAME)?)
        .send()
        .await;
    match answer {
        Ok(_) => {
            let mail = mailbox.messages().await?;
            let text = mail.iter().find(|mail| mail.to == EMAIL).map(|mail| mail.text.as_str()).unwrap_or_default();
            let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6);
            let code = code.context("the demo's code did not arrive")?;
            client.confirm_sign_up().client_id(id).username(EMAIL).confirmation_code(code).send().await?;
        }
        // An earlier start got this far and no further.
        Err(error) if error.as_service_error().is_some_and(SignUpError::is_username_exists_exception) => {}
        Err(error) => return Err(error).context("the demo's person could not be signed up"),
    }
    let session = client
        .initiate_auth()
        .client_id(id)
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .auth_parameters("USERNAME", EMAIL)
        .auth_parameters("PASSWORD", PASSWORD)
        .send()
        .await?;
    let token = session.authentication_result.and_then(|result| result.access_token);
    let person = client.get_user().access_token(token.context("the demo's person got no token")?).send().await?;
    let sub = person.user_attributes.iter().find(|attribute| attribute.name == "sub");
    Ok(UserId::from_sub(sub.and_then(|sub| sub.value()).unwrap_or_default())?)
}

impl Demo {
    /// The organization with its owner and its page, in one transaction.
    async fn found(&self, table: &Table) -> anyhow::Result<()> {
        let now = self.cloud.clock.now();
        let organization = Organization {
            id: self.store.org(),
            name: "Tidewater Ceramics".to_owned(),
            slug: SLUG.to_owned(),
            zone: ZONE.to_owned(),
            accent: "#2f5d62".to_owned(),
            about: "Stoneware from the Baltic coast. Small firings, open studio on Saturdays.".to_owned(),
            require_alt_text: false,
            owners: 1,
            version: 1,
            created_at: now,
        };
        let member = Member {
            org_id: organization.id,
            org_name: organization.name.clone(),
            org_slug: SLUG.to_owned(),
            user_id: self.user,
            email: EMAIL.to_owned(),
            name: NAME.to_owned(),
            role: Role::Owner,
            joined_at: now,
        };
        let account = self.page(&organization);
        let active = Change::default().set("active_org", &organization.id)?;
        let user = table.user(UserScope::from_verified_claims(self.user));
        let remote = OrgKey::Remote(Platform::Page.as_str(), account.remote_id.clone());
        table
            .transact(vec![
                self.store.reserve_slug(SLUG)?,
                self.store.put(&OrgKey::Org, &organization, Condition::Absent)?,
                self.store.put(&OrgKey::Member(self.user), &member, Condition::Absent)?,
                self.store.put(&OrgKey::Account(account.id), &account, Condition::Absent)?,
                self.store.put(&remote, &RemoteReservation { account_id: account.id }, Condition::Absent)?,
                user.change_profile(active, Condition::Present),
            ])
            .await?;
        Ok(())
    }

    fn page(&self, organization: &Organization) -> Account {
        let now = self.cloud.clock.now();
        Account {
            remote_id: organization.id.to_string(),
            name: organization.name.clone(),
            handle: organization.slug.clone(),
            url: Some(format!("{}/p/{SLUG}", self.base_url)),
            ..Account::new(self.account, Platform::Page, self.user, now)
        }
    }
}
