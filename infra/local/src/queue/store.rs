//! Messages on disk.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::random;
use crate::sqlite::{Sqlite, StorageError};

/// `visible_at` is when a message can be received: after its delay, or when whoever received it last has
/// neither deleted it nor asked for more time. `receipt` is the handle of the last receipt.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS queues (
    name TEXT PRIMARY KEY, visibility INTEGER NOT NULL, redrive_to TEXT, most_receives INTEGER, created INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL REFERENCES queues (name), message_id TEXT NOT NULL,
    body TEXT NOT NULL, attributes TEXT NOT NULL, sent INTEGER NOT NULL, visible_at INTEGER NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0, first_received INTEGER, receipt TEXT, source TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS waiting ON messages (queue, visible_at, id);";

#[derive(Clone)]
pub(super) struct Store {
    database: Sqlite,
}

/// A queue's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Queue {
    pub(super) name: String,
    /// How long a received message is invisible, unless the receiver says otherwise.
    pub(super) visibility: SignedDuration,
    pub(super) redrive: Option<Redrive>,
}

/// What becomes of messages that are received again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Redrive {
    /// The queue they are moved to.
    pub(super) to: String,
    /// After how many receipts.
    pub(super) after: i64,
}

/// A message to be stored.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) body: String,
    /// The sender's attributes, as the protocol writes them.
    pub(super) attributes: String,
}

/// A message that was received.
#[derive(Clone, Debug)]
pub(super) struct Message {
    id: i64,
    pub(super) message_id: String,
    pub(super) body: String,
    pub(super) attributes: String,
    /// Milliseconds since 1970.
    pub(super) sent: i64,
    pub(super) receives: i64,
    /// Milliseconds since 1970.
    pub(super) first_received: i64,
    pub(super) receipt: String,
    /// The queue that gave it up.
    pub(super) source: Option<String>,
}

/// How many messages a queue holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) visible: i64,
    pub(super) in_flight: i64,
    pub(super) delayed: i64,
}

impl Store {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        Ok(Self { database: Sqlite::open(path, SCHEMA)? })
    }

    /// Makes a queue, or gives an existing one these settings.
    pub(super) async fn set_queue(&self, queue: Queue, now: Timestamp) -> Result<(), StorageError> {
        let upsert =
            "INSERT INTO queues (name, visibility, redrive_to, most_receives, created) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (name) DO UPDATE SET visibility = ?2, redrive_to = ?3, most_receives = ?4";
        let now = now.as_millisecond();
        self.database
            .run(move |c| {
                let (to, after) = queue.redrive.map(|redrive| (redrive.to, redrive.after)).unzip();
                c.execute(upsert, params![queue.name, milliseconds(queue.visibility), to, after, now]).map(drop)
            })
            .await
    }

    pub(super) async fn queue(&self, name: &str) -> Result<Option<Queue>, StorageError> {
        let name = name.to_owned();
        self.database.run(move |c| queue(c, &name)).await
    }

    /// Names that begin with `prefix`, in order.
    pub(super) async fn queue_names(&self, prefix: &str) -> Result<Vec<String>, StorageError> {
        let prefix = prefix.to_owned();
        let select = "SELECT name FROM queues WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name LIMIT 1000";
        self.database.run(move |c| c.prepare_cached(select)?.query_map([prefix], |row| row.get(0))?.collect()).await
    }

    /// Takes a message that is invisible until `visible_at`, and yields its id; nothing when there is no such
    /// queue.
    pub(super) async fn send(
        &self,
        queue: &str,
        letter: Letter,
        now: Timestamp,
        visible_at: Timestamp,
    ) -> Result<Option<String>, StorageError> {
        let insert = "INSERT INTO messages (queue, message_id, body, attributes, sent, visible_at)
            SELECT name, ?2, ?3, ?4, ?5, ?6 FROM queues WHERE name = ?1";
        let (name, id) = (queue.to_owned(), random::uuid());
        let (now, visible_at) = (now.as_millisecond(), visible_at.as_millisecond());
        self.database
            .run(move |c| {
                let values = params![name, id, letter.body, letter.attributes, now, visible_at];
                Ok((c.prepare_cached(insert)?.execute(values)? == 1).then_some(id))
            })
            .await
    }

    /// Hands out up to `limit` visible messages, the one that waits longest first, and hides them for
    /// `visibility`. What was received too often goes to the dead letters instead. Also when the next message
    /// becomes visible.
    pub(super) async fn receive(
        &self,
        queue: &Queue,
        limit: usize,
        visibility: SignedDuration,
        now: Timestamp,
    ) -> Result<(Vec<Message>, Option<Timestamp>), StorageError> {
        let (queue, limit) = (queue.clone(), i64::try_from(limit).unwrap_or(i64::MAX));
        let (now, until) = (now.as_millisecond(), (now + visibility).as_millisecond());
        self.database
            .run(move |c| {
                redrive(c, &queue, now)?;
                let select = "SELECT id, message_id, body, attributes, sent, receives, first_received, source FROM messages
                    WHERE queue = ?1 AND visible_at <= ?2 ORDER BY visible_at, id LIMIT ?3";
                let received = |row: &Row<'_>| message(row, now);
                let values = params![queue.name, now, limit];
                let messages: Vec<Message> =
                    c.prepare_cached(select)?.query_map(values, received)?.collect::<Result<_, _>>()?;
                let update = "UPDATE messages SET receives = ?2, first_received = ?3, receipt = ?4, visible_at = ?5 WHERE id = ?1";
                for message in &messages {
                    let Message { id, receives, first_received, receipt, .. } = message;
                    c.prepare_cached(update)?.execute(params![id, receives, first_received, receipt, until])?;
                }
                let next = "SELECT min(visible_at) FROM messages WHERE queue = ?1 AND visible_at > ?2";
                let next: Option<i64> = c.prepare_cached(next)?.query_row(params![queue.name, now], |row| row.get(0))?;
                Ok((messages, next.and_then(|next| Timestamp::from_millisecond(next).ok())))
            })
            .await
    }

    /// Removes what these handles were given for. A handle that a later receipt replaced removes nothing.
    pub(super) async fn delete(&self, queue: &str, receipts: Vec<String>) -> Result<(), StorageError> {
        let queue = queue.to_owned();
        let delete = "DELETE FROM messages WHERE id = ?1 AND queue = ?2 AND receipt = ?3";
        self.database
            .run(move |c| {
                for receipt in receipts {
                    c.prepare_cached(delete)?.execute(params![row_of(&receipt), queue, receipt])?;
                }
                Ok(())
            })
            .await
    }

    /// Changes when a received message is visible again; `false` when nobody holds it by this handle.
    pub(super) async fn show_at(
        &self,
        queue: &str,
        receipt: String,
        now: Timestamp,
        visible_at: Timestamp,
    ) -> Result<bool, StorageError> {
        let queue = queue.to_owned();
        let update =
            "UPDATE messages SET visible_at = ?4 WHERE id = ?1 AND queue = ?2 AND receipt = ?3 AND visible_at > ?5";
        let (now, visible_at) = (now.as_millisecond(), visible_at.as_millisecond());
        self.database
            .run(move |c| Ok(c.execute(update, params![row_of(&receipt), queue, receipt, visible_at, now])? == 1))
            .await
    }

    /// Shows everything that was received and not deleted: whoever held it is gone.
    pub(super) async fn show_all(&self, queue: &str, now: Timestamp) -> Result<usize, StorageError> {
        let (queue, now) = (queue.to_owned(), now.as_millisecond());
        let update = "UPDATE messages SET visible_at = ?2 WHERE queue = ?1 AND receipt IS NOT NULL AND visible_at > ?2";
        self.database.run(move |c| c.execute(update, params![queue, now])).await
    }

    pub(super) async fn counts(&self, queue: &str, now: Timestamp) -> Result<Counts, StorageError> {
        let (queue, now) = (queue.to_owned(), now.as_millisecond());
        let select = "SELECT count(*) FILTER (WHERE visible_at <= ?2),
            count(*) FILTER (WHERE visible_at > ?2 AND receipt IS NOT NULL),
            count(*) FILTER (WHERE visible_at > ?2 AND receipt IS NULL) FROM messages WHERE queue = ?1";
        let counts = |row: &Row<'_>| Ok(Counts { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? });
        self.database.run(move |c| c.query_row(select, params![queue, now], counts)).await
    }
}

