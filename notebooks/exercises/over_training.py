"""The code exercises of chapter 03."""

import numpy as np

from exercises.checking import Exercise
from helpers import laws


def tokens_for_loss(params, loss, law):
    """The training tokens with which a model of this size comes down to this loss.

    law has E, A, B, alpha and beta of L = E + A/N^alpha + B/D^beta, in nats per token. Raises
    ValueError where no number of tokens is enough.

    >>> f"{tokens_for_loss(8e9, 2.0, laws.CHINCHILLA_REFIT):.3g}"
    '3.98e+14'
    """
    left = loss - law.E - law.A / params**law.alpha
    if left <= 0:
        raise ValueError(f"{params:.3g} parameters never come down to a loss of {loss}.")
    return (law.B / left) ** (1 / law.beta)


def price_per_million(seconds, batch, gpus, dollars):
    """Dollars for a million written tokens.

    In so many seconds the GPUs write one token for each conversation of the batch; dollars is the
    rent of one GPU for an hour. Numbers or arrays.

    >>> price_per_million(0.02, 100, 4, 2.5)
    0.5555555555555556
    """
    return 1e6 * seconds / batch * gpus * dollars / 3600


def _drawn_tokens(rng):
    law = laws.Chinchilla(rng.uniform(1, 2), np.exp(rng.uniform(4, 8)), np.exp(rng.uniform(4, 9)),
                          rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.6), "drawn")  # fmt: skip
    params = 10 ** rng.uniform(7, 12)
    return {"params": params, "loss": law.loss(params, 10 ** rng.uniform(8, 14)), "law": law}


def _size_forgotten(params, loss, law):
    return (law.B / (loss - law.E)) ** (1 / law.beta)


def _floor_forgotten(params, loss, law):
    return (law.B / abs(loss - law.A / params**law.alpha)) ** (1 / law.beta)


def _not_inverted(params, loss, law):
    return (law.B / (loss - law.E - law.A / params**law.alpha)) ** law.beta


def _upside_down(params, loss, law):
    return ((loss - law.E - law.A / params**law.alpha) / law.B) ** (1 / law.beta)


def _other_exponent(params, loss, law):
    return (law.B / (loss - law.E - law.A / params**law.alpha)) ** (1 / law.alpha)


def _no_exponent(params, loss, law):
    return law.B / (loss - law.E - law.A / params**law.alpha)


def _size_for_data(params, loss, law):
    return (law.A / (loss - law.E - law.A / params**law.alpha)) ** (1 / law.alpha)


def _other_resource(params, loss, law):
    left = abs(loss - law.E - law.B / params**law.beta)
    return (law.A / left) ** (1 / law.alpha)


EXERCISES = {
    "equal-loss": Exercise(
        tokens_for_loss,
        first=(
            {"params": 8e9, "loss": 2.05, "law": laws.CHINCHILLA_REFIT},
            {
                "params": 1e9,
                "loss": 2.5,
                "law": laws.Chinchilla(1.0, 300.0, 900.0, 0.3, 0.35, "made up"),
            },
        ),
        draw=_drawn_tokens,
        slips=(
            (
                _size_forgotten,
                "The size term is missing: part of the loss is left because the model is small.",
            ),
            (
                _floor_forgotten,
                "E is missing: no model gets below the floor, so only what lies above it can be bought.",
            ),
            (
                _not_inverted,
                "The exponent is not turned round: D^beta = B / left, so D is its 1/beta-th power.",
            ),
            (
                _upside_down,
                "The fraction is upside down: the less is left for the data, the more tokens it takes.",
            ),
            (_no_exponent, "The exponent is missing: what is left is B / D^beta, not B / D."),
            (_size_for_data, "A and alpha belong to the size: the tokens have B and beta."),
            (
                lambda params, loss, law: 20 * params,
                "That is 20 tokens for each parameter whatever the loss: solve the law for D.",
            ),
            (_other_exponent, "The exponent of the tokens is beta; alpha belongs to the size."),
            (
                _other_resource,
                "Size and tokens have changed places: A and alpha belong to the size.",
            ),
        ),
        refuses=(
            (
                {"params": 1e9, "loss": 2.0, "law": laws.CHINCHILLA_REFIT},
                "E + A/N^alpha alone is more than 2.0, so that even endless tokens leave too much",
            ),
        ),
        tolerance=1e-4,
        draws=5000,
    ),
    "token-price": Exercise(
        price_per_million,
        first=(
            {"seconds": 0.01, "batch": 50, "gpus": 2, "dollars": 3.0},
            {"seconds": 0.02, "batch": 1, "gpus": 1, "dollars": 2.0},
            {
                "seconds": np.array([0.02, 0.05]),
                "batch": np.array([8, 64]),
                "gpus": 4,
                "dollars": 2.0,
            },
        ),
        draw=lambda rng: {
            "seconds": 10 ** rng.uniform(-3, 0),
            "batch": int(rng.integers(1, 500)),
            "gpus": int(rng.integers(1, 17)),
            "dollars": rng.uniform(0.5, 10),
        },
        slips=(
            (
                lambda seconds, batch, gpus, dollars: 1e6 * seconds * gpus * dollars / 3600,
                "The batch is missing: every step writes one token for each of its conversations.",
            ),
            (
                lambda seconds, batch, gpus, dollars: 1e6 * seconds / batch * dollars / 3600,
                "The rent is that of one GPU, and all of them are paid.",
            ),
            (
                lambda seconds, batch, gpus, dollars: 1e6 * seconds / batch * gpus * dollars,
                "The rent is paid by the hour, and an hour has 3,600 seconds.",
            ),
            (
                lambda seconds, batch, gpus, dollars: 1e6 * seconds / batch * gpus * dollars / 60,
                "An hour has 3,600 seconds; 60 are its minutes.",
            ),
            (
                lambda seconds, batch, gpus, dollars: seconds / batch * gpus * dollars / 3600,
                "That is the price of one token, not of a million.",
            ),
            (
                lambda seconds, batch, gpus, dollars: 1e6 * seconds * batch * gpus * dollars / 3600,
                "You multiplied by the batch: its conversations share the price of a step.",
            ),
            (
                lambda seconds, batch, gpus, dollars: 1e6 * seconds / batch * gpus * dollars * 3600,
                "Seconds become hours by dividing by 3,600, not by multiplying.",
            ),
            (
                lambda seconds, batch, gpus, dollars: 1e6 / seconds / batch * gpus * dollars / 3600,
                "You divided by the seconds of a step: a slower machine writes dearer tokens.",
            ),
            (
                lambda seconds, batch, gpus, dollars: 1e6 * seconds / batch / gpus * dollars / 3600,
                "More GPUs cost more: multiply by their number. That they work together is in the seconds already.",
            ),
        ),
        draws=10_000,
    ),
}
