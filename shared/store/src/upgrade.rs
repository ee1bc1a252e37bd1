//! What older versions of the code did not write yet, added to items as they are.
//!
//! Every reader does without it; it is only that an account without its place in the due index is not looked after by
//! itself, and that a list reads a post whole which lacks what lists show.

use cloud::reach::{Across, Reach};
use domain::account::{Account, AccountStatus};
use domain::platform::Platform;
use domain::post::Post;
use domain::upkeep::next_check;
use jiff::Timestamp;

use crate::backend::Item;
use crate::entity::Entity as _;
use crate::error::StoreError;
use crate::key::{Key, OrgKey};
use crate::restored::org_and_sort;
use crate::write::{Change, Condition, LISTED, Write};

/// The write that adds to an item what it lacks, if it lacks anything: under the condition that nobody changes it
/// meanwhile. `fraction`, from 0 to 1, spreads the looks at accounts.
///
/// # Errors
/// [`StoreError::Shape`] when it cannot be read.
pub fn upgraded(item: &Item, now: Timestamp, fraction: f64) -> Result<Option<Write>, StoreError> {
    let Some((org, sort)) = org_and_sort(item) else { return Ok(None) };
    if sort.starts_with("ACCOUNT#") {
        let account: Account = serde_dynamo::from_item(item.clone())?;
        let is_looked_after = account.check_at.is_some() || account.platform == Platform::Page;
        if is_looked_after || account.status == AccountStatus::Disconnected {
            return Ok(None);
        }
        let next = next_check(account.expires_at, now, fraction);
        let change = Change::default().check_at(account.id, next)?.add("version", 1);
        let key = Key::org(org, &OrgKey::Account(account.id));
        return Ok(Some(Write::update(
            Reach::across(Across::WholeTable),
            key,
            change,
            Condition::Version(account.version),
        )));
    }
    if sort.starts_with("POST#") && !sort.contains("#DELIVERY#") && !item.contains_key(LISTED) {
        let post: Post = serde_dynamo::from_item(item.clone())?;
        let change = Change::default().set(LISTED, &post.listed().unwrap_or_default())?;
        let key = Key::org(org, &OrgKey::Post(post.id));
        return Ok(Some(Write::update(
            Reach::across(Across::WholeTable),
            key,
            change,
            Condition::Version(post.version),
        )));
    }
    Ok(None)
}
