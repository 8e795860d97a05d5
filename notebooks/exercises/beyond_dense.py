"""The code exercises of chapter 09."""

import numpy as np

from exercises.checking import Exercise, slips_of
from helpers import laws

# Memory ------------------------------------------------------------------------------------------------


def fewest_chips(params, memory, room=0.5):
    """The fewest chips on which the states of Adam in mixed precision fit, all of them sharded.

    For each parameter they are 2 bytes of weight, 2 of gradient, and 12 of the optimizer: a copy of
    the weight and two moments in 32 bits. memory: bytes of one chip, of which the share `room` may
    hold states, because activations need the rest. A whole number.

    >>> fewest_chips(1e9, 10e9), fewest_chips(1e9, 10e9, room=1.0)
    (4, 2)
    """
    return int(np.ceil(16 * params / (memory * room) - 1e-9))


def _chips(params, memory, room=0.5, mistake=""):
    each = {
        "weights": 2,
        "no master": 12,
        "no gradients": 14,
        "no optimizer": 4,
        "moments": 10,
    }.get(mistake, 16)
    share = {"all": 1.0, "the other": 1 - room, "times": 1 / room}.get(mistake, room)
    count = each * params / (memory * share)
    if mistake == "fraction":
        return float(count)
    if mistake == "nearest":
        return round(count)
    return int(count if mistake == "down" else np.ceil(count - 1e-9))


def _drawn_chips(rng):
    return {"params": float(10 ** rng.uniform(9.5, 13)), "memory": float(rng.choice([16e9, 40e9, 80e9, 192e9])),
            "room": float(rng.choice([0.3, 0.4, 0.6, 0.7, 0.8]))}  # fmt: skip


# Experts -----------------------------------------------------------------------------------------------


def mixture_params(attention, expert, experts, top_k, shared=0):
    """(total, active) parameters of a mixture: all that exist, and those that a token uses.

    attention: parameters outside of the experts, which every token uses. expert: parameters of
    one expert, in all layers together. A token is sent to top_k of the experts, and besides uses
    each of the `shared` ones, which come on top of the others.

    >>> mixture_params(2e9, 1e9, experts=8, top_k=2)
    (10000000000.0, 4000000000.0)
    """
    return attention + (experts + shared) * expert, attention + (top_k + shared) * expert


def _mixture(attention, expert, experts, top_k, shared=0, mistake=""):
    total, active = mixture_params(attention, expert, experts, top_k, shared)
    if mistake == "attention copied":
        return total + (experts - 1) * attention, active
    if mistake == "attention copied twice":
        return total + (experts - 1) * attention, active + (top_k - 1) * attention
    if mistake == "share":
        return total, total * top_k / experts
    if mistake == "shared not active":
        return total, active - shared * expert
    if mistake == "shared not there":
        return total - shared * expert, active
    if mistake == "never shared":
        return total - shared * expert, active - shared * expert
    if mistake == "turned":
        return active, total
    if mistake == "one":
        return total, attention + (1 + shared) * expert
    if mistake == "experts alone":
        return total - attention, active - attention
    return total, active - attention


def _drawn_mixture(rng):
    experts = int(2 ** rng.integers(3, 9))
    return {"attention": float(10 ** rng.uniform(8, 10.5)), "expert": float(10 ** rng.uniform(7, 10)),
            "experts": experts, "top_k": int(rng.integers(2, 9)) if experts > 8 else 2,
            "shared": int(rng.choice([0, 1, 2]))}  # fmt: skip


# Precision ---------------------------------------------------------------------------------------------


def best_bits(memory, tokens, law, harm, choices=(3, 4, 5, 6, 8, 12, 16)):
    """How many bits a weight should have, where all weights together fill memory bytes.

    Fewer bits leave room for more parameters and do more harm. law.loss(params, tokens) is loss
    in 16 bits, harm(params, tokens, bits) what rounding adds. The answer is one of choices.

    >>> best_bits(16e9, 1e12, laws.CHINCHILLA_REFIT, lambda params, tokens, bits: 40 / 2**bits)
    12
    """
    losses = []
    for bits in choices:
        params = 8 * memory / bits
        losses.append(law.loss(params, tokens) + harm(params, tokens, bits))
    return choices[int(np.argmin(losses))]


def _bits(memory, tokens, law, harm, choices=(3, 4, 5, 6, 8, 12, 16), mistake=""):
    losses = []
    for bits in choices:
        params = memory / bits if mistake == "bytes" else 8 * memory / bits
        params = memory / 2 if mistake == "fixed" else params
        lost = harm(memory / 2 if mistake == "harm of 16" else params, tokens, bits)
        losses.append(law.loss(params, tokens) + (0 if mistake == "no harm" else lost))
    place = int(np.argmax(losses) if mistake == "worst" else np.argmin(losses))
    if mistake == "loss":
        return float(losses[place])
    if mistake == "params":
        return float(8 * memory / choices[place])
    return place if mistake == "place" else choices[place]


