//! From the name of an operation to the engine's call: read before, done on the engine's thread, written after.

use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use dynoxide::{Database, DynoxideError};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::repeats::{self, Repeats};

/// The longest `ClientRequestToken`; the engine refuses a longer one.
const LONGEST_TOKEN: usize = 36;

/// What an operation does on the engine's thread.
pub(super) type Work = Box<dyn FnOnce(&Database, &mut Repeats) -> dynoxide::Result<Answer> + Send>;
/// Writes an answer as JSON, on any thread.
pub(super) type Answer = Box<dyn FnOnce() -> dynoxide::Result<String> + Send>;

/// Reads the JSON request of one operation. The engine has one thread for all, so what can be done elsewhere is.
///
/// # Errors
/// The engine's error, which carries DynamoDB's own name, message and status; so do the errors of the work.
pub(super) fn prepare(operation: &str, body: &[u8], now: Timestamp) -> dynoxide::Result<Work> {
    let single = matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem");
    let work = work(operation, body, now).map_err(|error| in_words_of(single, error))?;
    Ok(Box::new(move |db, repeats| work(db, repeats).map_err(|error| in_words_of(single, error))))
}

fn work(operation: &str, body: &[u8], now: Timestamp) -> dynoxide::Result<Work> {
    match operation {
        "GetItem" => call(body, Database::get_item),
        "PutItem" => call(body, Database::put_item),
        "UpdateItem" => call(body, Database::update_item),
        "DeleteItem" => call(body, Database::delete_item),
        "Query" => call(body, Database::query),
        "Scan" => call(body, Database::scan),
        "BatchGetItem" => call(body, Database::batch_get_item),
        "BatchWriteItem" => call(body, Database::batch_write_item),
        "TransactGetItems" => call(body, Database::transact_get_items),
        "TransactWriteItems" => transact(body, now),
        "CreateTable" => call(body, Database::create_table),
        "DescribeTable" => call(body, Database::describe_table),
        "DeleteTable" => call(body, Database::delete_table),
        "ListTables" => call(body, Database::list_tables),
        "UpdateTimeToLive" => call(body, Database::update_time_to_live),
        "DescribeTimeToLive" => call(body, Database::describe_time_to_live),
        other => Err(DynoxideError::ValidationException(format!("{other} is not offered here"))),
    }
}

fn call<Request, Response>(
    body: &[u8],
    run: impl FnOnce(&Database, Request) -> dynoxide::Result<Response> + Send + 'static,
) -> dynoxide::Result<Work>
where
    Request: DeserializeOwned + Send + 'static,
    Response: Serialize + Send + 'static,
{
    let request = read(body)?;
    Ok(Box::new(move |db, _| {
        let response = run(db, request)?;
        Ok(Box::new(move || written(&response)))
    }))
}

/// A transaction, done once for each token.
fn transact(body: &[u8], now: Timestamp) -> dynoxide::Result<Work> {
    let mut request: TransactWriteItemsRequest = read(body)?;
    let Some(token) = request.client_request_token.take_if(|token| token.len() <= LONGEST_TOKEN) else {
        // Without a token there is nothing to remember, and one that is too long the engine refuses.
        return call(body, Database::transact_write_items);
    };
    let items = repeats::items(body);
    Ok(Box::new(move |db, repeats| {
        if let Some(answer) = repeats.answer(&token, items, now)? {
            return Ok(Box::new(|| Ok(answer)));
        }
        let answer = written(&db.transact_write_items(request)?)?;
        repeats.remember(token, items, &answer, now);
        Ok(Box::new(|| Ok(answer)))
    }))
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
fn in_words_of(single: bool, error: DynoxideError) -> DynoxideError {
    match error {
        DynoxideError::EnvelopedValidation(words) if single => {
            DynoxideError::ValidationException(format!("1 validation error detected: {words}"))
        }
        DynoxideError::EnvelopedValidation(words) => DynoxideError::ValidationException(words),
        error => error,
    }
}
