//! `authctl request`: one HTTP request with a token, which is tried once more if the token is
//! refused.

use std::fs::File;
use std::io::IsTerminal;

use ::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TE, TRANSFER_ENCODING, UPGRADE,
};
use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

use super::Output;
use crate::cli::RequestArgs;
use crate::error::{Error, ErrorKind};
use crate::oauth::want::Want;
use crate::proxy::{self, Allowed, Answer, Outgoing, Source, Spool, receive};
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
        let (name, value) = read_header(header)?;
        headers.append(name, value);
    }
    let body = args.data.as_deref().map(|data| body(data, &mut headers));
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

fn read_header(text: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let wrong = || usage("a header is written `Name: value`");
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let name: HeaderName = name.trim().parse().map_err(|_| wrong())?;
    if name == AUTHORIZATION {
        return Err(usage("the header Authorization is what authctl adds"));
    }
    if [
        HOST,
        CONTENT_LENGTH,
        TRANSFER_ENCODING,
        CONNECTION,
        UPGRADE,
        TE,
    ]
    .contains(&name)
    {
        let message = format!("the header {name} follows from the address and the body");
        return Err(usage(&message));
    }
    Ok((name, value.trim().parse().map_err(|_| wrong())?))
}

/// The body that `-d` names. A text that is JSON says so, unless the user says what it is.
fn body(data: &str, headers: &mut HeaderMap) -> Result<Spool, Error> {
    let source = match data.strip_prefix('@') {
        Some("-") => proxy::stdin(),
        Some(path) => of_file(path)?,
        None => {
            if serde_json::from_str::<serde_json::Value>(data).is_ok() {
                let json = HeaderValue::from_static("application/json");
                headers.entry(CONTENT_TYPE).or_insert(json);
            }
            Source::Bytes(data.as_bytes().to_vec())
        }
    };
    let bytes = HeaderValue::from_static("application/octet-stream");
    headers.entry(CONTENT_TYPE).or_insert(bytes);
    Ok(Spool::new(source))
}

/// A regular file has a length and is read twice; what else has a path is read like a pipe.
fn of_file(path: &str) -> Result<Source, Error> {
    let failed = |error| usage(&format!("cannot read {path}: {error}"));
    let file = File::open(path).map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    Ok(if meta.is_file() {
        Source::File(file, meta.len())
    } else {
        proxy::pipe(file)
    })
}

fn usage(message: &str) -> Error {
    Error::new(ErrorKind::Usage, message).hint("see `authctl request --help`")
}
