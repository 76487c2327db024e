//! What a person writes of a request: its headers and its body.

use std::fs::File;

use ::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TE, TRANSFER_ENCODING, UPGRADE,
};
use ::http::{HeaderMap, HeaderName, HeaderValue};

use super::{Source, Spool, pipe, stdin};
use crate::error::{Error, ErrorKind};

/// Reads a header, `Name: value`.
///
/// # Errors
/// When it is none, or one that the program itself sets.
pub fn header(text: &str) -> Result<(HeaderName, HeaderValue), Error> {
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

/// The body that a text names: a file behind `@`, stdin behind `@-`, else the text itself. A text
/// that is JSON says so, unless the user says what it is.
///
/// # Errors
/// When the file cannot be read.
pub fn body(data: &str, headers: &mut HeaderMap) -> Result<Spool, Error> {
    let source = match data.strip_prefix('@') {
        Some("-") => stdin(),
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
        pipe(file)
    })
}

fn usage(message: &str) -> Error {
    Error::new(ErrorKind::Usage, message).hint("see `authctl request --help`")
}
