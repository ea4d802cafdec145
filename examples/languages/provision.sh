#!/bin/sh
# Runs in the machine once it is up, and again when this file or its environment is another.
set -eu
umask 077
printf '%s\n' "$TOKEN" >/root/token
