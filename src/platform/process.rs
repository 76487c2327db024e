//! This process and the machine on which it runs.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;

use super::system;

/// Does what Rust's library does before `main`, where it does not come to that: opens `/dev/null`
/// for a standard stream that is closed, so that no file takes its number, and makes a write to a
/// pipe without a reader an error.
pub fn begin() {
    system::begin();
}

/// Makes the system write no core dump of this process: a dump would hold every token that the
/// process has seen. On Linux it also keeps other programs of the same user from reading this
/// process's memory. A failure is ignored. On Windows nothing is done: it writes dumps of whole
/// processes only where an administrator has asked for them.
pub fn forbid_core_dumps() {
    system::forbid_core_dumps();
}

/// How many files this process may have open; `None` where there is no such limit.
#[must_use]
pub fn open_files() -> Option<usize> {
    system::open_files()
}

/// The shell's command that shows the limit of this process behind an error, if it is one.
#[must_use]
pub fn limit_behind(error: &io::Error) -> Option<&'static str> {
    system::limit_behind(error)
}

/// Whether this process certainly runs in a container (a process namespace of its own), whose end
/// ends all processes in it. Only Linux has any.
#[must_use]
pub fn is_contained() -> bool {
    std::process::id() == 1 || system::is_contained()
}

/// The program that edits text where the user has chosen none.
pub use system::USUAL_EDITOR;

/// What the names of programs end with: `.exe` on Windows.
pub const PROGRAM_ENDING: &str = std::env::consts::EXE_SUFFIX;

/// The variables without which this program does not find its files, or the system does not start
/// it.
pub use system::NEEDED_VARIABLES;

/// Whether an environment variable is the one of this name. Windows does not look at the case.
#[must_use]
pub fn is_variable(found: &OsStr, name: &str) -> bool {
    system::is_variable(found, name)
}

/// This machine's name, as its network knows it; `this machine` where it has none.
#[must_use]
pub fn host_name() -> String {
    system::host_name()
}

/// The path by which this program is started once more.
///
/// # Errors
/// When it cannot be found.
pub fn own_program() -> io::Result<PathBuf> {
    system::own_program()
}

/// Leaves the terminal from which this process was started: its signals (Ctrl-C) do not come any
/// more. Nothing happens on Windows.
pub fn leave_terminal() {
    system::leave_terminal();
}

/// Starts this program anew, as it was started, without the files that were left open for it beside
/// the standard streams, if there are any. To be called before anything else. Nothing happens on
/// Windows.
pub fn leave_open_files() {
    system::leave_open_files();
}

/// Tells the service manager that started this process, at the socket that it named, what state it
/// is in (systemd's `sd_notify`). Nothing happens where there is none, as on Windows.
pub fn tell_service_manager(socket: &str, state: &str) {
    system::tell_service_manager(socket, state);
}

/// Hands a line to the system's log (syslog, RFC 3164), as one of this program, of the facility
/// `authpriv` and the severity `info`. It is not waited for.
///
/// # Errors
/// When there is no such log, as on Windows, or it takes no more.
pub fn send_to_system_log(line: &str) -> io::Result<()> {
    const AUTHPRIV_INFO: u8 = 10 * 8 + 6;
    let pid = std::process::id();
    system::send_to_system_log(&format!("<{AUTHPRIV_INFO}>authctl[{pid}]: {line}"))
}

/// Lets this process have as many files open as it may at most.
pub fn use_all_files() {
    system::use_all_files();
}
