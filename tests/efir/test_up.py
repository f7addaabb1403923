import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from efir.process.hold import holder_of
from efir.settings import REPOSITORY
from tests.patience import PATIENCE_SECONDS

NAP = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
UP = """
import signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)  # whatever the tests were started with
from efir import up
up.PREPARATIONS = {"a nap": ("nap",)}
up._check_ports = lambda *_, **__: None  # a port that was free may be somebody else's by now
up.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_stops_the_start_while_it_is_prepared_sees_no_traceback_and_finds_nothing_left(
    tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "nap.py").write_text(NAP, encoding="utf-8")
    environment = {**os.environ, "EFIR_HOME": str(tmp_path / "home"), "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", UP]
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as starting:  # fmt: skip
        assert starting.stdout is not None
        grandchild = psutil.Process(int(starting.stdout.readline()))
        starting.send_signal(number)
        _, said = starting.communicate(timeout=PATIENCE_SECONDS)
    assert (starting.returncode, said) == (128 + number, "")
    assert holder_of(tmp_path / "home") is None
    assert not psutil.wait_procs([grandchild], PATIENCE_SECONDS)[1]
