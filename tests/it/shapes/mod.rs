//! Every field that a server can send, in every shape that JSON has: what is meant is read, what is
//! dangerous is refused, and nothing panics. One table for each kind of answer.

mod registration;

use authctl::exchange::aws;
use authctl::oauth::device::DeviceAuthorization;
use authctl::oauth::discovery::Metadata;
use authctl::oauth::jwt::KeySet;
use authctl::oauth::response::{Decoded, decode};
use serde_json::{Map, Value, json};

/// The shapes that each field is tried in, with the names that the tables call them by.
fn shapes() -> Vec<(&'static str, Option<Value>)> {
    vec![
        ("absent", None),
        ("null", Some(Value::Null)),
        ("empty", Some(json!(""))),
        ("text", Some(json!("text"))),
        ("number", Some(json!(7))),
        ("negative", Some(json!(-7))),
        ("digits", Some(json!("7"))),
        ("bool", Some(json!(true))),
        ("list", Some(json!(["a", "b"]))),
        ("mixed", Some(json!([1, null, "a"]))),
        ("object", Some(json!({"code": "a"}))),
        ("huge", Some(json!("x".repeat(100_000)))),
    ]
}

/// Walks every shape of every field: `outcome` says what came of the body, and the table says what
/// has to. A shape that a row does not name has the outcome of `_`.
fn walk(good: &Value, table: &[(&str, &[(&str, &str)])], outcome: impl Fn(&str, &[u8]) -> String) {
    for (field, row) in table {
        for (name, value) in shapes() {
            let mut members: Map<String, Value> = good.as_object().expect("an object").clone();
            match value {
                Some(value) => drop(members.insert((*field).to_owned(), value)),
                None => drop(members.remove(*field)),
            }
            let body = Value::Object(members).to_string();
            let expected = row.iter().find(|(shape, _)| *shape == name);
            let expected = expected.or(row.iter().find(|(shape, _)| *shape == "_"));
            let (_, expected) = expected.unwrap_or_else(|| panic!("{field}: no row for {name}"));
            assert_eq!(
                outcome(field, body.as_bytes()),
                *expected,
                "{field} as {name}"
            );
        }
        // The last of two members of one name counts, and a name in another case is another name.
        let doubled = good
            .to_string()
            .replacen('{', &format!("{{\"{field}\":[],"), 1);
        let plain = outcome(field, good.to_string().as_bytes());
        if good.get(*field).is_some() {
            assert_eq!(outcome(field, doubled.as_bytes()), plain, "{field} doubled");
        }
        let shouted = format!("{{\"{}\":[],", field.to_uppercase());
        let shouted = good.to_string().replacen('{', &shouted, 1);
        assert_eq!(
            outcome(field, shouted.as_bytes()),
            plain,
            "{field} in capitals"
        );
    }
}

