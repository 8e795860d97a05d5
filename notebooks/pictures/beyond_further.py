"""Pictures of the further steps of chapter 09: mixtures of data, a hull, a shaken network, a forecast that drifts."""

import numpy as np

from helpers import units
from pictures import style

SIZES = {"1 M parameters": "loss_1m", "60 M parameters": "loss_60m", "1 B parameters": "loss_1b"}
KINDS = {"at a constant rate": "constant", "cooled": "cooled"}
HELD = {"10 times": 3e21, "100 times": 3e22, "300 times": 1e23}  # beyond the fit, in FLOP
CALM, FLAT = "the loss alone", "the loss after noise"  # what the toy network is trained on


def _column(rows, name):
    return np.array([getattr(row, name) for row in rows], float)


class Mixes:
    """Mixtures of text at three sizes: places at 1 M and 60 M parameters, and loss against one share.

    places(values) gives the place of each value, from 1, and agreement(x, y) the rank correlation.
    """

    def __init__(self, rows, places, agreement):
        self.agreement = agreement
        self.sets = {}
        for size, column in SIZES.items():
            mine = [row for row in rows if getattr(row, column) is not None]
            self.sets[size] = _column(mine, "web_share"), _column(mine, column)
        (self.share, tiny), (_, small) = (self.sets[size] for size in list(SIZES)[:2])
        self.losses, self.places = (tiny, small), (places(tiny), places(small))

    def backdrop(self, ax):
        """Two empty panels, in which the foreground draws."""
        ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        for spine in ax.spines.values():
            spine.set_visible(False)
        ax.grid(False)
        self.left, self.right = (
            ax.inset_axes(box) for box in ((0, 0, 0.42, 1), (0.58, 0, 0.42, 1))
        )
        for panel in (self.left, self.right):
            panel.set_zorder(0)  # below what the foreground draws on them
        self.left.set(xlim=(-5, 262), ylim=(-5, 262))
        self.left.set(xlabel="place at 1 M parameters", ylabel="place at 60 M parameters")
        self.left.plot(*self.places, "o", color=style.PALE, mec=style.QUIET, mew=0.4, ms=3)
        self.right.set(xlim=(-0.03, 1.03), ylim=(-0.05, 1.75), xlabel="share of web text")
        self.right.set_ylabel("loss above the best (nats)")
        self.right.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])

    def foreground(self, ax, size, most):
        """The mixtures with no more than this share of web text, on both sides."""
        for panel in (self.left, self.right):  # where a layout since has put them
            panel.apply_aspect(panel.get_axes_locator()(panel, None))
        kept, (share, loss) = self.share <= most, self.sets[size]
        some, above = share <= most, loss - loss.min()
        look = {"ms": 4, "mew": 0}
        ax.plot(*(place[kept] for place in self.places), "o", color=style.BLUE, gid="places",
                transform=self.left.transData, **look)  # fmt: skip
        here = {"transform": self.right.transData, "ls": "", "ms": 4}
        ax.plot(share[~some], above[~some], marker="o", color=style.PALE, mec=style.QUIET, mew=0.4,
                gid="left out", **here)  # fmt: skip
        ax.plot(
            share[some], above[some], marker="D", color=style.ORANGE, mew=0, gid="losses", **here
        )
        ax.plot([most] * 2, [-0.05, 1.75], "--", color=style.QUIET, lw=1.2, gid="most",
                transform=self.right.transData)  # fmt: skip
        both = self.agreement(*(column[kept] for column in self.losses))
        alone = self.agreement(share[some], -loss[some])
        words = {"fontsize": 13, "bbox": style.GROUND}
        ax.text(10, 246, f"agreement {both:.3f}", va="top", color=style.BLUE,
                transform=self.left.transData, **words)  # fmt: skip
        ax.text(0.97, 1.68, f"{size}\nagreement {alone:.2f}", ha="right", va="top",
                color=style.WORDS[style.ORANGE], transform=self.right.transData, **words)  # fmt: skip
        return (
            f"Mixtures with at most {most:.0%} of web text. The run of 1 M parameters ranks {kept.sum()} of them for "
            f"60 M with a rank correlation of {both:.3f}. The share of web text alone ranks {some.sum()} of them at "
            f"{size} with {alone:.2f}."
        )


