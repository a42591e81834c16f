"""Conditions and values in a declared subset of the Common Expression Language, compiled to set-based SQL.

`Subject(entity, catalogue, environment)` compiles conditions, values and messages into one FROM; `compile_condition`
and `compile_value` do it for a single text. SQL's NULL is CEL's error: undetermined, neither true nor false.
"""

from rules.expressions.catalogue import Catalogue
from rules.expressions.environment import Environment, Parameter
from rules.expressions.errors import ExpressionError
from rules.expressions.kinds import Kind, Unit, ValueType
from rules.expressions.nodes import Node
from rules.expressions.parser import parse
from rules.expressions.reference import reference
from rules.expressions.rendering import for_people, rendered, typed
from rules.expressions.subject import Compiled, Condition, Message, Slot, Subject, compile_condition, compile_value
from rules.expressions.words import in_words

__all__ = [
    "Catalogue",
    "Compiled",
    "Condition",
    "Environment",
    "ExpressionError",
    "Kind",
    "Message",
    "Node",
    "Parameter",
    "Slot",
    "Subject",
    "Unit",
    "ValueType",
    "compile_condition",
    "compile_value",
    "for_people",
    "in_words",
    "parse",
    "reference",
    "rendered",
    "typed",
]
