//! This process and the machine on which it runs.

use super::system;

/// Makes the system write no core dump of this process: a dump would hold every token that the
/// process has seen. Where it can (Linux), it also keeps other programs of the same user from
/// reading this process's memory. A failure is ignored, and Windows has nothing to forbid: its
/// crash reports are made by a service that the user switches on.
pub fn forbid_core_dumps() {
    system::forbid_core_dumps();
}

/// This machine's name, as its network knows it. Windows' name is not looked up: there the text is
/// `this machine`.
#[must_use]
pub fn host_name() -> String {
    system::host_name()
}
