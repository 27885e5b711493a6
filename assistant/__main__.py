"""``python -m assistant`` is the command ``assistant``."""

import gc
import signal

YOUNG = (50_000, 20, 50)
"""When garbage is looked for. What is made at the start stays: at Python's 700 new objects a tenth
of the way to the first answer goes into looking through it again and again.
"""


def main() -> None:
    """Run the command line; until that heeds signals, Ctrl-C ends it without a word."""
    gc.set_threshold(*YOUNG)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from assistant.cli import main as run
    from assistant.doors.ending import Ended, leave, log_what_is_lost

    log_what_is_lost()
    try:
        run()
    except SystemExit as ended:
        leave(ended.code)
    except Ended as told:
        leave(told.code)
    leave(0)


if __name__ == "__main__":
    main()
