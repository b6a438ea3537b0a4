#!/bin/sh
# Makes what the services share and nobody else is to know, before they start. Each start runs it; what is there stays.
set -eu
umask 077

redis=999
broker=1654

# FILE USER < content: whole or not at all. Group 0 is this script's own, so that it needs no right over other people's files.
write() {
  rm -f "$1.new" # of a start that was cut short: it may be somebody else's already
  cat >"$1.new"
  chmod 440 "$1.new"
  chown "$2:0" "$1.new"
  mv "$1.new" "$1"
}

chown "$redis" /data
if [ ! -s /redis/redis.conf ]; then
  echo "requirepass $(head -c 33 /dev/urandom | base64 | tr '+/' '-_')" | write /redis/redis.conf "$redis"
fi

password=$(sed -n 's/^requirepass //p' /redis/redis.conf)
echo "redis:6379,password=$password" | write /broker/ConnectionStrings__Redis "$broker"
echo "$CLIENT_SECRET" | write /broker/Amazon__ClientSecret "$broker"
