//! The device grant (RFC 8628): the user's browser is on another machine. The user types a code
//! there, while this program asks the token endpoint again and again.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::endpoint::{BackChannel, Endpoint};
use super::{GrantError, TokenEndpoint, with_wanted_access};
use crate::oauth::client::Form;
use crate::oauth::device::{DeviceAuthorization, GRANT_TYPE, SLOW_DOWN};
use crate::oauth::response::decode_error;
use crate::profile::Profile;
use crate::provider::outcome::{Disposition, Granted, Refusal, classify};
use crate::time::describe;

/// A transient failure doubles the interval (section 3.5), up to this.
const SLOWEST: Duration = Duration::from_secs(60);

/// How often the caller is told that the wait goes on.
const TICK: Duration = Duration::from_secs(1);

/// The parameters of the first request (section 3.1), without the client's.
#[must_use]
pub fn form(profile: &Profile) -> Form {
    with_wanted_access(Form::default(), profile)
}

/// Asks the device authorization endpoint for a code that the user can type.
///
/// # Errors
/// Why there is none.
pub async fn request_code(
    channel: &BackChannel<'_>,
    endpoint: &Endpoint,
    profile: &Profile,
) -> Result<DeviceAuthorization, GrantError> {
    let response = channel.post(endpoint, form(profile)).await?.response;
    if let Some(code) = DeviceAuthorization::parse(&response.body) {
        return Ok(code);
    }
    Err(GrantError::Refused(match decode_error(&response.body) {
        Some(error) => Refusal::Said {
            disposition: classify(&error, channel.provider),
            error,
            status: Some(response.status),
            retry_after: response.retry_after(),
        },
        None => Refusal::NotOAuth {
            status: response.status,
            what: "the device endpoint gave no code",
            retry_after: response.retry_after(),
        },
    }))
}

/// Asks for tokens until the user has decided, the code has expired, or `limit` is over. `tick` is
/// called about once a second meanwhile.
///
/// # Errors
/// [`GrantError::Refused`] when the user or the server refused, [`GrantError::TimedOut`] when the
/// time was over.
pub async fn poll(
    endpoint: &TokenEndpoint<'_>,
    code: &DeviceAuthorization,
    limit: Duration,
    tick: &dyn Fn(),
) -> Result<Granted, GrantError> {
    let limit = limit.min(code.expires_in);
    let began = Instant::now();
    let mut interval = code.interval;
    loop {
        let left = limit.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Err(GrantError::TimedOut(describe(limit)));
        }
        // The last question comes as late as it can, not an interval before.
        pause(interval.min(left), tick).await;
        let form = Form::grant(GRANT_TYPE).with("device_code", code.device_code.expose());
        let refusal = match endpoint.ask(form).await {
            Ok(granted) => return Ok(granted),
            Err(refusal) => refusal,
        };
        interval = match next_interval(&refusal, interval) {
            Some(next) => next,
            None => return Err(refusal.into()),
        };
    }
}

/// How long to wait after `refusal`, where the last wait was `interval`; `None` when asking again
/// is of no use.
fn next_interval(refusal: &Refusal, interval: Duration) -> Option<Duration> {
    let next = match refusal {
        Refusal::Said { error, .. } if error.code == "authorization_pending" => interval,
        // RFC 8628, section 3.5: this and all later intervals are five seconds longer. GitHub names
        // the new interval.
        Refusal::Said { error, .. } if error.code == "slow_down" => {
            let named = error.interval.unwrap_or_default();
            named.max(interval + SLOW_DOWN)
        }
        refusal if refusal.disposition() == Disposition::Transient => {
            (interval * 2).min(SLOWEST).max(interval)
        }
        _ => return None,
    };
    Some(next.max(refusal.retry_after().unwrap_or_default()))
}

async fn pause(interval: Duration, tick: &dyn Fn()) {
    let end = Instant::now() + interval;
    while Instant::now() < end {
        tick();
        sleep_until(end.min(Instant::now() + TICK)).await;
    }
}
