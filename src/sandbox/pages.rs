//! The pages of the sandbox: one to log in, one to type a device code, one that says what came of
//! it, and the server's own. All are one template.
//!
//! Deliberately absent: scripts, and anything that a browser would have to load from elsewhere.

use super::Ledger;
use crate::loopback::{Reply, escape};

/// A page of the sandbox. `title` and `body` are HTML: the caller escapes what comes from outside.
pub fn page(status: u16, title: &str, body: &str) -> Reply {
    let html = include_str!("page.html")
        .replace("{title}", title)
        .replace("{body}", body);
    // Without `form-action`: browsers apply it to the redirect that follows the form too, and that
    // leads to the client.
    Reply::new(status, "text/html; charset=utf-8", html).header(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    )
}

/// The page that asks which user logs in. `request` is the query of the authorization request,
/// which the form sends back.
pub fn login(request: &str, client: &str, scope: &str) -> Reply {
    let body = format!(
        "<p><b>{}</b> asks for <b>{}</b>.</p>\
         <form method=\"post\" action=\"/authorize\"><input type=\"hidden\" name=\"request\" \
         value=\"{}\">\
         <label>User <input name=\"user\" value=\"alice\" autofocus required></label>\
         <div><button name=\"decision\" value=\"approve\">Log in</button>\
         <button name=\"decision\" value=\"deny\" class=\"quiet\">Deny</button></div></form>",
        escape(client),
        escape(if scope.is_empty() { "no scope" } else { scope }),
        escape(request),
    );
    page(200, "Log in to the sandbox", &body)
}

/// The page on which a person types the code that a device shows.
pub fn device(user_code: &str) -> Reply {
    let body = format!(
        "<p>Type the code that the device shows.</p><form method=\"post\" action=\"/device\">\
         <label>Code <input name=\"user_code\" value=\"{}\" required></label>\
         <label>User <input name=\"user\" value=\"alice\" required></label>\
         <div><button name=\"decision\" value=\"approve\">Let it in</button>\
         <button name=\"decision\" value=\"deny\" class=\"quiet\">Deny</button></div></form>",
        escape(user_code)
    );
    page(200, "Connect a device", &body)
}

/// The page of the server itself: what can be done with it, and its ledger, which the browser asks
/// for anew every other second.
pub fn landing(issuer: &str, ledger: &Ledger, open: usize) -> Reply {
    let counts = serde_json::to_value(ledger).unwrap_or_default();
    let counts = counts.as_object().into_iter().flatten();
    let rows: String = counts
        .map(|(name, count)| {
            let name = name.replace('_', " ");
            format!("<tr><td>{}</td><td><b>{count}</b></td></tr>", escape(&name))
        })
        .collect();
    let body = format!(
        "<p>An authorization server on this machine, to rehearse with. <b>authctl login sandbox \
         --issuer {} --client-id sandbox</b> logs in.</p>\
         <table><caption>What has happened; {open} logins are open</caption>{rows}</table>",
        escape(issuer)
    );
    page(200, "The sandbox", &body).header("refresh", "2")
}
