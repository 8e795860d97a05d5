"""The code exercise of chapter 00."""

import math

from exercises.checking import Exercise


def loss_after(loss, times, exponent=0.076):
    """The loss after the model has grown to `times` its size, by a power law with this exponent.

    loss is in nats per token; times may be below 1, for a smaller model.

    >>> round(loss_after(3.0, 1000), 3)
    1.775
    """
    return loss * times**-exponent


def _drawn(rng):
    step = {"loss": rng.uniform(1, 5), "times": 10 ** rng.uniform(-3, 4)}
    return step if rng.random() < 0.2 else step | {"exponent": rng.uniform(0.03, 0.3)}


EXERCISES = {
    "loss-after": Exercise(
        loss_after,
        first=(
            {"loss": 2.38, "times": 10, "exponent": 0.076},
            {"loss": 2.38, "times": 10},
            {"loss": 3.0, "times": 2, "exponent": 0.1},
            {"loss": 2.0, "times": 1, "exponent": 0.076},
            {"loss": 2.0, "times": 0.5, "exponent": 0.05},
        ),
        draw=_drawn,
        slips=(
            (
                lambda loss, times, exponent=0.076: loss / times,
                "You divided by times itself: the exponent makes the step much smaller.",
            ),
            (
                lambda loss, times, exponent=0.076: loss * times**exponent,
                "The minus of the exponent is missing: a larger model has a lower loss.",
            ),
            (
                lambda loss, times, exponent=0.076: loss - exponent,
                "You took away the exponent, whatever times is.",
            ),
            (
                lambda loss, times, exponent=0.076: loss * (1 - exponent),
                "The exponent is not the share that is lost: it is a power of times.",
            ),
            (
                lambda loss, times, exponent=0.076: loss * (1 - exponent * math.log(times)),
                "That is the straight line which touches the curve at times = 1: it leaves the curve for large steps.",
            ),
            (
                lambda loss, times, exponent=0.076: loss * times**-0.076,
                "The exponent is an argument: use it in place of 0.076.",
            ),
            (
                lambda loss, times, exponent=0.076: loss - exponent * math.log10(times),
                "That takes an equal amount off at each factor of ten: a power law takes off an equal share.",
            ),
            (
                lambda loss, times, exponent=0.076: loss * (1 - exponent) ** math.log10(times),
                "The exponent is not the share that a factor of ten takes off: it is a power of times.",
            ),
            (
                lambda loss, times, exponent=0.076: (loss * times) ** -exponent,
                "The loss stands inside of the power: only times is raised to it.",
            ),
            (
                lambda loss, times, exponent=0.076: loss * times ** (-1 / exponent),
                "The exponent is turned over: that is how much larger a model must be for a loss, not its loss.",
            ),
        ),
        tolerance=1e-6,
        draws=10_000,
    )
}
