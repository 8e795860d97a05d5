"""The formulas that chapters share, with their published constants.

Units: params, tokens, FLOP, loss in nats per token. Numbers or arrays go in and broadcast;
one number comes back as a float, several as an array.
"""

from dataclasses import dataclass

import numpy as np

from helpers import data
from helpers.guard import plain, positive, solved

PF_DAY = 8.64e19  # FLOP in a petaflop/s-day: 1e15 FLOP/s for 86,400 seconds
TOKENS_PER_PARAM = 20.0  # the rule of thumb: read off Hoffmann et al. 2022, Table 3, never stated


def training_flops(params, tokens):
    """Training compute C = 6ND: 2 FLOP per parameter and token forward, 4 backward.

    Source: Kaplan et al. 2020, section 2.1.

    >>> f"{training_flops(70e9, 1.4e12):.2e}"
    '5.88e+23'
    """
    return plain(6.0 * positive("params", params) * positive("tokens", tokens))


def pf_days(flops):
    """FLOP as petaflop/s-days, the unit of Kaplan et al. 2020.

    >>> round(pf_days(5.88e23), 2)
    6805.56
    """
    return plain(positive("flops", flops) / PF_DAY)


def transformer_params(n_layer, d_model, vocab=0, n_ctx=0):
    """Parameters of a standard transformer, 12 n_layer d_model^2, plus embeddings if asked.

    vocab and n_ctx add one (tied) token table and one position table; left at 0 the count is
    non-embedding. Source: Kaplan et al. 2020, Eq 2.1.

    >>> f"{transformer_params(96, 12288):.4g} {transformer_params(96, 12288, 50257, 2048):.4g}"
    '1.739e+11 1.746e+11'
    """
    layers, width = positive("n_layer", n_layer), positive("d_model", d_model)
    tables = positive("vocab", vocab, zero=True) + positive("n_ctx", n_ctx, zero=True)
    return plain(12.0 * layers * width**2 + tables * width)


def training_flops_per_token(n_layer, d_model, n_ctx, vocab=0):
    """Training FLOP per token with the attention term: 6 (N + n_layer n_ctx d_model + vocab d_model).

    N is the non-embedding count; vocab = 0 leaves the unembedding out, as Kaplan did.
    Source: Kaplan et al. 2020, section 2.1 (forward 2N + 2 n_layer n_ctx d_model, backward twice).

    >>> exact = training_flops_per_token(96, 12288, 2048, 50257)
    >>> round(exact / (6 * transformer_params(96, 12288)), 3)
    1.017
    """
    context = positive("n_ctx", n_ctx) * positive("n_layer", n_layer) * positive("d_model", d_model)
    return plain(6.0 * (transformer_params(n_layer, d_model, vocab) + context))


def rule_of_thumb_optimum(flops, tokens_per_param=TOKENS_PER_PARAM):
    """(params, tokens) that spend flops = 6ND by the rule of thumb, 20 tokens for each parameter.

    >>> [f"{x:.3g}" for x in rule_of_thumb_optimum(5.88e23)]
    ['7e+10', '1.4e+12']
    """
    ratio = positive("tokens_per_param", tokens_per_param)
    params = np.sqrt(positive("flops", flops) / (6.0 * ratio))
    return plain(params), plain(params * ratio)


@dataclass(frozen=True)
class PowerLaw:
    """loss = (scale / x) ** exponent, for one resource x while the others are plentiful."""

    scale: float
    exponent: float
    of: str  # the name of x, for messages
    source: str

    def loss(self, x):
        """Loss at x.

        >>> [round(KAPLAN_PARAMS.loss(n), 2) for n in (1e7, 1e8, 1e9, 1e10, 1e11)]
        [3.37, 2.83, 2.38, 1.99, 1.67]
        """
        return plain((self.scale / positive(self.of, x)) ** self.exponent)


