"""Check a CycloneDX file against this very environment: everything that is installed, and who needs it.

    python check_sbom.py sealwright.cdx.json

Run it with the Python of the environment that the file describes.
"""

import json
import re
import sys
from importlib.metadata import distribution, distributions
from pathlib import Path


def plain(name: str) -> str:
    """Return a project's name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Exit with what is missing, or say how much there is."""
    bom = json.loads(Path(sys.argv[1]).read_text())
    root = bom["metadata"]["component"]
    told = {plain(each["name"]): each for each in bom["components"]}
    there = {plain(each.name): each.version for each in distributions()}
    ours = there.pop("sealwright")
    needed = {
        plain(re.match(r"[\w.-]+", line)[0])
        for line in distribution("sealwright").requires or []
        if "extra ==" not in line and ("python_version" not in line or sys.version_info >= (3, 13))
    }
    links = {each["ref"]: each.get("dependsOn", []) for each in bom["dependencies"]}
    linked = {plain(ref.partition("==")[0]) for ref in links[root["bom-ref"]]}
    faults = [
        *([f"it is of {root['name']} {root['version']}"] if root["version"] != ours else []),
        *(
            f"{name} {there[name]} is not in it"
            for name in there
            if told.get(name, {}).get("version") != there[name]
        ),
        *(f"{name} is in it and not here" for name in told.keys() - there.keys()),
        *(f"{name} has no licence" for name, each in told.items() if not each.get("licenses")),
        *(f"{name} has no purl" for name, each in told.items() if not each.get("purl")),
        *(f"sealwright needs {name}, and that is not said" for name in needed - linked),
    ]
    if faults or not needed:
        sys.exit("SBOM: " + "; ".join(faults or ["sealwright needs nothing"]))
    print(f"SBOM: {len(told)} components with versions and licences, {len(needed)} of them needed directly")


if __name__ == "__main__":
    main()
