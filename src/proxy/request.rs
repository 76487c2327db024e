//! One request with a token, its redirects, and the second try.

use ::http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE,
    LOCATION, RANGE, TRANSFER_ENCODING, USER_AGENT,
};
use ::http::{HeaderMap, Method, Request, Response};
use std::time::Duration;

use url::Url;

use super::Spool;
use super::allowed::{Allowed, Terms};
use super::refusal::{authorization, is_refusal, refused};
use crate::body::{Stream, empty};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::http::within;
use crate::oauth::want::Want;
use crate::session::{Context, Session, Token};
use crate::time::describe;

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 10;

/// A request as it is to be sent, but for its token.
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// The headers that the user names.
    pub headers: HeaderMap,
    /// The body; `None` for a request without one.
    pub body: Option<Spool>,
}

/// The answer, whose body is still on its way.
pub struct Answer {
    /// The response.
    pub response: Response<Stream>,
    /// The address that gave it, after redirects.
    pub url: Url,
}

/// Sends a request with a token of `session`, follows its redirects, and tries once more with
/// another token if the first is refused. Each answer has to begin within `wait`.
///
/// # Errors
/// When there is no token or no answer, or redirects lead nowhere.
pub fn send(
    context: &Context,
    session: &Session<'_>,
    want: &Want,
    allowed: &Allowed,
    mut outgoing: Outgoing,
    wait: Duration,
) -> Result<Answer, Error> {
    let http = context.http_trusting(None);
    let mut want = want.clone();
    want.kind = allowed.terms(&outgoing.url).unwrap_or_default().kind;
    let mut token = session.token(&want, None)?;
    let mut may_heal = true;
    for _ in 0..=MOST_REDIRECTS {
        let terms = allowed.terms(&outgoing.url);
        if let Some(Terms { kind, audience }) = terms {
            if kind != want.kind {
                want.kind = kind;
                token = session.token(&want, None)?;
            }
            check_audience(&token, audience)?;
        }
        let has_token = terms.is_some();
        let request = prepare(&outgoing, has_token.then_some(&token))?;
        let exchanged = within(wait, http.exchange(&outgoing.url, request));
        let exchanged = context.block_on(exchanged)?;
        outgoing.body.iter().for_each(Spool::hide);
        let exchanged = exchanged.ok_or_else(|| silent(&outgoing, wait))??;
        let response = exchanged.response;
        if has_token && may_heal && is_refusal(response.status(), response.headers()) {
            may_heal = false;
            if let Some(other) = another(context, session, &want, &token, &outgoing) {
                token = other;
                continue;
            }
        }
        if !redirect(&mut outgoing, &response, allowed) {
            let url = outgoing.url;
            return Ok(Answer { response, url });
        }
    }
    let host = outgoing.url.host_str().unwrap_or("the server");
    let message = format!("{host} redirects without end");
    Err(Error::new(ErrorKind::Failed, message).hint("does it redirect to itself?"))
}

/// Refuses to send a token that is for another audience than the address's `[[match]]` names.
fn check_audience(token: &Token, wanted: Option<&str>) -> Result<(), Error> {
    let Some(wanted) = wanted else { return Ok(()) };
    let Some(whose) = token.other_audience(wanted) else {
        return Ok(());
    };
    let message = format!("the token is for {whose}, and not for {wanted}");
    Err(Error::new(ErrorKind::Failed, message)
        .about(&token.header().profile)
        .hint("make a profile with that `audience` or `resource`, and bind that"))
}

fn silent(outgoing: &Outgoing, wait: Duration) -> Error {
    let host = outgoing.url.host_str().unwrap_or("the server");
    let message = format!("no answer from {host} within {}", describe(wait));
    Error::new(ErrorKind::TryAgain, message).hint("give it more time with `--timeout`")
}

/// Another token than the one that was refused. `None` where that would not help: the answer is
/// then given as it is.
fn another(
    context: &Context,
    session: &Session<'_>,
    want: &Want,
    token: &Token,
    outgoing: &Outgoing,
) -> Option<Token> {
    let profile = Some(&*session.profile().name);
    if outgoing.body.as_ref().is_some_and(|body| !body.is_kept()) {
        context.notify(profile, &Event::BodyNotKept);
        return None;
    }
    let want = Want {
        rejected: Some(refused(token, context.clock.now())?),
        ..want.clone()
    };
    match session.token(&want, None) {
        Ok(token) => {
            context.notify(profile, &Event::RequestSentAgain);
            Some(token)
        }
        Err(error) => {
            let cause = error.to_string();
            context.notify(profile, &Event::RequestNotSentAgain { cause });
            None
        }
    }
}

fn prepare(outgoing: &Outgoing, token: Option<&Token>) -> Result<Request<Stream>, Error> {
    let body = outgoing.body.as_ref().map_or_else(empty, Spool::attempt);
    let mut request = Request::new(body);
    *request.method_mut() = outgoing.method.clone();
    *request.uri_mut() = outgoing.url.as_str().parse().map_err(|_| {
        Error::new(ErrorKind::Usage, "the address is not valid")
            .hint("see `authctl request --help`")
    })?;
    *request.headers_mut() = outgoing.headers.clone();
    if let Some(token) = token {
        let value = authorization(token)?;
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(request)
}

/// Makes a redirect the next request (RFC 9110, section 15.4). `false` if the response is none,
/// names no address, or would take a body to a host that is not bound. Of the user's headers such a
/// host gets only those that say what is wanted.
fn redirect(outgoing: &mut Outgoing, response: &Response<Stream>, allowed: &Allowed) -> bool {
    let status = response.status().as_u16();
    if ![301, 302, 303, 307, 308].contains(&status) {
        return false;
    }
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    let Some(url) = location.and_then(|location| outgoing.url.join(location).ok()) else {
        return false;
    };
    if !["https", "http"].contains(&url.scheme()) {
        return false;
    }
    let becomes_get = match status {
        303 => outgoing.method != Method::HEAD,
        301 | 302 => outgoing.method == Method::POST,
        _ => false,
    };
    if becomes_get {
        outgoing.method = Method::GET;
        outgoing.body = None;
        for name in [CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING] {
            outgoing.headers.remove(name);
        }
    }
    let is_allowed = allowed.terms(&url).is_some();
    let may_go = |body: &Spool| body.is_kept() && is_allowed;
    if !outgoing.body.as_ref().is_none_or(may_go) {
        return false;
    }
    if !is_allowed {
        let wishes = [ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, RANGE, USER_AGENT];
        let mut kept = HeaderMap::new();
        for name in wishes {
            kept.extend(outgoing.headers.remove(&name).map(|value| (name, value)));
        }
        outgoing.headers = kept;
    }
    outgoing.url = url;
    true
}
