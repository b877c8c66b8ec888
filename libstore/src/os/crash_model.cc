// 1. Units are applied in the order they were made, so the last survivor of a name or byte wins.
// 2. Bytes that a file gains by growing read as zeros until a surviving piece covers them; bytes that a
//    surviving shrink cut off are gone.
// 3. A name below a directory that did not survive is unreachable and left out.
#include "os/crash_model.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <set>

#include "base/check.h"

namespace vstore::os {
namespace {

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

void put(Bytes& bytes, std::uint64_t offset, ByteView data) {
  if (bytes.size() < offset + data.size()) bytes.resize(offset + data.size());
  std::memcpy(bytes.data() + offset, data.data(), data.size());
}

}  // namespace

/// A file system being put together: file content and size apart, because either may be ahead.
struct CrashModel::Disk {
  struct Content {
    Bytes bytes;
    std::uint64_t size;
  };
  std::map<std::uint64_t, Content> files;
  std::map<std::string, std::uint64_t> names;

  Content& content(std::uint64_t file) { return files.try_emplace(file, Content{{}, 0}).first->second; }

  void apply(const Unit& unit) {
    if (unit.kind == Unit::Kind::piece) {
      put(content(unit.file).bytes, unit.offset, unit.data);
    } else if (unit.kind == Unit::Kind::size) {
      Content& file = content(unit.file);
      if (unit.shrinks && unit.offset < file.bytes.size()) file.bytes.resize(unit.offset);
      file.size = unit.offset;
    } else {
      if (!unit.unbind.empty()) names.erase(unit.unbind);
      if (!unit.bind.empty()) names[unit.bind] = unit.file;
    }
  }
  void lose(const Unit& unit, LostReads lost, std::mt19937_64& random) {
    if (unit.kind != Unit::Kind::piece || lost == LostReads::old_bytes) return;
    Bytes fill(unit.data.size());
    if (lost == LostReads::garbage) {
      for (std::uint8_t& byte : fill) byte = static_cast<std::uint8_t>(random());
    }
    put(content(unit.file).bytes, unit.offset, fill);
  }

  bool reachable(const std::string& path) const {
    for (std::string dir = parent_of(path); !dir.empty(); dir = parent_of(dir)) {
      const auto it = names.find(dir);
      if (it == names.end() || it->second != 0) return false;
    }
    return true;
  }
  /// To be called once: what has one name is moved out.
  Image image() {
    Image out;
    std::map<std::uint64_t, int> bindings;
    for (const auto& [path, file] : names) ++bindings[file];
    for (const auto& [path, file] : names) {
      if (!reachable(path)) continue;
      if (file == 0) {
        out.directories.insert(path);
      } else {
        Content& found = content(file);
        found.bytes.resize(found.size);
        out.files[path] = bindings[file] == 1 ? std::move(found.bytes) : found.bytes;
      }
    }
    return out;
  }
};

CrashModel::CrashModel(const Trace& trace, std::size_t piece_size) : trace_(trace), piece_size_(piece_size) {
  for (const auto& [path, file] : trace.initial_files) {
    durable_names_[path] = file;
    durable_data_[file] = trace.initial.files.at(path);
    size_now_[file] = durable_data_[file].size();
  }
  for (const std::string& path : trace.initial.directories) durable_names_[path] = 0;
}

bool CrashModel::step() {
  if (position_ == trace_.ops.size()) return false;
  play(trace_.ops[position_++]);
  return true;
}

void CrashModel::play(const TraceOp& op) {
  using Kind = TraceOp::Kind;
  switch (op.kind) {
    case Kind::create:
      return add_names(op.file, {}, op.path);
    case Kind::make_directory:
      return add_names(0, {}, op.path);
    case Kind::unlink:
      return add_names(0, op.path, {});
    case Kind::rename:
      if (parent_of(op.path) == parent_of(op.to)) return add_names(op.file, op.path, op.to);
      add_names(op.file, {}, op.to);
      return add_names(0, op.path, {});
    case Kind::write:
      return add_write(op);
    case Kind::truncate:
      pending_.push_back(
          {Unit::Kind::size, op.file, op.offset, op.offset < size_now_[op.file], {}, {}, {}, {}});
      size_now_[op.file] = op.offset;
      return;
    case Kind::datasync:
      return settle([&](const Unit& u) { return u.kind != Unit::Kind::names && u.file == op.file; });
    case Kind::sync_directory:
      return settle([&](const Unit& u) { return u.kind == Unit::Kind::names && u.directory == op.path; });
    case Kind::note:
      return;
  }
}

void CrashModel::add_names(std::uint64_t file, std::string unbind, std::string bind) {
  std::string directory = parent_of(bind.empty() ? unbind : bind);
  pending_.push_back(
      {Unit::Kind::names, file, 0, false, {}, std::move(unbind), std::move(bind), std::move(directory)});
}

void CrashModel::add_write(const TraceOp& op) {
  const std::uint64_t end = op.offset + op.data.size();
  for (std::uint64_t at = op.offset; at < end;) {
    const std::uint64_t next = std::min(end, (at / piece_size_ + 1) * piece_size_);
    const ByteView piece(op.data.data() + (at - op.offset), next - at);
    pending_.push_back({Unit::Kind::piece, op.file, at, false, piece, {}, {}, {}});
    at = next;
  }
  std::uint64_t& size = size_now_[op.file];
  if (end <= size) return;
  size = end;
  pending_.push_back({Unit::Kind::size, op.file, end, false, {}, {}, {}, {}});
}

void CrashModel::settle(const std::function<bool(const Unit&)>& matches) {
  Disk disk;
  disk.names = std::move(durable_names_);
  std::vector<Unit> rest;
  for (Unit& unit : pending_) {
    if (!matches(unit)) {
      rest.push_back(std::move(unit));
      continue;
    }
    if (unit.kind != Unit::Kind::names && !disk.files.contains(unit.file)) {
      const Bytes& before = durable_data_[unit.file];
      disk.files[unit.file] = {before, before.size()};
    }
    disk.apply(unit);
  }
  pending_ = std::move(rest);
  durable_names_ = std::move(disk.names);
  for (auto& [file, content] : disk.files) {
    content.bytes.resize(content.size);
    durable_data_[file] = std::move(content.bytes);
  }
}

bool CrashModel::loses_bytes(const std::vector<bool>& kept) const {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (!kept[i] && pending_[i].kind == Unit::Kind::piece) return true;
  }
  return false;
}

