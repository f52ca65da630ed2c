"""Build hook: what a wheel carries besides the code, as `tieout/_resources`.

A hook and not hatch's static `force-include`, because that would also copy these files into
every editable install, where they go stale beside the checkout that they came from.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = ("schemas", "reports", "tieout.yaml", "mappings", "rules", "contracts", "data")
"""From the root; `rules` brings the law packs. `tieout.config.resources` looks for the same."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Maps each of `CARRIED` into the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for name in CARRIED:
            if (Path(self.root) / name).exists():
                build_data["force_include"][name] = f"tieout/_resources/{name}"
            else:
                self.app.display_warning(f"{name} isn't there; the wheel goes without it")
