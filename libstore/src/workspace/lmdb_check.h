// workspace/lmdb_check.h - is a file what LMDB wrote?
//
// LMDB trusts its pages: one flipped bit in a page number or an offset makes its reader touch memory that is
// not there, and the process dies, this time and every time. So a file is looked at before LMDB uses it.
#pragma once

#include <cstdint>
#include <string>

namespace vstore {

/// The two meta pages, which LMDB reads while it opens. True also for a file that is missing or empty.
bool lmdb_metas_sound(const std::string& data_file);

/// Every page of the snapshot `txn_id` and of its free list: each offset, length, page number and count that
/// LMDB would follow, and the order of the keys. Takes time in proportion to the file. The caller holds a
/// read transaction on that snapshot, so that no page of it is written anew meanwhile. True if later commits
/// have overtaken the snapshot: then others are at work with the file.
bool lmdb_snapshot_sound(const std::string& data_file, std::uint64_t txn_id);

}  // namespace vstore
