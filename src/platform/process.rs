//! This process and the machine on which it runs.

use super::system;

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
pub fn limit_behind(error: &std::io::Error) -> Option<&'static str> {
    system::limit_behind(error)
}

/// Whether this process certainly runs in a container (a process namespace of its own), whose end
/// ends all processes in it. Only Linux has any.
#[must_use]
pub fn is_contained() -> bool {
    std::process::id() == 1 || system::is_contained()
}

/// This machine's name, as its network knows it. Windows' name is not looked up: there the text is
/// `this machine`.
#[must_use]
pub fn host_name() -> String {
    system::host_name()
}
