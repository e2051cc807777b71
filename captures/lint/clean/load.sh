#!/bin/sh
# Synthetic. PASSWORD=not-looked-at, see https://example.com/manual
M3_PASSWORD=$(pass show m3)
HOST=${1:-localhost}
curl --user "$M3_USER:$M3_PASSWORD" --password-file /etc/pw "https://$HOST/mws-ws/services/Facility"
echo "Wrong password: $HOST"
