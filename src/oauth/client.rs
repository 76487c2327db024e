//! Client authentication and request bodies (RFC 6749, sections 2.3 and 4; form encoding as in
//! appendix B).
//!
//! Deliberately absent: proofs that a client signs for each request, such as `private_key_jwt` (RFC
//! 7523) and DPoP (RFC 9449). [`Client::authenticate`] is given all that they are made from.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::secret::Secret;
use crate::time::Timestamp;

/// How a client proves who it is (RFC 7591, section 2: `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// A public client: `client_id` in the body and no secret.
    None,
    /// HTTP Basic with `client_id` as the user name (RFC 6749, section 2.3.1).
    ClientSecretBasic,
    /// `client_id` and `client_secret` in the body.
    ClientSecretPost,
}

impl AuthMethod {
    /// Every method with its name in the registry of RFC 7591, section 4.2.
    pub const ALL: &[(&str, AuthMethod)] = &[
        ("none", AuthMethod::None),
        ("client_secret_basic", AuthMethod::ClientSecretBasic),
        ("client_secret_post", AuthMethod::ClientSecretPost),
    ];

    /// The method of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|(known, _)| *known == name);
        known.map(|(_, method)| *method)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let known = Self::ALL.iter().find(|(_, method)| *method == self);
        known.map_or("", |(name, _)| name)
    }
}

/// What proves to a server that the client is the one that is registered there.
///
/// A clone shares the secret with the original: the process holds its text once, and it is wiped
/// when the last of them is dropped.
#[derive(Clone, Debug, Default)]
pub enum Proof {
    /// Nothing: a public client (RFC 6749, section 2.1).
    #[default]
    None,
    /// The `client_secret` of a confidential client.
    Secret(Arc<Secret>),
}

impl Proof {
    /// The secret of a confidential client, if that is its proof.
    #[must_use]
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::None => None,
            Self::Secret(secret) => Some(secret),
        }
    }

    /// Whether the client has nothing to prove itself with.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl From<Secret> for Proof {
    fn from(secret: Secret) -> Self {
        Self::Secret(Arc::new(secret))
    }
}

impl From<Option<Secret>> for Proof {
    fn from(secret: Option<Secret>) -> Self {
        secret.map_or(Self::None, Self::from)
    }
}

/// A client as a server knows it.
#[derive(Debug)]
pub struct Client {
    /// `client_id` (RFC 6749, section 2.2).
    pub id: String,
    /// What the client proves its identity with.
    pub proof: Proof,
    /// How the proof is sent.
    pub auth_method: AuthMethod,
}

/// A request with the client's proof in it, ready to be encoded and sent.
pub struct Authenticated {
    /// The parameters of the request, with those that name and prove the client.
    pub form: Form,
    /// Request headers that the proof needs, as name and value.
    pub headers: Vec<(&'static str, Secret)>,
}

/// The parameters of one request, in order. Some values are secrets, so all of them are wiped when
/// the form is dropped.
#[derive(Default)]
pub struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    /// A form whose first parameter is `grant_type` (RFC 6749, sections 4.1.3 and 6).
    #[must_use]
    pub fn grant(grant_type: &str) -> Self {
        Self::default().with("grant_type", grant_type)
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0
            .push((name.to_owned(), Zeroizing::new(value.to_owned())));
        self
    }

    /// The values that are secrets: no message may repeat them.
    #[must_use]
    pub fn secrets(&self) -> Vec<Zeroizing<String>> {
        const SECRET: [&str; 8] = [
            "assertion",
            "client_assertion",
            "client_secret",
            "code",
            "code_verifier",
            "device_code",
            "refresh_token",
            "subject_token",
        ];
        let secret = self.0.iter().filter(|(name, _)| SECRET.contains(&&**name));
        secret.map(|(_, value)| value.clone()).collect()
    }

    /// Adds a parameter if there is a value for it.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a parameter once for each value (RFC 8707, section 2: `resource` may be repeated).
    #[must_use]
    pub fn with_each(mut self, name: &str, values: &[String]) -> Self {
        for value in values {
            self = self.with(name, value);
        }
        self
    }

