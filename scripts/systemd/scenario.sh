# Runs in the container as root. What begins with FAILED fails the script.
exec >/srv/transcript 2>&1
cd /srv/shop
release() { ln -sfn "$1" current.js; }
show() { systemctl show "$1" -p ActiveState -p SubState -p Result -p StatusText; }
value() { systemctl show "$1" -p "$2" --value; }
pids() { for _ in 1 2 3 4 5 6 7 8; do curl -s http://127.0.0.1:8080/; done | sort -u | tr '\n' ' '; }
# check <what> <command that must succeed>
check() { what=$1; shift; if "$@"; then echo "ok: $what"; else echo "FAILED: $what"; fi; }
# within <tenths of a second> <command>: repeats it until it succeeds
within() { n=$1; shift; while ! "$@"; do n=$((n - 1)); [ "$n" -gt 0 ] || return 1; sleep 0.1; done; }
status_is() { value "$1" StatusText | grep -q "$2"; }
say() { echo; echo "\$ $*"; }
systemctl --version | head -1
release worker.js

say systemctl start shop
systemctl start shop; check 'start returns when the service is ready' [ $? = 0 ]
show shop
check 'it serves' curl -sf -o /dev/null http://127.0.0.1:8080/
check 'both workers are ready' status_is shop '^2 workers ready$'

say systemctl reload shop
before=$(pids); systemctl reload shop; check 'reload succeeds' within 100 status_is shop '^2 workers ready$'
within 50 sh -c 'test "$(systemctl show shop -p SubState --value)" = running'
show shop
check 'the workers are new' [ "$before" != "$(pids)" ]

say 'systemctl reload shop    # with a release that does not start'
release broken.js; before=$(pids); systemctl reload shop
check 'the status says that the restart was aborted' within 100 status_is shop 'restart 2 aborted'
within 50 sh -c 'test "$(systemctl show shop -p SubState --value)" = running'
show shop
check 'the old workers serve' [ "$before" = "$(pids)" ]
release worker.js

say 'kill -STOP $MAINPID    # the master hangs, WatchdogSec=3'
main=$(value shop MainPID); kill -STOP "$main"
check 'systemd ends it, and starts the service again' within 150 sh -c "test \"\$(systemctl show shop -p MainPID --value)\" -gt 1 && test \"\$(systemctl show shop -p MainPID --value)\" != $main"
journalctl -u shop -o cat --no-pager | grep -iE 'watchdog' | sed "s/$main/PID/" | head -3
within 150 status_is shop '^2 workers ready$'
show shop
check 'it serves again' curl -sf -o /dev/null http://127.0.0.1:8080/

say 'systemctl stop shop    # with a request in flight'
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8080/slow >answer & sleep 0.5
systemctl stop shop; wait
show shop
check 'the request was answered' [ "$(cat answer)" = 200 ]
check 'it ended by itself' [ "$(value shop Result)" = success ]

say 'systemctl start old    # no OpenFile: systemd-notify, as the user nobody'
systemctl start old; check 'start returns when the service is ready' [ $? = 0 ]
check 'both workers are ready' within 50 status_is old '^2 workers ready$'
systemctl reload old; within 100 status_is old 'restart 1'; check 'it is ready after a reload' within 100 status_is old '^2 workers ready$'
show old
sleep 4; check 'the watchdog is fed' [ "$(value old NRestarts)" = 0 ]
systemctl stop old

say 'systemctl reload command    # the unit of proteus startup: reload waits, and fails with the restart'
systemctl start command; check 'start returns when the service is ready' [ $? = 0 ]
before=$(pids); systemctl reload command; check 'reload succeeds' [ $? = 0 ]
check 'the workers are new' [ "$before" != "$(pids)" ]
release broken.js; ! systemctl reload command; check 'reload fails with a release that does not start' [ $? = 0 ]
show command
check 'it serves' curl -sf -o /dev/null http://127.0.0.1:8080/
release worker.js; systemctl stop command

say 'systemctl start shop.socket; curl http://127.0.0.1:8080/    # socket activation'
systemctl start shop.socket; check 'nothing runs yet' [ "$(value shop ActiveState)" = inactive ]
check 'the first request starts the service and is answered' curl -sf -o /dev/null --max-time 20 http://127.0.0.1:8080/
within 100 status_is shop '^2 workers ready$'
say 'systemctl restart shop    # while requests come'
(n=0; while [ $n -lt 60 ]; do curl -s -o /dev/null -w '%{http_code}\n' --max-time 20 http://127.0.0.1:8080/; n=$((n + 1)); done >answers) & 
sleep 0.2; systemctl restart shop; wait
echo "answered: $(grep -c 200 answers) of $(wc -l <answers)"
check 'no request was refused' [ "$(grep -c 200 answers)" = 60 ]
say 'kill -KILL the workers'
pkill -KILL -P "$(value shop MainPID)"; check 'the next request is answered' curl -sf -o /dev/null --max-time 20 http://127.0.0.1:8080/
show shop
systemctl stop shop.socket shop
echo
echo 'end of the scenario'
