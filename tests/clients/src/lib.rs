//! Tries every client against its simulated network, by the production publish handler.
//!
//! For each network and format: it is published and read back; each documented error leads to the right class; and the
//! process dies at every request, before it arrives and after it was done, every answer is lost once, and every request that
//! changes something lands once after its caller gave up. Then the handler is woken again as the sweep would, until the
//! delivery has ended, and what people see is counted.

mod stage;
pub mod table;
mod trial;

pub use stage::Stage;
pub use trial::{FormatResult, NetworkResult, try_network};
