//! A socket that only this user reaches, by a path (a UNIX socket).

use std::io;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{files, system};

/// A connection: bytes in both directions.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// A socket that listens at a path. Windows has none here. It is removed when the value is dropped,
/// if it is there still.
pub struct Local {
    socket: system::Local,
    path: PathBuf,
    number: Option<u64>,
}

impl Drop for Local {
    fn drop(&mut self) {
        if self.number.is_some() && files::number_of(&self.path) == self.number {
            let _ = files::remove(&self.path);
        }
    }
}

impl Local {
    /// Listens at `path`, which only the effective user can reach from its first moment. A socket
    /// that no process listens at any more gives way.
    ///
    /// # Errors
    /// When something else is there, or another process listens there. Always on Windows.
    pub fn bind(path: &Path) -> io::Result<Self> {
        // The user could reach a socket of root's there, or put another one in its place.
        if files::is_lent(path) {
            return Err(io::Error::other(
                "root listens nowhere in the place of another user",
            ));
        }
        let socket = system::Local::bind(path)?;
        Ok(Self {
            socket,
            path: path.to_owned(),
            number: files::number_of(path),
        })
    }

    /// The next connection.
    ///
    /// # Errors
    /// When none can be accepted, for want of file descriptors.
    pub async fn accept(&self) -> io::Result<Box<dyn Duplex>> {
        let connection = self.socket.accept().await?;
        Ok(Box::new(connection))
    }
}
