"""A query, ready to be asked: read, understood against a site, and turned into a test of one issue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from pmohub.testing.jira.jql.errors import JqlError
from pmohub.testing.jira.jql.fields import COMPARISONS, HISTORY, LISTS, OPERATORS, WAS, named
from pmohub.testing.jira.jql.functions import gives_list
from pmohub.testing.jira.jql.hints import Hints, hints_of
from pmohub.testing.jira.jql.history import changed, was
from pmohub.testing.jira.jql.matching import Test, test_of, text_test
from pmohub.testing.jira.jql.operands import Operands
from pmohub.testing.jira.jql.ordering import Order, descends_by_itself, ordered
from pmohub.testing.jira.jql.parser import parse
from pmohub.testing.jira.jql.predicates import ids_of, when_of
from pmohub.testing.jira.jql.site import Asker, Field, Issue, Site
from pmohub.testing.jira.jql.syntax import (
    NEGATIVE,
    Both,
    Call,
    Clause,
    Either,
    Listing,
    Nothing,
    Operator,
    SortBy,
    Term,
    positive,
)


@dataclass(frozen=True, slots=True)
class Search:
    """A query ready to be asked of a site's issues.

    `bounded`: it restricts what is found, as Cloud's search demands. `warnings` are what would have been errors of
    meaning, had validation not been turned off. `order` is empty where the query names none.
    """

    test: Test
    hints: Hints
    order: tuple[Order, ...]
    bounded: bool
    warnings: tuple[str, ...]
    site: Site

    def matches(self, issue: Issue) -> bool:
        """Say whether the query finds an issue."""
        return self.test(issue)

    def ordered(self, issues: Iterable[Issue]) -> list[Issue]:
        """Put what was found in the order of the query; what is equal stays as it came."""
        return ordered(issues, self.order, self.site)


def prepare(jql: str, site: Site, asker: Asker, *, validate: bool = True) -> Search:
    """Make a query ready.

    Raises:
        JqlError: Jira would refuse it. Without `validate` only what cannot be read at all is refused, and what does not
            exist finds nothing.
    """
    query = parse(jql)
    compiler = _Compiler(site, asker)
    order = compiler.order(query.order)
    test, hints = compiler.clause(positive(query.where)) if query.where else (_everything, Hints())
    complaints = tuple(dict.fromkeys(compiler.complaints))
    if complaints and validate:
        raise JqlError(complaints, readable=True)
    return Search(test, hints, order, query.where is not None, complaints, site)


def _everything(_issue: Issue) -> bool:
    return True


def _nothing(_issue: Issue) -> bool:
    return False


class _Compiler:
    def __init__(self, site: Site, asker: Asker) -> None:
        self.complaints: list[str] = []
        self._site = site
        self._asker = asker
        self._operands = Operands(site, asker, self.complaints.append)

    def order(self, wanted: Iterable[SortBy]) -> tuple[Order, ...]:
        found = []
        for sort in wanted:
            fields = [field for field in named(sort.field, self._site) if field.sortable]
            if not fields:
                self.complaints.append(f"Not able to sort using field '{sort.field}'.")
            for field in fields:
                descending = descends_by_itself(field) if sort.descending is None else sort.descending
                found.append(Order(field, descending))
        return tuple(found)

    def clause(self, clause: Clause) -> tuple[Test, Hints]:
        match clause:
            case Both(clauses):
                made = [self.clause(each) for each in clauses]
                return _all([test for test, _ in made]), reduce(Hints.both, (hints for _, hints in made))
            case Either(clauses):
                made = [self.clause(each) for each in clauses]
                return _any([test for test, _ in made]), reduce(Hints.either, (hints for _, hints in made))
            case Term():
                return self._term(clause)
            case _:
                raise AssertionError(clause)

    def _term(self, term: Term) -> tuple[Test, Hints]:
        fields = named(term.field, self._site)
        if not fields:
            return self._complain(f"Field '{term.field}' does not exist or you do not have permission to view it.")
        able = [field for field in fields if term.operator in HISTORY or term.operator in OPERATORS[field.type]]
        if not able:
            return self._complain(f"The operator '{term.operator}' is not supported by the '{term.field}' field.")
        if fault := _shape(term):
            return self._complain(fault)
        made = [self._of(field, term) for field in able]
        tests = [test for test, _ in made]
        join = _all if term.operator in NEGATIVE else _any
        return join(tests), reduce(Hints.either, (hints for _, hints in made))

    def _of(self, field: Field, term: Term) -> tuple[Test, Hints]:
        if term.operator in HISTORY:
            return self._history(field, term)
        if term.operator in {Operator.LIKE, Operator.UNLIKE}:
            return text_test(field, term.operator, str(term.operand)), Hints()
        meaning = self._operands.understand(term.operand, field, term.field)
        return test_of(field, term.operator, meaning, self._site), hints_of(field, term.operator, meaning)

    def _history(self, field: Field, term: Term) -> tuple[Test, Hints]:
        if not field.history:
            return self._complain(f"History searches do not support the '{term.field}' field.")
        when = when_of(term, field, self._operands)
        negative = term.operator in NEGATIVE
        if term.operator not in WAS:
            return (lambda issue: changed(issue, field.id, when) != negative), Hints()
        wanted = ids_of(self._operands.understand(term.operand, field, term.field))
        return (lambda issue: was(issue, field.id, wanted, when) != negative), Hints()

    def _complain(self, message: str) -> tuple[Test, Hints]:
        self.complaints.append(message)
        return _nothing, Hints()


def _all(tests: Sequence[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda issue: all(test(issue) for test in tests)


def _any(tests: Sequence[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda issue: any(test(issue) for test in tests)


def _shape(term: Term) -> str:
    """Say what is wrong with the shape of a clause, whatever the field holds."""
    operator, operand = term.operator, term.operand
    is_list = isinstance(operand, Listing) or (isinstance(operand, Call) and gives_list(operand))
    if operator in {Operator.CHANGED, Operator.NOT_CHANGED}:
        return ""
    if is_list != (operator in LISTS):
        shape = "list" if is_list else "non-list"
        return f"Operator '{operator}' does not support the {shape} value '{operand}' for field '{term.field}'."
    is_empty = isinstance(operand, Nothing)
    if operator in {Operator.IS, Operator.IS_NOT} and not is_empty:
        return f"The operator '{operator}' only supports EMPTY and NULL, not '{operand}', for field '{term.field}'."
    if is_empty and operator in COMPARISONS | {Operator.LIKE, Operator.UNLIKE}:
        return f"The operator '{operator}' does not support EMPTY for field '{term.field}'."
    return ""
