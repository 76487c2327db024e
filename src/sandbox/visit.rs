//! A scripted browser, for demonstrations and tests: opens the address, fills in the sandbox's
//! page, follows the redirects, and says what the last page said.

use std::time::Duration;

use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::http::{Body, Http, Response};
use crate::oauth::discovery::is_loopback;

/// Visits `address` as `user`, who approves (or denies). Returns the title of the last page, and
/// whether it was good.
///
/// # Errors
/// A sentence about what went wrong. It goes nowhere but loopback.
pub async fn visit(
    http: &Http,
    address: &str,
    user: &str,
    approve: bool,
) -> Result<(String, bool), String> {
    let mut url = Url::parse(address).map_err(|_| format!("`{address}` is not an address"))?;
    let mut answer = get(http, &url).await?;
    for _ in 0..10 {
        if let Some(location) = answer
            .location()
            .filter(|_| (300..400).contains(&answer.status))
        {
            url = url
                .join(location)
                .map_err(|_| "a redirect leads nowhere".to_owned())?;
            answer = get(http, &url).await?;
            continue;
        }
        let page = String::from_utf8_lossy(&answer.body).into_owned();
        let Some((action, fields)) = form(&page, user, approve) else {
            let title = between(&page, "<title>", "</title>");
            let title =
                title.ok_or_else(|| format!("a page without a title, HTTP {}", answer.status))?;
            return Ok((title, answer.status < 400));
        };
        url = url
            .join(&action)
            .map_err(|_| "a form leads nowhere".to_owned())?;
        answer = http
            .post(&url, &Body::Form(fields), &[])
            .await
            .map_err(|error| error.to_string())?;
    }
    Err("too many redirects".to_owned())
}

async fn get(http: &Http, url: &Url) -> Result<Response, String> {
    if !is_loopback(url) {
        return Err(format!("{url} is not on this machine"));
    }
    let limit = Duration::from_secs(60);
    let answer = tokio::time::timeout(limit, http.get(url, &[])).await;
    answer
        .map_err(|_| format!("{url} did not answer"))?
        .map_err(|error| error.to_string())
}

/// The sandbox's form, filled in: where it goes, and what with.
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

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found.to_owned())
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
