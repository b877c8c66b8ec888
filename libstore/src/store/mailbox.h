// store/mailbox.h - how a writer that waits for the publish lock asks its holder to publish its change, too.
//
// A mailbox is a small file in tmp/, held by its owner's lock as every temporary is. The owner writes a wish
// into it; whoever holds the publish lock takes the wish, publishes it with its own change, and writes the
// answer beside it. Nothing of it is synced: it says something only to processes that live.
//
// 1. Only the holder of the publish lock takes wishes, and only from mailboxes whose owner is alive: their
//    files are locked.
// 2. A wish is marked as taken before it is looked at again, so an owner that withdraws it knows for certain
//    whether it may still be published.
// 3. The answer "published" is written when that is durable, and before the lock's mark says clean again. So
//    with a clean mark an unanswered wish has not been published; without it, its nonce is looked up in the
//    operation log first.
#pragma once

#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "os/fs.h"
#include "store/format.h"
#include "store/wish.h"
#include "vstore/error.h"

namespace vstore {

/// What became of a wish: published, or refused with the error that its owner is to throw.
struct Answer {
  std::optional<Published> published;
  ErrorCode code = ErrorCode::io;
  std::string what;
  std::string hint;
};

/// The owner's side. Belongs to one thread at a time.
class Mailbox {
 public:
  Mailbox(os::Fs& fs, const StorePaths& paths);
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;

  /// False if the wish is too large for a mailbox.
  bool post(const Wish& wish);
  /// To the wish posted last.
  std::optional<Answer> answer() const;
  /// Empties the mailbox. True if nobody had taken the wish: then nobody will.
  bool withdraw();

 private:
  void write_header(std::uint64_t size, std::uint64_t checksum);

  os::Fs& fs_;
  std::unique_ptr<os::File> file_;
  std::uint64_t number_ = 0;  // of the wish posted last
  const pid_t pid_ = ::getpid();
};

/// The holder's side: a wish that was taken.
class TakenWish {
 public:
  TakenWish(std::unique_ptr<os::File> file, std::uint64_t number, Wish taken)
      : wish(std::move(taken)), file_(std::move(file)), number_(number) {}

  /// False if it could not be written.
  bool answer(const Answer& answer) noexcept;

  Wish wish;

 private:
  std::unique_ptr<os::File> file_;
  std::uint64_t number_;
};

/// Takes what lies in the mailboxes of the store: at most so many wishes. What cannot be read is left alone:
/// its owner gets the lock sooner or later. To be called by the holder of the publish lock.
std::vector<TakenWish> take_wishes(os::Fs& fs, const StorePaths& paths, std::size_t count_max);

}  // namespace vstore
