"""What is computed from the figures of a run."""

import pytest

from apps.bench import report

ROUND = {"cpu_us_per_message": 200.0, "generator_busy": 0.1, "errors": 0, "lost": 0}


def turns(*speeds, **facts):
    return [{"messages_per_s": speed, **ROUND, **facts} for speed in speeds]


def test_ratios_are_of_medians_and_of_those_that_ran():
    runs = {
        "node": turns(400, 4000, 500),
        report.LIBRARY: turns(100, 125, 1000),
        "naive ORM": turns(0, 0, 0),
    }
    assert report.medians(runs, "messages_per_s") == {
        "node": 500,
        report.LIBRARY: 125,
        "naive ORM": 0,
    }
    speeds = report.medians(runs, "messages_per_s")
    assert report.ratios_of(speeds) == {f"node / {report.LIBRARY}": 4.0}


def test_a_steady_run_is_compared_with_one_commit_and_with_saturation():
    steady = {"node": turns(600, p50_ms=3.0, p99_ms=8.0, cpu_us_per_message=500.0)}
    found = report.summary(
        {"node": turns(4000, errors=2, lost=1)}, steady, {"p50_ms": 2.0, "p99_ms": 4.0}
    )
    assert found["errors"] == 3
    assert found["steady"]["p50 / one-row commit"] == {"node": 1.5}
    assert found["steady"]["p99 / one-row commit"] == {"node": 2.0}
    assert found["steady"]["cpu / cpu at saturation"] == {"node": 2.5}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"a": 1234.5}, ["x", "  a                                            1,234.50"]),
        ([1000.4, 2.0], ["x                                          1,000  2"]),
        (7, ["x                                                   7"]),
    ],
)
def test_figures_are_told_as_lines(value, line):
    assert report.lines_of({"x": value}) == line
