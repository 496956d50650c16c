"""Which treatment for which diagnosis, as a few numbers a patient.

With eight numbers a diagnosis and eight a treatment, the product of the two has 64. *Linked*
takes it for each treatment and its recorded reason, *unlinked* for all diagnoses with all
treatments of a visit. A straight line through linked products sees what one drug means for one
diagnosis; it is the least that a model of links must beat.
"""

import numpy as np
from jaxtyping import Float

from helpers.decomposition import pca_fit, pca_transform
from helpers.incidence import ones_at, patient_matrix, visit_matrix
from helpers.visit_objects import VisitObjects
from helpers.visit_views import VisitCodes

SMALL = 8
Table = Float[np.ndarray, "codes small"]


def even(block: Float[np.ndarray, "patients columns"]) -> Float[np.ndarray, "patients columns"]:
    """Give a block of features a mean variance of 1 a column, so that no block shouts."""
    variance = block.var(axis=0).sum()
    return block * np.sqrt(block.shape[1] / variance) if variance else block


def small_vectors(
    keys: tuple[str, ...], vectors: Float[np.ndarray, "codes dim"]
) -> tuple[Table, Table]:
    """Return the main components of the diagnoses, and of the treatments; 0 for the others."""
    is_dx = np.array([key.startswith("ICD10CM:") for key in keys])
    tables = np.zeros((2, len(keys), SMALL))
    for table, rows in zip(tables, (is_dx, ~is_dx), strict=True):
        table[rows] = pca_transform(vectors[rows], pca_fit(vectors[rows], SMALL))
    return tables[0], tables[1]


def unlinked_products(
    visits: VisitCodes, dx: Table, treatment: Table
) -> Float[np.ndarray, "patients products"]:
    """Multiply all diagnoses with all treatments of a visit; mean over the visits."""
    held = visit_matrix(visits)
    products = np.einsum("vi,vj->vij", held @ dx, held @ treatment).reshape(-1, SMALL**2)
    return _tamed(patient_matrix(visits) @ products, visits.patient_offsets)


def linked_products(
    objects: VisitObjects, keys: tuple[str, ...], dx: Table, treatment: Table
) -> Float[np.ndarray, "patients products"]:
    """Multiply each treatment with the diagnosis it was ordered for; mean over the visits."""
    place = {key: row for row, key in enumerate(keys)}
    given = sum(
        ones_at(ids, offsets, len(known)) @ treatment[[place[key] for key in known]]
        for ids, offsets, known in (
            (objects.rx, objects.rx_offsets, objects.rx_keys),
            (objects.px, objects.px_offsets, objects.px_keys),
        )
        if len(known)
    )
    reason = dx[[place[key] for key in objects.dx_keys]][objects.dx]
    products = np.einsum("oi,oj->oij", reason, given).reshape(-1, SMALL**2)
    of_patient = objects.object_offsets[objects.patient_offsets]  # where a patient's objects start
    sums = ones_at(np.arange(len(products)), of_patient, len(products)) @ products
    return _tamed(sums, objects.patient_offsets)


def _tamed(sums: np.ndarray, patient_offsets: np.ndarray) -> np.ndarray:
    """Average over visits, and take the square root with the sign kept."""
    means = sums / np.maximum(np.diff(patient_offsets), 1)[:, None]
    return even(np.sign(means) * np.sqrt(np.abs(means)))
