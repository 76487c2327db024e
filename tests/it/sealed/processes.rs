//! Keys and processes: what children and other programs get to see of a key, and who asks for it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use authctl::store::key::Key;

use super::Sealed;
use crate::support::machine;
use crate::support::programs::copy_program;
use crate::support::stage::{Done, Stage};

#[cfg(target_os = "linux")]
#[test]
fn no_child_has_the_key_in_its_environment_or_may_dump_core() {
    if !machine::can_look_into_processes() {
        return;
    }
    let stage = Sealed::logged_in_with(authctl::sandbox::Options {
        latency: std::time::Duration::from_secs(3),
        ..Default::default()
    });
    stage.expire();
    let child = stage.spawn(&["token", "work"]);
    stage.until_asked(2);
    let mut seen = 0;
    for process in fs::read_dir("/proc").expect("there").flatten() {
        let line = fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
        let is_helper = line.starts_with("authctl\0refresh\0work");
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        let environment = String::from_utf8_lossy(&environment).into_owned();
        if !is_helper || !environment.contains(&stage.state().display().to_string()) {
            continue;
        }
        seen += 1;
        assert!(
            !environment.contains(&stage.key),
            "the key is in the environment of a child"
        );
        let limits = fs::read_to_string(process.path().join("limits")).expect("readable");
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .expect("a limit");
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }
    assert_eq!(seen, 1, "the helper process was looked at");
    assert!(Done::of(child).answer().starts_with("at-"));
}

/// Runs a program as user 65534 for a moment: the user whose programs may read its memory.
#[cfg(target_os = "linux")]
fn owner_of_memory(home: &Path, program: &Path, args: &[&str]) -> u32 {
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", "65534", "--clear-groups", "--pdeathsig", "KILL"])
        .arg(program)
        .args(args)
        .env_clear()
        .env("AUTHCTL_HOME", home)
        .env("AUTHCTL_CONFIG", home.join("config"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("runs");
    std::thread::sleep(std::time::Duration::from_millis(500));
    let memory = fs::metadata(format!("/proc/{}/mem", child.id())).expect("it runs");
    let _ = child.kill();
    let _ = child.wait();
    std::os::unix::fs::MetadataExt::uid(&memory)
}

#[cfg(target_os = "linux")]
#[test]
fn a_users_other_programs_cannot_look_into_authctls_memory() {
    use std::os::unix::fs::PermissionsExt;
    if !machine::has_root() || !machine::can_look_into_processes() {
        return;
    }
    let home = tempfile::tempdir().expect("a directory");
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).expect("owned");
    let program = copy_program(home.path());
    assert_eq!(
        owner_of_memory(home.path(), Path::new("/bin/sleep"), &["5"]),
        65534,
        "the test looks at the right place"
    );
    assert_eq!(
        owner_of_memory(home.path(), &program, &["sandbox"]),
        0,
        "what is not dumpable is root's"
    );
}

fn lines_of(path: &Path) -> usize {
    fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

#[test]
fn a_key_command_runs_once_in_a_process() {
    let stage = Stage::logged_in();
    let count = stage.home.path().join("count");
    let key = stage.home.path().join("key");
    let command = format!(
        "sh -c 'echo x >> {}; cat {}'",
        count.display(),
        key.display()
    );
    let moved = stage.run(&[
        "profile",
        "move",
        "work",
        "--store",
        "command",
        "--key-command",
        &command,
    ]);
    assert_eq!((moved.code, lines_of(&count)), (Some(0), 1), "{moved:?}");
    stage.token();
    assert_eq!(lines_of(&count), 2);
    stage.expire();
    stage.token();
    assert_eq!(
        (lines_of(&count), stage.ledger().refreshes),
        (3, 1),
        "and so it does for a refresh"
    );
    fs::write(&key, Key::random().expose()).expect("written");
    stage
        .run(&["token", "work"])
        .fails(3, "which is no longer in what `key_command` prints");
    assert_eq!(
        lines_of(&count),
        5,
        "and once more for a key that may have come since"
    );
}
