//! Taking an entry off the public page: it goes with the files that nothing else on the page shows.

use std::collections::{BTreeMap, BTreeSet};

use domain::delivery::Delivery;
use domain::ids::{FileId, PostId};
use domain::media::{File, UsedBy};
use domain::post::Post;
use store::{Condition, OrgKey, OrgStore, PageEntry, StoreError, Write};

/// The writes that take what `delivery` put on the page off it; none when it is gone already. They belong in the
/// transaction that notes it. A post that is saved with one of the files in between makes them conflict.
///
/// # Errors
/// [`StoreError`].
pub async fn removal(store: &OrgStore, delivery: &Delivery) -> Result<Vec<Write>, StoreError> {
    let Some(receipt) = &delivery.receipt else { return Ok(Vec::new()) };
    let key = OrgKey::PageEntry(receipt.remote_id.clone());
    let Some(entry) = store.get::<PageEntry>(&key).await? else { return Ok(Vec::new()) };
    let mut writes = vec![store.delete(&key, Condition::Present)];
    let shown: BTreeSet<FileId> = entry.media.iter().map(|media| media.file_id).collect();
    if shown.is_empty() {
        return Ok(writes);
    }
    let files: Vec<File> = store.get_all(&shown.iter().map(|id| OrgKey::File(*id)).collect::<Vec<_>>()).await?;
    let files: BTreeMap<FileId, File> = files.into_iter().map(|file| (file.id, file)).collect();
    let kept = kept(store, delivery, files.values().flat_map(other_posts(delivery.post_id))).await?;
    for id in shown {
        let Some(file) = files.get(&id) else {
            writes.push(store.delete(&OrgKey::PageFile(id), Condition::Always));
            continue;
        };
        if other_posts(delivery.post_id)(file).all(|post| !kept.contains(&post)) {
            writes.push(store.delete(&OrgKey::PageFile(id), Condition::Always));
            // Whoever saves a post with it adds to this list.
            let unused_since = Condition::Length("used_by", file.used_by.len());
            writes.push(store.check(&OrgKey::File(id), unused_since));
        }
    }
    Ok(writes)
}

/// The posts beside `own` that were saved with a file.
fn other_posts(own: PostId) -> impl Fn(&File) -> std::vec::IntoIter<PostId> + Copy {
    move |file| {
        let posts = file.used_by.iter().filter_map(|user| match user {
            UsedBy::Post(post) => (*post != own).then_some(*post),
            UsedBy::Series(_) => None,
        });
        posts.collect::<Vec<_>>().into_iter()
    }
}

/// Those of `posts` that the page shows, or may soon. One that was deleted here left what it had published there.
async fn kept(
    store: &OrgStore,
    delivery: &Delivery,
    posts: impl Iterator<Item = PostId>,
) -> Result<BTreeSet<PostId>, StoreError> {
    let posts: BTreeSet<PostId> = posts.collect();
    let own: Vec<OrgKey> = posts.iter().map(|post| OrgKey::Post(*post)).collect();
    let deliveries: Vec<OrgKey> = posts.iter().map(|post| OrgKey::Delivery(*post, delivery.account_id)).collect();
    let both: Vec<OrgKey> = own.iter().chain(&deliveries).cloned().collect();
    let mut found = store.get_together(&both).await?;
    let there: BTreeSet<PostId> = found.take::<Post>(&own)?.iter().map(|post| post.id).collect();
    let seen = found.take::<Delivery>(&deliveries)?.into_iter();
    let seen: BTreeSet<PostId> = seen.filter(Delivery::may_be_seen).map(|delivery| delivery.post_id).collect();
    Ok(posts.into_iter().filter(|post| seen.contains(post) || !there.contains(post)).collect())
}
