# shellcheck shell=sh
chronyc -n tracking