    /// The request's body as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<String> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            body.append_pair(name, value);
        }
        Zeroizing::new(body.finish())
    }

    /// The request's body as a JSON object of strings, for a server that does not read forms. Of a
    /// parameter that is repeated, the last value stays.
    #[must_use]
    pub fn encode_json(&self) -> Zeroizing<String> {
        let mut fields = serde_json::Map::new();
        for (name, value) in &self.0 {
            fields.insert(name.clone(), value.as_str().into());
        }
        Zeroizing::new(serde_json::Value::Object(fields).to_string())
    }
}

impl Client {
    /// Adds the client's name and proof to `form`, or to the headers that are sent with it.
    ///
    /// A shared secret proves the client at every endpoint and at any time. An assertion (RFC
    /// 7523, section 3) or a DPoP proof (RFC 9449, section 4.2) is made for one endpoint at one
    /// moment; `endpoint` and `now` are there for these, and no method reads them yet.
    #[must_use]
    #[expect(
        unused_variables,
        reason = "`endpoint` and `now` are for proofs that are made for one request"
    )]
    pub fn authenticate(&self, form: Form, endpoint: &Url, now: Timestamp) -> Authenticated {
        let (form, headers) = match (&self.proof, self.auth_method) {
            (Proof::Secret(secret), AuthMethod::ClientSecretBasic) => {
                (form, vec![("authorization", self.basic(secret))])
            }
            (Proof::Secret(secret), AuthMethod::ClientSecretPost) => {
                let form = form
                    .with("client_id", &self.id)
                    .with("client_secret", secret.expose());
                (form, vec![])
            }
            (Proof::None, _) | (_, AuthMethod::None) => (form.with("client_id", &self.id), vec![]),
        };
        Authenticated { form, headers }
    }

    /// The value of an `Authorization` header for HTTP Basic (RFC 6749, section 2.3.1). Both halves
    /// are form-encoded before they are joined, which many clients forget.
    fn basic(&self, secret: &Secret) -> Secret {
        let id = form_encoded(&self.id);
        let secret = form_encoded(secret.expose());
        let pair = Zeroizing::new(format!("{}:{}", *id, *secret));
        Secret::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())))
    }
}

fn form_encoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(form_urlencoded::byte_serialize(text.as_bytes()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proof: Proof, auth_method: AuthMethod) -> Client {
        Client {
            id: "cli ent".to_owned(),
            proof,
            auth_method,
        }
    }

    fn authenticated(client: &Client, form: Form) -> Authenticated {
        let endpoint = Url::parse("https://as.example/token").expect("an address");
        client.authenticate(form, &endpoint, Timestamp(0))
    }

    fn secret() -> Proof {
        Proof::from(Secret::new("s:cret%".to_owned()))
    }

    #[test]
    fn basic_encodes_both_halves_first() {
        let basic = client(secret(), AuthMethod::ClientSecretBasic);
        let sent = authenticated(&basic, Form::grant("client_credentials"));
        assert_eq!(sent.form.encode().as_str(), "grant_type=client_credentials");
        let expected = format!("Basic {}", STANDARD.encode("cli+ent:s%3Acret%25"));
        let headers: Vec<(&str, &str)> = sent
            .headers
            .iter()
            .map(|(name, value)| (*name, value.expose()))
            .collect();
        assert_eq!(headers, [("authorization", expected.as_str())]);
    }

    #[test]
    fn post_puts_both_into_the_body() {
        let post = client(secret(), AuthMethod::ClientSecretPost);
        let sent = authenticated(&post, Form::default());
        assert!(sent.headers.is_empty());
        assert_eq!(
            sent.form.encode().as_str(),
            "client_id=cli+ent&client_secret=s%3Acret%25"
        );
    }

    #[test]
    fn a_public_client_sends_its_name_only() {
        let public = client(Proof::None, AuthMethod::ClientSecretBasic);
        let sent = authenticated(&public, Form::default());
        assert_eq!(sent.form.encode().as_str(), "client_id=cli+ent");
        assert!(sent.headers.is_empty());
    }

    #[test]
    fn a_clone_shares_the_one_copy_of_the_secret() {
        let proof = secret();
        match (&proof, &proof.clone()) {
            (Proof::Secret(one), Proof::Secret(other)) => assert!(Arc::ptr_eq(one, other)),
            other => panic!("{other:?}"),
        }
    }
}
