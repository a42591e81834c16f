"""Holding the store against the standards: verdicts in sets, and the life of deviations."""

from rules.evaluation.evaluate import Evaluation, evaluate
from rules.evaluation.world import EvaluationSettings

__all__ = ["Evaluation", "EvaluationSettings", "evaluate"]
