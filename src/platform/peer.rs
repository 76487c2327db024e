//! The other end of a connection on this machine.

use std::net::SocketAddr;

use super::system;

/// The two ends of a connection, as this process sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// This process's end.
    pub own: SocketAddr,
    /// The other end.
    pub other: SocketAddr,
}

impl Ends {
    /// Whether the other end certainly belongs to a person who uses this machine beside the
    /// effective user. Where that cannot be told, the answer is no: root, a service that forwards a
    /// port, a process in another container. Root itself is told of nobody: a browser that `sudo`
    /// started may run as another user.
    #[must_use]
    pub fn is_another_persons(&self) -> bool {
        system::is_another_persons(self.own, self.other)
    }
}
