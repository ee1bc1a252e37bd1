//! The user pool on disk. Times are milliseconds since 1970; tokens are kept as SHA-256 only.

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::random;
use crate::sqlite::Sqlite;

/// `families` ties together everything that came from one sign-in (`origin_jti` in its tokens), so
/// that it can end at once. `guards` count wrong guesses, also for addresses without a user.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS users (
    sub TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL,
    confirmed INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, modified INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS codes (
    email TEXT NOT NULL, purpose TEXT NOT NULL, code TEXT NOT NULL, expires INTEGER NOT NULL,
    PRIMARY KEY (email, purpose)
) STRICT;
CREATE TABLE IF NOT EXISTS guards (
    subject TEXT PRIMARY KEY, failures INTEGER NOT NULL, locked_until INTEGER NOT NULL, last INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS families (
    id TEXT PRIMARY KEY, sub TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    refresh TEXT NOT NULL UNIQUE, auth_time INTEGER NOT NULL, expires INTEGER NOT NULL, scope TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, sub TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    kind TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS grants (
    code TEXT PRIMARY KEY, sub TEXT NOT NULL REFERENCES users ON DELETE CASCADE, redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL, nonce TEXT, scope TEXT NOT NULL, auth_time INTEGER NOT NULL,
    expires INTEGER NOT NULL, family TEXT
) STRICT;";

/// One person.
#[derive(Clone, Debug)]
pub(super) struct User {
    /// The UUID that identifies them for good.
    pub(super) sub: String,
    /// Their address, in lower case.
    pub(super) email: String,
    /// What they are called.
    pub(super) name: String,
    /// The password's argon2id hash.
    pub(super) password: String,
    /// Whether the address is theirs.
    pub(super) confirmed: bool,
}

/// What a code exchange may be used for.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) sub: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
    pub(super) scope: String,
    pub(super) auth_time: i64,
    pub(super) expires: i64,
    /// Set once the code was used.
    pub(super) family: Option<String>,
}

/// One sign-in and all tokens that came of it.
#[derive(Clone, Debug)]
pub(super) struct Family {
    pub(super) id: String,
    pub(super) sub: String,
    pub(super) auth_time: i64,
    pub(super) scope: String,
}

impl Family {
    /// The sign-in of a person at `auth_time`.
    pub(super) fn new(sub: &str, scope: &str, auth_time: i64) -> Self {
        Self { id: random::uuid(), sub: sub.to_owned(), auth_time, scope: scope.to_owned() }
    }
}

/// Opens the pool's file.
///
/// # Errors
/// When it cannot be opened.
pub(super) fn open(path: &Path) -> anyhow::Result<Sqlite> {
    Sqlite::open(path, SCHEMA)
}

/// The form in which a token is stored: useless to who reads the file.
pub(super) fn hashed(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()))
}

pub(super) fn user_by_email(c: &Connection, email: &str) -> rusqlite::Result<Option<User>> {
    c.prepare_cached("SELECT sub, email, name, password, confirmed FROM users WHERE email = ?1")?
        .query_row([email], user)
        .optional()
}

pub(super) fn user_by_sub(c: &Connection, sub: &str) -> rusqlite::Result<Option<User>> {
    c.prepare_cached("SELECT sub, email, name, password, confirmed FROM users WHERE sub = ?1")?
        .query_row([sub], user)
        .optional()
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User { sub: row.get(0)?, email: row.get(1)?, name: row.get(2)?, password: row.get(3)?, confirmed: row.get(4)? })
}

pub(super) fn insert_user(c: &Connection, user: &User, now: i64) -> rusqlite::Result<()> {
    let insert = "INSERT INTO users (sub, email, name, password, created, modified) VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
    c.execute(insert, params![user.sub, user.email, user.name, user.password, now]).map(drop)
}

/// Keeps the one valid code of a purpose.
pub(super) fn put_code(c: &Connection, email: &str, purpose: &str, code: &str, expires: i64) -> rusqlite::Result<()> {
    let insert = "INSERT OR REPLACE INTO codes (email, purpose, code, expires) VALUES (?1, ?2, ?3, ?4)";
    c.execute(insert, params![email, purpose, code, expires]).map(drop)
}

