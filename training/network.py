"""The network: a trunk with two readers on it, one for questions and one for claims.

A question's reader gives a logit for "the text answers it" and two a token for the answer's place. A claim's reader
gives three logits (supported, contradicted, not enough) and one a token of the claim: nothing supports this word.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

LOWEST = -1e4
SPECIAL_TOKENS = 999  # ids below it are [PAD], [CLS], [SEP], [MASK] and unused ones
LABELS = 3


class CheckerNetwork(nn.Module):
    """Gives logits: read (pairs,), start and end (pairs, tokens), verdict (pairs, 3) and fault (pairs, tokens).

    Start and end are lowest outside the evidence, faults outside the claim.

    Two things make it learn from few pairs: every token is told whether the other side holds it too, alone or with a
    neighbour; and each overall logit reads how far the token logits stand out, so that one wrong word is enough.

    Args:
        trunk_path: a folder with an encoder of the BERT or MPNet kind.
        layers: so many of its layers are kept, from below; None: all.
        dropout: its share in training.
    """

    def __init__(self, trunk_path: Path, *, layers: int | None = None, dropout: float = 0.0) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(str(trunk_path))
        config.num_hidden_layers = layers or config.num_hidden_layers
        # The pooler of the packaged weights is untrained and left out. Eager attention is the quicker one here.
        self.trunk = AutoModel.from_pretrained(
            str(trunk_path), config=config, add_pooling_layer=False, attn_implementation="eager", dtype=torch.float32
        )
        self.typed = "type_vocab_size" in config.to_dict()  # MPNet has no embedding for the side; `shared` tells it
        self.trunk.embeddings.word_embeddings.weight.requires_grad_(False)
        width = self.trunk.config.hidden_size
        self.shared = nn.Embedding(6, width)
        nn.init.zeros_(self.shared.weight)
        self.hidden = nn.Linear(2 * width, width)
        self.answers = nn.Linear(width, 1)
        self.places = nn.Linear(width, 2)
        self.place_weight = nn.Parameter(torch.full((2,), 0.3))
        self.judged = nn.Linear(3 * width, width)
        self.verdicts = nn.Linear(width, LABELS)
        self.faults = nn.Linear(width, 1)
        self.fault_weight = nn.Parameter(torch.tensor([-0.3, 0.15, 0.15]))
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = dropout

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        states = self.states(ids, types, mask)
        logit, places = self.read(states, types, mask)
        hidden = (1.0 - (types * mask).to(places.dtype).unsqueeze(-1)) * LOWEST
        verdict, faults = self.judge(states, types, mask)
        return logit, (places + hidden)[..., 0], (places + hidden)[..., 1], verdict, faults

    def states(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Return the trunk's last states (pairs, tokens, width)."""
        words = self.trunk.embeddings.word_embeddings(ids) + self.shared(_shared(ids, types, mask))
        sides = {"token_type_ids": types} if self.typed else {}
        states: Tensor = self.trunk(inputs_embeds=words, attention_mask=mask, **sides).last_hidden_state
        return states

    def read(self, states: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (pairs,), and place logits (pairs, tokens, 2) in which the first token means "no answer"."""
        evidence = (types * mask).to(states.dtype).unsqueeze(-1)
        places = self.places(states).float()
        above = torch.logsumexp(places + (1.0 - evidence.float()) * LOWEST, dim=1) - places[:, 0]
        overall = self.answers(torch.tanh(self.hidden(torch.cat([states[:, 0], _mean(states, evidence)], dim=-1))))
        return overall.squeeze(-1).float() + (above * self.place_weight).sum(-1), places

    def judge(self, states: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return verdict logits (pairs, 3), and fault logits (pairs, tokens), lowest outside the claim."""
        evidence = (types * mask).to(states.dtype).unsqueeze(-1)
        claim = claim_tokens(types, mask).to(states.dtype).unsqueeze(-1)
        faults = self.faults(states).squeeze(-1).float() + (1.0 - claim.squeeze(-1).float()) * LOWEST
        worst = torch.logsumexp(faults, dim=1)
        joined = torch.cat([states[:, 0], _mean(states, claim), _mean(states, evidence)], dim=-1)
        overall = self.verdicts(torch.tanh(self.judged(joined))).float()
        return overall + worst.unsqueeze(-1) * self.fault_weight, faults


def claim_tokens(types: Tensor, mask: Tensor) -> Tensor:
    """Return 1 at the tokens of the first side, without its [CLS] and [SEP]."""
    first = (1 - types) * mask
    inner = first.clone()
    inner[:, 0] = 0
    ends = first.sum(1) - 1
    return inner * (torch.arange(types.shape[1], device=types.device).unsqueeze(0) != ends.unsqueeze(1)).to(inner.dtype)


def _mean(states: Tensor, weights: Tensor) -> Tensor:
    return (states * weights).sum(1) / weights.sum(1).clamp(min=1.0)


def _shared(ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
    """Return 0 to 5 a token: its side, and if the other side holds its word: not, alone, or beside its neighbour."""
    other = (types.unsqueeze(2) != types.unsqueeze(1)) & (mask.unsqueeze(1) > 0)
    same = other & (ids.unsqueeze(2) == ids.unsqueeze(1)) & (ids.unsqueeze(2) > SPECIAL_TOKENS)
    after = nn.functional.pad(same[:, :-1, :-1] & same[:, 1:, 1:], (1, 0, 1, 0))  # with the word before
    before = nn.functional.pad(same[:, :-1, :-1] & same[:, 1:, 1:], (0, 1, 0, 1))  # with the word after
    alone = same.any(dim=2).to(torch.int64)
    return alone + (after | before).any(dim=2).to(torch.int64) + 3 * types


def read_loss(outputs: tuple[Tensor, Tensor], batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return the answerability loss and the place loss; unanswerable pairs are to point at the first token."""
    logit, places = outputs
    labels, starts, ends = batch["labels"].float(), batch["starts"], batch["ends"]
    answer = nn.functional.binary_cross_entropy_with_logits(logit, labels)
    allowed = batch["types"] * batch["mask"]
    allowed[:, 0] = 1
    places = places + (1.0 - allowed.float().unsqueeze(-1)) * LOWEST
    none = torch.zeros_like(starts)
    first = torch.where(labels > 0.5, starts, none)
    last = torch.where(labels > 0.5, ends, none)
    if bool((first < 0).all()):
        return answer, torch.zeros_like(answer)
    start_loss = nn.functional.cross_entropy(places[..., 0], first, ignore_index=-1)
    return answer, (start_loss + nn.functional.cross_entropy(places[..., 1], last, ignore_index=-1)) / 2


def verdict_loss(outputs: tuple[Tensor, Tensor], batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return the verdict's loss and the faults' loss; label 3 is "not supported", of whichever kind."""
    verdicts, faults = outputs
    labels = batch["labels"]
    chances = torch.log_softmax(verdicts, dim=-1)
    either = torch.logsumexp(chances[:, 1:], dim=-1)
    own = chances.gather(1, labels.clamp(max=LABELS - 1).unsqueeze(1)).squeeze(1)
    verdict = -torch.where(labels == LABELS, either, own).mean()
    known = batch["faults"] >= 0
    if not bool(known.any()):
        return verdict, torch.zeros_like(verdict)
    wrong = nn.functional.binary_cross_entropy_with_logits(faults[known], batch["faults"][known].float())
    return verdict, wrong