class Hull:
    """Readings of the Gemstones, compute against size, and the line through the points on their hull.

    hull(x, y) gives the places of the points under which no other lies.
    """

    def __init__(self, rows, hull):
        self.hull = hull
        self.sets = {kind: [row for row in rows if row.kind == kind] for kind in KINDS.values()}

    def exponent(self, kind, smallest, largest):
        """(a, level) of ln N = a ln C + level on the hull; FLOP and size of the kept and of the hull."""
        rows = [row for row in self.sets[kind] if smallest <= row.trunk <= largest]
        params, loss = _column(rows, "params"), _column(rows, "loss")
        flops = 6 * params * _column(rows, "tokens")
        best = self.hull(np.log(flops), loss)
        line = np.polyfit(np.log(flops[best]), np.log(params[best]), 1)
        return line, (flops, params), (flops[best], params[best])

    def backdrop(self, ax):
        """Every reading at the constant rate, and two slopes to compare with."""
        style.frame(ax, (2e18, 8e21), (3e7, 3e9), "compute 6ND (FLOP)", "size N (parameters)",
                    x=units.power, y=units.short)  # fmt: skip
        rows = self.sets["constant"]
        params = _column(rows, "params")
        ax.plot(6 * params * _column(rows, "tokens"), params, "o", color=style.PALE, mec=style.QUIET,
                mew=0.4, ms=3)  # fmt: skip
        start = np.array([2.5e18, 1.2e19])
        for slope in (1.0, 0.5):
            sizes = 4e8 * (start / start[0]) ** slope
            ax.plot(start, sizes, "--", color=style.GREEN, lw=1.5)
            style.note(ax, start[1], sizes[1], f"slope {slope:g}", 4, 0, style.GREEN, fontsize=11,
                       va="center")  # fmt: skip

    def foreground(self, ax, kind, smallest, largest):
        """What is kept, the hull of it, and its slope."""
        (a, level), kept, best = self.exponent(KINDS[kind], smallest, largest)
        ax.plot(*kept, "o", color=style.BLUE, ms=4, mew=0, gid="kept")
        for tokens, size, dx in ((smallest, 2.5e9, -6), (largest, 3.7e7, 6)):
            sizes = np.array([3e7, 3e9])
            ax.plot(6 * sizes * tokens, sizes, ":", color=style.QUIET, lw=1.2)
            style.note(ax, 6 * size * tokens, size, f"{units.short(tokens)} tokens", dx, 0, style.QUIET,
                       fontsize=11, va="center")  # fmt: skip
        ax.plot(*best, "D", color=style.ORANGE, mec="white", ms=7, gid="hull")
        ends = np.array([3e18, 6e21])
        ax.plot(ends, np.exp(level) * ends**a, color=style.ORANGE, lw=2.5, gid="line")
        style.inside(ax, 0.98, 0.05, f"a = {a:.2f}", ha="right", fontsize=18,
                     color=style.WORDS[style.ORANGE], bbox=style.GROUND)  # fmt: skip
        return (
            f"{len(kept[0])} readings {kind}, from {units.spoken(smallest)} to {units.spoken(largest)} tokens, "
            f"{len(best[0])} of them on the hull: the best size grows as C to the {a:.2f}. A thousand times the "
            f"compute then asks for a model {units.plain(1000**a)} times as large."
        )


