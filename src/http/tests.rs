//! What responses say by their headers, and requests that are not sent.

use super::*;

fn response(headers: &[(&'static str, &'static str)]) -> Response {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, HeaderValue::from_static(value));
    }
    Response {
        status: 429,
        body: Zeroizing::new(Vec::new()),
        headers: map,
    }
}

#[test]
fn a_response_gives_its_headers_and_what_they_mean() {
    let full = response(&[
        ("date", "Thu, 01 Jan 1970 00:01:00 GMT"),
        ("retry-after", " 30"),
        ("location", "/next"),
        ("dpop-nonce", "n"),
    ]);
    assert_eq!(full.date(), Some(Timestamp(60)));
    assert_eq!(full.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(full.location(), Some("/next"));
    assert_eq!(full.header("DPoP-Nonce"), Some("n"));
}

#[test]
fn a_date_to_retry_after_counts_from_the_servers_clock() {
    let dated = |retry_after| {
        response(&[
            ("date", "Thu, 01 Jan 1970 00:01:00 GMT"),
            ("retry-after", retry_after),
        ])
    };
    let later = dated("Thu, 01 Jan 1970 00:01:20 GMT");
    assert_eq!(later.retry_after(), Some(Duration::from_secs(20)));
    let earlier = dated("Thu, 01 Jan 1970 00:00:20 GMT");
    assert_eq!(earlier.retry_after(), Some(Duration::ZERO));
}

#[test]
fn a_header_that_is_absent_or_not_understood_is_none() {
    let odd = response(&[("date", "yesterday"), ("retry-after", "tomorrow")]);
    assert_eq!(odd.date(), None);
    assert_eq!(odd.retry_after(), None);
    assert_eq!(odd.location(), None);
}

#[tokio::test]
async fn a_request_with_a_broken_header_is_not_sent() {
    let url = Url::parse("http://127.0.0.1:1/").expect("an address");
    let broken = Secret::new("Bearer a\r\nx-evil: 1".to_owned());
    let outcome = Http::default()
        .get(&url, &[("authorization", broken)])
        .await;
    assert_eq!(
        outcome.err().map(|error| error.to_string()).as_deref(),
        Some("cannot reach 127.0.0.1:1: the value of the header authorization is not valid")
    );
}
