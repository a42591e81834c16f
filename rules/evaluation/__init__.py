"""Holding the store against the standards: verdicts in sets, and the life of deviations.

One evaluation, in the order of `evaluate.py`: `world` reads the facts; `bundles` compiles the rules (`checks`,
`variants`, `prepared`) into statements over one entity each; `scope`, `seen` and `reach` tell what to look at;
`guards` add what cannot be known; `judging` puts all verdicts on an item into one short text (`codes`); `filling`
reads from these what deviates and what became of what did; `rendering` puts it into words. Then, in one transaction:
`ledger` carries deviations on, `counts` and `shifts` keep the texts and the numbers, `days` the snapshot. All of it
passes through the temporary tables of `staging`.
"""

from rules.evaluation.evaluate import Evaluation, evaluate
from rules.evaluation.world import EvaluationSettings

__all__ = ["Evaluation", "EvaluationSettings", "evaluate"]
