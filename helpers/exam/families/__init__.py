"""All numeric families, by id."""

from helpers.exam.families._family import Draw, Family
from helpers.exam.families.context import CONTEXT
from helpers.exam.families.counts import COUNTS
from helpers.exam.families.ehr import EHR
from helpers.exam.families.foundations import FOUNDATIONS
from helpers.exam.families.graphs import GRAPHS
from helpers.exam.families.prediction import PREDICTION
from helpers.exam.families.record_models import RECORD_MODELS
from helpers.exam.families.seeing import SEEING
from helpers.exam.families.transfer import TRANSFER
from helpers.exam.families.trees import TREES
from helpers.exam.families.words import WORDS

__all__ = ["FAMILIES", "Draw", "Family"]

FAMILIES: dict[str, Family] = {
    family.id: family
    for family in (
        *FOUNDATIONS,
        *WORDS,
        *COUNTS,
        *CONTEXT,
        *SEEING,
        *EHR,
        *RECORD_MODELS,
        *PREDICTION,
        *TRANSFER,
        *GRAPHS,
        *TREES,
    )
}
