# Functions for scripts that need a container engine. They start one where none answers, and stop only what they started.

engine_pid=''
engine_log=''

start_engine() {
  docker info >/dev/null 2>&1 && return 0
  command -v dockerd >/dev/null || { echo 'there is no container engine; install docker.io' >&2; return 3; }
  engine_log=$(mktemp)
  dockerd >"$engine_log" 2>&1 &
  engine_pid=$!
  for _ in $(seq 300); do
    docker info >/dev/null 2>&1 && return 0
    kill -0 "$engine_pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "the container engine does not start: $(tail -n 1 "$engine_log")" >&2
  stop_engine
  return 3
}

stop_engine() {
  [[ -n $engine_pid ]] || return 0
  kill "$engine_pid" 2>/dev/null || true
  wait "$engine_pid" 2>/dev/null || true
  rm -f "$engine_log"
  engine_pid=''
}
