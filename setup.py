"""Everything about the package stands in pyproject.toml; here is only where it is put together.

In a folder that is thrown away: in build/, what an older version left would go into the next wheel.
"""

import tempfile

import setuptools


class Course(setuptools.Distribution):
    """An editable install asks for has_data before it copies data-files, and setuptools has not got it."""

    has_data = setuptools.Distribution.has_data_files


with tempfile.TemporaryDirectory() as folder:
    setuptools.setup(distclass=Course, options={"build": {"build_base": folder}})
