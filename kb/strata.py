"""Strata: the order in which fact types become complete, computed from what rules read, negate and conclude."""

from collections.abc import Sequence

from .language import Rule


class NegationCycleError(ValueError):
    """A conclusion depends, through its own consequences, on its own absence: no order of firing is right."""

    def __init__(self, types: Sequence[str], rules: Sequence[str]) -> None:
        self.types = tuple(types)
        self.rules = tuple(rules)
        super().__init__(f"cycle through negation among {', '.join(types)} (rules {', '.join(rules)})")


def strata(rules: Sequence[Rule]) -> dict[str, int]:
    """The stratum of every fact type: 0 for inputs, otherwise above all that its rules read.

    Types that depend on one another share a stratum; if one of them negates another,
    NegationCycleError names them and the rules between them.
    """
    reads: dict[str, set[str]] = {}
    concluding: dict[str, list[Rule]] = {}
    for rule in rules:
        concluding.setdefault(rule.then.type, []).append(rule)
        reads.setdefault(rule.then.type, set()).update(read := rule.reads())
        for name in read:
            reads.setdefault(name, set())
    levels: dict[str, int] = {}
    for component in _components(reads):
        inside = [r for name in component & concluding.keys() for r in concluding[name] if component & r.reads()]
        negating = [r for r in inside if component & {p.type for p in r.unless}]
        if negating:
            raise NegationCycleError(sorted(component), sorted(r.id for r in inside))
        below = {name for member in component for name in reads[member]} - component
        level = max((levels[name] + 1 for name in below), default=0)
        levels.update(dict.fromkeys(component, level))
    return levels


def _components(graph: dict[str, set[str]]) -> list[set[str]]:
    """Strongly connected components, dependencies first (Tarjan 1972, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []
    for root in sorted(graph):
        if root in index:
            continue
        work = [(root, iter(sorted(graph[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            node, successors = work[-1]
            child = next(successors, None)
            if child is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: set[str] = set()
                    while node not in component:
                        component.add(stack.pop())
                    found.append(component)
            elif child not in index:
                index[child] = low[child] = len(index)
                stack.append(child)
                work.append((child, iter(sorted(graph[child]))))
            elif child in stack:
                low[node] = min(low[node], index[child])
    return found
