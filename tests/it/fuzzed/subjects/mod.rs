//! Everything that comes from outside, and what must hold whatever it is: no panic, nothing that
//! grows beyond what came in, no control character for a terminal, no token in a message.
//!
//! Each subject is fuzzed (`targets/`), and lives among the ordinary tests too: with the corpus,
//! and with bytes that are made up on the spot.

use std::sync::Arc;

use authctl::config::Locations;
use authctl::oauth::authorize::{self, Attempt, Redirect};
use authctl::oauth::device::DeviceAuthorization;
use authctl::oauth::discovery::{self, Metadata};
use authctl::oauth::jwt::{self, IdToken, KeySet};
use authctl::oauth::response::{Decoded, ErrorBody, decode, decode_error};
use authctl::oauth::token::RefreshToken;
use authctl::profile::target::{Pattern, Target};
use authctl::secret::Secret;
use authctl::store::key::{Key, Keys};
use authctl::store::record::{Intent, Record};
use authctl::store::seal::{Form, Sealing};
use authctl::time::Timestamp;
use serde_json::Value;

mod hooks;
pub use hooks::hook;

/// A subject: its name, which is that of its corpus, and what it does with bytes.
pub type Subject = (&'static str, fn(&[u8]));

/// Every subject.
pub const SUBJECTS: &[Subject] = &[
    ("token_response", token_response),
    ("discovery", discovery),
    ("key_set", key_set),
    ("id_token", id_token),
    ("callback", callback),
    ("device_authorization", device_authorization),
    ("record", record),
    ("pending", pending),
    ("config", config),
    ("sealed", sealed),
    ("keys", keys),
    ("hook", hook),
    ("target", target),
];

/// What a token endpoint answers: tokens, a refusal, anything.
pub fn token_response(bytes: &[u8]) {
    for pointer in ["", "/authed_user"] {
        match decode(bytes, pointer) {
            Decoded::Granted(response) => {
                let refresh = response.refresh_token.as_ref().map(RefreshToken::expose);
                for token in [Some(response.access_token.expose()), refresh]
                    .into_iter()
                    .flatten()
                {
                    assert!(
                        !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic()),
                        "no header is safe"
                    );
                }
                assert!(response.expires_in.is_none_or(|life| life.as_secs() >= 1));
                let _ = jwt::lifetime(response.access_token.expose());
                assert_silent(&format!("{response:?}"), bytes);
            }
            Decoded::Refused(error) => refusal(&error, bytes),
            Decoded::Unreadable(why) => assert!(why.len() < 100),
        }
    }
    if let Some(error) = decode_error(bytes) {
        refusal(&error, bytes);
    }
}

fn refusal(error: &ErrorBody, bytes: &[u8]) {
    let said = error.to_string();
    assert!(said.chars().count() < 500, "a message is not a page");
    assert!(
        !said.chars().any(char::is_control),
        "a terminal is not the server's to write to"
    );
    assert_silent(&said, bytes);
}

/// Metadata, and the addresses in it.
pub fn discovery(bytes: &[u8]) {
    let Ok(metadata) = Metadata::parse(bytes) else {
        return;
    };
    let Ok(issuer) = discovery::parse_endpoint(&metadata.issuer) else {
        return;
    };
    assert_eq!(discovery::well_known(&issuer).len(), 2);
    for address in [&metadata.token_endpoint, &metadata.authorization_endpoint]
        .into_iter()
        .flatten()
    {
        if let Ok(url) = discovery::parse_endpoint(address) {
            assert!(
                url.scheme() == "https" || discovery::is_loopback(&url),
                "{url} is in the open"
            );
            assert!(url.password().is_none() && url.username().is_empty());
        }
    }
    let _ = metadata.downgraded(&issuer);
}

