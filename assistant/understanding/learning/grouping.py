"""Groups of vectors that are near each other: agglomerative, by average linkage.

Sokal and Michener 1958 (UPGMA): the two groups whose members are nearest on average are joined, as
long as they are near enough.
"""

from __future__ import annotations

import numpy as np

from assistant.understanding.learning.regression import Floats


def groups(vectors: Floats, near: float) -> list[list[int]]:
    """Return the rows of unit vectors (n, d) in groups, the largest first.

    Two groups are joined while the mean cosine between their members is at least ``near``.
    """
    members = [[i] for i in range(len(vectors))]
    likeness = (vectors @ vectors.T).astype(np.float64)  # (n, n); mean cosines between groups
    np.fill_diagonal(likeness, -np.inf)
    while len(members) > 1:
        a, b = divmod(int(likeness.argmax()), len(likeness))
        if likeness[a, b] < near:
            break
        sizes = len(members[a]), len(members[b])
        joined = (likeness[a] * sizes[0] + likeness[b] * sizes[1]) / sum(sizes)
        likeness[a], likeness[:, a] = joined, joined
        likeness[a, a] = -np.inf
        likeness = np.delete(np.delete(likeness, b, axis=0), b, axis=1)
        members[a] += members.pop(b)
    return sorted((sorted(each) for each in members), key=lambda each: (-len(each), each))
