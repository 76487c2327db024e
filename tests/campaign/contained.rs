//! Kills in a container whose first process waits for no other one, as that of most containers.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Runs `kills` in such a container, with the same arguments.
pub fn run(args: &[&str]) -> bool {
    let own = std::env::current_exe().expect("known");
    let status = std::env::temp_dir().join(format!("authctl-contained-{}", std::process::id()));
    let script = "(\"$@\"; code=$?; echo \"$(cat /proc/[0-9]*/stat | grep -c ') Z ') zombies of \
        $(ls -d /proc/[0-9]* | wc -l) processes at the end\"; echo $code >\"$STATUS.new\"; \
        mv \"$STATUS.new\" \"$STATUS\") & exec sleep 86400";
    let mut container = Command::new("unshare")
        .args([
            "-pf",
            "--mount-proc",
            "--kill-child",
            "sh",
            "-c",
            script,
            "campaign",
        ])
        .arg(own)
        .arg("kills")
        .args(args)
        .env("STATUS", &status)
        .spawn()
        .expect("unshare runs");
    let code = wait_for(&status);
    container.kill().expect("it runs");
    container.wait().expect("it ends");
    code.trim() == "0"
}

fn wait_for(file: &Path) -> String {
    loop {
        if let Ok(text) = std::fs::read_to_string(file) {
            let _ = std::fs::remove_file(file);
            return text;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
