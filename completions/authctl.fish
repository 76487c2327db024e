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
complete -c authctl -n "__fish_authctl_needs_command" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_needs_command" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authctl -n "__fish_authctl_needs_command" -s V -l version -d 'Print version'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "token" -d 'Print an access token that is valid now'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "exec" -d 'Run a command with tokens that are valid now'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "request" -d 'Send one HTTP request with a token, and once more if the token is refused'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "proxy" -d 'Forward the requests of a program that cannot be taught, with a token'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "inspect" -d 'Show what a token says: its claims, its signature, what its server says of it'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "logout" -d 'End a session at the server and on this machine'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "status" -d 'Say who is logged in, and for how long'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "doctor" -d 'Look for what is wrong on this machine and on the way to the server, with what mends it'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "probe" -d 'Measure what a provider really does with its tokens, on logins of its own'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "log" -d 'Show what happened to sessions: logins, refreshes, refusals, recoveries'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "provider" -d 'Say how to register a client at a provider, and what is known of it'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "demo" -d 'Show in a few seconds what authctl does'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "completions" -d 'Print the completions for a shell'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "login" -d 'Log in, and write the profile if flags describe a new one'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "profile" -d 'List, show, choose, change, rename, move and remove profiles'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "sandbox" -d 'Run an authorization server on this machine, to rehearse expiry and outages'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "explain" -d 'Say how a session stands or why it ended, what shows it, and what to do'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "hook" -d 'Answer a program that asks for credentials: git, kubectl, docker, cargo, ...'
complete -c authctl -n "__fish_authctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand token" -l format -d 'How to print it' -r -f -a "token\t'The token and a line break'
json\t'A JSON object with the token, its type, its end and its scope'
header\t'An HTTP header'
env\t'Assignments for a shell, which evaluates them'"
complete -c authctl -n "__fish_authctl_using_subcommand token" -l min-ttl -d 'Refresh the token if less than this is left of its life; by default a minute (ten seconds where a refresh ends the old token) or a tenth of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand token" -l rejected -d 'Print another token than the one with this fingerprint, which an API has refused. With `-`, the refused token itself is on stdin' -r
complete -c authctl -n "__fish_authctl_using_subcommand token" -l require-scope -d 'Fail unless the token has this scope; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand token" -l wait -d 'How long to wait for other processes and the server, by default 90s; a refresh that takes longer is not interrupted' -r
complete -c authctl -n "__fish_authctl_using_subcommand token" -s o -l output -d 'Write the token to this file instead: in one step, readable only by you, without a line break' -r -F
complete -c authctl -n "__fish_authctl_using_subcommand token" -l id-token -d 'Print the ID token instead'
complete -c authctl -n "__fish_authctl_using_subcommand token" -l strict -d 'Fail where no token with that much life is to be had, instead of printing what there is'
complete -c authctl -n "__fish_authctl_using_subcommand token" -l now -d 'Ask the server at once, also if a refresh has just failed'
complete -c authctl -n "__fish_authctl_using_subcommand token" -l keep -d 'Keep that file fresh until told to stop (Ctrl-C, SIGTERM)'
complete -c authctl -n "__fish_authctl_using_subcommand token" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand token" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand token" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand token" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authctl -n "__fish_authctl_using_subcommand exec" -s e -l env -d 'A variable that holds the token, by default AUTHCTL_ACCESS_TOKEN; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand exec" -l header -d 'A variable that holds the whole header `Authorization`; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand exec" -l file -d 'A variable that holds the path of a file with the token, which is kept fresh for as long as the command runs; without PATH, in a directory of its own; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand exec" -l min-ttl -d 'Refresh a token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand exec" -l wait -d 'How long to wait for other processes and the server, by default 90s' -r
complete -c authctl -n "__fish_authctl_using_subcommand exec" -l id-token -d 'Give ID tokens instead'
complete -c authctl -n "__fish_authctl_using_subcommand exec" -l strict -d 'Run nothing where no token with that much life is to be had'
complete -c authctl -n "__fish_authctl_using_subcommand exec" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand exec" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand exec" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand exec" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand request" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand request" -l host -d 'Send the token to this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand request" -s X -l request -d 'The method, by default GET, or POST with a body' -r
complete -c authctl -n "__fish_authctl_using_subcommand request" -s H -l header -d 'A header; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand request" -s d -l data -d 'The body: a text, a file (@FILE), or stdin (@-)' -r
complete -c authctl -n "__fish_authctl_using_subcommand request" -s o -l output -d 'Write the body of the answer to this file instead, once it is whole' -r -F
complete -c authctl -n "__fish_authctl_using_subcommand request" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand request" -l timeout -d 'How long to wait until an answer begins' -r
complete -c authctl -n "__fish_authctl_using_subcommand request" -s i -l include -d 'Print the status and the headers of the answer, too'
complete -c authctl -n "__fish_authctl_using_subcommand request" -l fail -d 'Fail, and print nothing, for an answer with a status from 400 on'
complete -c authctl -n "__fish_authctl_using_subcommand request" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand request" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand request" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand request" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand proxy" -l upstream -d 'The server that requests are forwarded to: the only one that gets the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand proxy" -l listen -d 'Where to listen: 127.0.0.1:PORT, or unix:PATH' -r
complete -c authctl -n "__fish_authctl_using_subcommand proxy" -s p -l profile -d 'The name of the profile' -r
complete -c authctl -n "__fish_authctl_using_subcommand proxy" -l secret-env -d 'A variable that holds the secret of this run for the command, as where it looks for a token' -r
complete -c authctl -n "__fish_authctl_using_subcommand proxy" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand proxy" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand proxy" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand proxy" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand inspect" -s p -l profile -d 'Show the stored token of this profile; without it, the token on stdin' -r
complete -c authctl -n "__fish_authctl_using_subcommand inspect" -l id-token -d 'Show the ID token instead'
complete -c authctl -n "__fish_authctl_using_subcommand inspect" -l online -d 'Ask the server for its keys, and what it says of the token'
complete -c authctl -n "__fish_authctl_using_subcommand inspect" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand inspect" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand inspect" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand inspect" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -l local -d 'End it only on this machine; the server is not told'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -l all -d 'End every session on this machine'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand logout" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand status" -l format -d 'What that line says: {name}, {account}, {server}, {state}, {left}' -r
complete -c authctl -n "__fish_authctl_using_subcommand status" -l all -d 'Say all that is known of each profile'
complete -c authctl -n "__fish_authctl_using_subcommand status" -l short -d 'One short line, for a prompt: of the profile that is named, or used when none is'
complete -c authctl -n "__fish_authctl_using_subcommand status" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand status" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand status" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand status" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand doctor" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand doctor" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand doctor" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l issuer -d 'The server\'s issuer, where there is no profile' -r
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l client-id -d 'The client\'s registered name, for --issuer' -r
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l scope -d 'A scope to ask for; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l param -d 'One more parameter of the authorization request; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l browser -d 'Open the browser with this command; the address is its last argument' -r
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l timeout -d 'How long to wait for the person, at each login' -r
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l long -d 'Find out what takes up to four minutes as well: until when a spent refresh token is taken, and whether an access token ends when it should'
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l toml -d 'Print settings for a profile and a preset, as TOML'
complete -c authctl -n "__fish_authctl_using_subcommand probe" -s y -l yes -d 'Go on without asking'
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l device -d 'Log in with a code on another device'
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l no-browser -d 'Print the address and open no browser'
complete -c authctl -n "__fish_authctl_using_subcommand probe" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand probe" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand probe" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand probe" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand log" -l since -d 'Show only what is not older than this (2d, 90m), or not before this time (RFC 3339)' -r
complete -c authctl -n "__fish_authctl_using_subcommand log" -s f -l follow -d 'Show what happens from now on as well, until told to stop'
complete -c authctl -n "__fish_authctl_using_subcommand log" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand log" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand log" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand log" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and not __fish_seen_subcommand_from list show help" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and not __fish_seen_subcommand_from list show help" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and not __fish_seen_subcommand_from list show help" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and not __fish_seen_subcommand_from list show help" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and not __fish_seen_subcommand_from list show help" -f -a "list" -d 'List the providers that `--provider` knows'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and not __fish_seen_subcommand_from list show help" -f -a "show" -d 'Show how to register a client at a provider and log in, and what is known of it'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and not __fish_seen_subcommand_from list show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from list" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from show" -l use -d 'What the token is for: says which scopes that needs' -r -f -a "git\t'Repositories of git'
api\t'The provider\'s own programming interface'
mail\t'Mail by IMAP and SMTP'"
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from show" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the providers that `--provider` knows'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show how to register a client at a provider and log in, and what is known of it'
complete -c authctl -n "__fish_authctl_using_subcommand provider; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -l keep -d 'Leave the sandbox running, with a profile to play with'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand demo" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand completions" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand completions" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand completions" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand completions" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l provider -d 'A preset for a well-known server' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l issuer -d 'The server\'s issuer' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l client-id -d 'The client\'s registered name' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l client-secret-file -d 'A file that holds the client\'s secret' -r -F
complete -c authctl -n "__fish_authctl_using_subcommand login" -l scope -d 'A scope to ask for; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l add-scope -d 'A scope to ask for beside those of the profile; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l audience -d 'The audience to ask for (the parameter `audience`)' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l resource -d 'A resource indicator (RFC 8707); may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l param -d 'One more parameter of the authorization request; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l account -d 'The account to log in as (login_hint)' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l port -d 'A port for the redirect; may be repeated: they are tried in turn' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l redirect-path -d 'The path of the redirect' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l redirect-host -d 'The host of the redirect: 127.0.0.1 or localhost' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l browser -d 'Open the browser with this command; the address is its last argument' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l timeout -d 'How long to wait for the person' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l store -d 'Where to keep the session: file; keyring, command or env for a file that is sealed by a key in the OS keyring, of a command, in AUTHCTL_KEY; none; auto' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l key-command -d 'The command that prints the key, for `--store command`' -r
complete -c authctl -n "__fish_authctl_using_subcommand login" -l device -d 'Log in with a code on another device'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l paste -d 'Log in by pasting the address that the browser ends at'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l no-browser -d 'Print the address and open no browser'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l replace -d 'Replace the session of another account, if there is one'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l dry-run -d 'Show the request that would be sent, and what would be written; log in to nothing'
complete -c authctl -n "__fish_authctl_using_subcommand login" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand login" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand login" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand login" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "list" -d 'List the profiles'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "show" -d 'Show a profile, with the source of each value'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "use" -d 'Choose the profile that is used when none is named'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "set" -d 'Set a value of a profile; comments in the file stay'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "unset" -d 'Take a value out of a profile, so that the default counts again'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "rename" -d 'Give a profile another name: its session, its bindings and its hooks go with it'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "copy" -d 'Make a profile with the values of another, without its session'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "edit" -d 'Open the configuration file in $VISUAL or $EDITOR, and check it afterwards'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "path" -d 'Print where the configuration file is'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "move" -d 'Keep the session of a profile in another place from now on'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "reseal" -d 'Seal every session anew, with a new key'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "remove" -d 'Remove a profile from the configuration'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and not __fish_seen_subcommand_from list show use set unset rename copy edit path move reseal remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from list" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from use" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from use" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from set" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from unset" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from unset" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from rename" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from rename" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from copy" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from copy" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from copy" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from copy" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from edit" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from path" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -l store -d 'Where to keep the session: file, keyring, command or env' -r
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -l key-command -d 'The command that prints the key, for `--store command`' -r
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from reseal" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from reseal" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from reseal" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from reseal" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the profiles'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a profile, with the source of each value'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "use" -d 'Choose the profile that is used when none is named'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set a value of a profile; comments in the file stay'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "unset" -d 'Take a value out of a profile, so that the default counts again'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Give a profile another name: its session, its bindings and its hooks go with it'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "copy" -d 'Make a profile with the values of another, without its session'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "edit" -d 'Open the configuration file in $VISUAL or $EDITOR, and check it afterwards'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "path" -d 'Print where the configuration file is'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "move" -d 'Keep the session of a profile in another place from now on'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "reseal" -d 'Seal every session anew, with a new key'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a profile from the configuration'
complete -c authctl -n "__fish_authctl_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l port -d 'The port to listen on; any free one if absent' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l approve -d 'Approve every request at once, as this user' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l access-ttl -d 'The life of an access token' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l grace -d 'What a spent refresh token gives: none, new-pair, same-pair or latest-wins' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l grace-interval -d 'For how long after it was spent it gives that' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l latency -d 'How long the token endpoint takes to answer' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l set -d 'How it behaves otherwise, as `set` of its control does; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l fault -d 'A fault, written as below; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l no-rotate -d 'Give the same refresh token for ever'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -f -a "visit" -d 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and not __fish_seen_subcommand_from visit help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -l user -d 'The user who logs in' -r
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -l deny -d 'Deny the request'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from visit" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "visit" -d 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects'
complete -c authctl -n "__fish_authctl_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand explain" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand explain" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand explain" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand explain" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "list" -d 'List the protocols'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "which" -d 'Say which profile an address gets its token from, and why'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "install" -d 'Tell a client to ask authctl, by its own configuration'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "uninstall" -d 'Undo what `install` did'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "aws" -d 'aws and every AWS SDK: credential_process'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "bazel" -d 'bazel, uv and others: --credential_helper (EngFlow\'s protocol)'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "cargo" -d 'cargo: registry.global-credential-providers'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "docker" -d 'docker, podman, skopeo, buildah, oras, helm: credHelpers'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "git" -d 'git: credential.helper'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "go" -d 'go: GOAUTH'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "google" -d 'gcloud and Google\'s client libraries: credential_source.executable'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "headers" -d 'programs that read headers as JSON: headersHelper of MCP clients'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "keyring" -d 'pip, uv: --keyring-provider subprocess'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "kubectl" -d 'kubectl, helm, client-go: users[].user.exec'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "kubelet" -d 'the kubelet: --image-credential-provider-config'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "nuget" -d 'dotnet, nuget, msbuild: a credential plugin'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "oauthbearer" -d 'mail: the SASL mechanism OAUTHBEARER'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "pnpm" -d 'pnpm: tokenHelper'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "terraform" -d 'terraform, tofu: credentials_helper'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "token" -d 'programs that run a command and read a token: Codex, Claude Code\'s apiKeyHelper, rclone, frp'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "vault" -d 'vault, bao: token_helper'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "xoauth2" -d 'mail: the SASL mechanism XOAUTH2'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and not __fish_seen_subcommand_from list which install uninstall aws bazel cargo docker git go google headers keyring kubectl kubelet nuget oauthbearer pnpm terraform token vault xoauth2 help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from list" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from which" -l hook -d 'The hook that asks' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from which" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from which" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from which" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from which" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l host -d 'The host whose tokens the profile has, or a URL; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -s p -l profile -d 'The profile' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l token -d 'access_token or id_token; by default what the hook\'s callers expect' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l links -d 'The directory for links to authctl that clients look for, by default ~/.local/bin' -r -F
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l user -d 'kubectl: the user in its configuration; aws: the profile in its configuration' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l role-arn -d 'aws: the role' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l dry-run -d 'Show what would change, and change nothing'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l host -d 'The host whose tokens the profile has, or a URL; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s p -l profile -d 'The profile' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l token -d 'access_token or id_token; by default what the hook\'s callers expect' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l links -d 'The directory for links to authctl that clients look for, by default ~/.local/bin' -r -F
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l user -d 'kubectl: the user in its configuration; aws: the profile in its configuration' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l role-arn -d 'aws: the role' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l dry-run -d 'Show what would change, and change nothing'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from aws" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from bazel" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from cargo" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from docker" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from git" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from go" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from google" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from headers" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from keyring" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubectl" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from kubelet" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from nuget" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from oauthbearer" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from pnpm" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from terraform" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from token" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from vault" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -s p -l profile -d 'The name of the profile; by default the one that a `[[match]]` binds to the address' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l host -d 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l token -d 'access_token or id_token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l audience -d 'The audience that the token must be for' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l min-ttl -d 'Refresh the token if less than this is left of its life' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l wait -d 'How long to wait for other processes and the server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l username -d 'The user name that goes with the token' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l server -d 'oauthbearer: the mail server' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l port -d 'oauthbearer: its port' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l role-arn -d 'aws: the role; by default AWS_ROLE_ARN' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l role-session-name -d 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l asks-every -d 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused' -r
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l bare -d 'cargo: give the token without `Bearer`'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -l json -d 'Print JSON; a failure is then one JSON object on stderr'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -s q -l quiet -d 'Print nothing on stderr but failures'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -s v -l verbose -d 'Print on stderr what is done and why; never a secret'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from xoauth2" -s h -l help -d 'Print help'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the protocols'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "which" -d 'Say which profile an address gets its token from, and why'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "install" -d 'Tell a client to ask authctl, by its own configuration'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "uninstall" -d 'Undo what `install` did'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "aws" -d 'aws and every AWS SDK: credential_process'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "bazel" -d 'bazel, uv and others: --credential_helper (EngFlow\'s protocol)'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "cargo" -d 'cargo: registry.global-credential-providers'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "docker" -d 'docker, podman, skopeo, buildah, oras, helm: credHelpers'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "git" -d 'git: credential.helper'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "go" -d 'go: GOAUTH'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "google" -d 'gcloud and Google\'s client libraries: credential_source.executable'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "headers" -d 'programs that read headers as JSON: headersHelper of MCP clients'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "keyring" -d 'pip, uv: --keyring-provider subprocess'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "kubectl" -d 'kubectl, helm, client-go: users[].user.exec'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "kubelet" -d 'the kubelet: --image-credential-provider-config'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "nuget" -d 'dotnet, nuget, msbuild: a credential plugin'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "oauthbearer" -d 'mail: the SASL mechanism OAUTHBEARER'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "pnpm" -d 'pnpm: tokenHelper'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "terraform" -d 'terraform, tofu: credentials_helper'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "token" -d 'programs that run a command and read a token: Codex, Claude Code\'s apiKeyHelper, rclone, frp'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "vault" -d 'vault, bao: token_helper'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "xoauth2" -d 'mail: the SASL mechanism XOAUTH2'
complete -c authctl -n "__fish_authctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "token" -d 'Print an access token that is valid now'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "exec" -d 'Run a command with tokens that are valid now'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "request" -d 'Send one HTTP request with a token, and once more if the token is refused'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "proxy" -d 'Forward the requests of a program that cannot be taught, with a token'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "inspect" -d 'Show what a token says: its claims, its signature, what its server says of it'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "logout" -d 'End a session at the server and on this machine'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "status" -d 'Say who is logged in, and for how long'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "doctor" -d 'Look for what is wrong on this machine and on the way to the server, with what mends it'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "probe" -d 'Measure what a provider really does with its tokens, on logins of its own'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "log" -d 'Show what happened to sessions: logins, refreshes, refusals, recoveries'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "provider" -d 'Say how to register a client at a provider, and what is known of it'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "demo" -d 'Show in a few seconds what authctl does'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "completions" -d 'Print the completions for a shell'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "login" -d 'Log in, and write the profile if flags describe a new one'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "profile" -d 'List, show, choose, change, rename, move and remove profiles'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "sandbox" -d 'Run an authorization server on this machine, to rehearse expiry and outages'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "explain" -d 'Say how a session stands or why it ended, what shows it, and what to do'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "hook" -d 'Answer a program that asks for credentials: git, kubectl, docker, cargo, ...'
complete -c authctl -n "__fish_authctl_using_subcommand help; and not __fish_seen_subcommand_from token exec request proxy inspect logout status doctor probe log provider demo completions login profile sandbox explain hook help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from provider" -f -a "list" -d 'List the providers that `--provider` knows'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from provider" -f -a "show" -d 'Show how to register a client at a provider and log in, and what is known of it'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "list" -d 'List the profiles'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "show" -d 'Show a profile, with the source of each value'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "use" -d 'Choose the profile that is used when none is named'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "set" -d 'Set a value of a profile; comments in the file stay'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "unset" -d 'Take a value out of a profile, so that the default counts again'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "rename" -d 'Give a profile another name: its session, its bindings and its hooks go with it'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "copy" -d 'Make a profile with the values of another, without its session'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "edit" -d 'Open the configuration file in $VISUAL or $EDITOR, and check it afterwards'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "path" -d 'Print where the configuration file is'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "move" -d 'Keep the session of a profile in another place from now on'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "reseal" -d 'Seal every session anew, with a new key'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "remove" -d 'Remove a profile from the configuration'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "visit" -d 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "list" -d 'List the protocols'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "which" -d 'Say which profile an address gets its token from, and why'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "install" -d 'Tell a client to ask authctl, by its own configuration'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "uninstall" -d 'Undo what `install` did'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "aws" -d 'aws and every AWS SDK: credential_process'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "bazel" -d 'bazel, uv and others: --credential_helper (EngFlow\'s protocol)'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "cargo" -d 'cargo: registry.global-credential-providers'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "docker" -d 'docker, podman, skopeo, buildah, oras, helm: credHelpers'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "git" -d 'git: credential.helper'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "go" -d 'go: GOAUTH'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "google" -d 'gcloud and Google\'s client libraries: credential_source.executable'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "headers" -d 'programs that read headers as JSON: headersHelper of MCP clients'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "keyring" -d 'pip, uv: --keyring-provider subprocess'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "kubectl" -d 'kubectl, helm, client-go: users[].user.exec'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "kubelet" -d 'the kubelet: --image-credential-provider-config'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "nuget" -d 'dotnet, nuget, msbuild: a credential plugin'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "oauthbearer" -d 'mail: the SASL mechanism OAUTHBEARER'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "pnpm" -d 'pnpm: tokenHelper'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "terraform" -d 'terraform, tofu: credentials_helper'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "token" -d 'programs that run a command and read a token: Codex, Claude Code\'s apiKeyHelper, rclone, frp'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "vault" -d 'vault, bao: token_helper'
complete -c authctl -n "__fish_authctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "xoauth2" -d 'mail: the SASL mechanism XOAUTH2'
