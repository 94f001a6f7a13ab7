"""Two steps as one model: how what they say is weighed together, and which texts are read again.

Learned from rows whose source neither step had seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from sekisho.detection.labels import ADVICE, CLAUSES, DOMAINS, HEADS, READER_HEADS, STANDARDS, VIOLATION
from sekisho.detection.train.data import KNOWN, LEFT_OUT, NOT

Floats = NDArray[np.float32]
Weights = tuple[float, float, float, float]

ENOUGH = 60
"""So many concerned rows a language needs for a weighing of its own; with fewer it takes that of all rows."""
LOST, LOST_ANSWERS = 0.25, 0.5
"""Violating texts that the quick step may clear: what it costs to read few texts twice. Answers are longer, are read
while they stream, and come from models that refuse: what is read again of them must be likelier."""
LIKELIER_THAN_NOT = 0.0
"""As log-odds."""
STEADY = 1e-3
"""How strongly slopes are drawn to nothing, so that a question with few rows is not answered by one of them."""

_VIOLATION = HEADS.index(VIOLATION)


@dataclass(frozen=True, slots=True)
class Twice:
    """Rows that both steps judged unseen."""

    quick: Floats
    """The quick step's calibrated log-odds, shape (rows, `labels.HEADS`)."""
    read: Floats
    """The reader's log-odds, shape (rows, `labels.READER_HEADS`)."""
    targets: NDArray[np.int8]
    """Shape (rows, `labels.READER_HEADS`)."""
    languages: NDArray[np.str_]
    is_ordinary: NDArray[np.bool_]
    """Harmless rows of sources without any violating row."""


def weighings(rows: Twice) -> dict[str, dict[str, Weights]]:
    """Return for each language and head how both steps count. More of any sign of harm never lowers a probability.

    Raises `ValueError` for a head that no row answers with yes: nothing can be weighed for it.
    """
    everything = np.ones(len(rows.targets), bool)
    common = {head: _weighed(rows, head, everything) for head in READER_HEADS}
    found = {}
    for language in np.unique(rows.languages):
        inside = rows.languages == language
        own = {head: _weighed(rows, head, inside) for head in READER_HEADS if _is_enough(rows, head, inside)}
        found[str(language)] = common | own
    return found


def _is_enough(rows: Twice, head: str, inside: NDArray[np.bool_]) -> bool:
    target = rows.targets[inside, READER_HEADS.index(head)]
    return bool(min((target == KNOWN).sum(), (target == NOT).sum()) >= ENOUGH)


def _weighed(rows: Twice, head: str, inside: NDArray[np.bool_]) -> Weights:
    column = READER_HEADS.index(head)
    used = inside & (rows.targets[:, column] != LEFT_OUT)
    wanted = (rows.targets[used, column] == KNOWN).astype(np.float64)
    if not wanted.any():
        raise ValueError(
            f"No row answers {head} with yes. Give the policy set, which has some for every question."
        )
    inputs = np.zeros((len(wanted), 3))
    inputs[:, 0] = rows.read[used, column]
    if head in STANDARDS:
        inputs[:, 1] = rows.read[used, _VIOLATION]
    if head != ADVICE:
        inputs[:, 2] = rows.quick[used, column]
    own, violation, quick, shift = _fitted(inputs, wanted)
    return round(own, 4), round(violation, 4), round(quick, 4), round(shift, 4)


def _fitted(inputs: NDArray[np.float64], wanted: NDArray[np.float64]) -> Weights:
    """Logistic regression whose slopes are not negative."""

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        linear = inputs @ at[:3] + at[3]
        each = np.logaddexp(0, linear) - wanted * linear
        off = (1 / (1 + np.exp(-linear)) - wanted) / len(wanted)
        slope = np.append(inputs.T @ off + 2 * STEADY * at[:3], off.sum())
        return float(each.mean() + STEADY * (at[:3] @ at[:3])), slope

    limits = [(0, None if column.any() else 0) for column in inputs.T] + [(None, None)]
    found = minimize(loss, np.array([0.5, 0.1, 0.1, 0.0]), jac=True, bounds=limits, method="L-BFGS-B").x
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])


def both(quick: Floats, read: Floats, table: dict[str, Weights]) -> Floats:
    """Return log-odds of both steps, shape (rows, `labels.READER_HEADS`), as the scorer weighs them."""
    own, violation, by_quick, shift = np.array([table[head] for head in READER_HEADS], np.float32).T
    said = np.column_stack((quick, np.zeros(len(quick), np.float32)))
    return np.asarray(own * read + violation * read[:, [_VIOLATION]] + by_quick * said + shift, np.float32)


def together(rows: Twice, tables: dict[str, dict[str, Weights]]) -> Floats:
    """Return log-odds of both steps for all rows, shape (rows, `labels.READER_HEADS`)."""
    said = np.zeros_like(rows.read)
    for language, table in tables.items():
        inside = rows.languages == language
        said[inside] = both(rows.quick[inside], rows.read[inside], table)
    return said


def advised(targets: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return targets of clauses: general information about a domain does not concern its clause (P-022)."""
    found = targets.copy()
    domains = slice(CLAUSES.index(DOMAINS[0]), len(CLAUSES))
    found[targets[:, READER_HEADS.index(ADVICE)] == NOT, domains] = NOT
    return found


def clearances(rows: Twice, lost: float = LOST) -> dict[str, dict[str, float]]:
    """Return for each language the log-odds of the quick step from which a text is read again.

    For the violation head it is where no more than the share `lost` of what violates stays below; for a clause it is
    where the quick step holds it for likelier than not.
    """
    found: dict[str, dict[str, float]] = {}
    for language in np.unique(rows.languages):
        inside = rows.languages == language
        table = dict.fromkeys(HEADS, LIKELIER_THAN_NOT)
        violating = rows.quick[inside & (rows.targets[:, _VIOLATION] == KNOWN), _VIOLATION]
        table[VIOLATION] = round(float(np.quantile(violating, lost)), 4)
        found[str(language)] = table
    return found


def doubtful(quick: Floats, table: dict[str, float]) -> NDArray[np.bool_]:
    """Return which rows are read again."""
    return np.asarray((quick >= np.array([table[head] for head in HEADS], np.float32)).any(axis=1))


def shares(rows: Twice, clear: dict[str, dict[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
    """Return for each language the share of ordinary harmless rows that are read again, and of violating ones that
    are not."""
    again, lost = {}, {}
    for language, table in clear.items():
        inside = rows.languages == language
        is_doubtful = doubtful(rows.quick, table)
        violating = inside & (rows.targets[:, _VIOLATION] == KNOWN)
        again[language] = round(float(is_doubtful[inside & rows.is_ordinary].mean()), 4)
        lost[language] = round(float(1 - is_doubtful[violating].mean()), 4)
    return again, lost
