import doctest

from helpers import incidence


def test_examples():
    assert doctest.testmod(incidence).failed == 0
