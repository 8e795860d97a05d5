"""Steps 6 to 10 of chapter 09, to be put behind "Going further"."""

CELLS = []


def md(slide, text):
    CELLS.append(("markdown", slide, text.strip("\n")))


def code(text, slide="-"):
    CELLS.append(("code", slide, text.strip("\n")))


# 6 -------------------------------------------------------------------------------------------------
md("slide", """
## 6. Data: can a tiny model choose the mixture?

The text of a run is a *mixture*: so much from the web, so much code, so many papers. The best shares are a choice like that of the learning rate, and nobody can try it at full size. So people train many tiny models on random mixtures, and hope that their order holds for a large one.

RegMix (2024, [arXiv 2407.01492](https://arxiv.org/abs/2407.01492)) published such runs. The same 256 mixtures were trained at 1M parameters and at 60M, and another 64 mixtures at 1B. Each mixes up to 17 sources. The loss here is that on one of them, web text (Pile-CC).
""")
code('quiz.ask("beyond-mixture")')
md("fragment", """
We compare orders by the **rank correlation** of Spearman. Give each mixture its place, $1$ to $n$, by each of two rulers, and correlate the places:

$$\\rho = \\operatorname{corr}\\bigl(\\text{places by one ruler},\\ \\text{places by the other}\\bigr)$$

It is 1 where both put the mixtures in the same order, and 0 where one says nothing about the other.
""")
code('''
def places(values):
    """The place of each value, from 1; equal values share the mean of their places."""
    return np.array([(values < v).sum() + ((values == v).sum() + 1) / 2 for v in values])


def agreement(x, y):
    """Rank correlation of two columns (Spearman)."""
    return np.corrcoef(places(x), places(y))[0, 1]
''')
code('''
mixes = data.read_table("mixes")
tried = np.array([row[1:4] for row in mixes if row.loss_60m])  # share, loss at 1 M, at 60 M
large = np.array([[row.web_share, row.loss_1b] for row in mixes if row.loss_1b])
print(f"loss at 1 M ranks {len(tried)} mixtures at 60 M: {agreement(tried[:, 1], tried[:, 2]):.3f}")
share = -tried[:, 0]  # more web text, less loss
print(f"share of web text alone, at 1 M:  {agreement(share, tried[:, 1]):.2f}")
print(f"share of web text alone, at 60 M: {agreement(share, tried[:, 2]):.2f}")
print(f"the same at 1 B, {len(large)} other mixtures: {agreement(-large[:, 0], large[:, 1]):.2f}")
''')
md("fragment", """
So the order at 1M is nearly that at 60M, while the losses lie a whole nat apart: *the order carries over, the loss does not*.

The last line is a trap. On the mixtures that were trained at 1B, one number (how much of the text is like the text of the exam) ranks nearly as well as anything could. Whoever looks only at them would say that no tiny model is needed.
""")
code('''
blend = beyond_further.Mixes(mixes, places, agreement)
views = {
    "size": live.choice("right side", list(beyond_further.SIZES), start="60 M parameters"),
    "most": live.slider("largest share kept", 0.1, 1.0, start=1.0, step=0.1, say="{:.0%}".format),
}
''')
md("fragment", """
**Move it** (left: the tiny run as a ruler; right: the share of web text as a ruler)

1. On the right side compare 60M with 1B. Which of them would you call a law?
2. Keep only mixtures with at most a fifth of web text. What becomes of each ruler?
""")
code("live.Live(blend, **views)")
md("fragment", """
<details><summary>What you should have seen</summary>

At 60M the mixtures with next to no web text lie a whole nat apart, which their share cannot see. At 1B hardly any mixture is without it, so the dots are one clean curve. With at most a fifth of web text the share alone falls to 0.65 at 60M. The tiny run stays at 0.991.

</details>
""")
md("fragment", """
**The strongest objection is repetition.** Good text is scarce, and a large run reads it more often than a small one does. So the best share moves with the budget. At 757M parameters tuning at small scale missed the best share by 0.75. One run on a sixteenth of the tokens came within 0.05, once the scarce source had been cut down so that it was *repeated as often as it will be* (2026, [arXiv 2606.07597](https://arxiv.org/abs/2606.07597), abstract). RegMix repeats nothing, so it cannot show this.

Where scarce text is only a part of the mixture, it may be repeated more than chapter 05 allows: 15 to 20 times (2026, [arXiv 2605.12715](https://arxiv.org/abs/2605.12715), abstract). The best number depends on its size, the compute and the model.
""")
md("notes", """
<details><summary>In class</summary>

Show the curve of 1B first and ask for the law. Then show 60M. Ask each row to name a source that their own large run will read more than once, and how they would cut it down for the small run. 6 minutes.

</details>
""")

