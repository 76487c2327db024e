//! Who may use a proxy: programs that know its secret, and no page of another site.

use ::http::header::{AUTHORIZATION, HOST, ORIGIN};
use ::http::{HeaderMap, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::body::Stream;
use crate::loopback::HOSTS;
use crate::secret::Secret;

/// What a proxy demands of a request.
pub struct Guard {
    /// The secret of this run; `None` on a UNIX socket, which only its user reaches.
    pub secret: Option<Secret>,
    /// The port that it listens on; `None` on a UNIX socket.
    pub port: Option<u16>,
}

impl Guard {
    /// Says where the request goes: its path and query without the secret, if that is a part.
    ///
    /// # Errors
    /// The status and the sentence with which it is refused.
    pub fn admit(&self, request: &Request<Stream>) -> Result<String, (u16, &'static str)> {
        let headers = request.headers();
        if self.port.is_some() && !self.is_own_host(text(headers, HOST.as_str())) {
            return Err((403, "this proxy is 127.0.0.1"));
        }
        let site = text(headers, "sec-fetch-site");
        if !["", "none", "same-origin"].contains(&site)
            || headers.contains_key(ORIGIN) && site.is_empty()
        {
            return Err((403, "a page of another site asks"));
        }
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let Some(secret) = &self.secret else {
            return Ok(path.to_owned());
        };
        if let Some(rest) = without_secret(path, secret) {
            return Ok(rest);
        }
        if brings(headers, secret) {
            return Ok(path.to_owned());
        }
        Err((
            403,
            "this proxy wants its secret: as the first part of the path, or as a bearer token",
        ))
    }

    fn is_own_host(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, None),
        };
        HOSTS.contains(&name) && port == self.port
    }
}

/// The path behind `/SECRET`.
fn without_secret(path: &str, secret: &Secret) -> Option<String> {
    let rest = path.strip_prefix('/')?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (first, rest) = rest.split_at(end);
    if !secret.same_as(first) {
        return None;
    }
    Some(if rest.starts_with('/') {
        rest.to_owned()
    } else {
        format!("/{rest}")
    })
}

/// Whether the header `Authorization` is the secret: behind any scheme, or as a password.
fn brings(headers: &HeaderMap, secret: &Secret) -> bool {
    let value = text(headers, AUTHORIZATION.as_str());
    let Some((scheme, rest)) = value.split_once(' ') else {
        return secret.same_as(value);
    };
    if !scheme.eq_ignore_ascii_case("basic") {
        return secret.same_as(rest.trim());
    }
    let decoded = BASE64.decode(rest.trim()).unwrap_or_default();
    let decoded = String::from_utf8(decoded).unwrap_or_default();
    let (user, password) = decoded.split_once(':').unwrap_or_default();
    secret.same_as(password) || secret.same_as(user)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::empty;

    #[test]
    fn a_request_is_admitted_with_the_secret_and_from_this_machine_only() {
        let guard = Guard {
            secret: Some(Secret::new("s3cret".to_owned())),
            port: Some(80),
        };
        let basic = format!("Basic {}", BASE64.encode("x:s3cret"));
        for (path, headers, expected) in [
            ("/s3cret/a/b?c", &[][..], Some("/a/b?c")),
            ("/s3cret", &[], Some("/")),
            ("/s3cret?q", &[], Some("/?q")),
            ("/a", &[("authorization", "Bearer s3cret")], Some("/a")),
            ("/a", &[("authorization", "token s3cret")], Some("/a")),
            ("/a", &[("authorization", "s3cret")], Some("/a")),
            ("/a", &[("authorization", &*basic)], Some("/a")),
            ("/a", &[], None),
            ("/s3cre/a", &[], None),
            ("/S3cret/a", &[], None),
            ("/a", &[("authorization", "Bearer s3cretx")], None),
            ("/s3cret/a", &[("host", "evil.example")], None),
            ("/s3cret/a", &[("host", "127.0.0.1:81")], None),
            ("/s3cret/a", &[("host", "localhost:80")], Some("/a")),
            ("/s3cret/a", &[("host", "[::1]:80")], Some("/a")),
            ("/s3cret/a", &[("origin", "https://evil.example")], None),
            ("/s3cret/a", &[("sec-fetch-site", "cross-site")], None),
            ("/s3cret/a", &[("sec-fetch-site", "same-site")], None),
            ("/s3cret/a", &[("sec-fetch-site", "none")], Some("/a")),
        ] {
            let mut request = Request::new(empty());
            *request.uri_mut() = path.parse().expect("a path");
            let default = [("host", "127.0.0.1:80")];
            for (name, value) in default.iter().chain(headers) {
                request
                    .headers_mut()
                    .insert(*name, value.parse().expect("a value"));
            }
            let admitted = guard.admit(&request).ok();
            assert_eq!(admitted.as_deref(), expected, "{path} {headers:?}");
        }
    }
}
