"""What issuers of breakpoints call a cefiderocol MIC: both sides of each breakpoint, and censored values."""

import pytest
from whyrx.facts.breakpoints import category
from whyrx.facts.quantity import MIC


@pytest.mark.parametrize(
    ("mic", "eucast", "clsi"),
    [
        # EUCAST: S to 2, R above. CLSI: S to 4, I 8, R from 16.
        ("0.5 mg/L", "S", "S"),
        ("2 mg/L", "S", "S"),
        ("2.1 mg/L", "R", "S"),
        ("4 mg/L", "R", "S"),
        ("8 mg/L", "R", "I"),
        ("15.9 mg/L", "R", "I"),
        ("16 mg/L", "R", "R"),
        ("<=2 mg/L", "S", "S"),
        ("<=4 mg/L", "unknown", "S"),
        ("<=8 mg/L", "unknown", "unknown"),
        (">2 mg/L", "R", "unknown"),
        (">=2 mg/L", "unknown", "unknown"),
        (">8 mg/L", "R", "unknown"),
        (">=16 mg/L", "R", "R"),
        (">16 mg/L", "R", "R"),
    ],
)
def test_a_mic_is_called_by_each_issuer(mic, eucast, clsi):
    found = MIC.read(mic)
    assert (category(found, "EUCAST"), category(found, "CLSI")) == (eucast, clsi)
