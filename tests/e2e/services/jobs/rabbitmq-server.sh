# shellcheck shell=sh
rabbitmqctl --quiet add_vhost job
rabbitmqctl --quiet list_vhosts | grep -x job
# The broker's answer to a client that speaks its protocol.
answer() { printf 'AMQP\0\0\011\001' | nc -q 5 127.0.0.1 5672 | grep --text RabbitMQ; }
eventually 60 answer
