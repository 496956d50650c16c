import base64
import io

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from helpers import plots


def test_heatmap_writes_each_number_in_its_cell():
    _, (ax,) = plots.new_figure()
    plots.heatmap(np.array([[0.0, 0.5], [1.0, 0.25]]), ["r0", "r1"], ["c0", "c1"], ax=ax)
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written == {(0, 0): "0.00", (1, 0): "0.50", (0, 1): "1.00", (1, 1): "0.25"}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["r0", "r1"]


def test_heatmap_numbers_stand_out_from_their_cells():
    _, (ax,) = plots.new_figure()
    plots.heatmap(np.array([[0.0, 1.0]]), ["r"], ["a", "b"], ax=ax)
    assert [text.get_color() for text in ax.texts] == ["white", "black"]


def test_loss_curve_counts_epochs_from_one():
    _, (ax,) = plots.new_figure()
    plots.loss_curve([3.0, 2.0, 1.5], ax=ax)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[1, 3], [2, 2], [3, 1.5]])


def test_loss_curve_has_no_half_epochs():
    for n in (2, 6, 10):
        _, (ax, _) = plots.new_figure(2, size=(7.2, 2.8))
        plots.loss_curve(range(n), ax=ax)
        assert all(tick == round(tick) for tick in ax.get_xticks())


def test_scatter_tells_groups_apart_by_marker_and_color():
    points = np.arange(20.0).reshape(10, 2)
    _, (ax,) = plots.new_figure()
    plots.scatter_embedding(points, list("abcdefghij"), ax=ax, names=list("ABCDEFGHIJ"))
    looks = {
        (str(group.get_facecolor()), str(group.get_paths()[0].vertices.round(3).tolist()))
        for group in ax.collections
    }
    assert len(looks) == 10
    assert [text.get_text() for text in ax.texts] == list("ABCDEFGHIJ")


def test_show_carries_the_description_to_eyes_and_ears(capsys, monkeypatch):
    shown = {}
    monkeypatch.setattr(plots, "display", lambda data, **more: shown.update(data=data, **more))
    figure, _ = plots.new_figure(size=(2, 1))
    plots.show(figure, "An empty pair of axes.")
    assert capsys.readouterr().out == "Figure: An empty pair of axes.\n"
    assert shown["metadata"]["image/png"]["alt"] == shown["data"]["text/plain"]
    picture = imread(io.BytesIO(base64.b64decode(shown["data"]["image/png"])), format="png")
    assert picture.shape == (100, 200, 4)


def test_new_figure_leaves_pyplot_alone():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    _, axes = plots.new_figure(3)
    assert len(axes) == 3 and plt.get_fignums() == before


def test_no_two_colors_and_no_two_markers_can_be_taken_for_each_other():
    rgb = np.array([to_rgb(color) for color in plots.COLORS])
    gaps = np.linalg.norm(rgb[:, None] - rgb[None], axis=-1)[np.triu_indices(len(rgb), k=1)]
    assert gaps.min() > 0.25  # a quarter of the way from black to a full primary color
    assert len(set(plots.MARKERS)) == len(plots.MARKERS) == len(plots.COLORS)
