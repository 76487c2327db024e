//! A socket that only this user reaches, by a path (a UNIX socket).

use std::io;
use std::path::Path;

use tokio::io::{AsyncRead, AsyncWrite};

use super::system;

/// A connection: bytes in both directions.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// A socket that listens at a path. Windows has none here.
pub struct Local(system::Local);

impl Local {
    /// Listens at `path`, which only the effective user can reach from its first moment. A socket
    /// that no process listens at any more gives way.
    ///
    /// # Errors
    /// When something else is there, or another process listens there. Always on Windows.
    pub fn bind(path: &Path) -> io::Result<Self> {
        system::Local::bind(path).map(Self)
    }

    /// The next connection.
    ///
    /// # Errors
    /// When none can be accepted, for want of file descriptors.
    pub async fn accept(&self) -> io::Result<Box<dyn Duplex>> {
        let connection = self.0.accept().await?;
        Ok(Box::new(connection))
    }
}
