
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'authctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'authctl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'authctl' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Print an access token that is valid now')
            [CompletionResult]::new('exec', 'exec', [CompletionResultType]::ParameterValue, 'Run a command with tokens that are valid now')
            [CompletionResult]::new('request', 'request', [CompletionResultType]::ParameterValue, 'Send one HTTP request with a token, and once more if the token is refused')
            [CompletionResult]::new('proxy', 'proxy', [CompletionResultType]::ParameterValue, 'Forward the requests of a program that cannot be taught, with a token')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what a token says: its claims, its signature, what its server says of it')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'End a session at the server and on this machine')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Say who is logged in, and for how long')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look for what is wrong on this machine and on the way to the server, with what mends it')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Measure what a provider really does with its tokens, on logins of its own')
            [CompletionResult]::new('log', 'log', [CompletionResultType]::ParameterValue, 'Show what happened to sessions: logins, refreshes, refusals, recoveries')
            [CompletionResult]::new('provider', 'provider', [CompletionResultType]::ParameterValue, 'Say how to register a client at a provider, and what is known of it')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show in a few seconds what authctl does')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Log in, and write the profile if flags describe a new one')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'List, show, choose, change, rename, move and remove profiles')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Run an authorization server on this machine, to rehearse expiry and outages')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say how a session stands or why it ended, what shows it, and what to do')
            [CompletionResult]::new('hook', 'hook', [CompletionResultType]::ParameterValue, 'Answer a program that asks for credentials: git, kubectl, docker, cargo, ...')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;token' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life; by default a minute (ten seconds where a refresh ends the old token) or a tenth of its life')
            [CompletionResult]::new('--rejected', '--rejected', [CompletionResultType]::ParameterName, 'Print another token than the one with this fingerprint, which an API has refused. With `-`, the refused token itself is on stdin')
            [CompletionResult]::new('--require-scope', '--require-scope', [CompletionResultType]::ParameterName, 'Fail unless the token has this scope; may be repeated')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server, by default 90s; a refresh that takes longer is not interrupted')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the token to this file instead: in one step, readable only by you, without a line break')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the token to this file instead: in one step, readable only by you, without a line break')
            [CompletionResult]::new('--id-token', '--id-token', [CompletionResultType]::ParameterName, 'Print the ID token instead')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail where no token with that much life is to be had, instead of printing what there is')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'Ask the server at once, also if a refresh has just failed')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep that file fresh until told to stop (Ctrl-C, SIGTERM)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'authctl;exec' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'A variable that holds the token, by default AUTHCTL_ACCESS_TOKEN; may be repeated')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'A variable that holds the token, by default AUTHCTL_ACCESS_TOKEN; may be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A variable that holds the whole header `Authorization`; may be repeated')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A variable that holds the path of a file with the token, which is kept fresh for as long as the command runs; without PATH, in a directory of its own; may be repeated')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh a token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server, by default 90s')
            [CompletionResult]::new('--id-token', '--id-token', [CompletionResultType]::ParameterName, 'Give ID tokens instead')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Run nothing where no token with that much life is to be had')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;request' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Send the token to this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'The method, by default GET, or POST with a body')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'The method, by default GET, or POST with a body')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header; may be repeated')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header; may be repeated')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'The body: a text, a file (@FILE), or stdin (@-)')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'The body: a text, a file (@FILE), or stdin (@-)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the body of the answer to this file instead, once it is whole')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the body of the answer to this file instead, once it is whole')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait until an answer begins')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Print the status and the headers of the answer, too')
            [CompletionResult]::new('--include', '--include', [CompletionResultType]::ParameterName, 'Print the status and the headers of the answer, too')
            [CompletionResult]::new('--fail', '--fail', [CompletionResultType]::ParameterName, 'Fail, and print nothing, for an answer with a status from 400 on')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;proxy' {
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'The server that requests are forwarded to: the only one that gets the token')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where to listen: 127.0.0.1:PORT, or unix:PATH')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile')
            [CompletionResult]::new('--secret-env', '--secret-env', [CompletionResultType]::ParameterName, 'A variable that holds the secret of this run for the command, as where it looks for a token')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;inspect' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Show the stored token of this profile; without it, the token on stdin')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Show the stored token of this profile; without it, the token on stdin')
            [CompletionResult]::new('--id-token', '--id-token', [CompletionResultType]::ParameterName, 'Show the ID token instead')
            [CompletionResult]::new('--online', '--online', [CompletionResultType]::ParameterName, 'Ask the server for its keys, and what it says of the token')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;logout' {
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'End it only on this machine; the server is not told')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'End every session on this machine')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;status' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What that line says: {name}, {account}, {server}, {state}, {left}')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Say all that is known of each profile')
            [CompletionResult]::new('--short', '--short', [CompletionResultType]::ParameterName, 'One short line, for a prompt: of the profile that is named, or used when none is')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;doctor' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;probe' {
            [CompletionResult]::new('--issuer', '--issuer', [CompletionResultType]::ParameterName, 'The server''s issuer, where there is no profile')
            [CompletionResult]::new('--client-id', '--client-id', [CompletionResultType]::ParameterName, 'The client''s registered name, for --issuer')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'A scope to ask for; may be repeated')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'One more parameter of the authorization request; may be repeated')
            [CompletionResult]::new('--browser', '--browser', [CompletionResultType]::ParameterName, 'Open the browser with this command; the address is its last argument')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the person, at each login')
            [CompletionResult]::new('--long', '--long', [CompletionResultType]::ParameterName, 'Find out what takes up to four minutes as well: until when a spent refresh token is taken, and whether an access token ends when it should')
            [CompletionResult]::new('--toml', '--toml', [CompletionResultType]::ParameterName, 'Print settings for a profile and a preset, as TOML')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Go on without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Go on without asking')
            [CompletionResult]::new('--device', '--device', [CompletionResultType]::ParameterName, 'Log in with a code on another device')
            [CompletionResult]::new('--no-browser', '--no-browser', [CompletionResultType]::ParameterName, 'Print the address and open no browser')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;log' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Show only what is not older than this (2d, 90m), or not before this time (RFC 3339)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Show what happens from now on as well, until told to stop')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Show what happens from now on as well, until told to stop')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;provider' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the providers that `--provider` knows')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show how to register a client at a provider and log in, and what is known of it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;provider;list' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;provider;show' {
            [CompletionResult]::new('--use', '--use', [CompletionResultType]::ParameterName, 'What the token is for: says which scopes that needs')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'authctl;provider;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the providers that `--provider` knows')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show how to register a client at a provider and log in, and what is known of it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;provider;help;list' {
            break
        }
        'authctl;provider;help;show' {
            break
        }
        'authctl;provider;help;help' {
            break
        }
        'authctl;demo' {
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leave the sandbox running, with a profile to play with')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;completions' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;login' {
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'A preset for a well-known server')
            [CompletionResult]::new('--issuer', '--issuer', [CompletionResultType]::ParameterName, 'The server''s issuer')
            [CompletionResult]::new('--client-id', '--client-id', [CompletionResultType]::ParameterName, 'The client''s registered name')
            [CompletionResult]::new('--client-secret-file', '--client-secret-file', [CompletionResultType]::ParameterName, 'A file that holds the client''s secret')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'A scope to ask for; may be repeated')
            [CompletionResult]::new('--add-scope', '--add-scope', [CompletionResultType]::ParameterName, 'A scope to ask for beside those of the profile; may be repeated')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience to ask for (the parameter `audience`)')
            [CompletionResult]::new('--resource', '--resource', [CompletionResultType]::ParameterName, 'A resource indicator (RFC 8707); may be repeated')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'One more parameter of the authorization request; may be repeated')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'The account to log in as (login_hint)')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'A port for the redirect; may be repeated: they are tried in turn')
            [CompletionResult]::new('--redirect-path', '--redirect-path', [CompletionResultType]::ParameterName, 'The path of the redirect')
            [CompletionResult]::new('--redirect-host', '--redirect-host', [CompletionResultType]::ParameterName, 'The host of the redirect: 127.0.0.1 or localhost')
            [CompletionResult]::new('--browser', '--browser', [CompletionResultType]::ParameterName, 'Open the browser with this command; the address is its last argument')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the person')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Where to keep the session: file; keyring, command or env for a file that is sealed by a key in the OS keyring, of a command, in AUTHCTL_KEY; none; auto')
            [CompletionResult]::new('--key-command', '--key-command', [CompletionResultType]::ParameterName, 'The command that prints the key, for `--store command`')
            [CompletionResult]::new('--device', '--device', [CompletionResultType]::ParameterName, 'Log in with a code on another device')
            [CompletionResult]::new('--paste', '--paste', [CompletionResultType]::ParameterName, 'Log in by pasting the address that the browser ends at')
            [CompletionResult]::new('--no-browser', '--no-browser', [CompletionResultType]::ParameterName, 'Print the address and open no browser')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Replace the session of another account, if there is one')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the request that would be sent, and what would be written; log in to nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a profile, with the source of each value')
            [CompletionResult]::new('use', 'use', [CompletionResultType]::ParameterValue, 'Choose the profile that is used when none is named')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set a value of a profile; comments in the file stay')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Take a value out of a profile, so that the default counts again')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Give a profile another name: its session, its bindings and its hooks go with it')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Make a profile with the values of another, without its session')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Open the configuration file in $VISUAL or $EDITOR, and check it afterwards')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print where the configuration file is')
            [CompletionResult]::new('move', 'move', [CompletionResultType]::ParameterValue, 'Keep the session of a profile in another place from now on')
            [CompletionResult]::new('reseal', 'reseal', [CompletionResultType]::ParameterValue, 'Seal every session anew, with a new key')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a profile from the configuration')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;profile;list' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;show' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;use' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;set' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;unset' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;rename' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;copy' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;edit' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;path' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;move' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Where to keep the session: file, keyring, command or env')
            [CompletionResult]::new('--key-command', '--key-command', [CompletionResultType]::ParameterName, 'The command that prints the key, for `--store command`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;reseal' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;remove' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;profile;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a profile, with the source of each value')
            [CompletionResult]::new('use', 'use', [CompletionResultType]::ParameterValue, 'Choose the profile that is used when none is named')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set a value of a profile; comments in the file stay')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Take a value out of a profile, so that the default counts again')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Give a profile another name: its session, its bindings and its hooks go with it')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Make a profile with the values of another, without its session')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Open the configuration file in $VISUAL or $EDITOR, and check it afterwards')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print where the configuration file is')
            [CompletionResult]::new('move', 'move', [CompletionResultType]::ParameterValue, 'Keep the session of a profile in another place from now on')
            [CompletionResult]::new('reseal', 'reseal', [CompletionResultType]::ParameterValue, 'Seal every session anew, with a new key')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a profile from the configuration')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;profile;help;list' {
            break
        }
        'authctl;profile;help;show' {
            break
        }
        'authctl;profile;help;use' {
            break
        }
        'authctl;profile;help;set' {
            break
        }
        'authctl;profile;help;unset' {
            break
        }
        'authctl;profile;help;rename' {
            break
        }
        'authctl;profile;help;copy' {
            break
        }
        'authctl;profile;help;edit' {
            break
        }
        'authctl;profile;help;path' {
            break
        }
        'authctl;profile;help;move' {
            break
        }
        'authctl;profile;help;reseal' {
            break
        }
        'authctl;profile;help;remove' {
            break
        }
        'authctl;profile;help;help' {
            break
        }
        'authctl;sandbox' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port to listen on; any free one if absent')
            [CompletionResult]::new('--approve', '--approve', [CompletionResultType]::ParameterName, 'Approve every request at once, as this user')
            [CompletionResult]::new('--access-ttl', '--access-ttl', [CompletionResultType]::ParameterName, 'The life of an access token')
            [CompletionResult]::new('--grace', '--grace', [CompletionResultType]::ParameterName, 'What a spent refresh token gives: none, new-pair, same-pair or latest-wins')
            [CompletionResult]::new('--grace-interval', '--grace-interval', [CompletionResultType]::ParameterName, 'For how long after it was spent it gives that')
            [CompletionResult]::new('--latency', '--latency', [CompletionResultType]::ParameterName, 'How long the token endpoint takes to answer')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'How it behaves otherwise, as `set` of its control does; may be repeated')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'A fault, written as below; may be repeated')
            [CompletionResult]::new('--no-rotate', '--no-rotate', [CompletionResultType]::ParameterName, 'Give the same refresh token for ever')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('visit', 'visit', [CompletionResultType]::ParameterValue, 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;sandbox;visit' {
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user who logs in')
            [CompletionResult]::new('--deny', '--deny', [CompletionResultType]::ParameterName, 'Deny the request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;sandbox;help' {
            [CompletionResult]::new('visit', 'visit', [CompletionResultType]::ParameterValue, 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;sandbox;help;visit' {
            break
        }
        'authctl;sandbox;help;help' {
            break
        }
        'authctl;explain' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the protocols')
            [CompletionResult]::new('which', 'which', [CompletionResultType]::ParameterValue, 'Say which profile an address gets its token from, and why')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Tell a client to ask authctl, by its own configuration')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Undo what `install` did')
            [CompletionResult]::new('aws', 'aws', [CompletionResultType]::ParameterValue, 'aws and every AWS SDK: credential_process')
            [CompletionResult]::new('bazel', 'bazel', [CompletionResultType]::ParameterValue, 'bazel, uv and others: --credential_helper (EngFlow''s protocol)')
            [CompletionResult]::new('cargo', 'cargo', [CompletionResultType]::ParameterValue, 'cargo: registry.global-credential-providers')
            [CompletionResult]::new('docker', 'docker', [CompletionResultType]::ParameterValue, 'docker, podman, skopeo, buildah, oras, helm: credHelpers')
            [CompletionResult]::new('git', 'git', [CompletionResultType]::ParameterValue, 'git: credential.helper')
            [CompletionResult]::new('go', 'go', [CompletionResultType]::ParameterValue, 'go: GOAUTH')
            [CompletionResult]::new('google', 'google', [CompletionResultType]::ParameterValue, 'gcloud and Google''s client libraries: credential_source.executable')
            [CompletionResult]::new('headers', 'headers', [CompletionResultType]::ParameterValue, 'programs that read headers as JSON: headersHelper of MCP clients')
            [CompletionResult]::new('keyring', 'keyring', [CompletionResultType]::ParameterValue, 'pip, uv: --keyring-provider subprocess')
            [CompletionResult]::new('kubectl', 'kubectl', [CompletionResultType]::ParameterValue, 'kubectl, helm, client-go: users[].user.exec')
            [CompletionResult]::new('kubelet', 'kubelet', [CompletionResultType]::ParameterValue, 'the kubelet: --image-credential-provider-config')
            [CompletionResult]::new('nuget', 'nuget', [CompletionResultType]::ParameterValue, 'dotnet, nuget, msbuild: a credential plugin')
            [CompletionResult]::new('oauthbearer', 'oauthbearer', [CompletionResultType]::ParameterValue, 'mail: the SASL mechanism OAUTHBEARER')
            [CompletionResult]::new('pnpm', 'pnpm', [CompletionResultType]::ParameterValue, 'pnpm: tokenHelper')
            [CompletionResult]::new('terraform', 'terraform', [CompletionResultType]::ParameterValue, 'terraform, tofu: credentials_helper')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'programs that run a command and read a token: Codex, Claude Code''s apiKeyHelper, rclone, frp')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'vault, bao: token_helper')
            [CompletionResult]::new('xoauth2', 'xoauth2', [CompletionResultType]::ParameterValue, 'mail: the SASL mechanism XOAUTH2')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;hook;list' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;which' {
            [CompletionResult]::new('--hook', '--hook', [CompletionResultType]::ParameterName, 'The hook that asks')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;install' {
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'The host whose tokens the profile has, or a URL; may be repeated')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token; by default what the hook''s callers expect')
            [CompletionResult]::new('--links', '--links', [CompletionResultType]::ParameterName, 'The directory for links to authctl that clients look for, by default ~/.local/bin')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'kubectl: the user in its configuration; aws: the profile in its configuration')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and change nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;uninstall' {
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'The host whose tokens the profile has, or a URL; may be repeated')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The profile')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token; by default what the hook''s callers expect')
            [CompletionResult]::new('--links', '--links', [CompletionResultType]::ParameterName, 'The directory for links to authctl that clients look for, by default ~/.local/bin')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'kubectl: the user in its configuration; aws: the profile in its configuration')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and change nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;aws' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;bazel' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;cargo' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;docker' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;git' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;go' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;google' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;headers' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;keyring' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;kubectl' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;kubelet' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;nuget' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;oauthbearer' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;pnpm' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;terraform' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;token' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;vault' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;xoauth2' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The name of the profile; by default the one that a `[[match]]` binds to the address')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'access_token or id_token')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'The audience that the token must be for')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Refresh the token if less than this is left of its life')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for other processes and the server')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'The user name that goes with the token')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'oauthbearer: the mail server')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'oauthbearer: its port')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'aws: the role; by default AWS_ROLE_ARN')
            [CompletionResult]::new('--role-session-name', '--role-session-name', [CompletionResultType]::ParameterName, 'aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME')
            [CompletionResult]::new('--asks-every', '--asks-every', [CompletionResultType]::ParameterName, 'token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'cargo: give the token without `Bearer`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON; a failure is then one JSON object on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but failures')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print on stderr what is done and why; never a secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'authctl;hook;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the protocols')
            [CompletionResult]::new('which', 'which', [CompletionResultType]::ParameterValue, 'Say which profile an address gets its token from, and why')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Tell a client to ask authctl, by its own configuration')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Undo what `install` did')
            [CompletionResult]::new('aws', 'aws', [CompletionResultType]::ParameterValue, 'aws and every AWS SDK: credential_process')
            [CompletionResult]::new('bazel', 'bazel', [CompletionResultType]::ParameterValue, 'bazel, uv and others: --credential_helper (EngFlow''s protocol)')
            [CompletionResult]::new('cargo', 'cargo', [CompletionResultType]::ParameterValue, 'cargo: registry.global-credential-providers')
            [CompletionResult]::new('docker', 'docker', [CompletionResultType]::ParameterValue, 'docker, podman, skopeo, buildah, oras, helm: credHelpers')
            [CompletionResult]::new('git', 'git', [CompletionResultType]::ParameterValue, 'git: credential.helper')
            [CompletionResult]::new('go', 'go', [CompletionResultType]::ParameterValue, 'go: GOAUTH')
            [CompletionResult]::new('google', 'google', [CompletionResultType]::ParameterValue, 'gcloud and Google''s client libraries: credential_source.executable')
            [CompletionResult]::new('headers', 'headers', [CompletionResultType]::ParameterValue, 'programs that read headers as JSON: headersHelper of MCP clients')
            [CompletionResult]::new('keyring', 'keyring', [CompletionResultType]::ParameterValue, 'pip, uv: --keyring-provider subprocess')
            [CompletionResult]::new('kubectl', 'kubectl', [CompletionResultType]::ParameterValue, 'kubectl, helm, client-go: users[].user.exec')
            [CompletionResult]::new('kubelet', 'kubelet', [CompletionResultType]::ParameterValue, 'the kubelet: --image-credential-provider-config')
            [CompletionResult]::new('nuget', 'nuget', [CompletionResultType]::ParameterValue, 'dotnet, nuget, msbuild: a credential plugin')
            [CompletionResult]::new('oauthbearer', 'oauthbearer', [CompletionResultType]::ParameterValue, 'mail: the SASL mechanism OAUTHBEARER')
            [CompletionResult]::new('pnpm', 'pnpm', [CompletionResultType]::ParameterValue, 'pnpm: tokenHelper')
            [CompletionResult]::new('terraform', 'terraform', [CompletionResultType]::ParameterValue, 'terraform, tofu: credentials_helper')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'programs that run a command and read a token: Codex, Claude Code''s apiKeyHelper, rclone, frp')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'vault, bao: token_helper')
            [CompletionResult]::new('xoauth2', 'xoauth2', [CompletionResultType]::ParameterValue, 'mail: the SASL mechanism XOAUTH2')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;hook;help;list' {
            break
        }
        'authctl;hook;help;which' {
            break
        }
        'authctl;hook;help;install' {
            break
        }
        'authctl;hook;help;uninstall' {
            break
        }
        'authctl;hook;help;aws' {
            break
        }
        'authctl;hook;help;bazel' {
            break
        }
        'authctl;hook;help;cargo' {
            break
        }
        'authctl;hook;help;docker' {
            break
        }
        'authctl;hook;help;git' {
            break
        }
        'authctl;hook;help;go' {
            break
        }
        'authctl;hook;help;google' {
            break
        }
        'authctl;hook;help;headers' {
            break
        }
        'authctl;hook;help;keyring' {
            break
        }
        'authctl;hook;help;kubectl' {
            break
        }
        'authctl;hook;help;kubelet' {
            break
        }
        'authctl;hook;help;nuget' {
            break
        }
        'authctl;hook;help;oauthbearer' {
            break
        }
        'authctl;hook;help;pnpm' {
            break
        }
        'authctl;hook;help;terraform' {
            break
        }
        'authctl;hook;help;token' {
            break
        }
        'authctl;hook;help;vault' {
            break
        }
        'authctl;hook;help;xoauth2' {
            break
        }
        'authctl;hook;help;help' {
            break
        }
        'authctl;help' {
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Print an access token that is valid now')
            [CompletionResult]::new('exec', 'exec', [CompletionResultType]::ParameterValue, 'Run a command with tokens that are valid now')
            [CompletionResult]::new('request', 'request', [CompletionResultType]::ParameterValue, 'Send one HTTP request with a token, and once more if the token is refused')
            [CompletionResult]::new('proxy', 'proxy', [CompletionResultType]::ParameterValue, 'Forward the requests of a program that cannot be taught, with a token')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what a token says: its claims, its signature, what its server says of it')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'End a session at the server and on this machine')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Say who is logged in, and for how long')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look for what is wrong on this machine and on the way to the server, with what mends it')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Measure what a provider really does with its tokens, on logins of its own')
            [CompletionResult]::new('log', 'log', [CompletionResultType]::ParameterValue, 'Show what happened to sessions: logins, refreshes, refusals, recoveries')
            [CompletionResult]::new('provider', 'provider', [CompletionResultType]::ParameterValue, 'Say how to register a client at a provider, and what is known of it')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show in a few seconds what authctl does')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Log in, and write the profile if flags describe a new one')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'List, show, choose, change, rename, move and remove profiles')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Run an authorization server on this machine, to rehearse expiry and outages')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say how a session stands or why it ended, what shows it, and what to do')
            [CompletionResult]::new('hook', 'hook', [CompletionResultType]::ParameterValue, 'Answer a program that asks for credentials: git, kubectl, docker, cargo, ...')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'authctl;help;token' {
            break
        }
        'authctl;help;exec' {
            break
        }
        'authctl;help;request' {
            break
        }
        'authctl;help;proxy' {
            break
        }
        'authctl;help;inspect' {
            break
        }
        'authctl;help;logout' {
            break
        }
        'authctl;help;status' {
            break
        }
        'authctl;help;doctor' {
            break
        }
        'authctl;help;probe' {
            break
        }
        'authctl;help;log' {
            break
        }
        'authctl;help;provider' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the providers that `--provider` knows')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show how to register a client at a provider and log in, and what is known of it')
            break
        }
        'authctl;help;provider;list' {
            break
        }
        'authctl;help;provider;show' {
            break
        }
        'authctl;help;demo' {
            break
        }
        'authctl;help;completions' {
            break
        }
        'authctl;help;login' {
            break
        }
        'authctl;help;profile' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a profile, with the source of each value')
            [CompletionResult]::new('use', 'use', [CompletionResultType]::ParameterValue, 'Choose the profile that is used when none is named')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set a value of a profile; comments in the file stay')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Take a value out of a profile, so that the default counts again')
            [CompletionResult]::new('rename', 'rename', [CompletionResultType]::ParameterValue, 'Give a profile another name: its session, its bindings and its hooks go with it')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Make a profile with the values of another, without its session')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Open the configuration file in $VISUAL or $EDITOR, and check it afterwards')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print where the configuration file is')
            [CompletionResult]::new('move', 'move', [CompletionResultType]::ParameterValue, 'Keep the session of a profile in another place from now on')
            [CompletionResult]::new('reseal', 'reseal', [CompletionResultType]::ParameterValue, 'Seal every session anew, with a new key')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a profile from the configuration')
            break
        }
        'authctl;help;profile;list' {
            break
        }
        'authctl;help;profile;show' {
            break
        }
        'authctl;help;profile;use' {
            break
        }
        'authctl;help;profile;set' {
            break
        }
        'authctl;help;profile;unset' {
            break
        }
        'authctl;help;profile;rename' {
            break
        }
        'authctl;help;profile;copy' {
            break
        }
        'authctl;help;profile;edit' {
            break
        }
        'authctl;help;profile;path' {
            break
        }
        'authctl;help;profile;move' {
            break
        }
        'authctl;help;profile;reseal' {
            break
        }
        'authctl;help;profile;remove' {
            break
        }
        'authctl;help;sandbox' {
            [CompletionResult]::new('visit', 'visit', [CompletionResultType]::ParameterValue, 'A scripted browser: opens the address, logs in to the sandbox there, follows the redirects')
            break
        }
        'authctl;help;sandbox;visit' {
            break
        }
        'authctl;help;explain' {
            break
        }
        'authctl;help;hook' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the protocols')
            [CompletionResult]::new('which', 'which', [CompletionResultType]::ParameterValue, 'Say which profile an address gets its token from, and why')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Tell a client to ask authctl, by its own configuration')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Undo what `install` did')
            [CompletionResult]::new('aws', 'aws', [CompletionResultType]::ParameterValue, 'aws and every AWS SDK: credential_process')
            [CompletionResult]::new('bazel', 'bazel', [CompletionResultType]::ParameterValue, 'bazel, uv and others: --credential_helper (EngFlow''s protocol)')
            [CompletionResult]::new('cargo', 'cargo', [CompletionResultType]::ParameterValue, 'cargo: registry.global-credential-providers')
            [CompletionResult]::new('docker', 'docker', [CompletionResultType]::ParameterValue, 'docker, podman, skopeo, buildah, oras, helm: credHelpers')
            [CompletionResult]::new('git', 'git', [CompletionResultType]::ParameterValue, 'git: credential.helper')
            [CompletionResult]::new('go', 'go', [CompletionResultType]::ParameterValue, 'go: GOAUTH')
            [CompletionResult]::new('google', 'google', [CompletionResultType]::ParameterValue, 'gcloud and Google''s client libraries: credential_source.executable')
            [CompletionResult]::new('headers', 'headers', [CompletionResultType]::ParameterValue, 'programs that read headers as JSON: headersHelper of MCP clients')
            [CompletionResult]::new('keyring', 'keyring', [CompletionResultType]::ParameterValue, 'pip, uv: --keyring-provider subprocess')
            [CompletionResult]::new('kubectl', 'kubectl', [CompletionResultType]::ParameterValue, 'kubectl, helm, client-go: users[].user.exec')
            [CompletionResult]::new('kubelet', 'kubelet', [CompletionResultType]::ParameterValue, 'the kubelet: --image-credential-provider-config')
            [CompletionResult]::new('nuget', 'nuget', [CompletionResultType]::ParameterValue, 'dotnet, nuget, msbuild: a credential plugin')
            [CompletionResult]::new('oauthbearer', 'oauthbearer', [CompletionResultType]::ParameterValue, 'mail: the SASL mechanism OAUTHBEARER')
            [CompletionResult]::new('pnpm', 'pnpm', [CompletionResultType]::ParameterValue, 'pnpm: tokenHelper')
            [CompletionResult]::new('terraform', 'terraform', [CompletionResultType]::ParameterValue, 'terraform, tofu: credentials_helper')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'programs that run a command and read a token: Codex, Claude Code''s apiKeyHelper, rclone, frp')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'vault, bao: token_helper')
            [CompletionResult]::new('xoauth2', 'xoauth2', [CompletionResultType]::ParameterValue, 'mail: the SASL mechanism XOAUTH2')
            break
        }
        'authctl;help;hook;list' {
            break
        }
        'authctl;help;hook;which' {
            break
        }
        'authctl;help;hook;install' {
            break
        }
        'authctl;help;hook;uninstall' {
            break
        }
        'authctl;help;hook;aws' {
            break
        }
        'authctl;help;hook;bazel' {
            break
        }
        'authctl;help;hook;cargo' {
            break
        }
        'authctl;help;hook;docker' {
            break
        }
        'authctl;help;hook;git' {
            break
        }
        'authctl;help;hook;go' {
            break
        }
        'authctl;help;hook;google' {
            break
        }
        'authctl;help;hook;headers' {
            break
        }
        'authctl;help;hook;keyring' {
            break
        }
        'authctl;help;hook;kubectl' {
            break
        }
        'authctl;help;hook;kubelet' {
            break
        }
        'authctl;help;hook;nuget' {
            break
        }
        'authctl;help;hook;oauthbearer' {
            break
        }
        'authctl;help;hook;pnpm' {
            break
        }
        'authctl;help;hook;terraform' {
            break
        }
        'authctl;help;hook;token' {
            break
        }
        'authctl;help;hook;vault' {
            break
        }
        'authctl;help;hook;xoauth2' {
            break
        }
        'authctl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
