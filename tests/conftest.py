"""What the test run says at its end."""


def pytest_terminal_summary(terminalreporter):
    """How the cases exercise the rules, if that was looked at."""
    reports = terminalreporter.stats.get("passed", [])
    lines = [line for each in reports for name, line in each.user_properties if name == "exercised"]
    if lines:
        terminalreporter.section("the rules and their cases")
        for line in lines:
            terminalreporter.write_line(line)
