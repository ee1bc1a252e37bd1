//! What product code asks of its table, bucket, schedules, queues and secrets, asked of the embedded stand-ins and of an
//! independent implementation that verifies signatures. Every scenario runs on both, so both agree.

mod backend;
mod capacity;
mod handover;
mod objects;
mod queues;
mod races;
mod schedules;
mod table;

/// Makes a test of each scenario on each backend.
macro_rules! on_both {
    ($($scenario:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(crate::conformance::backend::Backend::embedded().await).await;
            })*
        }
        mod ministack {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(crate::conformance::backend::Backend::ministack().await).await;
            })*
        }
    };
}
pub(crate) use on_both;

/// The same, and on the table of the simulation.
macro_rules! on_every_table {
    ($($scenario:ident),* $(,)?) => {
        $crate::conformance::on_both!($($scenario),*);
        mod simulated {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(crate::conformance::backend::Backend::simulated().await).await;
            })*
        }
    };
}
pub(crate) use on_every_table;
