# shellcheck shell=sh
docker info
