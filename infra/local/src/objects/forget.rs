//! What S3 forgets by itself: the attributes of a deleted object, and uploads that nobody completed.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::BUCKET;
use crate::SharedClock;

/// Folder of the bucket that the rule is about; `template.yaml` has the same rule.
const UPLOADS: &str = "uploads";
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const SWEEP: Duration = Duration::from_secs(3600);

/// Removes the files beside an object that hold its attributes: the object server leaves them behind.
pub(super) fn attributes(root: &Path, key: &str) -> io::Result<()> {
    let (bucket, key) = (URL_SAFE_NO_PAD.encode(BUCKET), URL_SAFE_NO_PAD.encode(key));
    for kind in ["metadata", "internal"] {
        match std::fs::remove_file(root.join(format!(".bucket-{bucket}.object-{key}.{kind}.json"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Removes uploads that nobody completed within a day: now, then every hour until `stopped`.
pub(crate) async fn sweep_uploads(root: PathBuf, clock: SharedClock, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
        let (root, now) = (root.clone(), clock.now());
        match tokio::task::spawn_blocking(move || uploads(&root, now)).await {
            Ok(Ok(0)) => {}
            Ok(Ok(count)) => tracing::debug!(count, "abandoned uploads deleted"),
            Ok(Err(error)) => tracing::error!(%error, "the sweep of abandoned uploads failed"),
            Err(_) => return,
        }
    }
}

fn uploads(root: &Path, now: Timestamp) -> io::Result<usize> {
    let mut count = 0;
    for tenant in entries(&root.join(BUCKET).join(UPLOADS))? {
        for file in entries(&tenant.path())? {
            let uploaded = Timestamp::try_from(file.metadata()?.modified()?).map_err(io::Error::other)?;
            if now.duration_since(uploaded) > KEPT {
                std::fs::remove_file(file.path())?;
                let (tenant, name) = (tenant.file_name(), file.file_name());
                attributes(root, &format!("{UPLOADS}/{}/{}", tenant.to_string_lossy(), name.to_string_lossy()))?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// What is in a folder; nothing when there is none.
fn entries(folder: &Path) -> io::Result<Vec<std::fs::DirEntry>> {
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        found => found?.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_old_uploads_go_and_take_their_attributes_along() {
        let root = crate::test_folder("forget");
        let folder = root.join(BUCKET).join(UPLOADS).join("org_1");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("fil_1.jpg"), "x").unwrap();
        let key = URL_SAFE_NO_PAD.encode("uploads/org_1/fil_1.jpg");
        let beside = root.join(format!(".bucket-{}.object-{key}.metadata.json", URL_SAFE_NO_PAD.encode(BUCKET)));
        fs::write(&beside, "{}").unwrap();
        let uploaded = Timestamp::try_from(fs::metadata(&beside).unwrap().modified().unwrap()).unwrap();
        assert_eq!(uploads(&root, uploaded).unwrap(), 0);
        assert_eq!(uploads(&root, uploaded + KEPT + SignedDuration::from_secs(9)).unwrap(), 1);
        assert!(!folder.join("fil_1.jpg").exists() && !beside.exists());
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn no_uploads_are_no_error() {
        assert_eq!(uploads(Path::new("/nowhere"), Timestamp::UNIX_EPOCH).unwrap(), 0);
    }
}
