"""What can go wrong in an evaluation. What the product gets wrong is an outcome, not an error.

EvaluationError
├── SuiteError          a suite, a case or a table of cases is not in its shape
├── DataMissing         the data of an adapter is not where it was looked for
├── RunError            a run's folder cannot be used: another run's, damaged, not writable
├── GateError           a gate asks for a metric or a run that is not there
└── JudgeError          a judge cannot be used (one that fails on a case is counted and shown)

Every message says what was found, what was expected and what to do next, in one line.
"""


class EvaluationError(Exception):
    """The base class of every error of this package."""


class SuiteError(EvaluationError):
    """A suite, a case or a table of cases is not in its shape."""


class DataMissing(EvaluationError):
    """The data of an adapter is not where it was looked for."""


class RunError(EvaluationError):
    """A run's folder cannot be used."""


class GateError(EvaluationError):
    """A gate asks for something that is not there."""


class JudgeError(EvaluationError):
    """A judge cannot be used."""
