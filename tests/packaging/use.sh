#!/usr/bin/env bash
# Uses the program in a root in which it was put: a login by device code at its own sandbox, a token, git's hook.
# Usage: use.sh ROOT PROGRAM [git], as root; with git, the root has a git that asks for the password itself.
set -euo pipefail
root=$1 program=$2 git=${3:-}

inside() { env -i HOME=/home AUTHCTL_HOME=/home/state AUTHCTL_CONFIG=/home/config.toml PATH=/usr/bin:/bin:/usr/sbin chroot "$root" "$@"; }

mkdir -p "$root/home"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
inside "$program" sandbox --port 18997 --approve alice >/dev/null 2>"$root/tmp/sandbox.log" &
sandbox=$!
trap 'kill $sandbox 2>/dev/null || true; umount "$root/proc"' EXIT
for _ in $(seq 50); do
  grep -q 18997 "$root/tmp/sandbox.log" && break
  sleep 0.1
done

inside "$program" login work --issuer http://127.0.0.1:18997 --client-id sandbox --device --timeout 30s 2>/dev/null
token=$(inside "$program" token work)
[[ $token == at-* ]] || { echo "use.sh: no token in $root" >&2; exit 1; }
printf '\n[[match]]\nhost = "git.example.com"\nprofile = "work"\n' >>"$root/home/config.toml"
answer=$(printf 'protocol=https\nhost=git.example.com\n\n' | inside "$program" hook git get)
grep -q "^password=$token$" <<<"$answer" || { echo "use.sh: the hook gives no token in $root" >&2; exit 1; }
if [ "$git" = git ]; then
  inside git config --global credential.helper authctl
  answer=$(printf 'protocol=https\nhost=git.example.com\n\n' | inside git credential fill)
  grep -q "^password=$token$" <<<"$answer" || { echo "use.sh: git gets no token in $root" >&2; exit 1; }
  inside man -w authctl >/dev/null
  inside man -w git-credential-authctl >/dev/null
fi
inside "$program" logout work 2>/dev/null
echo "$root: login by device, token, hook${git:+, git itself, manual}, logout"
