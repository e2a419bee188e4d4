"""Editions with fewer and with more rules than the released one, in which a case fires exactly the same.

Fewer: the rules that fire in the case and, of the others, as many as are wanted. More: the released rules and copies of
them for other sites of infection. A copy reads the same inputs of the case and the rows of tables of its own; its rules
that read inputs alone ask for its site in the end. So the copies have to be turned down by looking at this case, as
rules on another infection would, and never conclude anything. For proofs over all situations the copies ask for sites
that there are, so that each has situations in which it fires.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from whyrx.facts.atoms import FactType, Pattern
from whyrx.facts.vocabulary import Site
from whyrx.kb.edition import Edition, Table
from whyrx.kb.language import Rule


def grown(edition: Edition, fired: Collection[str], size: int, sites: Sequence[str] = ()) -> Edition:
    """The edition with so many rules, those that `fired` among them, and the tables that these rules read.

    Copies ask for one of `sites` in turn, or for sites that no case has.
    """
    if size < len(edition.rules):
        others = [rule for rule in edition.rules if rule.id not in fired]
        wanted = size - len(fired)
        if wanted < 0:
            raise ValueError(f"{len(fired)} rules fire in the case: more than {size}")
        step = len(others) / wanted if wanted else 1
        chosen = {*fired, *(others[int(place * step)].id for place in range(wanted))}
        return _with(edition, [rule for rule in edition.rules if rule.id in chosen], edition.vocabulary, edition.tables)
    rules, vocabulary, tables = list(edition.rules), dict(edition.vocabulary), dict(edition.tables)
    number = 1
    while len(rules) < size:
        number += 1
        ours = {name: f"{name}{number}" for name, each in edition.vocabulary.items() if _own(each)}
        vocabulary |= {new: replace(edition.vocabulary[old], name=new) for old, new in ours.items()}
        copies = [_table(table, ours[table.type], number) for table in edition.tables.values()]
        tables |= {table.id: table for table in copies}
        site = sites[number % len(sites)] if sites else f"site {number}"
        rules += [_rule(rule, ours, number, site, edition.vocabulary) for rule in edition.rules[: size - len(rules)]]
    return _with(edition, rules, vocabulary, tables)


def _own(fact_type: FactType) -> bool:
    """Whether each copy has a type of its own for it: what is concluded and what stands in tables."""
    return fact_type.origin in ("concluded", "known")


def _with(
    edition: Edition, rules: list[Rule], vocabulary: Mapping[str, FactType], tables: Mapping[str, Table]
) -> Edition:
    read = {name for rule in rules for name in rule.reads()}
    kept = {name: table for name, table in tables.items() if table.type in read}
    return replace(edition, rules=tuple(rules), vocabulary=vocabulary, tables=kept)


def _table(table: Table, name: str, number: int) -> Table:
    rows = tuple(replace(row, id=f"{row.id}-{number}") for row in table.rows)
    return replace(table, id=f"{table.id}-{number}", type=name, rows=rows)


def _rule(rule: Rule, ours: Mapping[str, str], number: int, site: str, vocabulary: Mapping[str, FactType]) -> Rule:
    def renamed(pattern: Pattern) -> Pattern:
        return replace(pattern, type=ours.get(pattern.type, pattern.type))

    when = [renamed(pattern) for pattern in rule.when]
    if not any(vocabulary[pattern.type].origin == "concluded" for pattern in rule.when):
        when.append(Site(value=site))
    unless = tuple(renamed(pattern) for pattern in rule.unless)
    return replace(rule, id=f"{rule.id}-{number}", when=tuple(when), unless=unless, then=renamed(rule.then))
