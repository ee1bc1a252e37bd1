//! Schedules on disk.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::expression::Expression;
use super::model::{Schedule, Stored};
use crate::sqlite::{Sqlite, StorageError};

/// `due` is when a schedule is to fire next, `try_at` when the next attempt is made (later than `due`
/// after a failure, absent when it is disabled or done). `generation` tells an updated schedule from
/// the one that a running call was made for.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS groups (name TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS schedules (
    grp TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, token TEXT,
    created INTEGER NOT NULL, modified INTEGER NOT NULL, generation INTEGER NOT NULL DEFAULT 1,
    due INTEGER NOT NULL, try_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (grp, name)
) STRICT;
CREATE INDEX IF NOT EXISTS next ON schedules (try_at) WHERE try_at IS NOT NULL;";

/// How many due schedules are read at once.
const PAGE: i64 = 512;

#[derive(Clone)]
pub(super) struct Store {
    database: Sqlite,
}

/// How a request to create ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Created {
    /// It is there now, or was there already from the same request.
    Done,
    /// Another one has the name.
    Taken,
    /// There is no such group.
    NoGroup,
}

/// One schedule that is to be called now.
#[derive(Clone, Debug)]
pub(super) struct Firing {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) generation: i64,
    pub(super) due: Timestamp,
    pub(super) attempts: i64,
    pub(super) schedule: Schedule,
}

/// What becomes of a schedule after a call.
#[derive(Debug)]
pub(super) enum Conclusion {
    /// It is over: gone, or kept without a next time.
    Complete { delete: bool },
    /// It fires again at this time.
    Next(Timestamp),
    /// The call failed and is made again at this time.
    Retry(Timestamp),
}

