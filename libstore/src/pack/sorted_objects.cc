#include "pack/sorted_objects.h"

namespace vstore {

MergedObjects::MergedObjects(std::vector<std::unique_ptr<SortedObjects>> inputs) {
  for (auto& stream : inputs) inputs_.push_back({std::move(stream), {}, false});
  rewind();
}

std::uint64_t MergedObjects::count_max() const {
  std::uint64_t sum = 0;
  for (const Input& input : inputs_) sum += input.stream->count_max();
  return sum;
}

void MergedObjects::rewind() {
  any_ = false;
  for (Input& input : inputs_) {
    input.stream->rewind();
    advance(input);
  }
}

/// The number of packs folded at once is small, so a scan beats a heap.
MergedObjects::Input* MergedObjects::smallest() {
  Input* best = nullptr;
  for (Input& input : inputs_)
    if (!input.done && (best == nullptr || input.head.before(best->head))) best = &input;
  return best;
}

bool MergedObjects::next(IndexedObject& out) {
  while (Input* input = smallest()) {
    out = input->head;
    advance(*input);
    if (any_ && out.same_entry(last_)) continue;
    any_ = true;
    last_ = out;
    return true;
  }
  return false;
}

}  // namespace vstore
