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


EXERCISES = {
    "loss-after": Exercise(
        loss_after,
        first=(
            {"loss": 2.38, "times": 10, "exponent": 0.076},
            {"loss": 3.0, "times": 2, "exponent": 0.1},
            {"loss": 2.0, "times": 1, "exponent": 0.076},
            {"loss": 2.0, "times": 0.5, "exponent": 0.05},
        ),
        draw=lambda rng: {
            "loss": rng.uniform(1, 5),
            "times": 10 ** rng.uniform(-3, 4),
            "exponent": rng.uniform(0.03, 0.3),
        },
        slips=(
            (
                lambda loss, times, exponent: loss / times,
                "You divided by times itself: the exponent makes the step much smaller.",
            ),
            (
                lambda loss, times, exponent: loss * times**exponent,
                "The minus of the exponent is missing: a larger model has a lower loss.",
            ),
            (
                lambda loss, times, exponent: loss - exponent,
                "You took away the exponent, whatever times is.",
            ),
            (
                lambda loss, times, exponent: loss * (1 - exponent),
                "The exponent is not the share that is lost: it is a power of times.",
            ),
            (
                lambda loss, times, exponent: loss * (1 - exponent * math.log(times)),
                "That is the straight line which touches the curve at times = 1: it leaves the curve for large steps.",
            ),
            (
                lambda loss, times, exponent: loss * times**-0.076,
                "The exponent is an argument: use it in place of 0.076.",
            ),
        ),
        tolerance=1e-6,
        draws=10_000,
    )
}
