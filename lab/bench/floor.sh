#!/usr/bin/env bash
# The floor: the same parts and idle Node processes, started by nothing but this script, on a fresh PostgreSQL
# cluster. The bench measures the lab beside it. Linux only: memory is read from /proc.
#   POSTGRES_BIN=… REDIS=… TOXIPROXY=… [REDISES=1] [NODES=5] [PORTS="…"] bash lab/bench/floor.sh
# PORTS, where given, names one port for each: PostgreSQL, Toxiproxy, every Redis, every Node.
set -euo pipefail
: "${POSTGRES_BIN:?folder with initdb and postgres}" "${REDIS:?redis-server}" "${TOXIPROXY:?toxiproxy-server}"
redises=${REDISES:-1}
nodes=${NODES:-5}
read -ra ports <<<"${PORTS:-25432 28474 $(seq -s ' ' 26379 $((26378 + redises))) $(seq -s ' ' 29001 $((29000 + nodes)))}"
if [ "${#ports[@]}" != $((2 + redises + nodes)) ]; then
  echo "PORTS names ${#ports[@]} ports; $((2 + redises + nodes)) are needed." >&2
  exit 64
fi
folder=$(mktemp -d)
chmod 755 "$folder"
postgres=
pids=()
finish() {
  # Killed, PostgreSQL would leave its shared memory behind.
  if [ -n "$postgres" ]; then kill -QUIT "$postgres" 2>/dev/null || true; fi
  for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 143' HUP INT TERM

as=()
if [ "$(id -u)" = 0 ]; then
  user=$(id -u postgres >/dev/null 2>&1 && echo postgres || echo nobody)
  mkdir "$folder/pg" && chown "$user" "$folder/pg"
  as=(setpriv "--reuid=$(id -u "$user")" "--regid=$(id -g "$user")" --clear-groups --inh-caps=+dac_override --ambient-caps=+dac_override)
fi
now() { date +%s%3N; }
start=$(now)
"${as[@]}" "$POSTGRES_BIN/initdb" -D "$folder/pg/data" -U postgres --no-sync -A trust >"$folder/initdb.log" 2>&1
cluster=$(now)
"${as[@]}" "$POSTGRES_BIN/postgres" -D "$folder/pg/data" -p "${ports[0]}" -h 127.0.0.1 -k '' -F >"$folder/postgres.log" 2>&1 &
postgres=$!
"$TOXIPROXY" -host 127.0.0.1 -port "${ports[1]}" >"$folder/toxiproxy.log" 2>&1 &
pids+=($!)
for port in "${ports[@]:2:redises}"; do
  "$REDIS" --port "$port" --save '' --bind 127.0.0.1 --dir "$folder" >"$folder/redis-$port.log" 2>&1 &
  pids+=($!)
done
for port in "${ports[@]:2+redises}"; do
  node -e "require('node:http').createServer((_, answer) => answer.end()).listen($port, '127.0.0.1')" &
  pids+=($!)
done
for port in "${ports[@]}"; do
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    if [ "$SECONDS" -gt 60 ]; then
      echo "Nothing listens on port $port after 60 s. $(tail -qn 3 "$folder"/*.log | tr '\n' ' ')" >&2
      exit 1
    fi
    sleep 0.01
  done
done
end=$(now)
pss=0
for pid in "$postgres" "${pids[@]}" $(pgrep -P "$postgres" || true); do
  kib=$(awk '/^Pss:/ {print $2}' "/proc/$pid/smaps_rollup" 2>/dev/null || echo 0)
  pss=$((pss + ${kib:-0}))
done
echo "{\"totalMs\": $((end - start)), \"initdbMs\": $((cluster - start)), \"pssMiB\": $((pss / 1024))}"
