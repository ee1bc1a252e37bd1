//! The embedded default from outside: its protocols through the AWS SDK, its pages through HTTP.

mod schedules;
mod services;
mod sign_in;
mod support;