KAPLAN_PARAMS = PowerLaw(8.8e13, 0.076, "params", "Kaplan et al. 2020, Eq 1.1, Table 5")
KAPLAN_TOKENS = PowerLaw(5.4e13, 0.095, "tokens", "Kaplan et al. 2020, Eq 1.2, Table 5")
KAPLAN_COMPUTE = PowerLaw(3.1e8 * PF_DAY, 0.050, "flops_min", "Kaplan et al. 2020, Eq 1.3, Table 5")
KAPLAN_FIXED_BATCH = PowerLaw(1.6e7 * PF_DAY, 0.057, "flops", "Kaplan et al. 2020, Eq 3.3, Table 5")


@dataclass(frozen=True)
class KaplanAllocation:
    """Best size for the least compute C_min: params = coefficient (C_min / PF-day)^exponent."""

    coefficient: float
    exponent: float
    source: str

    def optimum(self, flops_min):
        """(params, tokens) for a minimum compute C_min in FLOP; tokens = C_min / 6N.

        >>> more, less = KAPLAN_ALLOCATION.optimum(2e21), KAPLAN_ALLOCATION.optimum(1e21)
        >>> round(more[0] / less[0], 2), round(more[1] / less[1], 2)
        (1.66, 1.21)
        """
        budget = positive("flops_min", flops_min)
        params = self.coefficient * (budget / PF_DAY) ** self.exponent
        return plain(params), plain(budget / (6.0 * params))


KAPLAN_ALLOCATION = KaplanAllocation(1.3e9, 0.73, "Kaplan et al. 2020, Table 6")


@dataclass(frozen=True)
class Chinchilla:
    """loss = E + A / N^alpha + B / D^beta, with C = 6ND."""

    E: float
    A: float
    B: float
    alpha: float
    beta: float
    source: str

    @property
    def a(self):
        """Exponent of the best size: N grows as C^a (Hoffmann Eq 4)."""
        return self.beta / (self.alpha + self.beta)

    def _given(self, name, value):
        """The value, checked: a law of draws takes one number, or a column of them."""
        array = positive(name, value)
        counts = {*array.shape[-1:], *np.shape(self.E)[-1:]} - {1}
        if len(counts) > 1:
            raise ValueError(
                f"{name} has {array.shape[-1]} entries, and this law {np.shape(self.E)[-1]} draws: "
                f"give one number, or a column, such as np.reshape({name}, (-1, 1))."
            )
        return array

    def reducible_loss(self, params, tokens):
        """The part of the loss that more parameters and tokens can still remove, L - E."""
        size = self.A / self._given("params", params) ** self.alpha
        return plain(size + self.B / self._given("tokens", tokens) ** self.beta)

    def loss(self, params, tokens):
        """Loss of a model with these parameters after these tokens.

        >>> round(CHINCHILLA_REFIT.loss(8e9, 15e12), 3), round(CHINCHILLA_REFIT.loss(70e9, 2e12), 3)
        (2.022, 1.965)
        """
        return plain(self.E + self.reducible_loss(params, tokens))

    def best_loss(self, params):
        """Loss of this size on unlimited tokens, E + A / N^alpha.

        >>> round(CHINCHILLA_REFIT.best_loss(8e9), 3)
        1.99
        """
        return plain(self.E + self.A / self._given("params", params) ** self.alpha)

    def optimum(self, flops):
        """(params, tokens) with the lowest loss among all that cost flops = 6ND (Hoffmann Eq 4).

        >>> params, tokens = CHINCHILLA_REFIT.optimum(5.76e23)
        >>> f"{params / 1e9:.1f} billion, {tokens / params:.1f} tokens for each"
        '72.2 billion, 18.4 tokens for each'
        """
        cost = self._given("flops", flops) / 6.0
        ratio = (self.alpha * self.A / (self.beta * self.B)) ** (1.0 / (self.alpha + self.beta))
        return plain(ratio * cost**self.a), plain(cost ** (1.0 - self.a) / ratio)

    def optimal_tokens(self, params):
        """Tokens at which this size is the best use of its own 6ND.

        >>> f"{CHINCHILLA_REFIT.optimal_tokens(70e9):.3g}"
        '1.29e+12'
        """
        size = self.alpha * self.A / self._given("params", params) ** self.alpha
        return plain((self.beta * self.B / size) ** (1.0 / self.beta))

    def optimal_params(self, tokens):
        """Model size for which these tokens are the best use of 6ND."""
        data = self.beta * self.B / self._given("tokens", tokens) ** self.beta
        return plain((self.alpha * self.A / data) ** (1.0 / self.alpha))

    def optimal_loss(self, flops):
        """Lowest loss that flops = 6ND can buy.

        >>> [round(CHINCHILLA_REFIT.optimal_loss(c), 3) for c in (1e20, 1e21, 1e22)]
        [2.553, 2.306, 2.141]
        """
        return self.loss(*self.optimum(flops))

    def tokens_for_loss(self, params, loss):
        """Tokens after which this size reaches this loss; ValueError, or masked, where it never does.

        >>> CHINCHILLA_REFIT.tokens_for_loss(8e9, 1.965)
        Traceback (most recent call last):
        ValueError: loss is 1.965, but must be above 1.99049, the best loss of 8000000000.0 params.
        >>> CHINCHILLA_REFIT.tokens_for_loss(8e9, [1.965, 2.022]).mask.tolist()
        [True, False]
        """
        best, what = self.best_loss(params), f"the best loss of {params} params"
        return self._solved(self.B, self.beta, loss, best, what)

    def flops_for_loss(self, loss):
        """Least compute that reaches this loss; impossible targets as above.

        >>> f"{CHINCHILLA_REFIT.flops_for_loss(2.0):.2g}"
        '2.5e+23'
        """
        exponent = self.alpha * self.beta / (self.alpha + self.beta)
        unit = self.reducible_loss(*self.optimum(1.0))
        return self._solved(unit, exponent, loss, self.E, "the irreducible loss E")

    def _solved(self, scale, exponent, loss, best, what):
        gap = self._given("loss", loss) - best
        allowed = f"above {np.round(best, 5)}, {what}"
        if np.ndim(gap) == 0 and gap > 1:
            allowed = "smaller: no run is so bad"
        return solved(scale, gap, exponent, f"loss is {loss}, but must be {allowed}.")


