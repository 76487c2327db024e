//! Whether git asks authctl, and no other helper before it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{examine, only, turned};
use crate::support::machine;
use crate::support::programs::AUTHCTL;
use crate::support::stage::Stage;

/// git has an answer from another helper, before it asks authctl.
#[test]
fn a_helper_that_is_asked_first_turns_its_row() {
    if !machine::has_programs(&["git"]) {
        return;
    }
    let stage = Stage::logged_in();
    stage.add_to_config("[[match]]\nhost = \"git.example.com\"\nprofile = \"work\"\n");
    let install = [
        "hook",
        "install",
        "git",
        "--host",
        "git.example.com",
        "--profile",
        "work",
    ];
    stage.run(&install).answer();
    let refreshes = stage.ledger().refreshes;
    let done = examine(&stage);
    assert_eq!(turned(&done), BTreeMap::new(), "{done:?}");
    assert!(
        done.stdout.contains("git asks authctl for git.example.com"),
        "{done:?}"
    );
    assert_eq!(stage.ledger().refreshes, refreshes, "a token was asked for");
    shadow(stage.home.path());
    only(
        &examine(&stage),
        "hooks",
        "warning",
        "before it asks authctl",
    );
}

/// A helper that answers for the address, before the one that authctl has installed.
fn shadow(home: &Path) {
    let helper = home.join("git-credential-other");
    fs::write(&helper, "#!/bin/sh\necho username=u\necho password=p\n").expect("written");
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).expect("owned");
    let config = format!(
        "[credential \"https://git.example.com\"]\n\thelper = {}\n\thelper = {AUTHCTL} hook git\n",
        helper.display()
    );
    fs::write(home.join(".gitconfig"), config).expect("written");
}

/// kubectl's configuration has the path of an authctl that was removed.
#[test]
fn a_client_that_calls_what_is_gone_turns_its_row() {
    let stage = Stage::logged_in();
    let home = stage.home.path();
    fs::create_dir(home.join(".kube")).expect("made");
    let config = |program: &str| {
        let text = format!("users:\n- user:\n    exec:\n      command: \"{program}\"\n");
        fs::write(home.join(".kube/config"), text).expect("written");
    };
    config(AUTHCTL);
    let done = examine(&stage);
    assert_eq!(turned(&done), BTreeMap::new(), "{done:?}");
    assert!(done.stdout.contains("kubectl calls /"), "{done:?}");
    config("/opt/gone/authctl");
    let words = "kubectl calls /opt/gone/authctl, which is gone";
    only(&examine(&stage), "hooks", "fault", words);
}
