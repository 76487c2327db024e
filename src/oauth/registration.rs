//! Dynamic client registration: what a client says of itself (RFC 7591, section 2), and what a
//! server answers (section 3.2.1).
//!
//! Deliberately absent: software statements (section 2.3), and changes of a registration (RFC 7592,
//! section 2.2): one that no longer fits is deleted, and another is made.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::AuthMethod;
use super::device;
use super::response::{seconds, text, word};
use crate::secret::{Secret, exposed};
use crate::text::printable;
use crate::time::Timestamp;

/// What a client says of itself.
#[derive(Clone, Debug)]
pub struct ClientMetadata {
    /// The addresses to which a browser may be sent back.
    pub redirect_uris: Vec<String>,
    /// How the client wants to prove itself.
    pub auth_method: AuthMethod,
    /// Whether it wants to log in with a code on another device, too.
    pub by_device: bool,
    /// The scopes that it wants to ask for, as one parameter; `None` to leave that to the server.
    pub scope: Option<String>,
}

impl ClientMetadata {
    /// The body of the request.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut grants = vec!["authorization_code", "refresh_token"];
        if self.by_device {
            grants.push(device::GRANT_TYPE);
        }
        let mut members = json!({
            "client_name": "authctl",
            "software_id": "authctl",
            "software_version": env!("CARGO_PKG_VERSION"),
            // OpenID Connect Dynamic Client Registration 1.0, section 2: the redirects are on the
            // user's machine.
            "application_type": "native",
            "redirect_uris": self.redirect_uris,
            "grant_types": grants,
            "response_types": ["code"],
            "token_endpoint_auth_method": self.auth_method.name(),
        });
        if let Some(scope) = &self.scope {
            members["scope"] = json!(scope);
        }
        members
    }
}

/// A client as a server has registered it.
#[derive(Debug)]
pub struct Registered {
    /// `client_id` (RFC 6749, section 2.2).
    pub client_id: String,
    /// How the client proves itself.
    pub auth_method: AuthMethod,
    /// When its secret ends; `None` for never.
    pub secret_expires_at: Option<Timestamp>,
    /// The address of the registration (RFC 7592, section 3), where the server tells one.
    pub address: Option<String>,
    /// What only the client and the server know.
    pub secrets: RegisteredSecrets,
}

/// The secrets of a registered client.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RegisteredSecrets {
    /// `client_secret`; `None` for a public client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_secret: Option<Exposed>,
    /// `registration_access_token`: who has it may delete the registration (RFC 7592, section 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registration_access_token: Option<Exposed>,
}

/// A secret that is written into the file of the client, and nowhere else.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Exposed(#[serde(serialize_with = "exposed")] Secret);

impl RegisteredSecrets {
    /// `client_secret`; `None` for a public client.
    #[must_use]
    pub fn client_secret(&self) -> Option<&Secret> {
        self.client_secret.as_ref().map(|Exposed(secret)| secret)
    }

    /// What the client shows to have its registration deleted (RFC 7592, section 3).
    #[must_use]
    pub fn registration_access_token(&self) -> Option<&Secret> {
        let token = self.registration_access_token.as_ref();
        token.map(|Exposed(secret)| secret)
    }
}

/// Why an answer to a registration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRegistered {
    /// It is not JSON, or has no `client_id`.
    #[error("it is an answer without a client")]
    NoClient,
    /// It has a character that its grammar does not allow (RFC 6749, appendices A.1 and A.2).
    #[error("its `{0}` has characters that none may have")]
    BadCharacters(&'static str),
    /// The client is to prove itself in a way that this program does not know, or the server left
    /// out what it is to prove itself with.
    #[error("the client is to prove itself by `{0}`, which is not possible here")]
    BadMethod(String),
}

impl Registered {
    /// Reads the answer to a request that asked for the method `asked`, which holds where the
    /// answer names none.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn parse(body: &[u8], asked: AuthMethod) -> Result<Self, NotRegistered> {
        let document: Value = serde_json::from_slice(body).map_err(|_| NotRegistered::NoClient)?;
        let members = document.as_object().ok_or(NotRegistered::NoClient)?;
        let client_id = word(members, "client_id").ok_or(NotRegistered::NoClient)?;
        let secret = word(members, "client_secret");
        let token = word(members, "registration_access_token");
        for (name, value) in [
            ("client_id", Some(&client_id)),
            ("client_secret", secret.as_ref()),
            ("registration_access_token", token.as_ref()),
        ] {
            if value.is_some_and(|value| !is_visible(value)) {
                return Err(NotRegistered::BadCharacters(name));
            }
        }
        let auth_method = match text(members, "token_endpoint_auth_method") {
            None => asked,
            Some(name) => {
                let unknown = || NotRegistered::BadMethod(printable(name, 64));
                AuthMethod::find(name).ok_or_else(unknown)?
            }
        };
        let is_public = auth_method == AuthMethod::None;
        if !is_public && secret.is_none() {
            return Err(NotRegistered::BadMethod(auth_method.name().to_owned()));
        }
        // Some servers make a secret for a public client, too, and then do not want to see it.
        let secret = secret.filter(|_| !is_public);
        let expires_at = members.get("client_secret_expires_at").and_then(seconds);
        let expires_at = expires_at.and_then(|life| i64::try_from(life.as_secs()).ok());
        Ok(Self {
            client_id,
            auth_method,
            secret_expires_at: expires_at.map(Timestamp).filter(|_| secret.is_some()),
            address: text(members, "registration_client_uri").map(str::to_owned),
            secrets: RegisteredSecrets {
                client_secret: secret.map(|secret| Exposed(Secret::new(secret))),
                registration_access_token: token.map(|token| Exposed(Secret::new(token))),
            },
        })
    }
}

