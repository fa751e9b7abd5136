"""The house stands as it is drawn: which room may look into which, and nobody in a circle."""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import sealwright.provision
import sealwright.provision.flows
import sealwright.telemetry

ROOT = Path(sealwright.__file__).parent

FORMAT, KEYS = "telemetry.format", "telemetry.keys"
SERVICES = {
    f"services.{shared}"
    for shared in (
        "_call",
        "_client",
        "_credentials",
        "_describe",
        "_each",
        "_fields",
        "_groups",
        "_http",
        "_json",
        "_openapi",
        "_paging",
        "_registry",
        "_reply",
        "_retry",
        "_rules",
        "_shape",
    )
}
MAY_IMPORT = {
    "errors": set(),
    "secret": {"errors"},
    "events": set(),
    "telemetry.format": {"errors", "telemetry.core", FORMAT},
    "telemetry.core": {"errors", "_native"},
    "telemetry.keys": {"errors", "events", "secret", "telemetry.core", FORMAT, KEYS},
    # Only the source that asks a service knows one.
    "telemetry.keys.service": {"errors", "events", KEYS, FORMAT},
    "telemetry.keys.asking": {"errors", "events", KEYS, FORMAT, "services.ublox.e2e"},
    "telemetry.opening": {
        "errors",
        "events",
        "telemetry.core",
        FORMAT,
        "telemetry.keys.parameters",
        "telemetry.keys.spending",
        "telemetry.keys.table",
        "telemetry.opening",
    },
    "telemetry.pipeline": {"errors", "events", "telemetry.__init__", "telemetry.core", "telemetry.pipeline"},
    "telemetry.__init__": {"errors", "events", "secret", FORMAT, KEYS, "telemetry.opening"},
    "provision": {"errors", "secret", "provision"},
    # Only what submits calls a service.
    "provision.flows": {
        "errors",
        "secret",
        "provision",
        "services._call",
        "services._client",
        "services._each",
        "services.el2g",
    },
    "provision._openpgp": {"errors", "secret", "provision._openpgp"},
    "services._http": {"errors", "events", "secret", "services._http", "services._retry"},
    "services": {"errors", "secret", *SERVICES},
    "services.ublox": {"errors", "secret", *SERVICES, "services.ublox"},
    "services.el2g": {"errors", "secret", *SERVICES, "services.el2g"},
    "simulator": {
        "errors",
        "secret",
        "telemetry.__init__",
        "services._call",
        "services.ublox",
        "services._retry",
        "provision.__init__",
        "services.el2g",
        "simulator",
    },
    "sql": {"errors", "telemetry.__init__"},
    "bench": {"errors", "secret", "telemetry.__init__", "simulator", "bench"},
    "cli": {
        "errors",
        "secret",
        "telemetry.__init__",
        "telemetry.pipeline",
        "provision.__init__",
        "provision.flows.__init__",
        "simulator",
        "bench",
        *(SERVICES - {"services._http"}),
        "services.ublox",
        "services.el2g",
        "cli",
    },
    "__init__": {
        "errors",
        "events",
        "secret",
        "telemetry.__init__",
        "provision.__init__",
        "services.ublox.client",
        "services.el2g.client",
    },
    "__main__": {"cli.__init__", "errors"},
}
"""For each place, the places of ours that it may import from; the longest name that fits counts."""

ONLY_HERE = {
    "cryptography": {
        "telemetry.opening.portable",
        "telemetry.keys.keeping.crypto",
        "provision",
        "bench.peers",
        "simulator.ublox.certificates",
        "simulator.key_pairs",
        "simulator.el2g",
    },
    "pgpy": {"provision._pgpy"},
    "redis": {"telemetry.keys.shared_store"},
    "sqlite3": {"telemetry.keys.keeping.sqlite_tables"},
    "starlette": {"simulator.service", "simulator.ublox", "simulator.el2g"},
    "uvicorn": {"simulator.service.server"},
    "httpx2": {"services._http", "simulator.service.transport"},
    "httpcore2": {"services._http"},
    "rich": {"cli", "bench.table"},
    "click": {"cli", "__main__"},
    "_native": {"telemetry.core"},
    "telemetry.opening.portable": {"telemetry.opening.engine", "telemetry.opening.portable"},
}
"""What few may import, and who.

`keeping.crypto` has the primitives with which a key store encrypts; `bench.peers` has cryptography
because the peers are what users would write without us.
"""


def _name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def _imports():
    """Return what each module imports: ours by place, others by their first name."""
    return {_name(path): _imported(path) for path in sorted(ROOT.rglob("*.py"))}


def _imported(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {_target(node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {_target(alias.name, "") for alias in node.names}
    return found


def _target(module, name):
    """Return the module that an import reaches: a submodule, or the package that has the name."""
    if module.split(".")[0] != "sealwright":
        return module.split(".")[0]
    parts = module.split(".")[1:]
    for candidate in ([*parts, name], parts):
        path = ROOT.joinpath(*candidate)
        if candidate and any(path.with_suffix(suffix).is_file() for suffix in (".py", ".pyi")):
            return ".".join(candidate)
    return ".".join([*parts, "__init__"])


def _within(module, place):
    return module == place or module.startswith(place + ".")


def _ours(module):
    return {target for target in _imports()[module] if target in _imports() or target == "_native"}


@pytest.mark.parametrize("module", _imports())
def test_arrows(module):
    """A module imports only from the places that the table allows to its own place."""
    place = max((place for place in MAY_IMPORT if _within(module, place)), key=len)
    forbidden = {
        target
        for target in _ours(module)
        if not any(_within(target, allowed) for allowed in MAY_IMPORT[place])
    }
    assert not forbidden


def test_no_circles():
    """No module imports itself by way of others, not even for types."""
    try:
        TopologicalSorter({module: _ours(module) for module in _imports()}).prepare()
    except CycleError as problem:
        pytest.fail(" -> ".join(problem.args[1]))


@pytest.mark.parametrize(("what", "who"), ONLY_HERE.items())
def test_imported_in_few_places(what, who):
    """A library behind a seam is imported behind that seam only."""
    importers = {
        module for module, targets in _imports().items() if any(_within(target, what) for target in targets)
    }
    assert importers
    assert {module for module in importers if not any(_within(module, place) for place in who)} == set()


@pytest.mark.parametrize(
    "wing",
    [sealwright.telemetry, sealwright.provision, sealwright.provision.flows],
    ids=["telemetry", "provision", "flows"],
)
def test_public_names_only(wing):
    """Whoever imports from a wing itself takes names of its `__all__` and no other."""
    places = ("telemetry/pipeline", "simulator", "bench", "cli")
    for path in [path for place in places for path in ROOT.joinpath(place).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == wing.__name__:
                assert {alias.name for alias in node.names} - {"pipeline"} <= set(wing.__all__), path
