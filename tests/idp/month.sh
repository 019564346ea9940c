#!/bin/bash
# A month of Entra ID and of Okta, of 1,000 people and 20 groups: month.py.
cd "$(dirname "$0")/../.." || exit 1
exec ${PYTHON_WRAPPER:-} "${python:-/usr/bin/python3}" tests/idp/month.py "$@"
