"""Templates of pages and pictures: what is put into one is escaped, and what is lacking is an error."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def templates(part: str) -> Environment:
    """The templates of a part of the package, such as `records`."""
    return Environment(
        loader=PackageLoader(f"whyrx.{part}"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
