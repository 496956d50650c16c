"""How well vectors of codes find the planted groups."""

import polars as pl
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score


def group_scores(vectors, keys, codes, group):
    """Return AMI and NMI of k-means clusters and a column of the code table."""
    names = codes.drop_nulls(group).filter(pl.col("condition").ne_missing("heart failure"))
    of = dict(zip(names["system"] + ":" + names["code"], names[group], strict=True))
    rows = [row for row, key in enumerate(keys) if key in of]
    truth = [of[keys[row]] for row in rows]
    found = KMeans(len(set(truth)), n_init=10, random_state=0).fit_predict(vectors[rows])
    return adjusted_mutual_info_score(truth, found), normalized_mutual_info_score(truth, found)


def group_ami(vectors, keys, codes, group):
    """Return the adjusted mutual information alone."""
    return group_scores(vectors, keys, codes, group)[0]