#[test]
fn tokens() {
    let good = json!({"access_token": "at", "token_type": "Bearer", "expires_in": 60,
        "refresh_token": "rt", "scope": "a", "id_token": "it"});
    let outcome = |field: &str, body: &[u8]| match decode(body, "") {
        Decoded::Unreadable(_) => "unreadable".to_owned(),
        Decoded::Refused(error) => format!("refused {}", error.code),
        Decoded::Granted(answer) => match field {
            "access_token" => answer.access_token.expose().chars().take(9).collect(),
            "token_type" => answer.token_type.chars().take(9).collect(),
            "expires_in" => format!("{:?}", answer.expires_in.map(|life| life.as_secs())),
            "refresh_token" => format!("{:?}", answer.refresh_token.map(|it| it.expose().len())),
            "refresh_token_expires_in" => {
                format!("{:?}", answer.refresh_expires_in.map(|life| life.as_secs()))
            }
            "scope" => format!(
                "{:?}",
                answer
                    .scope
                    .map(|it| it.concat().chars().take(9).collect::<String>())
            ),
            "id_token" => format!("{:?}", answer.id_token.map(|it| it.0.expose().len())),
            other => panic!("{other}"),
        },
    };
    walk(
        &good,
        &[
            (
                "access_token",
                &[
                    ("text", "text"),
                    ("digits", "7"),
                    ("huge", "xxxxxxxxx"),
                    ("_", "unreadable"),
                ],
            ),
            (
                "token_type",
                &[
                    ("text", "text"),
                    ("digits", "7"),
                    ("huge", "xxxxxxxxx"),
                    ("_", "Bearer"),
                ],
            ),
            (
                "expires_in",
                &[("number", "Some(7)"), ("digits", "Some(7)"), ("_", "None")],
            ),
            (
                "refresh_token",
                &[
                    ("text", "Some(4)"),
                    ("digits", "Some(1)"),
                    ("huge", "Some(100000)"),
                    ("_", "None"),
                ],
            ),
            (
                "scope",
                &[
                    ("absent", "None"),
                    ("null", "None"),
                    ("empty", "None"),
                    ("text", "Some(\"text\")"),
                    ("digits", "Some(\"7\")"),
                    ("list", "Some(\"ab\")"),
                    ("mixed", "Some(\"a\")"),
                    ("huge", "Some(\"xxxxxxxxx\")"),
                    ("_", "Some(\"\")"),
                ],
            ),
            (
                "id_token",
                &[
                    ("text", "Some(4)"),
                    ("digits", "Some(1)"),
                    ("huge", "Some(100000)"),
                    ("_", "None"),
                ],
            ),
            (
                "refresh_token_expires_in",
                &[("number", "Some(7)"), ("digits", "Some(7)"), ("_", "None")],
            ),
        ],
        outcome,
    );
}

#[test]
fn errors() {
    let good = json!({"error": "invalid_grant", "error_description": "gone"});
    let outcome = |field: &str, body: &[u8]| match (decode(body, ""), field) {
        (Decoded::Refused(error), "error") => error.code.chars().take(13).collect(),
        (Decoded::Refused(error), _) => error
            .description
            .unwrap_or_default()
            .chars()
            .take(9)
            .collect(),
        (other, _) => format!("{other:?}")
            .split(['(', ' '])
            .next()
            .unwrap_or_default()
            .to_owned(),
    };
    walk(
        &good,
        &[
            (
                "error",
                &[
                    ("text", "text"),
                    ("digits", "7"),
                    ("number", "7"),
                    ("negative", "-7"),
                    ("bool", "error"),
                    ("list", "a"),
                    ("mixed", "a"),
                    ("object", "a"),
                    ("huge", "xxxxxxxxxxxxx"),
                    ("_", "Unreadable"),
                ],
            ),
            (
                "error_description",
                &[
                    ("text", "text"),
                    ("digits", "7"),
                    ("huge", "xxxxxxxxx"),
                    ("_", ""),
                ],
            ),
        ],
        outcome,
    );
}

#[test]
fn metadata() {
    let good = json!({"issuer": "https://as.example", "token_endpoint": "https://as.example/t",
        "authorization_endpoint": "https://as.example/a", "jwks_uri": "https://as.example/k",
        "token_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": true});
    let outcome = |field: &str, body: &[u8]| {
        let Ok(metadata) = Metadata::parse(body) else {
            return "no metadata".to_owned();
        };
        let address = match field {
            "issuer" => Some(metadata.issuer),
            "token_endpoint" => metadata.token_endpoint,
            "authorization_endpoint" => metadata.authorization_endpoint,
            "device_authorization_endpoint" => metadata.device_authorization_endpoint,
            "revocation_endpoint" => metadata.revocation_endpoint,
            "userinfo_endpoint" => metadata.userinfo_endpoint,
            "jwks_uri" => metadata.jwks_uri,
            "authorization_response_iss_parameter_supported" => {
                return metadata
                    .authorization_response_iss_parameter_supported
                    .to_string();
            }
            _ => return format!("{:?}", metadata.token_endpoint_auth_methods_supported),
        };
        address.unwrap_or_default().chars().take(9).collect()
    };
    const ADDRESS: &[(&str, &str)] = &[
        ("text", "text"),
        ("digits", "7"),
        ("huge", "xxxxxxxxx"),
        ("_", ""),
    ];
    walk(
        &good,
        &[
            (
                "issuer",
                &[
                    ("text", "text"),
                    ("digits", "7"),
                    ("huge", "xxxxxxxxx"),
                    ("_", "no metadata"),
                ],
            ),
            ("token_endpoint", ADDRESS),
            ("authorization_endpoint", ADDRESS),
            ("device_authorization_endpoint", ADDRESS),
            ("revocation_endpoint", ADDRESS),
            ("userinfo_endpoint", ADDRESS),
            ("jwks_uri", ADDRESS),
            (
                "token_endpoint_auth_methods_supported",
                &[
                    ("list", "Some([\"a\", \"b\"])"),
                    ("mixed", "Some([\"a\"])"),
                    ("_", "None"),
                ],
            ),
            (
                "authorization_response_iss_parameter_supported",
                &[("bool", "true"), ("_", "false")],
            ),
        ],
        outcome,
    );
}

