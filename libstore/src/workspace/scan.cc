// The schedule of a scan.
//
// The consumer walks the tree depth first. Whatever it needs next and nobody has begun, it does itself; while a
// worker is doing it, it takes on other work, and sleeps only if there is none. Workers run ahead: they take directories from a stack on which
// children are pushed last to first, so that they meet them in about the order the consumer will, and
// ranges of large directories from a queue. So the scan can't deadlock, and goes on without workers.
//
// 1. `phase` and `ranges_done` of a task change under the mutex only; a task's results are read only after
//    its end was seen under the mutex.
// 2. Workers begin no new directory while more than `ahead_max` names wait for the consumer: memory is
//    bounded by that plus one directory per thread.
// 3. An exception of a worker (from a callback) is kept and thrown by next().
#include "workspace/scan.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <thread>

#include "workspace/scan_node.h"

namespace vstore {
namespace {

using scan::Node;
using scan::Verdict;

constexpr std::size_t range_size = 1024;       // names statted as one piece of work
constexpr std::size_t ahead_max = 256 * 1024;  // names listed and not consumed

enum class Phase : std::uint8_t { waiting, running, done };

/// A directory and how far it has got.
struct Task {
  explicit Task(std::shared_ptr<Node> directory) : node(std::move(directory)) {}
  std::shared_ptr<Node> node;
  Phase listing = Phase::waiting;
  std::vector<Phase> ranges;                    ///< of range_size names each; all `done` if small
  std::vector<std::shared_ptr<Task>> children;  ///< parallel to node->children
};

struct RangeJob {
  std::shared_ptr<Task> task;
  std::size_t range;
};

}  // namespace

struct Scan::State {
  State(const os::Dir& top, ScanOptions options) : shared{top, std::move(options), {}, {}} {
    const unsigned wanted =
        shared.options.threads != 0 ? shared.options.threads : std::max(1u, std::thread::hardware_concurrency());
    workers_wanted = wanted - 1;  // the consumer works, too
  }
  ~State() {
    {
      const std::lock_guard hold(mutex);
      stopping = true;
    }
    work.notify_all();
    for (std::thread& worker : workers) worker.join();
  }

  const ScanItem* next();

 private:
  struct Frame {
    std::shared_ptr<Task> task;
    std::size_t at = 0;
  };

  void begin();
  void start_workers();
  void worker_main();
  bool has_work() const;
  void run_one(std::unique_lock<std::mutex>& hold);
  void list(const std::shared_ptr<Task>& task, std::unique_lock<std::mutex>& hold);
  void stat(const std::shared_ptr<Task>& task, std::size_t range, std::unique_lock<std::mutex>& hold);
  void need_listing(const std::shared_ptr<Task>& task);
  void need_range(const std::shared_ptr<Task>& task, std::size_t range);
  void wait_until_done(const Phase& phase, std::unique_lock<std::mutex>& hold);
  void push_frame(std::shared_ptr<Task> task);
  void pop_frame();
  const ScanItem* emit(const Node& node, std::size_t i);
  const ScanItem* emit_directory(const std::string& path, const scan::Slot& slot);
  const ScanItem* step(Frame& frame);
  const ScanItem* emit_problem(const PathProblem& problem);

 public:
  scan::Shared shared;

 private:
  std::mutex mutex;
  std::condition_variable work, progress;
  std::vector<std::shared_ptr<Task>> stack;  ///< directories to list; guarded by mutex, as is what follows
  std::deque<RangeJob> ranges;
  std::size_t ahead = 0;
  bool stopping = false;
  std::exception_ptr failure;

