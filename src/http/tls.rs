//! TLS as this program wants it, and what is wrong with the certificate of a server.

use std::error::Error;

use rustls::{CertificateError, Error as TlsError};

use super::cause;

/// Makes `ring` the provider of cryptography. Fails only when a provider is there already, which
/// serves as well.
pub(super) fn install_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What is wrong with the server's certificate, if that is the cause of `error` and the words of
/// the TLS library would not tell.
pub(super) fn certificate_fault(error: &(dyn Error + 'static)) -> Option<String> {
    let TlsError::InvalidCertificate(wrong) = cause::find(error)? else {
        return None;
    };
    let why = match wrong {
        CertificateError::UnknownIssuer => "no authority that is trusted here has signed it",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired, or the clock is wrong"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet, or the clock is wrong"
        }
        CertificateError::Other(other) if is_of_authority(other) => {
            "it is an authority's (CA:TRUE), as `openssl req -x509` makes them, and no server may \
             have one: make it with `-addext basicConstraints=critical,CA:FALSE`"
        }
        _ => return None,
    };
    Some(format!("the server's certificate is not accepted: {why}"))
}

/// Whether the server shows the certificate of an authority as its own.
fn is_of_authority(error: &rustls::OtherError) -> bool {
    let cause = error.0.downcast_ref::<webpki::Error>();
    matches!(cause, Some(webpki::Error::CaUsedAsEndEntity))
}
