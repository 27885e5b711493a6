"""Which blocks of an encoder's weights stay while it is pruned, bit by bit, to a share of zeros.

Gradual magnitude pruning (Zhu & Gupta 2017, arXiv 1710.01878) of blocks of ``rows`` outputs by
four inputs (Fast DistilBERT on CPUs, arXiv 2211.07715). A block counts for what its outputs would
lose: its weights by the size of the inputs they read, squared (Sun et al. 2023, arXiv
2306.11695). How much of each matrix stays is set beforehand by what the encoder loses when that
one alone is pruned. All outputs of a block read the same inputs, so that none of them waits for
another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from assistant.engine.blocks import QUAD

EVERY = 20
"""Steps between two choices."""

LEAST = 0.1
"""Share of a matrix's blocks that stays at least."""

MEMORY = 0.99
"""Share of the inputs' sizes so far that a step leaves."""


def target(step: int, total: int, ramp: float) -> float:
    """Return how much of the pruning is done at a step: cubic up to ``ramp`` of all steps."""
    done = min(1.0, step / max(1.0, ramp * total))
    return float(1 - (1 - done) ** 3)


def densities(
    costs: Mapping[str, float], sizes: Mapping[str, int], share: float
) -> dict[str, float]:
    """Return what share of each matrix's blocks to keep so that ``share`` of all are gone.

    What is lost by pruning a matrix to a density d is taken to grow as its measured cost / d²; the
    sum of that is least where d³ is as the cost of one block.
    """
    wanted = (1 - share) * sum(sizes.values())
    raw = {
        name: max(cost, 1e-12) ** (1 / 3) / sizes[name] ** (1 / 3) for name, cost in costs.items()
    }
    low, high = 0.0, 1 / min(raw.values())
    for _ in range(60):  # bisect the common factor
        factor = (low + high) / 2
        kept = sum(sizes[n] * min(1.0, max(LEAST, factor * r)) for n, r in raw.items())
        low, high = (factor, high) if kept < wanted else (low, factor)
    return {name: min(1.0, max(LEAST, high * r)) for name, r in raw.items()}


class Blocks(nn.Module):
    """The blocks that are left, and the inputs' sizes by which they were chosen.

    Buffers only, so that they are kept with a run's state.
    """

    def __init__(self, layers: Mapping[str, nn.Module], rows: int, share: float) -> None:
        """Take the products by their names, the outputs of a block, and the share to let go."""
        super().__init__()
        self._share = share
        self.register_buffer("share", torch.tensor(share))
        self._layers = dict(layers)
        self._rows = rows
        self._masks: dict[str, Tensor] = {}
        self.register_load_state_dict_post_hook(self._forget)  # type: ignore[no-untyped-call]
        for name, layer in self._layers.items():
            weight = _flat(layer)  # (outs, ins / groups)
            kept = torch.ones(weight.shape[0] // rows, weight.shape[1] // QUAD, dtype=torch.bool)
            self.register_buffer(_key("kept", name), kept)
            self.register_buffer(_key("sizes", name), torch.zeros(_ins(layer)))
            self.register_buffer(_key("density", name), torch.tensor(1.0))
            layer.register_forward_pre_hook(self._watch(name))
            weights = layer.get_parameter("weight")
            weights.register_hook(self._masked(name))  # type: ignore[no-untyped-call]

    def _forget(self, *_: object) -> None:
        """Make the masks anew after blocks were read back; ValueError if for another share."""
        self._masks.clear()
        read = float(self.get_buffer("share"))
        if abs(read - self._share) > 1e-6:  # it is kept in single precision
            raise ValueError(f"the state is of a share of {read:.3g}, not {self._share:.3g}")

    def _watch(self, name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        """Return a hook that follows the mean squares of a layer's inputs while it learns.

        What fills up a batch counts too: its texts are of like length.
        """

        def look(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            if not layer.training:
                return
            x = inputs[0].detach().float()
            others = (0, 2) if isinstance(layer, nn.Conv1d) else (0, 1)
            self.of("sizes", name).mul_(MEMORY).add_((1 - MEMORY) * x.square().mean(others))

        return look

    def _masked(self, name: str) -> Callable[[Tensor], Tensor]:
        """Return a hook that leaves no gradient where weights are gone."""

        def hold(gradient: Tensor) -> Tensor:
            return gradient * self._mask(name)

        return hold

    def of(self, what: str, name: str) -> Tensor:
        """Return a product's "kept" blocks, its inputs' "sizes", or its "density"."""
        return self.get_buffer(_key(what, name))

    def _mask(self, name: str) -> Tensor:
        """Return 1 for weights that stay, else 0, shaped as the weights."""
        if name not in self._masks:
            kept = self.of("kept", name)
            flat = kept.repeat_interleave(self._rows, 0).repeat_interleave(QUAD, 1).float()
            self._masks[name] = flat.view_as(self._layers[name].get_parameter("weight"))
        return self._masks[name]

    @torch.no_grad()
    def scores(self, name: str) -> Tensor:
        """Return what each block of a product counts, (outs / rows, ins / groups / 4)."""
        weight, sizes = _flat(self._layers[name]), self.of("sizes", name)
        groups = len(sizes) // weight.shape[1]
        read = sizes.view(groups, -1).repeat_interleave(len(weight) // groups, 0)
        lost = weight.square() * read  # (outs, ins / groups)
        return lost.view(-1, self._rows, weight.shape[1] // QUAD, QUAD).sum((1, 3))

    @torch.no_grad()
    def choose(self, name: str, share: float) -> None:
        """Let the least blocks of a product go until a share is gone; none comes back."""
        kept = self.of("kept", name)
        scores = self.scores(name).masked_fill(~kept, -1.0)
        gone = round(share * scores.numel())
        if gone > int((~kept).sum()):
            kept.view(-1)[scores.flatten().argsort()[:gone]] = False
            self._masks.pop(name, None)

    @torch.no_grad()
    def plan(self, cost: Callable[[], float]) -> None:
        """Set each product's density by what pruning it alone to the share costs."""
        whole, costs = cost(), {}
        for name, layer in self._layers.items():
            weight = layer.get_parameter("weight")
            before, kept = weight.clone(), self.of("kept", name)
            self.choose(name, self._share)
            weight.mul_(self._mask(name))
            costs[name] = max(0.0, cost() - whole)
            weight.copy_(before)
            kept.fill_(True)
            self._masks.pop(name, None)
        sizes = {name: self.of("kept", name).numel() for name in self._layers}
        for name, density in densities(costs, sizes, self._share).items():
            self.of("density", name).fill_(density)

    @torch.no_grad()
    def let_go(self, done: float) -> None:
        """Take every product a share of the way to its density."""
        for name in self._layers:
            self.choose(name, done * (1 - float(self.of("density", name))))

    @torch.no_grad()
    def apply_to_weights(self) -> None:
        """Make the weights of blocks that are gone zero."""
        for name, layer in self._layers.items():
            layer.get_parameter("weight").mul_(self._mask(name))

    def shares(self) -> dict[str, float]:
        """Return the share of zero blocks in each product."""
        return {n: 1 - float(self.of("kept", n).float().mean()) for n in self._layers}


def _key(what: str, name: str) -> str:
    return f"{what}_{name.replace('.', '_')}"


def _flat(layer: nn.Module) -> Tensor:
    return layer.get_parameter("weight").detach().flatten(1)


def _ins(layer: nn.Module) -> int:
    if isinstance(layer, nn.Conv1d):
        return layer.in_channels
    return int(layer.get_parameter("weight").shape[1])
