#include "tree/merge_walk.h"

#include <utility>

namespace vstore {

MergeWalk::MergeWalk(const Tree& base, const Tree& ours, const Tree& theirs)
    : our_diff_(base, ours), their_diff_(base, theirs), ours_(our_diff_.next()), theirs_(their_diff_.next()) {}

std::optional<MergeItem> MergeWalk::next() {
  if (!ours_ && !theirs_) return std::nullopt;
  const bool take_ours = ours_ && (!theirs_ || ours_->key <= theirs_->key);
  const bool take_theirs = theirs_ && (!ours_ || theirs_->key <= ours_->key);
  TreeChange& either = take_ours ? *ours_ : *theirs_;
  MergeItem item{{}, either.before, either.before, either.before};
  if (take_ours) item.ours = ours_->after;
  if (take_theirs) item.theirs = theirs_->after;
  item.key = std::move(either.key);
  if (take_ours) ours_ = our_diff_.next();
  if (take_theirs) theirs_ = their_diff_.next();
  return item;
}

}  // namespace vstore
