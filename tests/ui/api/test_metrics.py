"""Counts of several processes, added up."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from dateline.ui.api.metrics import BOUNDS, Metrics
from dateline.ui.api.request_log import route_of


def _samples(text: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_whoever_is_asked_gives_the_counts_of_all_that_serve_also_of_one_that_ended(tmp_path: Path) -> None:
    first, second = Metrics(tmp_path), Metrics(tmp_path)
    first.count_request("/v1/ask", 200, 0.3)
    second.count_request("/v1/ask", 200, 0.7)
    second.count_question("declined")
    del second
    third = Metrics(tmp_path)
    for asked in (first, third):
        counts = _samples(asked.render({"articles": 3}))
        assert counts["dateline_http_requests_total", "/v1/ask", "200"] == 2
        assert counts["dateline_http_request_seconds_sum", "/v1/ask"] == 1.0
        assert counts["dateline_questions_total", "declined"] == 1
        assert counts["dateline_library_articles",] == 3


def test_a_histogram_counts_all_up_to_each_bound(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path)
    for seconds in (0.0, 0.005, 0.006, 61.0):
        metrics.count_request("page", 200, seconds)
    counts = _samples(metrics.render({}))
    name = "dateline_http_request_seconds_bucket"
    assert [counts[name, "page", str(bound)] for bound in (*BOUNDS, "+Inf")] == [2, *[3] * (len(BOUNDS) - 1), 4]


def test_a_status_that_is_not_foreseen_is_counted_as_0(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path)
    metrics.count_request("page", 418, 0.1)
    assert _samples(metrics.render({}))["dateline_http_requests_total", "page", "0"] == 1


def test_addresses_are_counted_by_their_route_so_that_nobody_makes_more_of_them() -> None:
    routes = {route_of(path) for path in ("/v1/ask", "/v1/articles/abcdef", "/v1/articles/x", "/v1/x", "/", "/x/y/z")}
    assert routes == {"/v1/ask", "/v1/articles/{article_id}", "page"}
