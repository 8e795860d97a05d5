"""Training runs of our own.

python -m training corpus                          fetches the text (55 MB, once)
python -m training sweep --out data/own_runs.csv   trains what the file still lacks
   ... --device cuda                               on a graphics card; mps on one of Apple's
   ... --budget further                            ten dearer runs, up to 1e14 FLOP
"""

import argparse
import contextlib
import signal
import sys

from training import corpus


def main(arguments=None):
    """The command; its status is 0 when all is trained, 2 for a bad argument, 130 when stopped."""
    assert __doc__
    parser = argparse.ArgumentParser("python -m training", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("corpus", help="fetch the corpus (55 MB, once) and describe it")
    command = commands.add_parser("sweep", help="train every run that the file still lacks")
    beside = (
        "own_runs.csv; the curves go beside it, to own_curves.csv (those of x.csv to xcurves.csv)"
    )
    command.add_argument("--out", required=True, help=beside)
    plans = "full (an evening), further (ten dearer runs, as long again), or smoke (a minute)"
    command.add_argument("--budget", default="full", help=plans)
    command.add_argument("--corpus", help="a folder of .py files instead of the shipped corpus")
    command.add_argument("--workers", type=int, help="processes; one on each core unless given")
    device = "cpu unless given, cuda (NVIDIA), or mps (Apple), which at most four processes share"
    command.add_argument("--device", default="cpu", type=str.lower, help=device)
    precision = "float32 unless given; tf32 or bfloat16 is faster where the device has it"
    command.add_argument("--precision", default="float32", type=str.lower, help=precision)
    command.add_argument("--dask", help="send the runs to this scheduler, tcp://HOST:PORT")
    given, heard = parser.parse_args(arguments), []

    def stop(number, where):  # kept, since a callback of the pool may swallow the exception
        heard.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        return _sweep(given) if given.command == "sweep" else _describe(corpus.load())
    except ModuleNotFoundError as missing:
        bring = f'`make train`, or {sys.executable} -m pip install -e ".[train]"'
        print(f"A sweep needs {missing.name}: {bring}", file=sys.stderr)
        return 2
    except (ValueError, OSError, KeyboardInterrupt) as problem:
        stopped = "Stopped. Runs that ended are kept, and the same command trains the others."
        print(stopped if heard else problem, file=sys.stderr)
        return 130 if heard else 2
    finally:
        signal.signal(signal.SIGINT, before)


def _describe(text):
    learnt, held = f"{len(text.train):,} bytes to train on", f"{len(text.held):,} windows held out"
    print(f"{text.name}: {learnt}, {held}")
    return 0


def _sweep(given):
    if given.workers is not None and given.workers < 1:
        raise ValueError(f"workers is {given.workers}, but must be 1 or more.")
    from tqdm import tqdm

    from training import sweep  # needs PyTorch; the corpus does not

    bars = []  # none before all arguments are known to be good, and training begins

    with contextlib.ExitStack() as stack:
        if given.dask:
            from distributed import Client

            pool = stack.enter_context(Client(given.dask, timeout=10)).get_executor(pure=False)
        else:
            pool = sweep.processes(given.workers, given.device)

        def begin(done, left):
            said = f"The plan {given.budget} takes {sweep.PLANS[given.budget].takes}."
            said += "" if given.device == "cpu" else f" On {given.device} nobody has measured it."
            print(said, "What the file has is not trained again.", flush=True)
            shape = "{percentage:3.0f} %|{bar}| {elapsed} gone, {remaining} left {desc}"
            # what was done before says nothing of the pace of this command
            bar = tqdm(total=done + left, initial=done, bar_format=shape)
            bars.append(stack.enter_context(bar))

        def report(done, left, row):
            if not bars and not left:
                return  # nothing was left to train
            if not bars:
                begin(done, left)
            (bar,) = bars
            bar.total, bar.n = done + left, done
            bar.set_description_str(f"| {row['run']}: {row['loss'] or row['note']}" if row else "")

        where = {"device": given.device, "precision": given.precision}
        rows = sweep.sweep(given.out, given.budget, pool, given.corpus, report, **where)
    print(f"{given.out} holds {len(rows)} runs: nothing is left to train.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
