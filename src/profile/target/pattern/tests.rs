//! What a pattern means, and what it does not.

use super::*;
use proptest::prelude::*;

fn matches(pattern: &str, target: &str) -> bool {
    let target = Target::parse(target).unwrap_or_else(|| panic!("{target} is not an address"));
    Pattern::parse(pattern)
        .unwrap_or_else(|| panic!("{pattern} is not a pattern"))
        .matches(&target)
}

#[test]
fn a_pattern_means_what_it_says() {
    for (pattern, target) in [
        ("git.example.com", "https://git.example.com/team/repo.git"),
        ("git.example.com", "git.example.com"),
        ("git.example.com.", "git.example.com"),
        ("git.example.com", "https://GIT.example.com.:443/"),
        ("*.example.com", "a.b.example.com"),
        ("git.example.com:8443", "https://git.example.com:8443"),
        ("git.example.com:*", "git.example.com:8443"),
        (
            "https://git.example.com/team",
            "https://git.example.com/team/repo",
        ),
        (
            "https://git.example.com/team/",
            "https://git.example.com/team",
        ),
        (
            "https://git.example.com/team/*",
            "https://git.example.com/team",
        ),
        (
            "https://git.example.com/team/*",
            "https://git.example.com/team/a/b",
        ),
        (
            "https://git.example.com/*/mine",
            "https://git.example.com/a/b/mine",
        ),
        ("http://git.example.com", "http://git.example.com/x"),
        ("127.0.0.1:*", "http://127.0.0.1:4000/x"),
        ("[::1]:*", "http://[::1]:4000/x"),
        (
            "index.example.com",
            "sparse+https://index.example.com/crates/",
        ),
        ("oci://r.example.com", "oci://r.example.com/chart"),
        ("bücher.example", "https://bücher.example/"),
        (
            "https://a.example/bücher",
            "https://a.example/b%C3%BCcher/x",
        ),
        (
            "https://a.example/My Team/*",
            "https://a.example/My%20Team/x",
        ),
        ("[0:0::1]:8443", "https://[::1]:8443/"),
        (
            "https://alice@git.example.com",
            "https://alice@git.example.com/x",
        ),
        ("https://git.example.com", "https://alice@git.example.com/x"),
        ("10.0.0.0/8", "https://10.1.2.3/x"),
        ("10.0.0.0/8:8443", "https://10.1.2.3:8443/x"),
        ("127.0.0.0/8:*", "http://127.0.0.1:4000/x"),
    ] {
        assert!(matches(pattern, target), "{pattern} is not {target}");
    }
}

#[test]
fn a_wildcard_never_leaves_its_part_and_nothing_crosses_a_network_in_the_clear() {
    for (pattern, target) in [
        ("*.example.com", "example.com"),
        ("*.example.com", "https://evil.org/.example.com"),
        ("*.example.com", "https://x@evil.org/?a.example.com"),
        ("*.example.com", "https://evil.org#.example.com"),
        ("git.example.com", "git.example.com.evil.org"),
        ("git.example.com", "http://git.example.com/x"),
        ("git.example.com", "ssh://git.example.com/x"),
        ("git.example.com", "https://git.example.com:8443"),
        (
            "https://git.example.com/team",
            "https://git.example.com/teammates",
        ),
        (
            "https://git.example.com/team",
            "https://git.example.com/team/../other",
        ),
        (
            "https://git.example.com/team",
            "https://git.example.com/team/%2e%2e/other",
        ),
        ("https://git.example.com/team", "https://git.example.com"),
        (
            "https://git.example.com/team",
            "https://git.example.com/team/..%2fother",
        ),
        (
            "https://git.example.com/team",
            "https://git.example.com/team/%252e%252e/other",
        ),
        (
            "https://git.example.com/team",
            "https://git.example.com/team//x",
        ),
        (
            "https://git.example.com/team",
            "https://git.example.com/team%5cx",
        ),
        ("10.0.0.0/8", "https://11.0.0.1"),
        (
            "https://alice@git.example.com",
            "https://bob@git.example.com/x",
        ),
        ("https://alice@git.example.com", "https://git.example.com/x"),
        ("10.0.0.0/8", "http://10.0.0.1"),
        ("http://git.example.com", "git.example.com"),
    ] {
        assert!(!matches(pattern, target), "{pattern} is {target}");
    }
    for nothing in [
        "",
        "/",
        "https://",
        "https:///x",
        "a b",
        "u@h",
        "https://u:p@h",
        "https://@h",
        "https://*@h",
        "h:port",
        "h:0",
        "://h",
        "$(id)",
        "-x",
        "a'b",
        "*",
        "*.com",
        "git.*.com",
        "10.0.*",
        "https://h/a//b",
        "https://h/a/../b",
        "https://h/a%2fb",
    ] {
        assert_eq!(Pattern::parse(nothing), None, "{nothing}");
    }
}

#[test]
fn the_longer_pattern_says_more() {
    let specificity = |text: &str| Pattern::parse(text).expect("a pattern").specificity();
    assert!(specificity("git.example.com") > specificity("*.example.com"));
    assert!(specificity("https://git.example.com/team") > specificity("https://git.example.com"));
    assert!(specificity("git.example.com:443") > specificity("git.example.com:*"));
    assert_eq!(
        specificity("git.example.com"),
        specificity("https://git.example.com/")
    );
}

#[test]
fn only_a_literal_pattern_is_an_address() {
    let address = |text: &str| Pattern::parse(text).expect("a pattern").address();
    assert_eq!(
        address("r.example.com").as_deref(),
        Some("https://r.example.com")
    );
    assert_eq!(
        address("http://r.example.com:80/a/*").as_deref(),
        Some("http://r.example.com:80/a")
    );
    assert_eq!(address("*.example.com"), None);
    assert_eq!(address("r.example.com:*"), None);
}

proptest! {
    #[test]
    fn no_text_panics_and_what_matches_has_the_patterns_host(pattern in any::<String>(),
        target in any::<String>()) {
        if let (Some(pattern), Some(target)) = (Pattern::parse(&pattern),
            Target::parse(&target)) {
            prop_assert!(
                !pattern.matches(&target)
                    || !pattern.host.is_single()
                    || pattern.host() == target.host
            );
        }
    }
}
