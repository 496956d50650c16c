"""Run a learner's code so that nothing it does can stop or harm the notebook.

On Linux the code runs in a forked copy of the kernel: a loop that never ends, a huge
allocation, ``sys.exit`` or a crash ends the copy, and the notebook goes on. Where forking
is not safe (macOS, Windows) the code runs in the kernel itself and a watching thread
interrupts it.
"""

import contextlib
import ctypes
import io
import os
import pickle
import select
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import psutil

SECONDS = 10.0  # a check's own work takes well under one second
BYTES = 2 * 1024**3  # what an answer may allocate on top of what the notebook holds


@dataclass(frozen=True)
class Ran:
    """What came of it: a value, or the word for how it ended."""

    value: object = None
    ended: str = ""  # "", "time", "memory" or "crash"


class _Interrupt(BaseException):
    """Raised inside a learner's function by the watching thread."""


class TimeUp(_Interrupt):
    """The code ran too long."""


class TooLarge(_Interrupt):
    """The code took too much memory."""


def run(work: Callable[[], object], seconds: float = SECONDS, bytes_: int = BYTES) -> Ran:
    """Call ``work()`` and bring back its value, which has to be picklable.

    Returns
    -------
    Ran
        With ``ended`` "time" after `seconds`, "memory" if `bytes_` more than at the start
        were wanted, "crash" if the process died. Exceptions of `work` itself pass through
        as "crash": the caller handles those that belong to a learner.
    """
    if sys.platform == "linux" and hasattr(os, "fork"):
        return run_forked(work, seconds, bytes_)
    return run_watched(work, seconds, bytes_)


def run_forked(work: Callable[[], object], seconds: float, bytes_: int) -> Ran:
    """Run in a forked copy of this process (Linux)."""
    sys.stdout.flush()
    read_end, write_end = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside the kernel's threads
        child = os.fork()
    if child == 0:
        os.close(read_end)
        _be_the_child(work, write_end, bytes_)
    os.close(write_end)
    try:
        answer = _read(read_end, time.monotonic() + seconds)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(read_end)
    if answer is None:
        return Ran(ended="time")
    return pickle.loads(answer) if answer else Ran(ended="crash")


def _be_the_child(work: Callable[[], object], write_end: int, bytes_: int) -> None:
    """Do the work, send the result, and end without touching what belongs to the parent."""
    try:
        import resource

        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if "torch" in sys.modules:  # a pool of OpenMP threads does not survive a fork
            sys.modules["torch"].set_num_threads(1)
        if "threadpoolctl" in sys.modules:  # comes with scikit-learn, whose pool is its own
            sys.modules["threadpoolctl"].threadpool_limits(1)
        limit = psutil.Process().memory_info().vms + bytes_
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                result = Ran(work())
            except MemoryError:
                result = Ran(ended="memory")
        with os.fdopen(write_end, "wb") as pipe:
            pipe.write(pickle.dumps(result))
    finally:
        os._exit(0)


def _read(pipe: int, deadline: float) -> bytes | None:
    """Read until the other side closes; None when the deadline passes first."""
    parts = []
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        part = os.read(pipe, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)


def run_watched(work: Callable[[], object], seconds: float, bytes_: int) -> Ran:
    """Run in this thread; another thread interrupts it when it goes too far.

    A single call into compiled code that never comes back cannot be interrupted this way.
    """
    finished = threading.Event()
    watcher = threading.Thread(
        target=_watch, args=(threading.get_ident(), finished, seconds, bytes_), daemon=True
    )
    sink = io.StringIO()
    try:
        watcher.start()
        with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
            try:
                result = Ran(work())
            finally:
                finished.set()
        watcher.join()
        return result
    except TimeUp:
        return Ran(ended="time")
    except (TooLarge, MemoryError):
        return Ran(ended="memory")
    except (Exception, SystemExit):
        return Ran(ended="crash")


def _watch(thread: int, finished: threading.Event, seconds: float, bytes_: int) -> None:
    """Raise in `thread`, again and again, once it has used up its time or its memory."""
    process = psutil.Process()
    deadline = time.monotonic() + seconds
    limit = process.memory_info().rss + bytes_
    while not finished.wait(0.05):
        if time.monotonic() > deadline:
            _raise_in(thread, TimeUp)
        elif process.memory_info().rss > limit:
            _raise_in(thread, TooLarge)


def _raise_in(thread: int, interrupt: type) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(interrupt))