#[test]
fn device_codes() {
    let good = json!({"device_code": "d", "user_code": "u", "expires_in": 60, "interval": 3,
        "verification_uri": "https://as.example/d"});
    let outcome = |field: &str, body: &[u8]| {
        let Some(codes) = DeviceAuthorization::parse(body) else {
            return "refused".to_owned();
        };
        match field {
            "device_code" => codes.device_code.expose().chars().take(9).collect(),
            "user_code" => codes.user_code.chars().take(9).collect(),
            "expires_in" => codes.expires_in.as_secs().to_string(),
            "interval" => codes.interval.as_secs().to_string(),
            "verification_uri" => codes.verification_uri,
            _ => format!("{:?}", codes.verification_uri_complete),
        }
    };
    walk(
        &good,
        &[
            (
                "device_code",
                &[
                    ("text", "text"),
                    ("digits", "7"),
                    ("number", "7"),
                    ("negative", "-7"),
                    ("huge", "xxxxxxxxx"),
                    ("_", "refused"),
                ],
            ),
            (
                "user_code",
                &[
                    ("text", "text"),
                    ("digits", "7"),
                    ("number", "7"),
                    ("negative", "-7"),
                    ("huge", "xxxxxxxxx"),
                    ("_", "refused"),
                ],
            ),
            (
                "expires_in",
                &[("number", "7"), ("digits", "7"), ("_", "900")],
            ),
            ("interval", &[("number", "7"), ("digits", "7"), ("_", "5")]),
            ("verification_uri", &[("_", "refused")]),
            ("verification_uri_complete", &[("_", "None")]),
        ],
        outcome,
    );
}

/// Whatever a member of a key is, the set is read, and the key signs nothing.
#[test]
fn keys() {
    let good = json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "x": "AA", "y": "AA"}]});
    let outcome = |_: &str, body: &[u8]| match KeySet::parse(body) {
        Some(set) => set.text().len().min(20).to_string(),
        None => "no keys".to_owned(),
    };
    walk(
        &good,
        &[("keys", &[("list", "18"), ("mixed", "20"), ("_", "no keys")])],
        outcome,
    );
}

/// The answer of AWS's service has keys, a refusal, or neither: never half of the keys.
#[test]
fn credentials_of_aws() {
    let good = json!({"AccessKeyId": "a", "SecretAccessKey": "s", "SessionToken": "t",
        "Expiration": 1_700_000_000.0});
    let outcome = |_: &str, body: &[u8]| {
        let keys: Value = serde_json::from_slice(body).expect("json");
        let whole = json!({"AssumeRoleWithWebIdentityResponse":
            {"AssumeRoleWithWebIdentityResult": {"Credentials": keys}}});
        match aws::read(200, whole.to_string().as_bytes()) {
            Ok(_) => "keys".to_owned(),
            Err(_) => "refused".to_owned(),
        }
    };
    const TEXT: &[(&str, &str)] = &[
        ("text", "keys"),
        ("digits", "keys"),
        ("huge", "keys"),
        ("_", "refused"),
    ];
    walk(
        &good,
        &[
            ("AccessKeyId", TEXT),
            ("SecretAccessKey", TEXT),
            ("SessionToken", TEXT),
            (
                "Expiration",
                &[("number", "keys"), ("negative", "keys"), ("_", "refused")],
            ),
        ],
        outcome,
    );
}
