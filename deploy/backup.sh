#!/bin/sh
# Backups of Footing's PostgreSQL.
#
#   backup.sh once              one backup now
#   backup.sh every SECONDS     one now, and again and again
#   backup.sh restore FILE      put FILE in the place of what is there
#
# PGHOST, PGPORT, PGUSER and PGDATABASE are libpq's own. PASSWORD_FILE may hold the password.
# BACKUPS is the folder of the backups, KEEP how many of the newest stay there.
set -eu
umask 077

if [ -n "${PASSWORD_FILE:-}" ]; then
  PGPASSWORD=$(cat "$PASSWORD_FILE")
  export PGPASSWORD
fi

once() {
  backup=$BACKUPS/footing-$(date -u +%Y-%m-%dT%H%M%S.%NZ).dump
  trap 'rm -f "$backup.part"' EXIT
  pg_dump --format=custom --file="$backup.part"
  pg_restore --file=/dev/null "$backup.part" # reads it to its end
  mv "$backup.part" "$backup"
  echo "Kept $backup"
  # The names sort by time.
  find "$BACKUPS" -name 'footing-*.dump' | sort -r | tail -n +$((KEEP + 1)) | xargs -r rm --
}

# The database is replaced only when the backup has been read without a mistake.
restore() {
  fresh=${PGDATABASE}_restored
  dropdb --if-exists --maintenance-db=postgres "$fresh"
  createdb --maintenance-db=postgres "$fresh"
  pg_restore --exit-on-error --no-owner --dbname="$fresh" "$1"
  dropdb --if-exists --force --maintenance-db=postgres "$PGDATABASE"
  psql --quiet --dbname=postgres --command="ALTER DATABASE \"$fresh\" RENAME TO \"$PGDATABASE\""
  echo "Restored $1"
}

case "${1:-} $#" in
  "once 1") once ;;
  "restore 2") restore "$2" ;;
  "every 2")
    while :; do
      sh "$0" once || echo "This backup failed; the next is tried in $2 seconds." >&2
      sleep "$2"
    done
    ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
