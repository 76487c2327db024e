//! Turning one token into another: what is wanted ([`Exchange`]), what comes back ([`Exchanged`]),
//! or why it does not ([`ExchangeError`]). Each kind of service has a file of its own.
//!
//! Deliberately absent: the network. The caller posts what [`Exchange::request`] writes, and lets
//! [`Exchange::read`] read what comes back.

pub mod aws;

use zeroize::Zeroizing;

use crate::secret::Secret;

/// What a token is exchanged for, and by which service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// Keys for a role of AWS, by its Security Token Service.
    Aws(aws::Role),
}

impl Exchange {
    /// What the service is called in messages.
    #[must_use]
    pub fn service(&self) -> &'static str {
        match self {
            Exchange::Aws(_) => "security token service",
        }
    }

    /// The service's URL, as it is configured.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        match self {
            Exchange::Aws(role) => &role.endpoint,
        }
    }

    /// The role that is asked for, as the service names it.
    #[must_use]
    pub fn role(&self) -> &str {
        match self {
            Exchange::Aws(role) => &role.arn,
        }
    }

    /// The body of the request to the service: a form with the token in it.
    #[must_use]
    pub fn request(&self, token: &Secret) -> Zeroizing<String> {
        match self {
            Exchange::Aws(role) => role.request(token),
        }
    }

    /// Reads the service's answer.
    ///
    /// # Errors
    /// When the service refuses, or the answer is not such a service's.
    pub fn read(&self, status: u16, body: &[u8]) -> Result<Exchanged, ExchangeError> {
        match self {
            Exchange::Aws(_) => Ok(Exchanged::Aws(aws::read(status, body)?)),
        }
    }
}

/// What a token was exchanged for.
#[derive(Debug)]
pub enum Exchanged {
    /// Keys of AWS that live for a while.
    Aws(aws::AwsCredentials),
}

/// Why a token was not exchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// The Security Token Service of AWS refuses, or another server has answered.
    #[error(transparent)]
    Aws(#[from] aws::StsError),
}

impl ExchangeError {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            ExchangeError::Aws(error) => error.is_transient(),
        }
    }

    /// Whether the service refuses the token itself, so that another one may do.
    #[must_use]
    pub fn refuses_token(&self) -> bool {
        match self {
            ExchangeError::Aws(error) => error.refuses_token(),
        }
    }
}
