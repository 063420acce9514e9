"""What can go wrong on the page's own side.

UiError
├── CollectionsError            a collection cannot be named so, or be made
├── ConversationsError          conversations cannot be kept or read
│   └── ConversationMissing     there is none of this name
├── LoginError                  the file of names and passwords cannot be used
└── ScopeError                  what the controls say is no scope

A message says what was found and what to do, in one line.
"""

from __future__ import annotations


class UiError(Exception):
    """The base class of every error of this package."""


class CollectionsError(UiError):
    """A collection cannot be named so, or be made."""


class ConversationsError(UiError):
    """Conversations cannot be kept or read."""


class ConversationMissing(ConversationsError):
    """There is no conversation of this name."""


class LoginError(UiError):
    """The file of names and passwords cannot be used."""


class ScopeError(UiError):
    """What the controls say is no scope."""
