//! A scripted browser, for demonstrations and tests: it opens an address, fills in the sandbox's
//! form, follows the redirects, and returns what the last page says.
//!
//! Deliberately absent: any other host than this machine.

use std::time::Duration;

use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::http::{Body, Http, Response};
use crate::oauth::discovery::is_loopback;
use crate::text::printable;

/// How many forms and redirects are followed.
const STEPS: usize = 10;

/// How long a page may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Visits `address` as `user`, who approves, or denies. Returns the title of the last page, and
/// whether its status is a good one.
///
/// # Errors
/// A sentence about what went wrong, such as an address that is not on this machine.
pub async fn visit(
    http: &Http,
    address: &str,
    user: &str,
    approve: bool,
) -> Result<(String, bool), String> {
    let mut url = Url::parse(address).map_err(|_| format!("`{address}` is not an address"))?;
    let mut answer = get(http, &url).await?;
    for _ in 0..STEPS {
        let is_redirect = (300..400).contains(&answer.status);
        if let Some(location) = answer.location().filter(|_| is_redirect) {
            url = url
                .join(location)
                .map_err(|_| "a redirect leads to something that is not an address".to_owned())?;
            answer = get(http, &url).await?;
            continue;
        }
        let page = String::from_utf8_lossy(&answer.body);
        let Some((action, fields)) = form(&page, user, approve) else {
            let title = between(&page, "<title>", "</title>")
                .ok_or_else(|| format!("a page without a title, HTTP {}", answer.status))?;
            return Ok((printable(&title, 200), answer.status < 400));
        };
        url = url
            .join(&action)
            .map_err(|_| "a form leads to something that is not an address".to_owned())?;
        check_place(&url)?;
        answer = http
            .post(&url, &Body::Form(fields), &[])
            .await
            .map_err(|error| error.to_string())?;
    }
    Err("too many redirects".to_owned())
}

fn check_place(url: &Url) -> Result<(), String> {
    if is_loopback(url) {
        Ok(())
    } else {
        Err(format!("{url} is not on this machine"))
    }
}

async fn get(http: &Http, url: &Url) -> Result<Response, String> {
    check_place(url)?;
    tokio::time::timeout(LIMIT, http.get(url, &[]))
        .await
        .map_err(|_| format!("{url} did not answer"))?
        .map_err(|error| error.to_string())
}

/// The sandbox's form, filled in: the address that it goes to, and its fields, form-encoded. `None`
/// if the page has no form.
fn form(page: &str, user: &str, approve: bool) -> Option<(String, Zeroizing<String>)> {
    let action = between(page, "<form method=\"post\" action=\"", "\"")?;
    let mut fields = form_urlencoded::Serializer::new(String::new());
    for name in ["request", "user_code"] {
        if let Some(value) = between(page, &format!("name=\"{name}\" value=\""), "\"") {
            fields.append_pair(name, &unescape(&value));
        }
    }
    fields.append_pair("user", user);
    fields.append_pair("decision", if approve { "approve" } else { "deny" });
    Some((action, Zeroizing::new(fields.finish())))
}

/// The text between two others.
fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found.to_owned())
}

/// Undoes what `loopback::escape` does to text in HTML.
fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
