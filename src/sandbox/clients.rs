//! The clients that were registered (RFC 7591).

use std::collections::HashMap;

use crate::secret::Secret;

/// A client that was registered.
pub struct Registered {
    /// The addresses to which a browser may be sent back.
    pub redirect_uris: Vec<String>,
    /// `None` for a public client.
    pub secret: Option<Secret>,
    /// What gives access to the registration.
    pub token: Secret,
}

/// The clients that were registered, by their identifiers.
pub type Clients = HashMap<String, Registered>;
