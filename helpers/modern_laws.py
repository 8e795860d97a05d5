"""Laws beyond dense pre-training: mixtures, precision, distillation. Loss in nats per token, as in laws."""

import numpy as np

from helpers.guard import plain, positive, refuse


def mixture_loss(active_params, tokens, experts=1):
    """Loss of a mixture that reads each token with one of so many experts; 1 is a dense model.

    Source: Ludziejewski et al. 2025 (arXiv 2502.05172), Eq 6: up to 2.7 billion active parameters.

    >>> round(mixture_loss(1e9, 1e11), 3), round(mixture_loss(1e9, 1e11, experts=8), 3)
    (2.439, 2.362)
    """
    given, start, most = positive("experts", experts), 2.0732, 290.4521
    refuse("experts", given, given < 1, "at least 1, a dense model")
    helps = np.log(1 / (1 / (given - 1 + 1 / (1 / start - 1 / most)) + 1 / most))  # ln of E-hat
    size = np.log(positive("active_params", active_params)) * (0.0098 * helps - 0.1889)
    data = np.log(positive("tokens", tokens)) * (-0.0259 * helps - 0.1775)
    return plain(
        35.91 * np.exp(size - 0.2285 * helps) + 35.98 * np.exp(data + 0.5529 * helps) + 1.3637
    )


def effective_share(bits, parts=((2.6745, 0.3037), (2.2102, 1.4072), (0.9578, 2.4185))):
    """Share of its parameters that training with so many bits leaves a model.

    parts are (gamma, n) of weights, activations and KV cache, all in these bits; from 3.5 bits up.
    Source: Kumar et al. 2024 (arXiv 2411.04330), App K, integers.

    >>> [round(effective_share(bits), 3) for bits in (16, 8, 6, 4)]
    [0.994, 0.828, 0.611, 0.191]
    """
    given = positive("bits", bits)
    refuse("bits", given, given < 3.5, "at least 3.5: below, the formula ends")
    return plain(np.prod([1 - np.exp(n - given / gamma) for gamma, n in parts], axis=0))


def quantising_loss(params, tokens, bits):
    """Nats lost when a model trained in 16 bits is rounded to so many (Kumar et al. 2024, Eq 2, App K).

    >>> round(quantising_loss(8e9, 15e12, 4), 2)
    0.4
    """
    size, data = positive("params", params) ** 0.3439, positive("tokens", tokens) ** 0.5068
    return plain(0.0598 * data / size * np.exp(1.1277 - positive("bits", bits) / 0.5907))


def taught_loss(params, tokens, teacher_loss=None):
    """Loss of a student of this size on these tokens; without a teacher's loss, of one trained alone.

    Source: Busbridge et al. 2025 (arXiv 2502.08606), Eq 8 and Table 6: C4, up to 512 billion tokens.

    >>> [round(taught_loss(198e6, 128e9, teacher), 3) for teacher in (None, 1.9, 2.2, 2.4)]
    [2.484, 2.483, 2.452, 2.48]
    """
    size, data = positive("params", params), positive("tokens", tokens)
    alone = 1.220 + (3355 / size**0.408 + 18186 / data**0.431) ** 0.452
    if teacher_loss is None:
        return plain(alone)
    teacher = positive("teacher_loss", teacher_loss)
    gap = (1 + (teacher / (alone * 1.315)) ** (1 / 0.09)) ** (-522.6 * 0.09)
    return plain(
        teacher + teacher**-2.549 * gap * (2243 / size**0.321 + 24181 / data**0.637) ** 0.764
    )
