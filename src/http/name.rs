//! How messages name a server.

use url::Url;

/// The host and the port of `url`, as messages name a server.
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or("the server");
    match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_host_and_port() {
        let with_port = Url::parse("https://as.example:8443/token").expect("an address");
        assert_eq!(host(&with_port), "as.example:8443");
        let without = Url::parse("https://as.example/token").expect("an address");
        assert_eq!(host(&without), "as.example");
    }
}
