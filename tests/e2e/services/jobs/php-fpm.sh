# shellcheck shell=sh
echo '<?php echo 6 * 7, PHP_EOL;' >/tmp/job.php
socket=$(echo /run/php/php*-fpm.sock)
SCRIPT_FILENAME=/tmp/job.php REQUEST_METHOD=GET cgi-fcgi -bind -connect "${socket%% *}" | grep -x 42
