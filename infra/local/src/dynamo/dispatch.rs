//! From the name of an operation to the engine's call.

use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use dynoxide::{Database, DynoxideError};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::repeats::Repeats;

/// The longest `ClientRequestToken`; the engine refuses a longer one.
const LONGEST_TOKEN: usize = 36;

/// Runs one operation on its JSON request.
///
/// # Errors
/// The engine's error, which carries DynamoDB's own name, message and status.
pub(super) fn run(
    db: &Database,
    repeats: &mut Repeats,
    operation: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<String, DynoxideError> {
    let outcome = match operation {
        "GetItem" => call(body, |request| db.get_item(request)),
        "PutItem" => call(body, |request| db.put_item(request)),
        "UpdateItem" => call(body, |request| db.update_item(request)),
        "DeleteItem" => call(body, |request| db.delete_item(request)),
        "Query" => call(body, |request| db.query(request)),
        "Scan" => call(body, |request| db.scan(request)),
        "BatchGetItem" => call(body, |request| db.batch_get_item(request)),
        "BatchWriteItem" => call(body, |request| db.batch_write_item(request)),
        "TransactGetItems" => call(body, |request| db.transact_get_items(request)),
        "TransactWriteItems" => transact(db, repeats, body, now),
        "CreateTable" => call(body, |request| db.create_table(request)),
        "DescribeTable" => call(body, |request| db.describe_table(request)),
        "DeleteTable" => call(body, |request| db.delete_table(request)),
        "ListTables" => call(body, |request| db.list_tables(request)),
        "UpdateTimeToLive" => call(body, |request| db.update_time_to_live(request)),
        "DescribeTimeToLive" => call(body, |request| db.describe_time_to_live(request)),
        other => Err(DynoxideError::ValidationException(format!("{other} is not offered here"))),
    };
    outcome.map_err(|error| in_words_of(operation, error))
}

fn call<Request: DeserializeOwned, Answer: Serialize>(
    body: &[u8],
    run: impl FnOnce(Request) -> dynoxide::Result<Answer>,
) -> dynoxide::Result<String> {
    written(&run(read(body)?)?)
}

/// A transaction, done once for each token.
fn transact(db: &Database, repeats: &mut Repeats, body: &[u8], now: Timestamp) -> dynoxide::Result<String> {
    let mut request: TransactWriteItemsRequest = read(body)?;
    let Some(token) = request.client_request_token.take_if(|token| token.len() <= LONGEST_TOKEN) else {
        return written(&db.transact_write_items(request)?);
    };
    if let Some(answer) = repeats.answer(&token, body, now)? {
        return Ok(answer);
    }
    let answer = written(&db.transact_write_items(request)?)?;
    repeats.remember(token, body, &answer, now);
    Ok(answer)
}

fn read<Request: DeserializeOwned>(body: &[u8]) -> dynoxide::Result<Request> {
    serde_json::from_slice(body).map_err(|error| unreadable(&error.to_string()))
}

fn written(answer: &impl Serialize) -> dynoxide::Result<String> {
    serde_json::to_string(answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// The engine marks the class of a refused value in front of the message, and serde adds the place.
fn unreadable(message: &str) -> DynoxideError {
    let words = message.split(" at line ").next().unwrap_or(message);
    if let Some(words) = words.strip_prefix("VALIDATION_REQUEST:") {
        DynoxideError::EnvelopedValidation(words.to_owned())
    } else if let Some(words) = words.strip_prefix("SERIALIZATION:") {
        DynoxideError::SerializationException(words.to_owned())
    } else {
        let words = words.strip_prefix("VALIDATION:").unwrap_or(words);
        DynoxideError::ValidationException(words.to_owned())
    }
}

/// Single writes wrap this class of message, other operations do not.
fn in_words_of(operation: &str, error: DynoxideError) -> DynoxideError {
    match (operation, error) {
        ("PutItem" | "UpdateItem" | "DeleteItem", DynoxideError::EnvelopedValidation(words)) => {
            DynoxideError::ValidationException(format!("1 validation error detected: {words}"))
        }
        (_, DynoxideError::EnvelopedValidation(words)) => DynoxideError::ValidationException(words),
        (_, error) => error,
    }
}
