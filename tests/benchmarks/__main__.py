"""Run one benchmark: ``python -m tests.benchmarks NAME``, one of the modules beside this."""

import importlib
import sys
from pathlib import Path

modules = [path for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_")]
names = sorted(path.stem for path in modules if "def main(" in path.read_text(encoding="utf-8"))
if len(sys.argv) < 2 or sys.argv[1] not in names:
    sys.exit(f"python -m tests.benchmarks NAME, where NAME is one of: {', '.join(names)}")
importlib.import_module(f"tests.benchmarks.{sys.argv[1]}").main(sys.argv[2:])
