# shellcheck shell=sh
echo works >/var/www/html/job.txt
curl --fail --silent --show-error http://127.0.0.1/job.txt | grep -x works
