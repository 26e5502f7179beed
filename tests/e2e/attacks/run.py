"""One attack: run.py NAME HTTP_ADDRESS GRPC_ADDRESS; how it went is printed as JSON."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from attacks.bodies import BODIES  # noqa: E402 (needs the path above)
from attacks.crowds import CROWDS  # noqa: E402
from attacks.floods import FLOODS  # noqa: E402
from attacks.questions import STORMS  # noqa: E402
from attacks.slow import SLOW  # noqa: E402

os.nice(10)  # What is measured beside it is the server, not the attacker's hunger for the core.
print(json.dumps({**FLOODS, **SLOW, **BODIES, **CROWDS, **STORMS}[sys.argv[1]](*sys.argv[2:4])))
