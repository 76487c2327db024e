//! The device authorization response (RFC 8628, section 3.2).

use std::time::Duration;

use serde_json::Value;

use super::response::seconds;
use crate::secret::Secret;
use crate::text::printable;

/// What the server says to a device that wants to be let in.
#[derive(Debug)]
pub struct DeviceAuthorization {
    /// What we poll with.
    pub device_code: Secret,
    /// What the person types.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// The same with the code in it, where the server offers that.
    pub verification_uri_complete: Option<String>,
    /// How long the codes live; 15 minutes where a server breaks the RFC and does not say.
    pub expires_in: Duration,
    /// How long to wait between two polls; 5 seconds where the server does not say (section 3.2).
    pub interval: Duration,
}

/// Added to the interval by each `slow_down` (section 3.5).
pub const SLOW_DOWN: Duration = Duration::from_secs(5);

impl DeviceAuthorization {
    /// Reads the answer; `None` when a required field is missing.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let fields: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| {
            fields
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        // Google wrote `verification_url` before the RFC was done, and still does.
        let uri = text("verification_uri").or_else(|| text("verification_url"))?;
        Some(Self {
            device_code: Secret::new(text("device_code")?.to_owned()),
            user_code: printable(text("user_code")?, 64),
            verification_uri: web_address(uri)?,
            verification_uri_complete: text("verification_uri_complete").and_then(web_address),
            expires_in: fields
                .get("expires_in")
                .and_then(seconds)
                .unwrap_or(Duration::from_secs(900)),
            interval: fields
                .get("interval")
                .and_then(seconds)
                .unwrap_or(Duration::from_secs(5)),
        })
    }
}

/// The address in canonical form, if it is one that a browser may be sent to. A server could name a
/// file otherwise.
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
        let answer = DeviceAuthorization::parse(body).expect("complete");
        assert_eq!(answer.interval, Duration::from_secs(5));
        assert_eq!(answer.verification_uri, "https://as.example/device");
        assert!(answer.verification_uri_complete.is_none());
    }

    #[test]
    fn a_file_is_no_place_to_type_a_code() {
        let body =
            br#"{"device_code":"d","user_code":"A","verification_uri":"file:///etc/passwd"}"#;
        assert!(DeviceAuthorization::parse(body).is_none());
    }
}
