import math

import numpy as np
import pytest

from helpers.activations import relu, sigmoid, softmax


def test_relu():
    assert relu(np.array([-1.0, 0.0, 2.0])).tolist() == [0, 0, 2]
    assert relu(np.array([[-3, 4]])).tolist() == [[0, 4]]


def test_sigmoid_is_its_equation():
    x = np.linspace(-30, 30, 7)
    np.testing.assert_allclose(sigmoid(x), 1 / (1 + np.exp(-x)), atol=1e-15)
    assert sigmoid(np.array([-1e4, 0, 1e4])).tolist() == [0, 0.5, 1]
    assert sigmoid(math.log(3)) == pytest.approx(0.75)


def test_softmax():
    np.testing.assert_allclose(softmax(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625])
    np.testing.assert_allclose(softmax(np.array([[1000.0, 1000.0]])), [[0.5, 0.5]])
    scores = np.array([[0.0, 1.0], [2.0, -1.0]])
    np.testing.assert_allclose(softmax(scores, axis=0), softmax(scores.T).T)
