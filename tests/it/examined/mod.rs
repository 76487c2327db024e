//! `authctl doctor`: each thing that it looks at is broken, and its row turns and no other one.

mod helpers;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;

use crate::certificates::Server;
use crate::support::machine;
use crate::support::secret_service::SecretService;
use crate::support::stage::{Done, Stage};
use crate::support::tls;
use crate::support::users::{STRANGER, give, open_to_all};

/// The rows that are neither well nor unknown, by check, with their grade and what mends them.
fn turned(done: &Done) -> BTreeMap<String, (String, String)> {
    let rows: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done:?}"));
    let rows = rows.as_array().expect("rows").iter();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.filter(|row| !["ok", "not known"].contains(&&*text(row, "grade")))
        .map(|row| {
            let said = format!("{} -> {}", text(row, "what"), text(row, "fix"));
            (text(row, "check"), (text(row, "grade"), said))
        })
        .collect()
}

/// Asserts that this row has turned, and that no other one has.
#[track_caller]
fn only(done: &Done, check: &str, grade: &str, words: &str) {
    let turned = turned(done);
    let names: Vec<&String> = turned.keys().collect();
    assert_eq!(names, [check], "{turned:?}");
    let (found, said) = &turned[check];
    assert_eq!(found, grade, "{said}");
    assert!(said.contains(words), "no `{words}` in {said}");
    assert!(!said.ends_with("-> "), "nothing mends it: {said}");
    assert_eq!(done.code, Some(i32::from(grade == "fault")), "{done:?}");
}

fn examine(stage: &Stage) -> Done {
    stage.run(&["doctor", "--json"])
}

fn examine_with(stage: &Stage, variables: &[(&str, &str)]) -> Done {
    stage.run_with(variables, &["doctor", "--json"])
}

#[test]
fn nothing_that_is_well_is_called_a_fault() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.token();
    let before = stage.ledger();
    let done = examine(&stage);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(turned(&done), BTreeMap::new(), "{done:?}");
    let rows: Value = serde_json::from_str(done.answer()).expect("json");
    let unknown = rows
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["grade"] == "not known");
    assert_eq!(unknown.count(), 0, "{rows}");
    // It asks the server for nothing that costs anything, and leaves nothing behind.
    let after = stage.ledger();
    assert_eq!(
        (after.refreshes, after.logins, after.revocations),
        (before.refreshes, before.logins, before.revocations)
    );
    for entry in fs::read_dir(stage.state()).expect("there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(!name.contains("doctor"), "{name} is left");
    }
    let text = stage.run(&["doctor", "work"]);
    assert!(text.answer().contains("profile work:"), "{text:?}");
    // Before the first login, and without a profile, nothing is wrong either.
    let fresh = Stage::new();
    let done = examine(&fresh);
    assert_eq!((done.code, turned(&done).len()), (Some(0), 0), "{done:?}");
    fresh
        .run(&["doctor", "nobody"])
        .fails(6, "there is no profile");
}

/// A scene that needs nothing but a stage.
struct Scene {
    check: &'static str,
    grade: &'static str,
    words: &'static str,
    play: fn(&Stage) -> Done,
}

