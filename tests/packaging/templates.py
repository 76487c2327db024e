"""Checks the templates of other systems' packages: the version, and that nothing else has to be filled in.

Usage: templates.py VERSION DIRECTORY. A template holds @REPOSITORY@ and @SHA256_TARGET@, and nothing else of that kind.
"""

import pathlib
import re
import sys

KNOWN = re.compile(r"@(REPOSITORY|VERSION|SHA256_[A-Z0-9_]+)@")


def main():
    version, place = sys.argv[1], pathlib.Path(sys.argv[2])
    for file in sorted(place.rglob("*")):
        if not file.is_file():
            continue
        text = file.read_text()
        unknown = [found for found in re.findall(r"@[A-Z0-9_]+@", text) if not KNOWN.fullmatch(found)]
        if unknown:
            sys.exit(f"{file}: unknown {', '.join(unknown)}")
        filled = KNOWN.sub(lambda found: {"VERSION": version}.get(found[1], "x" * 64), text)
        if version not in filled and "@VERSION@" in text:
            sys.exit(f"{file}: the version is not filled in")
        print(f"{file}: {len(KNOWN.findall(text))} places to fill in")


main()
