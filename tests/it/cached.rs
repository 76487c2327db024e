//! What the cached way does not do: seen from outside, by the system calls of the process.

use std::process::Command;

use crate::support::machine;
use crate::support::programs::AUTHCTL;
use crate::support::stage::Stage;

/// The system calls of a command that succeeds, one a line.
fn trace(stage: &Stage, args: &[&str]) -> String {
    let trace = stage.home.path().join("trace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-o"])
        .arg(&trace)
        .arg(AUTHCTL)
        .args(args)
        .env_clear()
        .env("AUTHCTL_HOME", stage.state())
        .env("AUTHCTL_CONFIG", stage.config());
    assert!(command.output().expect("strace runs").status.success());
    std::fs::read_to_string(trace).expect("a trace")
}

#[test]
fn a_cached_token_opens_config_and_record_and_nothing_else() {
    if !machine::has_strace() || !machine::can_look_into_processes() {
        return;
    }
    let stage = Stage::logged_in();
    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!(
        "{config}[[match]]\nhost = \"*.example.com\"\nprofile = \"work\"\n"
    ));
    for args in [
        &["hook", "terraform", "get", "tf.example.com"][..],
        &[
            "hook",
            "keyring",
            "get",
            "https://pypi.example.com/simple/",
            "u",
        ],
        &["hook", "headers", "--profile", "work"],
        &["token", "work"],
        &["token"],
        &["token", "work", "--format", "header"],
        &["token", "--min-ttl", "1m"],
    ] {
        let trace = trace(&stage, args);
        let home = stage.home.path().display().to_string();
        let opened: Vec<&str> = trace
            .lines()
            .filter(|line| line.contains("open") && line.contains(&home))
            .collect();
        assert_eq!(opened.len(), 2, "{args:?}: {opened:#?}");
        assert!(
            opened[0].contains("config.toml") && opened[1].contains("work.json"),
            "{opened:#?}"
        );
        for call in [
            "socket(",
            "connect(",
            "clone(",
            "clone3(",
            "flock(",
            "rename",
            "epoll_create",
            "fsync(",
            "O_CREAT",
        ] {
            assert!(!trace.contains(call), "{args:?}: {call}");
        }
    }
    assert_eq!(stage.ledger().token_requests, 1);
}

/// `status` read the configuration anew for each profile: with a thousand, that took ten seconds.
#[test]
fn the_status_of_all_profiles_reads_the_configuration_once() {
    if !machine::has_strace() || !machine::can_look_into_processes() {
        return;
    }
    let stage = Stage::new();
    let profile =
        |n| format!("[profile.p{n}]\nissuer = \"https://as.example\"\nclient_id = \"c\"\n");
    stage.configure(&(0..200).map(profile).collect::<String>());
    let trace = trace(&stage, &["status"]);
    let reads = trace.lines().filter(|line| line.contains("config.toml"));
    assert_eq!(reads.count(), 1);
}

/// The loader looked for a library that Rust's own library names and the program never calls, at
/// each start.
#[test]
fn the_program_needs_no_library_but_the_systems_own() {
    let archive = Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    let archive = archive.map(|told| String::from_utf8_lossy(&told.stdout).trim().to_owned());
    let has_archive = archive.is_ok_and(|path| std::path::Path::new(&path).is_absolute());
    let is_glibc = cfg!(target_env = "gnu");
    if !machine::allows(has_archive && is_glibc, "the linker has no libgcc_eh.a") {
        return;
    }
    let listed = Command::new("ldd").arg(AUTHCTL).output().expect("ldd runs");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(listed.contains("libc.so"), "{listed}");
    assert!(!listed.contains("libgcc_s"), "{listed}");
}
