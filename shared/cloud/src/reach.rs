//! A second wall between tenants, independent of how keys are built: whose items a request may touch.
//!
//! Every handle says in whose name it calls the table or the bucket ([`within`]). Before a request leaves, an
//! interceptor of the SDK client looks at what it names, in the form in which it is about to be sent, and refuses what
//! is outside. A request in nobody's name is refused as well. What acts across organizations by design is an
//! [`Across`], one for each purpose, and reaches the keys of that purpose alone.

mod bucket;
mod table;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;
use std::future::Future;

use domain::ids::{OrgId, UserId};
use domain::tenancy::{OrgScope, UserScope};

pub(crate) use bucket::{BucketWall, NO_OBJECT, UPLOADS, demand};
pub(crate) use table::TableWall;

use crate::clock::{Clock as _, SystemClock};
use crate::telemetry::{Figures, Unit};

tokio::task_local! {
    static IN_FORCE: Reach;
}

/// What acts across organizations by design, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    /// The sweep and the upkeep of accounts find what is due, of whatever organization: keys only.
    DueIndex,
    /// The address of a public page leads to its organization.
    PublicAddress,
    /// A notice that a network signed leads to the accounts of a person.
    NetworkNotice,
    /// What became of a person's wish to be forgotten belongs to no organization any more.
    Erasure,
    /// Whether a person is a member: their own membership, in an organization that they name.
    OwnMembership(UserId),
    /// An invitation is looked up before its secret can be compared.
    Invitation,
    /// How a network as a whole is doing is nobody's own, and known to every process.
    NetworkState,
    /// An operator backs the table up, restores it or brings it up to date: everybody's items, and no route's.
    WholeTable,
    /// The SDK is asked where the bucket is, by an address of no object.
    BucketPlace,
}

/// Whose items a request may touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    org: Option<OrgId>,
    users: Vec<UserId>,
    across: Option<Across>,
}

impl Reach {
    /// One organization's items and objects.
    #[must_use]
    pub const fn org(scope: &OrgScope) -> Self {
        Self { org: Some(scope.org()), users: Vec::new(), across: None }
    }

    /// One person's own items.
    #[must_use]
    pub fn user(scope: &UserScope) -> Self {
        Self { org: None, users: vec![scope.user()], across: None }
    }

    /// What a purpose needs across organizations.
    #[must_use]
    pub const fn across(across: Across) -> Self {
        Self { org: None, users: Vec::new(), across: Some(across) }
    }

    /// Both, for a transaction.
    ///
    /// # Errors
    /// [`Outside`] for two organizations: nothing is ever changed in two at once.
    pub fn and(mut self, other: &Self) -> Result<Self, Outside> {
        let fits = |own: Option<OrgId>| own.is_none() || other.org.is_none() || own == other.org;
        if !fits(self.org) || (self.across.is_some() && other.across.is_some() && self.across != other.across) {
            return Err(refuse("a transaction", "two organizations at once", &self));
        }
        self.org = self.org.or(other.org);
        self.across = self.across.or(other.across);
        self.users.extend(other.users.iter().filter(|user| !self.users.contains(user)).copied().collect::<Vec<_>>());
        Ok(self)
    }

    fn is_whole_table(&self) -> bool {
        self.across == Some(Across::WholeTable)
    }

    fn is_org(&self, text: &str) -> bool {
        self.org.is_some_and(|org| text.parse() == Ok(org))
    }

    fn is_user(&self, text: &str) -> bool {
        text.parse().is_ok_and(|user| self.users.contains(&user))
    }
}

/// Does `work` in the name of `reach`: its requests to the table and the bucket touch nothing else.
pub async fn within<F: Future>(reach: Reach, work: F) -> F::Output {
    IN_FORCE.scope(reach, work).await
}

/// A request named something outside whoever's name it was made in, and was not sent. Always a bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    what: &'static str,
    why: &'static str,
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was not sent: {}", self.what, self.why)
    }
}

impl Error for Outside {}

/// The refusal among an error's causes, if that is what it comes from.
#[must_use]
pub fn refusal(error: &(dyn Error + 'static)) -> Option<Outside> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(outside) = error.downcast_ref::<Outside>() {
            return Some(*outside);
        }
        cause = error.source();
    }
    None
}

/// What the rules of a wall say of a request.
type Verdict = Result<(), &'static str>;

/// Asks the rules in the name that is in force.
fn judge(what: &'static str, rules: impl FnOnce(&Reach) -> Verdict) -> Result<(), Outside> {
    let verdict = IN_FORCE.try_with(|reach| rules(reach).map_err(|why| refuse(what, why, reach)));
    verdict.unwrap_or_else(|_| Err(refuse(what, "in nobody's name", &Reach::default())))
}

/// Tells of a refusal in a line and a figure that alarms can watch. Names no key: those may hold what users wrote.
fn refuse(what: &'static str, why: &'static str, reach: &Reach) -> Outside {
    tracing::error!(alarm = "outside-tenant", what, why, ?reach, "a request outside its tenant was not sent");
    Figures::new(SystemClock.now()).figure("RefusedOutsideTenant", Unit::Count, 1).write();
    Outside { what, why }
}