class Shaken:
    """A toy network: its loss over training, before and after noise of a fixed size on every weight.

    losses(time, noise, trained_with) gives both at these times; trained_with is the noise that the
    training took into account, `used` in the flatter run.
    """

    def __init__(self, losses, used):
        self.losses, self.used = losses, used
        self.time = np.geomspace(1, 300, 121)

    def backdrop(self, ax):
        """Axes that hold every setting."""
        style.frame(ax, (1, 300), (-0.03, 1.35), "length of training (units of the toy, log scale)", "loss of the toy",
                    x=lambda value, _: f"{value:g}")  # fmt: skip
        style.inside(
            ax,
            0.98,
            0.93,
            "a toy: read the direction, not the numbers",
            ha="right",
            color=style.QUIET,
        )

    def foreground(self, ax, noise, trained):
        """The two curves, and where the second is lowest."""
        before, after = self.losses(self.time, noise, self.used if trained == FLAT else 0.0)
        best = int(after.argmin())
        ax.plot(self.time, before, "--", color=style.BLUE, lw=2, gid="before")
        ax.plot(self.time, after, color=style.ORANGE, lw=2.5, gid="after")
        style.note(ax, 1.05, 0.3, "before the noise", 0, -8, style.BLUE)
        style.note(ax, 300, after[-1], "after the noise", -6, 8, style.ORANGE)
        style.here(ax, self.time[best], after[best])
        rise = after[-1] / after[best] - 1
        turn = (
            f"is lowest at a length of {units.plain(self.time[best])} and {rise:.0%} higher at the end"
            if rise > 0.005
            else "has not turned up by the end"
        )
        return (
            f"Trained on {trained}: without noise the loss ends at {before[-1]:.3f}. With noise of {noise:.2f} on "
            f"every weight it ends at {after[-1]:.3f}, and {turn}."
        )


class Forecast:
    """Seven made-up budgets on a line, and three runs held out, while one assumption drifts with scale.

    measured(flops, drift) is the loss, without noise for the held-out runs; line(losses) gives the
    forecast, a function of flops, and R squared of the fit in logs of what lies above E.
    """

    def __init__(self, law, budgets, measured, noise, line):
        self.law, self.budgets, self.measured = law, budgets, measured
        self.noise, self.line = noise, line

    def found(self, drift):
        """The noisy losses of the budgets, the forecast, R squared, and the miss of each held-out run."""
        losses = self.measured(self.budgets, drift) * (1 + self.noise)
        forecast, r_squared = self.line(losses)
        miss = {far: self.measured(c, drift) / forecast(c) - 1 for far, c in HELD.items()}
        return losses, forecast, r_squared, miss

    def backdrop(self, ax):
        """Log-log paper; grey where nothing was trained."""
        style.paper(ax, (2e18, 3e23), (0.17, 1.7), (0.2, 0.3, 0.5, 0.7, 1.0, 1.5), "training compute C (FLOP)",
                    "loss above E (nats per token)", say=units.power)  # fmt: skip
        style.beyond(ax, 5e20, 3e23, 0.18, "held out")
        style.inside(ax, 0.02, 0.05, "made up: law, scatter, drift", color=style.QUIET)

    def foreground(self, ax, drift, far):
        """The seven, their line, the three beyond it, and by how much one of them is missed."""
        losses, forecast, r_squared, miss = self.found(drift)
        E, ends, beyond = self.law.E, np.geomspace(2e18, 3e23, 40), np.geomspace(5e20, 1.6e23, 30)
        ax.plot(ends, forecast(ends) - E, color=style.BLUE, lw=2.5, gid="line")
        ax.plot(self.budgets, losses - E, "o", color=style.BLUE, ms=9, mec="white", gid="seven")
        ax.plot(beyond, self.measured(beyond, drift) - E, ":", color=style.ORANGE, lw=2)
        for flops in HELD.values():
            ax.plot(
                [flops], [self.measured(flops, drift) - E], "D", mfc="white", mec=style.ORANGE, ms=8
            )
        flops = HELD[far]
        loss = self.measured(flops, drift)
        ax.plot([flops] * 2, [forecast(flops) - E, loss - E], color=style.ORANGE, lw=3)
        style.here(ax, flops, loss - E)
        style.corner(ax, f"● R² = {r_squared:.4f}", f"◆ missed by {100 * abs(miss[far]):.1f} %")
        others = ", ".join(f"{far} beyond by {100 * abs(by):.1f} %" for far, by in miss.items())
        return (
            f"The best rate falls as C to the power of {-drift:.2f} and nobody moves it: the line through seven budgets has an "
            f"R squared of {r_squared:.4f}. It misses the run {others}."
        )
