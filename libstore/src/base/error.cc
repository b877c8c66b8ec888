#include "vstore/error.h"

#include <cerrno>
#include <cstring>

namespace vstore {
namespace {

const char* hint_for(int err) {
  switch (err) {
    case ENOSPC:
    case EDQUOT:
      return "free some space and run the command again; nothing was lost";
    case EROFS:
      return "the file system is mounted read-only";
    case EACCES:
    case EPERM:
      return "check the permissions and the owner";
    case EMFILE:
    case ENFILE:
      return "raise the limit on open files (ulimit -n)";
    case EIO:
      return "the device reports an error; check the system's log before writing again";
    case EFBIG:
      return "a file-size limit was hit (ulimit -f)";
    default:
      return "";
  }
}

}  // namespace

void throw_errno(int err, const char* verb, const std::string& subject) {
  throw Error(ErrorCode::io, std::string("cannot ") + verb + " '" + subject + "': " + std::strerror(err),
              hint_for(err), err);
}

void throw_errno(const char* verb, const std::string& subject) { throw_errno(errno, verb, subject); }

}  // namespace vstore
