"""Classic BPF as seccomp runs it, so that a filter is tried for processors that are not at hand."""

from __future__ import annotations

import struct

from assistant.sandbox.seccomp import AND, AT_LEAST, EQUAL, LOAD, RETURN


def answer(code: bytes, architecture: int, number: int, *arguments: int) -> int:
    """Return what a filter answers to a system call."""
    words = [each & 0xFFFFFFFFFFFFFFFF for each in (*arguments, 0, 0, 0, 0, 0, 0)][:6]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *words)
    at = held = 0
    while True:
        operation, true, false, value = struct.unpack_from("=HBBI", code, 8 * at)
        at += 1
        if operation == LOAD:
            (held,) = struct.unpack_from("=I", data, value)
        elif operation == AND:
            held &= value
        elif operation == EQUAL:
            at += true if held == value else false
        elif operation == AT_LEAST:
            at += true if held >= value else false
        else:
            assert operation == RETURN
            return int(value)
