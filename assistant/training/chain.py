"""Labels of a sentence as a chain: a linear-chain CRF (Lafferty et al. 2001) with ruled-out pairs.

B is the batch, W the words, L the labels. Scores (B, W, L) are logits of each word's labels.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

RULED_OUT = -1e4
"""The score of a pair of neighbours, or of a label, that can't be."""

FLOOR = 1e-30
"""The least share of a label's paths that is told from none."""


class Chain(nn.Module):
    """Learnt scores of neighbouring labels, beside those of the words."""

    pairs: Tensor
    firsts: Tensor

    def __init__(self, pairs: Tensor, firsts: Tensor) -> None:
        """Take which labels may follow which (L, L), from row to column, and which be first (L)."""
        super().__init__()
        self.register_buffer("pairs", RULED_OUT * (~pairs).float(), persistent=False)
        self.register_buffer("firsts", RULED_OUT * (~firsts).float(), persistent=False)
        self.follows = nn.Parameter(torch.zeros(pairs.shape))
        self.starts = nn.Parameter(torch.zeros(firsts.shape))

    def loss(self, scores: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
        """Return the mean over words of minus the log likelihood of labels (B, W).

        ``mask`` (B, W) is true for words; the first of a sentence is always one.
        """
        follows, starts = self.follows + self.pairs, self.starts + self.firsts
        own = scores.gather(-1, labels[..., None]).squeeze(-1)  # (B, W)
        pairs = follows[labels[:, :-1], labels[:, 1:]]  # (B, W - 1)
        path = (own * mask).sum(1) + starts[labels[:, 0]] + (pairs * mask[:, 1:]).sum(1)  # (B,)
        share = follows.exp()  # (L, L)
        all_paths = scores[:, 0] + starts  # (B, L)
        for word in range(1, scores.shape[1]):
            top = all_paths.amax(-1, keepdim=True).detach()  # (B, 1)
            reached = ((all_paths - top).exp() @ share).clamp_min(FLOOR).log() + top
            all_paths = torch.where(mask[:, word, None], reached + scores[:, word], all_paths)
        return (all_paths.logsumexp(-1) - path).sum() / mask.sum()

    @torch.no_grad()
    def best(self, scores: Tensor) -> list[int]:
        """Return the likeliest labels of one sentence, of scores (W, L) (Viterbi 1967)."""
        return likeliest(scores, self.follows + self.pairs, self.starts + self.firsts)


def likeliest(scores: Tensor, follows: Tensor, starts: Tensor) -> list[int]:
    """Return the best path through scores (W, L), pairs (L, L) and first labels (L)."""
    best, before = scores[0] + starts, list[Tensor]()
    for each in scores[1:]:
        top, place = (best[:, None] + follows).max(0)  # (L,)
        before.append(place)
        best = top + each
    path = [int(best.argmax())]
    for place in reversed(before):
        path.append(int(place[path[-1]]))
    return path[::-1]


def bio(tags: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Return which BIO tags may follow which (L, L), and which may be first (L)."""
    inside = [tag.startswith("I-") for tag in tags]
    kinds = [tag[2:] for tag in tags]
    pairs = [[kind == kinds[b] or not inside[b] for b in range(len(tags))] for kind in kinds]
    return torch.tensor(pairs), ~torch.tensor(inside)


def segments(labels: int) -> tuple[Tensor, Tensor]:
    """Return the same of ``labels`` whose number 0 stands between parts and never first.

    One part follows another only where something stands between them.
    """
    pairs = torch.eye(labels, dtype=torch.bool)
    pairs[0] = pairs[:, 0] = True
    return pairs, torch.arange(labels) > 0
