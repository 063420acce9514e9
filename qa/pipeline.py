"""The whole story of a question, top to bottom: rewrite, search, evidence, prompt, draft, check, decide, answer.

`Assistant.stream` is the one path; the command line, the chat and `ask` drain the same events.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index import Index
from index.errors import QueryError
from index.filters import Filter
from index.types import Hit
from qa.abstention import USUAL_RISK
from qa.analysis import Profile, analyse
from qa.answerability import Floors, Surety, Weights, YesNoModel, asked_surety, packaged_weights
from qa.answerability import fixed_prefix as asking_prefix
from qa.compose import compose
from qa.confidence import CheckerConfidence, Confidence, ScoreConfidence, default_confidence
from qa.config import Settings
from qa.conflict import disagreement
from qa.dated import read_without_time
from qa.decide import Decision, decide
from qa.engine import LanguageModel, open_model
from qa.evidence import Candidate, as_evidence, candidates, scored, select, shortlist
from qa.lasttime import since_first
from qa.parts import covers, joined, leans_on, parts_of, standing_alone
from qa.premise import presuppositions
from qa.prompt import fixed_prefix, grammar_for, prompt_for
from qa.question import cleaned
from qa.quoted import PASSAGES, is_said_in, quotation_asked_of, quoted_first
from qa.ranker import Ranker, default_ranker
from qa.rewrite import rewrite, unanswered_who
from qa.said import said_first
from qa.short import with_short_answer, without_short_answer
from qa.types import Answer, Completed, Event, Evidence, Judged, Question, Retrieved, Timings, Token, Turn
from qa.verify import Verifier, strict_verifier
from qa.when import asked_period

CONFIDENT = 8  # so many of the best candidates are read a second time, with their answer,
OF_ARTICLES = 6  # and of so many more articles the best one
WRITTEN_AT_ONCE = 0.5  # from this confidence on the draft is written before the model is asked about its sentence


@dataclass(slots=True)
class _Clock:
    """Seconds of each stage of one answer."""

    began: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = self.stages.get(stage, 0.0) + now - self.last
        self.last = now

    def first_token(self) -> None:
        self.stages.setdefault("first_token", time.perf_counter() - self.began)

    def timings(self) -> Timings:
        return Timings(**self.stages, total=time.perf_counter() - self.began)


def _read_again(ranked: Sequence[Candidate]) -> list[int]:
    """Return the numbers of the candidates to read a second time: the best, and the best of each further article."""
    kept = list(range(min(CONFIDENT, len(ranked))))
    seen = {ranked[n].article.article_id for n in kept}
    for n in range(len(kept), len(ranked)):
        if ranked[n].article.article_id not in seen and len(kept) < CONFIDENT + OF_ARTICLES:
            seen.add(ranked[n].article.article_id)
            kept.append(n)
    return kept


def _unsettled(judging: Generator[Judged, None, Decision]) -> Generator[Judged, None, Decision]:
    """Pass verdicts on without saying that a sentence is sure to be in the answer."""
    while True:
        try:
            event = next(judging)
        except StopIteration as stop:
            decision: Decision = stop.value
            return decision
        yield replace(event, settled=0)


def _together(first: Sequence[Hit], second: Sequence[Hit]) -> list[Hit]:
    """Return the passages of two searches, each once, ranked in this order."""
    found = {hit.passage_id: hit for hit in (*second, *first)}
    order = dict.fromkeys(hit.passage_id for hit in (*first, *second))
    return [replace(found[passage_id], rank=rank) for rank, passage_id in enumerate(order, 1)]


class Assistant:
    """Answers questions from an index. Holds the model, which is opened at the first question."""

    def __init__(
        self,
        documents: Index,
        *,
        model: LanguageModel | None = None,
        verifier: Verifier | None = None,
        ranker: Ranker | None = None,
        confidence: Confidence | None = None,
        answerability: Weights | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            documents: what is asked.
            model: writes the draft; None: the packaged one.
            verifier: checks its sentences; None: the packaged network joined with rules, strict.
            ranker: reads for the answer; None: the packaged network.
            confidence: how sure an answer is, which decides abstention; None: the packaged network's, or with a ranker
                of your own that ranker's score.
            answerability: how the language model's own word is joined with that confidence; None: as in the package.
                It is only heard where it is the model of these weights and the confidence is the packaged one.
            settings: None: the defaults.
        """
        self.documents = documents
        self.settings = settings or Settings()
        self._verifier = verifier
        self._ranker = ranker
        self._confidence = confidence or (None if ranker is None else ScoreConfidence(self.settings))
        self._weights = answerability
        self._model = model
        self._warmed = False

    @property
    def model(self) -> LanguageModel:
        if self._model is None:
            self._model = open_model(None)
        return self._model

    @property
    def verifier(self) -> Verifier:
        if self._verifier is None:
            self._verifier = strict_verifier()
        return self._verifier

    @property
    def confidence(self) -> Confidence:
        if self._confidence is None:
            self._confidence = default_confidence()
        return self._confidence

    @property
    def ranker(self) -> Ranker:
        if self._ranker is None:
            self._ranker = default_ranker()
        return self._ranker

    def on(
        self, documents: Index, *, settings: Settings | None = None, model: LanguageModel | None = None
    ) -> Assistant:
        """Return an assistant on other documents that shares these models; None: these settings, this one too."""
        return Assistant(
            documents,
            model=model or self.model,
            verifier=self.verifier,
            ranker=self.ranker,
            confidence=self.confidence,
            answerability=self._weights,
            settings=settings or self.settings,
        )

    def warm(self) -> None:
        """Load the models and fill the cache of the prompt's fixed part, so that the first question is quick."""
        self.ranker.score("warm?", ["warm."])
        presuppositions("Why did the ferry sink?")  # loads its word lists
        self.documents.warm()
        self._warm_model()

    def _warm_model(self) -> None:
        asked = self._asked_model()
        if asked is not None:
            asked.warm(asking_prefix())
        self.model.warm(fixed_prefix())
        self._warmed = True

    def ask(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn | str] = (),
        as_of: datetime.date | None = None,
        where: Filter | None = None,
    ) -> Answer:
        """Return the checked answer.

        Args:
            question: a question, or one with all of the following.
            history: the earlier turns, or the earlier questions alone.
            as_of: nothing published after this day is evidence.
            where: nothing but what passes this filter is evidence.

        Raises:
            QuestionError: the question is empty, too long or holds no words.
            ModelError: the language model cannot be used.
        """
        for event in self.stream(question, history=history, as_of=as_of, where=where):
            if isinstance(event, Completed):
                return event.answer
        raise AssertionError("a stream ends with Completed")

    def stream(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn | str] = (),
        as_of: datetime.date | None = None,
        where: Filter | None = None,
    ) -> Iterator[Event]:
        """Yield Retrieved, the draft as Tokens, each of its sentences as Judged, then Completed, which replaces it.

        Of a question that asks two things, a part that the answer leaves out is asked by itself, with a Retrieved,
        Tokens and Judged of its own.
        """
        asked = cleaned(question, self.settings, history=history, as_of=as_of, where=where)
        clock = _Clock()
        text = rewrite(asked.text, self._history(asked)).text
        clock.lap("rewrite")
        parts = parts_of(text) if text == asked.text else ()  # what was carried over may belong to both
        decision = yield from self._decided(text, asked, clock, is_last=not parts)
        if parts and not all(covers(part, decision) for part in parts):
            decision = yield from self._decided_in_parts(parts, decision, asked, clock)
        if parts:
            decision = without_short_answer(decision)
        yield Completed(answer=self._answer(asked, text, decision, clock))

    def _decided_in_parts(
        self, parts: Sequence[str], whole: Decision, asked: Question, clock: _Clock
    ) -> Generator[Event, None, Decision]:
        """Answer the parts of a question that the whole one's answer leaves out; return one decision on all.

        The whole one's is kept where asking in parts gives less: no answer to the first, or no disagreement any more.
        """
        first, second = parts
        known = whole if covers(first, whole) else (yield from self._decided(first, asked, clock, is_last=False))
        if known.status == "abstained" and (whole.status == "answered" or leans_on(second, first)):
            return whole
        if covers(second, whole) and not leans_on(second, first):
            return joined([(first, known), (second, whole)])
        said = " ".join(claim.text for claim in known.claims)
        other = yield from self._decided(standing_alone(second, first, said), asked, clock, is_last=False)
        both = joined([(first, known), (second, other)])
        is_less = both.status == "abstained" or (whole.status == "conflict" != both.status)
        return whole if is_less else both

    def _decided(self, text: str, asked: Question, clock: _Clock, *, is_last: bool) -> Generator[Event, None, Decision]:
        """Answer one question that stands alone: yield what is found, written and judged, return what is shown.

        Args:
            is_last: no other part is answered after it; else no sentence is said to be settled.
        """
        profile = analyse(text)
        hits = self._search(text, asked)
        ranked = self._rank(profile, hits)
        chosen = select(ranked, self.settings, count_tokens=self.model.count_tokens)
        evidence = as_evidence(chosen)
        clock.lap("retrieve")
        yield Retrieved(standalone_question=text, hits=tuple(hits), evidence=tuple(evidence))
        surety = self.surety(profile)
        sides = disagreement(profile, ranked, self.settings)
        if sides is not None:
            sides = sides.without(surety.denies)
        reply = ""
        if not sides and evidence and self._may_be_shown(profile, chosen, surety):
            for piece in self._draft(text, evidence):
                clock.first_token()
                reply += piece
                yield Token(text=piece)
        clock.lap("generate")
        judging = decide(profile, reply, ranked, evidence, sides, self.verifier, self.settings, surety=surety)
        decision = yield from (judging if is_last else _unsettled(judging))
        decision = with_short_answer(profile, decision, ranked, self.ranker)
        clock.lap("verify")
        return decision

    def rank(self, question: str | Question) -> list[Candidate]:
        """Return the sentences that may answer, best first, as they are ranked for an answer.

        Raises:
            QuestionError: the question is empty, too long or holds no words.
        """
        asked = cleaned(question, self.settings)
        return self._rank(analyse(asked.text), self._search(asked.text, asked))

    def _history(self, asked: Question) -> Sequence[Turn]:
        """Return the earlier turns, with the name that answers an earlier "who" where only the question was kept."""
        earlier = unanswered_who(asked.text, asked.history)
        if earlier is None:
            return asked.history
        profile = analyse(earlier)
        ranked = self._rank(profile, self._search(earlier, asked))
        surety = self.surety(profile)
        if not ranked or ranked[0].answer_text is None or not surety.reaches(ranked[0], surety.floors.shown):
            return asked.history
        return *asked.history, Turn(role="assistant", content=f"It is {ranked[0].answer_text}.")

    def _search(self, text: str, asked: Question) -> list[Hit]:
        """Return the best passages, then the best of those that tell of the time asked for, where one is.

        Before them come those that hold the words whose speaker is asked for.
        """
        where, period = asked.where or Filter(), asked_period(text, as_of=asked.as_of)
        try:
            hits = self.documents.search(text, limit=self.settings.passages, as_of=asked.as_of, where=where)
            if quotation := quotation_asked_of(analyse(text)):
                found = self.documents.search(quotation, limit=PASSAGES, as_of=asked.as_of, where=where)
                hits = _together([hit for hit in found if is_said_in(quotation, hit.text)], hits)
            if period is None or where.happened is not None:
                return hits
            then = replace(where, happened=period)
            told = self.documents.search(text, limit=self.settings.passages_of_time, as_of=asked.as_of, where=then)
        except QueryError:
            return []
        return _together(hits, told)

    def _rank(self, profile: Profile, hits: Sequence[Hit]) -> list[Candidate]:
        """Return the sentences that may answer, best first; the best ones and each article's with their confidence."""
        ranked = self._scored(profile, hits)
        read = _read_again(ranked)
        sure = dict(zip(read, self.confidence.of(profile, [ranked[n] for n in read]), strict=True))
        known = [
            replace(candidate, confidence=max(candidate.confidence, sure.get(n, 0.0)))
            for n, candidate in enumerate(ranked)
        ]
        return read_without_time(profile, known, read, self.ranker, self.confidence)

    def _scored(self, profile: Profile, hits: Sequence[Hit]) -> list[Candidate]:
        articles = {
            article.article_id: article for article in self.documents.articles({hit.article_id for hit in hits})
        }
        found = shortlist(profile, candidates(hits, articles), limit=self.settings.candidate_sentences)
        ranked = scored(profile, found, self.ranker)
        for first in (quoted_first, said_first, since_first):
            ranked = first(profile, ranked)
        return ranked

    def surety(self, profile: Profile) -> Surety:
        """Return how sure the answers of a question's candidates are, and how sure they have to be.

        The language model is asked too where it is the one that the packaged weights were fit with.
        """
        model = self._asked_model()
        if model is None:
            return Surety(floors=Floors.of(self.confidence.threshold, self.settings, usual=USUAL_RISK))
        return asked_surety(profile, model, self.answerability, self.settings)

    def _asked_model(self) -> YesNoModel | None:
        """Return the language model where its own word is to be heard, else nothing; the card is read only then."""
        packaged = isinstance(self.confidence, CheckerConfidence) and self.confidence.is_packaged
        if not self.settings.ask_model or not packaged:
            return None
        model = self.model
        return model if isinstance(model, YesNoModel) and model.name == self.answerability.model else None

    @property
    def answerability(self) -> Weights:
        if self._weights is None:
            self._weights = packaged_weights()
        return self._weights

    def _may_be_shown(self, profile: Profile, chosen: Sequence[Candidate], surety: Surety) -> bool:
        """Return whether a draft could be shown at all; that nobody did what is asked is said by a draft alone.

        Where the network is not sure, the model is asked about the best sentences before it writes for nothing.

        Args:
            chosen: the evidence, best first.
        """
        if chosen[0].score < self.settings.reading_answerability:
            return False
        if profile.kind == "person":
            return True
        best = surety.surest(chosen)
        if best[0].confidence >= WRITTEN_AT_ONCE:
            return surety.at_most(best[0]) >= surety.floors.shown
        return surety.reached_by_one(best)

    def _draft(self, question: str, evidence: Sequence[Evidence]) -> Iterator[str]:
        if not self._warmed or self._asked_model() is not None:  # what it was asked took the prefix's place
            self.model.warm(fixed_prefix())
            self._warmed = True
        return self.model.stream(
            prompt_for(question, evidence),
            max_tokens=self.settings.max_answer_tokens,
            grammar=grammar_for(evidence, max_claims=self.settings.max_claims),
            temperature=self.settings.temperature,
            seed=self.settings.seed,
        )

    def _answer(self, asked: Question, text: str, decision: Decision, clock: _Clock) -> Answer:
        return compose(
            decision,
            question=asked.text,
            standalone_question=text,
            text_of=self.documents.text_of,
            model=self.model.name,
            index_fingerprint=self.documents.fingerprint,
            timings=clock.timings(),
        )

    def close(self) -> None:
        """Let go of the model; the index stays open."""
        if self._model is not None:
            self._model.close()
            self._model = None

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