# 7 -------------------------------------------------------------------------------------------------
md("slide", """
## 7. Ladders: when is a gain at small scale worth a large run?

Chapter 06 (its step 6) built an ablation ladder: the same comparison at several budgets, and the gain as a multiplier of compute. One line of algebra turns nats into such a multiplier. A gain of $g$ nats at compute $C$ is worth the factor

$$m(C) = \\frac{C_{\\text{same loss}}}{C}, \\qquad L(C_{\\text{same loss}}) = L(C) - g$$
""")
code('quiz.ask("beyond-ladder")')
code('''
refit = laws.CHINCHILLA_REFIT


def multiplier(gain, flops):
    """How many times the compute of the baseline a gain in nats is worth."""
    return refit.flops_for_loss(refit.optimal_loss(flops) - gain) / flops


print("compute, FLOP   0.01 nats as a factor   a factor of 1.12 in nats")
for flops in 10.0 ** np.arange(20, 25):
    nats = refit.optimal_loss(flops) - refit.optimal_loss(1.12 * flops)
    print(f"{units.power(flops):13}{multiplier(0.01, flops):20.2f}{nats:23.4f}")
''')
md("fragment", """
A factor that stays the same shifts the line on log-log paper: its *intercept* moves, and the gain in nats fades. A gain that stays the same in nats is a factor that grows: the *slope* moves. So a gain of a hundredth of a nat, worth 12 % of the compute on the second line, is worth half of a whole run on the last one, **if** it stays. Slopes promise most. How well is a slope known?

The Gemstones (chapter 07) are 22 models read on their way to 350 billion tokens. The *hull* of these readings is the line, loss against compute, under which none lies. How the size grows along it gives the exponent $a$ of the best size, $N \\propto C^a$.
""")
code('''
def hull(x, y):
    """Places of the points under which no other lies, from the left to the lowest."""
    kept = []
    for i in np.argsort(x):
        while len(kept) > 1:
            first, last = kept[-2:]
            if (y[last] - y[first]) * (x[i] - x[first]) < (y[i] - y[first]) * (x[last] - x[first]):
                break  # the last point lies below the line from the first to this one
            kept.pop()
        kept.append(i)
    return kept[: np.argmin(y[kept]) + 1]
''')
code('''
gems = beyond_further.Hull(data.read_table("hull"), hull)
print("smallest   largest tokens kept: 100 B    200 B    350 B")
for smallest in (10e9, 30e9, 60e9):
    a = [gems.exponent("constant", smallest, end)[0][0] for end in (100e9, 200e9, 350e9)]
    print(f"{smallest / 1e9:5.0f} B{'':22}", *(f"{one:8.2f}" for one in a))
a = gems.exponent("cooled", 10e9, 100e9)[0][0]
print(f"cooled, 10 to 100 B: {a:.2f}")
''')
code('''
grams = {f"{k} B": k * 1e9 for k in (10, 20, 30, 40, 60, 80, 100, 120, 150, 200, 250, 350)}
low, high = (dict(list(grams.items())[cut]) for cut in (slice(6), slice(6, None)))
hulls = {
    "kind": live.choice("readings", list(beyond_further.KINDS)),
    "smallest": live.choice("smallest tokens kept", low, start=10e9),
    "largest": live.choice("largest tokens kept", high, start=350e9),
}
''')
md("fragment", """
**Move it** (each row of dots is one model; the dotted lines are the ends of the window)

1. Raise the smallest tokens, then lower the largest. Where does the slope go, and why?
2. With 10 to 100 B, take the *cooled* readings. What does the cooldown of step 5 change?
""")
code("live.Live(gems, **hulls)")
md("fragment", """
<details><summary>What you should have seen</summary>

The slope goes up from both sides. A narrow window is a stripe along the steep green line: at nearly the same tokens more compute can only mean a larger model. **Cooling moves next to nothing**: $a$ is 0.59 before and 0.61 after.

</details>
""")
md("fragment", """
With all their readings these models say 0.50. With those from 80 billion tokens on they say 0.76. Over a thousand times the compute that is a best size six times as large. No run was bad, only the window differed. So a difference of two slopes on a ladder counts only if it is larger than what the choice of the rungs does to one of them.

**The rule.** A gain goes into the large run if the lower end of the interval of $m$ *at the target* pays for its slowdown and its risk. The simple check is hard to beat: 150M parameters rank recipes for 1B right about 80 % of the time, and no extrapolation did better (DataDecide, 2025, [arXiv 2504.11393](https://arxiv.org/abs/2504.11393), abstract).
""")
md("notes", """
<details><summary>In class</summary>

Give every row of the room one window, let them forecast the best size at 1e25 FLOP from their slope, and write the answers on the board before anybody says what the others had. 6 minutes.

</details>
""")

