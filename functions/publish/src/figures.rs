//! Figures of what became of deliveries, by network.

use cloud::telemetry::{Figures, Unit};
use domain::delivery::{Delivery, DeliveryState};
use jiff::Timestamp;

/// Tells of a stored conclusion: an outcome if it is one, and how late if it is out.
pub(crate) fn concluded(delivery: &Delivery, now: Timestamp) {
    let outcome = match delivery.state {
        DeliveryState::Published => "DeliveriesPublished",
        DeliveryState::Failed => "DeliveriesFailed",
        DeliveryState::Unknown => "DeliveriesUnknown",
        _ => return,
    };
    let figures = Figures::new(now).of("Network", delivery.platform.as_str()).figure(outcome, Unit::Count, 1);
    // What a person asked for again was not late by our doing.
    match delivery.late_ms().filter(|_| delivery.asked_at.is_none()) {
        Some(late) => figures.figure("PublishLatenessMs", Unit::Milliseconds, late).write(),
        None => figures.write(),
    }
}
