"""Everything about the package stands in pyproject.toml; here is only where it is put together.

In a folder that is thrown away: in build/, what an older version left would go into the next wheel.
"""

import tempfile

import setuptools

with tempfile.TemporaryDirectory() as folder:
    setuptools.setup(options={"build": {"build_base": folder}})
