"""How many threads numpy's products take. Its threads wait by spinning, which costs more than they bring."""

from __future__ import annotations

from contextlib import AbstractContextManager


def single_thread() -> AbstractContextManager[object]:
    """Keep numpy's products on one thread while the encoder has the cores.

    Its threads wait by spinning: with two of them a document of 8,062 tokens took 5.1 s, with one 3.6 s,
    without any lens 3.3 to 3.7 s (2 cores).
    """
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits


def stay_single() -> None:
    """Keep numpy's products on one thread for as long as this process lives; for one that searches.

    A product of 2,259 vectors with a query took 0.12 ms on one thread and 16 ms on two beside other work
    (2 cores); switching for each search would set the number for other threads too.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")
