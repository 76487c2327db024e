//! The token endpoint (RFC 6749, section 3.2): every grant asks it, and this is the one place that
//! says what its response means.

use crate::http::{HttpError, Response};
use crate::oauth::client::Form;
use crate::oauth::response::{Decoded, ErrorBody, decode};
use crate::oauth::token::TokenResponse;
use crate::provider::Provider;
use crate::provider::outcome::{Disposition, Granted, Refusal, classify};

use zeroize::Zeroizing;

use super::endpoint::{BackChannel, Endpoint, RoundTrip};

/// What stands in the place of a secret.
const REMOVED: &str = "[removed]";

/// Shorter texts are words that a message may have for its own reasons.
const SHORTEST_SECRET: usize = 5;

/// The token endpoint of one server, as one client uses it.
pub struct TokenEndpoint<'a> {
    /// The client, its server, and how requests get there.
    pub channel: BackChannel<'a>,
    /// Where the endpoint is: an [`Endpoint`] of the kind
    /// [`Token`](super::endpoint::EndpointKind::Token).
    pub endpoint: Endpoint,
}

impl TokenEndpoint<'_> {
    /// Sends `form` once and reads the response.
    ///
    /// # Errors
    /// Why no tokens came.
    pub async fn ask(&self, form: Form) -> Result<Granted, Refusal> {
        let mut sent_secrets = form.secrets();
        let proof = self.channel.client.proof.secret();
        sent_secrets.extend(proof.map(|secret| Zeroizing::new(secret.expose().to_owned())));
        let round_trip = self.channel.post(&self.endpoint, form).await;
        let RoundTrip { sent, response } = round_trip.map_err(without_response)?;
        let tokens = read_tokens(&response, self.channel.provider);
        let tokens = tokens.map_err(|refusal| without_secrets(refusal, &sent_secrets))?;
        let now = self.channel.clock.now();
        Ok(Granted {
            response: tokens,
            sent,
            skew: response.date().map(|date| date.seconds_since(now)),
        })
    }
}

/// A refusal that repeats nothing of what it refuses: some servers put that into their errors.
fn without_secrets(mut refusal: Refusal, secrets: &[Zeroizing<String>]) -> Refusal {
    if let Refusal::Said { error, .. } = &mut refusal {
        for secret in secrets
            .iter()
            .filter(|secret| secret.len() >= SHORTEST_SECRET)
        {
            error.code = error.code.replace(&***secret, REMOVED);
            let description = error.description.take();
            error.description = description.map(|text| text.replace(&***secret, REMOVED));
        }
    }
    refusal
}

fn without_response(error: HttpError) -> Refusal {
    match error {
        HttpError::Unanswered { .. } => Refusal::Unanswered(error.to_string()),
        HttpError::NotSent { .. } | HttpError::Proxy { .. } | HttpError::Trust { .. } => {
            Refusal::NotSent(error.to_string())
        }
    }
}

fn read_tokens(response: &Response, provider: &Provider) -> Result<TokenResponse, Refusal> {
    if (300..400).contains(&response.status) {
        let what = "the token endpoint redirects, and secrets are not sent after it";
        return Err(not_oauth(response, what));
    }
    match decode(&response.body, provider.token_pointer) {
        Decoded::Granted(_) if !(200..300).contains(&response.status) => {
            Err(not_oauth(response, "tokens with the status of an error"))
        }
        Decoded::Granted(tokens) => Ok(*tokens),
        Decoded::Refused(error) => Err(refusal_in(response, error, provider)),
        Decoded::Unreadable(what) => Err(not_oauth(response, what)),
    }
}

/// What a response means that has an OAuth error in it. Gateways write JSON with an `error` of
/// their own, too. A code that is not known is therefore not taken for the authorization server's
/// where the status, or the form of the code, says that a gateway wrote it.
fn refusal_in(response: &Response, error: ErrorBody, provider: &Provider) -> Refusal {
    let disposition = classify(&error, provider);
    let status = response.status;
    let by_gateway = status >= 500 || [408, 425, 429].contains(&status) || !error.is_a_code();
    if disposition == Disposition::Unclear && by_gateway {
        return not_oauth(response, "the server, or something before it, is not well");
    }
    Refusal::Said {
        disposition,
        error,
        status: Some(status),
        retry_after: response.retry_after(),
    }
}

fn not_oauth(response: &Response, what: &'static str) -> Refusal {
    Refusal::NotOAuth {
        status: response.status,
        what,
        retry_after: response.retry_after(),
    }
}
