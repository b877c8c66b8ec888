// workspace/lmdb_stamp.h - has anybody else written an LMDB file since we looked at it?
#pragma once

#include <string>

namespace vstore {

/// True if the file looks as it did at the last write_lmdb_stamp(), so that a large one need not be read
/// through again. Always false for a small file: reading it costs nothing.
bool lmdb_stamp_fits(const std::string& directory);

/// After the file was found sound, and after each commit of our own. Kept beside it, in `stamp`; failure is
/// harmless: the next one reads the file through.
void write_lmdb_stamp(const std::string& directory);

}  // namespace vstore
