//! Counts of what has happened, by which a rehearsal is judged.

use serde::Serialize;

/// Counts of what has happened since the server started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Requests to the token endpoint.
    pub token_requests: u64,
    /// Sessions that began, by an authorization code or a device code.
    pub logins: u64,
    /// Tokens given by the client credentials grant.
    pub client_credentials: u64,
    /// Refreshes with a good refresh token, whether or not it was spent by that.
    pub refreshes: u64,
    /// Refreshes with a spent refresh token that the grace allowed.
    pub forgiven: u64,
    /// Refreshes with a spent refresh token that it did not allow.
    pub reuses: u64,
    /// Families that ended because of a reuse.
    pub families_revoked: u64,
    /// Refreshes with a refresh token that is unknown, or whose family has ended.
    pub refused: u64,
    /// Clients that were registered (RFC 7591).
    pub registrations: u64,
    /// Clients whose registration was deleted (RFC 7592).
    pub unregistrations: u64,
    /// Requests to revoke a token (RFC 7009).
    pub revocations: u64,
    /// Logouts in a browser (OpenID Connect RP-Initiated Logout 1.0).
    pub logouts: u64,
    /// Requests to the protected resource that were let in.
    pub resource_ok: u64,
    /// Requests to the protected resource that were refused.
    pub resource_denied: u64,
    /// Requests to any endpoint that a fault answered, and that were not carried out.
    pub turned_away: u64,
}
