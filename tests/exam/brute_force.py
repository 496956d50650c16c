"""Every key once more, by counting or in loops, from the numbers of the question alone.

Nothing is imported from `helpers`. A function takes the `numbers` of a draw by name.
"""

import math


def P03(size_a, size_b, common):
    a = set(range(size_a))
    b = set(range(size_a - common, size_a - common + size_b))
    return len(a & b) / math.sqrt(len(a)) / math.sqrt(len(b))
