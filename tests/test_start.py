"""The one command: what it decides, and what it says when something is wrong."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[1] / "start.py"
spec = importlib.util.spec_from_file_location("start", PATH)
start = importlib.util.module_from_spec(spec)
spec.loader.exec_module(start)


def test_old_python_is_told_what_is_needed():
    with pytest.raises(start.Problem, match=r"needs Python 3\.11 or newer; this is Python 3\.8"):
        start.check_python((3, 8, 10))
    start.check_python((3, 11, 0))
    start.check_python((4, 0, 0))


def test_full_disk_is_noticed_before_anything_is_installed(monkeypatch, tmp_path):
    usage = type("usage", (), {"free": 1.2e9})
    monkeypatch.setattr(start.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(start.Problem, match=r"needs 4 GB of disk space; there are 1\.2 GB free"):
        start.check_disk(tmp_path, installed=False)
    start.check_disk(tmp_path, installed=True)


@pytest.mark.parametrize(
    "system, nvidia, reachable, cpu",
    [
        ("Linux", False, True, True),
        ("Linux", False, False, False),
        ("Linux", True, True, False),
        ("Darwin", False, True, False),
        ("Windows", False, True, False),
    ],
)
def test_source_of_torch(system, nvidia, reachable, cpu):
    options = start.torch_source(system, nvidia, lambda: reachable)
    assert options == (["--index-url", start.CPU_INDEX] if cpu else [])


def test_cpu_index_that_fails_after_all_is_not_the_end(monkeypatch, capsys):
    asked = []

    def pip(*arguments):
        asked.append(arguments)
        if "--index-url" in arguments:
            raise start.Problem("no such build")

    monkeypatch.setattr(start, "pip", pip)
    monkeypatch.setattr(start, "torch_source", lambda *_: ["--index-url", start.CPU_INDEX])
    start.install_torch()
    assert asked[0][0] == "--no-deps" and asked[1] == (start.torch_pin(),)
    assert "from the plain one" in capsys.readouterr().out


def test_index_that_does_not_answer_is_given_up_at_once():
    with socket.socket() as silent:  # accepts nothing, answers nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        port = silent.getsockname()[1]
        assert not start.reaches("http://127.0.0.1:%d" % port, seconds=0.2)
    assert not start.reaches("http://127.0.0.1:%d" % port, seconds=0.2)
    assert not start.reaches("no address at all")


def test_port_in_use():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(start.Problem, match=f"Port {port} is in use; choose another"):
            start.choose_port(str(port))
    assert start.choose_port(str(port)) == port
    with pytest.raises(start.Problem, match="needs a number"):
        start.choose_port("eighty")
    assert 8888 <= start.choose_port(None) < 8988


@pytest.mark.parametrize(
    "arguments, value, rest",
    [
        (["--port", "9", "--no-browser"], "9", ["--no-browser"]),
        (["-x", "--port=9"], "9", ["-x"]),
        (["--ip=0.0.0.0"], None, ["--ip=0.0.0.0"]),
    ],
)
def test_options(arguments, value, rest):
    assert start.take_option(arguments, "--port") == value
    assert arguments == rest


def test_option_without_a_value():
    with pytest.raises(start.Problem, match="--port needs a value"):
        start.take_option(["--port"], "--port")


def test_browser_only_where_there_is_a_display(monkeypatch):
    assert start.has_display("Windows", {}) and start.has_display("Darwin", {})
    assert start.has_display("Linux", {"DISPLAY": ":0"})
    assert not start.has_display("Linux", {})
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(start.platform, "system", lambda: "Linux")
    command = start.lab_command(8890, ["--ip=0.0.0.0"])
    assert "--no-browser" in command and command[-1] == "--ip=0.0.0.0"
    if hasattr(os, "geteuid"):
        assert ("--allow-root" in command) == (os.geteuid() == 0)


def test_failed_installation_gives_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(start, "LOG", str(tmp_path / "log"))
    monkeypatch.setattr(start, "python_in", lambda environment: sys.executable)
    with pytest.raises(start.Problem, match=r"The installation failed: .*no-such-file"):
        start.pip("--no-index", "-r", "no-such-file.txt")


def test_disk_that_fills_up_meanwhile_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(start, "LOG", str(tmp_path / "log"))
    (tmp_path / "log").write_text("ERROR: OSError: [Errno 28] No space left on device\n")
    monkeypatch.setattr(start, "python_in", lambda environment: sys.executable)
    with pytest.raises(start.Problem, match=r"failed: the disk is full\. The whole report"):
        start.pip("--no-index", "-r", "no-such-file.txt")


def test_stamp_follows_the_requirements(monkeypatch, tmp_path):
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text("a")
    monkeypatch.setattr(start, "ROOT", str(tmp_path))
    before = start.fingerprint()
    assert start.fingerprint() == before
    (tmp_path / "requirements.txt").write_text("b")
    assert start.fingerprint() != before


def test_requirements_are_exact_and_end_with_the_helpers():
    lines = (PATH.parent / "requirements.txt").read_text().split("\n")
    lines = [line for line in lines if line and not line.startswith("#")]
    assert lines[-1] == "-e ." and all("==" in line for line in lines[:-1])
    assert start.torch_pin() in lines


def test_problem_is_one_line_and_exit_code_1(tmp_path):
    code = (
        "import sys; sys.path.insert(0, %r); import start\n"
        "start.install = lambda: None\n"
        "sys.exit(start.main(['--port', 'x']))" % str(PATH.parent)
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "--port needs a number from 1 to 65535, not 'x'.\n"


def test_exit_code_is_that_of_the_tests(monkeypatch):
    monkeypatch.setattr(start, "install", lambda: None)
    seen = []

    def run(command, **more):
        seen.append(command)
        return subprocess.CompletedProcess(command, 5)

    monkeypatch.setattr(start.subprocess, "run", run)
    assert start.main(["test", "tests/test_onehot.py"]) == 5
    assert "--dist" in seen[0] and seen[0][-1] == "tests/test_onehot.py"


@pytest.mark.parametrize("chosen, threads", [(None, "1"), ("4", "4")])
def test_kernels_get_one_thread_unless_somebody_chose(monkeypatch, chosen, threads):
    monkeypatch.delenv("OMP_NUM_THREADS")
    if chosen:
        monkeypatch.setenv("OMP_NUM_THREADS", chosen)
    seen = []

    class Server:
        def __init__(self, command, **more):
            seen.append(more["env"])

        def wait(self):
            return 0

        def poll(self):
            return 0  # over before it began: nothing to announce

    monkeypatch.setattr(start.subprocess, "Popen", Server)
    assert start.open_lab(["--no-browser"]) == 0
    assert seen[0]["OMP_NUM_THREADS"] == threads


def test_settings_for_jupyter_are_where_it_looks(monkeypatch, tmp_path):
    monkeypatch.setattr(start, "ENVIRONMENT", str(tmp_path))
    start.settle_jupyter()
    found = {
        path.relative_to(tmp_path).as_posix(): json.loads(path.read_text())
        for path in tmp_path.rglob("*.json")
    }
    assert found["share/jupyter/lab/settings/overrides.json"][
        "@jupyterlab/notebook-extension:tracker"
    ] == {"windowingMode": "defer"}
    slides = found["etc/jupyter/jupyter_nbconvert_config.json"]["SlidesExporter"]
    assert slides["reveal_width"] == "1360"
    assert len(found) == 3
