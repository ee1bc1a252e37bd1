//! Taking a published post down at its network.
//!
//! The network lets it go first and the note comes after. Should the process die in between, the post is gone and
//! still counts as there; asked again, the network has nothing left to delete, and the note is made. An entry of our
//! own page goes in the transaction that notes it. A first comment that the network never named is looked for first.

use api::{Answer, ApiError, ApiResult, Path, Tenant, can};
use axum::extract::State;
use domain::delivery::{Decider, Delivery, TakenDown};
use domain::ids::{AccountId, PostId};
use domain::platform::Platform;
use domain::post::{Post, TargetOutcome};
use domain::rules::rule;
use platforms::page;
use store::{Change, Condition, OrgKey, Write};

use crate::ask::ask;
use crate::desk::Desk;
use crate::lost;
use crate::published::Publication;
use crate::trouble::unanswered_about;

/// Take a published post down at its network, with all parts of a thread. It cannot be undone.
#[utoipa::path(
    post, path = "/api/accounts/{id}/posts/{post_id}/take-down", tag = "accounts",
    params(("id" = AccountId, Path), ("post_id" = PostId, Path)),
    responses((status = 200, body = TakenDown))
)]
pub(crate) async fn take_down_post(
    State(desk): State<Desk>,
    tenant: Tenant<can::Publish>,
    Path((id, post)): Path<(AccountId, PostId)>,
) -> ApiResult<Answer> {
    let (published, content) = Publication::load_with_post(&tenant.store, id, post).await?;
    if let Some(done) = &published.delivery.taken_down {
        return Answer::ok(done);
    }
    let (gone, mut writes) = remove(&desk, &tenant, &published, content.as_ref()).await?;
    let by = Decider { id: tenant.caller.user, name: tenant.caller.name.clone(), at: tenant.now() };
    let after = gone.take_down(&by).map_err(|_| ApiError::conflict("It is not published."))?;
    writes.extend(note(&tenant, &published, &after)?);
    match tenant.store.transact(writes).await {
        Err(error) if error.is_conflict() => noted_by_another(&tenant, id, post).await,
        stored => {
            stored?;
            Answer::ok(&after.taken_down)
        }
    }
}

/// Has the network let go of everything the delivery put there, and yields the delivery with what was learned on the
/// way. What that takes in our own table is left to the caller.
async fn remove(
    desk: &Desk,
    tenant: &Tenant<can::Publish>,
    published: &Publication,
    content: Option<&Post>,
) -> ApiResult<(Delivery, Vec<Write>)> {
    let receipt = published.receipt()?;
    let Publication { account, delivery } = published;
    if account.platform == Platform::Page {
        return Ok((delivery.clone(), page::removal(&tenant.store, delivery).await?));
    }
    let network = desk.network(account.platform);
    let ids = delivery.removal(network.comments_are_posts(), |note| network.part_id(note));
    let ids = ids.ok_or_else(|| unreadable(&receipt.permalink))?;
    let content = content.filter(|_| network.comments_are_posts());
    let lost = content.and_then(|post| lost::comment(tenant.store.org(), published, post, &ids));
    let now = tenant.now();
    let asked = ask(desk, &tenant.store, account, move |network, credentials| {
        let (ids, lost) = (ids.clone(), lost.clone());
        Box::pin(async move {
            let looked = lost::look(network, lost.as_ref(), credentials).await?;
            for id in looked.id().into_iter().chain(&ids) {
                network.delete(id, credentials).await?;
            }
            Ok(looked)
        })
    });
    let looked = asked.await.map_err(|failure| unanswered_about(failure, &receipt.permalink, now))?;
    Ok((looked.noted(delivery, now), Vec::new()))
}

/// What becomes of the delivery, of the post's own note of it, and who did it: together, and once.
fn note(tenant: &Tenant<can::Publish>, published: &Publication, after: &Delivery) -> ApiResult<Vec<Write>> {
    let Publication { account, delivery } = published;
    let (post, key) = (delivery.post_id, OrgKey::Delivery(delivery.post_id, account.id));
    let outcome = Change::default().set_in("outcomes", &account.id.to_string(), &TargetOutcome::from(after))?;
    let summary = format!("Took the post down at {} on {}", account.handle, rule(account.platform).label);
    Ok(vec![
        tenant.store.put(&key, after, Condition::unmoved(delivery))?,
        // Whoever edits the post meanwhile has read the older outcome.
        tenant.store.change(&OrgKey::Post(post), outcome.add("version", 1), Condition::Present),
        tenant.audit("delivery.take_down", &post, summary)?,
    ])
}

/// Of two who take it down at once, one notes it, and both are told the same.
async fn noted_by_another(tenant: &Tenant<can::Publish>, id: AccountId, post: PostId) -> ApiResult<Answer> {
    let now = Publication::load(&tenant.store, id, post).await?;
    let moved = || ApiError::conflict("Something else changed the post just now. Take it down again to go on.");
    Answer::ok(&now.delivery.taken_down.ok_or_else(moved)?)
}

fn unreadable(permalink: &str) -> ApiError {
    ApiError::conflict(format!("What was recorded of its parts cannot be read. Delete it there yourself: {permalink}"))
}
