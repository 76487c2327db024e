//! A UNIX socket that only its user reaches.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;

use tokio::net::UnixListener;

pub struct Local {
    listener: UnixListener,
}

impl Local {
    pub fn bind(path: &Path) -> io::Result<Self> {
        match fs::symlink_metadata(path) {
            Ok(found) if !found.file_type().is_socket() => {
                return Err(io::Error::other("there is something that is no socket"));
            }
            Ok(_) if UnixStream::connect(path).is_ok() => {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            _ => {}
        }
        // Made where no other user can reach it, and moved when it is private.
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let place = tempfile::Builder::new()
            .prefix(".authctl-")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(parent.unwrap_or(Path::new(".")))?;
        let made = place.path().join("s");
        let listener = UnixListener::bind(&made)?;
        // By its path, in a directory that no other user can enter.
        fs::set_permissions(&made, fs::Permissions::from_mode(0o600))?;
        #[expect(
            clippy::disallowed_methods,
            reason = "a socket holds nothing that could be lost"
        )]
        fs::rename(&made, path)?;
        Ok(Self { listener })
    }

    pub async fn accept(&self) -> io::Result<tokio::net::UnixStream> {
        let (stream, _) = self.listener.accept().await?;
        Ok(stream)
    }
}
