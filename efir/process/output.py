"""Where the children's lines go: the terminal, prefixed and coloured, and one rotating file each."""

import asyncio
import logging
import os
import re
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

ROTATE_BYTES, KEEP_FILES = 10 * 1024 * 1024, 5
COLOURS = (36, 33, 35, 32, 34, 91, 96)
"""ANSI foreground colours, handed out in order of first appearance."""
NAME_WIDTH = 9
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Output:
    """Prints lines with the name of who said them, and keeps them in `folder`."""

    def __init__(self, folder: Path, terminal: TextIO | None = None) -> None:
        self._folder = folder
        self._terminal: TextIO | None = terminal or sys.stdout
        self._is_coloured = self._terminal.isatty() and "NO_COLOR" not in os.environ
        self._files: dict[str, RotatingFileHandler] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def say(self, name: str, line: str) -> None:
        """One line of one process, to the terminal and to its file (there without colours)."""
        plain = ANSI.sub("", line)
        self._file(name).emit(logging.LogRecord(name, logging.INFO, "", 0, plain, None, None))
        self.show(self._prefix(name) + (line if self._is_coloured else plain))

    def show(self, line: str) -> None:
        """One line to the terminal only. A reader that went away (`efir up | head`) never stops the system."""
        if self._terminal is None:
            return
        try:
            self._terminal.write(line + "\n")
            self._terminal.flush()
        except OSError:
            self._terminal = None

    async def follow(self, name: str, stream: asyncio.StreamReader) -> None:
        """Say every line of the stream until it ends; an overlong line is cut, never lost sight of."""
        while True:
            try:
                line = await stream.readline()
            except ValueError:
                self.say(name, "… (a line longer than 64 KiB was cut)")
                continue
            if not line:
                return
            self.say(name, line.decode(errors="replace").rstrip())

    def close(self) -> None:
        """Close the files."""
        for handler in self._files.values():
            handler.close()

    def _prefix(self, name: str) -> str:
        label = f"{name:<{NAME_WIDTH}} │ "
        if not self._is_coloured:
            return label
        colour = COLOURS[list(self._files).index(name) % len(COLOURS)]
        return f"\x1b[{colour}m{label}\x1b[0m"

    def _file(self, name: str) -> RotatingFileHandler:
        if name not in self._files:
            path = self._folder / f"{name}.log"
            handler = RotatingFileHandler(path, maxBytes=ROTATE_BYTES, backupCount=KEEP_FILES, encoding="utf-8")
            handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
            self._files[name] = handler
        return self._files[name]
