# shellcheck shell=sh
answer() { curl --fail --silent --show-error http://127.0.0.1:9100/metrics | grep '^node_memory_MemTotal_bytes '; }
eventually 30 answer
