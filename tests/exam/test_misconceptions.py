import inspect

import pytest

from helpers.exam import misconceptions
from helpers.exam.misconceptions import CLUSTERS, MISCONCEPTIONS, NAMED_BY_CONCEPT, cluster_of


@pytest.mark.parametrize("id_", MISCONCEPTIONS)
def test_mistake(id_):
    mistake = MISCONCEPTIONS[id_]
    assert mistake.cluster in CLUSTERS
    assert mistake.text.startswith("This ") and mistake.text.endswith(".")


def test_texts_differ():
    texts = [mistake.text for mistake in MISCONCEPTIONS.values()]
    assert len(set(texts)) == len(texts)


def test_no_id_is_in_two_clusters():
    source = inspect.getsource(misconceptions)
    for id_ in MISCONCEPTIONS:
        assert source.count(f'"{id_}":') == 1


def test_cluster_of():
    assert cluster_of("M05") == "K1" and cluster_of("C19") == "K9"
    assert set(map(cluster_of, [*MISCONCEPTIONS, *NAMED_BY_CONCEPT])) == set(CLUSTERS)
    with pytest.raises(KeyError, match="no mistake 'M999'"):
        cluster_of("M999")
