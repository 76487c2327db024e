//! The device grant (RFC 8628): the person's browser is on another machine.

use std::time::Duration;

use url::Url;

use crate::http::{Body, Http};
use crate::oauth::client::{Client, Form};
use crate::oauth::device::{DeviceAuthorization, SLOW_DOWN};
use crate::oauth::response::decode_error;
use crate::profile::Profile;
use crate::provider::outcome::{Disposition, Granted, Refusal, classify};
use crate::time::describe;

use super::{GrantError, TokenEndpoint};

/// A transient failure doubles the interval (section 3.5), up to this.
const SLOWEST: Duration = Duration::from_secs(60);

/// Asks for a code that a person can type.
///
/// # Errors
/// When the server gives none.
pub async fn begin(
    http: &Http,
    url: &Url,
    profile: &Profile,
    client: &Client,
) -> Result<DeviceAuthorization, GrantError> {
    let scope = profile.scope_parameter();
    let form = Form::default()
        .with_some("scope", (!scope.is_empty()).then_some(scope.as_str()))
        .with_some("audience", profile.audience.as_deref())
        .with_each("resource", &profile.resource);
    let (form, authorization) = client.authenticate(form);
    let answer = http
        .post(url, &Body::Form(form.encode()), authorization.as_ref())
        .await?;
    if let Some(code) = DeviceAuthorization::parse(&answer.body) {
        return Ok(code);
    }
    Err(GrantError::Refused(match decode_error(&answer.body) {
        Some(error) => Refusal::Said {
            disposition: classify(&error, &profile.provider),
            error,
        },
        None => Refusal::NotOAuth {
            status: answer.status,
            what: "the device endpoint gave no code",
            retry_after: answer.retry_after,
        },
    }))
}

/// Polls until the person has decided, the code has expired, or `limit` is over. `tick` is called
/// now and then.
///
/// # Errors
/// When the person said no, or nobody came.
pub async fn poll(
    endpoint: &TokenEndpoint<'_>,
    code: &DeviceAuthorization,
    limit: Duration,
    tick: &dyn Fn(),
) -> Result<Granted, GrantError> {
    let limit = limit.min(code.expires_in);
    let began = tokio::time::Instant::now();
    let mut interval = code.interval;
    loop {
        let left = limit.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Err(GrantError::TimedOut(describe(limit)));
        }
        // The last question comes as late as it can, not an interval before.
        pause(interval.min(left), tick).await;
        let form = Form::grant("urn:ietf:params:oauth:grant-type:device_code")
            .with("device_code", code.device_code.expose());
        let refusal = match endpoint.ask(form).await {
            Ok(granted) => return Ok(granted),
            Err(refusal) => refusal,
        };
        interval = match &refusal {
            Refusal::Said { error, .. } if error.code == "authorization_pending" => interval,
            // GitHub's slow_down brings the new interval along; the RFC's adds five seconds.
            Refusal::Said { error, .. } if error.code == "slow_down" => {
                error.interval.unwrap_or(interval + SLOW_DOWN).max(interval)
            }
            refusal if refusal.disposition() == Disposition::Transient => {
                (interval * 2).min(SLOWEST)
            }
            _ => return Err(refusal.into()),
        };
    }
}

async fn pause(interval: Duration, tick: &dyn Fn()) {
    let ends = tokio::time::Instant::now() + interval;
    while tokio::time::Instant::now() < ends {
        tick();
        tokio::time::sleep_until(ends.min(tokio::time::Instant::now() + Duration::from_secs(1)))
            .await;
    }
}
