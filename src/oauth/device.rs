//! The device authorization response (RFC 8628, section 3.2).

use std::time::Duration;

use serde_json::Value;

use super::response::{seconds, text, word};
use crate::secret::Secret;
use crate::text::printable;

/// The codes with which a user lets a device in, and how long they are good for.
#[derive(Debug)]
pub struct DeviceAuthorization {
    /// What the device asks the token endpoint with.
    pub device_code: Secret,
    /// The code that the user types, cleaned for a terminal.
    pub user_code: String,
    /// The address at which the user types the code.
    pub verification_uri: String,
    /// An address that has the code in it, where the server offers one.
    pub verification_uri_complete: Option<String>,
    /// How long the codes live; 15 minutes where a server does not say, which the RFC demands.
    pub expires_in: Duration,
    /// How long to wait between two requests; 5 seconds where the server does not say (section
    /// 3.2).
    pub interval: Duration,
}

/// The grant type by which the device gets its tokens (section 3.4).
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What each `slow_down` adds to the interval (section 3.5).
pub const SLOW_DOWN: Duration = Duration::from_secs(5);

/// The life of the codes where a server does not say.
const USUAL_LIFE: Duration = Duration::from_secs(900);

/// The interval where a server does not say (section 3.2).
const USUAL_INTERVAL: Duration = Duration::from_secs(5);

impl DeviceAuthorization {
    /// Reads the body of a response; `None` when a required member is missing or not usable.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let fields: Value = serde_json::from_slice(body).ok()?;
        let fields = fields.as_object()?;
        // Google named the member `verification_url` before the RFC was done, and still does.
        let uri = text(fields, "verification_uri").or_else(|| text(fields, "verification_url"))?;
        let complete = text(fields, "verification_uri_complete");
        let life = fields.get("expires_in").and_then(seconds);
        let interval = fields.get("interval").and_then(seconds);
        Some(Self {
            device_code: Secret::new(word(fields, "device_code")?),
            user_code: printable(&word(fields, "user_code")?, 64),
            verification_uri: web_address(uri)?,
            verification_uri_complete: complete.and_then(web_address),
            expires_in: life.unwrap_or(USUAL_LIFE),
            interval: interval.unwrap_or(USUAL_INTERVAL),
        })
    }
}

/// The address in canonical form; `None` when it is not on the web. A server could have the user
/// open a file otherwise.
fn web_address(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_of_the_rfc_apply() {
        let body = br#"{"device_code":"d","user_code":"AB-CD",
                "verification_uri":"https://as.example/device"}"#;
        let codes = DeviceAuthorization::parse(body).expect("complete");
        assert_eq!(codes.interval, Duration::from_secs(5));
        assert_eq!(codes.verification_uri, "https://as.example/device");
        assert!(codes.verification_uri_complete.is_none());
    }

    #[test]
    fn a_file_is_not_a_place_to_type_a_code() {
        let body =
            br#"{"device_code":"d","user_code":"A","verification_uri":"file:///etc/passwd"}"#;
        assert!(DeviceAuthorization::parse(body).is_none());
    }
}
