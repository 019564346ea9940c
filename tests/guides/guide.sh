#!/bin/bash
# The set-up guides of five platforms, played for a month: guide.py.
cd "$(dirname "$0")/../.." || exit 1
exec ${PYTHON_WRAPPER:-} "${python:-/usr/bin/python3}" tests/guides/guide.py "$@"