/// A signed ID token: `{"header.payload.signature"}`, with a key set that has no key for it.
pub fn id_token(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let token = IdToken(Secret::new(text.to_owned()));
    let keys = KeySet::parse(br#"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}"#)
        .expect("a key set");
    let access = Secret::new("token".to_owned());
    assert!(
        jwt::verify(&token, &by(Some(&keys)), &expected(&access)).is_err(),
        "a signature without a key proves nothing"
    );
    let _ = (
        jwt::verify(&token, &by(None), &expected(&access)),
        jwt::claims(&token),
        jwt::expires_at(&token),
    );
    let _ = jwt::lifetime(text);
}

/// A server's keys: none of them made this signature.
pub fn key_set(bytes: &[u8]) {
    let Some(keys) = KeySet::parse(bytes) else {
        return;
    };
    for algorithm in ["ES256", "RS256", "PS512", "ES512", "EdDSA", "none", "HS256"] {
        let header = authctl::secret::base64url(format!("{{\"alg\":\"{algorithm}\"}}").as_bytes());
        let payload = authctl::secret::base64url(br#"{"iss":"i","sub":"s","aud":"c","exp":9e9}"#);
        let token = IdToken(Secret::new(format!("{header}.{payload}.AAAA")));
        let access = Secret::new("token".to_owned());
        assert!(
            jwt::verify(&token, &by(Some(&keys)), &expected(&access)).is_err(),
            "{algorithm}: no such signature"
        );
    }
}

/// A token that came by TLS.
fn by(keys: Option<&KeySet>) -> jwt::Signers<'_> {
    jwt::Signers {
        keys,
        client_secret: None,
        tls: true,
    }
}

fn expected(access_token: &Secret) -> jwt::Expected<'_> {
    jwt::Expected {
        issuer: Some("i"),
        client_id: "c",
        nonce: jwt::Nonce::Unknown,
        access_token,
        now: Timestamp(0),
    }
}

/// The query of a request to the waiting login: without the login's state nothing is believed.
pub fn callback(bytes: &[u8]) {
    let query = String::from_utf8_lossy(bytes);
    let attempt = Attempt {
        state: Secret::new("state".to_owned()),
        ..Attempt::new()
    };
    let expected = authorize::Expected {
        issuer: Some("https://as.example"),
        announced: true,
    };
    let believed = !matches!(
        authorize::read_redirect(&query, &attempt, &expected),
        Redirect::Stray
    );
    assert!(
        !believed || query.contains("state") || query.contains('%'),
        "believed without our state"
    );
    let stranger = Attempt::new();
    let redirect = authorize::read_redirect(&query, &stranger, &expected);
    assert!(
        matches!(redirect, Redirect::Stray),
        "a state cannot be guessed"
    );
}

/// The answer of a device authorization endpoint.
pub fn device_authorization(bytes: &[u8]) {
    let Some(code) = DeviceAuthorization::parse(bytes) else {
        return;
    };
    for shown in [&code.user_code, &code.verification_uri] {
        assert!(
            !shown.chars().any(char::is_control),
            "it is shown on a terminal"
        );
    }
}

/// A record: what is read is written again the same, and says nothing aloud.
pub fn record(bytes: &[u8]) {
    let Ok(record) = Record::parse(bytes) else {
        return;
    };
    assert_silent(&format!("{record:?}"), bytes);
    let written = record.bytes();
    let again = Record::parse(&written).expect("what we write we can read");
    assert_eq!(again.bytes(), written, "and it is the same");
}

/// A write-ahead file: an intent, a record, or neither, and never both.
pub fn pending(bytes: &[u8]) {
    let intent = serde_json::from_slice::<Intent>(bytes);
    record(bytes);
    assert!(
        intent.is_err() || Record::parse(bytes).is_err() || bytes.len() > 100,
        "an intent is no record"
    );
}

