"""The frame of every demonstration: controls above, a picture below, a line of text."""

import base64
import io

import ipywidgets as widgets
import matplotlib.pyplot as plt
from matplotlib.figure import Figure


class Demo(widgets.VBox):
    """A picture that follows its controls.

    A demonstration overrides :meth:`draw`, which gets a matplotlib figure and the values of
    the controls, draws, and returns one sentence that says what there is to see. Without a
    kernel, on a web page or under a test, the first picture and its sentence stand in.

    Parameters
    ----------
    controls
        Widgets by name; their values are passed to :meth:`draw` under these names.
    size
        Width and height of the figure in inches.
    """

    def __init__(
        self, controls: dict[str, widgets.Widget], size: tuple[float, float] = (6.4, 3.6)
    ) -> None:
        self.controls, self.size = controls, size
        self.picture = widgets.Image(format="png", layout={"align_self": "flex-start"})
        self.sentence = widgets.Label()
        for control in controls.values():
            if hasattr(control, "style"):
                control.style = {"description_width": "initial"}
            if hasattr(control, "readout"):  # a slider: room beside a long description
                control.layout.width = "min(98%, 36em)"
            control.observe(self._update, names="value")
        self._update()
        super().__init__([*controls.values(), self.picture, self.sentence])

    def draw(self, figure: Figure, **values: object) -> str:
        """Draw the state that the controls describe; return the sentence below the picture."""
        raise NotImplementedError

    def _update(self, change: object = None) -> None:
        values = {name: control.value for name, control in self.controls.items()}
        figure = plt.Figure(figsize=self.size, dpi=100, layout="constrained")
        sentence = self.draw(figure, **values)
        png = io.BytesIO()
        figure.savefig(png, format="png")
        self.picture.value = png.getvalue()
        self.sentence.value = self.text = sentence

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(include=include, exclude=exclude) or {}
        still = base64.b64encode(self.picture.value).decode()
        bundle |= {"text/plain": self.text, "image/png": still}
        return bundle, {"image/png": {"alt": self.text}}
