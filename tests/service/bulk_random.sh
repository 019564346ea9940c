#!/bin/bash
# Bulk requests by chance, against the same operations one by one.
cd "$(dirname "$0")/../.." || exit 1
exec ${PYTHON_WRAPPER:-} /usr/bin/python3 tests/service/bulk_random.py
