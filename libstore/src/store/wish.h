// store/wish.h - a change that its writer asks others to publish along with theirs (adr/0025-group-commit.md).
//
// Everything that does not depend on the current view: the objects, in frames ready to be appended, and what
// is expected of and to become of which refs.
#pragma once

#include <vector>

#include "pack/frame.h"
#include "store/root.h"
#include "store/view.h"
#include "vstore/store.h"

namespace vstore {

struct Wish {
  Nonce nonce{};  ///< becomes its operation's: by it the change is found again
  Nonce epoch{};  ///< the collector's, when the transaction began
  Id base;        ///< head of the operation log then
  PublishInfo info;
  RefChanges refs;
  std::vector<EncodedFrame> frames;
};

Bytes encode(const Wish& wish);
/// Throws `damaged` for anything that encode() would not write, `usage` for a name that no ref can have.
Wish decode_wish(ByteView bytes);

}  // namespace vstore
