//! Figures of what becomes of deliveries, by network.

use cloud::telemetry::{Figures, Unit};
use domain::delivery::{Delivery, DeliveryState, Failure};
use domain::platform::Platform;
use jiff::Timestamp;

fn of(delivery: &Delivery, now: Timestamp) -> Figures {
    Figures::new(now).of("Network", delivery.platform.as_str())
}

/// Tells of an attempt that the network asked to wait with, of one that lost its claim on the way, and of one that
/// failed on our side.
pub(crate) fn attempted<T>(delivery: &Delivery, result: &Result<T, Failure>, now: Timestamp) {
    match result {
        Err(Failure::RateLimited { .. } | Failure::Throttled { .. }) => {
            of(delivery, now).figure("NetworkThrottles", Unit::Count, 1).write();
        }
        Err(Failure::ClaimLost) => conflict(delivery, now),
        Err(Failure::Internal { message, .. }) => {
            tracing::warn!(post = %delivery.post_id, error = message, "a delivery failed on our side");
        }
        _ => {}
    }
}

/// Tells that somebody else has a delivery which this caller thought was its own.
pub(crate) fn conflict(delivery: &Delivery, now: Timestamp) {
    of(delivery, now).figure("ClaimConflicts", Unit::Count, 1).write();
}

/// Tells that a network is left alone from now on.
pub(crate) fn paused(platform: Platform, now: Timestamp) {
    Figures::new(now).of("Network", platform.as_str()).figure("NetworkPauses", Unit::Count, 1).write();
}

/// Tells of a stored conclusion: what came of the attempt, and how late if it is out.
pub(crate) fn concluded(delivery: &Delivery, now: Timestamp) {
    let outcome = match delivery.state {
        DeliveryState::Published => "DeliveriesPublished",
        DeliveryState::Failed => "DeliveriesFailed",
        DeliveryState::Unknown => "DeliveriesUnknown",
        DeliveryState::Retrying => "DeliveriesRetrying",
        _ => return,
    };
    let figures = of(delivery, now).figure(outcome, Unit::Count, 1);
    // What a person asked for again was not late by our doing.
    match delivery.late_ms().filter(|_| delivery.asked_at.is_none()) {
        Some(late) => figures.figure("PublishLatenessMs", Unit::Milliseconds, late).write(),
        None => figures.write(),
    }
}
