//! Running programs as other users, which only root can do.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use authctl::sandbox::PUBLIC_CLIENT;

use super::programs::copy_program;
use super::stage::{Done, StageOf};
use super::storage::Storage;

/// A user, and a group, that own no files on most systems.
pub const ANOTHER: u32 = 65534;

/// A user who is neither root nor [`ANOTHER`], and means ill.
pub const STRANGER: u32 = 54_321;

/// Lets all users enter a directory.
pub fn open_to_all(directory: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).expect("root may");
}

/// Runs a shell script as a user, in a directory.
#[track_caller]
pub fn run_script_as(user: u32, directory: &Path, script: &str) {
    let mut command = Command::new("sh");
    command.args(["-e", "-c", script]).current_dir(directory);
    let status = command.uid(user).gid(user).status().expect("sh runs");
    assert!(status.success(), "{script}");
}

/// Gives a directory to a user and the group of that number, with all that is in it.
pub fn give(directory: &Path, user: u32) {
    chown(directory, Some(user), Some(user)).expect("root may");
    for entry in fs::read_dir(directory).expect("there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            give(&path, user);
        } else {
            chown(&path, Some(user), Some(user)).expect("root may");
        }
    }
}

impl<S: Storage> StageOf<S> {
    /// Runs the program as [`ANOTHER`], from a copy in the home of the stage: the program itself
    /// may lie where that user may not go.
    pub fn run_as_another(&self, args: &[&str]) -> Done {
        self.command_as_another(args).output().expect("runs").into()
    }

    /// The command by which [`ANOTHER`] logs in to `work` with this browser.
    pub fn login_command_as_another(&self, browser: &str) -> Command {
        let issuer = self.sandbox.issuer();
        let mut command = self.command_as_another(&["login", "work", "--issuer", issuer]);
        command.args(["--client-id", PUBLIC_CLIENT, "--browser", browser]);
        command
    }

    /// The program as [`Self::run_as_another`] runs it.
    pub fn command_as_another(&self, args: &[&str]) -> Command {
        let mut command = Command::new(copy_program(self.home.path()));
        command
            .args(args)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("AUTHCTL_HOME", self.state())
            .env("AUTHCTL_CONFIG", self.config())
            .uid(ANOTHER)
            .gid(ANOTHER);
        self.configure_storage(&mut command);
        command
    }
}
