"""All numeric families, by id."""

from helpers.exam.families._family import Draw, Family
from helpers.exam.families.foundations import FOUNDATIONS

__all__ = ["FAMILIES", "Draw", "Family"]

FAMILIES: dict[str, Family] = {family.id: family for family in (*FOUNDATIONS,)}
