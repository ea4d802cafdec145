# shellcheck shell=sh
echo '* * * * * root echo works >/tmp/cron-job' >/etc/cron.d/job
eventually 90 grep -x works /tmp/cron-job
rm /etc/cron.d/job
