"""Mutants that no case, check or invariant can or need notice, by id, each with the reason why."""

from collections.abc import Mapping


def _cut(table: str, key: str, value: int, reason: str) -> dict[str, str]:
    ways = ("up", "down", "on the other side")
    return {f"table {table}/{key}: cut {value} {way}": reason for way in ways}


ACCEPTED: Mapping[str, str] = {
    **_cut(
        "aztreonam-doses",
        "aztreonam US clearance loading",
        10,
        "the first dose is 2 g in both rows; the cut point stands there since the maintenance dose has it",
    ),
    **_cut(
        "cefiderocol-doses",
        "cefiderocol EU/UK clearance maintenance",
        90,
        "2 g every 8 h in both rows, as the label prints them",
    ),
    "idsa-evidence-aztreonam-avibactam/condition 1 with regimen cefiderocol": (
        "evidence on a regimen that is not recommended, which no answer prints"
    ),
    "row duration-cefiderocol-us-pneumonia/with notice duration-cefiderocol-us-pyelonephritis": (
        "both notices have the same words, 7 to 14 days"
    ),
    "severe-allergy-allowed/condition 3 left out": (
        "the same warnings in the same words; the drug in them is bound by another condition"
    ),
}
