//! Other processes, by the tables of the system, which Linux shows in `/proc` instead.

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// This machine's name, as its network knows it.
#[cfg(windows)]
pub fn host_name() -> String {
    System::host_name().unwrap_or_else(|| "this machine".to_owned())
}

/// The name of the process with this number, and the number of the process that started it.
pub fn named_process(number: u32) -> Option<(String, u32)> {
    let number = Pid::from_u32(number);
    let mut system = System::new();
    let only = [number];
    let nothing_more = ProcessRefreshKind::nothing();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&only), false, nothing_more);
    let process = system.process(number)?;
    let name = process.name().to_string_lossy().into_owned();
    Some((name, process.parent()?.as_u32()))
}
