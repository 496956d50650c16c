"""What the README shows is what happens."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_example_prints_what_it_says():
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    expected = re.search(r"```text\n(.*?)```", README, re.DOTALL)[1]
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen):
        exec(code, {})
    assert screen.getvalue() == expected


def test_links_and_folders_exist():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
    for name in re.findall(r"`([\w./]+/)`", README):
        assert (ROOT / name).is_dir() or (ROOT / "helpers" / name).is_dir(), name


def test_commands_are_known():
    for module in sorted(set(re.findall(r"python -m ((?:helpers|tests)\.\w+)", README))):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1 and "records, skipgram" in done.stderr
