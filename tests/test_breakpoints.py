"""What issuers of breakpoints call a MIC: both sides of each breakpoint, and censored values."""

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
    assert (category("cefiderocol", found, "EUCAST"), category("cefiderocol", found, "CLSI")) == (eucast, clsi)


@pytest.mark.parametrize(
    ("drug", "mic", "eucast", "clsi"),
    [
        # EUCAST v16.1: S to 4, R above; IDSA 2026 reports S to 4 by CLSI and FDA, R was not read
        ("aztreonam-avibactam", "4 mg/L", "S", "S"),
        ("aztreonam-avibactam", "4.1 mg/L", "R", "unknown"),
        ("aztreonam-avibactam", ">4 mg/L", "R", "unknown"),
        # both S to 8; R above 8 by EUCAST, from 16 by CLSI (Nichols et al. 2018)
        ("ceftazidime-avibactam", "8 mg/L", "S", "S"),
        ("ceftazidime-avibactam", "8.1 mg/L", "R", "I"),
        ("ceftazidime-avibactam", "15.9 mg/L", "R", "I"),
        ("ceftazidime-avibactam", "16 mg/L", "R", "R"),
        # meropenem: EUCAST S to 2, R above 8; CLSI S to 1, R from 4
        ("meropenem", "1 mg/L", "S", "S"),
        ("meropenem", "1.1 mg/L", "S", "I"),
        ("meropenem", "2 mg/L", "S", "I"),
        ("meropenem", "2.1 mg/L", "I", "I"),
        ("meropenem", "3.9 mg/L", "I", "I"),
        ("meropenem", "4 mg/L", "I", "R"),
        ("meropenem", "8 mg/L", "I", "R"),
        ("meropenem", "8.1 mg/L", "R", "R"),
        # meropenem-vaborbactam: EUCAST 8; CLSI S to 4, R from 16
        ("meropenem-vaborbactam", "4 mg/L", "S", "S"),
        ("meropenem-vaborbactam", "4.1 mg/L", "S", "I"),
        ("meropenem-vaborbactam", "8 mg/L", "S", "I"),
        ("meropenem-vaborbactam", "8.1 mg/L", "R", "I"),
        ("meropenem-vaborbactam", "16 mg/L", "R", "R"),
        # imipenem-relebactam: EUCAST 2; CLSI S to 1, R from 4
        ("imipenem-relebactam", "1 mg/L", "S", "S"),
        ("imipenem-relebactam", "1.1 mg/L", "S", "I"),
        ("imipenem-relebactam", "2 mg/L", "S", "I"),
        ("imipenem-relebactam", "2.1 mg/L", "R", "I"),
        ("imipenem-relebactam", "4 mg/L", "R", "R"),
    ],
)
def test_a_mic_of_another_drug_is_called_by_each_issuer(drug, mic, eucast, clsi):
    found = MIC.read(mic)
    assert (category(drug, found, "EUCAST"), category(drug, found, "CLSI")) == (eucast, clsi)