const SCENES: &[Scene] = &[
    Scene {
        check: "config",
        grade: "fault",
        words: "config.toml:1:",
        play: |stage| {
            stage.configure("profile = \n");
            examine(stage)
        },
    },
    Scene {
        check: "config",
        grade: "warning",
        words: "AUTHCTL_LOG is not understood",
        play: |stage| examine_with(stage, &[("AUTHCTL_LOG", "loud")]),
    },
    Scene {
        check: "state",
        grade: "fault",
        words: "chmod 700",
        play: |stage| {
            let open = fs::Permissions::from_mode(0o777);
            fs::set_permissions(stage.state(), open).expect("owned");
            examine(stage)
        },
    },
    Scene {
        check: "leftovers",
        grade: "warning",
        words: "damaged record",
        play: |stage| {
            fs::write(stage.file("work.json.corrupt-5"), "{").expect("written");
            examine(stage)
        },
    },
    Scene {
        check: "log",
        grade: "warning",
        words: "log.jsonl",
        play: |stage| {
            fs::remove_file(stage.file("log.jsonl")).expect("there");
            fs::create_dir(stage.file("log.jsonl")).expect("made");
            examine(stage)
        },
    },
    Scene {
        check: "program",
        grade: "warning",
        words: "is version 0.0.1, this is",
        play: |stage| {
            let old = stage.home.path().join("authctl");
            fs::write(&old, "#!/bin/sh\necho authctl 0.0.1\n").expect("written");
            fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).expect("owned");
            let path = format!("{}:/usr/bin:/bin", stage.home.path().display());
            examine_with(stage, &[("PATH", &path)])
        },
    },
    Scene {
        check: "profile",
        grade: "fault",
        words: "`grant` is `magic`",
        play: |stage| {
            stage.add_to_config("grant = \"magic\"\n");
            examine(stage)
        },
    },
    Scene {
        check: "session",
        grade: "fault",
        words: "check the file's owner",
        play: |stage| {
            fs::remove_file(stage.file("work.json")).expect("there");
            fs::create_dir(stage.file("work.json")).expect("made");
            examine(stage)
        },
    },
    Scene {
        check: "session",
        grade: "warning",
        words: "client_id was sandbox and is other",
        play: |stage| {
            let config = fs::read_to_string(stage.config()).expect("there");
            stage.configure(&config.replace("\"sandbox\"", "\"other\""));
            examine(stage)
        },
    },
    Scene {
        check: "keys",
        grade: "fault",
        words: "key",
        play: |stage| {
            stage.add_to_config("[profile.other]\nissuer = \"https://127.0.0.1:1\"\n");
            let config = fs::read_to_string(stage.config()).expect("there");
            let only = config.split("[profile.other]").next().unwrap_or_default();
            stage.configure(&format!(
                "{only}store = \"command\"\nkey_command = \"false\"\n"
            ));
            fs::remove_file(stage.file("work.json")).expect("there");
            examine(stage)
        },
    },
    Scene {
        check: "proxy",
        grade: "fault",
        words: "the proxy that HTTPS_PROXY names cannot be reached",
        play: |stage| {
            elsewhere(stage, "https://as.example");
            examine_with(stage, &[("HTTPS_PROXY", "http://127.0.0.1:1")])
        },
    },
    Scene {
        check: "names",
        grade: "fault",
        words: "nowhere.invalid",
        play: |stage| {
            elsewhere(stage, "https://nowhere.invalid");
            examine(stage)
        },
    },
    Scene {
        check: "server",
        grade: "fault",
        words: "cannot reach 127.0.0.1",
        play: |stage| {
            stage.sandbox.stop();
            examine(stage)
        },
    },
    Scene {
        check: "discovery",
        grade: "fault",
        words: "https://other.example",
        play: |stage| {
            stage.fault("issuer=https://other.example*9@discovery");
            examine(stage)
        },
    },
    Scene {
        check: "clock",
        grade: "fault",
        words: "the server's clock is +7",
        play: |stage| {
            stage.fault("date=7200*9@token");
            examine(stage)
        },
    },
    Scene {
        check: "clock",
        grade: "warning",
        words: "the server's clock is -6",
        play: |stage| {
            stage.fault("date=-60*9@token");
            examine(stage)
        },
    },
];

/// Makes the profile one of another server, without a session.
fn elsewhere(stage: &Stage, issuer: &str) {
    stage.configure(&format!(
        "[profile.work]\nissuer = \"{issuer}\"\nclient_id = \"c\"\n"
    ));
    for name in ["work.json", "work.previous"] {
        let _ = fs::remove_file(stage.file(name));
    }
}

#[test]
fn what_is_broken_turns_its_row_and_no_other() {
    for Scene {
        check,
        grade,
        words,
        play,
    } in SCENES
    {
        let stage = Stage::logged_in();
        only(&play(&stage), check, grade, words);
    }
}

