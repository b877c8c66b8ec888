// os/mapped.h - reading a memory map without dying of SIGBUS.
//
// When a mapped file shrinks, or its device fails, touching the lost page raises SIGBUS. guarded() runs
// an operation on mapped bytes and turns that signal into an exception:
//
//   guarded(*map, [&] { std::memcpy(out, map->bytes().data() + offset, size); });
//
// Guarantees. A SIGBUS at an address inside the map while guarded() runs on this thread throws
// Error(damaged) if the file is shorter than it was when mapped, Error(io) otherwise. A SIGBUS anywhere
// else goes to whoever handled it before (by default: the process dies). Guards nest, also over
// different maps: a fault unwinds to the guard whose map it hit. An exception from the operation
// passes through.
//
// The price. The fault jumps out of the operation without running destructors, so the operation must
// be *plain*: it may copy, decode into buffers and contexts that its caller owns, and hash; it may not
// own memory, locks or other things that need a destructor, and what it wrote so far is to be thrown
// away (a zstd context: reset it). Guard whole frames, not bytes: entering costs about 10 ns.
//
// guarded() installs the process's SIGBUS handler on its first use, from any thread.
#pragma once

#include <memory>
#include <string>
#include <type_traits>

#include "os/fs.h"

namespace vstore::os {

/// Maps a whole file on a real file system; nullptr if there is none.
std::shared_ptr<const MappedFile> map_file(const std::string& path);

/// Runs operation(argument) under the guard; see above. `guarded` is the typed way to call it.
void run_guarded(const MappedFile& map, void (*operation)(void*), void* argument);

template <class Operation>
void guarded(const MappedFile& map, Operation&& operation) {
  using Plain = std::remove_reference_t<Operation>;
  run_guarded(
      map, [](void* argument) { (*static_cast<Plain*>(argument))(); },
      const_cast<void*>(static_cast<const void*>(&operation)));
}

}  // namespace vstore::os
