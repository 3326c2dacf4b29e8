"""The garbage collector of a process that holds thousands of stations."""

import gc


def settle() -> None:
    """Leave what was loaded at the start alone; look for cycles after many more new objects.

    A full look walks over every object of Django and of every station: a third of a core.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
