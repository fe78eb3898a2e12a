"""Both edges know every error of the tree, and an error survives the way between processes."""

import pickle

import pytest

from models import errors
from models.errors import StrategyError


def leaves(root=StrategyError):
    below = root.__subclasses__()
    return [leaf for one in below for leaf in leaves(one)] if below else [root]


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: leaf.__name__)
def test_each_error_has_an_exit_code_and_a_status(leaf):
    from service.api import status_of
    from service.cli import exit_code

    error = leaf("what is wrong", subject="a.pdf")
    assert exit_code(error) in (1, 2, 3)
    assert 400 <= status_of(error) < 600


def test_codes_are_distinct():
    codes = [leaf.code for leaf in leaves()]
    assert len(codes) == len(set(codes))


def test_the_tree_in_the_docstring_names_every_class():
    missing = [leaf.__name__ for leaf in leaves() if leaf.__name__ not in errors.__doc__]
    assert missing == []


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: leaf.__name__)
def test_an_error_keeps_its_subject_between_processes(leaf):
    error = pickle.loads(pickle.dumps(leaf("wrong", subject="a.pdf", nearest=["b"])))
    assert (error.message, error.subject, error.nearest) == ("wrong", "a.pdf", ("b",))
