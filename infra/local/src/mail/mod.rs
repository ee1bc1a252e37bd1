//! The stand-in for SES: mail is captured on disk instead of being sent, and read at
//! `/_local/mail` on the same machine.

mod page;

use std::path::Path;

use axum::Json;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(crate) use page::{PATH, is_on_this_machine, routes};

use crate::SharedClock;
use crate::aws::AwsError;
use crate::sqlite::{Sqlite, StorageError};

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sent_at INTEGER NOT NULL, recipient TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL
) STRICT;";

/// How many messages are kept; older ones are dropped.
const KEPT: i64 = 500;

/// One captured message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The recipient's address; several are separated by commas.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The plain-text body.
    pub text: String,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// All mail this process has captured.
#[derive(Clone)]
pub(crate) struct Mailbox {
    database: Sqlite,
    clock: SharedClock,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    destination: Destination,
    content: Content,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    #[serde(default)]
    to_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    simple: Simple,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Text,
    body: Body,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Option<Text>,
    html: Option<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
    data: String,
}

impl Mailbox {
    /// Opens the mailbox file.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(crate) fn open(path: &Path, clock: SharedClock) -> anyhow::Result<Self> {
        Ok(Self { database: Sqlite::open(path, SCHEMA)?, clock })
    }

    /// Keeps one message, and returns its number once it is on disk.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) async fn deliver(&self, to: &str, subject: &str, text: &str) -> Result<i64, StorageError> {
        let now = self.clock.now().as_millisecond();
        let (to, subject, text) = (to.to_owned(), subject.to_owned(), text.to_owned());
        self.database
            .run(move |c| {
                let insert = "INSERT INTO messages (sent_at, recipient, subject, text) VALUES (?1, ?2, ?3, ?4)";
                c.execute(insert, params![now, to, subject, text])?;
                let id = c.last_insert_rowid();
                c.execute("DELETE FROM messages WHERE id <= ?1", [id - KEPT])?;
                Ok(id)
            })
            .await
    }

    /// All kept messages, newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) async fn messages(&self) -> Result<Vec<Message>, StorageError> {
        self.database
            .run(|c| {
                let select = "SELECT recipient, subject, text, sent_at FROM messages ORDER BY id DESC";
                c.prepare_cached(select)?
                    .query_map([], |row| {
                        let sent_at = Timestamp::from_millisecond(row.get(3)?).unwrap_or_default();
                        Ok(Message { to: row.get(0)?, subject: row.get(1)?, text: row.get(2)?, sent_at })
                    })?
                    .collect()
            })
            .await
    }

    /// Answers `SendEmail` of SES version 2.
    ///
    /// # Errors
    /// `BadRequestException` for a message without recipient or in a form other than simple text.
    pub(crate) async fn answer(&self, body: &[u8]) -> Result<Response, AwsError> {
        let refuse = |why: String| AwsError::bad_request("BadRequestException", why);
        let mail: SendEmail = serde_json::from_slice(body).map_err(|error| refuse(error.to_string()))?;
        if mail.destination.to_addresses.is_empty() {
            return Err(refuse("a message needs a recipient".into()));
        }
        let body = mail.content.simple.body;
        let text = body.text.or(body.html).map(|text| text.data).unwrap_or_default();
        let to = mail.destination.to_addresses.join(", ");
        let id = self.deliver(&to, &mail.content.simple.subject.data, &text).await?;
        Ok(Json(json!({ "MessageId": format!("local-{id}") })).into_response())
    }
}
