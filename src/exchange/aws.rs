//! The AWS Security Token Service as values: `AssumeRoleWithWebIdentity` takes an ID token and
//! gives access keys that expire after an hour. The request is not signed: the ID token is the
//! proof.
//!
//! The service answers in XML, and in JSON if it is asked to. Servers that take its place in tests
//! and on premises answer only in XML. Both forms are read into the same shape.

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::oauth::client::Form;
use crate::oauth::response::redact;
use crate::secret::Secret;
use crate::text::printable;
use crate::time::Timestamp;

/// What a token is exchanged for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The role's ARN.
    pub arn: String,
    /// The name that the session has in the logs of AWS (`RoleSessionName`).
    pub session: String,
    /// The address of the service.
    pub endpoint: String,
}

impl Role {
    /// The body of the request, form-encoded. It contains the token.
    #[must_use]
    pub fn request(&self, token: &Secret) -> Zeroizing<String> {
        Form::default()
            .with("Action", "AssumeRoleWithWebIdentity")
            .with("Version", "2011-06-15")
            .with("RoleArn", &self.arn)
            .with("RoleSessionName", &self.session)
            .with("WebIdentityToken", token.expose())
            .encode()
    }
}

/// The longest ARN, in bytes (`AssumeRoleWithWebIdentity`, `RoleArn`).
const ARN_LIMIT: usize = 2048;

/// Whether a text has the form of a role's ARN. Other services than AWS's have partitions and
/// accounts of their own, or none.
#[must_use]
pub fn is_role(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "+=,.@_/:-".contains(c);
    let ["arn", partition, service, _, _, name] = parts[..] else {
        return false;
    };
    let is_of_aws = partition.starts_with("aws");
    let is_role = service == "iam" && name.starts_with("role/");
    let is_complete = !partition.is_empty() && !name.is_empty() && (is_role || !is_of_aws);
    is_complete && arn.len() <= ARN_LIMIT && arn.chars().all(is_plain)
}

/// Access keys that expire.
#[derive(Debug)]
pub struct AwsCredentials {
    /// The identifier of the access key, which is not secret (`AccessKeyId`).
    pub access_key_id: String,
    /// The secret that requests are signed with (`SecretAccessKey`).
    pub secret_access_key: Secret,
    /// A token that has to go with each request (`SessionToken`).
    pub session_token: Secret,
    /// When the keys expire, in the form of RFC 3339 (`Expiration`).
    pub expiration: String,
}

impl AwsCredentials {
    /// Whether nothing is empty.
    fn is_whole(&self) -> bool {
        let secrets = [self.secret_access_key.expose(), self.session_token.expose()];
        let texts = [&*self.access_key_id, &self.expiration];
        secrets.iter().chain(&texts).all(|text| !text.is_empty())
    }
}

/// Why an exchange brought no keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StsError {
    /// The service refused.
    #[error("{code}: {message}")]
    Said {
        /// The service's error code, such as `ExpiredTokenException`.
        code: String,
        /// The service's explanation, fit for a terminal.
        message: String,
    },
    /// The answer, with this HTTP status, is not one of the service.
    #[error("HTTP {0}, which is not an answer of a security token service")]
    NotSts(u16),
}

