//! Lock-out against guessing: durable, and the same for addresses with and without a user.

use rusqlite::{Connection, OptionalExtension, params};

/// Wrong guesses that cost nothing but the guess.
const FREE: i64 = 5;
/// The longest lock, in milliseconds.
const LONGEST: i64 = 15 * 60 * 1000;
/// After this time without a guess, counting starts over.
const FORGOTTEN: i64 = 60 * 60 * 1000;
/// How many codes an address is sent within [`FORGOTTEN`].
const MAILS: i64 = 6;

/// Counts an attempt before its outcome is known, so that guesses made at the same time count too.
/// From the fifth on, each locks the subject twice as long as the one before: 1 s, 2 s, 4 s …
///
/// Returns the milliseconds to wait when the subject is locked; the attempt must not be made then.
pub(super) fn enter(c: &Connection, subject: &str, now: i64) -> rusqlite::Result<Result<(), i64>> {
    let (failures, locked_until) = state(c, subject, now)?;
    if locked_until > now {
        return Ok(Err(locked_until - now));
    }
    let failures = failures + 1;
    let pause = if failures < FREE { 0 } else { (1000_i64 << (failures - FREE).min(20)).min(LONGEST) };
    let upsert = "INSERT OR REPLACE INTO guards (subject, failures, locked_until, last) VALUES (?1, ?2, ?3, ?4)";
    c.execute(upsert, params![subject, failures, now + pause, now])?;
    Ok(Ok(()))
}

/// The attempt was right: counting starts over.
pub(super) fn pass(c: &Connection, subject: &str) -> rusqlite::Result<()> {
    c.execute("DELETE FROM guards WHERE subject = ?1", [subject]).map(drop)
}

/// How many attempts were counted.
pub(super) fn failures(c: &Connection, subject: &str, now: i64) -> rusqlite::Result<i64> {
    Ok(state(c, subject, now)?.0)
}

/// Counts a mail to an address; `false` when it has had enough for now.
pub(super) fn may_mail(c: &Connection, email: &str, now: i64) -> rusqlite::Result<bool> {
    let subject = format!("mail:{email}");
    let (sent, _) = state(c, &subject, now)?;
    if sent >= MAILS {
        return Ok(false);
    }
    let upsert = "INSERT INTO guards (subject, failures, locked_until, last) VALUES (?1, 1, 0, ?2)
                  ON CONFLICT DO UPDATE SET failures = failures + 1";
    c.execute(upsert, params![subject, now])?;
    Ok(true)
}

fn state(c: &Connection, subject: &str, now: i64) -> rusqlite::Result<(i64, i64)> {
    let select = "SELECT failures, locked_until, last FROM guards WHERE subject = ?1";
    let row: Option<(i64, i64, i64)> =
        c.query_row(select, [subject], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    match row {
        Some((failures, locked_until, last)) if last > now - FORGOTTEN => Ok((failures, locked_until)),
        Some(_) => pass(c, subject).map(|()| (0, 0)),
        None => Ok((0, 0)),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{enter, may_mail, pass};

    fn database() -> Connection {
        let c = Connection::open_in_memory().unwrap();
        let table =
            "CREATE TABLE guards (subject TEXT PRIMARY KEY, failures INTEGER, locked_until INTEGER, last INTEGER)";
        c.execute_batch(table).unwrap();
        c
    }

    #[test]
    fn the_fifth_wrong_guess_locks_and_each_further_one_twice_as_long() {
        let c = database();
        for _ in 0..5 {
            assert_eq!(enter(&c, "a", 0).unwrap(), Ok(()));
        }
        assert_eq!(enter(&c, "a", 0).unwrap(), Err(1000));
        assert_eq!(enter(&c, "a", 1000).unwrap(), Ok(()));
        assert_eq!(enter(&c, "a", 1001).unwrap(), Err(1999));
        assert_eq!(enter(&c, "b", 1001).unwrap(), Ok(()), "others are not locked");
        pass(&c, "a").unwrap();
        assert_eq!(enter(&c, "a", 1002).unwrap(), Ok(()));
    }

    #[test]
    fn an_address_is_not_flooded() {
        let c = database();
        let sent = (0..20).filter(|_| may_mail(&c, "a", 5).unwrap()).count();
        assert_eq!(sent, 6);
        assert!(may_mail(&c, "a", 3_700_000).unwrap(), "an hour later there may be more");
    }
}
