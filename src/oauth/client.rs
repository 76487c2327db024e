//! Client authentication and request bodies (RFC 6749, sections 2.3 and 4; form encoding as in
//! appendix B).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// How a client proves who it is (RFC 7591, section 2: `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// A public client: `client_id` in the body and no secret.
    None,
    /// HTTP Basic.
    ClientSecretBasic,
    /// `client_id` and `client_secret` in the body.
    ClientSecretPost,
}

impl AuthMethod {
    /// Every method with its registered name.
    pub const ALL: &[(&str, AuthMethod)] = &[
        ("none", AuthMethod::None),
        ("client_secret_basic", AuthMethod::ClientSecretBasic),
        ("client_secret_post", AuthMethod::ClientSecretPost),
    ];
}

/// A client as a server knows it.
#[derive(Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// `client_secret`, of a confidential client.
    pub secret: Option<Secret>,
    /// How the two are sent.
    pub auth_method: AuthMethod,
}

/// The parameters of one request, in order. Values are secrets until shown otherwise: some of them
/// are.
#[derive(Default)]
pub struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    /// A form that starts with `grant_type`.
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
    pub fn with_each(self, name: &str, values: &[String]) -> Self {
        values
            .iter()
            .fold(self, |form, value| form.with(name, value))
    }

    /// The body as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<String> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            body.append_pair(name, value);
        }
        Zeroizing::new(body.finish())
    }

    /// The body as a JSON object of strings, for the one provider (Notion) that wants it so.
    #[must_use]
    pub fn encode_json(&self) -> Zeroizing<String> {
        let fields: serde_json::Map<String, serde_json::Value> = self
            .0
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        Zeroizing::new(serde_json::Value::Object(fields).to_string())
    }
}

impl Client {
    /// Puts the client's proof into `form`, or into the `Authorization` header that is returned.
    #[must_use]
    pub fn authenticate(&self, form: Form) -> (Form, Option<Secret>) {
        match (&self.secret, self.auth_method) {
            (Some(secret), AuthMethod::ClientSecretBasic) => (form, Some(self.basic(secret))),
            (Some(secret), AuthMethod::ClientSecretPost) => (
                form.with("client_id", &self.id)
                    .with("client_secret", secret.expose()),
                None,
            ),
            _ => (form.with("client_id", &self.id), None),
        }
    }

    /// RFC 6749 section 2.3.1: both halves are form-encoded before they are joined, which most
    /// clients forget.
    fn basic(&self, secret: &Secret) -> Secret {
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = Zeroizing::new(format!("{}:{}", encode(&self.id), encode(secret.expose())));
        Secret::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(auth_method: AuthMethod) -> Client {
        Client {
            id: "cli ent".to_owned(),
            secret: Some(Secret::new("s:cret%".to_owned())),
            auth_method,
        }
    }

    #[test]
    fn basic_encodes_both_halves_first() {
        let (form, header) =
            client(AuthMethod::ClientSecretBasic).authenticate(Form::grant("client_credentials"));
        assert_eq!(form.encode().as_str(), "grant_type=client_credentials");
        let expected = format!("Basic {}", STANDARD.encode("cli+ent:s%3Acret%25"));
        assert_eq!(header.as_ref().map(Secret::expose), Some(expected.as_str()));
    }

    #[test]
    fn post_puts_both_into_the_body() {
        let (form, header) = client(AuthMethod::ClientSecretPost).authenticate(Form::default());
        assert!(header.is_none());
        assert_eq!(
            form.encode().as_str(),
            "client_id=cli+ent&client_secret=s%3Acret%25"
        );
    }

    #[test]
    fn a_public_client_sends_its_name_only() {
        let public = Client {
            id: "app".to_owned(),
            secret: None,
            auth_method: AuthMethod::ClientSecretBasic,
        };
        let (form, header) = public.authenticate(Form::default());
        assert_eq!(
            (form.encode().as_str(), header.is_none()),
            ("client_id=app", true)
        );
    }
}