impl StsError {
    /// Whether a later try may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        const CODES: &[&str] = &[
            "IDPCommunicationError",
            "Throttling",
            "RequestLimitExceeded",
            "ServiceUnavailable",
            "InternalFailure",
        ];
        match self {
            StsError::Said { code, .. } => CODES.contains(&code.as_str()),
            StsError::NotSts(status) => *status >= 500 || *status == 429,
        }
    }

    /// Whether the service refused the token itself, so that a newer token may be accepted.
    #[must_use]
    pub fn refuses_token(&self) -> bool {
        matches!(self, StsError::Said { code, .. } if code.starts_with("ExpiredToken"))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<Moment> {
    assume_role_with_web_identity_result: Assumed<Moment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Assumed<Moment> {
    credentials: Credentials<Moment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials<Moment> {
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Secret,
    expiration: Moment,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refused {
    error: Said,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Said {
    code: String,
    #[serde(default)]
    message: String,
}

/// Reads the service's answer, in XML or JSON.
///
/// # Errors
/// When the service refused, or the answer is not one of the service.
pub fn read(status: u16, body: &[u8]) -> Result<AwsCredentials, StsError> {
    let answer = std::str::from_utf8(body).map_err(|_| StsError::NotSts(status))?;
    let keys = if answer.trim_start().starts_with('<') {
        keys_in_xml(answer)
    } else {
        keys_in_json(answer)
    };
    if let (200, Some(keys)) = (status, keys.filter(AwsCredentials::is_whole)) {
        return Ok(keys);
    }
    match refusal(answer) {
        Some(said) => Err(StsError::Said {
            code: redact(&said.code, 60),
            message: redact(&said.message, 300),
        }),
        None => Err(StsError::NotSts(status)),
    }
}

fn keys_in_xml(text: &str) -> Option<AwsCredentials> {
    let Answer {
        assume_role_with_web_identity_result: Assumed { credentials },
    } = quick_xml::de::from_str::<Answer<String>>(text).ok()?;
    let expiration = printable(&credentials.expiration, 40);
    Some(credentials.with_expiration(expiration))
}

/// Reads keys from JSON, which has the name of XML's outermost element as a member, and the end of
/// the keys' life in seconds since 1970.
fn keys_in_json(text: &str) -> Option<AwsCredentials> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Whole {
        assume_role_with_web_identity_response: Answer<f64>,
    }
    let Answer {
        assume_role_with_web_identity_result: Assumed { credentials },
    } = serde_json::from_str::<Whole>(text)
        .ok()?
        .assume_role_with_web_identity_response;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, which is what is wanted of an absurd date"
    )]
    let expiration = Timestamp(credentials.expiration as i64).to_string();
    Some(credentials.with_expiration(expiration))
}

impl<Moment> Credentials<Moment> {
    fn with_expiration(self, expiration: String) -> AwsCredentials {
        AwsCredentials {
            access_key_id: self.access_key_id,
            secret_access_key: self.secret_access_key,
            session_token: self.session_token,
            expiration,
        }
    }
}

fn refusal(text: &str) -> Option<Said> {
    let refused: Refused = if text.trim_start().starts_with('<') {
        quick_xml::de::from_str(text).ok()?
    } else {
        serde_json::from_str(text).ok()?
    };
    Some(refused.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = r#"<AssumeRoleWithWebIdentityResponse
      xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <AssumeRoleWithWebIdentityResult><Audience>a</Audience>
      <Credentials><SessionToken>st</SessionToken>
      <SecretAccessKey>sk/+&amp;</SecretAccessKey><Expiration>2026-11-22T10:00:00Z</Expiration>
      <AccessKeyId>AKIA1</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult>
      <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
      </AssumeRoleWithWebIdentityResponse>"#;
    const JSON: &str = r#"{"AssumeRoleWithWebIdentityResponse":
      {"AssumeRoleWithWebIdentityResult":{"Credentials":
      {"AccessKeyId":"AKIA1","SecretAccessKey":"sk/+&","SessionToken":"st",
      "Expiration":1.7953416E9}}}}"#;

    #[test]
    fn keys_are_read_from_either_form() {
        for answer in [XML, JSON] {
            let keys = read(200, answer.as_bytes()).expect("keys");
            assert_eq!(
                (keys.access_key_id.as_str(), keys.secret_access_key.expose()),
                ("AKIA1", "sk/+&")
            );
            assert_eq!(
                (keys.session_token.expose(), keys.expiration.as_str()),
                ("st", "2026-11-22T10:00:00Z")
            );
        }
    }

    #[test]
    fn an_answer_without_a_space_in_it_is_read() {
        let xml = "<AssumeRoleWithWebIdentityResponse \
            xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
            <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>A</AccessKeyId>\
            <SecretAccessKey>u</SecretAccessKey><SessionToken>F=</SessionToken>\
            <Expiration>2026-11-22T08:56:48.320548Z</Expiration></Credentials><AssumedRoleUser>\
            <AssumedRoleId>ARO:x</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/loaned/x</Arn>\
            </AssumedRoleUser><PackedPolicySize>6</PackedPolicySize>\
            </AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>R</RequestId>\
            </ResponseMetadata></AssumeRoleWithWebIdentityResponse>";
        assert_eq!(read(200, xml.as_bytes()).expect("keys").access_key_id, "A");
    }

    #[test]
    fn a_refusal_is_told_in_the_services_words_and_a_page_of_another_server_is_not() {
        let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredTokenException</Code>\
            <Message>old\u{7}</Message></Error></ErrorResponse>";
        let error = read(400, xml.as_bytes()).expect_err("no keys");
        assert_eq!(error.to_string(), "ExpiredTokenException: old");
        assert!(error.refuses_token() && !error.is_transient());
        let json = r#"{"Error":{"Code":"IDPCommunicationError","Message":"later"}}"#;
        assert!(
            read(400, json.as_bytes())
                .expect_err("no keys")
                .is_transient()
        );
        assert_eq!(
            read(502, b"<html>sorry</html>").err(),
            Some(StsError::NotSts(502))
        );
        assert_eq!(read(200, b"\xff").err(), Some(StsError::NotSts(200)));
    }
}
