"""Open the course, or test it, with nothing but Python installed.

    python3 start.py                 make the environment and open JupyterLab on lesson 00
    python3 start.py test            make the environment and run every test

``--port 8890`` and ``--no-browser`` are passed on to JupyterLab, as is everything else that
is not known here. This file uses the standard library only and stays readable for old
versions of Python, so that they can be told what is wrong.
"""

import hashlib
import json
import os
import platform
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import venv

ROOT = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = os.path.join(ROOT, ".venv")
STAMP = os.path.join(ENVIRONMENT, "course-stamp")
LOG = os.path.join(ENVIRONMENT, "install.log")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
FIRST_LESSON = "/lab/tree/notebooks/00_start_here.ipynb"
OLDEST = (3, 11)
GIGABYTES = 4  # torch alone unpacks to more than one


class Problem(Exception):
    """Something the reader has to be told, in one sentence."""


def check_python(version):
    """Refuse a Python that the pinned packages do not support."""
    if tuple(version[:2]) < OLDEST:
        raise Problem(
            "This course needs Python %d.%d or newer; this is Python %d.%d (%s)."
            % (OLDEST + tuple(version[:2]) + (sys.executable,))
        )


def check_disk(folder, installed):
    """Refuse to begin an installation that cannot end."""
    free = shutil.disk_usage(folder).free / 1e9
    if not installed and free < GIGABYTES:
        raise Problem(
            "The environment needs %d GB of disk space; there are %.1f GB free at %s."
            % (GIGABYTES, free, folder)
        )


def python_in(environment):
    """Return the path of an environment's Python."""
    windows = os.path.join(environment, "Scripts", "python.exe")
    return windows if os.name == "nt" else os.path.join(environment, "bin", "python")