impl Store {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        Ok(Self { database: Sqlite::open(path, SCHEMA)? })
    }

    pub(super) async fn create_group(&self, name: &str, now: Timestamp) -> Result<bool, StorageError> {
        let (name, now) = (name.to_owned(), now.as_millisecond());
        let insert = "INSERT INTO groups (name, created) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.database.run(move |c| Ok(c.execute(insert, params![name, now])? == 1)).await
    }

    pub(super) async fn group_created(&self, name: &str) -> Result<Option<i64>, StorageError> {
        let name = name.to_owned();
        let select = "SELECT created FROM groups WHERE name = ?1";
        self.database.run(move |c| c.query_row(select, [name], |row| row.get(0)).optional()).await
    }

    pub(super) async fn create(
        &self,
        name: &str,
        schedule: Schedule,
        first: Timestamp,
        now: Timestamp,
    ) -> Result<Created, StorageError> {
        let name = name.to_owned();
        let group = schedule.group_name.clone().unwrap_or_else(|| "default".into());
        self.database
            .run(move |c| {
                let known = "SELECT 1 FROM groups WHERE name = ?1";
                if c.prepare_cached(known)?.query_row([&group], |_| Ok(())).optional()?.is_none() {
                    return Ok(Created::NoGroup);
                }
                let body = encode(&schedule)?;
                let select = "SELECT body, token FROM schedules WHERE grp = ?1 AND name = ?2";
                let present = c
                    .prepare_cached(select)?
                    .query_row([&group, &name], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?)))
                    .optional()?;
                if let Some((present, token)) = present {
                    let same = schedule.client_token.is_some() && token == schedule.client_token && present == body;
                    return Ok(if same { Created::Done } else { Created::Taken });
                }
                let insert = "INSERT INTO schedules (grp, name, body, token, created, modified, due, try_at)
                              VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)";
                let due = first.as_millisecond();
                let try_at = (schedule.state == "ENABLED").then_some(due);
                let values = params![group, name, body, schedule.client_token, now.as_millisecond(), due, try_at];
                c.prepare_cached(insert)?.execute(values)?;
                Ok(Created::Done)
            })
            .await
    }

    /// Replaces a schedule; `false` when there is none.
    pub(super) async fn update(
        &self,
        name: &str,
        schedule: Schedule,
        first: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let name = name.to_owned();
        let group = schedule.group_name.clone().unwrap_or_else(|| "default".into());
        self.database
            .run(move |c| {
                let update = "UPDATE schedules SET body = ?3, token = ?4, modified = ?5, due = ?6, try_at = ?7,
                              attempts = 0, generation = generation + 1 WHERE grp = ?1 AND name = ?2";
                let due = first.as_millisecond();
                let try_at = (schedule.state == "ENABLED").then_some(due);
                let body = encode(&schedule)?;
                let values = params![group, name, body, schedule.client_token, now.as_millisecond(), due, try_at];
                Ok(c.execute(update, values)? == 1)
            })
            .await
    }

    pub(super) async fn get(&self, group: &str, name: &str) -> Result<Option<Stored>, StorageError> {
        let key = [group.to_owned(), name.to_owned()];
        let select = "SELECT grp, name, body, created, modified FROM schedules WHERE grp = ?1 AND name = ?2";
        self.database.run(move |c| c.query_row(select, key, stored).optional()).await
    }

    /// `false` when there was none.
    pub(super) async fn delete(&self, group: &str, name: &str) -> Result<bool, StorageError> {
        let key = [group.to_owned(), name.to_owned()];
        let delete = "DELETE FROM schedules WHERE grp = ?1 AND name = ?2";
        self.database.run(move |c| Ok(c.prepare_cached(delete)?.execute(key)? == 1)).await
    }

    /// Up to `limit` schedules after the name `after`, by name.
    pub(super) async fn list(
        &self,
        group: Option<String>,
        prefix: String,
        after: String,
        limit: i64,
    ) -> Result<Vec<Stored>, StorageError> {
        let select = "SELECT grp, name, body, created, modified FROM schedules
            WHERE (?1 IS NULL OR grp = ?1) AND substr(name, 1, length(?2)) = ?2 AND grp || '/' || name > ?3
            ORDER BY grp, name LIMIT ?4";
        self.database
            .run(move |c| c.prepare_cached(select)?.query_map(params![group, prefix, after, limit], stored)?.collect())
            .await
    }

    /// What is due at `now`, the earliest first, and when something later will be.
    pub(super) async fn due(&self, now: Timestamp) -> Result<(Vec<Firing>, Option<Timestamp>), StorageError> {
        let now = now.as_millisecond();
        self.database
            .run(move |c| {
                let select = "SELECT grp, name, body, generation, due, attempts FROM schedules
                              WHERE try_at <= ?1 ORDER BY try_at LIMIT ?2";
                let due = c.prepare_cached(select)?.query_map([now, PAGE], firing)?.collect::<Result<_, _>>()?;
                let next = "SELECT min(try_at) FROM schedules WHERE try_at > ?1";
                let next: Option<i64> = c.prepare_cached(next)?.query_row([now], |row| row.get(0))?;
                Ok((due, next.and_then(|next| Timestamp::from_millisecond(next).ok())))
            })
            .await
    }

    /// Records how a call ended, unless the schedule was changed meanwhile.
    pub(super) async fn conclude(&self, firing: &Firing, conclusion: Conclusion) -> Result<(), StorageError> {
        let firing = firing.clone();
        self.database
            .run(move |c| {
                let Firing { group, name, generation, .. } = firing;
                let whose = "WHERE grp = ?1 AND name = ?2 AND generation = ?3";
                let set = |change: &str, at: Option<Timestamp>| {
                    let at = at.map(Timestamp::as_millisecond);
                    let update = format!("UPDATE schedules SET {change} {whose}");
                    c.prepare_cached(&update)?.execute(params![group, name, generation, at]).map(drop)
                };
                match conclusion {
                    Conclusion::Complete { delete: true } => {
                        let delete = format!("DELETE FROM schedules {whose}");
                        c.prepare_cached(&delete)?.execute(params![group, name, generation])?;
                    }
                    Conclusion::Complete { delete: false } => set("try_at = ?4", None)?,
                    Conclusion::Next(at) => set("due = ?4, try_at = ?4, attempts = 0", Some(at))?,
                    Conclusion::Retry(at) => set("try_at = ?4, attempts = attempts + 1", Some(at))?,
                }
                Ok(())
            })
            .await
    }
}

impl Firing {
    /// The next regular time after this one, if there is one.
    pub(super) fn next(&self, now: Timestamp) -> Option<Timestamp> {
        Expression::parse(&self.schedule.schedule_expression)?.next(self.due, now)
    }
}

fn encode(schedule: &Schedule) -> rusqlite::Result<String> {
    serde_json::to_string(schedule).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn decode(body: &str) -> rusqlite::Result<Schedule> {
    serde_json::from_str(body)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, error.into()))
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let schedule = decode(&row.get::<_, String>(2)?)?;
    Ok(Stored { group: row.get(0)?, name: row.get(1)?, schedule, created: row.get(3)?, modified: row.get(4)? })
}

fn firing(row: &Row<'_>) -> rusqlite::Result<Firing> {
    Ok(Firing {
        group: row.get(0)?,
        name: row.get(1)?,
        schedule: decode(&row.get::<_, String>(2)?)?,
        generation: row.get(3)?,
        due: Timestamp::from_millisecond(row.get(4)?).unwrap_or_default(),
        attempts: row.get(5)?,
    })
}
