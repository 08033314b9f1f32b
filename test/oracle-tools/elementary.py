# Writes test/kernels/elementary.json: for each elementary function, arguments and exact values, computed by mpmath at 50 digits and rounded once.
# null where the function has no value, or none a double holds. Run: python3 test/oracle-tools/elementary.py > test/kernels/elementary.json
import json
import math
import random

import mpmath

mpmath.mp.dps = 50
random.seed(20_240_501)


def spread(low, high, count=90):
    return [random.uniform(low, high) for _ in range(count)]


def wide(count=60):
    """Both signs, over 600 powers of two."""
    return [random.choice((-1, 1)) * math.ldexp(random.uniform(1, 2), random.randint(-300, 300)) for _ in range(count)]


def near_multiples(unit, count=40):
    """Doubles next to whole multiples, where reducing the argument loses most."""
    return [math.nextafter(float(k * unit), random.choice((-1e9, 1e9))) for k in (random.randint(-1_000_000, 1_000_000) for _ in range(count))]


angles = spread(-7, 7) + spread(-1e6, 1e6, 60) + near_multiples(mpmath.pi / 2) + [0.0, 1e-300, -1e-9, math.pi, math.pi / 4, 2e6, -1e300]
unit = spread(-1, 1, 120) + [0.0, 1.0, -1.0, 0.5, -0.5, 1e-20, math.nextafter(1, 0), 1.5, -3.0]
arguments = {
    'sqrt': [abs(x) for x in wide()] + [0.0, -1.0],
    'exp': spread(-745, 709) + spread(-1, 1) + [0.0, 1.0, -1.0, 1e-300, 709.78, 709.79, 1e4, -700.0, -1e4],
    'ln': [abs(x) for x in wide()] + spread(0.5, 2) + [1.0, math.nextafter(1, 2), math.nextafter(1, 0), 5e-324, 1e-310, 1.7e308, 0.0, -2.0],
    'log10': [abs(x) for x in wide()] + spread(0.5, 2) + [10.0 ** k for k in range(-20, 21)] + [5e-324, 0.0, -2.0],
    'sin': angles, 'cos': angles, 'tan': angles,
    'asin': unit, 'acos': unit,
    'atan': spread(-5, 5) + wide() + [0.0, 1.0, -1.0],
    'sinh': spread(-20, 20) + spread(-0.5, 0.5) + [0.0, 700.0, -700.0, 1e3],
    'cosh': spread(-20, 20) + spread(-0.5, 0.5) + [0.0, 700.0, 1e3],
    'tanh': spread(-3, 3) + spread(-0.1, 0.1) + [0.0, 20.0, -40.0, 1e-200],
    'ceil': wide() + spread(-100, 100, 20) + [0.5, -0.5, 3.0],
    'floor': wide() + spread(-100, 100, 20) + [0.5, -0.5, 3.0],
}
QUARTER_TURNS_MAX = 2 ** 20


def exact(name, x):
    if name in ('sin', 'cos', 'tan') and abs(x) > QUARTER_TURNS_MAX * math.pi / 2:
        return None  # beyond what the kernels take
    if name in ('ln', 'log10') and x <= 0 or name == 'sqrt' and x < 0 or name in ('asin', 'acos') and abs(x) > 1:
        return None
    value = float({'ln': mpmath.log}.get(name, getattr(mpmath, name, None))(mpmath.mpf(x)))
    return value if math.isfinite(value) else None


print('{')
print(',\n'.join(f'"{name}": [\n' + ',\n'.join(json.dumps([x, exact(name, x)]) for x in xs) + '\n]' for name, xs in arguments.items()))
print('}')
