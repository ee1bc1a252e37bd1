//! The data folder: created owner-only, used by one process at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// An exclusively held data folder; released when dropped, also by a crash.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Creates the folder if need be and takes it for this process.
    ///
    /// # Errors
    /// When it cannot be written to, or another process has it; the message says what to do.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let unwritable = || format!("cannot write to the data folder {shown}: set DATA_DIR to a folder you own");
        DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(unwritable)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path.join("lock"))
            .with_context(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "the data folder {shown} is in use by another Atelier: stop that one, or set DATA_DIR to another folder"
            ),
            Err(TryLockError::Error(error)) => return Err(error).with_context(unwritable),
        }
        let path = path.canonicalize().with_context(unwritable)?;
        Ok(Self { path, _lock: lock })
    }

    /// A path below the folder.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// Creates a file that only its owner can read, if it does not exist: what opens it next keeps that.
///
/// # Errors
/// When the folder cannot be written to.
pub(crate) fn reserve(path: &Path) -> std::io::Result<()> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path).map(drop)
}

/// Replaces a file in one step, readable by its owner only, so that a crash leaves the old or the
/// new content and never a part.
///
/// # Errors
/// When the folder cannot be written to.
pub(crate) fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::Folder;

    #[test]
    fn a_folder_serves_one_process_at_a_time() {
        let path = crate::test_folder("folder");
        let held = Folder::open(&path).unwrap();
        let refusal = Folder::open(&path).unwrap_err().to_string();
        assert!(refusal.contains("in use"), "{refusal}");
        drop(held);
        assert!(Folder::open(&path).is_ok());
    }
}
