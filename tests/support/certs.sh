#!/usr/bin/env bash
# Makes the certificates of the TLS tests in the directory $1; does nothing when they were made within the last day.
# For each NAME: NAME.pem (what a server sends: leaf, then intermediate), NAME.key, NAME.der (the leaf alone).
#   rsa-root ec-root other-root    roots: RSA-2048, P-256, and a P-256 one that no test trusts   (also .der)
#   rsa-int ec-int                 intermediates under the first two
#   rsa-leaf ec-leaf               good leaves: localhost, 127.0.0.1; under rsa-int and ec-int
#   wrong-host expired not-yet wildcard ca-less   EC leaves under ec-int: other.example; ended in 2021; begins in 2049;
#                                  *.example.test; and a good one whose server leaves the intermediate out
#   unknown-root self-signed       localhost, under other-root and under nothing
#   client                         a client's certificate under ec-root, for mutual TLS
set -euo pipefail
out=${1:?usage: certs.sh OUTDIR}
mkdir -p "$out"
cd "$out"
exec 9>.lock    # two runs at once: the second waits, and finds them made
flock 9
if [ -n "$(find . -maxdepth 1 -name .made -newermt '-1 day' 2>/dev/null)" ]; then
    exit 0
fi
rm -rf -- *.pem *.key *.der *.csr ca .made
mkdir ca
: >ca/index
echo 'unique_subject = no' >ca/index.attr

cat >ca/openssl.cnf <<'CNF'
[req]
distinguished_name = dn
prompt             = no
[dn]
CN = unused
[ca]
default_ca = test
[test]
new_certs_dir   = ca
database        = ca/index
rand_serial     = yes
default_md      = sha256
policy          = any
copy_extensions = none
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage         = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[int]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage         = critical,keyCertSign,cRLSign
subjectKeyIdentifier   = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = CA:FALSE
keyUsage         = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth,clientAuth
subjectAltName   = ${ENV::SAN}
CNF
export SAN=DNS:localhost

run() { "$@" 2>ca/log || { cat ca/log >&2; exit 1; }; }
key() {    # name, rsa or ec
    if [ "$2" = rsa ]; then
        run openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key"
    else
        run openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
    fi
}
self_signed() {    # name, kind of key, extensions, CN
    key "$1" "$2"
    run openssl req -x509 -new -key "$1.key" -subj "/CN=$4" -days 3650 -config ca/openssl.cnf -extensions "$3" -out "$1.pem"
    run openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}
signed() {    # name, kind of key, extensions, CN, issuer, first and last second as YYYYMMDDHHMMSSZ
    key "$1" "$2"
    run openssl req -new -key "$1.key" -subj "/CN=$4" -config ca/openssl.cnf -out "$1.csr"
    run openssl ca -batch -notext -config ca/openssl.cnf -extensions "$3" -cert "$5.pem" -keyfile "$5.key" \
        -startdate "$6" -enddate "$7" -in "$1.csr" -out "$1.pem"
    run openssl x509 -in "$1.pem" -outform DER -out "$1.der"
    rm "$1.csr"
}
with_chain() { cat "$2.pem" >>"$1.pem"; }

now=$(date -u -d '-1 day' +%Y%m%d%H%M%SZ)
later=$(date -u -d '+30 days' +%Y%m%d%H%M%SZ)

self_signed rsa-root rsa root "dynrepo test RSA root"
self_signed ec-root ec root "dynrepo test EC root"
self_signed other-root ec root "dynrepo test unknown root"
signed rsa-int rsa int "dynrepo test RSA intermediate" rsa-root "$now" "$later"
signed ec-int ec int "dynrepo test EC intermediate" ec-root 20200101000000Z 20991231235959Z

SAN=DNS:localhost,IP:127.0.0.1
signed rsa-leaf rsa leaf localhost rsa-int "$now" "$later"
signed ec-leaf ec leaf localhost ec-int "$now" "$later"
signed ca-less ec leaf localhost ec-int "$now" "$later"
signed expired ec leaf localhost ec-int 20200101000000Z 20210101000000Z
signed not-yet ec leaf localhost ec-int 20490101000000Z 20491231235959Z
signed unknown-root ec leaf localhost other-root "$now" "$later"
self_signed self-signed ec leaf localhost
SAN=DNS:other.example
signed wrong-host ec leaf other.example ec-int "$now" "$later"
SAN='DNS:*.example.test'
signed wildcard ec leaf '*.example.test' ec-int "$now" "$later"
SAN=DNS:device-7
signed client ec leaf device-7 ec-root "$now" "$later"

with_chain rsa-leaf rsa-int
for name in ec-leaf expired not-yet wrong-host wildcard; do
    with_chain "$name" ec-int
done
rm -r ca
: >.made
