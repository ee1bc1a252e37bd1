//! The one DynamoDB table: keys, tenant-bound handles, conditions, transactions, cursors.
//!
//! No key can be built without a verified scope: [`OrgStore`] and [`UserStore`] are made from one,
//! and every write is made by a handle.

mod backend;
mod circuit;
mod cursor;
mod definition;
mod due;
mod dynamo;
mod entity;
mod error;
mod key;
mod occurrence;
mod org_store;
mod remote_user;
mod restored;
mod slots;
mod table;
mod together;
mod upgrade;
mod user_store;
mod write;

pub use aws_sdk_dynamodb::types::AttributeValue;
pub use backend::{Backend, Found, Index, Item, Query, Range};
pub use cursor::{Page, PageRequest};
pub use definition::{create_table, ensure_table, expire_items};
pub use domain::sweep::DUE_SHARDS;
pub use due::{Due, DueCheck, DueDelivery, DueSeries};
pub use entity::{Entity, IdempotencyRecord, Indexes, PageEntry, PageFile, RemoteReservation, SlugReservation};
pub use error::StoreError;
pub use key::{Key, OrgKey, OrgList};
pub use org_store::{CalendarRange, Order, OrgStore};
pub use remote_user::Erasure;
pub use restored::{Doubts, Window};
pub use table::Table;
pub use together::Together;
pub use upgrade::upgraded;
pub use user_store::UserStore;
pub use write::{Change, Clause, Condition, Kind, Write, number};
