//! Which token an address gets: what a `[[match]]` says of it counts at every step.

use super::{address, bound, json};
use crate::support::programs::recorder;
use crate::support::stage::Stage;

/// `request` did not look at the audience that a `[[match]]` names, as hooks do.
#[test]
fn a_token_for_another_audience_is_not_sent() {
    let stage = Stage::logged_in();
    let url = address(&stage, "/resource");
    stage.add_to_config(&format!(
        "[[match]]\nurl = \"{url}\"\nprofile = \"work\"\naudience = \"https://api.example\"\n"
    ));
    stage
        .run(&["request", &url])
        .fails(1, "and not for https://api.example");
    let ledger = stage.ledger();
    assert_eq!(ledger.resource_ok + ledger.resource_denied, 0);
}

/// Nor at the kind of token.
#[test]
fn a_match_says_which_token_is_sent() {
    let stage = Stage::logged_in();
    let (server, asked) = recorder("200 OK");
    stage.add_to_config(&format!(
        "[[match]]\nurl = \"{server}\"\nprofile = \"work\"\ntoken = \"id_token\"\n"
    ));
    stage.run(&["request", &server]).answer();
    let id_token = stage
        .run(&["token", "work", "--id-token"])
        .answer()
        .to_owned();
    let seen = asked.recv().expect("asked");
    assert!(
        seen.contains(&format!("authorization: Bearer {id_token}\r\n")),
        "{seen}"
    );
}

/// A redirect took the token to an address that is another profile's.
#[test]
fn an_address_that_is_another_profiles_gets_no_token() {
    let stage = bound();
    let (server, asked) = recorder("200 OK");
    stage.add_to_config(&format!(
        "[profile.other]\nissuer = \"https://other.example\"\nclient_id = \"c\"\n\
         [[match]]\nurl = \"{server}\"\nprofile = \"other\"\n"
    ));
    let away = address(&stage, &format!("/resource/away?to={server}/x"));
    stage.run(&["request", &away]).answer();
    let seen = asked.recv().expect("asked");
    assert!(!seen.contains("authorization"), "{seen}");
    stage
        .run(&["request", "-p", "work", &server])
        .fails(6, "is not bound");
    // Two accounts on one host: the one that is named counts.
    stage.add_to_config(&format!(
        "[[match]]\nurl = \"{server}\"\nprofile = \"work\"\n"
    ));
    stage.run(&["request", "-p", "work", &server]).answer();
    assert!(
        asked
            .recv()
            .expect("asked")
            .contains("authorization: Bearer ")
    );
}

/// After a step to another machine in plain http, which went by way of a proxy, the proxy was given
/// the request to this machine as well, with the token.
#[test]
fn a_request_to_this_machine_goes_through_no_proxy_wherever_it_came_from() {
    let stage = bound();
    let back = address(&stage, "/resource");
    let location = Box::leak(format!("302 Found\r\nLocation: {back}").into_boxed_str());
    let (proxy, asked) = recorder(location);
    let first = address(&stage, "/resource/away?to=http://elsewhere.example/x");
    let variables = [("HTTP_PROXY", &*proxy), ("http_proxy", &proxy)];
    let done = stage.run_with(&variables, &["request", &first]);
    assert_eq!(json(&done)["hello"], "alice");
    let seen: Vec<String> = asked.try_iter().collect();
    let [seen] = seen.as_slice() else {
        panic!("{seen:?}")
    };
    assert!(seen.starts_with("GET http://elsewhere.example/x"), "{seen}");
    assert!(!seen.contains("authorization"), "{seen}");
}
