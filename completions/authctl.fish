# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_authctl_global_optspecs
    string join \n json q/quiet v/verbose h/help V/version
end

function __fish_authctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_authctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_authctl_using_subcommand
    set -l cmd (__fish_authctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c authctl -n "__fish_authctl_needs_command" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_needs_command" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_needs_command" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authctl -n "__fish_authctl_needs_command" -s V -l version -d 'Print version'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "token" -d 'Print an access token that is valid now'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "logout" -d 'End a session at the server and on this machine'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "status" -d 'Say who is logged in, and for how long'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "profile" -d 'List, show, choose, move and remove profiles'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "demo" -d 'Show in a few seconds what authctl does'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "completions" -d 'Print the completions for a shell'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "login" -d 'Log in, and write the profile if flags describe a new one'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "sandbox" -d 'Run an authorization server on this machine, to rehearse expiry and outages'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand token" -l format -d 'How to print it' -r -f -a "token\t'The token and a line break'
json\t'An object with the token, its type, its end, its scope'
header\t'An HTTP header'
env\t'Assignments for a shell: eval "$(authctl token --format env)"'"
complete -c authctl -n "__fish_authctl_using_subcommand token" -l min-ttl -d 'Refresh it if less than this is left; by default a minute (ten seconds where a refresh kills the old one) or a tenth of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand token" -l rejected -d 'The token with this fingerprint was refused by an API: give another. With `-`, the token itself is on stdin' -r
complete -c authctl -n "__fish_authctl_using_subcommand token" -l require-scope -d 'Fail unless it has this scope; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand token" -l wait -d 'How long to wait for other processes and the server, by default 90s; a refresh that takes longer goes on' -r
complete -c authctl -n "__fish_authctl_using_subcommand token" -l id-token -d 'Print the ID token instead'
complete -c authctl -n "__fish_authctl_using_subcommand token" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand token" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand token" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand token" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -l local -d 'Only on this machine; the server is not told'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -l all -d 'Every session on this machine'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand status" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand status" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand status" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand status" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -f -a "list" -d 'List them'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -f -a "show" -d 'Show one, with the source of each value'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -f -a "use" -d 'Choose the one that is used when none is named'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -f -a "move" -d 'Keep the session of one in another way from now on'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -f -a "reseal" -d 'Seal every session anew, with a new key'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -f -a "remove" -d 'Remove one from the configuration'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use move reseal remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from list" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from use" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from use" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -l store -d 'Where to keep the session: file, keyring, command or env' -r
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -l key-command -d 'The command that prints the key, for `--store command`' -r
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from reseal" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from reseal" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from reseal" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from reseal" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "list" -d 'List them'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one, with the source of each value'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "use" -d 'Choose the one that is used when none is named'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "move" -d 'Keep the session of one in another way from now on'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "reseal" -d 'Seal every session anew, with a new key'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove one from the configuration'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -l keep -d 'Leave the sandbox running, with a profile to play with'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand completions" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand completions" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand completions" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand completions" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l provider -d 'A preset for a well-known server' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l issuer -d 'The server\'s issuer' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l client-id -d 'The client\'s registered name' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l client-secret-file -d 'A file that holds the client\'s secret' -r -F
complete -c authctl -n "__fish_authctl_using_subcommand login" -l scope -d 'A scope to ask for; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l audience -d 'The audience parameter' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l resource -d 'A resource indicator; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l param -d 'One more parameter of the authorization request; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l account -d 'Which account of the server (login_hint)' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l port -d 'A port for the redirect; several are tried in turn' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l redirect-path -d 'The path of the redirect' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l redirect-host -d 'The host of the redirect: 127.0.0.1 or localhost' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l browser -d 'Open the browser with this command; the address is its last argument' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l timeout -d 'How long to wait for the person' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l store -d 'Where to keep the session: in a file, or in one that is sealed by a key in the OS keyring, of a command, in AUTHCTL_KEY' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l key-command -d 'The command that prints the key, for `--store command`' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l device -d 'Log in with a code on another device'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l paste -d 'Log in by pasting the address that the browser ends at'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l no-browser -d 'Print the address and open nothing'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l replace -d 'Let somebody else\'s login take the place of the one that is there'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand login" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand login" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand login" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l port -d 'The port; any free one if absent' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l approve -d 'Approve every request at once, as this user' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l access-ttl -d 'The life of an access token' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l grace -d 'What a spent refresh token is worth: none, new-pair, same-pair or latest-wins' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l grace-interval -d 'For how long it is worth that' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l latency -d 'How long the token endpoint takes' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l fault -d 'A fault, written as below; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l no-rotate -d 'Give the same refresh token for ever'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -f -a "visit" -d 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -l user -d 'Who logs in' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -l deny -d 'Say no'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -s v -l verbose -d 'Say on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "visit" -d 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token logout status profile demo completions login sandbox help" -f -a "token" -d 'Print an access token that is valid now'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token logout status profile demo completions login sandbox help" -f -a "logout" -d 'End a session at the server and on this machine'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token logout status profile demo completions login sandbox help" -f -a "status" -d 'Say who is logged in, and for how long'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token logout status profile demo completions login sandbox help" -f -a "profile" -d 'List, show, choose, move and remove profiles'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token logout status profile demo completions login sandbox help" -f -a "demo" -d 'Show in a few seconds what authctl does'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token logout status profile demo completions login sandbox help" -f -a "completions" -d 'Print the completions for a shell'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token logout status profile demo completions login sandbox help" -f -a "login" -d 'Log in, and write the profile if flags describe a new one'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token logout status profile demo completions login sandbox help" -f -a "sandbox" -d 'Run an authorization server on this machine, to rehearse expiry and outages'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token logout status profile demo completions login sandbox help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "list" -d 'List them'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "show" -d 'Show one, with the source of each value'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "use" -d 'Choose the one that is used when none is named'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "move" -d 'Keep the session of one in another way from now on'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "reseal" -d 'Seal every session anew, with a new key'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "remove" -d 'Remove one from the configuration'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "visit" -d 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects'
