# shellcheck shell=sh
useradd --create-home reader
echo reader:secret | chpasswd
curl --fail --silent --show-error --user reader:secret imap://127.0.0.1/ | grep INBOX
