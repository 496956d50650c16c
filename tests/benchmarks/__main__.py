"""Run one benchmark: ``python -m tests.benchmarks NAME``, one of the modules beside this."""

import os
import sys
from importlib import import_module
from pathlib import Path

# one thread each, before numpy and torch are loaded: a fair race, and no fight for the cores
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ.setdefault("TQDM_DISABLE", "1")

FOLDER = Path(__file__).parent
NAMES = sorted(p.stem for p in FOLDER.glob("[a-z]*.py") if "def main(" in p.read_text("utf-8"))

if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
    sys.exit(f"python -m tests.benchmarks NAME, where NAME is one of: {', '.join(NAMES)}")
import_module(f"tests.benchmarks.{sys.argv[1]}").main(sys.argv[2:])
