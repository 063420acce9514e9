"""Is a claim supported by the evidence it cites?"""

from qa.verify.rules import RuleVerifier
from qa.verify.types import Verifier

__all__ = ["RuleVerifier", "Verifier"]
