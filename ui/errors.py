"""What can go wrong on the page's own side.

UiError
└── ConversationsError    conversations cannot be kept or read
    └── ConversationMissing
"""

from __future__ import annotations


class UiError(Exception):
    """Base class; a message says what was found and what to do."""


class ConversationsError(UiError):
    pass


class ConversationMissing(ConversationsError):
    pass
