"""How numbers are written in questions: a true minus sign, rows and matrices."""

from collections.abc import Iterable


def signed(x: object) -> str:
    """Write a number, or a text with numbers, with true minus signs."""
    return (f"{x + 0.0:g}" if isinstance(x, int | float) else str(x)).replace("-", "−")


def as_row(numbers: Iterable[float]) -> str:
    """Write a row: ``(1, −2)``."""
    return "(" + ", ".join(signed(float(x)) for x in numbers) + ")"


def as_matrix(rows: Iterable[Iterable[float]]) -> str:
    """Write a matrix row by row: ``[(1, 0); (0, 1)]``."""
    return "[" + "; ".join(as_row(numbers) for numbers in rows) + "]"
