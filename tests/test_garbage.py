"""The garbage collector looks seldom while the service runs, and as before after it."""

import gc

import pytest

from models.garbage import ALLOCATIONS, seldom_collected


def test_the_collector_looks_seldom_and_then_as_before():
    usual = gc.get_threshold()
    with pytest.raises(ValueError), seldom_collected():
        assert gc.get_threshold()[0] == ALLOCATIONS > usual[0]
        raise ValueError
    assert gc.get_threshold() == usual
