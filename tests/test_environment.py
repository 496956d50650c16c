import re

import pytest

from helpers import environment


def test_pins_are_those_of_the_requirements():
    pins = environment.pinned()
    assert pins["torch"] == "2.13.0" and "jupyterlab" in pins and "pytest" not in pins
    lines = environment.REQUIREMENTS.read_text().splitlines()
    first = lines[: lines.index("# To test and to change it")]
    assert len(pins) == sum("==" in line for line in first)


@pytest.mark.parametrize(
    "found, said",
    [("2.13.0+cpu", "as pinned"), ("2.13.0", "as pinned"), ("2.14.0", "differs: 2.14.0")],
)
def test_versions_are_compared_without_the_build(found, said, monkeypatch):
    monkeypatch.setattr(environment.metadata, "version", lambda package: found)
    assert environment.compare("torch", "2.13.0").startswith(said)


def test_missing_package_is_named_with_the_cure(capsys, monkeypatch):
    monkeypatch.setattr(environment, "pinned", lambda: {"no-such-package": "1.0", "numpy": "0"})
    assert environment.report() is False
    said = capsys.readouterr().out
    assert "Missing: no-such-package. Leave JupyterLab and run python3 start.py." in said
    assert re.search(r"numpy +0 +differs", said)


def test_this_environment_is_complete(capsys):
    assert environment.report() is True
