from typing import Any

from numpy import float32, int8, int32, int64, uint16
from numpy.typing import NDArray

def isas() -> list[str]: ...
def sums(
    x: NDArray[int8],
    weights: NDArray[int8] | tuple[NDArray[int8], NDArray[uint16], NDArray[int32]],
    outs: int,
    groups: int = 1,
    isa: str = "",
) -> NDArray[int32]: ...
def sweep(array: NDArray[int8], pool: Pool) -> int: ...
def multiply(size: int, rows: int, pool: Pool, isa: str = "") -> None: ...

class Pool:
    def __init__(self, threads: int) -> None: ...
    @property
    def threads(self) -> int: ...

class Core:
    def __init__(
        self,
        pool: Pool,
        isa: str,
        heads: int,
        wide: int,
        tile: int,
        eps: float,
        words: NDArray[int8],
        word_scale: NDArray[float32],
        positions: NDArray[float32],
        weight: NDArray[float32],
        bias: NDArray[float32],
    ) -> None: ...
    def add(self, products: list[Any], norms: list[NDArray[float32]]) -> None: ...
    def run(self, ids: NDArray[int64], lengths: NDArray[int64]) -> NDArray[float32]: ...
    @property
    def isa(self) -> str: ...
