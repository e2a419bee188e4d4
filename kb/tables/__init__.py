"""Sourced tables whose rows are facts: what labels say of doses, sites, allergy and pregnancy, what regimens are made of."""

from . import allergy, course, doses, doses_reserve, labels, regimens

TABLES = (*regimens.TABLES, *labels.TABLES, *allergy.TABLES, *doses.TABLES, *doses_reserve.TABLES, *course.TABLES)
