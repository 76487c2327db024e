"""Writes the licences of every crate that the program is built from, and the list of them.

Usage: parts.py METADATA LICENCES SBOM, where METADATA is what `cargo metadata` prints.
The list is CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/).
"""

import json
import pathlib
import sys

NAMES = ("license", "licence", "copying", "notice", "unlicense")


def built_in(metadata):
    """The packages that end up in the program: no build scripts' and no tests' dependencies."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    found, waiting = set(), [metadata["resolve"]["root"]]
    while waiting:
        number = waiting.pop()
        if number in found:
            continue
        found.add(number)
        for dependency in nodes[number]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    found.remove(metadata["resolve"]["root"])
    packages = [package for package in metadata["packages"] if package["id"] in found]
    return sorted(packages, key=lambda package: (package["name"], package["version"]))


def texts(package):
    """The licence files that lie in a package."""
    place = pathlib.Path(package["manifest_path"]).parent
    files = [file for file in place.iterdir() if file.is_file() and file.name.lower().startswith(NAMES)]
    return [file.read_text(errors="replace").strip() for file in sorted(files)]


def main():
    metadata = json.load(open(sys.argv[1]))
    packages = built_in(metadata)
    own = next(package for package in metadata["packages"] if package["id"] == metadata["resolve"]["root"])
    with open(sys.argv[2], "w") as out:
        out.write("authctl is built from these packages. Their licences allow that, and want to be named.\n")
        seen = {}
        for package in packages:
            out.write(f"\n{package['name']} {package['version']}: {package['license']}\n")
            for text in texts(package):
                number = seen.setdefault(text, len(seen) + 1)
                out.write(f"  text {number}\n")
        for text, number in seen.items():
            out.write(f"\n==== text {number} ====\n\n{text}\n")
    components = [
        {
            "type": "library",
            "name": package["name"],
            "version": package["version"],
            "purl": f"pkg:cargo/{package['name']}@{package['version']}",
            "licenses": [{"expression": package["license"].replace("/", " OR ")}],
        }
        for package in packages
    ]
    sbom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": own["name"], "version": own["version"]}},
        "components": components,
    }
    json.dump(sbom, open(sys.argv[3], "w"), indent=1)
    print(f"{len(packages)} packages are built in")


main()
