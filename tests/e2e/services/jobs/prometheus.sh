# shellcheck shell=sh
answer() { curl --fail --silent --show-error 'http://127.0.0.1:9090/api/v1/query?query=up' | grep '"job":"prometheus".*"1"'; }
eventually 60 answer