/// The valid code of a purpose with its expiry.
pub(super) fn code(c: &Connection, email: &str, purpose: &str) -> rusqlite::Result<Option<(String, i64)>> {
    let select = "SELECT code, expires FROM codes WHERE email = ?1 AND purpose = ?2";
    c.query_row(select, [email, purpose], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

pub(super) fn drop_code(c: &Connection, email: &str, purpose: &str) -> rusqlite::Result<()> {
    c.execute("DELETE FROM codes WHERE email = ?1 AND purpose = ?2", [email, purpose]).map(drop)
}

pub(super) fn insert_family(c: &Connection, family: &Family, refresh: &str, expires: i64) -> rusqlite::Result<()> {
    let insert = "INSERT INTO families (id, sub, refresh, auth_time, expires, scope) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Family { id, sub, auth_time, scope } = family;
    c.execute(insert, params![id, sub, hashed(refresh), auth_time, expires, scope]).map(drop)
}

/// The living family of a refresh token.
pub(super) fn family_by_refresh(c: &Connection, refresh: &str, now: i64) -> rusqlite::Result<Option<Family>> {
    let select = "SELECT id, sub, auth_time, scope FROM families WHERE refresh = ?1 AND expires > ?2";
    c.prepare_cached(select)?
        .query_row(params![hashed(refresh), now], |row| {
            Ok(Family { id: row.get(0)?, sub: row.get(1)?, auth_time: row.get(2)?, scope: row.get(3)? })
        })
        .optional()
}

pub(super) fn family_lives(c: &Connection, id: &str) -> rusqlite::Result<bool> {
    c.query_row("SELECT count(*) FROM families WHERE id = ?1", [id], |row| row.get(0))
}

pub(super) fn drop_family(c: &Connection, id: &str) -> rusqlite::Result<()> {
    c.execute("DELETE FROM families WHERE id = ?1", [id]).map(drop)
}

/// Ends every sign-in of a person.
pub(super) fn sign_out_everywhere(c: &Connection, sub: &str) -> rusqlite::Result<()> {
    c.execute("DELETE FROM families WHERE sub = ?1", [sub])?;
    c.execute("DELETE FROM grants WHERE sub = ?1", [sub])?;
    c.execute("DELETE FROM sessions WHERE sub = ?1", [sub]).map(drop)
}

/// Keeps a browser's session; `kind` is `signed-in`, or `pending` between sign-up and confirmation.
pub(super) fn insert_session(
    c: &Connection,
    token: &str,
    sub: &str,
    kind: &str,
    now: i64,
    expires: i64,
) -> rusqlite::Result<()> {
    let insert = "INSERT INTO sessions (token, sub, kind, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)";
    c.execute(insert, params![hashed(token), sub, kind, now, expires]).map(drop)
}

/// Whose session it is, and since when (milliseconds).
pub(super) fn session(c: &Connection, token: &str, kind: &str, now: i64) -> rusqlite::Result<Option<(String, i64)>> {
    let select = "SELECT sub, created FROM sessions WHERE token = ?1 AND kind = ?2 AND expires > ?3";
    c.query_row(select, params![hashed(token), kind, now], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

pub(super) fn drop_session(c: &Connection, token: &str) -> rusqlite::Result<()> {
    c.execute("DELETE FROM sessions WHERE token = ?1", [hashed(token)]).map(drop)
}

pub(super) fn insert_grant(c: &Connection, code: &str, grant: &Grant) -> rusqlite::Result<()> {
    let insert = "INSERT INTO grants (code, sub, redirect_uri, challenge, nonce, scope, auth_time, expires)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let Grant { sub, redirect_uri, challenge, nonce, scope, auth_time, expires, .. } = grant;
    c.execute(insert, params![hashed(code), sub, redirect_uri, challenge, nonce, scope, auth_time, expires]).map(drop)
}

pub(super) fn grant(c: &Connection, code: &str) -> rusqlite::Result<Option<Grant>> {
    let select =
        "SELECT sub, redirect_uri, challenge, nonce, scope, auth_time, expires, family FROM grants WHERE code = ?1";
    c.query_row(select, [hashed(code)], |row| {
        Ok(Grant {
            sub: row.get(0)?,
            redirect_uri: row.get(1)?,
            challenge: row.get(2)?,
            nonce: row.get(3)?,
            scope: row.get(4)?,
            auth_time: row.get(5)?,
            expires: row.get(6)?,
            family: row.get(7)?,
        })
    })
    .optional()
}

/// Marks a code as used by a family.
pub(super) fn use_grant(c: &Connection, code: &str, family: &str) -> rusqlite::Result<()> {
    c.execute("UPDATE grants SET family = ?2 WHERE code = ?1", params![hashed(code), family]).map(drop)
}

/// Deletes what has expired. Used codes stay an hour longer, so that a replay is noticed.
pub(super) fn tidy(c: &Connection, now: i64) -> rusqlite::Result<()> {
    let hour = 3_600_000;
    c.execute("DELETE FROM codes WHERE expires < ?1", [now - hour])?;
    c.execute("DELETE FROM guards WHERE last < ?1", [now - 24 * hour])?;
    c.execute("DELETE FROM families WHERE expires < ?1", [now])?;
    c.execute("DELETE FROM sessions WHERE expires < ?1", [now])?;
    c.execute("DELETE FROM grants WHERE expires < ?1", [now - hour]).map(drop)
}
