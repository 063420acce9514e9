"""The ranker's network: the MiniLM trunk, a logit for "the text answers it", two a token for the answer's place."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel

LOWEST = -1e4
SPECIAL_TOKENS = 999  # ids below it are [PAD], [CLS], [SEP], [MASK] and unused ones


class RankerNetwork(nn.Module):
    """Gives logits (pairs,), and start and end logits (pairs, tokens), lowest outside the evidence.

    Two things make it learn from few pairs: every token is told whether the other side holds it too, and the logit
    reads how far the likeliest answer tokens stand above the first token, which stands for "no answer".
    """

    def __init__(self, trunk_path: Path) -> None:
        super().__init__()
        # The pooler of the packaged weights is untrained and left out. Eager attention is the quicker one here.
        self.trunk = AutoModel.from_pretrained(
            str(trunk_path), add_pooling_layer=False, attn_implementation="eager", dtype=torch.float32
        )
        self.trunk.embeddings.word_embeddings.weight.requires_grad_(False)
        width = self.trunk.config.hidden_size
        self.shared = nn.Embedding(4, width)
        nn.init.zeros_(self.shared.weight)
        self.hidden = nn.Linear(2 * width, width)
        self.answers = nn.Linear(width, 1)
        self.places = nn.Linear(width, 2)
        self.place_weight = nn.Parameter(torch.full((2,), 0.3))
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # every pair is seen once or twice: nothing to regularise

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        logit, places = self.read(ids, types, mask)
        hidden = (1.0 - (types * mask).to(places.dtype).unsqueeze(-1)) * LOWEST
        return logit, (places + hidden)[..., 0], (places + hidden)[..., 1]

    def read(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (pairs,), and place logits (pairs, tokens, 2) in which the first token means "no answer"."""
        words = self.trunk.embeddings.word_embeddings(ids) + self.shared(_shared(ids, types, mask))
        states = self.trunk(inputs_embeds=words, token_type_ids=types, attention_mask=mask).last_hidden_state
        evidence = (types * mask).to(states.dtype).unsqueeze(-1)
        mean = (states * evidence).sum(1) / evidence.sum(1).clamp(min=1.0)
        places = self.places(states).float()
        above = torch.logsumexp(places + (1.0 - evidence.float()) * LOWEST, dim=1) - places[:, 0]
        overall = self.answers(torch.tanh(self.hidden(torch.cat([states[:, 0], mean], dim=-1)))).squeeze(-1)
        return overall.float() + (above * self.place_weight).sum(-1), places


def _shared(ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
    """Return 0 to 3 a token: on which side it stands, and whether its word stands on the other side too."""
    other = (types.unsqueeze(2) != types.unsqueeze(1)) & (mask.unsqueeze(1) > 0)
    same = (ids.unsqueeze(2) == ids.unsqueeze(1)) & (ids.unsqueeze(2) > SPECIAL_TOKENS)
    return (other & same).any(dim=2).to(torch.int64) + 2 * types


def loss_of(
    outputs: tuple[Tensor, Tensor], types: Tensor, mask: Tensor, labels: Tensor, starts: Tensor, ends: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the answerability loss and the place loss; unanswerable pairs are to point at the first token."""
    logit, places = outputs
    answer = nn.functional.binary_cross_entropy_with_logits(logit, labels)
    allowed = types * mask
    allowed[:, 0] = 1
    places = places + (1.0 - allowed.float().unsqueeze(-1)) * LOWEST
    none = torch.zeros_like(starts)
    first = torch.where(labels > 0.5, starts, none)
    last = torch.where(labels > 0.5, ends, none)
    if bool((first < 0).all()):
        return answer, torch.zeros(())
    start_loss = nn.functional.cross_entropy(places[..., 0], first, ignore_index=-1)
    return answer, (start_loss + nn.functional.cross_entropy(places[..., 1], last, ignore_index=-1)) / 2
