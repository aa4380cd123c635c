import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.report.plots import SHARES, Axes, Bar, Line, bar_plot, line_plot

AXES = Axes(x="answered", y="wrong", x_marks=SHARES)
shares = st.floats(0, 1)
hostile = st.text(alphabet="<>&\"'x", min_size=1, max_size=12)


@given(points=st.lists(st.tuples(shares, shares), min_size=1, max_size=20), name=hostile, said=hostile)
def test_a_line_plot_is_well_formed_and_stays_in_its_frame(
    points: list[tuple[float, float]], name: str, said: str
) -> None:
    lines = [Line(name=name, points=points), Line(name="other", points=points, style=2)]
    root = ElementTree.fromstring(line_plot(AXES, lines, [(points[0], said)], dotted=True))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for dot in root.iter("circle"):
        assert 0 <= float(dot.attrib["cx"]) <= width
        assert 0 <= float(dot.attrib["cy"]) <= height
    words = [text.text for text in root.iter("text")]
    assert name in words
    assert said in words


@given(values=st.lists(st.floats(0, 1e6), max_size=8), name=hostile)
def test_a_bar_plot_is_well_formed_and_stays_in_its_frame(values: list[float], name: str) -> None:
    bars = [Bar(name=name, value=value, said=f"{value:.1f}", tail=value * 2) for value in values]
    root = ElementTree.fromstring(bar_plot("bars", bars))
    width = float(root.attrib["viewBox"].split()[2])
    assert all(float(bar.attrib["x"]) + float(bar.attrib["width"]) <= width for bar in root.iter("rect"))
    assert [text.text for text in root.iter("text")][::2] == [name] * len(values)


def test_the_longest_bar_is_the_measure_of_the_others() -> None:
    root = ElementTree.fromstring(
        bar_plot("bars", [Bar(name="a", value=1, said="1"), Bar(name="b", value=4, said="4")])
    )
    short, long = (float(bar.attrib["width"]) for bar in root.iter("rect"))
    assert long == pytest.approx(4 * short, rel=0.01)
