#!/bin/sh
# pkg-config.sh PREFIX VERSION WORK: builds the consumer with nothing but a compiler and pkg-config.
set -eu
here=$(dirname "$0")
prefix=$1 version=$2 work=$3

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name vstore.pc)")
export PKG_CONFIG_PATH
[ "$(pkg-config --modversion vstore)" = "$version" ]
case $(pkg-config --variable=includedir vstore) in /*) ;; *) echo "includedir is not absolute" >&2; exit 1 ;; esac

# shellcheck disable=SC2046  # words are meant to be split
${CXX:-c++} -std=c++20 ${CXXFLAGS-} "$here/project/main.cc" -o "$work/consumer-pkg-config" \
  $(pkg-config --cflags --libs vstore)
"$work/consumer-pkg-config" "$work/store-2"
