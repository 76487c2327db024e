//! Windows' own keyring: sessions sealed by a key in the Credential Manager.

use std::fs;

use authctl::secret::Fingerprint;

use crate::support::programs::visitor;
use crate::support::stage::Stage;

#[test]
fn a_session_is_sealed_by_a_key_in_the_credential_manager() {
    let stage = Stage::new();
    let done = stage.run_login(&["--store", "keyring", "--browser", &visitor("alice")]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let token = stage.token();
    assert!(token.starts_with("at-"), "{token}");
    let text = || fs::read_to_string(stage.file("work.json")).expect("there");
    assert!(!text().contains("at-") && !text().contains("rt-"));
    let refused = Fingerprint::of(&token).to_string();
    let done = stage.run(&["token", "work", "--rejected", &refused]);
    assert_ne!(done.answer().trim(), token);

    let done = stage.run(&["profile", "move", "work", "--store", "file"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(text().contains("at-"));
    let done = stage.run(&["profile", "move", "work", "--store", "keyring"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let done = stage.run(&["logout", "work"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!stage.file("work.json").exists());
    assert_eq!(stage.ledger().reuses, 0);
}
