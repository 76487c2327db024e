//! The proxy that the environment names, checked: `reqwest` leaves one out that it does not know.

use url::Url;

use super::{HttpError, host};
use crate::text::printable;

/// The kinds of proxies that are spoken to, by the scheme of their addresses.
const PROXIES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Checks the address of a proxy that a variable names.
pub(super) fn check(variable: &'static str, proxy: &str) -> Result<(), HttpError> {
    let why = match address(proxy) {
        Some(url) if PROXIES.contains(&url.scheme()) => return Ok(()),
        Some(url) => format!(
            "`{}` is not a kind of proxy: expected one of {}",
            printable(url.scheme(), 20),
            PROXIES.join(", ")
        ),
        None => "it is not a valid address".to_owned(),
    };
    Err(HttpError::Proxy { variable, why })
}

/// The reason of a failure, with the proxy that may be behind it.
pub(super) fn add_to(why: &str, variable: &str, proxy: &str) -> String {
    let proxy = address(proxy).map_or_else(String::new, |url| host(&url));
    format!("{why} ({variable} names the proxy {proxy})")
}

/// The address of a proxy, which is plain http where it does not say.
fn address(text: &str) -> Option<Url> {
    if text.contains("://") {
        return Url::parse(text).ok();
    }
    Url::parse(&format!("http://{text}")).ok()
}