fn queue(c: &Connection, name: &str) -> rusqlite::Result<Option<Queue>> {
    let select = "SELECT name, visibility, redrive_to, most_receives FROM queues WHERE name = ?1";
    let queue = |row: &Row<'_>| {
        let (to, after): (Option<String>, Option<i64>) = (row.get(2)?, row.get(3)?);
        let redrive = to.zip(after).map(|(to, after)| Redrive { to, after });
        Ok(Queue { name: row.get(0)?, visibility: SignedDuration::from_millis(row.get(1)?), redrive })
    };
    c.prepare_cached(select)?.query_row([name], queue).optional()
}

fn redrive(c: &Connection, queue: &Queue, now: i64) -> rusqlite::Result<()> {
    let Some(Redrive { to, after }) = &queue.redrive else { return Ok(()) };
    let update = "UPDATE messages SET queue = ?3, source = queue, receipt = NULL, visible_at = ?2
        WHERE queue = ?1 AND visible_at <= ?2 AND receives >= ?4";
    let moved = c.prepare_cached(update)?.execute(params![queue.name, now, to, after])?;
    if moved > 0 {
        tracing::error!(queue = queue.name, moved, "messages failed for good: `make dead-letters` shows them");
    }
    Ok(())
}

fn message(row: &Row<'_>, now: i64) -> rusqlite::Result<Message> {
    let id: i64 = row.get(0)?;
    Ok(Message {
        id,
        message_id: row.get(1)?,
        body: row.get(2)?,
        attributes: row.get(3)?,
        sent: row.get(4)?,
        receives: row.get::<_, i64>(5)? + 1,
        first_received: row.get::<_, Option<i64>>(6)?.unwrap_or(now),
        receipt: format!("{id}/{}", random::uuid()),
        source: row.get(7)?,
    })
}

/// Whether a handle is of our making.
pub(super) fn is_receipt(text: &str) -> bool {
    text.split_once('/').is_some_and(|(id, uuid)| id.parse::<i64>().is_ok() && uuid.len() == 36)
}

fn row_of(receipt: &str) -> Option<i64> {
    receipt.split_once('/')?.0.parse().ok()
}

fn milliseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