# 8 -------------------------------------------------------------------------------------------------
md("slide", """
## 8. Too long: when do more tokens harm?

Chapter 03 trains small models on far more tokens than the best split, because serving them is cheap. The base loss keeps falling. But a base model is seldom what is served: it is tuned or rounded to fewer bits (step 2) first, and both *change its weights*.

Springer and colleagues (2025, [arXiv 2503.19206](https://arxiv.org/abs/2503.19206), abstract) tuned OLMo-1B from two points of its training.
""")
code('quiz.ask("beyond-harms")')
md("fragment", """
From the later point, at 3 trillion tokens, the tuned model was over 2 % worse on several benchmarks. Their reason: the longer the training, the more the loss suffers from **any** change of a given size. Random noise on the weights is reported to do the same, and even a network of two linear layers to show it. That network fits into a cell. It learns 40 patterns with strengths $\\sigma_i = 1/i$, strong ones first. Noise of deviation $\\epsilon$ on every weight costs, on average,

$$\\text{loss after} = \\tfrac12 \\sum_i (\\sigma_i - s_i)^2 + 40\\,\\epsilon^2 \\sum_i s_i + \\text{constant}$$

where $s_i$ is what it has learned so far. The first sum falls, the second one grows.
""")
code('''
strengths = 1 / np.arange(1, 41)


def toy_losses(time, noise, trained_with=0.0, start=1e-3):
    """Loss of the toy before and after noise on every weight, exact on average."""
    goal = strengths - 40 * trained_with**2  # who trains on the loss after noise aims lower
    learned = goal / (1 + (goal / start - 1) * np.exp(-2 * goal * time[:, None]))
    before = ((strengths - learned) ** 2).sum(axis=1) / 2
    return before, before + 40 * noise**2 * learned.sum(axis=1) + 40**3 * noise**4 / 2
''')
code('''
shaken = beyond_further.Shaken(toy_losses, used=0.03)
shakes = {
    "noise": live.slider("noise on the weights", 0.02, 0.06, start=0.05, step=0.01),
    "trained": live.choice("trained on", [beyond_further.CALM, beyond_further.FLAT]),
}
''')
md("fragment", """
**Move it** (a toy: it shows a direction, and none of its numbers is a forecast)

1. Where is the loss after the noise lowest? Move the noise: where does the turn go?
2. Train on the loss after noise. What does it cost, and what does it buy?
""")
code("live.Live(shaken, **shakes)")
md("fragment", """
<details><summary>What you should have seen</summary>

The loss before the noise never rises. The loss after it turns up, and the larger the change, the sooner it turns. A weak strength is learned late and repays less than it costs. Training for a flat place costs a little loss and moves the turn to the right, or away.

</details>
""")
md("fragment", """
Sharpness-aware minimisation (**SAM**) is the remedy of that kind: each step lowers the loss at the worst point nearby, so the run ends where the loss is flat. A short phase of it on OLMo-2-1B left 31 % less forgetting after tuning, and 40 % less after rounding to four bits (2026, [arXiv 2605.02105](https://arxiv.org/abs/2605.02105), abstract). That suggests one cause behind this step and [step 2](#2.-Precision:-what-do-fewer-bits-cost?).

**Is Chinchilla back, then?** No. The harm was seen in one model of 1B and in small controls, and Qwen3-0.6B works with 60,000 tokens for each parameter. Choose tokens by the cost over the model's life (chapter 03), then tune and round *two* checkpoints and compare.
""")
md("notes", """
<details><summary>In class</summary>

Ask before the figure: "the base loss fell, so is the tuned model better?" Let those who say no name a mechanism. 4 minutes.

</details>
""")

