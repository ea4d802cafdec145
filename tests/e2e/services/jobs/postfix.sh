# shellcheck shell=sh
printf 'Subject: job\n\nit works\n' | sendmail root
eventually 60 grep 'it works' /var/mail/root
