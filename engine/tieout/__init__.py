"""tieout: the bookings that approved time should produce, as a plan, applied exactly once."""


def __getattr__(name: str) -> str:
    """Give `__version__` on demand: `importlib.metadata` costs more than all of `--help`."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tieout")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0+uninstalled"
