//! One-time codes by mail: six digits, one valid per purpose, guarded against guessing.

use super::error::PoolError;
use super::{Pool, guard, store};
use crate::random;

/// After so many wrong guesses a code is worthless.
const GUESSES: i64 = 10;

/// What a code is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Showing that an address is one's own; works for a day.
    Confirm,
    /// Choosing a new password; works for an hour.
    Reset,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Reset => "reset",
        }
    }

    fn lifetime(self) -> i64 {
        let hour = 3_600_000;
        match self {
            Self::Confirm => 24 * hour,
            Self::Reset => hour,
        }
    }

    fn letter(self, code: &str) -> (String, String) {
        match self {
            Self::Confirm => (
                format!("{code} confirms your address"),
                format!(
                    "Your code for Atelier is {code}.\n\nEnter it to confirm that this address is yours. It works for 24 hours.\n\nIf you did not sign up, you can ignore this message."
                ),
            ),
            Self::Reset => (
                format!("{code} resets your password"),
                format!(
                    "Your code for Atelier is {code}.\n\nEnter it to choose a new password. It works for one hour.\n\nIf you did not ask for it, you can ignore this message; your password stays as it is."
                ),
            ),
        }
    }
}

impl Pool {
    /// Mails a new code, which replaces the one before.
    ///
    /// # Errors
    /// `LimitExceeded` when the address has had several within the hour.
    pub(super) async fn send_code(&self, email: &str, purpose: Purpose) -> Result<(), PoolError> {
        let code = random::code();
        let (subject, text) = purpose.letter(&code);
        let (to, now) = (email.to_owned(), self.now());
        let allowed = self
            .database
            .run(move |c| {
                let allowed = guard::may_mail(c, &to, now)?;
                if allowed {
                    store::put_code(c, &to, purpose.name(), &code, now + purpose.lifetime())?;
                }
                Ok(allowed)
            })
            .await?;
        if !allowed {
            return Err(PoolError::LimitExceeded);
        }
        self.mailbox.deliver(email, &subject, &text).await?;
        Ok(())
    }

    /// Checks a code without using it up.
    ///
    /// # Errors
    /// `CodeMismatch`, `ExpiredCode`, or `Locked` after too many guesses.
    pub(super) async fn check_code(&self, email: &str, purpose: Purpose, code: &str) -> Result<(), PoolError> {
        let (email, now) = (email.to_owned(), self.now());
        let given: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        self.database
            .run(move |c| {
                let subject = format!("{}:{email}", purpose.name());
                if let Err(wait) = guard::enter(c, &subject, now)? {
                    return Ok(Err(PoolError::Locked { seconds: wait / 1000 + 1 }));
                }
                let Some((code, expires)) = store::code(c, &email, purpose.name())? else {
                    return Ok(Err(PoolError::CodeMismatch));
                };
                if expires <= now {
                    return Ok(Err(PoolError::ExpiredCode));
                }
                if code == given {
                    return guard::pass(c, &subject).map(Ok);
                }
                if guard::failures(c, &subject, now)? >= GUESSES {
                    store::drop_code(c, &email, purpose.name())?;
                }
                Ok(Err(PoolError::CodeMismatch))
            })
            .await?
    }

    /// Uses a code up.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) async fn use_code(&self, email: &str, purpose: Purpose) -> Result<(), PoolError> {
        let email = email.to_owned();
        Ok(self.database.run(move |c| store::drop_code(c, &email, purpose.name())).await?)
    }
}
