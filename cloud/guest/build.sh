#!/bin/sh
# Builds or tests the guest with whatever Go there is (1.19 or newer), without touching the network.
#   build.sh build OUTPUT [ARCH]   builds OUTPUT for amd64 (or arm64), unless it is newer than every source
#   build.sh test                  go vet and go test
set -eu
cd "$(dirname "$0")"

find_go() {
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go /usr/lib/go/bin/go /usr/lib/go-*/bin/go; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      echo "$candidate"
      return
    fi
  done
  echo "error: building the guest needs Go 1.19 or newer, and no 'go' was found (Debian: apt-get install golang-go)" >&2
  exit 1
}

# Never fetch another tool chain or a module: the guest has no dependency. It speaks HTTP/1.1 only: HTTP/2 would be half a
# megabyte in every machine's memory.
export CGO_ENABLED=0 GOFLAGS=-tags=nethttpomithttp2 GOTOOLCHAIN=local GOPROXY=off GOWORK=off

case "${1:-}" in
build)
  output=$2
  arch=${3:-amd64}
  if [ -f "$output" ] && [ -z "$(find . -type f ! -name '*_test.go' ! -name '*.md' -newer "$output" | head -n 1)" ]; then
    exit 0
  fi
  go=$(find_go)
  mkdir -p "$(dirname "$output")"
  GOOS=linux GOARCH=$arch "$go" build -trimpath -ldflags "-s -w -buildid=" -o "$output.new" .
  mv "$output.new" "$output"
  ;;
test)
  go=$(find_go)
  "$go" vet ./...
  "$go" test ./...
  ;;
*)
  sed -n '2,4s/^# //p' "$0" >&2
  exit 2
  ;;
esac