def mild(params, tokens, bits):
    """A harm that hardly grows with the tokens."""
    return 30 * tokens**0.1 / params**0.2 * np.exp(-bits / 0.9)


def strong(params, tokens, bits):
    """A harm that grows fast with the tokens and falls with the size."""
    return 0.3 * (tokens / params) ** 0.5 * np.exp(-bits / 1.4)


def _drawn_bits(rng):
    return {"memory": float(10 ** rng.uniform(8, 12)), "tokens": float(10 ** rng.uniform(10, 14)),
            "law": laws.CHINCHILLA_REFIT, "harm": strong if rng.random() < 0.6 else mild}  # fmt: skip


EXERCISES = {
    "beyond-memory": Exercise(
        fewest_chips,
        first=(
            {"params": 8e9, "memory": 80e9},
            {"params": 70e9, "memory": 80e9},
            {"params": 405e9, "memory": 80e9, "room": 0.8},
            {"params": 405e9, "memory": 192e9, "room": 0.7},
        ),
        draw=_drawn_chips,
        slips=slips_of(
            _chips,
            (
                ("weights", "That is room for the weights alone, which is enough for serving and not for training."),
                ("no optimizer", "That leaves out the optimizer, which keeps three quarters of all bytes."),
                ("moments", "That counts one moment and no copy of the weight: Adam keeps two, and the copy, in 32 bits each."),
                ("no master", "That leaves out the copy of the weights in 32 bits, which the optimizer updates."),
                ("no gradients", "That leaves out the gradients: they are there at the same time as all the rest."),
                ("all", "You gave the whole chip to the states: only the share `room` of it may hold them."),
                ("the other", "You filled the share that is left for activations: the states may take the share `room`."),
                ("fraction", "A fraction of a chip cannot be had: give a whole number."),
                ("times", "You multiplied by room: the less of a chip the states may take, the more chips they need."),
                ("down", "You rounded down, so the last bytes have no place."),
                ("nearest", "You rounded to the nearest number: where that is down, the last bytes have no place."),
            ),
        ),
    ),
    "beyond-mixture-params": Exercise(
        mixture_params,
        first=(
            {"attention": 1.6e9, "expert": 5.6e9, "experts": 8, "top_k": 2},
            {"attention": 10e9, "expert": 2.5e9, "experts": 256, "top_k": 8, "shared": 1},
            {"attention": 3e9, "expert": 0.25e9, "experts": 64, "top_k": 6, "shared": 2},
        ),
        draw=_drawn_mixture,
        slips=slips_of(
            _mixture,
            (
                ("attention copied", "You copied the attention for every expert: it is there once, and so 8 x 7B is less than 56B."),
                ("attention copied twice", "You copied the attention for each expert, in the total and in the active count: it is there once."),
                ("share", "The active part is no share of the total: attention and shared experts are used in full."),
                ("shared not active", "Every token uses the shared experts, so they are active as well."),
                ("shared not there", "The shared experts exist, so they belong to the total as well: they come on top of the others."),
                ("never shared", "The shared experts are missing in both counts."),
                ("turned", "The two are the wrong way round: first the total, then what a token uses."),
                ("one", "A token is sent to top_k experts, not to one."),
                ("experts alone", "You counted the experts alone: every token goes through the attention, too."),
                ("active experts alone", "The active count lacks the attention, which every token uses."),
            ),
        ),
    ),
    "beyond-bits": Exercise(
        best_bits,
        first=(
            {"memory": 16e9, "tokens": 1e12, "law": laws.CHINCHILLA_REFIT, "harm": strong},
            {"memory": 16e9, "tokens": 1e11, "law": laws.CHINCHILLA_REFIT, "harm": mild},
            {"memory": 1e9, "tokens": 1e13, "law": laws.CHINCHILLA_REFIT, "harm": strong},
            {"memory": 4e11, "tokens": 2e10, "law": laws.CHINCHILLA_REFIT, "harm": mild, "choices": (4, 8, 16)},
            {"memory": 1e12, "tokens": 1e10, "law": laws.CHINCHILLA_REFIT, "harm": strong},
        ),
        draw=_drawn_bits,
        slips=slips_of(
            _bits,
            (
                ("bytes", "memory is in bytes, and a byte has eight bits: your models are eight times too small."),
                ("fixed", "That is always the most bits: with fewer bits more parameters fit, and the loss in 16 bits falls."),
                ("harm of 16", "The harm is that of the larger model, which has as many parameters as fit at these bits."),
                ("no harm", "That is always the fewest bits: rounding does harm, which is to be added."),
                ("worst", "You took the largest loss: the least is wanted."),
                ("loss", "You gave back the loss; the bits are wanted."),
                ("params", "You gave back the parameters; the bits are wanted."),
                ("place", "You gave back the place among the choices; the choice itself is wanted."),
            ),
        ),
        draws=400,
    ),
}  # fmt: skip
