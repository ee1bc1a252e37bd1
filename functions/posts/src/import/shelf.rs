//! What the rows of a sheet may name, loaded once.

use api::{ApiResult, Tenant};
use domain::account::Account;
use domain::import::{Library, Sheet, WantedFiles};
use domain::media::File;
use domain::org::Organization;
use store::{Order, OrgKey, OrgList, PageRequest};

use crate::parts::{Loaded, PostInput};

/// Most accounts of an organization that are looked at.
const ACCOUNTS_MAX: usize = 500;
/// Most files of a name that are taken from one page of the library.
const FILES_MAX: usize = 500;
/// Pages of the library, a megabyte each, that are searched for names; the newest files come first.
const PAGES: usize = 5;

/// What rows may name.
pub(super) struct Shelf {
    pub(super) accounts: Vec<Account>,
    pub(super) library: Library,
    require_alt_text: bool,
}

impl Shelf {
    /// Loads what the rows name: the accounts, and the files only where one is named.
    pub(super) async fn of<P>(tenant: &Tenant<P>, sheet: &Sheet) -> ApiResult<Self> {
        let wanted = WantedFiles::of(sheet.rows.iter().map(|row| row.media.as_str()));
        let all = PageRequest { cursor: None, limit: ACCOUNTS_MAX };
        let accounts = async {
            let page = tenant.store.list::<Account>(OrgList::Accounts, Order::Ascending, &all).await?;
            Ok(page.items)
        };
        let (accounts, (by_id, require_alt_text), (by_name, whole)) =
            tokio::try_join!(accounts, by_id(tenant, &wanted), by_name(tenant, &wanted))?;
        let library = Library::new(by_name.into_iter().chain(by_id), whole);
        Ok(Self { accounts, library, require_alt_text })
    }

    /// What one row's post names of it.
    pub(super) fn loaded(&self, input: &PostInput) -> Loaded {
        let named = |account: &&Account| input.targets.iter().any(|target| target.account_id == account.id);
        let accounts = self.accounts.iter().filter(named).cloned().collect();
        let files = input.media.iter().filter_map(|id| self.library.get(*id)).cloned().collect();
        Loaded::among(input, accounts, files, self.require_alt_text)
    }
}

/// The files that are named by their id, and whether the organization demands descriptions.
async fn by_id<P>(tenant: &Tenant<P>, wanted: &WantedFiles) -> ApiResult<(Vec<File>, bool)> {
    if wanted.is_empty() {
        return Ok((Vec::new(), false));
    }
    let ids: Vec<OrgKey> = wanted.ids.iter().copied().map(OrgKey::File).collect();
    let keys: Vec<OrgKey> = ids.iter().cloned().chain([OrgKey::Org]).collect();
    let mut found = tenant.store.get_together(&keys).await?;
    let organization: Option<Organization> = found.take_one(&OrgKey::Org)?;
    Ok((found.take(&ids)?, organization.is_some_and(|organization| organization.require_alt_text)))
}

/// The files of the names that are wanted, and whether the whole library was searched.
async fn by_name<P>(tenant: &Tenant<P>, wanted: &WantedFiles) -> ApiResult<(Vec<File>, bool)> {
    let mut files = Vec::new();
    if !wanted.by_name() {
        return Ok((files, true));
    }
    let now = tenant.now();
    let keep = |file: &File| wanted.has_name_of(file) && !file.is_abandoned(now);
    let mut page = PageRequest { cursor: None, limit: FILES_MAX };
    for _ in 0..PAGES {
        let found = tenant.store.search(OrgList::Files, Order::Descending, "named", &page, keep).await?;
        files.extend(found.items);
        page.cursor = found.next_cursor;
        if page.cursor.is_none() {
            return Ok((files, true));
        }
    }
    Ok((files, false))
}