# 9 -------------------------------------------------------------------------------------------------
md("slide", """
## 9. Progress: is a rate a forecast?

Chapter 05 (step 7) met the estimate that methods halve the compute for the same loss every 8 months. Rates are quoted in three ways, so bring them to one: what halves (or doubles) every $h$ months changes in a year by

$$\\text{yearly factor} = 2^{12/h}$$
""")
code('quiz.ask("beyond-progress")')
code('''
def yearly(months):
    """The factor of a year of what halves or doubles every so many months."""
    return 2 ** (12 / months)


for name, months in (("compute for the same loss", 8), ("  fast end", 2), ("  slow end", 22)):
    print(f"{name:27}{months:5} months {yearly(months):7.2f} times a year")
print(f"{'density of ability':27}{3.5:5} months {yearly(3.5):7.2f} times a year")
for name, whole in (("claimed, 2012 to 2023", 22_000), ("recovered", 6_930)):
    each = whole ** (1 / 11)
    print(f"{name:27}{12 / np.log2(each):5.1f} months {each:7.2f} times a year")
''')
md("fragment", """
The last two lines belong together. Gundlach and colleagues (2025, [arXiv 2511.21622](https://arxiv.org/abs/2511.21622), abstract) took apart the gain of 22,000 times that is claimed for 2012 to 2023. Experiments at small scale explain less than a factor of 10, and the literature less than 10 more. They could recover 6,930, but most of it comes from two steps: from the LSTM, an older network, to the Transformer, and (as a summary reports) from Kaplan's split to Chinchilla's. Both change an *exponent*, so their worth depends on where you stand. The second can be computed:
""")
code('''
for flops in 10.0 ** np.arange(20, 26):
    loss = laws.CHINCHILLA_REFIT.loss(*laws.KAPLAN_ALLOCATION.optimum(flops))
    times = flops / laws.CHINCHILLA_REFIT.flops_for_loss(loss)
    print(f"{units.power(flops)} FLOP on Kaplan's split: {times:4.1f} times what the best needs")
''')
md("fragment", """
<details><summary>What you should have seen</summary>

One change of method is worth a tenth more compute on the first line and 17 times the compute on the last. So whoever says "methods gain such a factor a year" has chosen a scale, and seldom says which.

</details>
""")
md("fragment", """
**A rate is no forecast.** The *densing law* is reported to say that the size needed for the same ability halves every 3.5 months ([arXiv 2412.04315](https://arxiv.org/abs/2412.04315)). Run it on from a model of 65B, for the 45 months from February 2023 to November 2026:
""")
code('''
for months in (3.5, 3.3):
    size = 65e9 / 2 ** (45 / months)
    print(f"halving every {months} months: 65 B become {size / 1e6:.1f} million parameters")
''')
md("fragment", """
Nobody has put a model of the class of 65B into nine million parameters. The authors themselves warn that the rate depends on the benchmarks and on the models that it is measured against.

**Price is another quantity.** What it costs to *serve* a fixed score falls 5 to 10 times a year (2025, [arXiv 2511.23455](https://arxiv.org/abs/2511.23455), abstract). For open models it falls about threefold, once cheaper hardware is taken out. Running the frontier models meanwhile gets dearer. Neither is the compute of training.

So ask of each rate: of what, at which scale, against what, over which years?
""")
md("notes", """
<details><summary>In class</summary>

Let each pair bring one rate from the news and answer the four questions. Convert all of them to yearly factors on the board. 5 minutes.

</details>
""")

