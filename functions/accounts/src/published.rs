//! What an account published: the delivery, and what its network knows it by.

use api::{ApiError, ApiResult};
use domain::account::{Account, AccountStatus};
use domain::delivery::{Delivery, Missing, Receipt};
use domain::ids::{AccountId, PostId};
use domain::post::Post;
use domain::rules::rule;
use store::{OrgKey, OrgStore, Together};

/// A post at an account, whatever became of it.
pub(crate) struct Publication {
    pub(crate) account: Account,
    pub(crate) delivery: Delivery,
}

impl Publication {
    /// Loads it.
    ///
    /// # Errors
    /// 404 when there is no such account, no such post, or it does not go there.
    pub(crate) async fn load(store: &OrgStore, account: AccountId, post: PostId) -> ApiResult<Self> {
        let (account, delivery) = (OrgKey::Account(account), OrgKey::Delivery(post, account));
        let found = store.get_together(&[account.clone(), delivery.clone()]).await?;
        Self::among(found, &account, &delivery)
    }

    /// The same with the post itself, which may be gone.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub(crate) async fn load_with_post(
        store: &OrgStore,
        account: AccountId,
        post: PostId,
    ) -> ApiResult<(Self, Option<Post>)> {
        let (account, delivery, post) = (OrgKey::Account(account), OrgKey::Delivery(post, account), OrgKey::Post(post));
        let mut found = store.get_together(&[account.clone(), delivery.clone(), post.clone()]).await?;
        let post = found.take_one(&post)?;
        Ok((Self::among(found, &account, &delivery)?, post))
    }

    fn among(mut found: Together, account: &OrgKey, delivery: &OrgKey) -> ApiResult<Self> {
        let account = found.take_one(account)?.ok_or_else(ApiError::not_found)?;
        let delivery = found.take_one(delivery)?.ok_or_else(ApiError::not_found)?;
        Ok(Self { account, delivery })
    }

    /// What its network knows it by, if it can be asked.
    ///
    /// # Errors
    /// 409 that says what to do instead.
    pub(crate) fn receipt(&self) -> ApiResult<&Receipt> {
        let receipt = self.delivery.evidence().map_err(|missing| self.not_there(missing))?;
        if self.account.status == AccountStatus::Disconnected {
            return Err(ApiError::conflict("This account is disconnected. Connect it again first."));
        }
        Ok(receipt)
    }

    fn not_there(&self, missing: Missing) -> ApiError {
        let label = &rule(self.account.platform).label;
        ApiError::conflict(match missing {
            Missing::Waiting => {
                "It is not published yet. Take it off the schedule, or wait until it is out.".to_owned()
            }
            Missing::Undecided => {
                "Nobody knows whether it is there. Look at the account, and say on the post's page what you found."
                    .to_owned()
            }
            Missing::NeverOut => "It never arrived there, so there is nothing to look at or take down.".to_owned(),
            Missing::Unnamed => match self.delivery.permalink() {
                Some(permalink) => {
                    format!("Only a person confirmed it, {label} never named it. Look there: {permalink}")
                }
                None => format!("Only a person confirmed it, {label} never named it. Look at the account itself."),
            },
            Missing::TakenDown => "It was taken down, so it is not there any more.".to_owned(),
        })
    }
}
