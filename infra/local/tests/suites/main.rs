//! The embedded default from outside: its protocols through the AWS SDK, its pages through HTTP.

#[cfg(test)]
mod queues;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod services;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod support;
