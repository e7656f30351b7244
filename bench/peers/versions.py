"""Prints as JSON the versions of the packages that are named, and the core (its set of loops) on which their OpenBLAS runs.

PyTorch comes first, because the core that counts is its own.
"""
import ctypes, importlib, json, platform, sys


def openblas_core():
    """As the loaded library itself says; None when it is another BLAS."""
    try:
        with open('/proc/self/maps') as maps:
            loaded = sorted({line.split()[-1] for line in maps if 'blas' in line.split()[-1].lower()})
    except FileNotFoundError:
        return None
    for library in loaded:
        ask = getattr(ctypes.CDLL(library), 'openblas_get_corename', None)
        if ask:
            ask.restype = ctypes.c_char_p
            return ask().decode()
    return None


first, *rest = sys.argv[1:]
modules = [importlib.import_module(first)]
core = openblas_core()
modules += [importlib.import_module(name) for name in rest]
versions = {'Python': platform.python_version(), **{m.__name__: m.__version__ for m in modules}}
print(json.dumps({'versions': versions, 'core': core}))
