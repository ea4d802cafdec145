# shellcheck shell=sh
runuser -u postgres -- psql -c 'CREATE TABLE numbers (number int)' -c 'INSERT INTO numbers VALUES (42)'
systemctl restart postgresql.service
answer() { runuser -u postgres -- psql --tuples-only --no-align -c 'SELECT number FROM numbers' | grep -x 42; }
eventually 30 answer