  // The consumer's own.
  std::vector<Frame> frames;
  std::vector<std::thread> workers;
  unsigned workers_wanted;
  bool begun = false;
  std::string path;
  ScanItem item;
};

// ---- work, by whoever does it

void Scan::State::list(const std::shared_ptr<Task>& task, std::unique_lock<std::mutex>& hold) {
  task->listing = Phase::running;
  hold.unlock();
  Node& node = *task->node;
  std::exception_ptr problem;
  try {
    node.list(shared);
    if (node.size() <= range_size) node.stat_range(shared, 0, node.size());
  } catch (...) {
    problem = std::current_exception();
  }
  task->children.reserve(node.children.size());
  for (auto& child : node.children) task->children.push_back(std::make_shared<Task>(std::move(child)));
  node.children.clear();
  // After an exception the node is half filled: nobody may stat it.
  const bool small = problem || node.size() <= range_size;
  const std::size_t count = (node.size() + range_size - 1) / range_size;
  task->ranges.assign(count, small ? Phase::done : Phase::waiting);
  hold.lock();
  if (problem) failure = problem;
  if (workers_wanted != 0) {
    stack.insert(stack.end(), task->children.rbegin(), task->children.rend());
    for (std::size_t range = 0; !small && range < count; ++range) ranges.push_back({task, range});
  }
  ahead += node.size();
  task->listing = Phase::done;
  if (!task->children.empty() || !small) work.notify_all();
}

void Scan::State::stat(const std::shared_ptr<Task>& task, std::size_t range,
                       std::unique_lock<std::mutex>& hold) {
  task->ranges[range] = Phase::running;
  hold.unlock();
  const std::size_t begin = range * range_size;
  task->node->stat_range(shared, begin, std::min(begin + range_size, task->node->size()));
  hold.lock();
  task->ranges[range] = Phase::done;
}

// ---- workers

bool Scan::State::has_work() const { return !ranges.empty() || (!stack.empty() && ahead < ahead_max); }

void Scan::State::run_one(std::unique_lock<std::mutex>& hold) {
  if (!ranges.empty()) {
    const RangeJob job = std::move(ranges.front());
    ranges.pop_front();
    if (job.task->ranges[job.range] == Phase::waiting) stat(job.task, job.range, hold);
  } else {
    const std::shared_ptr<Task> task = std::move(stack.back());
    stack.pop_back();
    if (task->listing == Phase::waiting) list(task, hold);
  }
  progress.notify_one();
}

void Scan::State::worker_main() {
  std::unique_lock hold(mutex);
  for (;;) {
    work.wait(hold, [&] { return stopping || has_work(); });
    if (stopping) return;
    run_one(hold);
  }
}

void Scan::State::start_workers() {
  for (unsigned i = 0; i < workers_wanted; ++i) workers.emplace_back([this] { worker_main(); });
}

// ---- the consumer

void Scan::State::wait_until_done(const Phase& phase, std::unique_lock<std::mutex>& hold) {
  while (phase != Phase::done) {
    if (has_work()) {
      run_one(hold);
    } else {
      progress.wait(hold);
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void Scan::State::need_listing(const std::shared_ptr<Task>& task) {
  std::unique_lock hold(mutex);
  if (task->listing == Phase::waiting) list(task, hold);
  wait_until_done(task->listing, hold);
}

void Scan::State::need_range(const std::shared_ptr<Task>& task, std::size_t range) {
  std::unique_lock hold(mutex);
  if (task->ranges[range] == Phase::waiting) stat(task, range, hold);
  wait_until_done(task->ranges[range], hold);
}

void Scan::State::begin() {
  begun = true;
  const auto& options = shared.options;
  const auto level = options.ignore != nullptr ? options.ignore->top() : nullptr;
  const auto top = std::make_shared<Node>("", level, false, options.prefixes.empty());
  push_frame(std::make_shared<Task>(top));
  if (!stack.empty() || !ranges.empty()) start_workers();
}

void Scan::State::push_frame(std::shared_ptr<Task> task) {
  need_listing(task);
  frames.push_back({std::move(task)});
}

void Scan::State::pop_frame() {
  {
    const std::lock_guard hold(mutex);
    std::shared_ptr<Node>& node = frames.back().task->node;
    ahead -= node->size();
    node.reset();  // the task itself may still be on the workers' stack
  }
  work.notify_one();
  frames.pop_back();
}

const ScanItem* Scan::State::emit_directory(const std::string& directory, const scan::Slot& slot) {
  path = directory;
  path.push_back('/');
  item = {path, {}, slot.ignored, slot.pruned, nullptr};
  item.stat.type = os::FileType::directory;
  return &item;
}

const ScanItem* Scan::State::emit(const Node& node, std::size_t i) {
  path = node.path;
  if (!path.empty()) path.push_back('/');
  path.append(node.name(i));
  item = {path, node.stats[i], node.slots[i].ignored, false, nullptr};
  return &item;
}

const ScanItem* Scan::State::emit_problem(const PathProblem& problem) {
  item = {problem.path, {}, false, false, &problem};
  return &item;
}

/// The next name of the innermost directory: an item, or nullptr to go on.
const ScanItem* Scan::State::step(Frame& frame) {
  Task* const task = frame.task.get();  // `frame` moves when another is pushed
  const Node& node = *task->node;
  const std::size_t i = frame.at++;
  if (i % range_size == 0) need_range(frame.task, i / range_size);
  const scan::Slot& slot = node.slots[i];
  switch (slot.verdict) {
    case Verdict::file:
      return emit(node, i);
    case Verdict::item:
      return emit_directory(node.full(node.name(i)), slot);
    case Verdict::problem:
      return emit_problem(*slot.problem);
    case Verdict::gone:
      return nullptr;
    case Verdict::directory:
      break;
  }
  const std::shared_ptr<Task> child = std::move(task->children[slot.child]);
  push_frame(child);
  const Node& below = *child->node;
  if (below.problem != nullptr) return emit_problem(*below.problem);
  if (below.is_empty)
    return emit_directory(below.path, {Verdict::directory, below.ignored, false, 0, nullptr});
  return nullptr;
}

const ScanItem* Scan::State::next() {
  if (!begun) {
    begin();
    const Node& top = *frames.back().task->node;
    if (top.problem != nullptr) return emit_problem(*top.problem);
  }
  while (!frames.empty()) {
    Frame& frame = frames.back();
    if (frame.at == frame.task->node->size()) {
      pop_frame();
      continue;
    }
    if (const ScanItem* found = step(frame)) return found;
  }
  return nullptr;
}

Scan::Scan(const os::Dir& top, ScanOptions options) : state_(new State(top, std::move(options))) {}
Scan::~Scan() = default;
Scan::Scan(Scan&&) noexcept = default;

const ScanItem* Scan::next() { return state_->next(); }

}  // namespace vstore
