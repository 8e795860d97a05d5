import sys

sys.path += ["..", "../notebooks"]  # where the course lies if nobody installed it
try:
    import helpers.live  # noqa: F401
except ImportError as missing:
    other = f" {sys.modules['helpers']} is another one." if missing.name == "helpers.live" else ""
    raise ImportError(
        f"This kernel does not have the course: {missing}.{other} Put the folder of the course, or "
        "git+ and its address, behind the next line, run it in a cell, and restart the kernel:\n"
        "%pip install"
    ) from None
