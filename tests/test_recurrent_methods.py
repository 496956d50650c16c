"""The settings that the experiment and lesson 12 share."""

import json

from helpers.recurrent_methods import LEARNING_RATES, SETTINGS, batch_size
from helpers.results import STORED


def test_the_stored_results_were_made_with_these_settings():
    stored = json.loads(STORED.with_suffix(".json").read_text(encoding="utf-8"))["recurrent"]
    assert stored["learning_rates"] == LEARNING_RATES
    assert {name: stored[name] for name in SETTINGS} == SETTINGS


def test_small_sets_get_small_batches():
    assert [batch_size(n) for n in (100, 300, 301, 1_000, 5_000)] == [20, 20, 50, 50, 100]
