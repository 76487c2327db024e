//! The client that a server has registered for a profile, as it is written beside the record: its
//! secrets are in the clear, or sealed as those of the session are.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::record::NotARecord;
use super::seal::{Seal, Sealing};
use crate::oauth::client::AuthMethod;
use crate::oauth::registration::RegisteredSecrets;
use crate::time::Timestamp;

/// How the name of the file ends.
pub(super) const EXTENSION: &str = "client";

/// The version of the format.
const FORMAT: u32 = 1;

/// A registered client, without its secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptClient {
    /// The version of the format.
    format: u32,
    /// The issuer of the server that has registered it.
    pub server: String,
    /// `client_id` (RFC 6749, section 2.2).
    pub client_id: String,
    /// How it proves itself.
    pub auth_method: AuthMethod,
    /// The addresses to which a browser may be sent back.
    pub redirect_uris: Vec<String>,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// When its secret ends; `None` for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_expires_at: Option<Timestamp>,
    /// The address at which the registration can be deleted (RFC 7592).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Which key seals its secrets; `None` when they are in the clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seal: Option<Seal>,
}

impl KeptClient {
    /// A client that the issuer `server` has registered now. The other fields are known from the
    /// server's answer.
    #[must_use]
    pub fn new(server: &str, client_id: &str, auth_method: AuthMethod, now: Timestamp) -> Self {
        Self {
            format: FORMAT,
            server: server.to_owned(),
            client_id: client_id.to_owned(),
            auth_method,
            redirect_uris: vec![],
            registered_at: now,
            secret_expires_at: None,
            address: None,
            seal: None,
        }
    }

    /// Which key seals its secrets; `None` when they are in the clear.
    #[must_use]
    pub fn seal(&self) -> Option<&Seal> {
        self.seal.as_ref()
    }

    /// Whether its secret has ended.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.secret_expires_at.is_some_and(|end| end <= now)
    }

    /// The bytes of the file.
    pub(super) fn bytes(
        &self,
        secrets: &RegisteredSecrets,
        sealing: Option<&Sealing>,
    ) -> Zeroizing<Vec<u8>> {
        #[derive(Serialize)]
        struct Plain<'a> {
            #[serde(flatten)]
            client: &'a KeptClient,
            secrets: &'a RegisteredSecrets,
        }
        let client = KeptClient {
            seal: sealing.map(Sealing::seal),
            ..self.clone()
        };
        if let Some(sealing) = sealing {
            return sealing.seal_behind(&client, secrets);
        }
        let plain = Plain {
            client: &client,
            secrets,
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(16 << 10));
        serde_json::to_writer_pretty(&mut *bytes, &plain).expect("it has only string keys");
        bytes.push(b'\n');
        bytes
    }
}

/// The file as it is, unopened.
pub(super) struct Whole {
    pub client: KeptClient,
    /// The secrets, where they are in the clear.
    pub secrets: Option<RegisteredSecrets>,
    /// The secrets, where they are sealed.
    pub sealed: Option<String>,
    /// What it was read from.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl Whole {
    pub fn parse(bytes: Zeroizing<Vec<u8>>) -> Result<Self, NotARecord> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        #[derive(Deserialize)]
        struct Members {
            #[serde(flatten)]
            client: KeptClient,
            #[serde(default)]
            secrets: Option<RegisteredSecrets>,
            #[serde(default)]
            sealed: Option<String>,
        }
        match serde_json::from_slice(&bytes) {
            Ok(Version { format }) if format > FORMAT => return Err(NotARecord::Newer(format)),
            _ => {}
        }
        let members = serde_json::from_slice(&bytes).map_err(|_| NotARecord::Corrupt)?;
        let Members {
            client,
            secrets,
            sealed,
        } = members;
        Ok(Self {
            client,
            secrets,
            sealed,
            bytes,
        })
    }
}

/// What the file with these bytes is sealed with.
///
/// # Errors
/// Why the bytes are no file of a client.
pub(super) fn seal_of(bytes: Zeroizing<Vec<u8>>) -> Result<Option<Seal>, NotARecord> {
    Ok(Whole::parse(bytes)?.client.seal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::registration::Registered;

    const ANSWER: &str = r#"{"client_id":"c","client_secret":"hunter2",
        "token_endpoint_auth_method":"client_secret_basic","registration_access_token":"r-token"}"#;

    #[test]
    fn a_later_format_is_no_damage() {
        let client = KeptClient::new("https://as.example", "c", AuthMethod::None, Timestamp(5));
        let bytes = client.bytes(&RegisteredSecrets::default(), None);
        assert!(Whole::parse(bytes.clone()).is_ok());
        let later = String::from_utf8_lossy(&bytes).replace("\"format\": 1", "\"format\": 9");
        assert!(matches!(
            Whole::parse(Zeroizing::new(later.into_bytes())),
            Err(NotARecord::Newer(9))
        ));
        assert!(matches!(
            Whole::parse(Zeroizing::new(b"{}".to_vec())),
            Err(NotARecord::Corrupt)
        ));
    }

    #[test]
    fn a_plain_file_has_the_secrets_and_a_debug_form_has_none() {
        let registered = Registered::parse(ANSWER.as_bytes(), AuthMethod::None).expect("a client");
        let client = KeptClient::new("https://as.example", "c", AuthMethod::None, Timestamp(5));
        let bytes = client.bytes(&registered.secrets, None);
        assert!(String::from_utf8_lossy(&bytes).contains("hunter2"));
        let whole = Whole::parse(bytes).expect("a client");
        assert!(!format!("{:?}{:?}", whole.client, whole.secrets).contains("hunter2"));
    }
}
