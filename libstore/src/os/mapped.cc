// The SIGBUS guard. Each guard is a link in its thread's chain of recovery points, kept on the stack.
//
// 1. The chain of a thread is read only by that thread's own handler: a SIGBUS from a page fault is
//    delivered to the thread that faulted.
// 2. A link leaves the chain before run_guarded returns, throws or lands after a jump.
// 3. The handler runs with SA_NODEFER and the jump restores no signal mask, so neither costs a system
//    call and the signal is not left blocked.
#include "os/mapped.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "os/posix.h"
#include "vstore/error.h"

namespace vstore::os {
namespace {

struct RecoveryPoint {
  const std::uint8_t* begin;
  const std::uint8_t* end;  ///< of the map's last page
  RecoveryPoint* outer;
  sigjmp_buf jump;
};

#ifdef __SANITIZE_THREAD__
constexpr int save_mask = 1;  // its handler, which calls ours, blocks every signal whatever SA_NODEFER says
#else
constexpr int save_mask = 0;
#endif

thread_local RecoveryPoint* innermost = nullptr;
struct sigaction previous_action;

void hand_on(int signal, siginfo_t* info, void* context) {
  if (previous_action.sa_flags & SA_SIGINFO) {
    previous_action.sa_sigaction(signal, info, context);
  } else if (previous_action.sa_handler != SIG_DFL && previous_action.sa_handler != SIG_IGN) {
    previous_action.sa_handler(signal);
  } else {
    ::signal(signal, SIG_DFL);                // the fault repeats on return and kills with the right cause
    if (info->si_code <= 0) ::raise(signal);  // sent by kill(): nothing will repeat it
  }
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
  const auto* address = static_cast<const std::uint8_t*>(info->si_addr);
  if (info->si_code > 0) {
    for (RecoveryPoint* point = innermost; point != nullptr; point = point->outer) {
      if (address >= point->begin && address < point->end) ::siglongjmp(point->jump, 1);
    }
  }
  hand_on(signal, info, context);
}

bool install_handler() {
  struct sigaction action = {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  ::sigemptyset(&action.sa_mask);
  if (::sigaction(SIGBUS, &action, &previous_action) != 0) throw_errno("handle signal", "SIGBUS");
  return true;
}

[[noreturn]] void throw_lost(const MappedFile& map) {
  struct stat now;
  if (::stat(map.path().c_str(), &now) == 0 && static_cast<std::uint64_t>(now.st_size) < map.bytes().size()) {
    throw Error(ErrorCode::damaged, "cannot read '" + map.path() + "': the file shrank while it was in use",
                "something else truncated it; run fsck");
  }
  throw_errno(EIO, "read", map.path());
}

const std::uint8_t* page_end(ByteView bytes) {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return bytes.data() + (bytes.size() + page - 1) / page * page;
}

class RealMap final : public MappedFile {
 public:
  RealMap(std::string path, ByteView bytes) : path_(std::move(path)), bytes_(bytes) {}
  ~RealMap() override {
    if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
  }
  ByteView bytes() const override { return bytes_; }
  const std::string& path() const override { return path_; }
  void release_pages() const override {
    if (!bytes_.empty()) ::madvise(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size(), MADV_DONTNEED);
  }

 private:
  std::string path_;
  ByteView bytes_;
};

}  // namespace

void run_guarded(const MappedFile& map, void (*operation)(void*), void* argument) {
  static const bool installed = install_handler();
  static_cast<void>(installed);
  struct Link : RecoveryPoint {
    explicit Link(ByteView bytes) : RecoveryPoint{bytes.data(), page_end(bytes), innermost, {}} {
      innermost = this;
    }
    ~Link() { innermost = outer; }
  } link(map.bytes());
  if (sigsetjmp(link.jump, save_mask) != 0) {
    innermost = &link;  // guards inside the operation were jumped over
    throw_lost(map);
  }
  operation(argument);
}

std::shared_ptr<const MappedFile> map_file(const std::string& path) {
  const UniqueFd fd = open_path(path, O_RDONLY);
  if (!fd && is_absent(errno)) return nullptr;
  struct stat info;
  if (!fd || ::fstat(fd.get(), &info) != 0) throw_errno("open", path);
  if (!S_ISREG(info.st_mode)) throw Error(ErrorCode::io, "cannot map '" + path + "': not a regular file");
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size == 0) return std::make_shared<RealMap>(path, ByteView());
  void* const address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd.get(), 0);
  if (address == MAP_FAILED) throw_errno("map", path);
  return std::make_shared<RealMap>(path, ByteView(static_cast<const std::uint8_t*>(address), size));
}

}  // namespace vstore::os
