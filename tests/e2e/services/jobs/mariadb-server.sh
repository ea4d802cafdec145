# shellcheck shell=sh
mariadb -e 'CREATE DATABASE job; CREATE TABLE job.numbers (number INT); INSERT INTO job.numbers VALUES (42)'
systemctl restart mariadb.service
mariadb -N -e 'SELECT number FROM job.numbers' | grep -x 42
