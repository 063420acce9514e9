"""The metadata filters of llama-index as one test of a node's metadata. Pure.

What passes is what passes in llama-index's own in-memory store, with three differences: filters may be nested; a value
that cannot be compared (a text with a number) does not match, where llama-index stops; and a filter that could never
match because its own value is of the wrong kind is an error.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from llama_index.core.vector_stores.types import FilterCondition, FilterOperator, MetadataFilter, MetadataFilters

from index.errors import QueryError

Metadata: TypeAlias = Mapping[str, Any]
Predicate: TypeAlias = Callable[[Metadata], bool]

_LISTS = (FilterOperator.IN, FilterOperator.NIN, FilterOperator.ANY, FilterOperator.ALL)
_TEXTS = (FilterOperator.TEXT_MATCH, FilterOperator.TEXT_MATCH_INSENSITIVE)
_NEGATIVE = (FilterOperator.NE, FilterOperator.NIN)
_ORDERS: dict[FilterOperator, Callable[[Any, Any], bool]] = {
    FilterOperator.GT: operator.gt,
    FilterOperator.GTE: operator.ge,
    FilterOperator.LT: operator.lt,
    FilterOperator.LTE: operator.le,
}


def predicate_of(filters: MetadataFilters) -> Predicate:
    """Return the function that says whether a node's metadata pass the filters, nested ones included.

    A value that is missing or null passes NE, NIN and IS_EMPTY alone. NOT lets pass what no filter matches. No filters
    at all let everything pass.

    Raises:
        QueryError: a value does not suit its operator.
    """
    tests = [predicate_of(part) if isinstance(part, MetadataFilters) else _test(part) for part in filters.filters]
    if not tests:
        return lambda _: True
    condition = filters.condition or FilterCondition.AND
    if len(tests) == 1 and condition != FilterCondition.NOT:
        return tests[0]
    if condition == FilterCondition.NOT:
        return lambda metadata: not any(test(metadata) for test in tests)
    joined = any if condition == FilterCondition.OR else all
    return lambda metadata: joined(test(metadata) for test in tests)


def _test(given: MetadataFilter) -> Predicate:
    key, value, chosen = given.key, given.value, given.operator
    if chosen == FilterOperator.IS_EMPTY:
        return lambda metadata: metadata.get(key) in (None, "", [])
    _check_value(given)
    matches, missing = _MATCHES[chosen], chosen in _NEGATIVE
    return lambda metadata: missing if (found := metadata.get(key)) is None else matches(found, value)


def _check_value(given: MetadataFilter) -> None:
    value, chosen = given.value, given.operator
    if chosen in _LISTS:
        fits, expected = isinstance(value, list), "a list"
    elif chosen in _TEXTS:
        fits, expected = isinstance(value, str), "a text"
    elif chosen in (FilterOperator.EQ, FilterOperator.NE):
        fits, expected = value is not None, "a value, or the operator is_empty"
    else:
        fits, expected = isinstance(value, int | float | str), "a text or a number"
    if not fits:
        raise QueryError(f"the filter {given.key} {chosen.value} {value!r} cannot be applied; give it {expected}")


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def matches(found: Any, value: Any) -> bool:
        alike = isinstance(found, str) if isinstance(value, str) else isinstance(found, int | float)
        return alike and compare(found, value)

    return matches


def _contains(found: Any, value: Any) -> bool:
    if isinstance(found, str):
        return isinstance(value, str) and value in found
    return isinstance(found, list) and value in found


def _text_matches(found: Any, value: Any) -> bool:
    return isinstance(found, str) and value in found


def _text_matches_insensitive(found: Any, value: Any) -> bool:
    return isinstance(found, str) and value.lower() in found.lower()


_MATCHES: dict[FilterOperator, Callable[[Any, Any], bool]] = {
    FilterOperator.EQ: operator.eq,
    FilterOperator.NE: operator.ne,
    **{chosen: _ordered(compare) for chosen, compare in _ORDERS.items()},
    FilterOperator.IN: lambda found, value: found in value,
    FilterOperator.NIN: lambda found, value: found not in value,
    FilterOperator.ANY: lambda found, value: any(_contains(found, item) for item in value),
    FilterOperator.ALL: lambda found, value: all(_contains(found, item) for item in value),
    FilterOperator.CONTAINS: _contains,
    FilterOperator.TEXT_MATCH: _text_matches,
    FilterOperator.TEXT_MATCH_INSENSITIVE: _text_matches_insensitive,
}