_HOFFMANN = "Hoffmann et al. 2022, App D.2"
CHINCHILLA_PRINTED = Chinchilla(1.69, 406.4, 410.7, 0.34, 0.28, _HOFFMANN + ", as printed")
CHINCHILLA_UNROUNDED = Chinchilla(  # log E, log A, log B in the TeX source (Besiroglu et al. 2024)
    *np.exp([0.5267228, 6.0073404, 6.0179186]).tolist(), 0.33917084, 0.2849083, _HOFFMANN
)
CHINCHILLA_REFIT = Chinchilla(
    1.8172, 482.01, 2085.43, 0.3478, 0.3658, "Besiroglu et al. 2024, Table 1, 240 points"
)
CHINCHILLA_OPTIMUM = Chinchilla(  # the same 240 points, fitted to the exact minimum
    1.817218, 477.8259, 2143.417, 0.3473105, 0.3671724, "own fit of Besiroglu's 240 points"
)
_C4 = "Muennighoff et al. 2023, App A"
MUENNIGHOFF = Chinchilla(  # corpus C4, alpha = beta; log E, log A, log B as published
    *np.exp([0.6254804, 6.255414, 7.3049974]).tolist(), 0.3526596, 0.3526596, _C4
)


def refit_draws() -> Chinchilla:
    """The refit as 500 joint bootstrap draws: a law whose constants are arrays (data/README.md).

    >>> at_gopher = np.divide(*refit_draws().optimum(5.76e23)[::-1])
    >>> [f"{x:.0f}" for x in np.percentile(at_gopher, [10, 90])]
    ['10', '30']
    """
    return Chinchilla(*np.transpose(data.read_table("refit_draws")), "bootstrap draws of the refit")