/// The address of a proxy may hold a password, and is not for every server.
#[test]
fn a_proxy_is_named_without_its_password_where_it_is_on_the_way() {
    let stage = Stage::new();
    elsewhere(&stage, "https://as.example");
    let variables = [
        ("HTTPS_PROXY", "http://svc:hunter2@127.0.0.1:1"),
        ("NO_PROXY", "other.example"),
    ];
    let done = examine_with(&stage, &variables);
    assert!(done.stdout.contains("127.0.0.1:1:"), "{done:?}");
    assert!(!format!("{done:?}").contains("hunter2"), "{done:?}");
    assert!(!format!("{done:?}").contains("svc"), "{done:?}");
    let variables = [
        ("HTTPS_PROXY", "http://127.0.0.1:1"),
        ("NO_PROXY", ".example"),
    ];
    let turned = turned(&examine_with(&stage, &variables));
    assert!(!turned.contains_key("proxy"), "{turned:?}");
    assert!(turned.contains_key("names"), "{turned:?}");
}

/// A directory of another user's is no place for sessions.
#[test]
fn a_directory_of_another_users_turns_its_row() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    fs::create_dir(stage.state()).expect("made");
    stage.configure("");
    open_to_all(stage.home.path());
    give(&stage.state(), STRANGER);
    let done: Done = stage
        .command_as_another(&["doctor", "--json"])
        .output()
        .expect("runs")
        .into();
    only(&done, "state", "fault", "AUTHCTL_HOME");
}

/// Locks that do not exist, and locks that every process gets, as some network file systems have
/// them.
#[test]
fn a_file_system_without_locks_turns_its_row() {
    if !machine::has_strace() {
        return;
    }
    for answer in ["flock:error=ENOLCK", "flock:retval=0"] {
        let stage = Stage::logged_in();
        let inject = format!("inject={answer}");
        let way = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &inject];
        let done = Done::of(stage.spawn_by(&way, &["doctor", "--json"]));
        only(&done, "locks", "fault", "`lock_dir` in the profile");
    }
}

#[test]
fn a_full_disk_turns_its_row() {
    let stage = Stage::new();
    fs::create_dir(stage.state()).expect("made");
    let state = stage.state().display().to_string();
    let mount = [
        "mount",
        "-t",
        "tmpfs",
        "-o",
        "size=256k,mode=0700",
        "tmpfs",
        &state,
    ];
    if !machine::succeeds(&mount) {
        machine::not_run("no file system can be mounted here");
        return;
    }
    stage.log_in();
    let filler = stage.file("filler").display().to_string();
    let fill = format!("cat /dev/zero >{filler} 2>/dev/null || true");
    let filled = Command::new("sh").args(["-c", &fill]).status();
    let done = examine(&stage);
    assert!(machine::succeeds(&["umount", "-l", &state]));
    assert!(filled.expect("sh runs").success());
    only(&done, "disk", "fault", "check the disk's room");
}

#[test]
fn a_certificate_that_is_not_trusted_turns_its_row() {
    if !machine::has_programs(&["openssl"]) {
        return;
    }
    let stage = Stage::logged_in();
    let path = stage.home.path();
    tls::certify(path);
    let server = Server::start(path, "srv");
    let issuer = server.address.join("/").expect("an address");
    elsewhere(&stage, issuer.as_str().trim_end_matches('/'));
    only(
        &examine(&stage),
        "tls",
        "fault",
        "set `ca_file` in the profile",
    );
}

#[test]
fn a_keyring_that_hangs_turns_its_row() {
    if !SecretService::is_available() {
        return;
    }
    let service = SecretService::start();
    let stage = Stage::logged_in();
    fs::remove_file(stage.file("work.json")).expect("there");
    stage.add_to_config("store = \"keyring\"\nkeyring_timeout = \"1s\"\n");
    let bus = [("DBUS_SESSION_BUS_ADDRESS", service.address.as_str())];
    let done = examine_with(&stage, &bus);
    assert_eq!(turned(&done), BTreeMap::new(), "{done:?}");
    let stop = |signal: &str| {
        let pid = service.daemon().to_string();
        assert!(machine::succeeds(&["kill", signal, &pid]));
    };
    stop("-STOP");
    let done = examine_with(&stage, &bus);
    stop("-CONT");
    only(&done, "keys", "fault", "it did not answer within 1s");
}
