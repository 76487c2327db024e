//! What a server answers that has registered a client (RFC 7591, section 3.2.1).

use authctl::oauth::client::AuthMethod;
use authctl::oauth::registration::Registered;
use serde_json::json;

use super::walk;

#[test]
fn every_field_of_a_registration() {
    let good = json!({"client_id": "c", "client_secret": "s", "client_secret_expires_at": 2_000,
        "token_endpoint_auth_method": "client_secret_post", "registration_access_token": "t",
        "registration_client_uri": "https://as.example/r"});
    let outcome = |field: &str, body: &[u8]| -> String {
        let client = match Registered::parse(body, AuthMethod::ClientSecretBasic) {
            Ok(client) => client,
            Err(why) => return why.to_string().chars().take(24).collect(),
        };
        let secrets = &client.secrets;
        match field {
            "client_id" => client.client_id.chars().take(9).collect(),
            "client_secret" => format!("{:?}", secrets.client_secret().map(|it| it.expose().len())),
            "client_secret_expires_at" => {
                format!("{:?}", client.secret_expires_at.map(|it| it.0))
            }
            "token_endpoint_auth_method" => client.auth_method.name().to_owned(),
            "registration_client_uri" => format!("{}", client.address.is_some()),
            _ => format!("{}", secrets.registration_access_token().is_some()),
        }
    };
    let none = "it is an answer without ";
    let unproved = "the client is to prove i";
    walk(
        &good,
        &[
            (
                "client_id",
                &[
                    ("_", none),
                    ("text", "text"),
                    ("number", "7"),
                    ("negative", "-7"),
                    ("digits", "7"),
                    ("huge", "xxxxxxxxx"),
                ],
            ),
            (
                "client_secret",
                &[
                    ("_", unproved),
                    ("text", "Some(4)"),
                    ("number", "Some(1)"),
                    ("negative", "Some(2)"),
                    ("digits", "Some(1)"),
                    ("huge", "Some(100000)"),
                ],
            ),
            (
                "client_secret_expires_at",
                &[("_", "None"), ("number", "Some(7)"), ("digits", "Some(7)")],
            ),
            (
                "token_endpoint_auth_method",
                &[
                    ("_", "client_secret_basic"),
                    ("text", unproved),
                    ("digits", unproved),
                    ("huge", unproved),
                ],
            ),
            (
                "registration_client_uri",
                &[
                    ("_", "false"),
                    ("text", "true"),
                    ("digits", "true"),
                    ("huge", "true"),
                ],
            ),
            (
                "registration_access_token",
                &[
                    ("_", "false"),
                    ("text", "true"),
                    ("number", "true"),
                    ("negative", "true"),
                    ("digits", "true"),
                    ("huge", "true"),
                ],
            ),
        ],
        outcome,
    );
}
