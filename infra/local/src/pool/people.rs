//! What people do with the pool; the JSON protocol and the pages share it.

use rusqlite::params;

use super::codes::Purpose;
use super::error::{PoolError, WRONG};
use super::store::{self, User};
use super::{Pool, guard, passwords};
use crate::random;

/// What happens to an address that signed up before but never confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unconfirmed {
    /// It is refused, as Cognito does.
    Refuse,
    /// It starts over with the new password, so that nobody is stuck who lost the code.
    StartOver,
}

impl Pool {
    /// Adds a person and mails the code that confirms the address. Returns their id.
    ///
    /// # Errors
    /// `UsernameExists`, `InvalidPassword`, `InvalidParameter`, `LimitExceeded`.
    pub(super) async fn sign_up(
        &self,
        email: &str,
        password: String,
        name: &str,
        unconfirmed: Unconfirmed,
    ) -> Result<String, PoolError> {
        let email = address(email)?;
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(PoolError::InvalidParameter("A name of 1 to 100 characters is needed.".into()));
        }
        if let Some(objection) = passwords::objection(&password) {
            return Err(PoolError::InvalidPassword(objection));
        }
        let password = self.passwords.hash(password).await?;
        let new = User { sub: random::uuid(), email: email.clone(), name, password, confirmed: false };
        let now = self.now();
        let sub = self
            .database
            .run(move |c| match store::user_by_email(c, &new.email)? {
                None => store::insert_user(c, &new, now).map(|()| Some(new.sub)),
                Some(old) if old.confirmed || unconfirmed == Unconfirmed::Refuse => Ok(None),
                Some(old) => {
                    let update = "UPDATE users SET name = ?2, password = ?3, modified = ?4 WHERE sub = ?1";
                    c.execute(update, params![old.sub, new.name, new.password, now])?;
                    Ok(Some(old.sub))
                }
            })
            .await?
            .ok_or(PoolError::UsernameExists)?;
        self.send_code(&email, Purpose::Confirm).await?;
        Ok(sub)
    }

    /// Confirms an address with its code, and tells the trigger function.
    ///
    /// The user counts as confirmed only after the trigger has succeeded: a crash or a failure between
    /// leaves the code valid, so that the person can try again.
    ///
    /// # Errors
    /// `CodeMismatch` (also without such a user), `ExpiredCode`, `Locked`, `Trigger`.
    pub(super) async fn confirm(&self, email: &str, code: &str) -> Result<User, PoolError> {
        let email = address(email)?;
        self.check_code(&email, Purpose::Confirm, code).await?;
        let user = self.find(&email).await?.ok_or(PoolError::CodeMismatch)?;
        self.post_confirmation(&user).await?;
        let (sub, now) = (user.sub.clone(), self.now());
        let update = "UPDATE users SET confirmed = 1, modified = ?2 WHERE sub = ?1";
        self.database.run(move |c| c.execute(update, params![sub, now])).await?;
        self.use_code(&email, Purpose::Confirm).await?;
        Ok(User { confirmed: true, ..user })
    }

    /// Mails a new confirmation code, if the address waits for one.
    ///
    /// # Errors
    /// `LimitExceeded`.
    pub(super) async fn resend(&self, email: &str) -> Result<(), PoolError> {
        let email = address(email)?;
        match self.find(&email).await? {
            Some(user) if !user.confirmed => self.send_code(&email, Purpose::Confirm).await,
            _ => Ok(()),
        }
    }

    /// The person with this address and password. Takes as long without such a user.
    ///
    /// # Errors
    /// `NotAuthorized`, `Locked`, and `UserNotConfirmed` when the password is right.
    pub(super) async fn authenticate(&self, email: &str, password: String) -> Result<User, PoolError> {
        let email = address(email).map_err(|_| WRONG)?;
        let (subject, now) = (format!("password:{email}"), self.now());
        let entered = subject.clone();
        if let Err(wait) = self.database.run(move |c| guard::enter(c, &entered, now)).await? {
            return Err(PoolError::Locked { seconds: wait / 1000 + 1 });
        }
        let user = self.find(&email).await?;
        let hashed = user.as_ref().map(|user| user.password.clone());
        if !self.passwords.verify(password, hashed).await? {
            return Err(WRONG);
        }
        self.database.run(move |c| guard::pass(c, &subject)).await?;
        let user = user.ok_or(WRONG)?;
        if user.confirmed { Ok(user) } else { Err(PoolError::UserNotConfirmed) }
    }

    /// Mails a code for a new password, if there is such a user; looks the same if not.
    ///
    /// # Errors
    /// `LimitExceeded`.
    pub(super) async fn forgot(&self, email: &str) -> Result<(), PoolError> {
        let email = address(email)?;
        match self.find(&email).await? {
            Some(user) if user.confirmed => self.send_code(&email, Purpose::Reset).await,
            Some(_) => self.send_code(&email, Purpose::Confirm).await,
            None => Ok(()),
        }
    }

    /// Sets a new password with a mailed code, and ends every sign-in made with the old one.
    ///
    /// # Errors
    /// `InvalidPassword`, `CodeMismatch` (also without such a user), `ExpiredCode`, `Locked`.
    pub(super) async fn reset(&self, email: &str, code: &str, password: String) -> Result<(), PoolError> {
        let email = address(email)?;
        if let Some(objection) = passwords::objection(&password) {
            return Err(PoolError::InvalidPassword(objection));
        }
        self.check_code(&email, Purpose::Reset, code).await?;
        let user = self.find(&email).await?.ok_or(PoolError::CodeMismatch)?;
        let password = self.passwords.hash(password).await?;
        let now = self.now();
        self.database
            .run(move |c| {
                let update = "UPDATE users SET password = ?2, modified = ?3 WHERE sub = ?1";
                c.execute(update, params![user.sub, password, now])?;
                guard::pass(c, &format!("password:{}", user.email))?;
                store::sign_out_everywhere(c, &user.sub)
            })
            .await?;
        self.use_code(&email, Purpose::Reset).await
    }

    /// Ends every sign-in of a person.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) async fn sign_out(&self, sub: String) -> Result<(), PoolError> {
        Ok(self.database.run(move |c| store::sign_out_everywhere(c, &sub)).await?)
    }

    /// The person with this id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) async fn person(&self, sub: String) -> Result<Option<User>, PoolError> {
        Ok(self.database.run(move |c| store::user_by_sub(c, &sub)).await?)
    }

    async fn find(&self, email: &str) -> Result<Option<User>, PoolError> {
        let email = email.to_owned();
        Ok(self.database.run(move |c| store::user_by_email(c, &email)).await?)
    }
}

/// The address in the form it is stored in.
///
/// # Errors
/// `InvalidParameter` when it cannot be one.
pub(super) fn address(text: &str) -> Result<String, PoolError> {
    let address = text.trim().to_lowercase();
    let sound = address.len() <= 254
        && address
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
        && !address.contains(|c: char| c.is_whitespace() || c.is_control() || ",;<>\"".contains(c));
    if sound { Ok(address) } else { Err(PoolError::InvalidParameter("Invalid email address format.".into())) }
}

/// The address as shown to who may not know it: `a***@example.com`.
pub(super) fn veiled(email: &str) -> String {
    let (name, host) = email.split_once('@').unwrap_or((email, ""));
    let first = name.chars().next().unwrap_or('*');
    format!("{first}***@{host}")
}