def fingerprint():
    """Return a text that changes when the environment has to be made anew."""
    digest = hashlib.sha256(platform.python_version().encode())
    for name in ("requirements.txt", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    digest.update(ROOT.encode())  # the helpers are installed from here
    return digest.hexdigest()


def is_installed():
    """Tell whether the environment is there and matches this course."""
    try:
        with open(STAMP) as file:
            return file.read() == fingerprint() and os.path.exists(python_in(ENVIRONMENT))
    except OSError:
        return False


def has_nvidia():
    """Tell whether an NVIDIA driver is installed."""
    return shutil.which("nvidia-smi") is not None


def reaches(address, seconds=4):
    """Tell whether an address answers, without waiting long."""
    try:
        urllib.request.urlopen(address + "/torch/", timeout=seconds).close()
    except (OSError, ValueError):
        return False
    return True


def torch_pin():
    """Return the line of requirements.txt that pins torch."""
    with open(os.path.join(ROOT, "requirements.txt")) as file:
        return next(line.strip() for line in file if line.startswith("torch=="))


def torch_source(system, nvidia, reachable):
    """Return pip's options for torch: the CPU index on Linux without a driver, else none.

    The plain index serves a CPU build for Windows and macOS, and a build with several GB of
    CUDA libraries for Linux. It is still the one to use when the CPU index cannot be reached.
    """
    if system == "Linux" and not nvidia and reachable():
        return ["--index-url", CPU_INDEX]
    return []


def pip(*arguments):
    """Run pip in the environment; its long report goes to a file."""
    command = [python_in(ENVIRONMENT), "-m", "pip", "install", "--disable-pip-version-check"]
    with open(LOG, "a") as log:
        done = subprocess.run(command + list(arguments), cwd=ROOT, stdout=log, stderr=log)
    if done.returncode:
        with open(LOG, errors="replace") as log:
            lines = [line.strip() for line in log if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR")]
        reason = (errors or lines or ["pip gave no reason."])[-1][:300]
        if any("No space left" in line for line in lines[-20:]):
            reason = "the disk is full."
        raise Problem(
            "The installation failed: %s%s The whole report is in %s; "
            "run the same command again once it is mended."
            % (reason, "" if reason.endswith(".") else ".", LOG)
        )


def install_torch():
    """Install torch, from the CPU index where that is the right one, else from the plain one.

    What torch needs comes later with the other requirements: the CPU index has only part of it.
    """
    source = torch_source(platform.system(), has_nvidia(), lambda: reaches(CPU_INDEX))
    if source:
        try:
            return pip("--no-deps", torch_pin(), *source)
        except Problem:
            print("         not from the CPU index, so from the plain one")
    return pip(torch_pin())


def install():
    """Make the environment, unless it is there already."""
    check_disk(ROOT, is_installed())
    if is_installed():
        return
    print("Making the environment in .venv; this happens once and takes a few minutes.")
    try:
        venv.EnvBuilder(with_pip=True, clear=True).create(ENVIRONMENT)
    except subprocess.CalledProcessError:
        raise Problem(
            "Python could not make an environment; on Debian and Ubuntu install the package "
            "python3-venv first."
        )
    print("  1 of 2: torch")
    install_torch()
    print("  2 of 2: JupyterLab and the rest")
    pip("-r", "requirements.txt")
    settle_jupyter()
    with open(STAMP, "w") as file:
        file.write(fingerprint())


def settle_jupyter():
    """Give Jupyter the settings of the course, in this environment alone.

    JupyterLab does not ask every newcomer about its own news. And it draws all cells of a notebook
    after opening it, not only those in view: otherwise a link to a cell ends up somewhere near it.
    Slides are wide enough for the longest line of code.
    """
    for place, settings in (
        (
            ("etc", "jupyter", "labconfig", "page_config.json"),
            {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}},
        ),
        (
            ("share", "jupyter", "lab", "settings", "overrides.json"),
            {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "defer"}},
        ),
        (
            ("etc", "jupyter", "jupyter_nbconvert_config.json"),
            {
                "SlidesExporter": {
                    "reveal_width": "1360",
                    "reveal_height": "850",
                    "exclude_input_prompt": True,
                    "exclude_output_prompt": True,
                }
            },
        ),
    ):
        path = os.path.join(ENVIRONMENT, *place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            json.dump(settings, file)


def is_free(port):
    """Tell whether nothing on this machine listens on a port."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(wanted):
    """Return the port to use: the wanted one, or the first free one from 8888 on."""
    if wanted is None:
        return next(port for port in range(8888, 8988) if is_free(port))
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise Problem("--port needs a number from 1 to 65535, not %r." % wanted)
    if not is_free(int(wanted)):
        raise Problem("Port %s is in use; choose another one with --port." % wanted)
    return int(wanted)


def take_option(arguments, name):
    """Remove ``--name value`` or ``--name=value`` from the arguments; return the value."""
    for i, argument in enumerate(arguments):
        if argument == name:
            if i + 1 == len(arguments):
                raise Problem("%s needs a value." % name)
            value = arguments[i + 1]
            del arguments[i : i + 2]
            return value
        if argument.startswith(name + "="):
            del arguments[i]
            return argument[len(name) + 1 :]
    return None


def has_display(system, environment):
    """Tell whether a browser could open a window here."""
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return system in ("Windows", "Darwin") or bool(shown)


def lab_command(port, arguments):
    """Return the command that starts JupyterLab."""
    command = [python_in(ENVIRONMENT), "-m", "jupyterlab", "--port=%d" % port]
    command += ["--ServerApp.port_retries=0", "--ServerApp.root_dir=" + ROOT]
    command += ["--LabApp.default_url=" + FIRST_LESSON, "--log-level=WARN"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    if not has_display(platform.system(), os.environ) and "--no-browser" not in arguments:
        command.append("--no-browser")
    return command + arguments


def open_lab(arguments):
    """Start JupyterLab, print its address once it answers, and stay until it ends."""
    port = choose_port(take_option(arguments, "--port"))
    environment = dict(os.environ)
    token = environment.setdefault("JUPYTER_TOKEN", secrets.token_hex(16))
    environment.setdefault("OMP_NUM_THREADS", "1")  # on small arrays threads only wait
    address = "http://localhost:%d%s?token=%s" % (port, FIRST_LESSON, token)
    server = subprocess.Popen(lab_command(port, arguments), cwd=ROOT, env=environment)
    threading.Thread(target=_announce, args=(server, port, address), daemon=True).start()
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        return 0


def _announce(server, port, address):
    while server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                print("\nThe course is open at\n  %s\nControl-C ends it.\n" % address, flush=True)
                return
        time.sleep(0.2)


def run_tests(arguments):
    """Run every test: helpers, checks, contracts, and both folders of notebooks."""
    command = [python_in(ENVIRONMENT), "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
    return subprocess.run(command + arguments, cwd=ROOT).returncode


def main(arguments):
    """Do what the command line asks for; return the exit code."""
    try:
        check_python(sys.version_info)
        if "-h" in arguments or "--help" in arguments:
            print(__doc__)
            return 0
        install()
        if arguments[:1] == ["test"]:
            return run_tests(arguments[1:])
        return open_lab(arguments)
    except Problem as problem:
        print(problem, file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
    except OSError as error:
        full = error.errno == 28
        print("The disk is full." if full else "It did not work: %s." % error, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
