//! What does not compile, and beside each the nearest thing that does, so that it fails for the right reason: keys,
//! handles and permissions come from verified scopes only. `scripts/rustdoc` lets the compiler's error codes count.
//!
//! # An id is no scope
//!
//! An organization's id, wherever it came from, opens nothing.
//!
//! ```compile_fail,E0308
//! fn items(table: &store::Table, org: domain::ids::OrgId) -> store::OrgStore {
//!     table.org(org)
//! }
//! ```
//! ```
//! fn items(table: &store::Table, scope: domain::tenancy::OrgScope) -> store::OrgStore {
//!     table.org(scope)
//! }
//! ```
//!
//! Nor is one made from an id but by a constructor that names what vouched for it.
//!
//! ```compile_fail,E0603
//! fn scope(org: domain::ids::OrgId) -> domain::tenancy::OrgScope {
//!     domain::tenancy::OrgScope(org)
//! }
//! ```
//! ```compile_fail,E0277
//! fn scope(org: domain::ids::OrgId) -> domain::tenancy::OrgScope {
//!     org.into()
//! }
//! ```
//! ```
//! fn scope(org: domain::ids::OrgId) -> domain::tenancy::OrgScope {
//!     domain::tenancy::OrgScope::from_verified_claims(org)
//! }
//! ```
//!
//! A scope cannot be read from input either.
//!
//! ```compile_fail,E0277
//! fn scope(body: &str) -> Option<domain::tenancy::OrgScope> {
//!     serde_json::from_str(body).ok()
//! }
//! ```
//! ```
//! fn id(body: &str) -> Option<domain::ids::OrgId> {
//!     serde_json::from_str(body).ok()
//! }
//! ```
//!
//! A person's scope is not an organization's.
//!
//! ```compile_fail,E0308
//! fn items(table: &store::Table, scope: domain::tenancy::UserScope) -> store::OrgStore {
//!     table.org(scope)
//! }
//! ```
//! ```
//! fn items(table: &store::Table, scope: domain::tenancy::UserScope) -> store::UserStore {
//!     table.user(scope)
//! }
//! ```
//!
//! # No key and no handle without one
//!
//! ```compile_fail,E0451
//! fn key() -> store::Key {
//!     store::Key { pk: "ORG#org_x".to_owned(), sk: "ORG".to_owned() }
//! }
//! ```
//! ```compile_fail,E0624
//! fn key(org: domain::ids::OrgId) -> store::Key {
//!     store::Key::org(org, &store::OrgKey::Org)
//! }
//! ```
//! ```compile_fail,E0616
//! fn moved(mut key: store::Key) -> store::Key {
//!     key.pk = "ORG#org_x".to_owned();
//!     key
//! }
//! ```
//! ```
//! fn read(key: &store::Key) -> (&str, &str) {
//!     (key.partition(), key.sort())
//! }
//! ```
//! ```compile_fail,E0451
//! fn items(table: store::Table, scope: domain::tenancy::OrgScope) -> store::OrgStore {
//!     store::OrgStore { table, scope }
//! }
//! ```
//! ```compile_fail,E0616
//! fn moved(mut store: store::OrgStore, scope: domain::tenancy::OrgScope) -> store::OrgStore {
//!     store.scope = scope;
//!     store
//! }
//! ```
//! ```
//! fn whose(store: &store::OrgStore) -> &domain::tenancy::OrgScope {
//!     store.scope()
//! }
//! ```
//!
//! # No write but by a handle
//!
//! ```compile_fail,E0603
//! fn write(kind: store::Kind) -> store::Write {
//!     store::Write(kind)
//! }
//! ```
//! ```
//! fn write(store: &store::OrgStore) -> store::Write {
//!     store.delete(&store::OrgKey::Groups, store::Condition::Present)
//! }
//! ```
//!
//! # No reach but by a scope
//!
//! ```compile_fail,E0308
//! fn reach(org: domain::ids::OrgId) -> cloud::reach::Reach {
//!     cloud::reach::Reach::org(&org)
//! }
//! ```
//! ```compile_fail,E0451
//! fn reach(org: domain::ids::OrgId) -> cloud::reach::Reach {
//!     cloud::reach::Reach { org: Some(org), users: Vec::new(), across: None }
//! }
//! ```
//! ```
//! fn reach(scope: &domain::tenancy::OrgScope) -> cloud::reach::Reach {
//!     cloud::reach::Reach::org(scope)
//! }
//! ```
//! ```compile_fail,E0308
//! async fn picture(objects: &cloud::Objects, org: domain::ids::OrgId) -> bool {
//!     objects.presign_get(&org, "a.png").await.is_ok()
//! }
//! ```
//! ```
//! async fn picture(objects: &cloud::Objects, scope: domain::tenancy::OrgScope) -> bool {
//!     objects.presign_get(&scope, "a.png").await.is_ok()
//! }
//! ```
//!
//! # No permission but by the extractor
//!
//! ```compile_fail,E0451
//! fn promoted(tenant: api::Tenant<api::can::Read>) -> api::Tenant<api::can::Publish> {
//!     let api::Tenant { caller, org, role, store, cloud, .. } = tenant;
//!     api::Tenant { caller, org, role, store, cloud, permission: std::marker::PhantomData }
//! }
//! ```
//! ```compile_fail,E0308
//! fn publish(_: &api::Tenant<api::can::Publish>) {}
//! fn read(tenant: &api::Tenant<api::can::Read>) {
//!     publish(tenant);
//! }
//! ```
//! ```
//! fn publish(_: &api::Tenant<api::can::Publish>) {}
//! fn edit(tenant: &api::Tenant<api::can::Publish>) {
//!     publish(tenant);
//! }
//! ```
//!
//! One kind of id is not another.
//!
//! ```compile_fail,E0308
//! fn member(post: domain::ids::PostId) -> store::OrgKey {
//!     store::OrgKey::Member(post)
//! }
//! ```
//! ```
//! fn member(user: domain::ids::UserId) -> store::OrgKey {
//!     store::OrgKey::Member(user)
//! }
//! ```