/// A configuration, and the profile in it.
pub fn config(bytes: &[u8]) {
    thread_local! {
        static PLACE: tempfile::TempDir = tempfile::tempdir().expect("a directory");
    }
    let place = PLACE.with(|place| place.path().to_owned());
    let config = place.join("config.toml");
    let locations = Locations::at(config.clone(), place);
    #[allow(clippy::disallowed_methods, reason = "the fences are for the program")]
    std::fs::write(&config, bytes).expect("written");
    for name in [None, Some("work")] {
        let profile = locations.read().and_then(|config| config.profile(name));
        if let Err(error) = profile {
            let said = error.to_string();
            let text = String::from_utf8_lossy(bytes);
            let secret = text
                .split("client_secret = \"")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            assert!(
                secret.is_none_or(|secret| secret.len() < 16 || !said.contains(secret)),
                "{said}"
            );
        }
    }
}

/// `said` has no token of those in `bytes`: a run of at least 24 characters that looks like none of
/// a person's words.
fn assert_silent(said: &str, bytes: &[u8]) {
    let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let inner = fields
        .get("tokens")
        .or(fields.get("access"))
        .and_then(Value::as_object);
    let text = String::from_utf8_lossy(bytes);
    for name in ["access_token", "refresh_token", "id_token"] {
        let found = [Some(&fields), inner]
            .into_iter()
            .flatten()
            .find_map(|fields| fields.get(name)?.as_str());
        // The user may have put a token into an address as well, which is not hidden there. In a
        // refusal it is.
        let is_hidden = |token: &str| inner.is_none() || text.matches(token).count() == 1;
        if let Some(token) = found.filter(|token| looks_like_token(token) && is_hidden(token)) {
            assert!(!said.contains(token), "{name} is said aloud");
        }
    }
}

/// Whether a text looks like none of a person's words.
fn looks_like_token(text: &str) -> bool {
    text.len() >= 24
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._~+/=".contains(c))
        && text.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
}

/// The key of the sealed records in the corpus.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// A sealed record: what opens is what was sealed, and what is seen of it says nothing aloud.
pub fn sealed(bytes: &[u8]) {
    let Ok(Form::Sealed(envelope)) = Form::of(bytes) else {
        return;
    };
    assert_silent(&format!("{envelope:?}"), bytes);
    let (key, seal) = (
        Arc::new(Key::parse(KEY).expect("a key")),
        envelope.seal.clone(),
    );
    let Ok(opened) = envelope.open(bytes, &key) else {
        return;
    };
    let again = Sealing::new(seal.place, key.clone()).bytes(&opened, false);
    let Ok(Form::Sealed(envelope)) = Form::of(&again) else {
        panic!("what we seal we can read")
    };
    assert_eq!(
        envelope.open(&again, &key).expect("and open").bytes(),
        opened.bytes()
    );
}

/// What a command or a variable holds for keys.
pub fn keys(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(keys) = Keys::parse(&text) else {
        return;
    };
    let again = Keys::parse(&keys.text()).expect("what we write we can read");
    assert_eq!(
        (again.count(), again.newest().id()),
        (keys.count(), keys.newest().id())
    );
    assert_eq!(keys.newest().bytes().len(), 32);
    assert!(!format!("{keys:?}").contains(keys.newest().expose()));
}

/// An address and a pattern: what matches has the pattern's host, letter by letter where that has
/// no wildcard.
pub fn target(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, address) = text.split_once('\n').unwrap_or((&text, &text));
    let (Some(known), Some(target)) = (Pattern::parse(pattern), Target::parse(address)) else {
        return;
    };
    let shown = target.to_string();
    assert!(
        !target.host.contains(['/', '@', '?', '#', '\\', ' ']),
        "{shown}"
    );
    if known.matches(&target) {
        let host = known.host();
        if host.contains('/') {
            // A network. Whether it has the address, tests of networks say.
            let address = target.host.trim_matches(['[', ']']);
            assert!(
                address.parse::<std::net::IpAddr>().is_ok(),
                "{pattern} is {shown}"
            );
            return;
        }
        assert!(
            host.contains('*') || host.trim_end_matches('.') == target.host,
            "{pattern} is {shown}"
        );
        let suffix = host
            .strip_prefix('*')
            .filter(|suffix| !suffix.contains('*'));
        assert!(
            suffix.is_none_or(|suffix| target.host.ends_with(suffix)),
            "{pattern} is {shown}"
        );
    }
}
