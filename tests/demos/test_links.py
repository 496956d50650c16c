import numpy as np

from helpers.demos.links import LinkDemo

VISIT = [("hypertension", ["amlodipine"], []), ("angina", ["metoprolol"], [])]


def linked(objects):
    """Tell who owns what: the vector counts each pair."""
    pairs = [(dx, code) for dx, rx, _ in objects for code in rx]
    return np.array([("angina", "metoprolol") in pairs, len(pairs)], float), 0.1 + 0.2 * (
        ("hypertension", "metoprolol") in pairs
    )


def flat(objects):
    codes = {code for dx, rx, _ in objects for code in (dx, *rx)}
    return np.array([len(codes), 1.0]), 0.5


def new_demo():
    return LinkDemo(VISIT, {"MiME": linked, "flat visit": flat})


def test_at_the_start_nothing_has_moved():
    demo = new_demo()
    assert demo.text == (
        "amlodipine for hypertension, metoprolol for angina. MiME: bars as at the start, risk "
        "0.10; flat visit: bars as at the start, risk 0.50"
    )
    assert list(demo.controls) == ["amlodipine", "metoprolol"]


def test_a_moved_drug_moves_the_linked_bars_alone():
    demo = new_demo()
    before = demo.picture.value
    demo.controls["metoprolol"].value = "hypertension"
    assert "metoprolol for hypertension. MiME: bars moved, risk 0.30" in demo.text
    assert "flat visit: bars as at the start, risk 0.50" in demo.text
    assert demo.picture.value != before
    demo.controls["metoprolol"].value = "angina"
    assert "MiME: bars as at the start" in demo.text


def test_every_drug_stays_in_the_visit():
    demo = new_demo()
    moved = demo.objects({"amlodipine": "angina", "metoprolol": "angina"})
    assert moved == [("hypertension", [], []), ("angina", ["amlodipine", "metoprolol"], [])]