# 10 ------------------------------------------------------------------------------------------------
md("slide", """
## 10. Delphi: a forecast written down first

In 2026 a public project, Delphi (Marin and Open Athena), fitted a line to the best runs of seven budgets, from 3e18 to 3e20 FLOP. Then it *wrote down* what larger runs would reach, the largest with 25B parameters on 600 billion tokens, and trained them. It had tried before, with a fit that was just as clean (the first column is read second hand):

| loss against the forecast | first attempt | second attempt |
|---|---|---|
| 1e22 FLOP | off by 2.5 % | within 0.5 % |
| 1e23 FLOP, 300 times beyond the fit | the run diverged | within 0.2 % |
""")
code('quiz.ask("beyond-delphi")')
md("fragment", """
How can a clean line miss? Let us make such a case up. The law is the refit, and the seven losses scatter by a tenth of a percent. One assumption is wrong: the learning rate was tuned at 3e19 FLOP and kept, while the best rate falls as $C^{-\\text{drift}}$. Twice too high a rate costs one percent of the loss here, about as in step 4, and each further doubling counts by its square.
""")
code('''
budgets = np.geomspace(3e18, 3e20, 7)
scatter = np.random.default_rng(0).normal(0, 1e-3, 7)


def drifted_loss(flops, drift):
    """Loss of a run whose rate was tuned at 3e19 FLOP, where the best one falls as C^-drift."""
    too_high = drift * np.log2(flops / 3e19)  # in doublings
    return refit.optimal_loss(flops) * (1 + 0.01 * too_high**2)
''')
code('''
def forecast_line(losses):
    """The forecast from seven losses: a line in logs of what lies above E; and R squared."""
    fit = fits.fit_power_law(budgets, losses - refit.E)
    r_squared = 1 - (fit.rms / np.std(np.log(losses - refit.E))) ** 2
    return lambda flops: refit.E + fit.predict(flops), r_squared


for drift in (0.0, 0.2):
    forecast, r_squared = forecast_line(drifted_loss(budgets, drift) * (1 + scatter))
    miss = drifted_loss(1e22, drift) / forecast(1e22) - 1
    print(f"drift {drift:.1f}: R squared {r_squared:.4f}, 1e22 FLOP missed by {miss:.1%}")
''')
code('''
oracle = beyond_further.Forecast(refit, budgets, drifted_loss, scatter, forecast_line)
told = {
    "drift": live.slider("drift", 0.0, 0.2, start=0.15, step=0.01, say="{:.2f}".format),
    "far": live.choice("run, beyond the fit", list(beyond_further.HELD), start="300 times"),
}
''')
md("fragment", """
**Move it** (made up, with one draw of the scatter)

1. Set the drift to nothing, then to 0.2. What does the fit itself tell you?
2. Which is the cheapest run that would have told you at a drift of 0.1?
""")
code('live.Live(oracle, **told, drag={"far": ("x", beyond_further.HELD.get)})')
md("fragment", """
<details><summary>What you should have seen</summary>

The seven points look the same: R squared stays above 0.999. The miss grows from nothing to 5.2 % at the largest run. A run ten times beyond the fit would show a third of a percent at a drift of 0.1, three times the scatter.

</details>
""")
md("fragment", """
The residuals of a fit know only what happened inside it. What breaks a forecast is an assumption that holds there and fails later: a rate that is no longer tuned, text that is read twice (step 6), a window that was too narrow (step 7). Delphi's cure, as reported, was a learning rate that follows the length of the run, and another optimiser.

**The lesson: hold out a run at 10 times and one at 100 times the fit, and write the forecast with its interval down before you train it.** A number that was written down can be wrong in public, and that is what makes it worth something.
""")
md("notes", """
<details><summary>In class</summary>

Give each pair the seven losses of a secret drift and let them write down a forecast for 1e22 with an interval, sealed. Then reveal. Count the intervals that held. 6 minutes.

</details>
""")

FURTHER_SOURCES = """
- Liu et al. 2024, *RegMix*, [arXiv 2407.01492](https://arxiv.org/abs/2407.01492); runs (MIT licence) in sail-sg/regmix
- Repetition in mixtures, abstracts: [arXiv 2606.07597](https://arxiv.org/abs/2606.07597), [arXiv 2605.12715](https://arxiv.org/abs/2605.12715)
- DataDecide, [arXiv 2504.11393](https://arxiv.org/abs/2504.11393), abstract
- McLeish et al. 2025, *Gemstones*, [arXiv 2502.06857](https://arxiv.org/abs/2502.06857); readings (MIT licence) in mcleish7/gemstone-scaling-laws
- Springer et al. 2025, on over-training, [arXiv 2503.19206](https://arxiv.org/abs/2503.19206), abstract; flat minima as a remedy, [arXiv 2605.02105](https://arxiv.org/abs/2605.02105), abstract
- Progress: Ho et al. 2024, [arXiv 2403.05812](https://arxiv.org/abs/2403.05812); Gundlach et al. 2025, [arXiv 2511.21622](https://arxiv.org/abs/2511.21622), abstract; Xiao et al. 2024, [arXiv 2412.04315](https://arxiv.org/abs/2412.04315), the 3.5 months second hand; prices, [arXiv 2511.23455](https://arxiv.org/abs/2511.23455), abstract
- Delphi: openathena.ai/blog/delphi, 2026; the miss of its first attempt second hand
""".strip()

FURTHER_VOCABULARY = """
| mixture | which share of the text comes from which source |
| rank correlation | how far two rulers put things in the same order: 1 in full, 0 not at all |
| multiplier | how many times the compute of the baseline a gain is worth |
| hull | the line, loss against compute, under which no reading lies |
| window of tokens | from how few to how many tokens the readings of a fit go |
| SAM | training that lowers the loss at the worst point nearby, so that it ends in a flat place |
| held-out run | one that the fit has not seen |
| drift | an error that grows with scale |
""".strip()
