"""``python -m assistant`` is the command ``assistant``."""

import gc
import signal

YOUNG = (5_000, 10, 10)
"""After how many new objects garbage is looked for. Nearly all that is made at the start stays, and
looking through it after each 700, as Python does, takes some 3 % of the way to the first answer.
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
