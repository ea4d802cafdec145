# shellcheck shell=sh
logger --tag job 'it works'
eventually 30 grep 'job: it works' /var/log/syslog