Image CrashModel::state(const std::vector<bool>& kept, LostReads lost, std::uint64_t seed) const {
  VSTORE_CHECK(kept.size() == pending_.size());
  std::mt19937_64 random(seed);
  Disk disk;
  disk.names = durable_names_;
  for (const auto& [file, bytes] : durable_data_) disk.files[file] = {bytes, bytes.size()};
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (kept[i]) {
      disk.apply(pending_[i]);
    } else {
      disk.lose(pending_[i], lost, random);
    }
  }
  return disk.image();
}

void for_each_choice(std::size_t units, std::uint64_t seed,
                     const std::function<void(const std::vector<bool>& kept)>& check) {
  std::vector<bool> kept(units);
  if (units <= 10) {
    for (std::size_t bits = 0; bits < (std::size_t{1} << units); ++bits) {
      for (std::size_t i = 0; i < units; ++i) kept[i] = bits >> i & 1;
      check(kept);
    }
    return;
  }
  for (const bool background : {false, true}) {
    kept.assign(units, background);
    check(kept);
    for (std::size_t i = 0; i < units; ++i) {
      kept[i] = !background;
      check(kept);
      for (std::size_t j = i + 1; !background && units <= 64 && j < units; ++j) {
        kept[j] = true;
        check(kept);
        kept[j] = false;
      }
      kept[i] = background;
    }
  }
  std::mt19937_64 random(seed);
  for (int sample = 0; sample < 256; ++sample) {
    for (std::size_t i = 0; i < units; ++i) kept[i] = random() & 1;
    check(kept);
  }
}

void for_each_crash_state(const Trace& trace, std::uint64_t seed,
                          const std::function<void(std::size_t position, const Image& state)>& check) {
  CrashModel large(trace, 4096), small(trace, 512);
  do {
    std::set<std::uint64_t> seen;
    for (const CrashModel* model : {&large, &small}) {
      for_each_choice(model->unit_count(), seed, [&](const std::vector<bool>& kept) {
        for (const LostReads lost : {LostReads::old_bytes, LostReads::zeros, LostReads::garbage}) {
          const Image state = model->state(kept, lost, seed);
          if (seen.insert(state.fingerprint()).second) check(model->position(), state);
        }
      });
    }
  } while (large.step() && small.step());
}

}  // namespace vstore::os
