#!/bin/sh
# Runs in the machine, as root, again when it changes and only then.
set -eu
systemctl is-active systemd-journald.service
