//! What the rows of a sheet may name, loaded once.

use std::collections::BTreeMap;

use api::{ApiResult, Tenant};
use domain::account::Account;
use domain::ids::AccountId;
use domain::import::{self, Library, Sheet, WantedFiles};
use domain::media::File;
use domain::offers::{Choices, KnownChoices};
use domain::org::Organization;
use domain::platform::Platform;
use domain::problem::Problem;
use store::{Order, OrgKey, OrgList, PageRequest};

use crate::parts::{Loaded, PostInput};

/// Most accounts of an organization that are looked at.
const ACCOUNTS_MAX: usize = 500;
/// Most files of a name that are taken from one page of the library.
const FILES_MAX: usize = 500;
/// Most items that one request reads.
const READ_TOGETHER: usize = 100;
/// Pages of the library, a megabyte each, that are searched for names; the newest files come first.
const PAGES: usize = 5;

/// What rows may name.
pub(super) struct Shelf {
    pub(super) accounts: Vec<Account>,
    pub(super) library: Library,
    /// What is wrong with each row's alternative texts.
    pub(super) alts: Vec<Vec<Problem>>,
    /// What networks last offered the accounts to choose among, where a row chooses.
    pub(super) offered: BTreeMap<AccountId, Choices>,
    require_alt_text: bool,
}

impl Shelf {
    /// Loads what the rows name: the accounts, and the files only where one is named. Rows that name no accounts go to
    /// the `usual` ones.
    pub(super) async fn of<P>(tenant: &Tenant<P>, sheet: &Sheet, usual: &[AccountId]) -> ApiResult<Self> {
        let wanted = WantedFiles::of(sheet.rows.iter().map(|row| row.media.as_str()));
        let all = PageRequest { cursor: None, limit: ACCOUNTS_MAX };
        let accounts = async {
            let page = tenant.store.list::<Account>(OrgList::Accounts, Order::Ascending, &all).await?;
            Ok(page.items)
        };
        let (accounts, (by_id, require_alt_text), (by_name, whole)) =
            tokio::try_join!(accounts, by_id(tenant, &wanted), by_name(tenant, &wanted))?;
        let mut library = Library::new(by_name.into_iter().chain(by_id), whole);
        let alts = library.describe(&sheet.rows);
        let offered = offered(tenant, &accounts, sheet, usual).await?;
        Ok(Self { accounts, library, alts, offered, require_alt_text })
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

/// What networks last offered the accounts of rows that choose among it, such as a board by its name.
async fn offered<P>(
    tenant: &Tenant<P>,
    accounts: &[Account],
    sheet: &Sheet,
    usual: &[AccountId],
) -> ApiResult<BTreeMap<AccountId, Choices>> {
    let mut wanted: Vec<OrgKey> = Vec::new();
    for row in &sheet.rows {
        let choosing: Vec<Platform> = row.choosing().collect();
        if choosing.is_empty() {
            continue;
        }
        let named = if row.accounts.is_empty() { usual.to_vec() } else { import::accounts(&row.accounts, accounts).0 };
        let own = accounts.iter().filter(|account| choosing.contains(&account.platform) && named.contains(&account.id));
        wanted.extend(own.map(|account| OrgKey::Offers(account.id)));
    }
    wanted.sort_unstable_by_key(ToString::to_string);
    wanted.dedup();
    let mut known = BTreeMap::new();
    for some in wanted.chunks(READ_TOGETHER) {
        let found: Vec<KnownChoices> = tenant.store.get_together(some).await?.take(some)?;
        known.extend(found.into_iter().map(|known| (known.account_id, known.choices)));
    }
    Ok(known)
}
