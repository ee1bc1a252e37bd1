//! One SQLite file behind one thread, with group commit.
//!
//! Everything that waits when the thread comes round to its queue is run inside one transaction,
//! each piece of work in its own savepoint, and answered only after the commit reached the disk:
//! a thousand writers at once cost a handful of disk syncs, and nobody is told "done" too early.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;

use rusqlite::Connection;
use tokio::sync::oneshot;

/// The most pieces of work that share one commit, so that the first of them does not wait long.
const BATCH: usize = 256;

/// Why a piece of work on a SQLite file was not carried out. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    /// SQLite refused a statement.
    #[error("the database refused a statement")]
    Sql(#[from] rusqlite::Error),
    /// The work was sound, but the commit it shared failed.
    #[error("the database could not commit: {0}")]
    Commit(String),
    /// The thread that owns the file is gone, or the work panicked.
    #[error("the database is closed")]
    Closed,
}

/// Tells the waiting caller how its work ended, once the commit is known.
type Reply = Box<dyn FnOnce(Result<(), String>) + Send>;
/// Does the work and says whether to keep it.
type Job = Box<dyn FnOnce(&Connection) -> (bool, Reply) + Send>;

/// A handle to one SQLite file; clones share the thread that owns it.
#[derive(Clone)]
pub(crate) struct Sqlite {
    jobs: mpsc::Sender<Job>,
}

impl Sqlite {
    /// Opens (or creates) the file, applies `schema`, and starts the thread that owns it.
    ///
    /// # Errors
    /// When the file cannot be opened, is no SQLite database, or the schema does not apply.
    pub(crate) fn open(path: &Path, schema: &'static str) -> anyhow::Result<Self> {
        crate::folder::reserve(path)?;
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -512)?;
        connection.execute_batch(schema)?;
        let (jobs, queue) = mpsc::channel();
        let name = path.file_stem().map_or_else(|| "sqlite".into(), |stem| stem.to_string_lossy().into_owned());
        std::thread::Builder::new().name(name).spawn(move || serve(&connection, &queue))?;
        Ok(Self { jobs })
    }

    /// Runs `work` on the owning thread and returns after what it wrote is on disk.
    ///
    /// # Errors
    /// When `work` fails (its writes are undone), or the commit does.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = work(connection);
            let keep = result.is_ok();
            let reply: Reply = Box::new(move |committed| {
                let result = match committed {
                    Ok(()) => result.map_err(StorageError::from),
                    Err(why) => Err(StorageError::Commit(why)),
                };
                // The caller may have gone away (its client disconnected): its work stands.
                drop(answer.send(result));
            });
            (keep, reply)
        });
        self.jobs.send(job).map_err(|_| StorageError::Closed)?;
        outcome.await.map_err(|_| StorageError::Closed)?
    }
}

fn serve(connection: &Connection, queue: &mpsc::Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let batch = std::iter::once(first).chain(queue.try_iter().take(BATCH - 1));
        let mut replies = Vec::new();
        let begun = say(connection, "BEGIN IMMEDIATE");
        for job in batch {
            if let Some(reply) = run_in_savepoint(connection, job) {
                replies.push(reply);
            }
        }
        let committed = begun.and_then(|()| say(connection, "COMMIT")).map_err(|error| error.to_string());
        if committed.is_err() && !connection.is_autocommit() {
            drop(connection.execute_batch("ROLLBACK"));
        }
        for reply in replies {
            reply(committed.clone());
        }
    }
}

/// A failed or panicking job leaves nothing behind in the transaction it shares with others.
fn run_in_savepoint(connection: &Connection, job: Job) -> Option<Reply> {
    drop(say(connection, "SAVEPOINT job"));
    let outcome = catch_unwind(AssertUnwindSafe(|| job(connection)));
    let (keep, reply) = match outcome {
        Ok((keep, reply)) => (keep, Some(reply)),
        Err(_) => (false, None),
    };
    if !keep {
        drop(say(connection, "ROLLBACK TO job"));
    }
    drop(say(connection, "RELEASE job"));
    reply
}

/// Runs a statement that is said over and over, parsed once.
fn say(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::Sqlite;

    #[tokio::test]
    async fn a_failed_job_takes_nothing_of_its_neighbours_with_it() {
        let folder = crate::test_folder("sqlite");
        let path = folder.join("t.sqlite");
        let database = Sqlite::open(&path, "CREATE TABLE IF NOT EXISTS t (v INTEGER)").unwrap();
        let write = |value: i64, fail: bool| {
            let database = database.clone();
            async move {
                database
                    .run(move |c| {
                        c.execute("INSERT INTO t VALUES (?1)", [value])?;
                        if fail { c.execute("nonsense", []) } else { Ok(1) }
                    })
                    .await
            }
        };
        let (a, b, c) = tokio::join!(write(1, false), write(2, true), write(3, false));
        assert!(a.is_ok() && b.is_err() && c.is_ok());
        let sum: i64 = database.run(|c| c.query_row("SELECT sum(v) FROM t", [], |row| row.get(0))).await.unwrap();
        assert_eq!(sum, 4);
    }
}