/// Whether `text` consists of VSCHAR (RFC 6749, appendix A).
fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &Value, asked: AuthMethod) -> Result<Registered, NotRegistered> {
        Registered::parse(body.to_string().as_bytes(), asked)
    }

    #[test]
    fn a_public_client_has_no_secret_even_where_the_server_makes_one() {
        let body = json!({"client_id": "c", "client_secret": "s", "client_secret_expires_at": 9,
            "registration_access_token": "t", "registration_client_uri": "https://as.example/r/c"});
        let client = parse(&body, AuthMethod::None).expect("a client");
        assert_eq!(client.client_id, "c");
        assert!(client.secrets.client_secret().is_none());
        assert_eq!(client.secret_expires_at, None);
        let token = client.secrets.registration_access_token();
        assert_eq!(token.map(Secret::expose), Some("t"));
        assert_eq!(client.address.as_deref(), Some("https://as.example/r/c"));
    }

    #[test]
    fn the_server_decides_how_the_client_proves_itself() {
        let answer = |method: &str, secret: Option<&str>| {
            let body = json!({"client_id": 7, "token_endpoint_auth_method": method,
                "client_secret": secret, "client_secret_expires_at": 1_000});
            parse(&body, AuthMethod::None)
        };
        let client = answer("client_secret_post", Some("s")).expect("a client");
        assert_eq!(client.client_id, "7");
        assert_eq!(client.auth_method, AuthMethod::ClientSecretPost);
        assert_eq!(client.secret_expires_at, Some(Timestamp(1_000)));
        let method = |name: &str| NotRegistered::BadMethod(name.to_owned());
        assert_eq!(
            answer("private_key_jwt", None).err(),
            Some(method("private_key_jwt"))
        );
        assert_eq!(
            answer("client_secret_basic", None).err(),
            Some(method("client_secret_basic"))
        );
    }

    #[test]
    fn an_answer_that_is_none_is_refused() {
        for (body, why) in [
            (json!([]), NotRegistered::NoClient),
            (json!({"client_id": ""}), NotRegistered::NoClient),
            (json!({"client_id": {"a": 1}}), NotRegistered::NoClient),
            (
                json!({"client_id": "a\r\nb"}),
                NotRegistered::BadCharacters("client_id"),
            ),
            (
                json!({"client_id": "a", "registration_access_token": "t\nx: y"}),
                NotRegistered::BadCharacters("registration_access_token"),
            ),
        ] {
            assert_eq!(parse(&body, AuthMethod::None).err(), Some(why), "{body}");
        }
        assert_eq!(
            Registered::parse(b"<html>", AuthMethod::None).err(),
            Some(NotRegistered::NoClient)
        );
    }

    #[test]
    fn what_is_asked_for_is_what_the_login_will_use() {
        let metadata = ClientMetadata {
            redirect_uris: vec!["http://127.0.0.1:17171/callback".to_owned()],
            auth_method: AuthMethod::None,
            by_device: true,
            scope: Some("openid offline_access".to_owned()),
        };
        let body = metadata.to_json();
        assert_eq!(body["token_endpoint_auth_method"], "none");
        assert_eq!(body["grant_types"][2], device::GRANT_TYPE);
        assert_eq!(body["scope"], "openid offline_access");
    }

    #[test]
    fn secrets_are_written_and_read_again_and_never_shown() {
        let body = json!({"client_id": "c", "client_secret": "hunter2",
            "token_endpoint_auth_method": "client_secret_basic"});
        let secrets = parse(&body, AuthMethod::None).expect("a client").secrets;
        assert!(!format!("{secrets:?}").contains("hunter2"));
        let text = serde_json::to_string(&secrets).expect("only string keys");
        let again: RegisteredSecrets = serde_json::from_str(&text).expect("they are");
        assert_eq!(again.client_secret().map(Secret::expose), Some("hunter2"));
    }
}
