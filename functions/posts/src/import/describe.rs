//! Alternative texts of a sheet, noted on the files of the library.

use std::collections::BTreeSet;

use api::{ApiError, ApiResult, Tenant, can};
use domain::ids::FileId;
use domain::media::File;
use store::{Change, Condition, OrgKey, Write};

use super::Shelf;

/// Files that are described in one transaction, each with its audit entry: a transaction takes a hundred writes.
const AT_ONCE: usize = 40;

/// Describes those of the files that the sheet describes and that had no description, before posts copy it. Whatever
/// breaks off here, a repeat finds the rest undescribed and goes on.
pub(super) async fn all<'a>(
    tenant: &Tenant<can::Write>,
    shelf: &Shelf,
    used: impl Iterator<Item = &'a FileId>,
) -> ApiResult<()> {
    let used: BTreeSet<&FileId> = used.collect();
    let files: Vec<&File> = shelf.library.described().filter(|file| used.contains(&file.id)).collect();
    for some in files.chunks(AT_ONCE) {
        let mut writes = Vec::new();
        for file in some {
            writes.extend(description(tenant, file)?);
        }
        tenant.store.transact(writes).await.map_err(|error| {
            if error.is_conflict() {
                ApiError::conflict("A file of the sheet was changed or deleted just now. Look at the rows again.")
            } else {
                error.into()
            }
        })?;
    }
    Ok(())
}

fn description(tenant: &Tenant<can::Write>, file: &File) -> ApiResult<[Write; 2]> {
    let change = Change::default().set("alt", &file.alt)?.add("version", 1);
    let change = tenant.store.change(&OrgKey::File(file.id), change, Condition::Version(file.version));
    Ok([change, tenant.audit("media.update", &file.id, "Described a file from a spreadsheet.")?])
}
