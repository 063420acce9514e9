"""The ranker's network: the MiniLM trunk, a logit for "the text answers it", and two a token for where the answer lies."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel

LOWEST = -1e4


class RankerNetwork(nn.Module):
    """Gives logits (pairs,), and start and end logits (pairs, tokens), lowest outside the evidence."""

    def __init__(self, trunk_path: Path, *, attention: str = "sdpa") -> None:
        super().__init__()
        # The pooler of the packaged weights is untrained; the logit reads the first token and the evidence's mean.
        self.trunk = AutoModel.from_pretrained(
            str(trunk_path), add_pooling_layer=False, attn_implementation=attention, dtype=torch.float32
        )
        self.trunk.embeddings.word_embeddings.weight.requires_grad_(False)
        width = self.trunk.config.hidden_size
        self.hidden = nn.Linear(2 * width, width)
        self.answers = nn.Linear(width, 1)
        self.places = nn.Linear(width, 2)
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # every pair is seen once or twice: nothing to regularise

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states = self.trunk(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        evidence = (types * mask).to(states.dtype)
        mean = (states * evidence.unsqueeze(-1)).sum(1) / evidence.sum(1, keepdim=True).clamp(min=1.0)
        joined = torch.cat([states[:, 0], mean], dim=-1)
        logit = self.answers(torch.tanh(self.hidden(joined))).squeeze(-1)
        places = self.places(states) + (1.0 - evidence.unsqueeze(-1)) * LOWEST
        return logit, places[..., 0], places[..., 1]


def loss_of(
    outputs: tuple[Tensor, Tensor, Tensor], labels: Tensor, starts: Tensor, ends: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the answerability loss and the span loss (0 where no pair of the batch has a known span)."""
    logit, start_logits, end_logits = (value.float() for value in outputs)
    answer = nn.functional.binary_cross_entropy_with_logits(logit, labels)
    if not bool((starts >= 0).any()):
        return answer, torch.zeros(())
    span = nn.functional.cross_entropy(start_logits, starts, ignore_index=-1)
    return answer, (span + nn.functional.cross_entropy(end_logits, ends, ignore_index=-1)) / 2
