"""What a Wayland compositor tells of its outputs, and the sleep of the monitors on them.

Protocols: wl_output of the core; wlr-output-power-management-unstable-v1, which sway, labwc and Wayfire speak.
"""

import struct
import time
from dataclasses import dataclass
from typing import Self

from installation.screens.wayland_wire import Connection, read_text, text

_POWER = "zwlr_output_power_manager_v1"
_BIND = 0
_GLOBAL, _GONE = 0, 1
_GEOMETRY, _MODE, _NAME = 0, 1, 4
_IS_CURRENT = 1
_GET_POWER = 0
_SET_MODE, _FORGET = 0, 1
SWITCH_S = 2.0
"""A monitor may take this long to change its mode."""


@dataclass(slots=True)
class Output:
    """One output: its name where the compositor tells it (version 4), its size in pixels as it is seen."""

    number: int = 0
    name: str = ""
    width: int = 0
    height: int = 0
    is_turned: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, of a screen that stands on its side too."""
        return (self.height, self.width) if self.is_turned else (self.width, self.height)

    def hear(self, event: int, arguments: bytes) -> None:
        """Take in one event of this output."""
        if event == _GEOMETRY:
            (transform,) = struct.unpack("=i", arguments[-4:])
            self.is_turned = bool(transform % 2)
        elif event == _MODE:
            flags, width, height = struct.unpack_from("=Iii", arguments)
            if flags & _IS_CURRENT:
                self.width, self.height = width, height
        elif event == _NAME:
            self.name, _ = read_text(arguments)


class Outputs:
    """All outputs of one compositor, kept up to date by `hear`. Methods raise OSError like their connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._outputs: dict[int, Output] = {}
        self._power = 0
        self._registry = connection.registry(self._hear)

    @property
    def all(self) -> list[Output]:
        """The outputs that are there, in the compositor's order."""
        return list(self._outputs.values())

    def hear(self) -> None:
        """Wait for all news. Twice where there is a new output: it tells of itself after it was bound."""
        before = list(self._outputs)
        self._connection.roundtrip()
        if list(self._outputs) != before:
            self._connection.roundtrip()

    def asleep(self) -> list[Output]:
        """Find the outputs whose monitors sleep; none where the compositor does not tell."""
        with _Power(self._connection, self._power, self.all) as power:
            return [output for output in self.all if power.modes.get(output.number) == 0]

    def switch(self, outputs: list[Output], on: bool) -> bool:
        """Let monitors sleep or wake them; tells whether all have done so."""
        with _Power(self._connection, self._power, outputs) as power:
            return bool(outputs) and power.switch(on)

    def _hear(self, event: int, arguments: bytes) -> None:
        """Take in one line of the compositor's list."""
        (name,) = struct.unpack_from("=I", arguments)
        if event == _GONE:
            self._outputs.pop(name, None)
            return
        interface, at = read_text(arguments, 4)
        (version,) = struct.unpack_from("=I", arguments, at)
        if interface == "wl_output":
            output = Output()
            output.number = self._bind(name, interface, min(version, 4), output)
            self._outputs[name] = output
        elif interface == _POWER:
            self._power = self._bind(name, interface, 1, Output())

    def _bind(self, name: int, interface: str, version: int, output: Output) -> int:
        number = self._connection.make(output.hear)
        self._connection.send(
            self._registry, _BIND, struct.pack("=I", name) + text(interface) + struct.pack("=II", version, number)
        )
        return number


class _Power:
    """The switches of some outputs, held for a moment: only one program may hold an output's.

    `modes` are 1 (on), 0 (asleep) by the number of the output; empty where the compositor has no such switches.
    """

    def __init__(self, connection: Connection, manager: int, outputs: list[Output]) -> None:
        self.modes: dict[int, int] = {}
        self._connection = connection
        self._switches: dict[int, int] = {}
        for output in outputs if manager else []:
            self._take(manager, output.number)

    def __enter__(self) -> Self:
        self._connection.roundtrip()
        return self

    def __exit__(self, *_: object) -> None:
        for switch in self._switches.values():
            self._connection.send(switch, _FORGET)

    def switch(self, on: bool) -> bool:
        for switch in self._switches.values():
            self._connection.send(switch, _SET_MODE, struct.pack("=I", on))
        until = time.monotonic() + SWITCH_S
        while True:
            self._connection.roundtrip()
            obeyed = [self.modes.get(output) == on for output in self._switches]
            if all(obeyed) or time.monotonic() > until:
                return bool(obeyed) and all(obeyed)
            time.sleep(0.05)

    def _take(self, manager: int, output: int) -> None:
        def hear(event: int, arguments: bytes) -> None:
            self.modes[output] = struct.unpack("=I", arguments)[0] if event == 0 else -1

        switch = self._switches[output] = self._connection.make(hear)
        self._connection.send(manager, _GET_POWER, struct.pack("=II", switch, output))
