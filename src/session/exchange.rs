//! Exchanging a token of a session for what another service gives for it.

use super::Session;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::exchange::{Exchange, ExchangeError, Exchanged};
use crate::grant::endpoint::parse_address;
use crate::http::Body;
use crate::secret::Secret;

impl Session<'_> {
    /// Exchanges a token of this session.
    ///
    /// # Errors
    /// When the service cannot be asked, or refuses.
    pub fn exchange(&self, token: &Secret, exchange: &Exchange) -> Result<Exchanged, Error> {
        self.exchange_token(token, exchange)
            .map_err(|error| self.about(error))
    }

    fn exchange_token(&self, token: &Secret, exchange: &Exchange) -> Result<Exchanged, Error> {
        let url = parse_address(exchange.service(), exchange.endpoint())?;
        let endpoint = url.to_string();
        self.notify(&Event::ExchangingAt { endpoint });
        // The profile's `ca_file` vouches for its own server, and not for this service.
        let http = self.context.http_trusting(None);
        let body = Body::Form(exchange.request(token));
        let response = self.context.block_on(http.post(&url, &body, &[]))??;
        exchange
            .read(response.status, &response.body)
            .map_err(|error| not_exchanged(exchange.role(), &error))
    }
}

fn not_exchanged(role: &str, error: &ExchangeError) -> Error {
    let (kind, hint) = if error.is_transient() {
        (ErrorKind::TryAgain, "try again")
    } else if error.refuses_token() {
        (ErrorKind::Failed, "is this machine's clock right?")
    } else {
        (
            ErrorKind::Failed,
            "does the role's trust policy name the issuer and the client of `authctl profile show \
             {profile}`?",
        )
    };
    Error::new(kind, format!("no keys for {role}: {error}")).hint(hint)
}
