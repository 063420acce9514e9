"""Is a claim supported by the evidence it cites?"""

from qa.verify.joined import JoinedVerifier, default_verifier, strict_verifier
from qa.verify.rules import RuleVerifier
from qa.verify.types import Verifier

__all__ = ["JoinedVerifier", "RuleVerifier", "Verifier", "default_verifier", "strict_verifier"]
