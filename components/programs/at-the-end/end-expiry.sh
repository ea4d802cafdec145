# Removes the volume that says how long a sandbox may live. One that has gone already is no error.
# Environment: SANDBOX
set -eu
docker volume rm --force "$SANDBOX.expiry" >/dev/null
