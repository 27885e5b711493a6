"""Builds the native engine with the package; where that fails, the package does without it."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
FLAGS = ["-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-Wno-psabi"]
"""Products and sums are never contracted, so that every CPU computes the same bits."""


class NativeHook(BuildHookInterface[Any]):
    """Compiles ``_core`` beside its sources, for wheels and editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; on failure warn and leave a package of pure Python."""
        try:
            built = compile_core(Path(self.root))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a compiler may do
            self.app.display_warning(
                f"The native engine was not built ({error!s:.200}); the NumPy engine is used. "
                "With a C++17 compiler (GCC or clang) install again to have it."
            )
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["artifacts"].append(built.relative_to(self.root).as_posix())


def compile_core(root: Path) -> Path:
    """Compile the extension module and return its file; raises what the compiler raises."""
    from pybind11.setup_helpers import ParallelCompile, Pybind11Extension
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    ParallelCompile(default=0).install()
    where = HERE.relative_to(root)
    sources = [(where / path.name).as_posix() for path in sorted(HERE.glob("*.cpp"))]
    extension = Pybind11Extension(
        "assistant.engine.native._core",
        sources,
        cxx_std=17,
        extra_compile_args=FLAGS,
        extra_link_args=["-pthread"] if sys.platform == "linux" else [],
    )
    command = build_ext(Distribution({"ext_modules": [extension], "packages": ["assistant"]}))
    command.inplace = True
    command.force = True
    command.build_temp = str(root / "build" / "native")
    command.finalize_options()
    command.run()
    return HERE / f"_core{sysconfig.get_config_var('EXT_SUFFIX')}"
