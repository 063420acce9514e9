"""What can go wrong between a question and an answer.

AnsweringError
├── QuestionError               a question that cannot be asked (empty, too long, only control characters)
├── CasesError                  a batch, history or verify input that is not in its shape
├── ModelError                  the language model cannot be used
│   ├── ModelMissing            its weights are not there
│   ├── ModelCorrupt            its weights are not the ones expected
│   └── ModelUnreachable        the server that holds it does not answer
├── CacheError                  the model cache cannot be written
├── FeedbackError               readers' feedback cannot be kept or read
├── RunsError                   an evaluation run cannot be shown
└── VerifierError               the verifier is broken (a claim that cannot be verified is a verdict, not an error)

Every message says what was found, what was expected and what to do next, in one line.
"""


class AnsweringError(Exception):
    """The base class of every error of this package."""


class QuestionError(AnsweringError):
    """The question cannot be asked."""


class CasesError(AnsweringError):
    """An input file is not in its shape."""


class ModelError(AnsweringError):
    """The language model cannot be used."""


class ModelMissing(ModelError):
    """The model's weights are not there."""


class ModelCorrupt(ModelError):
    """The model's weights are not the ones expected."""


class ModelUnreachable(ModelError):
    """The server that holds the model does not answer."""


class CacheError(AnsweringError):
    """The model cache cannot be written."""


class FeedbackError(AnsweringError):
    """Readers' feedback cannot be kept or read."""


class RunsError(AnsweringError):
    """An evaluation run cannot be shown."""


class VerifierError(AnsweringError):
    """The verifier is broken."""
