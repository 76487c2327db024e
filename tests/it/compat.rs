//! Records that an earlier version wrote are read, and are written as it wrote them.
//!
//! `fixtures/VERSION` has the files of a state directory as that version's own code wrote them: a
//! plain record, a sealed one, and a sealed one whose access token is readable without the key. The
//! tokens live for a hundred years.

use std::fs;
use std::path::PathBuf;

use authctl::store::key::{Key, Keys};
use authctl::store::record::Record;
use authctl::store::seal::{Form, Sealing};
use serde_json::Value;

use crate::support::stage::{Done, Stage};

const VERSIONS: &[&str] = &["0.1.0"];

const CONFIG: &str = r#"
[profile.work]
issuer = "https://as.example"
client_id = "sandbox"

[profile.sealed]
issuer = "https://as.example"
client_id = "sandbox"
store = "env"

[profile.readable]
issuer = "https://as.example"
client_id = "sandbox"
store = "env"
cache_access_token = "file"
"#;

fn fixture(version: &str, name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/it/fixtures").join(version).join(name)
}

fn bytes(version: &str, name: &str) -> Vec<u8> {
    fs::read(fixture(version, name)).expect("a fixture")
}

fn key(version: &str) -> String {
    String::from_utf8(bytes(version, "key")).expect("text")
}

/// A stage with the state directory of that version.
fn upgraded_from(version: &str) -> Stage {
    let stage = Stage::new();
    stage.configure(CONFIG);
    fs::create_dir_all(stage.state()).expect("a directory");
    for name in ["work.json", "sealed.json", "readable.json"] {
        fs::write(stage.file(name), bytes(version, name)).expect("written");
    }
    let keyspace = bytes(version, "installation");
    fs::write(stage.file(".installation"), keyspace).expect("written");
    stage
}

fn run(stage: &Stage, key: Option<&str>, args: &[&str]) -> Done {
    let mut command = stage.command(args);
    if let Some(key) = key {
        command.env("AUTHCTL_KEY", key);
    }
    command.output().expect("authctl runs").into()
}

/// A sealed record without what is sealed, which is another text each time.
fn visible(bytes: &[u8]) -> &str {
    let text = std::str::from_utf8(bytes).expect("text");
    text.split_once("\"sealed\": ").expect("it is sealed").0
}

#[test]
fn a_record_of_an_earlier_version_is_read_by_token_and_status() {
    for version in VERSIONS {
        let stage = upgraded_from(version);
        let (text, key) = (bytes(version, "work.json"), key(version));
        let record: Value = serde_json::from_slice(&text).expect("json");
        let token = record["tokens"]["access_token"].as_str().expect("a token");
        for (profile, key) in [
            ("work", None),
            ("sealed", Some(key.as_str())),
            ("readable", None),
        ] {
            let done = run(&stage, key, &["token", profile]);
            assert_eq!(done.answer(), token, "{version}, {profile}");
            let done = run(&stage, None, &["status", profile, "--json"]);
            let status: Value = serde_json::from_str(done.answer()).expect("json");
            assert_eq!(status[0]["state"], "logged in", "{version}, {profile}");
            assert_eq!(status[0]["generation"], 1);
            assert_eq!(status[0]["subject"]["id"], "alice");
        }
        run(&stage, None, &["token", "sealed"]).fails(3, "AUTHCTL_KEY");
        assert_eq!(stage.ledger().refreshes, 0);
    }
}

#[test]
fn a_record_is_written_as_an_earlier_version_wrote_it() {
    for version in VERSIONS {
        let plain = bytes(version, "work.json");
        let record = Record::parse(&plain).expect("a record");
        assert_eq!(*record.bytes(), plain, "{version}");
        let keys = Keys::only(Key::parse(key(version).trim()).expect("a key"));
        for name in ["sealed.json", "readable.json"] {
            let sealed = bytes(version, name);
            let Ok(Form::Sealed(envelope)) = Form::of(&sealed) else {
                panic!("{version}: {name} is not sealed");
            };
            let place = envelope.seal.place.clone();
            let opened = envelope.open(&sealed, keys.newest()).expect("it opens");
            let sealing = Sealing::new(place, keys.newest().clone());
            let again = sealing.bytes(&opened, name == "readable.json");
            assert_eq!(visible(&again), visible(&sealed), "{version}: {name}");
            let text = String::from_utf8(opened.bytes().to_vec()).expect("text");
            let own = name.trim_end_matches(".json");
            let same = text.replace(&format!("\"profile\": \"{own}\""), "\"profile\": \"work\"");
            assert_eq!(same.as_bytes(), plain, "{version}: {name}");
        }
    }
}
