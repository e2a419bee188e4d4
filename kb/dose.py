"""A dose as the payload of a table row: what it has to say, and how people read it."""

from collections.abc import Mapping
from typing import Any

from ..facts.numerals import read_decimal

FIELDS = ("amount", "components", "interval_h", "infusion_h", "route", "when", "note", "range")


def dose_schedule(payload: Mapping[str, Any]) -> str:
    """What labels are compared by: `1.25 g every 8 h`."""
    return f"{payload['amount']} {payload['when']}"


def dose_text(payload: Mapping[str, Any]) -> str:
    """As people read it: `1.25 g (1 g ceftazidime + 0.25 g avibactam) IV every 8 h, over 2 h, at …`."""
    components, infusion = payload["components"], payload["infusion_h"]
    total = payload["amount"]
    if len(components) > 1:
        largest_first = sorted(components.items(), key=lambda part: -read_decimal(part[1].removesuffix(" g")))
        total += f" ({' + '.join(f'{amount} {name}' for name, amount in largest_first)})"
    over = f"over {infusion} h" if isinstance(infusion, int) else f"over {infusion}"
    texts = (f"{total} {payload['route']} {payload['when']}", over, payload["note"], payload["range"])
    return ", ".join(text for text in texts if text)


def dose_problems(payload: Mapping[str, Any], schedule: str, text: str) -> list[str]:
    """Where a row's payload lacks something or says otherwise than its schedule and text."""
    lacking = [name for name in FIELDS if name not in payload]
    if lacking:
        return [f"does not say {', '.join(lacking)}"]
    problems = []
    if not (payload["interval_h"] is None or type(payload["interval_h"]) is int):
        problems.append(f"interval_h is a whole number or null, not {payload['interval_h']!r}")
    if dose_schedule(payload) != schedule:
        problems.append(f"says {dose_schedule(payload)!r}, its schedule {schedule!r}")
    if dose_text(payload) != text:
        problems.append(f"says {dose_text(payload)!r}, its text {text!r}")
    return problems
