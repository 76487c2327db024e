
use builtin;
use str;

set edit:completion:arg-completer[authctl] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'authctl'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'authctl'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand token 'Print an access token that is valid now'
            cand exec 'Run a command with tokens that are valid now'
            cand request 'Send one HTTP request with a token, and once more if the token is refused'
            cand proxy 'Forward the requests of a program that cannot be taught, with a token'
            cand inspect 'Show what a token says: its claims, its signature, what its server says of it'
            cand logout 'End a session at the server and on this machine'
            cand status 'Say who is logged in, and for how long'
            cand doctor 'Look for what is wrong on this machine and on the way to the server, with what mends it'
            cand probe 'Measure what a provider really does with its tokens, on logins of its own'
            cand log 'Show what happened to sessions: logins, refreshes, refusals, recoveries'
            cand provider 'Say how to register a client at a provider, and what is known of it'
            cand demo 'Show in a few seconds what authctl does'
            cand completions 'Print the completions for a shell'
            cand login 'Log in, and write the profile if flags describe a new one'
            cand profile 'List, show, choose, change, rename, move and remove profiles'
            cand sandbox 'Run an authorization server on this machine, to rehearse expiry and outages'
            cand explain 'Say how a session stands or why it ended, what shows it, and what to do'
            cand hook 'Answer a program that asks for credentials: git, kubectl, docker, cargo, ...'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;token'= {
            cand --format 'How to print it'
            cand --min-ttl 'Refresh the token if less than this is left of its life; by default a minute (ten seconds where a refresh ends the old token) or a tenth of its life'
            cand --rejected 'Print another token than the one with this fingerprint, which an API has refused. With `-`, the refused token itself is on stdin'
            cand --require-scope 'Fail unless the token has this scope; may be repeated'
            cand --wait 'How long to wait for other processes and the server, by default 90s; a refresh that takes longer is not interrupted'
            cand -o 'Write the token to this file instead: in one step, readable only by you, without a line break'
            cand --output 'Write the token to this file instead: in one step, readable only by you, without a line break'
            cand --id-token 'Print the ID token instead'
            cand --strict 'Fail where no token with that much life is to be had, instead of printing what there is'
            cand --now 'Ask the server at once, also if a refresh has just failed'
            cand --keep 'Keep that file fresh until told to stop (Ctrl-C, SIGTERM)'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'authctl;exec'= {
            cand -e 'A variable that holds the token, by default AUTHCTL_ACCESS_TOKEN; may be repeated'
            cand --env 'A variable that holds the token, by default AUTHCTL_ACCESS_TOKEN; may be repeated'
            cand --header 'A variable that holds the whole header `Authorization`; may be repeated'
            cand --file 'A variable that holds the path of a file with the token, which is kept fresh for as long as the command runs; without PATH, in a directory of its own; may be repeated'
            cand --min-ttl 'Refresh a token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server, by default 90s'
            cand --id-token 'Give ID tokens instead'
            cand --strict 'Run nothing where no token with that much life is to be had'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;request'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Send the token to this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand -X 'The method, by default GET, or POST with a body'
            cand --request 'The method, by default GET, or POST with a body'
            cand -H 'A header; may be repeated'
            cand --header 'A header; may be repeated'
            cand -d 'The body: a text, a file (@FILE), or stdin (@-)'
            cand --data 'The body: a text, a file (@FILE), or stdin (@-)'
            cand -o 'Write the body of the answer to this file instead, once it is whole'
            cand --output 'Write the body of the answer to this file instead, once it is whole'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --timeout 'How long to wait until an answer begins'
            cand -i 'Print the status and the headers of the answer, too'
            cand --include 'Print the status and the headers of the answer, too'
            cand --fail 'Fail, and print nothing, for an answer with a status from 400 on'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;proxy'= {
            cand --upstream 'The server that requests are forwarded to: the only one that gets the token'
            cand --listen 'Where to listen: 127.0.0.1:PORT, or unix:PATH'
            cand -p 'The name of the profile'
            cand --profile 'The name of the profile'
            cand --secret-env 'A variable that holds the secret of this run for the command, as where it looks for a token'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;inspect'= {
            cand -p 'Show the stored token of this profile; without it, the token on stdin'
            cand --profile 'Show the stored token of this profile; without it, the token on stdin'
            cand --id-token 'Show the ID token instead'
            cand --online 'Ask the server for its keys, and what it says of the token'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;logout'= {
            cand --local 'End it only on this machine; the server is not told'
            cand --all 'End every session on this machine'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;status'= {
            cand --format 'What that line says: {name}, {account}, {server}, {state}, {left}'
            cand --all 'Say all that is known of each profile'
            cand --short 'One short line, for a prompt: of the profile that is named, or used when none is'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;doctor'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;probe'= {
            cand --issuer 'The server''s issuer, where there is no profile'
            cand --client-id 'The client''s registered name, for --issuer'
            cand --scope 'A scope to ask for; may be repeated'
            cand --param 'One more parameter of the authorization request; may be repeated'
            cand --browser 'Open the browser with this command; the address is its last argument'
            cand --timeout 'How long to wait for the person, at each login'
            cand --long 'Find out what takes up to four minutes as well: until when a spent refresh token is taken, and whether an access token ends when it should'
            cand --toml 'Print settings for a profile and a preset, as TOML'
            cand -y 'Go on without asking'
            cand --yes 'Go on without asking'
            cand --device 'Log in with a code on another device'
            cand --no-browser 'Print the address and open no browser'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;log'= {
            cand --since 'Show only what is not older than this (2d, 90m), or not before this time (RFC 3339)'
            cand -f 'Show what happens from now on as well, until told to stop'
            cand --follow 'Show what happens from now on as well, until told to stop'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;provider'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the providers that `--provider` knows'
            cand show 'Show how to register a client at a provider and log in, and what is known of it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;provider;list'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;provider;show'= {
            cand --use 'What the token is for: says which scopes that needs'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'authctl;provider;help'= {
            cand list 'List the providers that `--provider` knows'
            cand show 'Show how to register a client at a provider and log in, and what is known of it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;provider;help;list'= {
        }
        &'authctl;provider;help;show'= {
        }
        &'authctl;provider;help;help'= {
        }
        &'authctl;demo'= {
            cand --keep 'Leave the sandbox running, with a profile to play with'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;completions'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;login'= {
            cand --provider 'A preset for a well-known server'
            cand --issuer 'The server''s issuer'
            cand --client-id 'The client''s registered name'
            cand --client-secret-file 'A file that holds the client''s secret'
            cand --scope 'A scope to ask for; may be repeated'
            cand --add-scope 'A scope to ask for beside those of the profile; may be repeated'
            cand --audience 'The audience to ask for (the parameter `audience`)'
            cand --resource 'A resource indicator (RFC 8707); may be repeated'
            cand --param 'One more parameter of the authorization request; may be repeated'
            cand --account 'The account to log in as (login_hint)'
            cand --port 'A port for the redirect; may be repeated: they are tried in turn'
            cand --redirect-path 'The path of the redirect'
            cand --redirect-host 'The host of the redirect: 127.0.0.1 or localhost'
            cand --browser 'Open the browser with this command; the address is its last argument'
            cand --timeout 'How long to wait for the person'
            cand --store 'Where to keep the session: file; keyring, command or env for a file that is sealed by a key in the OS keyring, of a command, in AUTHCTL_KEY; none; auto'
            cand --key-command 'The command that prints the key, for `--store command`'
            cand --device 'Log in with a code on another device'
            cand --paste 'Log in by pasting the address that the browser ends at'
            cand --no-browser 'Print the address and open no browser'
            cand --replace 'Replace the session of another account, if there is one'
            cand --dry-run 'Show the request that would be sent, and what would be written; log in to nothing'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the profiles'
            cand show 'Show a profile, with the source of each value'
            cand use 'Choose the profile that is used when none is named'
            cand set 'Set a value of a profile; comments in the file stay'
            cand unset 'Take a value out of a profile, so that the default counts again'
            cand rename 'Give a profile another name: its session, its bindings and its hooks go with it'
            cand copy 'Make a profile with the values of another, without its session'
            cand edit 'Open the configuration file in $VISUAL or $EDITOR, and check it afterwards'
            cand path 'Print where the configuration file is'
            cand move 'Keep the session of a profile in another place from now on'
            cand reseal 'Seal every session anew, with a new key'
            cand remove 'Remove a profile from the configuration'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;profile;list'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;show'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;use'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;set'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;unset'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;rename'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;copy'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;edit'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;path'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;move'= {
            cand --store 'Where to keep the session: file, keyring, command or env'
            cand --key-command 'The command that prints the key, for `--store command`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;reseal'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;remove'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;profile;help'= {
            cand list 'List the profiles'
            cand show 'Show a profile, with the source of each value'
            cand use 'Choose the profile that is used when none is named'
            cand set 'Set a value of a profile; comments in the file stay'
            cand unset 'Take a value out of a profile, so that the default counts again'
            cand rename 'Give a profile another name: its session, its bindings and its hooks go with it'
            cand copy 'Make a profile with the values of another, without its session'
            cand edit 'Open the configuration file in $VISUAL or $EDITOR, and check it afterwards'
            cand path 'Print where the configuration file is'
            cand move 'Keep the session of a profile in another place from now on'
            cand reseal 'Seal every session anew, with a new key'
            cand remove 'Remove a profile from the configuration'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;profile;help;list'= {
        }
        &'authctl;profile;help;show'= {
        }
        &'authctl;profile;help;use'= {
        }
        &'authctl;profile;help;set'= {
        }
        &'authctl;profile;help;unset'= {
        }
        &'authctl;profile;help;rename'= {
        }
        &'authctl;profile;help;copy'= {
        }
        &'authctl;profile;help;edit'= {
        }
        &'authctl;profile;help;path'= {
        }
        &'authctl;profile;help;move'= {
        }
        &'authctl;profile;help;reseal'= {
        }
        &'authctl;profile;help;remove'= {
        }
        &'authctl;profile;help;help'= {
        }
        &'authctl;sandbox'= {
            cand --port 'The port to listen on; any free one if absent'
            cand --approve 'Approve every request at once, as this user'
            cand --access-ttl 'The life of an access token'
            cand --grace 'What a spent refresh token gives: none, new-pair, same-pair or latest-wins'
            cand --grace-interval 'For how long after it was spent it gives that'
            cand --latency 'How long the token endpoint takes to answer'
            cand --set 'How it behaves otherwise, as `set` of its control does; may be repeated'
            cand --fault 'A fault, written as below; may be repeated'
            cand --no-rotate 'Give the same refresh token for ever'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
            cand visit 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;sandbox;visit'= {
            cand --user 'The user who logs in'
            cand --deny 'Deny the request'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;sandbox;help'= {
            cand visit 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;sandbox;help;visit'= {
        }
        &'authctl;sandbox;help;help'= {
        }
        &'authctl;explain'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the protocols'
            cand which 'Say which profile an address gets its token from, and why'
            cand install 'Tell a client to ask authctl, by its own configuration'
            cand uninstall 'Undo what `install` did'
            cand aws 'aws and every AWS SDK: credential_process'
            cand bazel 'bazel, uv and others: --credential_helper (EngFlow''s protocol)'
            cand cargo 'cargo: registry.global-credential-providers'
            cand docker 'docker, podman, skopeo, buildah, oras, helm: credHelpers'
            cand git 'git: credential.helper'
            cand go 'go: GOAUTH'
            cand google 'gcloud and Google''s client libraries: credential_source.executable'
            cand headers 'programs that read headers as JSON: headersHelper of MCP clients'
            cand keyring 'pip, uv: --keyring-provider subprocess'
            cand kubectl 'kubectl, helm, client-go: users[].user.exec'
            cand kubelet 'the kubelet: --image-credential-provider-config'
            cand nuget 'dotnet, nuget, msbuild: a credential plugin'
            cand oauthbearer 'mail: the SASL mechanism OAUTHBEARER'
            cand pnpm 'pnpm: tokenHelper'
            cand terraform 'terraform, tofu: credentials_helper'
            cand token 'programs that run a command and read a token: Codex, Claude Code''s apiKeyHelper, rclone, frp'
            cand vault 'vault, bao: token_helper'
            cand xoauth2 'mail: the SASL mechanism XOAUTH2'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;hook;list'= {
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;which'= {
            cand --hook 'The hook that asks'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;install'= {
            cand --host 'The host whose tokens the profile has, or a URL; may be repeated'
            cand -p 'The profile'
            cand --profile 'The profile'
            cand --username 'The user name that goes with the token'
            cand --token 'access_token or id_token; by default what the hook''s callers expect'
            cand --links 'The directory for links to authctl that clients look for, by default ~/.local/bin'
            cand --user 'kubectl: the user in its configuration; aws: the profile in its configuration'
            cand --role-arn 'aws: the role'
            cand --dry-run 'Show what would change, and change nothing'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;uninstall'= {
            cand --host 'The host whose tokens the profile has, or a URL; may be repeated'
            cand -p 'The profile'
            cand --profile 'The profile'
            cand --username 'The user name that goes with the token'
            cand --token 'access_token or id_token; by default what the hook''s callers expect'
            cand --links 'The directory for links to authctl that clients look for, by default ~/.local/bin'
            cand --user 'kubectl: the user in its configuration; aws: the profile in its configuration'
            cand --role-arn 'aws: the role'
            cand --dry-run 'Show what would change, and change nothing'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;aws'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;bazel'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;cargo'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;docker'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;git'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;go'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;google'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;headers'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;keyring'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;kubectl'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;kubelet'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;nuget'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;oauthbearer'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;pnpm'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;terraform'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;token'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;vault'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;xoauth2'= {
            cand -p 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --profile 'The name of the profile; by default the one that a `[[match]]` binds to the address'
            cand --host 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated'
            cand --token 'access_token or id_token'
            cand --audience 'The audience that the token must be for'
            cand --min-ttl 'Refresh the token if less than this is left of its life'
            cand --wait 'How long to wait for other processes and the server'
            cand --username 'The user name that goes with the token'
            cand --server 'oauthbearer: the mail server'
            cand --port 'oauthbearer: its port'
            cand --role-arn 'aws: the role; by default AWS_ROLE_ARN'
            cand --role-session-name 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME'
            cand --asks-every 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused'
            cand --bare 'cargo: give the token without `Bearer`'
            cand --json 'Print JSON; a failure is then one JSON object on stderr'
            cand -q 'Print nothing on stderr but failures'
            cand --quiet 'Print nothing on stderr but failures'
            cand -v 'Print on stderr what is done and why; never a secret'
            cand --verbose 'Print on stderr what is done and why; never a secret'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'authctl;hook;help'= {
            cand list 'List the protocols'
            cand which 'Say which profile an address gets its token from, and why'
            cand install 'Tell a client to ask authctl, by its own configuration'
            cand uninstall 'Undo what `install` did'
            cand aws 'aws and every AWS SDK: credential_process'
            cand bazel 'bazel, uv and others: --credential_helper (EngFlow''s protocol)'
            cand cargo 'cargo: registry.global-credential-providers'
            cand docker 'docker, podman, skopeo, buildah, oras, helm: credHelpers'
            cand git 'git: credential.helper'
            cand go 'go: GOAUTH'
            cand google 'gcloud and Google''s client libraries: credential_source.executable'
            cand headers 'programs that read headers as JSON: headersHelper of MCP clients'
            cand keyring 'pip, uv: --keyring-provider subprocess'
            cand kubectl 'kubectl, helm, client-go: users[].user.exec'
            cand kubelet 'the kubelet: --image-credential-provider-config'
            cand nuget 'dotnet, nuget, msbuild: a credential plugin'
            cand oauthbearer 'mail: the SASL mechanism OAUTHBEARER'
            cand pnpm 'pnpm: tokenHelper'
            cand terraform 'terraform, tofu: credentials_helper'
            cand token 'programs that run a command and read a token: Codex, Claude Code''s apiKeyHelper, rclone, frp'
            cand vault 'vault, bao: token_helper'
            cand xoauth2 'mail: the SASL mechanism XOAUTH2'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;hook;help;list'= {
        }
        &'authctl;hook;help;which'= {
        }
        &'authctl;hook;help;install'= {
        }
        &'authctl;hook;help;uninstall'= {
        }
        &'authctl;hook;help;aws'= {
        }
        &'authctl;hook;help;bazel'= {
        }
        &'authctl;hook;help;cargo'= {
        }
        &'authctl;hook;help;docker'= {
        }
        &'authctl;hook;help;git'= {
        }
        &'authctl;hook;help;go'= {
        }
        &'authctl;hook;help;google'= {
        }
        &'authctl;hook;help;headers'= {
        }
        &'authctl;hook;help;keyring'= {
        }
        &'authctl;hook;help;kubectl'= {
        }
        &'authctl;hook;help;kubelet'= {
        }
        &'authctl;hook;help;nuget'= {
        }
        &'authctl;hook;help;oauthbearer'= {
        }
        &'authctl;hook;help;pnpm'= {
        }
        &'authctl;hook;help;terraform'= {
        }
        &'authctl;hook;help;token'= {
        }
        &'authctl;hook;help;vault'= {
        }
        &'authctl;hook;help;xoauth2'= {
        }
        &'authctl;hook;help;help'= {
        }
        &'authctl;help'= {
            cand token 'Print an access token that is valid now'
            cand exec 'Run a command with tokens that are valid now'
            cand request 'Send one HTTP request with a token, and once more if the token is refused'
            cand proxy 'Forward the requests of a program that cannot be taught, with a token'
            cand inspect 'Show what a token says: its claims, its signature, what its server says of it'
            cand logout 'End a session at the server and on this machine'
            cand status 'Say who is logged in, and for how long'
            cand doctor 'Look for what is wrong on this machine and on the way to the server, with what mends it'
            cand probe 'Measure what a provider really does with its tokens, on logins of its own'
            cand log 'Show what happened to sessions: logins, refreshes, refusals, recoveries'
            cand provider 'Say how to register a client at a provider, and what is known of it'
            cand demo 'Show in a few seconds what authctl does'
            cand completions 'Print the completions for a shell'
            cand login 'Log in, and write the profile if flags describe a new one'
            cand profile 'List, show, choose, change, rename, move and remove profiles'
            cand sandbox 'Run an authorization server on this machine, to rehearse expiry and outages'
            cand explain 'Say how a session stands or why it ended, what shows it, and what to do'
            cand hook 'Answer a program that asks for credentials: git, kubectl, docker, cargo, ...'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'authctl;help;token'= {
        }
        &'authctl;help;exec'= {
        }
        &'authctl;help;request'= {
        }
        &'authctl;help;proxy'= {
        }
        &'authctl;help;inspect'= {
        }
        &'authctl;help;logout'= {
        }
        &'authctl;help;status'= {
        }
        &'authctl;help;doctor'= {
        }
        &'authctl;help;probe'= {
        }
        &'authctl;help;log'= {
        }
        &'authctl;help;provider'= {
            cand list 'List the providers that `--provider` knows'
            cand show 'Show how to register a client at a provider and log in, and what is known of it'
        }
        &'authctl;help;provider;list'= {
        }
        &'authctl;help;provider;show'= {
        }
        &'authctl;help;demo'= {
        }
        &'authctl;help;completions'= {
        }
        &'authctl;help;login'= {
        }
        &'authctl;help;profile'= {
            cand list 'List the profiles'
            cand show 'Show a profile, with the source of each value'
            cand use 'Choose the profile that is used when none is named'
            cand set 'Set a value of a profile; comments in the file stay'
            cand unset 'Take a value out of a profile, so that the default counts again'
            cand rename 'Give a profile another name: its session, its bindings and its hooks go with it'
            cand copy 'Make a profile with the values of another, without its session'
            cand edit 'Open the configuration file in $VISUAL or $EDITOR, and check it afterwards'
            cand path 'Print where the configuration file is'
            cand move 'Keep the session of a profile in another place from now on'
            cand reseal 'Seal every session anew, with a new key'
            cand remove 'Remove a profile from the configuration'
        }
        &'authctl;help;profile;list'= {
        }
        &'authctl;help;profile;show'= {
        }
        &'authctl;help;profile;use'= {
        }
        &'authctl;help;profile;set'= {
        }
        &'authctl;help;profile;unset'= {
        }
        &'authctl;help;profile;rename'= {
        }
        &'authctl;help;profile;copy'= {
        }
        &'authctl;help;profile;edit'= {
        }
        &'authctl;help;profile;path'= {
        }
        &'authctl;help;profile;move'= {
        }
        &'authctl;help;profile;reseal'= {
        }
        &'authctl;help;profile;remove'= {
        }
        &'authctl;help;sandbox'= {
            cand visit 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects'
        }
        &'authctl;help;sandbox;visit'= {
        }
        &'authctl;help;explain'= {
        }
        &'authctl;help;hook'= {
            cand list 'List the protocols'
            cand which 'Say which profile an address gets its token from, and why'
            cand install 'Tell a client to ask authctl, by its own configuration'
            cand uninstall 'Undo what `install` did'
            cand aws 'aws and every AWS SDK: credential_process'
            cand bazel 'bazel, uv and others: --credential_helper (EngFlow''s protocol)'
            cand cargo 'cargo: registry.global-credential-providers'
            cand docker 'docker, podman, skopeo, buildah, oras, helm: credHelpers'
            cand git 'git: credential.helper'
            cand go 'go: GOAUTH'
            cand google 'gcloud and Google''s client libraries: credential_source.executable'
            cand headers 'programs that read headers as JSON: headersHelper of MCP clients'
            cand keyring 'pip, uv: --keyring-provider subprocess'
            cand kubectl 'kubectl, helm, client-go: users[].user.exec'
            cand kubelet 'the kubelet: --image-credential-provider-config'
            cand nuget 'dotnet, nuget, msbuild: a credential plugin'
            cand oauthbearer 'mail: the SASL mechanism OAUTHBEARER'
            cand pnpm 'pnpm: tokenHelper'
            cand terraform 'terraform, tofu: credentials_helper'
            cand token 'programs that run a command and read a token: Codex, Claude Code''s apiKeyHelper, rclone, frp'
            cand vault 'vault, bao: token_helper'
            cand xoauth2 'mail: the SASL mechanism XOAUTH2'
        }
        &'authctl;help;hook;list'= {
        }
        &'authctl;help;hook;which'= {
        }
        &'authctl;help;hook;install'= {
        }
        &'authctl;help;hook;uninstall'= {
        }
        &'authctl;help;hook;aws'= {
        }
        &'authctl;help;hook;bazel'= {
        }
        &'authctl;help;hook;cargo'= {
        }
        &'authctl;help;hook;docker'= {
        }
        &'authctl;help;hook;git'= {
        }
        &'authctl;help;hook;go'= {
        }
        &'authctl;help;hook;google'= {
        }
        &'authctl;help;hook;headers'= {
        }
        &'authctl;help;hook;keyring'= {
        }
        &'authctl;help;hook;kubectl'= {
        }
        &'authctl;help;hook;kubelet'= {
        }
        &'authctl;help;hook;nuget'= {
        }
        &'authctl;help;hook;oauthbearer'= {
        }
        &'authctl;help;hook;pnpm'= {
        }
        &'authctl;help;hook;terraform'= {
        }
        &'authctl;help;hook;token'= {
        }
        &'authctl;help;hook;vault'= {
        }
        &'authctl;help;hook;xoauth2'= {
        }
        &'authctl;help;help'= {
        }
    ]
    $completions[$command]
}
