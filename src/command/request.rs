//! `authctl request`: one HTTP request with a token, which is tried once more if the token is
//! refused.

use std::io::IsTerminal;

use ::http::{HeaderMap, Method};
use url::Url;

use crate::cli::RequestArgs;
use crate::error::{Error, ErrorKind};
use crate::oauth::want::Want;
use crate::output::Output;
use crate::proxy::{self, Allowed, Answer, Outgoing, Spool, receive, written};
use crate::session::Context;

/// Sends it, and prints the answer.
///
/// # Errors
/// When it cannot be sent, or is not answered.
pub fn run(context: &Context, output: Output, args: &RequestArgs) -> Result<(), Error> {
    let url = Url::parse(&args.url).ok().filter(Url::has_host);
    let url = url.ok_or_else(|| usage("the address is not a URL with a host"))?;
    let profile = args.profile.as_deref();
    let allowed = Allowed::find(&context.config()?, profile, &args.host, &url)?;
    let session = context.session(allowed.profile.as_deref())?;
    let want = Want {
        min_ttl: args.min_ttl,
        ..session.want()
    };
    let outgoing = outgoing(args, url)?;
    if output.shows_progress() {
        outgoing.body.iter().for_each(Spool::show);
    }
    let answer = proxy::send(context, &session, &want, &allowed, outgoing, args.timeout)?;
    let status = answer.response.status();
    if args.fail && status.as_u16() >= 400 {
        let host = answer.url.host_str().unwrap_or("the server");
        return Err(
            Error::new(ErrorKind::Failed, format!("{host} answers {status}"))
                .hint("without `--fail`, the answer is printed"),
        );
    }
    let head = if args.include { head(&answer) } else { vec![] };
    receive::body(
        context,
        answer.response.into_body(),
        &receive::To {
            head,
            file: args.output.clone(),
            is_watched: output.shows_progress()
                && (args.output.is_some() || !std::io::stdout().is_terminal()),
        },
    )
}

/// The status and the headers, as HTTP/1.1 has them.
fn head(answer: &Answer) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {}\r\n", answer.response.status()).into_bytes();
    for (name, value) in answer.response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn outgoing(args: &RequestArgs, url: Url) -> Result<Outgoing, Error> {
    let mut headers = HeaderMap::new();
    for header in &args.header {
        let (name, value) = written::header(header)?;
        headers.append(name, value);
    }
    let body = args
        .data
        .as_deref()
        .map(|data| written::body(data, &mut headers));
    let body = body.transpose()?;
    let method = match &args.method {
        Some(method) => {
            Method::from_bytes(method.as_bytes()).map_err(|_| usage("the method is not a name"))?
        }
        None if body.is_some() => Method::POST,
        None => Method::GET,
    };
    Ok(Outgoing {
        method,
        url,
        headers,
        body,
    })
}

fn usage(message: &str) -> Error {
    Error::new(ErrorKind::Usage, message).hint("see `authctl request --help`")
}
